"""The process in which the Python code of one skill pack runs: `python -m device.edges.codehost`.

    device/edges/packcode.py --what is asked (pickle)--> here --what is wanted (JSON)--> back

The speaker trusts nothing that comes back, and this process ends by itself: with the speaker,
and when a call takes too long, even where the code holds everything up.
"""

import importlib.util
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import msgspec

from device.context import Context
from device.edges.codewords import HEADER, Answer, Asked
from device.effects import Plan
from device.events import Request

STUCK_S = 20.0
"""How long a call may take before the process is ended, seconds."""
MEMORY_BYTES = 512 * 1024 * 1024
"""Address space that the code may use."""
WHY_CHARACTERS = 300


class Host:
    """Holds the code of a pack."""

    def __init__(self, file: Path) -> None:
        """Load it.

        Args:
            file: What defines `answer` or `skill`.

        Raises:
            TypeError: It defines neither.
        """
        self._file = file
        module = _loaded(file)
        self._skill: Any = getattr(module, "skill", None)
        answer = getattr(module, "answer", None)
        if self._skill is None and not callable(answer):
            raise TypeError("it defines neither `answer` nor `skill`")
        self._answer: Callable[[Request, Context], object] | None = answer

    @property
    def reports(self) -> bool:
        """Whether it has something to say of what became of its commands."""
        return self._skill is not None and callable(getattr(self._skill, "report", None))

    def take(self, asked: Asked) -> Answer:
        """Let the code plan, or report."""
        request, context = asked.request, asked.context
        if asked.plan is not None:
            told = self._skill.report(asked.plan, asked.outcomes, request, context)
            return Answer(id=asked.id, reply=_words(told, "report"))
        if self._skill is None:
            assert self._answer is not None
            said = self._answer(request, context)
            return Answer(id=asked.id, reply=_words(said, "answer"), declined=said is None)
        plan = self._skill.plan(request, context)
        if not isinstance(plan, Plan):
            raise TypeError(f"`plan` gave {type(plan).__name__}, not a Plan")
        left_out = bool(plan.effects or plan.question or plan.shows_lists or plan.shows_timers)
        return Answer(
            id=asked.id,
            reply=_words(plan.reply, "plan"),
            commands=plan.commands,
            declined=plan.declined,
            left_out=left_out,
        )


def _loaded(file: Path) -> ModuleType:
    sys.path.insert(0, str(file.parent))
    spec = importlib.util.spec_from_file_location("pack", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["pack"] = module
    spec.loader.exec_module(module)
    return module


def _words(said: object, who: str) -> str:
    if said is None or isinstance(said, str):
        return said or ""
    raise TypeError(f"`{who}` gave {type(said).__name__}, not words")


def _why(error: BaseException, file: Path) -> str:
    """What went wrong in the code, and in which line of it."""
    frames = traceback.extract_tb(error.__traceback__)
    line = next((f.lineno for f in reversed(frames) if f.filename == str(file)), None)
    if isinstance(error, SyntaxError):
        line = error.lineno
    where = f" ({file.name}, line {line})" if line else f" ({file.name})"
    return f"{type(error).__name__}: {error}"[:WHY_CHARACTERS] + where


def _answered(work: Callable[[], Answer], id_: int, file: Path) -> Answer:
    """What some work of the code gives; whatever it raises is told."""
    signal.setitimer(signal.ITIMER_REAL, STUCK_S)
    try:
        return work()
    except BaseException as exc:
        return Answer(id=id_, error=_why(exc, file))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _read(stream: BinaryIO) -> bytes | None:
    """The next message; None once the speaker is gone."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    message = stream.read(length)
    return message if len(message) == length else None


def _send(stream: BinaryIO, answer: Answer) -> None:
    try:
        message = msgspec.json.encode(answer)
    except (TypeError, ValueError, OverflowError, RecursionError) as exc:
        message = msgspec.json.encode(Answer(id=answer.id, error=f"cannot be told: {exc}"[:300]))
    stream.write(HEADER.pack(len(message)) + message)
    stream.flush()


def main(file: Path) -> None:
    """Answer until the speaker is gone."""
    # What the code prints must not get in between.
    asking, answering = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    sys.dont_write_bytecode = True
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hosts: list[Host] = []

    def load() -> Answer:
        hosts.append(Host(file))
        return Answer(id=0, reports=hosts[0].reports)

    ready = _answered(load, 0, file)
    _send(answering, ready)
    while hosts and (message := _read(asking)) is not None:
        asked: Asked = pickle.loads(message)
        _send(answering, _answered(partial(hosts[0].take, asked), asked.id, file))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    # The code may have left threads behind that nobody waits for.
    os._exit(0)
