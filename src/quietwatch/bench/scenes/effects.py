"""What the camera itself does: shaking on its pole, and pulsing with its keyframes."""

from quietwatch.bench.scenes.camera import shake
from quietwatch.bench.scenes.stage import Stage


def shaking(stage: Stage) -> None:
    """A camera that the wind shakes, so that all of the picture moves."""
    layer, _ = shake(stage.rng, stage.size, stage.between(1.5, 6.0))
    stage.scene.lens.append(layer)
    stage.everywhere("camera-shake")


def pulsing(stage: Stage) -> None:
    """A stream of so low a rate that the picture decays and is sharp again at each keyframe."""
    stage.scene.quality = int(stage.rng.integers(38, 45))
    stage.scene.keyframe_s = stage.between(1.0, 4.0)
    stage.everywhere("compression")
