"""Light, noise and shake."""

import numpy as np
import pytest

from quietwatch.bench.scenes import camera

SIZE = (64, 48)


def grey(value: int = 100) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    return np.full((SIZE[1], SIZE[0], 3), value, np.uint8)


@pytest.mark.parametrize("sigma", [2.0, 6.0])
def test_noise_has_its_strength_and_no_bias(sigma: float) -> None:
    layer = camera.noise(np.random.default_rng(0), SIZE, sigma)
    pictures = []
    for number in range(12):
        picture = grey()
        layer(picture, number / 10)
        pictures.append(picture.astype(float))
    assert 0.6 * sigma < np.std(pictures[0]) < 1.5 * sigma
    assert abs(np.mean(pictures) - 100) < 0.5
    assert not np.array_equal(pictures[0], pictures[1])


def test_infrared_has_no_colour() -> None:
    picture = grey()
    picture[..., 0] = 200
    camera.grey(picture, 0.0)
    assert np.ptp(picture, axis=2).max() == 0


def test_a_lamp_is_brightest_near_the_middle() -> None:
    lamp = camera.lamplight(np.random.default_rng(3), SIZE)
    assert lamp[24:40, 24:40].mean() > 2 * lamp[:6, :6].mean()


def test_light_is_a_factor_a_map_or_changes() -> None:
    picture = grey()
    camera.illuminate(lambda moment: 0.5 + moment)(picture, 0.25)
    assert (picture == 75).all()
    half = np.full((SIZE[1], SIZE[0]), 2.0, np.float32)
    half[:, :32] = 0.5
    picture = grey()
    camera.illuminate(half)(picture, 0.0)
    assert set(np.unique(picture)) == {50, 200}


def test_wandering_is_smooth_and_about_one() -> None:
    slow, quick = (camera.wander(np.random.default_rng(1), hertz) for hertz in (0.3, 4.0))
    for path in (slow, quick):
        assert len(path) == 1000
        assert 0.6 < path.std() < 1.4
    assert np.abs(np.diff(slow)).mean() < 0.4 * np.abs(np.diff(quick)).mean()


def test_a_shaken_picture_is_the_same_picture_moved() -> None:
    layer, at = camera.shake(np.random.default_rng(2), SIZE, 4.0)
    moment = max((n / 10 for n in range(200)), key=lambda t: abs(at(t)[0]))
    picture = grey(0)
    picture[:, 30:34] = 200
    layer(picture, moment)
    columns = picture[24, :, 0].astype(float)
    middle = float((columns * np.arange(SIZE[0])).sum() / columns.sum())
    assert middle == pytest.approx(31.5 + at(moment)[0], abs=0.3)
