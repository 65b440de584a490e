import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from quietwatch.errors import ConfigError, ExtraMissing, ModelDamaged
from quietwatch.vision import zoo


def test_the_shipped_files_are_what_the_table_says() -> None:
    assert [model.name for model in zoo.shipped()] == ["efficientdet-lite0", "efficientdet-lite2"]
    for model in zoo.shipped():
        path = zoo.file_of(model.name)
        assert path.stat().st_size == model.bytes
        assert zoo.sha256_of(path) == model.sha256


def test_every_weight_file_is_in_the_table() -> None:
    folder = zoo.file_of("efficientdet-lite0").parent
    assert {path.name for path in folder.glob("*.tflite")} == {m.file for m in zoo.shipped()}


def test_the_page_beside_the_weights_says_the_same() -> None:
    page = (zoo.file_of("efficientdet-lite0").parent / "README.md").read_text(encoding="utf-8")
    for model in zoo.shipped():
        row = next(line for line in page.splitlines() if f"`{model.file}`" in line)
        said = (f"{model.bytes:,}", model.sha256, f"{model.side} x {model.side}", model.coco_map)
        assert all(str(fact) in row for fact in said)
        assert model.origin.rsplit(maxsplit=1)[-1] in page
    assert "Apache License 2.0" in page


@pytest.mark.parametrize("model", zoo.shipped(), ids=lambda model: model.name)
def test_loads_by_name(model: zoo.ShippedModel) -> None:
    detector = zoo.load(model.name, threads=1)
    assert detector.model_id == f"{model.name}@{model.sha256[:8]}"
    assert detector.size == model.side


def test_loads_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.TFLITE"
    shutil.copy(zoo.file_of("efficientdet-lite0"), path)
    assert zoo.load(str(path)).model_id == "mine@2e04c53b"


def test_a_shipped_file_that_was_changed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights").mkdir()
    content = bytearray(zoo.file_of("efficientdet-lite0").read_bytes())
    content[-1] ^= 1
    (tmp_path / "weights" / "efficientdet-lite0.tflite").write_bytes(content)
    monkeypatch.setattr(zoo, "files", lambda _: tmp_path)
    with pytest.raises(ModelDamaged, match="install Quietwatch again"):
        zoo.load("efficientdet-lite0")
    with pytest.raises(ModelDamaged, match="is not there"):
        zoo.load("efficientdet-lite2")


@pytest.mark.parametrize("name", ["yolo", "", "gone.tflite", "no/such/folder", "a\nb"])
def test_what_is_not_there_is_an_error_that_says_what_is(name: str) -> None:
    with pytest.raises(ConfigError) as unknown:
        zoo.load(name)
    assert "efficientdet-lite0, efficientdet-lite2" in unknown.value.detail
    assert "\n" not in unknown.value.detail


def test_a_folder_or_a_text_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.txt").write_text("hello")
    for path in (tmp_path, tmp_path / "model.txt"):
        with pytest.raises(ConfigError, match="no model is called"):
            zoo.load(str(path))


def test_a_path_that_cannot_be_looked_at_is_named() -> None:
    with pytest.raises(ModelDamaged, match="can't be read: File name too long"):
        zoo.load("x" * 300 + ".tflite")


def test_only_shipped_names_have_files() -> None:
    with pytest.raises(ConfigError, match="no model is called 'yolo'"):
        zoo.file_of("yolo")


def test_a_saved_model_without_tensorflow_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    with pytest.raises(ExtraMissing, match=r"pip install 'quietwatch\[train\]'"):
        zoo.load(str(tmp_path))


def test_the_digest_begins_as_the_model_id_ends(tmp_path: Path) -> None:
    path = tmp_path / "mine.tflite"
    shutil.copy(zoo.file_of("efficientdet-lite2"), path)
    for name in ("efficientdet-lite0", str(path)):
        assert zoo.digest(name)[:8] == zoo.load(name).model_id.rsplit("@", 1)[1]


def test_a_saved_model_has_a_digest_without_tensorflow(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    assert len(zoo.digest(str(tmp_path))) == 64


def test_what_is_no_model_has_no_digest() -> None:
    with pytest.raises(ConfigError, match="no model is called 'yolo'"):
        zoo.digest("yolo")


def test_naming_the_models_loads_neither_litert_nor_tensorflow() -> None:
    code = (
        "import sys\n"
        "from quietwatch.vision import zoo\n"
        "zoo.shipped()\n"
        "print([name for name in sys.modules if name in ('ai_edge_litert', 'tensorflow', 'cv2')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
