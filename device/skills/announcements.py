"""Saying something aloud for everybody who hears it."""

from collections.abc import Sequence

from device.context import Context
from device.effects import Plan, Question
from device.events import Ask, Outcome, Request
from device.skills.phrases import capital, the


class Announcements:
    """Announces where this speaker stands; there is no other speaker to send it to."""

    name = "announcements"
    intents = frozenset({"HassBroadcast"})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """The message itself, or why it cannot be heard where it should."""
        message, area = request.slot("message"), request.slot("area")
        if message is None:
            text = "What should I announce?"
            question = Question(kind=Ask.MISSING, text=text, request=request, slot="message")
            return Plan(question=question)
        if area is not None and str(area).casefold() != (context.room or "").casefold():
            return Plan(reply=f"I have no speaker in {the(str(area))}.")
        return Plan(reply=f"{capital(str(message)).rstrip('.')}.")

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """The message."""
        return plan.reply
