"""The only importer of a TFLite runtime: which one there is, and where models run.

ai-edge-litert is preferred over tflite-runtime: it ran the same int8 convolutions 3.5 to
9 times faster. tflite-runtime stays for 32-bit ARM and for the Coral Edge TPU.
"""

import importlib
import logging
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy.typing as npt

from device.errors import ModelError

logger = logging.getLogger(__name__)

RUNTIMES = {
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}
EDGE_TPU_LIBRARY = "libedgetpu.so.1"


class Interpreter(Protocol):
    """What both TFLite runtimes offer."""

    def get_input_details(self) -> list[dict[str, Any]]: ...

    def get_output_details(self) -> list[dict[str, Any]]: ...

    def set_tensor(self, index: int, value: npt.NDArray[Any]) -> None: ...

    def get_tensor(self, index: int) -> npt.NDArray[Any]: ...

    def invoke(self) -> None: ...

    def reset_all_variables(self) -> None: ...


def runtime(wanted: str = "auto") -> str:
    """Name of the TFLite runtime that loading will use.

    Args:
        wanted: "auto", "ai-edge-litert" or "tflite-runtime".

    Raises:
        ModelError: It is not installed.
    """
    names = list(RUNTIMES) if wanted == "auto" else [wanted]
    for name in names:
        try:
            importlib.import_module(RUNTIMES[name])
        except (ImportError, KeyError):
            continue
        return name
    raise ModelError(
        f"no TFLite runtime found (wanted {wanted}); install one of {', '.join(RUNTIMES)} with pip"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """Where models run."""

    runtime: str = "auto"
    """"auto", "ai-edge-litert" or "tflite-runtime"."""
    threads: int = 1
    """CPU threads of one model, 1 to 8."""
    delegate: Literal["none", "edgetpu"] = "none"
    """"edgetpu" runs manifests that name a compiled file on a Coral Edge TPU."""


def interpreter(path: Path, place: Accelerator, *, edgetpu: bool = False) -> Interpreter:
    """A TFLite interpreter with its tensors allocated.

    Raises:
        ModelError: The file is missing or is not a model that this runtime can run.
    """
    if not path.is_file():
        raise ModelError(f"model {path} is missing; reinstall Inglenook or name another file")
    module = importlib.import_module(RUNTIMES[runtime(place.runtime)])
    delegates = [module.load_delegate(EDGE_TPU_LIBRARY)] if edgetpu else []
    try:
        made: Any = module.Interpreter(
            model_path=str(path), num_threads=place.threads, experimental_delegates=delegates
        )
        made.allocate_tensors()
    except (ValueError, RuntimeError) as exc:
        reason = str(exc).splitlines()[0] if str(exc) else "unknown reason"
        raise ModelError(
            f"model {path} cannot be run by {runtime(place.runtime)}: {reason}"
        ) from exc
    checked: Interpreter = made
    return checked


def probe_edgetpu(place: Accelerator) -> str | None:
    """Try the Edge TPU delegate in a child process, because it can crash.

    Returns:
        None when it works, else one sentence that says why not.
    """
    code = (
        f"import importlib; m = importlib.import_module({RUNTIMES[runtime(place.runtime)]!r}); "
        f"m.load_delegate({EDGE_TPU_LIBRARY!r})"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, timeout=20, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        return "the Edge TPU library did not answer within 20 s; running on the CPU"
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"the Edge TPU library crashed (signal {-done.returncode}); running on the CPU"
    lines = done.stderr.strip().splitlines() or ["no reason given"]
    return f"no Edge TPU: {lines[-1]}; running on the CPU"


def usable(place: Accelerator) -> Accelerator:
    """The place itself, or the CPU where an Edge TPU is wanted and does not answer."""
    if place.delegate == "none":
        return place
    problem = probe_edgetpu(place)
    if problem is None:
        return place
    logger.warning("%s", problem)
    return replace(place, delegate="none")
