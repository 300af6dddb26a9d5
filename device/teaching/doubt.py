"""Asking whether a guess was right: seldom, and answered by yes, no or not at all.

    NoDoubt --Guessed--> AwaitVerdict --Heard(yes)--> NoDoubt, and it is settled
                            |--Heard(no)--> NoDoubt, and a lesson is offered
                            |--Heard(anything else)--> NoDoubt, and that is done instead
                            '--Tick(too late)--> NoDoubt, and nothing is settled

What was done is done: nothing waits for the answer.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from device.context import Context
from device.effects import Question
from device.events import Ask, OutcomeKind, Source, Turn
from device.nlu.words import plain

RIGHT = "Did I get that right?"
SETTLED = "Good, I'll keep it that way."

DOUBTFUL = 0.5
"""Calibrated confidence below which what was done was a guess, 0 to 1."""
REST = timedelta(days=1)
"""At most one such question in this time."""
LEAST_TURNS = 8
"""Turns before it, none of which asked anything: who has only just begun is left alone."""


@dataclass(frozen=True, slots=True)
class NoDoubt:
    """Nothing was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitVerdict:
    """It was asked whether a guess was right."""

    question: Question
    person: str | None
    """Who was asked."""
    until_ms: int
    """When it ends by itself, monotonic milliseconds."""


Phase = NoDoubt | AwaitVerdict


def doubtful(turn: Turn, context: Context) -> bool:
    """Whether to ask if what a turn did was right.

    Args:
        turn: What was done.
        context: The turns before it, when it was last asked, and what is settled.
    """
    if len(turn.requests) != 1 or turn.reply.asks is not None or turn.error or turn.learned:
        return False
    (request,) = turn.requests
    guessed = request.source is Source.MODEL and request.confidence < DOUBTFUL
    done = turn.outcomes and all(o.kind is OutcomeKind.DONE for o in turn.outcomes)
    if not guessed or not done or request.corrects or plain(turn.text) in context.certain:
        return False
    last = context.doubted
    if last is not None and abs(turn.at - last) < REST:
        return False
    before = context.turns[-LEAST_TURNS:]
    return len(before) == LEAST_TURNS and all(t.reply.asks is None for t in before)


def asked(turn: Turn, *, now_ms: int, patience_ms: int) -> AwaitVerdict:
    """The question about what a turn did."""
    question = Question(kind=Ask.CONFIRM, text=RIGHT, request=turn.requests[0])
    return AwaitVerdict(question=question, person=turn.person, until_ms=now_ms + patience_ms)


def awaited(phase: Phase, now_ms: int) -> Question | None:
    """The question that is open at this time."""
    if isinstance(phase, NoDoubt) or now_ms >= phase.until_ms:
        return None
    return phase.question


def listened(phase: Phase, now_ms: int, patience_ms: int) -> Phase:
    """The same once the microphone is open for the answer: patience counts from now."""
    if awaited(phase, now_ms) is None or isinstance(phase, NoDoubt):
        return NoDoubt()
    return replace(phase, until_ms=now_ms + patience_ms)
