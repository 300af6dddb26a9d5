"""Who has the floor: what the speaker plays, the question it asked, the ears it holds open.

    Free --Plays(a question)--> Asking --it has been said--> Listening
      ^  --Woken----------------------------------------------^   |
      '--Stopped------------------'---Closed: somebody spoke, or nobody did

Rules of the file:
1. The ears open for an answer only when nothing is being played: the speaker never hears itself.
2. While a question is being said or somebody is listened to, nothing is announced or rung.
3. Nothing lasts for ever. What nobody could understand is asked for once more, never twice.
"""

from dataclasses import dataclass, replace

from device.events import Ask

ANSWER_MS = 8_000
"""How long the ears stay open for the first word of an answer, milliseconds."""
MOST_MS = 60_000
"""A window that nobody closed is over by then, as when the sound stopped coming, milliseconds."""
ECHO_MS = 100
"""How long a room goes on sounding after the loudspeaker fell silent, milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """Nobody is expected to speak."""

    asked: Ask | None = None
    """The question whose window closed just before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question is being said."""

    asks: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The ears are open, for an answer or for what follows the wake word."""

    asks: Ask | None
    until_ms: int
    """When it is over at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Where the talk stands."""

    phase: Free | Asking | Listening = Free()
    loud_until_ms: int = 0
    """When the room falls silent after what is being played."""

    def loud(self, now_ms: int) -> bool:
        """Whether something is being played."""
        return now_ms < self.loud_until_ms

    @property
    def free(self) -> bool:
        """Whether the speaker may announce or ring something."""
        return isinstance(self.phase, Free)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plays:
    """The speaker begins to say or play something."""

    length_ms: int
    asks: Ask | None = None
    """Set when it is a question that ears shall open for."""


@dataclass(frozen=True, slots=True)
class Woken:
    """The wake word was heard: the loudspeaker falls silent and the ears are open."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop word was heard, or the microphone is gone: everything falls silent."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The request is over, or nobody spoke."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Event = Plays | Woken | Stopped | Closed | Tick


def step(floor: Floor, event: Event, now_ms: int) -> Floor:
    """Move on by one event.

    Args:
        floor: Where the talk stands.
        event: What happened.
        now_ms: When, monotonic milliseconds.

    Returns:
        Where it stands now; where `Listening` comes out of `Asking`, the ears are to be opened.
    """
    until_ms = now_ms + MOST_MS
    match event, floor.phase:
        case Plays(length_ms=length_ms, asks=asks), phase:
            over_ms = now_ms + length_ms + ECHO_MS if length_ms else 0
            loud = replace(floor, loud_until_ms=max(floor.loud_until_ms, over_ms))
            return loud if asks is None else replace(loud, phase=_asked(phase, asks))
        case Woken(), _:
            return Floor(phase=Listening(asks=None, until_ms=until_ms))
        case Stopped(), _:
            return Floor()
        case Closed(), Listening(asks=asks):
            return replace(floor, phase=Free(asked=asks))
        case Tick(), Asking(asks=asks) if now_ms >= floor.loud_until_ms:
            return replace(floor, phase=Listening(asks=asks, until_ms=until_ms))
        case Tick(), Listening(until_ms=over_ms) if now_ms >= over_ms:
            return replace(floor, phase=Free())
    return floor


def _asked(phase: Free | Asking | Listening, asks: Ask) -> Free | Asking:
    again = isinstance(phase, Free) and phase.asked is Ask.REPEAT
    return Free() if again and asks is Ask.REPEAT else Asking(asks=asks)
