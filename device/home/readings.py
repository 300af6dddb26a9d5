"""What every device last reported, when, and since when it stands so.

Two clocks matter. Ages count monotonic milliseconds, which nothing can set; the wall times that
people are told follow when the wall clock is set, so that "two hours ago" stays two hours ago.

What the broker had kept for us (retained) is older than the moment it was heard, and nobody
knows by how much, unless the device's own `last_seen` tells. It proves nothing about a
command, and it never makes an older reading look new.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from device.context import Change, Reading, State
from device.events import Value

JUMP = timedelta(seconds=2)
"""By how much the two clocks may drift apart before the wall clock was set."""

FRESH = timedelta(seconds=60)
"""What a device itself dates further back than this was not said just now."""


class Readings:
    """Keeps them."""

    def __init__(self) -> None:
        self._of: dict[str, Mapping[str, Reading]] = {}
        self._state: State | None = None
        self._epoch: datetime | None = None
        """The wall time at which the monotonic clock showed 0."""

    @property
    def state(self) -> State:
        """A snapshot that later reports leave alone."""
        if self._state is None:
            self._state = MappingProxyType(dict(self._of))
        return self._state

    def keep_time(self, at: datetime, now_ms: int) -> None:
        """Move all times along where the wall clock was set.

        Args:
            at: The home's local time.
            now_ms: Monotonic milliseconds at the same moment.
        """
        epoch = at - timedelta(milliseconds=now_ms)
        was, self._epoch = self._epoch, self._epoch or epoch
        if was is None or abs(epoch - was) <= JUMP:
            return
        self._epoch = epoch
        self._of = {
            device: MappingProxyType({n: _moved(r, epoch - was) for n, r in readings.items()})
            for device, readings in self._of.items()
        }
        self._state = None

    def take(
        self,
        device: str,
        values: Mapping[str, Value],
        *,
        gone: tuple[str, ...] = (),
        at: datetime,
        seen: datetime | None = None,
        retained: bool = False,
    ) -> tuple[Change, ...]:
        """Keep what a device told.

        Args:
            device: Its id.
            values: Capability -> value.
            gone: Capabilities that have no value now.
            at: The home's local time.
            seen: When the device itself was last heard by its bridge, where that is told.
            retained: Whether the broker had kept it.

        Returns:
            What changed by it, as far as is known when.
        """
        readings = dict(self._of.get(device, {}))
        unknown = retained and seen is None
        told = at if seen is None else min(seen.astimezone(at.tzinfo), at)
        changes: list[Change] = []
        for name, value in values.items():
            before = readings.get(name)
            after = _after(before, value, told, kept=unknown)
            readings[name] = after
            changed = before is None or before.value != value
            if changed and not unknown:
                sure = before is not None and not before.kept
                changes.append(
                    Change(device=device, capability=name, value=value, at=told, sure=sure)
                )
        for name in gone:
            readings.pop(name, None)
        self._of[device] = MappingProxyType(readings)
        self._state = None
        return tuple(changes)

    def forget(self, device: str) -> None:
        """A device is gone."""
        self._of.pop(device, None)
        self._state = None


def proves(at: datetime, seen: datetime | None, *, retained: bool) -> bool:
    """Whether what was heard was said just now, and can answer a command."""
    return not retained and (seen is None or at - seen <= FRESH)


def _after(before: Reading | None, value: Value, told: datetime, *, kept: bool) -> Reading:
    """A value as it was told, and since when it stands so."""
    if before is None:
        return Reading(value=value, at=told, kept=kept)
    if before.value == value:
        if kept:
            return before
        # When a kept value was heard says nothing about when it was told.
        at = told if before.kept else max(told, before.at)
        return Reading(value=value, at=at, since=before.since)
    # It may have changed at any time while nobody listened.
    return Reading(value=value, at=told, since=None if kept else told, kept=kept)


def _moved(reading: Reading, by: timedelta) -> Reading:
    since = None if reading.since is None else reading.since + by
    return replace(reading, at=reading.at + by, since=since)
