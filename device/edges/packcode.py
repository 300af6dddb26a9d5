"""The Python code of skill packs, each in a process of its own beside the speaker.

A thread would not do: code that holds the interpreter, as a slow regular expression does,
would hold up the speaker, and all that the speaker knows would be within its reach. What
takes too long is left alone until it comes back or its time is over altogether, and then
begins anew.
"""

import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from device.context import Context, Home
from device.edges import codehost
from device.edges.codehost import STUCK_S
from device.edges.codewords import ANSWER_BYTES, HEADER, Answer, Asked, packed
from device.effects import Notebook, Plan
from device.errors import SkillError
from device.events import Outcome, Request
from device.hermes.messages import spoken

logger = logging.getLogger(__name__)

ROOT = str(Path(codehost.__file__).parents[2])
"""Where the speaker's own packages lie."""
START_MS = 3_000
"""How long the process of a pack may take to begin, besides, milliseconds."""
MOST = 6
"""Processes that are kept; of more the one that was asked longest ago ends."""
TURN = 3
"""All packs of a turn together are waited for this many times as long as one."""


class PackProcesses:
    """Fills `device.ports.PackCode`."""

    def __init__(self, answer_ms: int) -> None:
        """Begin with no process; each begins when its pack is first asked.

        Args:
            answer_ms: How long a pack may take to answer, milliseconds.
        """
        self._answer_ms = answer_ms
        self._live: dict[Path, _Process] = {}
        """Processes by the file they run, those that were asked longest ago first."""
        self._count = 0
        self._turn = 0
        """The moment of the turn under way, monotonic milliseconds."""
        self._spent_s = 0.0
        """How long packs were waited for in it."""
        self._troubles: Counter[str] = Counter()

    def plan(self, file: Path, request: Request, context: Context, *, name: str) -> Plan:
        """As `device.ports.PackCode`."""
        asked = Asked(id=self._next(), request=request, context=_shown(context))
        answer = self._answer(file, asked, name)
        strangers = [c for c in answer.commands if context.home.device(c.device) is None]
        if strangers:
            self._complain(name, f"there is no device {strangers[0].device[:60]!r}")
            raise SkillError(f"{name} wants something of a device that is not there.")
        if answer.left_out:
            self._complain(name, "a pack may give words and commands; the rest was left out")
        return Plan(reply=spoken(answer.reply), commands=answer.commands, declined=answer.declined)

    def report(
        self,
        file: Path,
        plan: Plan,
        outcomes: Sequence[Outcome],
        request: Request,
        context: Context,
        *,
        name: str,
    ) -> str | None:
        """As `device.ports.PackCode`."""
        process = self._live.get(file)
        if process is None or not process.reports:
            return None
        asked = Asked(
            id=self._next(),
            request=request,
            context=_shown(context),
            plan=plan,
            outcomes=tuple(outcomes),
        )
        return spoken(self._answer(file, asked, name).reply) or None

    def close(self) -> None:
        """End all processes."""
        for process in self._live.values():
            process.end()
        self._live.clear()

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _answer(self, file: Path, asked: Asked, name: str) -> Answer:
        """What a pack answers.

        Raises:
            SkillError: Nothing that can be used; one sentence.
        """
        if asked.context.now_ms != self._turn:
            self._turn, self._spent_s = asked.context.now_ms, 0.0
        left_s = TURN * self._answer_ms / 1000 - self._spent_s
        patience_s = min(self._answer_ms / 1000, left_s)
        began_s = time.monotonic()
        try:
            answer = self._process(file, name).ask(asked, patience_s)
        except TimeoutError as exc:
            self._complain(name, str(exc))
            raise SkillError(f"{name} did not answer in time.") from exc
        except (OSError, EOFError, ValueError) as exc:
            self._drop(file)
            self._complain(name, str(exc))
            raise SkillError(f"Something went wrong in {name}.") from exc
        finally:
            self._spent_s += time.monotonic() - began_s
        if answer.error is not None:
            self._complain(name, answer.error)
            raise SkillError(f"Something went wrong in {name}.")
        return answer

    def _process(self, file: Path, name: str) -> "_Process":
        """The process of a pack; a new one where its code changed or it has to begin anew.

        Those whose files changed or went, and of too many the oldest, end on the way.
        """
        made = _made(file)
        for other, process in list(self._live.items()):
            if process.stuck or process.made != (made if other == file else _made(other)):
                self._drop(other)
        kept = self._live.pop(file, None)
        while len(self._live) >= MOST:
            self._drop(next(iter(self._live)))
        if kept is None:
            kept = _Process(file, made)
            logger.info("%s runs in process %d", name, kept.pid)
        # The last is the one that was asked last.
        self._live[file] = kept
        return kept

    def _drop(self, file: Path) -> None:
        process = self._live.pop(file, None)
        if process is not None:
            process.end()

    def _complain(self, name: str, why: str) -> None:
        self._troubles[name] += 1
        times = self._troubles[name]
        if str(times).rstrip("0") == "1":
            logger.warning("%s: %s (%d times so far)", name, why, times)


