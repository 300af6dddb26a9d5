"""From what was said about a time to the moment that is meant."""

from datetime import date, datetime, time, timedelta

from device.events import Request
from device.skills.phrases import WEEKDAYS
from device.skills.timers import length_ms

MORNING_ENDS = 7
"""Without AM or PM, on another day, reminders before this hour mean the afternoon."""


def moment_of(request: Request, now: datetime, *, mornings: bool) -> datetime | None:
    """When an alarm or a reminder should come.

    A length of time counts from now. A time without AM or PM is the next time that a clock
    shows it; on a day that was named, alarms take it in the morning and reminders in waking
    hours.

    Args:
        request: With slots time, meridiem, date, days, hours, minutes, seconds.
        now: The home's local time.
        mornings: Whether hours that could be either are morning hours (alarms).

    Returns:
        The moment, always after now; None when no time was said, or the day is over.
    """
    from_now_ms = length_ms(request)
    if from_now_ms is not None:
        return now + timedelta(milliseconds=from_now_ms) if from_now_ms > 0 else None
    said = clock_of(request)
    if said is None:
        return None
    open_half = request.slot("meridiem") is None and 1 <= said.hour <= 12
    day, repeats = date_of(request), days_of(request)
    if day is None and not repeats:
        halves = [said, _other_half(said)] if open_half else [said]
        return min(_next_time(now, half) for half in halves)
    if open_half and (said.hour == 12 or (not mornings and said.hour < MORNING_ENDS)):
        said = said if said.hour == 12 else _other_half(said)
    if day is not None:
        at = datetime.combine(day, said, tzinfo=now.tzinfo)
        if at <= now and open_half:
            at = datetime.combine(day, _other_half(said), tzinfo=now.tzinfo)
        return at if at > now else None
    at = _next_time(now, said)
    while at.weekday() not in repeats:
        at += timedelta(days=1)
    return at


def clock_of(request: Request) -> time | None:
    """The time of day that was said, as read; None when there is none that a clock can show."""
    said = request.slot("time")
    try:
        return None if said is None else time.fromisoformat(str(said)).replace(tzinfo=None)
    except ValueError:
        return None


def date_of(request: Request) -> date | None:
    """The day that was said; None when there is none in the calendar."""
    said = request.slot("date")
    try:
        return None if said is None else date.fromisoformat(str(said))
    except ValueError:
        return None


def days_of(request: Request) -> tuple[int, ...]:
    """The weekdays (Monday 0) on which it comes again.

    Example: "monday tuesday" -> (0, 1).
    """
    words = str(request.slot("days") or "").casefold().split()
    return tuple(n for n, day in enumerate(WEEKDAYS) if day.casefold() in words)


def _other_half(said: time) -> time:
    return said.replace(hour=(said.hour + 12) % 24)


def _next_time(now: datetime, said: time) -> datetime:
    at = datetime.combine(now.date(), said, tzinfo=now.tzinfo)
    return at if at > now else at + timedelta(days=1)
