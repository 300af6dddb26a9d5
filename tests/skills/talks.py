"""Turns of a talk with the small home of the tests, without a speaker around them."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from device.concepts import learned
from device.context import Context
from device.effects import LearnConcept
from device.events import Outcome, OutcomeKind, Request, Turn
from device.routing.agenda import lay_out
from device.routing.reply import reply_to
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.undo import before
from tests.skills.rooms import NOW, done, readings

ROUTER = Router(builtin_skills())
NONE_FAIL: Mapping[str, OutcomeKind] = MappingProxyType({})


def turn(
    context: Context, *requests: Request, failing: Mapping[str, OutcomeKind] = NONE_FAIL
) -> Context:
    """The context after a turn, with its record.

    Args:
        context: The one before it.
        requests: What is asked; to what needs a yes, a yes is given.
        failing: Device -> what becomes of its commands; all others obey.
    """
    agenda = lay_out(requests, context, ROUTER)
    while agenda.proposed:
        agenda = lay_out(requests, context, ROUTER, agreed=agenda.proposed)
    outcomes = tuple(
        Outcome(command=c, kind=failing[c.device]) if c.device in failing else done(c)[0]
        for c in agenda.commands
    )
    state = {d: {c: r.value for c, r in values.items()} for d, values in context.state.items()}
    for command in agenda.commands:
        if command.device not in failing:
            state.setdefault(command.device, {})[command.capability] = command.value
    notebook = context.notebook if agenda.notebook is None else agenda.notebook
    taught = context.taught
    for change in agenda.taught:
        if isinstance(change, LearnConcept):
            taught = learned(taught, change.concept)
        else:
            taught = tuple(c for c in taught if c not in change.concepts)
    record = Turn(
        id=str(len(context.turns)),
        at=NOW,
        text="",
        requests=tuple(requests),
        outcomes=outcomes,
        reply=reply_to(agenda, outcomes, context),
        before=before(agenda.commands, context),
        notebooks=None if agenda.notebook is None else (context.notebook, agenda.notebook),
        volume_before=None if agenda.volume is None else context.volume,
        learned=tuple(c for c in taught if c not in context.taught),
        unlearned=tuple(c for c in context.taught if c not in taught),
    )
    return replace(
        context,
        state=readings(state),
        notebook=notebook,
        taught=taught,
        person=agenda.introduced[-1].person if agenda.introduced else context.person,
        volume=context.volume if agenda.volume is None else agenda.volume,
        turns=(*context.turns, record),
    )


def said(context: Context) -> str:
    return context.turns[-1].reply.text
