"""What a lesson is about, and how the speaker offers what it understood."""

from device.concepts import Kind, Meaning
from device.context import Context
from device.teaching import lesson
from device.teaching.gap import Gap, Lacks
from device.teaching.questions import questions
from device.teaching.wording import Wording


def subject_of(
    gap: Gap, said: str, context: Context, *, wording: Wording, patience_ms: int
) -> lesson.Subject:
    """What a lesson about a gap is about.

    Args:
        gap: What is not understood.
        said: The words that it stood in; they are carried out at the end.
        context: The home now.
        wording: How the speaker says what words mean.
        patience_ms: How long each answer is awaited, milliseconds.
    """
    name = " ".join(gap.words.casefold().split())
    return lesson.Subject(
        gap=gap,
        name=name,
        kind=Kind.DECLARATIVE if gap.lacks is Lacks.NEED else Kind.ENTITY,
        questions=questions(gap, name, context, wording),
        said=said,
        turns=context.turns,
        person=context.person,
        patience_ms=patience_ms,
    )


def offering(subject: lesson.Subject, meaning: Meaning, context: Context, wording: Wording) -> str:
    """The question whether a definition is right."""
    if subject.gap.lacks is Lacks.NEED:
        when = " when you say that" if subject.keeps else ""
        return f"Shall I {wording.deeds(meaning, context.home)}{when}?"
    name = subject.name[:1].upper() + subject.name[1:]
    return f"{name}: {wording.worded(meaning, context.home)}. Is that right?"
