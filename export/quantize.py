"""From a Keras model to a shipped one: full int8, a manifest, and gates that it must pass.

The converter runs in this process and needs tensorflow; whatever looks at the finished file
runs it through `device.models`, in another process, because tensorflow and a TFLite runtime
must never share one.

Usage, for a model without states:

    tflite = quantized(model, samples)
    write_model(tflite, label, folder=scratch)
    outputs = run_shipped(scratch, label.name, inputs)
    require("tagger, accuracy in int8", accuracy(outputs), at_least=0.95)
    write_model(tflite, label)
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from device.errors import ModelError
from device.models import Manifest, Tensor, TrainingSet, read_manifest

Array = npt.NDArray[Any]
ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "device" / "models"
"""Where models that pass their gates are written."""
WEIGHTS = ROOT / "export" / "weights"
"""Float weights in half precision, for going on with the training later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a manifest says that the file itself does not."""

    name: str
    """File name without ending."""
    inputs: Sequence[str]
    """Names of the Keras inputs, in the order in which the stage gives them."""
    command: str
    training_sets: Sequence[TrainingSet]
    metrics: dict[str, float] = field(default_factory=dict)
    labels: Sequence[str] = ()
    """Meaning of the last axis of the first output."""
    settings: dict[str, Any] = field(default_factory=dict)
    state_inputs: frozenset[str] = frozenset()
    """Inputs that are states."""
    state_outputs: frozenset[int] = frozenset()
    """Numbers of the outputs that are states."""


def quantized(model: Any, samples: Iterable[Sequence[Array]]) -> bytes:  # noqa: ANN401
    """Convert a Keras model to full int8, per-channel weights, int8 inputs and outputs.

    Args:
        model: A Keras model with a fixed batch shape of 1; integer inputs stay integers.
        samples: Real inputs to calibrate with, a few hundred, each in the model's input order.

    Returns:
        The `.tflite` file.
    """
    import tensorflow as tf

    names = [tensor.name for tensor in model.inputs]

    def calibration() -> Iterator[dict[str, Array]]:
        # By name: the converter sorts its inputs in an order of its own.
        for sample in samples:
            yield {
                name: value if value.dtype.kind == "i" else value.astype(np.float32)
                for name, value in zip(names, sample, strict=True)
            }

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = calibration
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    tflite: bytes = converter.convert()
    return tflite


def write_model(tflite: bytes, label: Label, *, folder: Path = SHIPPED) -> Manifest:
    """Write a model and its manifest; the version goes up by one where the file changed.

    Args:
        tflite: The file, as `quantized` gives it.
        label: What the manifest says besides.
        folder: Where to write.

    Returns:
        The manifest as written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, manifest_path = folder / f"{label.name}.tflite", folder / f"{label.name}.json"
    sha256 = hashlib.sha256(tflite).hexdigest()
    version = 1
    if manifest_path.exists():
        before = read_manifest(manifest_path)
        version = before.version + (before.sha256 != sha256)
    path.write_bytes(tflite)
    inputs, outputs = _tensors(path, label)
    manifest = Manifest(
        name=label.name,
        version=version,
        file=path.name,
        sha256=sha256,
        inputs=inputs,
        outputs=outputs,
        labels=tuple(label.labels),
        command=label.command,
        training_sets=tuple(label.training_sets),
        metrics=dict(label.metrics),
        settings=dict(label.settings),
    )
    written = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    manifest_path.write_bytes(written + b"\n")
    return read_manifest(manifest_path)


def run_shipped(
    folder: Path, name: str, inputs: Sequence[Array], *, runtime: str = "auto"
) -> list[Array]:
    """Run a written model without states over many inputs, in another process.

    Args:
        folder: Where the model lies.
        name: File name without ending.
        inputs: One array for each input of the manifest; the first axis counts the runs.
        runtime: Which TFLite runtime.

    Returns:
        One array for each output, the first axis counts the runs.

    Raises:
        ModelError: The model cannot be loaded or run.
    """
    with tempfile.TemporaryDirectory() as scratch:
        given, got = Path(scratch) / "inputs.npz", Path(scratch) / "outputs.npz"
        np.savez(given, *inputs)
        _child("run", str(folder), name, str(given), str(got), runtime)
        with np.load(got) as file:
            return [file[f"arr_{number}"] for number in range(len(file.files))]


def require(
    what: str, value: float, *, at_least: float | None = None, at_most: float | None = None
) -> None:
    """A gate that an export must pass.

    Raises:
        ModelError: The value is out of bounds; nothing may be shipped.
    """
    if at_least is not None and not value >= at_least:
        raise ModelError(f"{what} is {value:.4g}, it must be at least {at_least:.4g}")
    if at_most is not None and not value <= at_most:
        raise ModelError(f"{what} is {value:.4g}, it must be at most {at_most:.4g}")


def _tensors(path: Path, label: Label) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Tensors of a file in the order of the Keras model, told by its signature."""
    told = json.loads(_child("describe", str(path)))
    states = label.state_inputs
    inputs = tuple(
        Tensor(**told["inputs"][name], role="state" if name in states else "value")
        for name in label.inputs
    )
    names = sorted(told["outputs"], key=lambda name: (len(name), name))
    outputs = tuple(
        Tensor(**told["outputs"][name], role="state" if n in label.state_outputs else "value")
        for n, name in enumerate(names)
    )
    return inputs, outputs


def _child(*arguments: str) -> str:
    """Run this module's other half in a fresh process; its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "export.shipped", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise ModelError(f"model check {' '.join(arguments[:2])} failed: {lines[-1]}")
    return done.stdout
