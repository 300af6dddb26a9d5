"""Requests once it is known what their words mean."""

from collections.abc import Sequence
from dataclasses import replace

from device.concepts import Concept, Kind
from device.events import Request, Slot
from device.teaching.concerned import known_places
from device.teaching.gap import Gap, Lacks
from device.teaching.lesson import Subject

SET_CONCEPT = "SetConcept"
"""Intent of a request to carry out what was taught."""

_KEPT = frozenset({"hours", "minutes", "seconds"})


def carrying(asked: Request, concept: Concept) -> Request:
    """A request to carry out what was taught, in place of one with words nobody understood."""
    gap = Gap(words=concept.name, lacks=Lacks.SETTING, request=asked, confidence=1.0)
    kept = tuple(slot for slot in asked.slots if slot.name in _KEPT)
    places = () if concept.kind is Kind.DECLARATIVE else known_places(gap)
    slot = Slot(name="concept", value=concept.name, text=concept.name)
    return replace(
        asked,
        intent=SET_CONCEPT,
        slots=(slot, *places, *kept),
        confidence=1.0,
        rivals=(),
        meant=() if concept.kind is Kind.DECLARATIVE else asked.meant,
    )


def with_concept(
    requests: Sequence[Request], subject: Subject, concept: Concept
) -> tuple[Request, ...]:
    """The words that failed, understood again, with what was taught carried out in its place.

    Args:
        requests: What understanding makes of them now.
        subject: What the lesson was about.
        concept: What it ended with.
    """
    names_things = not concept.meaning.settings
    asked = (one for r in requests for one in (r, *r.later))
    if names_things or any(r.slot("concept") == concept.name for r in asked):
        return tuple(requests)
    failed = subject.gap.request
    carried = carrying(failed, concept)
    if not any(r.text == failed.text for r in requests):
        return (*(r for r in requests if len(requests) > 1), carried)
    return tuple(carried if r.text == failed.text else r for r in requests)


def given_up(asked: Request) -> Request:
    """What somebody broke off is left, and everything else of the breath is done."""
    return replace(
        asked, intent="HassNevermind", domain="conversation", slots=(), meant=(), rivals=()
    )


def undoing(asked: Request) -> Request:
    """A request to take back what was done last, in place of one that says it was wrong."""
    return replace(
        asked, intent="Undo", domain="conversation", slots=(), meant=(), rivals=(), confidence=1.0
    )
