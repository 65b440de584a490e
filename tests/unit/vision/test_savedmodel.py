"""What a SavedModel does without TensorFlow; with it: tests/tensorflow."""

from pathlib import Path

import pytest

from quietwatch.errors import ExtraMissing, ModelDamaged
from quietwatch.vision.savedmodel import SavedModelDetector, digest_of


def saved_model(folder: Path, content: bytes = b"graph") -> Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(content)
    (folder / "variables" / "variables.index").write_bytes(b"weights")
    return folder


def test_without_tensorflow_the_extra_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtraMissing, match=r"pip install 'quietwatch\[train\]'") as missing:
        SavedModelDetector(saved_model(tmp_path / "model"))
    assert missing.value.code == "extra-missing"


def test_a_folder_without_the_graph_is_damaged(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(ModelDamaged, match=r"has no saved_model\.pb"):
            SavedModelDetector(folder)


def test_the_digest_is_of_names_and_bytes(tmp_path: Path) -> None:
    first = digest_of(saved_model(tmp_path / "first"))
    assert digest_of(saved_model(tmp_path / "second")) == first
    assert digest_of(saved_model(tmp_path / "third", b"other")) != first
    renamed = saved_model(tmp_path / "fourth")
    (renamed / "variables").rename(renamed / "weights")
    assert digest_of(renamed) != first


def test_threads_are_at_least_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="threads"):
        SavedModelDetector(saved_model(tmp_path / "model"), threads=0)
