"""A round of questions about what somebody likes: states are types, the step is pure.

    NoRound --Starts--> Asking --Heard(an answer, or skipped)--> Asking ... --the last--> Agreeing
                          |  '--Heard(of no use)--> the same question, once more               |
                          '--Heard(enough)--> Agreeing, or NoRound where nothing was told       |
    NoRound, and all of it is learned <--------------------------------Heard(yes)---------------'
    either --Heard(a complete new request)--> NoRound, and that is done instead
           --Tick(too late)--> NoRound, and nothing is learned

Nothing is learned but what was said back in one sentence and agreed to with a yes.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from device.concepts import Concept

LEFT = "OK, we leave it there."
NOTHING = "OK, I keep none of it."
YES_OR_NO = "Please say yes or no."
AGAIN = "I did not get that. You can also say skip."
MOST_TRIES = 2
"""Answers of no use after which a question is skipped, or the round left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing that is asked about."""

    about: str
    """temperature, light, volume, color or music."""
    when: str = ""
    """The part of the day, "" for all of it."""
    text: str
    """The question."""


class Reply(StrEnum):
    """What an answer does to the question."""

    GIVES = "gives"
    SKIPS = "skips"
    STOPS = "stops"
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"
    ELSEWHERE = "elsewhere"
    """It is a complete request of its own."""


@dataclass(frozen=True, slots=True)
class NoRound:
    """Nobody is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question is open."""

    topics: tuple[Topic, ...]
    """What is asked about, the open question first."""
    told: tuple[Concept, ...] = ()
    """What was answered so far."""
    tries: int = 0
    person: str | None
    patience_ms: int
    until_ms: int
    """When it ends by itself, monotonic milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreeing:
    """All that was told was said back."""

    told: tuple[Concept, ...]
    tries: int = 0
    person: str | None
    patience_ms: int
    until_ms: int


Phase = NoRound | Asking | Agreeing


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """Somebody wants to be asked."""

    topics: tuple[Topic, ...]
    """At least one."""
    person: str | None
    patience_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Whoever is asked said something."""

    reply: Reply
    concept: Concept | None = None
    """With Reply.GIVES: what it comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listens:
    """The microphone is open for the answer."""

    patience_ms: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Event = Starts | Heard | Listens | Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """Put the question that is open now."""

    before: str = ""
    """What is said before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learns:
    """Keep what was agreed to."""

    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The round is over, and nothing was learned."""

    reply: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It is no answer: the round is over, and what was said is a request like any other."""


Effect = Asks | Learns | Ends | Elsewhere | None


def step(phase: Phase, event: Event, now_ms: int) -> tuple[Phase, Effect]:
    """Move the round by one event.

    Args:
        phase: Where it is.
        event: What happened.
        now_ms: When, monotonic milliseconds.

    Returns:
        Where it is now, and what is to be done; None when nothing is.

    Raises:
        ValueError: It starts with nothing to ask.
    """
    if not isinstance(phase, NoRound) and now_ms >= phase.until_ms:
        phase = NoRound()
    match phase, event:
        case _, Starts(topics=()):
            raise ValueError("a round has nothing to ask about")
        case _, Starts(topics=topics, person=person, patience_ms=patience_ms):
            until_ms = now_ms + patience_ms
            started = Asking(
                topics=topics, person=person, patience_ms=patience_ms, until_ms=until_ms
            )
            return started, Asks()
        case NoRound(), Heard():
            return phase, Elsewhere()
        case NoRound(), _:
            return phase, None
        case _, Listens(patience_ms=patience_ms):
            return replace(phase, until_ms=now_ms + patience_ms), None
        case _, Tick():
            return phase, None
        case _, Heard(reply=Reply.ELSEWHERE):
            return NoRound(), Elsewhere()
        case Asking(), Heard():
            return _answered(phase, event, now_ms)
        case Agreeing(), Heard():
            return _agreed(phase, event, now_ms)


def _answered(phase: Asking, heard: Heard, now_ms: int) -> tuple[Phase, Effect]:
    """What an answer does to a question of the round."""
    if heard.reply is Reply.STOPS:
        return _said_back(phase, phase.told, now_ms)
    if heard.reply is Reply.GIVES and heard.concept is not None:
        return _next(phase, (*phase.told, heard.concept), now_ms)
    if heard.reply in (Reply.SKIPS, Reply.NO) or phase.tries + 1 >= MOST_TRIES:
        return _next(phase, phase.told, now_ms)
    again = replace(phase, tries=phase.tries + 1, until_ms=now_ms + phase.patience_ms)
    return again, Asks(before=AGAIN)


def _next(phase: Asking, told: tuple[Concept, ...], now_ms: int) -> tuple[Phase, Effect]:
    topics = phase.topics[1:]
    if not topics:
        return _said_back(phase, told, now_ms)
    until_ms = now_ms + phase.patience_ms
    return replace(phase, topics=topics, told=told, tries=0, until_ms=until_ms), Asks()


def _said_back(phase: Asking, told: tuple[Concept, ...], now_ms: int) -> tuple[Phase, Effect]:
    if not told:
        return NoRound(), Ends(reply=LEFT)
    agreeing = Agreeing(
        told=told,
        person=phase.person,
        patience_ms=phase.patience_ms,
        until_ms=now_ms + phase.patience_ms,
    )
    return agreeing, Asks()


def _agreed(phase: Agreeing, heard: Heard, now_ms: int) -> tuple[Phase, Effect]:
    """What an answer does to what was said back."""
    if heard.reply is Reply.YES:
        return NoRound(), Learns(concepts=phase.told)
    if heard.reply in (Reply.NO, Reply.STOPS, Reply.SKIPS) or phase.tries + 1 >= MOST_TRIES:
        return NoRound(), Ends(reply=NOTHING)
    again = replace(phase, tries=phase.tries + 1, until_ms=now_ms + phase.patience_ms)
    return again, Asks(before=YES_OR_NO)
