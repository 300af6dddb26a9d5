"""A lesson: states are types, the step is pure.

    NoLesson --Opens--> AwaitDefinition --Heard(a definition)--> AwaitConsent
       |                  |   ^ '--Heard(nothing of use)            |     |
       |                  '---'     asked more simply               |     |
       |                  ^-----------------------------Heard(no)---'     |
       '--Opens with an offer--> AwaitConsent                             |
    NoLesson, and it is learned <-----------------------------Heard(yes)--'

    either --Heard(not wanted)--> NoLesson, and nothing is learned
           --Heard(a complete new request)--> NoLesson, and that is done instead
           --Tick(too late)--> NoLesson, and nothing is learned

Rules of the file:
1. Nothing is learned but what was offered in words and agreed to with a yes to these very words.
2. Each answer that is of no use makes the next question simpler; after MOST_TRIES of them the
   lesson ends. Asking whether the speaker listens, or mending what it offered, is none. As many
   answers that are neither yes nor no to the same offer end it, too.
3. No state waits longer than it promised; every question promises anew.
4. A lesson is kept nowhere: whatever breaks it off leaves nothing behind.
"""

from dataclasses import dataclass, replace

from device.concepts import Kind, Meaning
from device.effects import Question
from device.events import Ask, Turn
from device.teaching.answer import Answer, Scope
from device.teaching.gap import Gap

MOST_TRIES = 3
"""Answers of no use after which a lesson ends."""

LISTENING = "Go on, I'm listening."
LEFT = "OK."
GIVEN_UP = "OK, let's leave it. You can teach me another time."
YES_OR_NO = "Please say yes or no."


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a lesson is about."""

    gap: Gap
    name: str
    """What the concept will be called."""
    kind: Kind
    questions: tuple[str, ...] = ()
    """How to ask for a definition, each simpler than the one before; where there is none, a no
    to what is offered ends the lesson."""
    said: str = ""
    """The words that failed, to be understood again at the end; "" where nothing waits."""
    turns: tuple[Turn, ...] = ()
    """The turns before them, by which they are understood."""
    keeps: bool = True
    """Whether what is agreed to is kept; else it is done this once."""
    person: str | None = None
    """Who is asked; another person's words are no answer."""
    corrects: str = ""
    """Id of the turn that was wrong and is taken back with the end of the lesson; "" for none."""
    patience_ms: int
    """How long each answer is awaited, milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A meaning that can be agreed to."""

    meaning: Meaning
    text: str
    """The question that offers it, in words: "Study mode: brightness 50 %. Is that right?"."""
    ours: bool = False
    """Whether the speaker thought of it; a no to it is no failed try."""


@dataclass(frozen=True, slots=True)
class NoLesson:
    """Nothing is being taught."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitDefinition:
    """The speaker asked what the words mean."""

    subject: Subject
    question: Question
    tries: int = 0
    """Answers of no use so far."""
    urged: bool = False
    """Whether it was told already that the speaker listens."""
    objected: Meaning | None = None
    """What was said to be of no help; said again, it is taken."""
    until_ms: int
    """When it ends by itself, monotonic milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitConsent:
    """The speaker offered a meaning."""

    subject: Subject
    question: Question
    offer: Offer
    tries: int = 0
    unsettled: int = 0
    """Answers to this offer that were neither yes nor no."""
    until_ms: int


Phase = NoLesson | AwaitDefinition | AwaitConsent


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """A lesson begins."""

    subject: Subject
    offer: Offer | None = None
    """What is asked first, where the speaker has something to offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Whoever was asked said something."""

    answer: Answer
    offer: Offer | None = None
    """What the answer defines, where it can be done."""
    problem: str = ""
    """One sentence, where it defines something that cannot be or would not help."""
    unhelpful: Meaning | None = None
    """What would not help."""
    new: bool = False
    """Whether it is a complete request of its own."""
    subject: Subject | None = None
    """What the lesson is about from now on, where that was said or heard otherwise."""
    again: bool = False
    """Whether the same was asked for once more; an offer that comes with it is the old one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listens:
    """The question was spoken to its end and the microphone is open for the answer."""

    patience_ms: int
    """How long an answer is awaited from here on."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Event = Opens | Heard | Listens | Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """Put a question."""

    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Learns:
    """Keep what was agreed to, and go on with the words that failed."""

    subject: Subject
    meaning: Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """The lesson ends without having taught anything."""

    subject: Subject
    reply: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It is no answer: the lesson is over, and what was said is a request like any other."""


Effect = Asks | Learns | Leaves | Elsewhere | None


def step(phase: Phase, event: Event, now_ms: int) -> tuple[Phase, Effect]:
    """Move the lesson by one event.

    Args:
        phase: Where it is.
        event: What happened.
        now_ms: When, monotonic milliseconds.

    Returns:
        Where it is now, and what is to be done; None when nothing is.

    Raises:
        ValueError: The lesson opens with nothing to ask.
    """
    if not isinstance(phase, NoLesson) and now_ms >= phase.until_ms:
        phase = NoLesson()
    if isinstance(event, Heard) and not isinstance(phase, NoLesson):
        phase = replace(phase, subject=event.subject or phase.subject)
    match phase, event:
        case _, Opens():
            return _opened(event, now_ms)
        case NoLesson(), Heard():
            return phase, Elsewhere()
        case NoLesson(), _:
            return phase, None
        case _, Listens(patience_ms=patience_ms):
            return replace(phase, until_ms=now_ms + patience_ms), None
        case _, Tick():
            return phase, None
        case _, Heard(answer=Answer(scope=Scope.ELSEWHERE), new=True):
            return NoLesson(), Elsewhere()
        case _, Heard(answer=Answer(scope=Scope.CANCEL)):
            return NoLesson(), Leaves(subject=phase.subject, reply=LEFT)
        case AwaitConsent(), Heard(again=True, offer=Offer() as offer):
            return _unsettled(replace(phase, offer=offer), now_ms, before="")
        case _, Heard(again=True):
            return _failed(phase, event, now_ms)
        case AwaitDefinition(), Heard():
            return _defined(phase, event, now_ms)
        case AwaitConsent(), Heard():
            return _consented(phase, event, now_ms)


