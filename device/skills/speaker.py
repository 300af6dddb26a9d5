"""Talk about the talk: undo, say that again, what can you do, never mind."""

from collections.abc import Sequence

from device.context import Context
from device.effects import Plan, Question
from device.events import Ask, Outcome, Request
from device.nlu.followups import FRAGMENTS
from device.skills.alarms import stop_ringing
from device.skills.phrases import kind_word, listed, plural
from device.skills.replies import outcome_sentence
from device.skills.undo import undo

ALONE = "I don't know what that goes on from. Please say all of it."
"""To a fragment that nothing came before."""

_TOLD_KINDS = ("light", "switch", "cover", "climate", "fan", "lock", "media_player", "vacuum")


class Speaker:
    """The speaker itself."""

    name = "speaker"
    intents = frozenset(
        {"Undo", "RepeatThat", "WhatCanYouDo", "HassNevermind", "HassRespond", *FRAGMENTS}
    )
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """What to take back or say."""
        match request.intent:
            case "Undo":
                return undo(context)
            case "RepeatThat":
                said = [turn.reply.text for turn in context.turns if turn.reply.text]
                return Plan(reply=said[-1] if said else "I have not said anything yet.")
            case "WhatCanYouDo":
                return Plan(reply=_abilities(context))
            case "HassNevermind" if context.notebook.ringing:
                return stop_ringing(context.notebook)
            case "HassNevermind":
                return Plan(reply="OK.")
            case intent if intent in FRAGMENTS:
                return Plan(question=Question(kind=Ask.REPEAT, text=ALONE, request=request))
        return Plan(reply="I'm here. What you say stays in this home.")

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What devices reported after an undo, and what was planned to be said."""
        return " ".join(part for part in (outcome_sentence(outcomes, context), plan.reply) if part)


def _abilities(context: Context) -> str:
    """What this home has, and what needs no device."""
    kinds = {device.kind for device in context.home.devices}
    words = [plural(kind_word(kind)) for kind in _TOLD_KINDS if kind in kinds]
    control = f"control {listed(words)} and answer questions about them, " if words else ""
    return (
        f"I can {control}set timers, alarms and reminders, keep your shopping and to-do lists, "
        "and tell the time and the date. You can say undo, repeat that, or stop."
    )
