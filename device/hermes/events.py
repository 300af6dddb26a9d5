"""What happens to the dialogue of Hermes, and what it makes the speaker do."""

from dataclasses import dataclass

from device.effects import Response
from device.hermes.session import Call, Dialogue, Expects, Opening, Reason, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """The wake word was heard."""

    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """A turn began: of the session that it answers, else of this one."""

    session: Session
    typed: bool
    answers: bool
    """Whether it answers the question of a client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A turn needs what only clients can say."""

    id: str
    calls: tuple[Call, ...]
    """What they are to answer: each in a session of its own, or one in that of the turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A turn is over."""

    id: str
    reason: Reason
    asks: bool = False
    """Whether it ends with a question of the speaker's own: clients ask after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """A client wants a session."""

    opening: Opening
    may_wait: bool
    free: bool
    """Whether the speaker has nothing else to say, to hear or to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Continues:
    """A client asks the next question."""

    id: str
    text: str
    expects: Expects
    custom_data: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """A client has the last word."""

    id: str
    text: str
    custom_data: str | None = None
    declined: bool = False
    """Whether it does not know what was asked: somebody else may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A client says something besides."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """Nothing is being said any more."""

    free: bool
    """As in `Starts`."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The ears were open, and nobody spoke."""


@dataclass(frozen=True, slots=True)
class Hushed:
    """Somebody said stop, or switched the microphone off, or it is gone."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The broker is gone, and the clients with it."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """The speaker is switched off."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Event = (
    Wake | Began | Handed | Finished | Starts | Continues | Ends | Says
    | Silent | Unanswered | Hushed | Lost | Leaves | Tick
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A session began."""

    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A session waits for its turn."""

    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A session is over."""

    session: Session
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """Say this; a question opens the ears behind it."""

    text: str
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a client was to answer is over."""

    id: str
    """The session."""
    response: Response


@dataclass(frozen=True, slots=True)
class CloseEars:
    """Listen to no answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A client wanted what cannot be had."""

    id: str
    why: str
    """One sentence."""


Effect = Started | Queued | Ended | Speak | Answered | CloseEars | Refused
Step = tuple[Dialogue, tuple[Effect, ...]]
