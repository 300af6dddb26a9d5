"""Work beside the core, in a process of its own.

It takes no time from listening, and what it leaves behind in memory goes with it.
"""

from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")


class Background:
    """Works off what the core has no time for; it fills `device.ports.Background`."""

    def start(self, work: Callable[[], T]) -> Future[T]:
        """Begin now; the process ends with the work.

        Args:
            work: It and what it gives can be pickled.
        """
        # A fresh process: TFLite runtimes do not survive a fork.
        pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        found = pool.submit(work)
        pool.shutdown(wait=False)
        return found
