"""Luma and colour of frames in every layout, and turning them upright."""

import av
import numpy as np
import pytest

from quietwatch.media.picture import Orientation, decoder_bound, luma, resized, rgb

PICTURE = np.arange(12, dtype=np.uint8).reshape(3, 4)


def gray(level: int, form: str, size: tuple[int, int] = (31, 17)) -> av.VideoFrame:
    """A plain gray frame of RGB level, in a pixel format."""
    width, height = size
    array = np.full((height, width, 3), level, np.uint8)
    frame = av.VideoFrame.from_ndarray(array, format="rgb24")
    return frame if form == "rgb24" else frame.reformat(format=form)


@pytest.mark.parametrize(
    "form", ["yuv420p", "yuv422p", "yuv444p", "yuv411p", "nv12", "nv21", "yuva420p"]
)
def test_luma_of_video_is_the_coded_plane(form: str) -> None:
    frame = gray(255, form)
    made = luma(frame)
    assert made.shape == (17, 31)
    assert (made == 235).all()
    assert np.shares_memory(made, np.frombuffer(frame.planes[0], np.uint8))  # type: ignore[call-overload]


@pytest.mark.parametrize("form", ["yuvj420p", "yuvj444p", "gray"])
def test_luma_in_full_range_stays_in_full_range(form: str) -> None:
    assert (luma(gray(255, form)) == 255).all()


@pytest.mark.parametrize("form", ["yuv420p10le", "yuv444p12le", "yuv422p16le"])
def test_deep_luma_loses_its_lowest_bits_and_keeps_its_range(form: str) -> None:
    assert luma(gray(255, form)) == pytest.approx(235, abs=1)
    assert luma(gray(0, form)) == pytest.approx(16, abs=1)


@pytest.mark.parametrize("form", ["yuyv422", "p010le", "uyvy422", "yuv420p10be"])
def test_luma_of_odd_layouts_keeps_its_range(form: str) -> None:
    assert luma(gray(255, form, (32, 18))) == pytest.approx(235, abs=1)


@pytest.mark.parametrize("form", ["rgb24", "bgr24", "rgba", "argb", "gbrp", "rgb565le", "rgb48be"])
def test_luma_of_rgb_is_full_range_y(form: str) -> None:
    array = np.empty((4, 6, 3), np.uint8)
    array[:] = (200, 100, 48)
    frame = av.VideoFrame.from_ndarray(array, format="rgb24")
    frame = frame if form == "rgb24" else frame.reformat(format=form)
    assert luma(frame) == pytest.approx(0.299 * 200 + 0.587 * 100 + 0.114 * 48, abs=5)


@pytest.mark.parametrize("form", ["pal8", "monow", "rgb8"])
def test_luma_of_few_colours(form: str) -> None:
    if form == "pal8":
        frame = av.VideoFrame.from_ndarray(np.zeros((5, 7), np.uint8), format="gray").reformat(
            format="rgb8"
        )
    else:
        frame = gray(0, form, (7, 5))
    assert luma(frame).shape == (5, 7)
    assert luma(frame).max() < 10


@pytest.mark.parametrize("form", ["yuv420p", "yuv420p10le", "nv12", "rgb24", "yuvj444p"])
def test_colour_has_its_range(form: str) -> None:
    assert rgb(gray(255, form)) == pytest.approx(255, abs=2)
    assert rgb(gray(0, form)) == pytest.approx(0, abs=2)
    assert rgb(gray(128, form)) == pytest.approx(128, abs=3)


@pytest.mark.parametrize("colorspace", [*range(19), 99])
def test_no_colour_tag_of_a_hostile_header_breaks_conversion(colorspace: int) -> None:
    for form in ("yuv420p", "yuyv422", "rgb24", "gbrp"):
        frame = gray(128, form, (16, 16))
        frame.colorspace = colorspace
        frame.color_primaries = colorspace
        frame.color_trc = colorspace
        assert rgb(frame) == pytest.approx(128, abs=4)
        assert luma(frame).shape == (16, 16)
        assert resized(frame, 8, 8).width == 8


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (Orientation(0), PICTURE),
        (Orientation(1), [[3, 7, 11], [2, 6, 10], [1, 5, 9], [0, 4, 8]]),
        (Orientation(2), PICTURE[::-1, ::-1]),
        (Orientation(3), [[8, 4, 0], [9, 5, 1], [10, 6, 2], [11, 7, 3]]),
        (Orientation(0, mirrored=True), PICTURE[:, ::-1]),
        (Orientation(2, mirrored=True), PICTURE[::-1]),
        (Orientation(1, mirrored=True), PICTURE.T),
    ],
)
def test_orientation(orientation: Orientation, expected: np.ndarray) -> None:
    upright = orientation.apply(PICTURE)
    assert np.array_equal(upright, expected)
    assert orientation.size(4, 3) == upright.shape[::-1]
    assert np.shares_memory(upright, PICTURE)


def test_orientation_leaves_colours_in_order() -> None:
    colour = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    for turns in range(4):
        turned = Orientation(turns, mirrored=True).apply(colour)
        assert (turned[..., 1] - turned[..., 0] == 1).all()


def test_the_decoder_may_have_its_margin() -> None:
    for width, height in [(1, 1), (1920, 1080), (8192, 8192), (4096, 256), (1, 16)]:
        assert (width + 256) * (height + 256) <= decoder_bound(width * height)
