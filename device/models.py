"""The one loader of models.

A model is a `.tflite` file plus a manifest, a JSON file of the same name. Loading checks
one against the other: checksum, shapes, dtypes, scales, number of labels. A stage gets
`Model.run`, a plain function from arrays to arrays, so that a test can pass a lambda.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from device.errors import ModelError
from device.runtimes import Accelerator, Interpreter, interpreter
from device.tensors import dequantize, quantize

SHIPPED = Path(__file__).parent / "models"
"""Folder of the models that come with Inglenook."""

Array = npt.NDArray[Any]
Run = Callable[[Sequence[Array]], list[Array]]


class Tensor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One input or output of a model."""

    name: str
    """As the TFLite file calls it."""
    shape: tuple[int, ...]
    dtype: Literal["int8", "uint8", "int32", "float32"]
    scale: float = 0.0
    """Size of one integer step; 0 where the tensor is not quantized."""
    zero_point: int = 0
    role: Literal["value", "state"] = "value"
    """A state is handed back unchanged at the next call, never quantized or dequantized."""


class TrainingSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source of training data."""

    name: str
    licence: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person and the loader need to know about a model."""

    name: str
    version: int
    """Grows by one with every model that ships."""
    file: str
    """The `.tflite` (the language model: `.npz`) beside the manifest."""
    sha256: str
    inputs: tuple[Tensor, ...]
    """In the order in which `Model.run` takes them."""
    outputs: tuple[Tensor, ...]
    """In the order in which `Model.run` gives them."""
    labels: tuple[str, ...] = ()
    """Meaning of the last axis of the first output; empty where it has none."""
    command: str
    """The command that made it and measured `metrics`."""
    training_sets: tuple[TrainingSet, ...]
    metrics: dict[str, float]
    """Figures of the float and of the int8 model, as `per_dev_int8`."""
    settings: dict[str, Any] = {}
    """What the stage needs besides, such as label lists of further outputs."""
    edgetpu_file: str | None = None
    """The same model compiled for the Edge TPU, where an owner made one."""


def read_manifest(path: Path) -> Manifest:
    """Read a manifest without looking at the model.

    Raises:
        ModelError: It is missing or not a manifest.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as exc:
        raise ModelError(f"model manifest {path} cannot be read: {exc.strerror}") from exc
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise ModelError(f"{path} is not a model manifest: {exc}") from exc


class Model:
    """A checked model, ready to run."""

    def __init__(self, manifest: Manifest, made: Interpreter) -> None:
        self.manifest = manifest
        self._interpreter = made
        inputs = {d["name"]: d for d in made.get_input_details()}
        outputs = {d["name"]: d for d in made.get_output_details()}
        self._inputs = [(_match(manifest, t, inputs), t) for t in manifest.inputs]
        self._outputs = [(_match(manifest, t, outputs), t) for t in manifest.outputs]
        for kind, found, named in (
            ("inputs", inputs, manifest.inputs),
            ("outputs", outputs, manifest.outputs),
        ):
            if len(found) != len(named):
                raise ModelError(
                    f"model {manifest.name}: the manifest names {len(named)} {kind}, "
                    f"the file has {len(found)}"
                )
        if manifest.labels and manifest.outputs[0].shape[-1] != len(manifest.labels):
            raise ModelError(
                f"model {manifest.name}: the manifest has {len(manifest.labels)} labels, "
                f"the first output has {manifest.outputs[0].shape[-1]} values"
            )

    def run(self, arrays: Sequence[Array]) -> list[Array]:
        """Run the model once.

        Args:
            arrays: One for each input, in the manifest's order and shape. Real values go
                to quantized inputs as float32 and are quantized here; states and integers
                (token ids) go in as they are.

        Returns:
            One array for each output, in the manifest's order: float32, states untouched.
        """
        if len(arrays) != len(self._inputs):
            raise ValueError(
                f"model {self.manifest.name} takes {len(self._inputs)} arrays, got {len(arrays)}"
            )
        for array, (index, tensor) in zip(arrays, self._inputs, strict=True):
            value = array
            if tensor.dtype == "int8" and array.dtype != np.int8:
                value = quantize(array, scale=tensor.scale, zero_point=tensor.zero_point)
            self._interpreter.set_tensor(index, value)
        self._interpreter.invoke()
        results = []
        for index, tensor in self._outputs:
            result = self._interpreter.get_tensor(index)
            if tensor.role == "value" and tensor.dtype in ("int8", "uint8"):
                result = dequantize(result, scale=tensor.scale, zero_point=tensor.zero_point)
            results.append(result)
        return results


def load(name: str, *, folder: Path = SHIPPED, place: Accelerator | None = None) -> Model:
    """Load a model and check it against its manifest.

    Args:
        name: File name without ending, as "acoustic".
        folder: Where `name.json` and the file that it names lie.
        place: Where to run; one thread of the CPU by default.

    Raises:
        ModelError: One sentence for each way in which a model can be wrong.
    """
    place = place or Accelerator()
    manifest = read_manifest(folder / f"{name}.json")
    on_tpu = place.delegate == "edgetpu" and manifest.edgetpu_file is not None
    path = folder / (manifest.edgetpu_file if on_tpu and manifest.edgetpu_file else manifest.file)
    if not on_tpu:
        _checked(path, manifest)
    elif not path.is_file():
        raise ModelError(_MISSING.format(path))
    return Model(manifest, interpreter(path, place, edgetpu=on_tpu))


def content(name: str, *, folder: Path = SHIPPED) -> tuple[Manifest, bytes]:
    """A model that no TFLite runtime runs: its manifest, and what is in its file.

    Args:
        name: File name without ending, as "language".
        folder: Where `name.json` and the file that it names lie.

    Raises:
        ModelError: The file is missing or is not the one that the manifest describes.
    """
    manifest = read_manifest(folder / f"{name}.json")
    return manifest, _checked(folder / manifest.file, manifest)


def _checked(path: Path, manifest: Manifest) -> bytes:
    try:
        found = path.read_bytes()
    except OSError as exc:
        raise ModelError(_MISSING.format(path)) from exc
    sha256 = hashlib.sha256(found).hexdigest()
    if sha256 != manifest.sha256:
        raise ModelError(
            f"model {path} is damaged: its SHA-256 is {sha256[:12]}..., "
            f"the manifest says {manifest.sha256[:12]}..."
        )
    return found


_MISSING = "model {} is missing; reinstall Inglenook or name another file"


def _match(manifest: Manifest, tensor: Tensor, details: dict[str, Any]) -> int:
    """Index of the file's tensor that the manifest describes; raises where they differ."""
    detail = details.get(tensor.name)
    if detail is None:
        raise ModelError(
            f"model {manifest.name}: no tensor {tensor.name} in the file; "
            f"it has {', '.join(sorted(details))}"
        )
    scale, zero_point = detail["quantization"]
    shape = tuple(int(n) for n in detail["shape"])
    dtype = np.dtype(detail["dtype"]).name
    for what, wanted, found in (
        ("shape", tensor.shape, shape),
        ("dtype", tensor.dtype, dtype),
        ("zero point", tensor.zero_point, int(zero_point)),
    ):
        if wanted != found:
            raise ModelError(
                f"model {manifest.name}, tensor {tensor.name}: the manifest says "
                f"{what} {wanted}, the file has {found}"
            )
    if not np.isclose(tensor.scale, scale, rtol=1e-5, atol=0.0):
        raise ModelError(
            f"model {manifest.name}, tensor {tensor.name}: the manifest says "
            f"scale {tensor.scale}, the file has {scale}"
        )
    return int(detail["index"])
