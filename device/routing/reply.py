"""The reply of a whole turn: what became of each of its requests, in the order asked."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from device.context import Context
from device.effects import Ending, Response
from device.events import Ask, Outcome, Reply
from device.routing.agenda import CANNOT, Agenda, Step
from device.skills.replies import compose

NOTHING_HEARD = "I did not hear anything."

_NOBODY: Mapping[int, Response] = MappingProxyType({})


def reply_to(
    agenda: Agenda,
    outcomes: Sequence[Outcome],
    context: Context,
    *,
    responses: Mapping[int, Response] = _NOBODY,
) -> Reply:
    """What to say once the agenda was carried out, and the question that is open then.

    Args:
        agenda: What was to be done.
        outcomes: What became of `agenda.commands`, in any order; fewer when the turn was cut
            short.
        context: The home after the commands.
        responses: Place of a step -> what came of asking somebody on the bus for it, in the
            order they came: the first that asks something is heard next.
    """
    left = list(outcomes)
    own: list[str] = []
    said: list[str] = []
    for place, step in enumerate(agenda.steps):
        if step.plan.question is not None:
            continue
        if step.plan.outside is None:
            own.append(_told(step, _taken(step, left), context))
            continue
        # What others say stands as they said it, between what the speaker says itself.
        said += [compose(own), _heard(step, responses.get(place))]
        own = []
    said.append(compose(own))
    asked = next((response for response in responses.values() if response.asks), None)
    asks = None
    if agenda.question is not None:
        said.append(agenda.question.text)
        asks = agenda.question.kind
    elif asked is not None:
        said.append(asked.text)
        asks = Ask.MISSING
    text = " ".join(part for part in said if part)
    return Reply(text=text if text or responses else NOTHING_HEARD, asks=asks)


def _taken(step: Step, left: list[Outcome]) -> list[Outcome]:
    """What became of a step's commands, taken out of what is left."""
    taken: list[Outcome] = []
    for command in step.plan.commands:
        found = next((outcome for outcome in left if outcome.command == command), None)
        if found is not None:
            left.remove(found)
            taken.append(found)
    return taken


def _told(step: Step, outcomes: Sequence[Outcome], context: Context) -> str:
    if step.skill is None:
        return step.plan.reply
    told = step.skill.report(step.plan, outcomes, step.route.request, context)
    return " ".join(part for part in (told, step.remark) if part)


def _heard(step: Step, response: Response | None) -> str:
    """What somebody on the bus said to a step, or why there is nothing; "" for a question."""
    outside = step.plan.outside
    name = "" if outside is None else outside.name
    match response:
        case Response(asks=True):
            return ""
        case Response(ending=Ending.ANSWERED, text=text):
            return text
        case Response(ending=Ending.DECLINED, text=text):
            return step.excuse or text or CANNOT
        case Response(ending=Ending.LOST) if name:
            return f"I can't reach {name}, because the home's broker is gone."
        case Response(ending=Ending.BROKEN_OFF) if name:
            return f"I stopped waiting for {name}."
    return step.plan.reply
