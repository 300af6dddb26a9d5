"""What falls due in a notebook, and a notebook as JSON that survives a restart.

Two clocks matter. Timers count monotonic milliseconds, which nothing can set. Alarms and
reminders follow the local wall clock, which is wrong at boot on a board without a battery
(1970, or the time of the last shutdown) until a time server sets it. So:

- A wall time before `EARLIEST` is not believed: no alarm falls due, and time passed while the
  speaker was off counts as none.
- A delayed request for a time of day follows the wall clock too, any other counts down.
- Time passed while off is the difference of two believed wall times, never below zero.
- What should have rung while nobody could ring it, rings when at most `LATE_MS` have passed
  and is said to be missed otherwise.

Wall times are compared as the clock on the wall shows them: an alarm for 7:00 rings when it
shows 7:00, also on the morning after the clocks were changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import msgspec

from device.effects import Alarm, Hold, Notebook, Timer
from device.errors import StoreError
from device.events import Value
from device.skills.phrases import adjective, capital, clock_time, duration, moment

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""A wall clock that shows less was never set."""

LATE_MS = 3_600_000
"""How late something may still ring, milliseconds; later it is only said to be missed."""

DRIFT_MS = 2_000
"""By how much two clocks may differ before one of them was set, milliseconds."""

VERSION = 1
"""Of the JSON form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What fell due."""

    notebook: Notebook
    """As it stands afterwards."""
    events: tuple[str, ...] = ()
    """One sentence for each, to be spoken now."""
    commands: tuple[Timer, ...] = ()
    """Delayed requests, whose words are to be carried out as if they were said now."""


def believed(now: datetime) -> bool:
    """Whether this wall time can be true."""
    return now >= EARLIEST


def due(notebook: Notebook, now: datetime, now_ms: int) -> Due:
    """Take what has fallen due out of the notebook.

    Args:
        notebook: As kept.
        now: The home's local time, with time zone.
        now_ms: Monotonic milliseconds.

    Returns:
        The rest, what rings now, and what is to be said and done; the same notebook when
        nothing fell due.
    """
    notebook = _by_the_wall(notebook, now, now_ms)
    over = [t for t in notebook.timers if not t.paused and t.left_ms(now_ms) <= 0]
    reached = [a for a in notebook.alarms if believed(now) and _plain(a.at) <= _plain(now)]
    if not over and not reached:
        return Due(notebook=notebook)
    over.sort(key=lambda timer: timer.left_ms(now_ms))
    reached.sort(key=lambda alarm: _plain(alarm.at))
    late = [t for t in over if -t.left_ms(now_ms) > LATE_MS]
    missed = [a for a in reached if _plain(now) - _plain(a.at) > timedelta(milliseconds=LATE_MS)]
    rings = [_over(t) for t in over if t not in late and t.command is None]
    rings += [_reached(a) for a in reached if a not in missed]
    told = [_late(t, now_ms) for t in late] + [_missed(a, now) for a in missed]
    again = [replace(a, at=_next(a, now)) for a in reached if a.repeats]
    left = replace(
        notebook,
        timers=tuple(t for t in notebook.timers if t not in over),
        alarms=(*(a for a in notebook.alarms if a not in reached), *again),
        ringing=(*notebook.ringing, *rings),
    )
    commands = tuple(t for t in over if t.command is not None and t not in late)
    return Due(notebook=left, events=(*rings, *told), commands=commands)


def _by_the_wall(notebook: Notebook, now: datetime, now_ms: int) -> Notebook:
    """With timers that end at a time of day moved on, where the clock was changed meanwhile."""
    timers = tuple(_on_time(timer, now, now_ms) for timer in notebook.timers)
    return notebook if timers == notebook.timers else replace(notebook, timers=timers)


def _on_time(timer: Timer, now: datetime, now_ms: int) -> Timer:
    if timer.at is None or timer.paused or not believed(now):
        return timer
    left_ms = (_plain(timer.at) - _plain(now)) // timedelta(milliseconds=1)
    if abs(left_ms - timer.left_ms(now_ms)) <= DRIFT_MS:
        return timer
    return replace(timer, remaining_ms=left_ms, as_of_ms=now_ms)


def _plain(moment_at: datetime) -> datetime:
    """What the clock on the wall shows."""
    return moment_at.replace(tzinfo=None)


def timer_name(timer: Timer) -> str:
    """What a timer is called: "pasta timer", "5 minute timer", "timer to turn off the fan"."""
    if timer.name is None and timer.command is not None:
        return f"timer to {timer.command}"
    return f"{timer.name or adjective(timer.duration_ms)} timer"


def _over(timer: Timer) -> str:
    return f"Your {timer_name(timer)} is done."


