"""Make a tiny SavedModel with the signature of a detector, to test the adapter of TensorFlow.

    python tests/tensorflow/make.py FOLDER

It sees one person: in the upper left quarter of its input, as sure as that quarter is bright; one
dog over all of it, as sure as the picture is red; and a cell phone.
"""

import sys
from pathlib import Path
from typing import Any

SIDE = 64


def make(folder: Path, **changes: Any) -> Path:
    """Write it; `changes` replaces outputs by name (None drops one) or the `input` (shape, dtype).

    Returns:
        The folder.
    """
    import tensorflow as tf  # noqa: PLC0415 (so that the tests' collection does not need it)

    shape, dtype = changes.pop("input", ((1, SIDE, SIDE, 3), "uint8"))

    def look(images: Any) -> dict[str, Any]:
        light = tf.cast(images, tf.float32) / 255.0
        bright = tf.reduce_mean(light[:, : SIDE // 2, : SIDE // 2])
        red = tf.reduce_mean(light[..., 0])
        outputs = {
            "detection_boxes": tf.constant(
                [[[0, 0, 0.5, 0.5], [0, 0, 1, 1], [0.1, 0.1, 0.2, 0.2]]]
            ),
            "detection_classes": tf.constant([[0.0, 17.0, 76.0]]),
            "detection_scores": tf.reshape(tf.stack([bright, red, 0.3]), (1, 3)),
            "num_detections": tf.constant([3.0]),
        }
        for name, value in changes.items():
            outputs[name] = None if value is None else tf.constant(value)
        return {name: value for name, value in outputs.items() if value is not None}

    module = tf.Module()
    module.look = tf.function(look, input_signature=[tf.TensorSpec(shape, dtype, name="images")])
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.look})
    return folder


if __name__ == "__main__":
    make(Path(sys.argv[1]))
