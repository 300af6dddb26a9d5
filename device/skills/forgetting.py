"""Which records "delete what I said" means, in words and in times."""

from datetime import date, datetime, time, timedelta

from device.effects import ForgetTurns
from device.skills.phrases import calendar_day, duration


def told(wanted: ForgetTurns, now: datetime) -> str:
    """What is meant, as an object of "delete".

    Example: a day -> "what you said today"; an hour -> "what you said in the last hour";
    neither -> "everything you have said".
    """
    if wanted.last_ms is not None:
        length = duration(wanted.last_ms)
        one = length in ("1 hour", "1 minute", "1 second")
        return f"what you said in the last {length.removeprefix('1 ') if one else length}"
    if wanted.date is not None:
        return f"what you said {calendar_day(date.fromisoformat(wanted.date), now.date())}"
    return "everything you have said"


def span(wanted: ForgetTurns, now: datetime) -> tuple[datetime | None, datetime | None]:
    """From when (inclusive) until when (exclusive) records are to be deleted; None is open.

    Args:
        wanted: What is meant.
        now: The home's local time, with time zone.
    """
    if wanted.last_ms is not None:
        return now - timedelta(milliseconds=wanted.last_ms), None
    if wanted.date is not None:
        first = datetime.combine(date.fromisoformat(wanted.date), time(), tzinfo=now.tzinfo)
        return first, first + timedelta(days=1)
    return None, None
