import base64
import hashlib
import re
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.events import words
from quietwatch.events.report import Report, ReportClip, choose, figures, render
from quietwatch.model import Camera, Event, Failure, Verdict

MakeEvent = Callable[..., Event]
Read = Callable[[str], Any]


def whole(report: Report) -> str:
    return b"".join(render(report)).decode()


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    return whole(report)


@pytest.fixture(scope="module")
def page(html: str, read: Read) -> Any:
    return read(html)


def test_tags_match_and_ids_are_unique(page: Any) -> None:
    assert page.faults == []
    ids = page.having("id")
    assert len(ids) == len(set(ids))


def test_every_event_is_there(page: Any, report: Report) -> None:
    assert sorted(page.having("data-event")) == sorted(event.event_id for event in report.events)
    for event in report.events:
        for reason in event.judgement.reasons:
            sentence = words.sentence(reason, event.judgement.verdict)
            assert sentence[1:] in page.text


def test_alarms_come_first_then_reviews_then_what_was_held_back(page: Any) -> None:
    order = [Verdict(value) for value in page.having("data-verdict")]
    assert order == sorted(order, key=list(Verdict).index)


def test_every_picture_is_there_with_its_box(page: Any, report: Report) -> None:
    images = [attributes for tag, attributes in page.tags if tag == "image"]
    assert len(images) == len(report.pictures) - 1  # one of them is no JPEG
    assert {(image["width"], image["height"]) for image in images} == {("96", "64")}


def test_links_lead_somewhere_on_the_page(page: Any) -> None:
    links = [
        attributes["href"] for tag, attributes in page.tags if tag in {"a", "use"} and attributes
    ]
    assert links
    assert {link.removeprefix("#") for link in links} <= set(page.having("id"))


def test_nothing_is_fetched(page: Any) -> None:
    assert all(link.startswith(("#", "data:image/jpeg;base64,")) for link in page.having("href"))
    assert page.having("src") == []
    assert page.having("xlink:href") == []
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]
    assert not re.search(r"fetch|XMLHttp|WebSocket|import\(|innerHTML|eval", page.raw["script"])


def test_policy_allows_this_script_and_style_alone(page: Any) -> None:
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv"))
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(page.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    assert page.having("style") == []
    assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]


def test_hostile_names_are_text(page: Any, html: str) -> None:
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text  # shown, not run
    assert "\\u202egpj.\\n\\x00&amp;" in page.text
    assert "\u202e" not in html
    assert "\x00" not in html


def test_failures_stand_with_code_and_sentence(page: Any) -> None:
    assert "empty-fileThe file has no bytes." in page.text
    assert "a-later-codeSomething else." in page.text
    assert "3 inputs could not be used" in page.text


def test_every_control_and_drawing_has_a_name(page: Any) -> None:
    for tag, attributes in page.tags:
        if tag == "svg" and attributes.get("role"):
            assert attributes["aria-label"]
        if tag == "article":
            assert attributes["aria-labelledby"] in page.having("id")
    assert [attributes["lang"] for tag, attributes in page.tags if tag == "html"] == ["en"]


def test_the_same_report_gives_the_same_bytes(report: Report, html: str) -> None:
    turned = replace(
        report,
        made_from=report.made_from[::-1],
        events=report.events[::-1],
        pictures=dict(reversed(list(report.pictures.items()))),
    )
    assert whole(turned) == html


def test_cameras_that_stand_out(make_event: MakeEvent, read: Read) -> None:
    clips = [
        ReportClip(Camera("home", "main", name), f"{name}.mp4", make_event().start, 36000)
        for name in ("busy", "calm", "dead", "door")
    ]
    events = [make_event(at, Verdict.SUPPRESSED, "busy") for at in range(40)]
    events += [make_event(at, camera=name) for name in ("calm", "door") for at in range(3)]
    text = read(whole(Report("Night", tuple(clips), tuple(events), {}))).text
    assert text.count("far more than the others") == 1
    assert text.count("no event at all") == 1
    assert "6 alarms out of 46 events. 87 % held back." in text


@given(st.lists(st.integers(0, 200), min_size=1, max_size=9))
def test_far_more_is_more_than_the_median_of_the_others(
    make_event: MakeEvent, counts: list[int]
) -> None:
    start = make_event().start
    names = [f"c{at}" for at in range(len(counts))]
    clips = tuple(
        ReportClip(Camera("home", "main", name), "a.mp4", start, 3600 * (1 + at % 3))
        for at, name in enumerate(names)
    )
    events = tuple(
        make_event(at, Verdict.SUPPRESSED, name)
        for name, count in zip(names, counts, strict=True)
        for at in range(count)
    )
    found = figures.cameras(Report("", clips, events, {}))
    for one in found:
        others = [other.rate or 0 for other in found if other is not one]
        many = len(one.events) >= 12 and others and (one.rate or 0) > 4 * median(others)
        assert (one.oddity is figures.Oddity.MANY) == bool(many)


def test_thousands_of_cameras_are_told_apart_at_once(make_event: MakeEvent) -> None:
    start = make_event().start
    cameras = [Camera("home", "main", f"c{at}") for at in range(4000)]
    clips = tuple(ReportClip(camera, "a.mp4", start, 3600) for camera in cameras)
    events = tuple(
        make_event(at, Verdict.SUPPRESSED, camera.name) for camera in cameras for at in range(12)
    )
    began = time.process_time()
    assert len(figures.cameras(Report("", clips, events, {}))) == 4000
    assert time.process_time() - began < 4  # a look at all the others for each takes 10


