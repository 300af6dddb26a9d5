"""A preference said in passing as a lesson: one question, whose no ends it."""

from device.concepts import Kind
from device.context import Context
from device.events import Request
from device.teaching.gap import Gap, Lacks
from device.teaching.lesson import Offer, Subject
from device.teaching.preferences import Preference


def remembering(
    asked: Request, liked: Preference, context: Context, *, patience_ms: int
) -> tuple[Subject, Offer]:
    """What is asked before a preference is kept.

    Args:
        asked: The request that it was said as.
        liked: What was said.
        context: The home, and who speaks.
        patience_ms: How long the answer is awaited, milliseconds.
    """
    concept = liked.concept
    gap = Gap(words=concept.name, lacks=Lacks.SETTING, request=asked, confidence=liked.confidence)
    subject = Subject(
        gap=gap,
        name=concept.name,
        kind=Kind.PREFERENCE,
        turns=context.turns,
        person=context.person,
        patience_ms=patience_ms,
    )
    return subject, Offer(meaning=concept.meaning, text=liked.offer, ours=True)
