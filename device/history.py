"""What devices reported before: kept so that questions about it can be answered.

It is about the house, not about words; but who was where and when the door was opened is told
by it too. So it is kept no longer than the records of turns, not at all where none are kept,
and deleted with "delete what I said" for the same span.

What is worth keeping: every change of what can be set and of what is open, on or detected, but
for each of these at most one within `STATE_MS`; of what is measured one value within
`MEASURED_MS`. It is written in batches, so that a chatty sensor does not wear out an SD card.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from device.context import Change, Past
from device.errors import StoreError
from device.home.capabilities import RULES
from device.ports import Store

logger = logging.getLogger(__name__)

STATE_MS = 10_000
"""Time between two changes of one state that are kept, milliseconds."""
MEASURED_MS = 1_800_000
"""The same for what is measured."""
WRITE_MS = 60_000
"""How long changes wait to be written together."""
WRITE_AT = 500
"""So many of them do not wait."""
EACH = 48
"""Changes of one capability of one device that can be asked for: a day of measurements."""

MOST_LINES = 20_000
"""Capabilities of all devices together that are remembered; more are those of a flood."""


@dataclass(slots=True)
class _Line:
    """One capability of one device."""

    kept: tuple[Change, ...]
    noted_ms: int
    """When the last one was noted."""
    held: Change | None = None
    """One that came too soon after it."""


class History:
    """Takes note of changes."""

    def __init__(self, store: Store, *, keep: bool) -> None:
        """Begin with what was kept.

        Args:
            store: Where it is kept.
            keep: Whether it outlives the running speaker; as the owner keeps records at all.
        """
        self._store = store
        self._keep = keep
        self._lines: dict[tuple[str, str], _Line] = {}
        self._unwritten: list[Change] = []
        self._held: dict[tuple[str, str], None] = {}
        self._write_ms: int | None = None
        self._past: Past | None = None
        for change in store.changes(EACH) if keep else ():
            self._add(change, -MEASURED_MS)

    @property
    def past(self) -> Past:
        """The last changes of everything; a snapshot."""
        if self._past is None:
            self._past = MappingProxyType({k: v.kept for k, v in self._lines.items()})
        return self._past

    def note(self, changes: Iterable[Change], now_ms: int) -> None:
        """Take note of what changed.

        Args:
            changes: Oldest first.
            now_ms: Monotonic milliseconds.
        """
        for change in changes:
            key = (change.device, change.capability)
            line = self._lines.get(key)
            if line is not None and now_ms - line.noted_ms < _pause_ms(change):
                line.held = change
                self._held[key] = None
            else:
                self._note(change, now_ms)

    def look(self, now_ms: int) -> None:
        """Note what was held back and write what has waited, where it is time."""
        for key in list(self._held):
            line = self._lines[key]
            if line.held is not None and now_ms - line.noted_ms >= _pause_ms(line.held):
                self._note(line.held, now_ms)
        waited = self._write_ms is not None and now_ms >= self._write_ms
        if waited or len(self._unwritten) >= WRITE_AT:
            self.save()

    def save(self) -> None:
        """Write what waits, as before the speaker is switched off."""
        waiting, self._unwritten, self._write_ms = self._unwritten, [], None
        if not (self._keep and waiting):
            return
        try:
            self._store.append_changes(waiting)
        except StoreError as exc:
            logger.warning("%s", exc)

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Forget a span of time here; the store's part is deleted with the records of turns."""
        self._unwritten = [c for c in self._unwritten if not _within(c, since, until)]
        self._held.clear()
        for key, line in list(self._lines.items()):
            line.held = None
            line.kept = tuple(c for c in line.kept if not _within(c, since, until))
            if not line.kept:
                del self._lines[key]
        self._past = None

    def _note(self, change: Change, now_ms: int) -> None:
        key = (change.device, change.capability)
        self._held.pop(key, None)
        line = self._lines.get(key)
        if line is not None:
            line.held = None
            if line.kept[-1].value == change.value:
                return  # As it was: what came between was too short to count.
        self._add(change, now_ms)
        self._unwritten.append(change)
        if self._write_ms is None:
            self._write_ms = now_ms + WRITE_MS

    def _add(self, change: Change, now_ms: int) -> None:
        key = (change.device, change.capability)
        if key not in self._lines and len(self._lines) >= MOST_LINES:
            oldest = next(iter(self._lines))
            del self._lines[oldest]
            self._held.pop(oldest, None)
        line = self._lines.setdefault(key, _Line((), now_ms))
        line.kept = (*line.kept[1 - EACH :], change)
        line.noted_ms = now_ms
        self._past = None


def _pause_ms(change: Change) -> int:
    rule = RULES.get(change.capability)
    measured = rule is not None and rule.number and not rule.settable
    return MEASURED_MS if measured else STATE_MS


def _within(change: Change, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or change.at >= since) and (until is None or change.at < until)
