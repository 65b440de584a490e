"""models, doctor, version, demo's samples, help."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import quietwatch
from quietwatch.cli import checks
from quietwatch.media.samples import SAMPLES, samples
from quietwatch.vision import zoo

Call = Callable[..., Result]


@pytest.mark.parametrize("words", [["version"], ["--version"]])
def test_version(call: Call, words: list[str]) -> None:
    result = call(*words)
    assert (result.exit_code, result.stdout) == (0, f"quietwatch {quietwatch.__version__}\n")


def test_no_verb_shows_the_verbs(call: Call) -> None:
    result = call()
    assert result.exit_code == 2
    for verb in ("run", "demo", "events", "models", "doctor", "version"):
        assert f"\n  {verb} " in result.output


def test_the_samples_are_there() -> None:
    assert all((samples() / name).stat().st_size < 3_000_000 for name in SAMPLES)


class TestModels:
    def test_all_are_whole(self, call: Call) -> None:
        result = call("models", "--format", "json")
        assert result.exit_code == 0
        models = json.loads(result.stdout)["models"]
        assert [model["name"] for model in models] == ["efficientdet-lite0", "efficientdet-lite2"]
        assert all(model["whole"] and model["licence"] == "Apache-2.0" for model in models)
        text = call("models").stdout
        for model in models:
            assert f"{model['coco_map']:.1f}" in text

    def test_a_damaged_one_is_told(
        self, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        damaged = tmp_path / "model.tflite"
        damaged.write_bytes(zoo.file_of("efficientdet-lite0").read_bytes()[:-1])
        monkeypatch.setattr(zoo, "file_of", lambda _: damaged)
        result = call("models")
        assert result.exit_code == 1
        assert result.stdout.count("damaged") >= 2
        doctor = call("doctor", "--home", tmp_path)
        assert doctor.exit_code == 1
        assert "missing or damaged" in doctor.stdout


class TestDoctor:
    def test_all_is_well_here(self, call: Call, tmp_path: Path) -> None:
        result = call("doctor", "--home", tmp_path, "--format", "json")
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout)
        assert list(told) == ["schema", "ok", "findings"]
        assert told["ok"] is True
        by_part: dict[str, list[str]] = {}
        for finding in told["findings"]:
            assert list(finding) == ["part", "name", "value", "state", "advice"]
            by_part.setdefault(finding["part"], []).append(finding["name"])
        assert by_part["Decoders"][1:] == ["H.264", "H.265", "MPEG-4", "MJPEG", "VP9", "AV1"]
        assert {"Quietwatch", "Python", "PyAV", "OpenCV", "LiteRT", "NumPy"} <= set(
            by_part["Program"]
        )
        assert "All is well." in call("doctor", "--home", tmp_path).stdout

    def test_it_makes_nothing(self, call: Call, tmp_path: Path) -> None:
        result = call("doctor", "--home", tmp_path / "a/b")
        assert result.exit_code == 0
        assert list(tmp_path.iterdir()) == []

    def test_a_home_where_we_may_not_write(self, call: Call) -> None:
        result = call("doctor", "--home", "/proc/home")
        assert result.exit_code == 1
        assert "name another home" in result.stdout
        assert "1 thing must be mended." in result.stdout

    def test_what_is_missing_says_how_it_is_got(
        self, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checks, "LIBRARIES", (("Gone", "no_such_module", "no-such-package"),))
        monkeypatch.setattr(checks, "DECODERS", {"H.999": ("no_such_decoder",)})
        monkeypatch.setattr(checks, "EXTRAS", (("train", "no_such_module", "training"),))
        result = call("doctor", "--home", tmp_path)
        assert result.exit_code == 1
        assert "pip install --force-reinstall no-such-package" in result.stdout
        assert "no decoder" in result.stdout
        assert "pip install 'quietwatch[train]'" in result.stdout
        assert "2 things must be mended." in result.stdout

    def gpu(self, call: Call, home: Path) -> dict[str, str]:
        findings = json.loads(call("doctor", "--home", home, "--format", "json").stdout)["findings"]
        (gpu,) = (finding for finding in findings if finding["name"] == "GPU")
        assert isinstance(gpu, dict)
        return gpu

    def test_gpus_of_the_system(
        self, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checks, "DEVICES", tmp_path)
        monkeypatch.setattr(checks, "_seen_by_tensorflow", lambda: None)  # of no real machine
        assert self.gpu(call, tmp_path)["value"] == "none that the system shows in /dev"

        (tmp_path / "dri").mkdir()
        for name in ("dri/renderD128", "dri/card0", "nvidiactl", "nvidia-uvm"):
            (tmp_path / name).touch()
        gpu = self.gpu(call, tmp_path)
        assert (gpu["state"], gpu["advice"]) == ("ok", "")
        assert gpu["value"] == (
            f"{tmp_path}/dri/renderD128; nothing here can use it: models run on the processor"
        )

        (tmp_path / "nvidia1").touch()
        (tmp_path / "nvidia0").touch()
        gpu = self.gpu(call, tmp_path)
        assert gpu["state"] == "optional"
        assert gpu["value"].startswith(f"{tmp_path}/nvidia0, {tmp_path}/nvidia1, {tmp_path}/dri/")
        assert gpu["value"].endswith("; not used: models run on the processor")
        assert "CUDA" in gpu["advice"]

    def test_a_gpu_that_tensorflow_sees_or_not(self) -> None:
        (used,) = checks._gpus(["/dev/nvidia0"], [], ["/physical_device:GPU:0"])
        assert used.state is checks.State.OK
        assert used.value.startswith("/dev/nvidia0; TensorFlow uses /physical_device:GPU:0, for")
        (unused,) = checks._gpus(["/dev/nvidia0"], [], [])
        assert unused.state is checks.State.OPTIONAL
        assert unused.advice.endswith(": pip install 'tensorflow[and-cuda]'")
        (unknown,) = checks._gpus(["/dev/nvidia0"], [], None)
        assert "'quietwatch[train]'" in unknown.advice
