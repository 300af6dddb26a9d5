"""A model loads when file and manifest agree; each way to be wrong has its own sentence."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import ModelError
from device.models import SHIPPED, load, read_manifest
from device.runtimes import RUNTIMES, Accelerator, probe_edgetpu
from device.runtimes import runtime as installed
from device.tensors import dequantize, quantize

NAMES = sorted(path.stem for path in SHIPPED.glob("*.tflite"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one shipped model, free to be damaged."""
    for ending in ("tflite", "json"):
        shutil.copy(SHIPPED / f"tagger.{ending}", tmp_path / f"tagger.{ending}")
    return tmp_path


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / "tagger.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest.update(changes)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "tagger.json").read_text(encoding="utf-8"))
    return found


def test_there_are_shipped_models() -> None:
    assert {"acoustic", "chunker", "tagger"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_model_loads_and_is_full_int8(name: str) -> None:
    manifest = load(name).manifest

    assert manifest.training_sets, "where the training data came from must be said"
    assert manifest.metrics
    for tensor in (*manifest.inputs, *manifest.outputs):
        assert tensor.dtype in ("int8", "int32"), f"{tensor.name} is {tensor.dtype}"
        assert sum(side > 1 for side in tensor.shape) <= 3, f"{tensor.name} has {tensor.shape}"


SAME_IN_BOTH = """
import sys
import numpy as np
from device.models import load
from device.runtimes import Accelerator
model = load(sys.argv[2], place=Accelerator(runtime=sys.argv[1]))
random = np.random.default_rng(7)
arrays = [
    random.integers(0, 2, t.shape).astype(t.dtype) if t.dtype == "int32"
    else random.integers(-20, 20, t.shape).astype(np.int8)
    for t in model.manifest.inputs
]
for result in model.run(arrays):
    sys.stdout.write(" ".join(f"{value:.6g}" for value in result.ravel()) + "\\n")
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_model_gives_the_same_in_both_runtimes(name: str) -> None:
    results = []
    for runtime in RUNTIMES:
        try:
            installed(runtime)
        except ModelError:
            pytest.skip(f"{runtime} is not installed here")
        done = subprocess.run(
            [sys.executable, "-c", SAME_IN_BOTH, runtime, name],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        rows = [np.array([float(v) for v in line.split()]) for line in done.stdout.splitlines()]
        results.append(rows)

    manifest = read_manifest(SHIPPED / f"{name}.json")
    assert len(results[0]) == len(manifest.outputs)
    for one, other, tensor in zip(*results, manifest.outputs, strict=True):
        step = tensor.scale if tensor.role == "value" and tensor.scale else 1.0
        assert np.abs(one - other).max() < 3.5 * step, f"{tensor.name} differs"


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"tagger\.json cannot be read: No such file"):
        load("tagger", folder=tmp_path)


def test_a_manifest_that_is_no_json_is_refused(folder: Path) -> None:
    (folder / "tagger.json").write_text("{", encoding="utf-8")

    with pytest.raises(ModelError, match="is not a model manifest"):
        load("tagger", folder=folder)


def test_a_missing_model_is_named(folder: Path) -> None:
    (folder / "tagger.tflite").unlink()

    with pytest.raises(ModelError, match=r"tagger\.tflite is missing"):
        load("tagger", folder=folder)


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_any_damaged_byte_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, place: float, flip: int
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    shutil.copy(SHIPPED / "chunker.json", folder / "chunker.json")
    content = bytearray((SHIPPED / "chunker.tflite").read_bytes())
    content[int(place * len(content))] ^= flip
    (folder / "chunker.tflite").write_bytes(content)

    with pytest.raises(ModelError, match="is damaged: its SHA-256 is"):
        load("chunker", folder=folder)


def test_a_file_that_is_no_model_is_refused_although_its_checksum_fits(folder: Path) -> None:
    content = b"this is not a flatbuffer" * 9
    (folder / "tagger.tflite").write_bytes(content)
    rewrite(folder, sha256=hashlib.sha256(content).hexdigest())

    with pytest.raises(ModelError, match="cannot be run by"):
        load("tagger", folder=folder)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("shape", [3, 3], "the manifest says shape"),
        ("dtype", "float32", "the manifest says dtype"),
        ("scale", 0.123, "the manifest says scale"),
        ("zero_point", 99, "the manifest says zero point"),
        ("name", "nobody", "no tensor nobody in the file; it has"),
    ],
)
def test_a_manifest_that_contradicts_the_file_is_refused(
    folder: Path, key: str, value: object, sentence: str
) -> None:
    outputs = manifest_of(folder)["outputs"]
    rewrite(folder, outputs=[{**outputs[0], key: value}, *outputs[1:]])

    with pytest.raises(ModelError) as caught:
        load("tagger", folder=folder)

    assert sentence in str(caught.value)


def test_wrong_labels_are_counted(folder: Path) -> None:
    rewrite(folder, labels=["one", "two"])

    with pytest.raises(ModelError, match="the manifest has 2 labels, the first output has"):
        load("tagger", folder=folder)


def test_an_unknown_runtime_is_refused() -> None:
    with pytest.raises(ModelError, match="no TFLite runtime found"):
        load("tagger", place=Accelerator(runtime="abacus"))


def test_a_missing_edge_tpu_is_one_sentence_and_no_crash() -> None:
    problem = probe_edgetpu(Accelerator())

    if problem is None:
        pytest.skip("this machine has an Edge TPU")
    assert problem.endswith("running on the CPU")
    assert "\n" not in problem


@given(
    values=st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=9),
    scale=st.floats(1e-4, 100),
    zero_point=st.integers(-128, 127),
)
def test_quantizing_rounds_to_the_nearest_step_and_saturates(
    values: list[float], scale: float, zero_point: int
) -> None:
    reals = np.array(values, np.float32)

    steps = quantize(reals, scale=scale, zero_point=zero_point)
    back = dequantize(steps, scale=scale, zero_point=zero_point)

    inside = (steps > -128) & (steps < 127)
    assert np.all(np.abs(back - reals)[inside] <= scale * 0.51 + np.abs(reals[inside]) * 1e-6)
    assert np.all(reals[steps == 127] >= (126.4 - zero_point) * scale)
    assert np.all(reals[steps == -128] <= (-127.4 - zero_point) * scale)


def test_a_scale_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="scale must be above zero, got 0"):
        quantize(np.zeros(1, np.float32), scale=0, zero_point=0)
