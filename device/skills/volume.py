"""The speaker's own volume."""

from collections.abc import Sequence

from device.context import Context
from device.effects import Plan, Question, SetVolume
from device.events import Ask, Outcome, Request
from device.skills.phrases import number

STEP = 10
"""What "louder" adds, per cent."""


class Volume:
    """Louder, softer, or a number, where no player and no room is named."""

    name = "volume"
    intents = frozenset({"HassSetVolume", "HassSetVolumeRelative", "GetVolume"})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """The new volume, or what it is."""
        present = context.volume
        if request.intent == "GetVolume":
            return Plan(reply=f"My volume is {present} %.")
        if request.intent == "HassSetVolume":
            wanted = request.slot("volume_level")
            if wanted is None:
                return _ask("How loud, in percent?", request, "volume_level")
        else:
            step = request.slot("volume_step")
            if step is None:
                return _ask("Up or down?", request, "volume_step")
            change = {"up": STEP, "down": -STEP}.get(step) if isinstance(step, str) else step
            wanted = None if change is None else min(max(present + change, 0), 100)
        if not isinstance(wanted, int | float) or not 0 <= wanted <= 100:
            said = number(wanted) if isinstance(wanted, int | float) else wanted
            return Plan(reply=f"My volume can be set to 0 to 100 %, not to {said}.")
        return Plan(
            reply=f"My volume is {number(wanted)} %.", effects=(SetVolume(volume=round(wanted)),)
        )

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """The volume."""
        return plan.reply


def _ask(text: str, request: Request, slot: str) -> Plan:
    return Plan(question=Question(kind=Ask.MISSING, text=text, request=request, slot=slot))
