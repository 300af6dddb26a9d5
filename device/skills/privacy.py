"""Being heard and being remembered: the microphone switch, and deleting what was said."""

from collections.abc import Sequence
from datetime import date

from device.context import Context, Microphone
from device.effects import ForgetTurns, Plan, TurnMicrophone
from device.events import Outcome, Request
from device.skills.forgetting import told

LONGEST_MS = 100 * 365 * 86_400_000
"""The longest span that is told from everything, milliseconds."""

_UNIT_MS = {"hours": 3_600_000, "minutes": 60_000, "seconds": 1_000}


class Privacy:
    """Stops and starts listening, deletes the records of what was said."""

    name = "privacy"
    intents = frozenset({"MuteMicrophone", "UnmuteMicrophone", "DeleteRecords"})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """What to switch or to delete."""
        if request.intent == "DeleteRecords":
            return _delete(request, context)
        return _switch(context.microphone, on=request.intent == "UnmuteMicrophone")

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What was planned to be said."""
        return plan.reply


def _switch(microphone: Microphone | None, *, on: bool) -> Plan:
    if microphone is None:
        return Plan(reply="There is no microphone to switch here.")
    if microphone.on == on:
        return Plan(reply="I am listening." if on else f"My microphone is off. {_back(microphone)}")
    said = "I am listening again." if on else f"My microphone is off now. {_back(microphone)}"
    return Plan(reply=said, effects=(TurnMicrophone(on=on),))


def _back(microphone: Microphone) -> str:
    """How somebody whom nobody hears gets heard again."""
    if microphone.button:
        return "I can't hear you any more; press my button to switch it on again."
    return "I can't hear you any more; switch it on again over MQTT."


def _delete(request: Request, context: Context) -> Plan:
    day = request.slot("date")
    spoken = {unit: request.slot(unit) for unit in _UNIT_MS}
    last_ms = sum(
        count * _UNIT_MS[unit] for unit, count in spoken.items() if isinstance(count, int | float)
    )
    if last_ms < 0:
        return Plan(reply="I can't look into the future.")
    if last_ms:
        wanted = ForgetTurns(last_ms=round(min(last_ms, LONGEST_MS)))
    elif isinstance(day, str):
        try:
            future = date.fromisoformat(day) > context.now.date()
        except ValueError:
            return Plan(reply=f"I don't know which day {day} is.")
        if future:
            return Plan(reply="That day is still to come; nothing was said on it.")
        wanted = ForgetTurns(date=day)
    else:
        wanted = ForgetTurns()
    return Plan(reply=f"I have deleted {told(wanted, context.now)}.", effects=(wanted,))
