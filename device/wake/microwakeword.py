"""Wake models in the microWakeWord v2 format (Kevin Ahrendt, 2024), from whoever made them.

Such a model is a `.tflite` with its own memory inside and a JSON file beside it that says
how to read its scores. The JSON is not one of our manifests, so it is checked here, and
so is the file: a streaming model takes some 10 ms windows of 40 features at a time and
gives one number, the probability that the phrase has just been said.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

from device.errors import ModelError
from device.models import SHIPPED
from device.runtimes import Accelerator, Interpreter, interpreter
from device.tensors import dequantize, quantize

FEATURES = 40
FEATURE_STEP_MS = 10
FORMAT_VERSION = 2
_WHEEL = "pymicro_wakeword"


class Micro(msgspec.Struct, frozen=True, kw_only=True):
    """How the scores of a model are read."""

    probability_cutoff: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    """Mean probability above which the phrase counts as said."""
    sliding_window_size: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    """Number of the latest probabilities in that mean."""
    feature_step_size: int
    """Milliseconds from one window of features to the next."""


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON file; what else it says is of no matter here."""

    type: str
    wake_word: Annotated[str, msgspec.Meta(min_length=1)]
    model: str
    """The `.tflite` beside it."""
    version: int
    micro: Micro


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeModel:
    """A loaded wake model."""

    name: str
    """Name of its file without ending."""

    phrase: str
    """What has to be said."""

    cutoff: float
    """Mean probability above which the phrase counts as said."""

    window: int
    """Number of the latest probabilities in that mean."""

    stride: int
    """Windows of features that one run takes."""

    run: Callable[[npt.NDArray[np.float32]], float]
    """From features of shape (stride, FEATURES) to a probability; remembers."""

    forget: Callable[[], None]
    """Makes `run` forget all earlier features."""


def built_in() -> dict[str, Path]:
    """The models of the pymicro-wakeword wheel, and ours: name and JSON file.

    The wheel itself is not imported: it brings a TFLite library of its own.
    """
    spec = importlib.util.find_spec(_WHEEL)
    folders = [SHIPPED / "wake"]
    if spec is not None and spec.origin is not None:
        folders.insert(0, Path(spec.origin).parent / "models")
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.json"))}


def find(model: str) -> Path:
    """The JSON file of a model.

    Args:
        model: Name of a built-in model, or the path of any microWakeWord v2 JSON file.

    Raises:
        ModelError: There is neither.
    """
    known = built_in()
    if model in known:
        return known[model]
    path = Path(model)
    if not path.is_file():
        names = ", ".join(known) or "none, install pymicro-wakeword"
        raise ModelError(f"wake model {model} is neither a file nor built in ({names})")
    return path


def load_microwakeword(model: str, *, place: Accelerator | None = None) -> WakeModel:
    """Load a wake model.

    Args:
        model: Name of a built-in model, or the path of any microWakeWord v2 JSON file.
        place: Which runtime; one thread of the CPU by default.

    Raises:
        ModelError: One sentence for each way in which it can be wrong.
    """
    path = find(model)
    description = read_description(path)
    streaming = _Streaming(path, path.parent / description.model, place or Accelerator())
    return WakeModel(
        name=path.stem,
        phrase=description.wake_word,
        cutoff=description.micro.probability_cutoff,
        window=description.micro.sliding_window_size,
        stride=streaming.stride,
        run=streaming.run,
        forget=streaming.forget,
    )


def read_description(path: Path) -> Description:
    """Read and check the JSON file of a wake model.

    Raises:
        ModelError: It is missing, is not such a file, or of a kind that cannot be run.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Description)
    except OSError as exc:
        raise ModelError(f"wake model {path} cannot be read: {exc.strerror}") from exc
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise ModelError(f"{path} does not describe a microWakeWord model: {exc}") from exc
    if (found.type, found.version) != ("micro", FORMAT_VERSION):
        raise ModelError(
            f"{path} describes a model of type {found.type!r}, version {found.version}; "
            f"wanted type 'micro', version {FORMAT_VERSION}"
        )
    if found.micro.feature_step_size != FEATURE_STEP_MS:
        raise ModelError(
            f"{path} wants features every {found.micro.feature_step_size} ms; "
            f"the speaker computes them every {FEATURE_STEP_MS} ms"
        )
    return found


class _Streaming:
    """An interpreter whose model remembers earlier features."""

    def __init__(self, description: Path, file: Path, place: Accelerator) -> None:
        self._description = description
        self._file = file
        self._place = place
        self.forget()

    @property
    def stride(self) -> int:
        return int(self._entry["shape"][1])

    def forget(self) -> None:
        """Start with a new interpreter, which takes about a millisecond.

        These models keep what they remember in resource variables, which neither
        runtime's `reset_all_variables` touches.
        """
        self._made = interpreter(self._file, self._place)
        self._entry, self._exit = _ends(self._made, self._description)

    def run(self, features: npt.NDArray[np.float32]) -> float:
        scale, zero_point = self._entry["quantization"]
        steps = quantize(features[None], scale=scale, zero_point=zero_point)
        self._made.set_tensor(self._entry["index"], steps)
        self._made.invoke()
        result = self._made.get_tensor(self._exit["index"])
        scale, zero_point = self._exit["quantization"]
        return float(dequantize(result, scale=scale, zero_point=zero_point).reshape(-1)[0])


def _ends(made: Interpreter, path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one input and the one output of a streaming model; raises where it is another."""
    inputs, outputs = made.get_input_details(), made.get_output_details()
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelError(
            f"wake model of {path} has {len(inputs)} inputs and {len(outputs)} outputs, "
            "wanted one of each"
        )
    entry, exit_ = inputs[0], outputs[0]
    shape = tuple(int(n) for n in entry["shape"])
    if len(shape) != 3 or shape[0] != 1 or shape[2] != FEATURES or shape[1] < 1:
        raise ModelError(
            f"wake model of {path} takes shape {shape}, wanted (1, windows, {FEATURES})"
        )
    if int(np.prod(exit_["shape"])) != 1:
        raise ModelError(f"wake model of {path} gives {list(exit_['shape'])}, wanted one number")
    types = (np.dtype(entry["dtype"]).name, np.dtype(exit_["dtype"]).name)
    if types[0] != "int8" or types[1] not in ("int8", "uint8"):
        raise ModelError(
            f"wake model of {path} takes {types[0]} and gives {types[1]}, wanted 8-bit integers"
        )
    if not (entry["quantization"][0] > 0 and exit_["quantization"][0] > 0):
        raise ModelError(f"wake model of {path} does not say how it is quantized")
    return entry, exit_
