"""The clock of the machine."""

import time
from datetime import datetime

NS_PER_MS = 1_000_000

# Where the kernel offers it, the clock that also counts while the machine sleeps.
_COUNTING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SystemClock:
    """Real time: the local wall clock and a count that only ever grows."""

    def now(self) -> datetime:
        """The machine's local time, with time zone; jumps when the network sets the clock."""
        return datetime.now().astimezone()

    def monotonic_ms(self) -> int:
        """Milliseconds since the machine started; no step of the wall clock touches them."""
        return time.clock_gettime_ns(_COUNTING) // NS_PER_MS

    def lap_ms(self) -> float:
        """A fine stopwatch reading in milliseconds, for measuring stages."""
        return time.perf_counter_ns() / NS_PER_MS