def _late(timer: Timer, now_ms: int) -> str:
    ago = duration(-timer.left_ms(now_ms) // 60_000 * 60_000)
    if timer.command is not None:
        return f"I was off {ago} ago, so I did not do this: {timer.command}."
    return f"Your {timer_name(timer)} was done {ago} ago, while I was off."


def _reached(alarm: Alarm) -> str:
    if alarm.words is not None:
        return f"Reminder: {capital(alarm.words)}."
    return f"It is {clock_time(alarm.at)}, here is your alarm."


def _missed(alarm: Alarm, now: datetime) -> str:
    at = moment(alarm.at, now)
    if alarm.words is not None:
        return f"You missed a reminder for {at}: {capital(alarm.words)}."
    return f"You missed the alarm for {at}."


def _next(alarm: Alarm, now: datetime) -> datetime:
    """The next time that a repeating alarm comes, after now."""
    at = alarm.at
    while _plain(at) <= _plain(now) or at.weekday() not in alarm.repeats:
        # Weeks first: years may have passed while the clock was not set.
        days = max((_plain(now) - _plain(at)).days - 7, 1)
        at += timedelta(days=days)
    return at


def timers_json(notebook: Notebook, now_ms: int) -> tuple[dict[str, Value | None], ...]:
    """All timers for a turn's record: name and whole seconds left.

    Example: ({"name": None, "seconds": 300},).
    """
    return tuple(
        {"name": timer.name, "seconds": max(-(-timer.left_ms(now_ms) // 1000), 0)}
        for timer in notebook.timers
    )


def lists_json(notebook: Notebook) -> dict[str, tuple[str, ...]]:
    """All lists for a turn's record."""
    return dict(notebook.lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The notebook as it is written."""

    version: int
    saved_at: datetime
    lists: dict[str, tuple[str, ...]]
    timers: tuple[Timer, ...]
    """With `as_of_ms` 0 and what was left when it was saved."""
    alarms: tuple[Alarm, ...]
    ringing: tuple[str, ...]
    next_id: int
    holds: tuple[Hold, ...] = ()
    """Missing where a version wrote it that knew none."""


def save(notebook: Notebook, now: datetime, now_ms: int) -> bytes:
    """The notebook as JSON.

    Save whenever it changes, and also when `clock_jumped`: what is left of a timer is written
    beside the wall time of writing.
    """
    page = _Page(
        version=VERSION,
        saved_at=now,
        lists=dict(notebook.lists),
        timers=tuple(
            replace(t, remaining_ms=t.left_ms(now_ms), as_of_ms=0) for t in notebook.timers
        ),
        alarms=notebook.alarms,
        ringing=notebook.ringing,
        next_id=notebook.next_id,
        holds=notebook.holds,
    )
    return msgspec.json.encode(page)


def restore(content: bytes, now: datetime, now_ms: int) -> Notebook:
    """The notebook as it stands after a restart.

    Args:
        content: What `save` gave.
        now: The local time; may be wrong at boot.
        now_ms: Monotonic milliseconds, which began anew.

    Raises:
        StoreError: The content is no notebook that this version can read.
    """
    try:
        page = msgspec.json.decode(content, type=_Page)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as exc:
        raise StoreError(f"the saved lists and timers cannot be read: {exc}") from exc
    if page.version != VERSION:
        raise StoreError(
            f"the saved lists and timers have version {page.version}, this is version {VERSION}"
        )
    away_ms = _away_ms(page.saved_at, now)
    return Notebook(
        lists=MappingProxyType(page.lists),
        timers=tuple(
            replace(t, remaining_ms=t.remaining_ms - (0 if t.paused else away_ms), as_of_ms=now_ms)
            for t in page.timers
        ),
        alarms=page.alarms,
        ringing=page.ringing,
        next_id=page.next_id,
        holds=page.holds,
    )


def _away_ms(saved_at: datetime, now: datetime) -> int:
    """How long the speaker was off, as far as two wall times can be believed."""
    if saved_at.tzinfo is None or not believed(saved_at) or not believed(now):
        return 0
    return max((now - saved_at) // timedelta(milliseconds=1), 0)


def clock_jumped(
    before: tuple[datetime, int], after: tuple[datetime, int], *, by_ms: int = DRIFT_MS
) -> bool:
    """Whether the wall clock was set between two readings of (wall, monotonic).

    Args:
        before: The earlier reading.
        after: The later one.
        by_ms: Smaller differences are drift.
    """
    wall_ms = (after[0] - before[0]) // timedelta(milliseconds=1)
    return abs(wall_ms - (after[1] - before[1])) > by_ms


def with_list(notebook: Notebook, name: str, items: tuple[str, ...]) -> Notebook:
    """The notebook with one list replaced."""
    lists: Mapping[str, tuple[str, ...]] = {**notebook.lists, name: items}
    return replace(notebook, lists=MappingProxyType(lists))
