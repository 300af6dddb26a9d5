"""A session of Hermes: whose it is, what a client wants to hear in it, where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from device.effects import ANYBODY, Outside
from device.events import Request, Slot, Source
from device.nlu.intents import CONTINUED, CORRECTED, OUT_OF_SCOPE

SURE = 0.6
"""A request this confident, in a sentence of its own, is no answer in free words."""
SENTENCE_WORDS = 2
"""Words besides the values that make a sentence of its own."""

_INCOMPLETE = frozenset({OUT_OF_SCOPE, CONTINUED, CORRECTED})


class Reason(StrEnum):
    """Why a session ended."""

    NOMINAL = "nominal"
    ABORTED = "abortedByUser"
    NOT_RECOGNIZED = "intentNotRecognized"
    TIMEOUT = "timeout"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expects:
    """What a client wants to hear."""

    intents: tuple[str, ...] | None = None
    """Intents that are the client's to answer, whoever else could; None where it named none."""
    slot: str = ""
    """The slot that the answer fills, in any words."""
    pending: Request | None = None
    """What the slot is missing from."""
    tells: bool = False
    """Whether the client goes on where nothing was understood."""

    outside: Outside = ANYBODY
    """Who it is."""

    def claims(self, request: Request) -> Outside | None:
        """Who alone a request is for; None where it is for whoever answers it best."""
        pending = self.pending if self.slot else None
        asked_on = pending is not None and request.intent == pending.intent
        return self.outside if asked_on or self.takes(request) else None

    def takes(self, request: Request) -> bool:
        """Whether a request is for the client alone."""
        return self.intents is not None and request.intent in self.intents

    def filled(self, text: str, requests: tuple[Request, ...]) -> tuple[Request, ...]:
        """What was asked, or the request that waited with its slot filled.

        Args:
            text: The whole answer.
            requests: What understanding made of it.
        """
        name = self.intents[0] if self.intents else self.pending and self.pending.intent
        words = text.split()
        if not (self.slot and name and words) or any(_whole(r) or self.takes(r) for r in requests):
            return requests
        if any(r.intent == "HassNevermind" and r.confidence >= SURE for r in requests):
            return requests
        before = () if self.pending is None else self.pending.slots
        kept = tuple(slot for slot in before if slot.name != self.slot)
        value = Slot(name=self.slot, value=text, text=text)
        return (
            Request(
                text=text,
                span=((0, len(words)),),
                domain="",
                intent=name,
                slots=(*kept, value),
                confidence=1.0,
                source=Source.SENTENCE,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session."""

    id: str
    custom_data: str = ""
    client: bool = False
    """Whether a client holds it."""
    expects: Expects = Expects()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A session that a client wants."""

    session: Session
    text: str
    asks: bool
    """Whether an answer is listened to; else something is said and that is all."""
    began: bool = False
    """Whether clients know of the session already, as of one in which a turn was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Something in a turn that a client is to answer, and the session in which it may."""

    session: Session
    until_ms: int
    said: tuple[str, ...] = ()
    """What the client has said so far."""


@dataclass(frozen=True, slots=True)
class Idle:
    """No session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """The wake word was heard, and a request is listened to."""

    session: Session
    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Something is being said for a client."""

    session: Session
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """A client's question was said, and its answer is awaited."""

    session: Session
    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """A turn is under way."""

    session: Session
    asking: tuple[Opening, ...] = ()
    """What clients have answered with questions; the first is put when the turn ends."""
    reason: Reason | None = None
    """How the session ends; None where the turn decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The turn waits for what clients have to say."""

    turn: Turning
    calls: tuple[Call, ...]
    """What has not been answered yet; never empty."""

    @property
    def session(self) -> Session:
        """The session of the turn."""
        return self.turn.session


Phase = Idle | Woken | Saying | Listening | Turning | Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Where the talk with clients stands."""

    phase: Phase = Idle()
    queue: tuple[Opening, ...] = ()

    @property
    def session(self) -> Session | None:
        """The session of this moment."""
        return None if isinstance(self.phase, Idle) else self.phase.session

    @property
    def expects(self) -> Expects | None:
        """What a client wants to hear now; None where no client's question is open."""
        match self.phase:
            case Listening(session=session) | Saying(session=session, asks=True):
                return session.expects
        return None


def _whole(request: Request) -> bool:
    """Whether a request was made in a sentence of its own."""
    if request.intent in _INCOMPLETE or request.confidence < SURE:
        return False
    if request.source is Source.SENTENCE:
        return True
    given = {word for slot in request.slots for word in slot.text.casefold().split()}
    around = [word for word in request.text.casefold().split() if word not in given]
    return len(around) >= SENTENCE_WORDS
