"""A question and its answer: states are types, the step is pure.

    NoQuestion --Asked--> AwaitAnswer --Heard(answer)--> NoQuestion, and the requests go on
                              |--Heard(a complete new request)--> NoQuestion, and it is done instead
                              |--Heard(neither)--> AwaitAnswer, asked once more
                              '--Tick(too late)--> NoQuestion, and nothing happens

In a lesson the answer is a sound: whatever is said and is neither a no nor a request shows how
the name sounds, and goes on with the request.

Rules of the file:
1. Requests that wait go on only by an answer that was read against their own question.
2. A yes agrees to the commands that were proposed with the question and to nothing else:
   they travel with it, and what is planned anew is checked against them.
3. Where a PIN is asked for, nothing but the PIN is a yes.
4. No question waits longer than it promised. What was asked aloud is awaited from when the
   microphone opens, not while the question is still being spoken.
"""

from dataclasses import dataclass, replace

from device.context import Sounds
from device.effects import Agreeable, Question
from device.events import Ask, Request, Slot
from device.nlu.intents import CONTINUED, CORRECTED, OUT_OF_SCOPE
from device.routing.answers import Filled, No, Yes, read, spoken_words
from device.routing.missing import FREE, OPEN_ENDED, REWORDED, completed, is_time
from device.routing.pin import Attempt, Said
from device.skills.phrases import duration

SPOKEN_PATIENCE_MS = 8_000
"""How long an answer is awaited from a voice, milliseconds of listening."""

TYPED_PATIENCE_MS = 60_000
"""How long an answer is awaited from a keyboard, milliseconds."""

WHOLE_SENTENCE_WORDS = 2
"""Words besides the values that make a whole sentence: "add" and "list"."""

_LINKS = frozenset(str.split("a an and the some to of please um uh at in on for my"))

_INCOMPLETE = frozenset({OUT_OF_SCOPE, CONTINUED, CORRECTED})
"""Intents of what is no whole request of its own."""

SURE = 0.6
"""A request this confident is a new one, not an answer in free words."""