def awaited(phase: Phase, now_ms: int) -> Question | None:
    """The question that is open at this time."""
    if isinstance(phase, NoLesson) or now_ms >= phase.until_ms:
        return None
    return phase.question


def _opened(event: Opens, now_ms: int) -> tuple[Phase, Effect]:
    subject = event.subject
    if event.offer is not None:
        return _offered(subject, event.offer, 0, now_ms)
    if not subject.questions:
        raise ValueError(f"there is nothing to ask about {subject.name!r}")
    return _asked(subject, now_ms)


def _defined(phase: AwaitDefinition, heard: Heard, now_ms: int) -> tuple[Phase, Effect]:
    """What an answer does to the question for a definition."""
    scope = heard.answer.scope
    if heard.offer is not None:
        return _offered(phase.subject, heard.offer, phase.tries, now_ms)
    if heard.problem:
        return _failed(phase, heard, now_ms)
    if scope is Scope.NO:
        return NoLesson(), Leaves(subject=phase.subject, reply=LEFT)
    if scope is Scope.YES and not phase.urged:
        question = replace(phase.question, text=LISTENING)
        until_ms = now_ms + phase.subject.patience_ms
        urged = replace(phase, question=question, urged=True, until_ms=until_ms)
        return urged, Asks(question=question)
    return _failed(phase, heard, now_ms)


def _consented(phase: AwaitConsent, heard: Heard, now_ms: int) -> tuple[Phase, Effect]:
    """What an answer does to an offer."""
    subject, scope = phase.subject, heard.answer.scope
    refused = scope is Scope.NO
    if heard.offer is not None and not (refused and heard.offer.meaning == phase.offer.meaning):
        return _offered(subject, heard.offer, phase.tries, now_ms)
    if heard.problem:
        return _failed(phase, heard, now_ms)
    if scope is Scope.YES:
        return NoLesson(), Learns(subject=subject, meaning=phase.offer.meaning)
    if not refused:
        return _unsettled(phase, now_ms)
    if not subject.questions:
        return NoLesson(), Leaves(subject=subject, reply=LEFT)
    if phase.offer.ours:
        return _asked(subject, now_ms, tries=phase.tries)
    return _failed(phase, heard, now_ms)


def _unsettled(
    phase: AwaitConsent, now_ms: int, *, before: str = YES_OR_NO
) -> tuple[Phase, Effect]:
    """Neither a yes nor a no: the same offer again."""
    subject, unsettled = phase.subject, phase.unsettled + 1
    if unsettled >= MOST_TRIES:
        return NoLesson(), Leaves(subject=subject, reply=GIVEN_UP)
    question = replace(phase.question, text=f"{before} {phase.offer.text}".strip())
    until_ms = now_ms + subject.patience_ms
    after = replace(phase, question=question, unsettled=unsettled, until_ms=until_ms)
    return after, Asks(question=question)


def _failed(
    phase: AwaitDefinition | AwaitConsent, heard: Heard, now_ms: int
) -> tuple[Phase, Effect]:
    """An answer of no use: a simpler question, or the end."""
    tries = phase.tries + 1
    if tries >= MOST_TRIES or not phase.subject.questions:
        reply = " ".join(part for part in (heard.problem, GIVEN_UP) if part)
        return NoLesson(), Leaves(subject=phase.subject, reply=reply)
    after, effect = _asked(phase.subject, now_ms, tries=tries, before=heard.problem)
    urged = isinstance(phase, AwaitDefinition) and phase.urged
    return replace(after, urged=urged, objected=heard.unhelpful), effect


def _asked(
    subject: Subject, now_ms: int, *, tries: int = 0, before: str = ""
) -> tuple[AwaitDefinition, Asks]:
    """Ask for a definition, as simply as the tries so far call for."""
    text = subject.questions[min(tries, len(subject.questions) - 1)]
    question = Question(
        kind=Ask.TEACH, text=f"{before} {text}".strip(), request=subject.gap.request
    )
    until_ms = now_ms + subject.patience_ms
    phase = AwaitDefinition(subject=subject, question=question, tries=tries, until_ms=until_ms)
    return phase, Asks(question=question)


def _offered(subject: Subject, offer: Offer, tries: int, now_ms: int) -> tuple[AwaitConsent, Asks]:
    """Offer a meaning in words."""
    question = Question(kind=Ask.CONFIRM, text=offer.text, request=subject.gap.request)
    phase = AwaitConsent(
        subject=subject,
        question=question,
        offer=offer,
        tries=tries,
        until_ms=now_ms + subject.patience_ms,
    )
    return phase, Asks(question=question)
