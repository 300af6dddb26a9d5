"""Work beside the core, in a process of its own.

It takes no time from listening, and what it leaves behind in memory goes with it.
"""

import logging
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Generic, TypeVar

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
        self._begin()

    def done(self) -> bool:
        """Whether it has ended; begins again where its process was ended from outside."""
        if not self._future.done():
            return False
        if self._tries_left and isinstance(self._future.exception(), BrokenExecutor):
            logger.warning("work in the background was ended from outside; it begins again")
            self._begin()
            return False
        return True

    def result(self) -> T:
        """What it gave; waits for it.

        Raises:
            InglenookError: Its process was ended from outside.
        """
        try:
            return self._future.result()
        except BrokenExecutor as exc:
            raise InglenookError(
                "work in the background was ended from outside; the machine may have too "
                "little memory"
            ) from exc

    def _begin(self) -> None:
        # A fresh process: TFLite runtimes do not survive a fork.
        pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self._future: Future[T] = pool.submit(self._work)
        self._tries_left -= 1
        pool.shutdown(wait=False)
