"""The skill of a pack, as the router holds it beside the speaker's own."""

from collections.abc import Sequence

from device.context import Context
from device.effects import Outside, Plan
from device.errors import SkillError
from device.events import Outcome, OutcomeKind, Request
from device.ports import PackCode
from device.skills.pack import Hermes, Pack, Python
from device.skills.replies import outcome_sentence


class PackSkill:
    """Leaves requests to the program or to the code that answers for a pack.

    A pack that extends a skill of the speaker's own has none: its requests are that skill's.
    """

    def __init__(self, pack: Pack, *, code: PackCode | None = None) -> None:
        """Take a pack.

        Args:
            pack: One that a program on the bus or its own code answers for.
            code: Runs the pack's own code; None where no code of packs is run.
        """
        self.pack = pack
        self._code = code
        self.name = pack.id
        self.intents = frozenset(example.intent for example in pack.examples)
        self.kinds = pack.kinds

    def plan(self, request: Request, context: Context) -> Plan:
        """Let the pack's code plan, or leave it to the pack's program."""
        name = self.pack.name
        match self.pack.answers:
            case Hermes(topic=topic):
                outside = Outside(skill=self.pack.id, name=name, topic=topic)
                return Plan(reply=f"{name} does not answer.", outside=outside)
            case Python(file=file) if self._code is not None:
                try:
                    return self._code.plan(file, request, context, name=name)
                except SkillError as exc:
                    return Plan(reply=str(exc))
        return Plan(reply=f"{name} cannot answer here.")

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What the pack says; where a device did not obey, the speaker itself says that first."""
        told = self._reported(plan, outcomes, request, context)
        done = all(outcome.kind is OutcomeKind.DONE for outcome in outcomes)
        if done and (told or plan.reply):
            return told or plan.reply
        return " ".join(part for part in (outcome_sentence(outcomes, context), told) if part)

    def _reported(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str | None:
        answers = self.pack.answers
        if not isinstance(answers, Python) or self._code is None or not plan.commands:
            return None
        try:
            return self._code.report(
                answers.file, plan, outcomes, request, context, name=self.pack.name
            )
        except SkillError:
            return None
