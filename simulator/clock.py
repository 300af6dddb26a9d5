"""A pretend clock: it starts where it is told and jumps when it is told.

Between jumps it either runs with real time, so that waiting for a device takes as long as it
takes, or stands still, so that a scenario of a whole night is over at once.
"""

import re
import time
from datetime import datetime, timedelta, tzinfo

from device.errors import ConfigError

NS_PER_MS = 1_000_000
_UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_JUMP = re.compile(r"@\+(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


class PretendClock:
    """Time in a pretend house; a `device.ports.Clock`."""

    def __init__(
        self, at: datetime | None = None, *, running: bool = True, zone: tzinfo | None = None
    ) -> None:
        """Start the clock.

        Args:
            at: The wall time to start at, local where it names no zone; None for the real one.
            running: Whether real time moves it; else only `jump` and `set_wall` do.
            zone: Time zone of the home; None for that of this machine.
        """
        self._zone = zone
        self._wall = datetime.now().astimezone() if at is None else at.astimezone()
        self._running = running
        self._started_ns = time.monotonic_ns()
        self._jumped_ms = 0
        self._wall_only = timedelta()

    def now(self) -> datetime:
        """The pretend wall time, with time zone."""
        passed = timedelta(milliseconds=self.monotonic_ms())
        return (self._wall + passed + self._wall_only).astimezone(self._zone)

    def monotonic_ms(self) -> int:
        """Milliseconds since the clock was made, jumps included."""
        real_ns = time.monotonic_ns() - self._started_ns if self._running else 0
        return real_ns // NS_PER_MS + self._jumped_ms

    def lap_ms(self) -> float:
        """A fine stopwatch reading in milliseconds; always real time."""
        return time.perf_counter_ns() / NS_PER_MS

    def jump(self, ms: int) -> None:
        """Let time pass at once.

        Args:
            ms: Milliseconds, zero or more: pretend time passes, it never comes back.
        """
        if ms < 0:
            raise ValueError(f"time cannot go back, got {ms} ms")
        self._jumped_ms += ms

    def set_wall(self, at: datetime) -> None:
        """Set the wall clock, as a time server does; what counts down is not touched."""
        self._wall_only += at.astimezone() - self.now()


def parse_at(text: str) -> datetime:
    """The wall time of `--at`.

    Example: "2026-11-20T21:30" -> 2026-11-20 21:30:00, local time zone.

    Raises:
        ConfigError: It is no ISO 8601 time.
    """
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as exc:
        raise ConfigError(f"--at must look like 2026-11-20T21:30, got {text!r}") from exc


def parse_jump(line: str) -> int | None:
    """Milliseconds of a line such as `@+10m`; None for a line that is no jump.

    Example: "@+1h30m" -> 5_400_000, "turn on the light" -> None.

    Raises:
        ConfigError: It starts with `@` and is no jump.
    """
    line = line.strip()
    if not line.startswith("@"):
        return None
    found = _JUMP.fullmatch(line)
    if found is None:
        raise ConfigError(f"a jump in time looks like @+10m or @+1h30m, got {line!r}")
    return sum(
        int(count) * unit_ms
        for count, unit_ms in zip(found.groups(), _UNITS_MS.values(), strict=True)
        if count is not None
    )
