"""What a turn's requests are once packs and skills are thought of, before any is routed.

"not that one", "no, ask safari"   what was asked before, for another skill
a sentence that was cut in pieces   one request, where it is a pack's and its pieces are nothing
"""

from collections.abc import Sequence
from dataclasses import replace

from device.context import Context
from device.events import Request, Slot
from device.nlu.intents import OUT_OF_SCOPE
from device.routing.arbiter import Arbiter
from device.skills.skillbook import answered_last

OTHER_SKILL = "OtherSkill"

FORGOTTEN_S = 120.0
"""Seconds after which "not that one" is not about the skill that answered."""

UNSURE = 0.5
"""Confidence up to which a piece of a sentence may be nothing by itself."""


def again(request: Request, context: Context) -> Request:
    """What "not that one" asks for: what was asked last, of another skill.

    Args:
        request: An `OtherSkill`, with the slot "skill" where another one was named.
        context: Holds the last turn.

    Returns:
        The request as it was, with the skills that were turned down for it, which takes back
        what the last of them did; the same request where no skill has answered lately.
    """
    route = answered_last(context)
    turn = next((t for t in reversed(context.turns) if route in t.routes), None)
    if route is None or turn is None or route.skill is None:
        return request
    age_s = (context.now - turn.at).total_seconds()
    if not 0 <= age_s <= FORGOTTEN_S:
        return request
    asked = route.asked or route.request
    bare = tuple(slot for slot in asked.slots if slot.name != "skill")
    named: tuple[Slot, ...] = tuple(slot for slot in request.slots if slot.name == "skill")
    wanted = {k.id for k in context.skills for slot in named if slot.value in (k.id, k.name)}
    refused = dict.fromkeys((*asked.refused, route.skill))
    return replace(
        asked,
        span=request.span,
        slots=(*bare, *named),
        corrects=turn.id,
        refused=tuple(skill for skill in refused if skill not in wanted),
    )


def whole(
    text: str, requests: Sequence[Request], context: Context, arbiter: Arbiter
) -> tuple[Request, ...]:
    """One request in the place of several that are none, where a pack has the whole sentence.

    Args:
        text: What was said.
        requests: What understanding cut it into.
        context: The home.
        arbiter: Knows the packs.
    """
    nothing = [r.intent == OUT_OF_SCOPE or r.confidence <= UNSURE for r in requests]
    if len(requests) < 2 or not all(nothing):
        return tuple(requests)
    pieces = [arbiter.nearness(request.text, context) for request in requests]
    if arbiter.nearness(text, context) <= max(pieces):
        return tuple(requests)
    one = Request(
        text=text,
        span=((0, len(text.split())),),
        domain="",
        intent=OUT_OF_SCOPE,
        slots=(),
        confidence=min(request.confidence for request in requests),
    )
    return (one,)
