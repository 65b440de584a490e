"""Scenes as layers, and the truth as stretches of time."""

import numpy as np

from quietwatch.bench.scenes.compose import Box, Happening, Scene, spans
from quietwatch.model.pictures import Picture


def empty(seconds: float = 2.0) -> Scene:
    return Scene(np.full((40, 80, 3), 90, np.uint8), seconds, "test")


def test_layers_change_copies_in_their_order() -> None:
    scene = empty(0.5)

    def set_to(value: int):  # type: ignore[no-untyped-def]
        def layer(picture: Picture, moment: float) -> None:
            picture[0, 0] = value
            picture[1, 1] = round(moment * 10)

        return layer

    scene.camera.append(set_to(4))
    scene.things.append(set_to(1))
    pictures = list(scene.pictures())
    assert len(pictures) == 5
    assert [int(p[0, 0, 0]) for p in pictures] == [4] * 5
    assert [int(p[1, 1, 0]) for p in pictures] == [0, 1, 2, 3, 4]
    assert (scene.picture == 90).all()


def test_an_event_begins_when_a_quarter_is_to_be_seen() -> None:
    def box(moment: float) -> Box:
        left = -20 + 20 * moment  # a fully visible 20 pixels after a second
        return left, 10.0, left + 20, 30.0

    (span,) = spans(empty(3.0), Happening("person", box))
    assert span.start_s == 0.3  # at 0.25 s a quarter
    assert span.end_s == 3.0
    assert span.track[0] == (0.3, 0.0, 0.25, 0.075, 0.75)


def test_what_goes_and_comes_again_has_two_spans() -> None:
    def box(moment: float) -> Box | None:
        return None if 0.75 < moment < 2.25 else (10.0, 10.0, 30.0, 30.0)

    first, second = spans(empty(3.0), Happening("cat", box))
    assert (first.start_s, first.end_s) == (0.0, 0.8)
    assert (second.start_s, second.end_s) == (2.3, 3.0)


def test_who_is_out_of_sight_for_a_moment_has_one_span() -> None:
    def box(moment: float) -> Box | None:
        return None if 0.75 < moment < 1.75 else (10.0, 10.0, 30.0, 30.0)

    (span,) = spans(empty(2.5), Happening("person", box))
    assert (span.start_s, span.end_s) == (0.0, 2.5)
    assert [moment for moment, *_ in span.track if 0.75 < moment < 1.75] == []


def test_what_never_comes_has_no_span() -> None:
    assert not list(spans(empty(), Happening("cat", lambda _: (-30.0, 0.0, -1.0, 9.0))))
    assert not list(spans(empty(), Happening("cat", lambda _: None)))
