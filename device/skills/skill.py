"""What every skill has in common."""

from collections.abc import Sequence
from typing import Protocol

from device.context import Context
from device.effects import Plan
from device.events import Outcome, Request


class Skill(Protocol):
    """Something that answers requests. It does nothing itself: it plans, then it tells.

    Plans are pure: the same request in the same context gives the same plan. Whether a plan
    must be agreed to first is not for skills to decide; `device.skills.safety` asks.
    """

    @property
    def name(self) -> str:
        """What it is called in records, such as "lights"."""
        ...

    @property
    def intents(self) -> frozenset[str]:
        """The intents that it answers."""
        ...

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of devices that it commands or asks; empty when it needs none."""
        ...

    def plan(self, request: Request, context: Context) -> Plan:
        """What should be done and said for this request, or asked first."""
        ...

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """The sentence to speak once the plan was carried out.

        Args:
            plan: What `plan` gave.
            outcomes: What became of each of its commands.
            request: What was asked.
            context: The home after the commands.

        Returns:
            One or two short sentences that claim only what devices reported.
        """
        ...