class _Process:
    """One process, asked one thing at a time."""

    def __init__(self, file: Path, made: tuple[int, int]) -> None:
        self.made = made
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", codehost.__name__, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([ROOT, *filter(None, sys.path)])},
            # A Ctrl-C at the terminal is for the speaker, which ends its packs itself.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asking, self._answering = self._process.stdin, self._process.stdout
        for stream in (self._asking, self._answering):
            os.set_blocking(stream.fileno(), False)
        self._received = b""
        self._owes: int | None = 0
        """What it has not answered yet; 0 is that it has begun."""
        self._since_s = time.monotonic()
        """Since when it owes that."""
        self.reports = False
        """Whether it has something to say of what became of its commands."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def stuck(self) -> bool:
        """Whether it owes an answer for so long that it will not come back."""
        return self._owes is not None and time.monotonic() - self._since_s > STUCK_S

    def ask(self, asked: Asked, patience_s: float) -> Answer:
        """Ask, and wait for the answer.

        Raises:
            TimeoutError: It did not come in time, or an earlier one has yet to come.
            EOFError: The process ended.
            ValueError: It is no answer.
        """
        if patience_s <= 0:
            raise TimeoutError("other packs took all the time of the turn")
        if self._owes is not None:
            grace_s = START_MS / 1000 if self._owes == 0 else 0.0
            ready = self._answer(self._since_s + grace_s)
            if self._owes == 0 and ready.error is not None:
                raise ValueError(ready.error)
            self.reports = ready.reports or self.reports
        until_s = time.monotonic() + patience_s
        self._owes, self._since_s = asked.id, time.monotonic()
        self._write(packed(asked), until_s)
        answer = self._answer(until_s)
        self._owes = None
        return answer

    def end(self) -> None:
        """End it, and whatever it has begun."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._asking.close()
        self._answering.close()

    def _write(self, message: bytes, until_s: float) -> None:
        while message:
            try:
                message = message[os.write(self._asking.fileno(), message) :]
            except BlockingIOError:
                if not _ready(self._asking, select.POLLOUT, until_s):
                    # Half a message cannot be taken back: nothing more can be asked.
                    raise ValueError("it does not listen") from None

    def _answer(self, until_s: float) -> Answer:
        """The next answer."""
        while True:
            if len(self._received) >= HEADER.size:
                (length,) = HEADER.unpack_from(self._received)
                if length > ANSWER_BYTES:
                    raise ValueError(f"an answer of {length} bytes is longer than {ANSWER_BYTES}")
                end = HEADER.size + length
                if len(self._received) >= end:
                    answer = msgspec.json.decode(self._received[HEADER.size : end], type=Answer)
                    self._received = self._received[end:]
                    if answer.id != self._owes:
                        raise ValueError("it answers what was not asked")
                    return answer
            if not _ready(self._answering, select.POLLIN, until_s):
                raise TimeoutError("no answer in time")
            more = os.read(self._answering.fileno(), ANSWER_BYTES)
            if not more:
                raise EOFError(f"its process ended ({self._process.wait()})")
            self._received += more


def _ready(stream: IO[bytes], what: int, until_s: float) -> bool:
    """Wait until a pipe can be read or written; gives False where the time is over."""
    poll = select.poll()
    poll.register(stream, what)
    return bool(poll.poll(max(0.0, until_s - time.monotonic()) * 1000))


def _made(file: Path) -> tuple[int, int]:
    """What changes when a file is written anew; zeros where there is none."""
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)


def _shown(context: Context) -> Context:
    """What the code of a pack may know: the home and this moment, not what else was said."""
    home = context.home
    return Context(
        home=Home(rooms=home.rooms, devices=home.devices),
        state=context.state,
        room=context.room,
        person=context.person,
        now=context.now,
        now_ms=context.now_ms,
        notebook=Notebook(),
        volume=context.volume,
    )
