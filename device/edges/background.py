"""Work beside the core, in a process of its own.

It takes no time from listening, and what it leaves behind in memory goes with it. It ends
with the speaker, whatever it was doing: nobody waits for it, and it leaves no words behind.
"""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from typing import Generic, NoReturn, TypeVar

from device.errors import InglenookError

logger = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 3
"""How often work is begun whose process is ended from outside, as where memory is short."""


class Background:
    """Works off what the core has no time for; it fills `device.ports.Background`."""

    def start(self, work: Callable[[], T]) -> "Work[T]":
        """Begin now; the process ends with the work.

        Args:
            work: It and what it gives can be pickled.
        """
        return Work(work)


class Work(Generic[T]):
    """Work in a process; it fills `device.ports.Job`."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._tries_left = TRIES
        self._ended: Callable[[], T] | None = None
        """Gives what it gave, or raises what it raised."""
        self._begin()

    def done(self) -> bool:
        """Whether it has ended; begins again where its process was ended from outside."""
        if self._ended is None and self._answer.poll():
            self._listen()
        return self._ended is not None

    def result(self) -> T:
        """What it gave; waits for it.

        Raises:
            InglenookError: Its process was ended from outside.
        """
        while self._ended is None:
            self._listen()
        return self._ended()

    def _begin(self) -> None:
        # A fresh process: TFLite runtimes do not survive a fork.
        context = get_context("spawn")
        self._answer, answer = context.Pipe(duplex=False)
        process = context.Process(target=_do, args=(self._work, answer), daemon=True)
        with _without_interrupts():
            process.start()
        answer.close()
        self._tries_left -= 1

    def _listen(self) -> None:
        """Wait for what it gives, or for its end."""
        try:
            self._ended = self._answer.recv()
        except EOFError:
            self._answer.close()
            if self._tries_left:
                logger.warning("work in the background was ended from outside; it begins again")
                self._begin()
            else:
                self._ended = _Failed(
                    InglenookError(
                        "work in the background was ended from outside; the machine may have "
                        "too little memory"
                    )
                )


class _Given(Generic[T]):
    """What the work gave."""

    def __init__(self, value: T) -> None:
        self._value = value

    def __call__(self) -> T:
        return self._value


class _Failed:
    """What the work raised."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self) -> NoReturn:
        raise self._error


def _do(work: Callable[[], T], answer: Connection) -> None:
    """Do the work (in its own process)."""
    ended: _Given[T] | _Failed
    try:
        ended = _Given(work())
    except Exception as exc:
        ended = _Failed(exc)
    # Nobody may be listening any more.
    with suppress(BrokenPipeError):
        answer.send(ended)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back; a process that begins meanwhile never sees it.

    At a terminal it reaches every process, and one that is just beginning answers with a
    traceback.
    """
    # Once it runs, multiprocessing's tracker leaves the held signals alone; its start does not.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