@dataclass(frozen=True, slots=True)
class NoQuestion:
    """Nothing was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitAnswer:
    """A question is open."""

    question: Question
    requests: tuple[Request, ...]
    """All requests of the turn, in order; none of them is done yet."""
    proposed: tuple[Agreeable, ...] = ()
    """What a yes agrees to."""
    agreed: frozenset[Agreeable] = frozenset()
    """What was agreed to by earlier answers in this turn."""
    asked_again: bool = False
    """Whether the question was put a second time already."""
    lesson: tuple[Sounds, ...] = ()
    """What earlier answers of the same lesson sounded like."""
    until_ms: int
    """When it ends by itself, monotonic milliseconds."""


Phase = NoQuestion | AwaitAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The speaker asked."""

    question: Question
    requests: tuple[Request, ...]
    """All requests of the turn, the one in question among them."""
    proposed: tuple[Agreeable, ...] = ()
    agreed: frozenset[Agreeable] = frozenset()
    lesson: tuple[Sounds, ...] = ()
    """What answers of this lesson sounded like so far."""
    patience_ms: int = TYPED_PATIENCE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Somebody said something."""

    text: str
    requests: tuple[Request, ...] = ()
    """What understanding made of it."""
    sounds: Sounds | None = None
    """What it sounded like; None where it was typed."""
    attempt: Attempt | None = None
    """What became of a PIN that was said; the text has none."""
    served: tuple[Request, ...] = ()
    """Those of the requests that a pack answers, whatever the models make of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listens:
    """The question was spoken to its end and the microphone is open for the answer."""

    patience_ms: int = SPOKEN_PATIENCE_MS
    """How long an answer is awaited from here on."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Event = Asked | Heard | Listens | Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry:
    """Go on with requests: new ones, or those that waited."""

    requests: tuple[Request, ...]
    agreed: frozenset[Agreeable] = frozenset()
    """Commands that need no further question."""
    reply: str = ""
    """What to say besides, before the reply to the requests."""
    lesson: tuple[Sounds, ...] = ()
    """What the answers to a lesson sounded like, the last one among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reword:
    """Understand this sentence in place of what was heard, and go on with what it means."""

    text: str
    requests: tuple[Request, ...] = ()
    """Requests of the same turn that waited, to go on with before it."""
    agreed: frozenset[Agreeable] = frozenset()
    """Commands of theirs that need no further question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """Put the same question once more."""

    question: Question


Effect = Carry | Reword | AskAgain | None


def step(phase: Phase, event: Event, now_ms: int) -> tuple[Phase, Effect]:
    """Move the dialogue by one event.

    Args:
        phase: Where it is.
        event: What happened.
        now_ms: When, monotonic milliseconds.

    Returns:
        Where it is now, and what is to be done; None when nothing is.
    """
    if isinstance(phase, AwaitAnswer) and now_ms >= phase.until_ms:
        phase = NoQuestion()
    match phase, event:
        case _, Asked(question=question):
            if question.kind is Ask.REPEAT:
                return NoQuestion(), None
            return _open(event, now_ms), None
        case AwaitAnswer(), Listens(patience_ms=patience_ms):
            return replace(phase, until_ms=now_ms + patience_ms), None
        case _, Tick() | Listens():
            return phase, None
        case NoQuestion(), Heard(requests=requests):
            return phase, Carry(requests=requests)
        case AwaitAnswer(), Heard():
            return _answered(phase, event)


def teaching(phase: Phase, now_ms: int) -> bool:
    """Whether a sound is awaited that need not be words that anybody knows."""
    question = awaited(phase, now_ms)
    return question is not None and question.kind is Ask.TEACH


def open_ended(phase: Phase, now_ms: int) -> bool:
    """Whether any words may be the answer, as to "What shall I add to the list?"."""
    question = awaited(phase, now_ms)
    return question is not None and question.kind is Ask.MISSING and question.slot in OPEN_ENDED


def wants_pin(phase: Phase, now_ms: int) -> bool:
    """Whether a PIN is awaited: what is said now must not be written down."""
    question = awaited(phase, now_ms)
    return question is not None and question.pin


def awaited(phase: Phase, now_ms: int) -> Question | None:
    """The question that is open at this time."""
    return phase.question if isinstance(phase, AwaitAnswer) and now_ms < phase.until_ms else None


def _open(event: Asked, now_ms: int) -> AwaitAnswer:
    return AwaitAnswer(
        question=event.question,
        requests=event.requests,
        proposed=event.proposed,
        agreed=event.agreed,
        lesson=event.lesson,
        until_ms=now_ms + event.patience_ms,
    )


def _answered(phase: AwaitAnswer, heard: Heard) -> tuple[Phase, Effect]:
    """What a text does to an open question."""
    question = phase.question
    if question.pin and heard.attempt is not None:
        return _tried(phase, heard.attempt)
    others = tuple(r for r in phase.requests if r != question.request)
    served = () if question.slot in OPEN_ENDED else heard.served
    new = tuple(r for r in heard.requests if r in served or _whole(r))
    refused = isinstance(read(question, heard.text), No)
    if question.kind is Ask.TEACH and heard.sounds is not None and not new and not refused:
        shown = (*phase.lesson, heard.sounds)
        return NoQuestion(), Carry(requests=phase.requests, agreed=phase.agreed, lesson=shown)
    missing = question.kind is Ask.MISSING
    if missing and question.slot in REWORDED and not _elsewhere(new, heard.text, question):
        sentence = completed(question.slot, heard.text, question.request)
        if sentence is not None and not refused:
            return NoQuestion(), Reword(text=sentence, requests=others, agreed=phase.agreed)
    match read(question, heard.text):
        case Yes():
            agreed = phase.agreed | frozenset(phase.proposed)
            return NoQuestion(), Carry(requests=phase.requests, agreed=agreed)
        case No():
            return NoQuestion(), Carry(requests=others, agreed=phase.agreed, reply="OK, I won't.")
        case Filled(options=options) if not (
            question.slot in FREE and _elsewhere(new, heard.text, question)
        ):
            whole = tuple(
                request
                for waiting in phase.requests
                for request in (
                    [_filled(waiting, o) for o in options]
                    if waiting == question.request
                    else [waiting]
                )
            )
            return NoQuestion(), Carry(requests=whole, agreed=phase.agreed)
    if new:
        return NoQuestion(), Carry(requests=heard.requests)
    if phase.asked_again:
        return NoQuestion(), Carry(requests=(), reply="OK, I leave it.")
    return replace(phase, asked_again=True), AskAgain(question=question)


def _whole(request: Request) -> bool:
    """Whether it is a request by itself, for all that the models know."""
    return request.intent not in _INCOMPLETE and request.confidence >= SURE


def _tried(phase: AwaitAnswer, attempt: Attempt) -> tuple[Phase, Effect]:
    """What a PIN does to the question that asks for it."""
    if attempt.said is Said.RIGHT:
        agreed = phase.agreed | frozenset(phase.proposed)
        return NoQuestion(), Carry(requests=phase.requests, agreed=agreed)
    wrong = "That is not the PIN." if attempt.said is Said.WRONG else ""
    if attempt.pause_ms:
        wait = f"I take no PIN for {duration(attempt.pause_ms)}."
        return NoQuestion(), Carry(requests=(), reply=f"{wrong} {wait}".strip())
    again = replace(phase.question, text=f"{wrong} Please say it again.")
    return phase, AskAgain(question=again)


def _elsewhere(new: tuple[Request, ...], text: str, question: Question) -> bool:
    """Whether something was asked for in a whole sentence, rather than missing words given."""
    if question.slot == "time" and is_time(text):
        return False
    if any(request.intent != question.request.intent for request in new):
        return True
    given = {word for request in new for s in request.slots for word in spoken_words(s.text)}
    around = [word for word in spoken_words(text) if word not in given | _LINKS]
    return bool(new) and len(around) >= WHOLE_SENTENCE_WORDS


def _filled(request: Request, slots: tuple[Slot, ...]) -> Request:
    """The request with slots replaced or added."""
    names = {slot.name for slot in slots}
    kept = tuple(slot for slot in request.slots if slot.name not in names)
    return replace(request, slots=(*kept, *slots), meant=(), rivals=())
