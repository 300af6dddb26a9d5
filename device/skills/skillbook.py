"""Talk about skills: which there are, which one answered, which were turned down."""

from collections.abc import Sequence

from device.context import Context
from device.effects import ForgetRefusals, Plan
from device.events import Outcome, Request, Route
from device.settled import Verdict
from device.skills.phrases import capital, counted, listed

TOLD = 3
"""How many refusals are told; more are counted."""

REFUSALS = (Verdict.REFUSED, Verdict.CANCELLED)
"""What an owner turned down, in words or by cancelling at once."""


class Skillbook:
    """Tells about the skills, and forgets what was refused."""

    name = "skills"
    intents = frozenset({"OtherSkill", "WhichSkills", "WhichSkill", "Refusals", "ForgetRefusals"})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """What to say, and what to forget."""
        match request.intent:
            case "WhichSkills":
                return Plan(reply=_which(context))
            case "WhichSkill":
                route = answered_last(context)
                if route is None or route.skill is None:
                    none = (
                        "No skill answered that." if context.turns else "No skill has answered yet."
                    )
                    return Plan(reply=none)
                name = _name(route.skill, context)
                told = name if route.pack else f"my own {name} skill"
                return Plan(reply=f"That was {told}.")
            case "Refusals":
                return Plan(reply=_refusals(context))
            case "ForgetRefusals":
                return _forget(request, context)
        return Plan(reply="I don't know which skill you mean.")

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What was planned to be said."""
        return plan.reply


def answered_last(context: Context) -> Route | None:
    """The last request that a skill answered, in the last turn that asked and told of no skill."""
    for turn in reversed(context.turns):
        about = any(request.intent in Skillbook.intents for request in turn.requests)
        if about or turn.reply.asks is not None:
            continue
        return next((route for route in reversed(turn.routes) if route.skill is not None), None)
    return None


def _which(context: Context) -> str:
    packs = [known for known in context.skills if not known.builtin]
    if not packs:
        return "You have no skills besides my own."
    chosen = [known.name for known in packs if known.enabled]
    others = [known.name for known in packs if not known.enabled]
    told = [f"You have {listed(chosen)}."] if chosen else []
    if others:
        told.append(f"{capital(listed(others))} {'is' if len(others) == 1 else 'are'} there too.")
    return " ".join(told)


def _refusals(context: Context) -> str:
    refused = [one for one in context.settled if one.verdict in REFUSALS]
    if not refused:
        return "You have not turned down any skill."
    newest = refused[: -TOLD - 1 : -1]
    told = [f"{_name(one.skill, context)} for \u201c{one.words}\u201d" for one in newest]
    more = len(refused) - len(newest)
    if more:
        told.append(f"{counted(more, 'other')}")
    return f"You turned down {listed(told)}."


def _forget(request: Request, context: Context) -> Plan:
    said = request.slot("refused")
    skill = next((k.id for k in context.skills if said in (k.id, k.name)), None)
    refused = [one for one in context.settled if one.verdict in REFUSALS]
    gone = tuple(one for one in refused if skill in (None, one.skill))
    if not gone:
        which = "any skill" if skill is None else _name(skill, context)
        return Plan(reply=f"You have not turned down {which}.")
    what = "which skills you turned down" if skill is None else f"that you turned down {said}"
    return Plan(reply=f"I have forgotten {what}.", effects=(ForgetRefusals(settled=gone),))


def _name(skill: str, context: Context) -> str:
    return next((k.name for k in context.skills if k.id == skill), skill)
