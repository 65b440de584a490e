"""quietwatch pachyderm: what is printed, what is written."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import quietwatch

Call = Callable[..., Result]


def test_text_is_what_pachctl_reads(call: Call) -> None:
    result = call("pachyderm", "render", "--tenant", "bank", "--egress", "s3://bucket/" + "e" * 300)
    assert result.exit_code == 0, result.output
    decoder, text, names = json.JSONDecoder(), result.stdout, []
    while text.strip():
        spec, end = decoder.raw_decode(text)
        names.append((spec["pipeline"]["project"]["name"], spec["pipeline"]["name"]))
        text = text[end:].lstrip()
    assert names == [("bank", "analysis"), ("bank", "events")]


def test_json_is_one_object(call: Call) -> None:
    result = call("pachyderm", "render", "--workers", 7, "--format", "json")
    told = json.loads(result.stdout)
    assert list(told) == ["schema", "pipelines", "files"]
    assert list(told["pipelines"]) == ["analyze", "decide"]
    assert told["files"] == []
    for spec in told["pipelines"].values():
        assert spec["parallelism_spec"]["constant"] == 7
        assert spec["transform"]["image"] == f"quietwatch:{quietwatch.__version__}"


@pytest.mark.parametrize("output_format", ["text", "json"])
def test_a_file_each(call: Call, tmp_path: Path, output_format: str) -> None:
    words = ("pachyderm", "render", "--image", "own/quietwatch:9", "--format", output_format)
    specs = json.loads(call(*words, "--format", "json").stdout)["pipelines"]
    for _ in range(2):  # again over what is there
        result = call(*words, "--out", tmp_path / "new" / "folder")
        assert result.exit_code == 0, result.output
    files = sorted((tmp_path / "new" / "folder").iterdir())
    assert [file.name for file in files] == ["analyze.json", "decide.json"]
    assert all(str(file) in result.stdout for file in files)
    assert [json.loads(file.read_text(encoding="utf-8")) for file in files] == [*specs.values()]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--tenant", "No Slug"), 2),
        (("--egress", "s3://key:secret@bucket"), 2),
        (("--workers", "0"), 2),
        (("--out", "/proc/nowhere"), 1),
    ],
)
def test_what_can_not_be_ends_with_a_sentence(
    call: Call, words: tuple[str, ...], code: int
) -> None:
    result = call("pachyderm", "render", *words)
    assert result.exit_code == code
    assert result.stdout == ""
    assert "secret" not in result.stderr
    assert "Traceback" not in result.stderr