def test_movers_that_were_only_counted_are_told_of_each_camera(
    make_event: MakeEvent, read: Read
) -> None:
    start = make_event().start
    clips = [
        ReportClip(Camera("home", "main", name), f"{name}.mp4", start, 60, noise=noise)
        for name, noise in (("door", 340), ("door", 9), ("yard", 0))
    ]
    text = read(whole(Report("Noise", tuple(clips), (make_event(),), {}))).text
    assert text.count("seen too seldom") == 1
    assert "349 movers were seen too seldom to be followed, and only counted." in text


def test_no_rate_is_told_from_little_footage(make_event: MakeEvent) -> None:
    events = tuple(make_event(at) for at in range(12))
    for seconds, told in ((599, False), (600, True)):
        clip = ReportClip(events[0].camera, "a.mp4", events[0].start, seconds)
        page = whole(Report("Short", (clip,), events, {}))
        assert ("<span>72</span>" in page, "No rate is told" in page) == (told, not told)


def test_an_empty_report(read: Read) -> None:
    page = read(whole(Report("Nothing", (), (), {})))
    assert page.faults == []
    assert "Nothing to report." in page.text


def test_a_report_of_failures_alone(read: Read) -> None:
    failed = tuple(Failure(f"{at}.mp4", "empty-file", "the file has no bytes") for at in range(9))
    page = read(whole(Report("Failed", (), (), {}, failed)))
    assert page.faults == []
    assert "None of the inputs could be used." in page.text
    assert [a for t, a in page.tags if t == "details" and "open" in a]


def test_quiet_footage(make_event: MakeEvent, read: Read) -> None:
    clip = ReportClip(make_event().camera, "a.mp4", make_event().start, 60)
    page = read(whole(Report("Quiet", (clip,), (), {})))
    assert "Nothing moved that could be followed." in page.text
    assert "no event at all" in page.text


def test_lone_stills_and_events_without_a_clip(make_event: MakeEvent, read: Read) -> None:
    still = make_event(1)
    still = replace(still, end=still.start, start_s=0.0, end_s=0.0, alarm_s=0.0)
    clip = ReportClip(still.camera, "a.jpg", still.start, 0.0)
    page = read(whole(Report("Stills", (clip,), (still, make_event(2, camera="lost")), {})))
    assert page.faults == []
    assert "1 still" in page.text


def test_two_clips_far_apart_are_both_drawn_to_be_seen(make_event: MakeEvent, read: Read) -> None:
    start = make_event().start
    clips = [
        ReportClip(make_event().camera, f"{at}.mp4", start + timedelta(days=90 * at), 20.0)
        for at in range(2)
    ]
    page = read(whole(Report("Apart", tuple(clips), (make_event(2),), {})))
    bars = [a for t, a in page.tags if t == "rect" and a.get("class") == "clip"]
    assert all(float(bar["width"].rstrip("%")) > 40 for bar in bars)
    assert "90 days without footage" in page.text


def test_thousands_of_clips_stay_a_small_file_and_their_bars_tell_how_many(
    make_event: MakeEvent, read: Read
) -> None:
    event = make_event(0)
    hours = [*range(1000), *range(1100, 3000)]
    clips = [
        ReportClip(event.camera, f"{hour}.mp4", event.start + timedelta(hours=hour), 60.0)
        for hour in hours
    ]
    html = whole(Report("A season", tuple(clips), (event,), {}))
    assert len(html) < 150_000
    bars = [a for t, a in read(html).tags if t == "rect" and a.get("class") == "clip"]
    widths = [float(bar["width"].rstrip("%")) for bar in bars]
    assert widths == pytest.approx([100 / 3, 190 / 3], abs=0.2)
    assert [int(found) for found in re.findall(r"(\d+) clips, ", html)] == [1000, 1900]


def test_thousands_of_held_back_events_stay_a_small_file(
    make_event: MakeEvent, jpeg: bytes, read: Read
) -> None:
    events = [make_event(at, Verdict.SUPPRESSED) for at in range(3000)] + [make_event(4000)]
    pictures = {event.event_id: jpeg for event in events}
    html = whole(Report("Storm", (), tuple(events), pictures))
    assert len(html) < 3_000_000
    page = read(html)
    assert len([tag for tag, _ in page.tags if tag == "image"]) == 1 + choose.MAX_HELD_PICTURES
    assert f"{choose.MAX_ROWS:,} more without a picture here" in page.text
    left = 3000 - choose.MAX_HELD_PICTURES - choose.MAX_ROWS
    assert f"{left:,} more are not listed here" in page.text


def test_a_page_is_never_in_memory_as_a_whole(make_event: MakeEvent, jpeg: bytes) -> None:
    large = jpeg + b"\x00" * 200_000
    events = [make_event(at) for at in range(30)]
    report = Report("Large", (), tuple(events), {event.event_id: large for event in events})
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in render(report))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 30 * len(large)
    assert peak < 10 * len(large)  # a card at a time, in a few copies


def test_what_fits_fits_again(make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "MAX_PICTURE_BYTES", 100)
    events = [make_event(at, verdict) for at, verdict in enumerate([*Verdict] * 6)]
    sizes = {event.event_id: 7 + at % 5 * 9 for at, event in enumerate(events)}
    fits = choose.fitting(events, sizes)
    assert 1 < len(fits) < len(events)
    assert choose.fitting(events, {key: sizes[key] for key in fits}) == fits


def test_alarms_are_served_first_when_pictures_are_large(
    make_event: MakeEvent, jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose, "MAX_PICTURE_BYTES", len(jpeg) * 2)
    events = [make_event(at, verdict) for at, verdict in enumerate([*Verdict, *Verdict])]
    chosen = choose.choose(Report("", (), tuple(events), {e.event_id: jpeg for e in events}))
    assert all(entry.jpeg for entry in chosen.alarms)
    assert not any(entry.jpeg for entry in chosen.reviews + chosen.rows)
    assert chosen.pictured == ()
