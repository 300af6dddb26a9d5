"""Time and date."""

from collections.abc import Sequence

from device.context import Context
from device.effects import Plan
from device.events import Outcome, Request
from device.skills.moments import date_of
from device.skills.notebook import believed
from device.skills.phrases import WEEKDAYS, clock_time

UNKNOWN = "I don't know what time it is yet."


class Clock:
    """Tells the time and the date."""

    name = "clock"
    intents = frozenset({"HassGetCurrentTime", "HassGetCurrentDate"})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """The time, today's date, or the weekday of a date that was named."""
        if not believed(context.now):
            return Plan(reply=UNKNOWN)
        if request.intent == "HassGetCurrentTime":
            return Plan(reply=f"It is {clock_time(context.now)}.")
        day = date_of(request) or context.now.date()
        is_today = day == context.now.date()
        said = f"{WEEKDAYS[day.weekday()]}, {day:%B} {day.day}, {day.year}"
        return Plan(reply=f"{'Today' if is_today else 'That'} is {said}.")

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """The time or the date."""
        return plan.reply
