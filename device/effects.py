"""What skills keep and change besides devices: lists, timers, alarms, reminders, volume.

A skill never changes anything itself. It returns a `Plan`; the speaker sends the plan's
commands, waits for the devices, applies the effects to the `Notebook` and stores it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from device.concepts import Concept
from device.context import Sounds
from device.events import Ask, DeviceCommand, Request
from device.settled import Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A countdown."""

    id: int
    name: str | None
    duration_ms: int
    """What was asked for, with later changes."""
    remaining_ms: int
    """What was left at `as_of_ms`."""
    as_of_ms: int
    """Monotonic milliseconds at which `remaining_ms` was true."""
    paused: bool = False
    room: str | None = None
    command: str | None = None
    """Words to be carried out when it ends, as if they were said then; it does not ring."""
    requests: tuple[Request, ...] = ()
    """What these words asked for when they were said."""
    at: datetime | None = None
    """The local wall time at which it ends, where one was said: it goes by that clock."""

    def left_ms(self, now_ms: int) -> int:
        """Milliseconds left at the monotonic time `now_ms`; below zero when overdue."""
        return self.remaining_ms if self.paused else self.remaining_ms - (now_ms - self.as_of_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A time of day, or a reminder when it has words."""

    id: int
    at: datetime
    """Local wall time with time zone."""
    words: str | None = None
    """What to be reminded of; None for a plain alarm."""
    repeats: tuple[int, ...] = ()
    """Weekdays (Monday 0) on which it comes again; empty for once."""
    room: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A use of a concept that goes back when it ends."""

    id: int
    concept: str
    """Name of the concept."""
    was: tuple[DeviceCommand, ...]
    """What leads back to how it was before."""
    sent: tuple[DeviceCommand, ...]
    """What was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """Everything that skills keep; a value, replaced as a whole."""

    lists: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """List name ("shopping", "to-do") -> open items, oldest first."""
    timers: tuple[Timer, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    ringing: tuple[str, ...] = ()
    """Sentences of what rings now, until "stop"."""
    holds: tuple[Hold, ...] = ()
    """Uses of concepts that have not ended, oldest first."""
    next_id: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNotebook:
    """Replace the notebook."""

    notebook: Notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVolume:
    """Set the speaker's own volume, 0 to 100."""

    volume: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnMicrophone:
    """Switch the microphone on or off; off closes the stream."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetTurns:
    """Delete the records of what was said; all of them where neither day nor span is given."""

    date: str | None = None
    """A day of the home's calendar, "2026-11-20"."""
    last_ms: int | None = None
    """So far back from the moment it is done, milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnPronunciation:
    """Hear a name from now on as somebody said it."""

    name: str
    """In the home's own spelling."""
    sounds: tuple[Sounds, ...]
    """Somebody who says the name and nothing else, each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetPronunciation:
    """Hear a name as it is written again."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetRefusals:
    """Ask skills again for what they were turned down for."""

    settled: tuple[Settled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnConcept:
    """Know from now on what these words mean."""

    concept: Concept


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetConcepts:
    """Know no more what these words mean."""

    concepts: tuple[Concept, ...]
    everything: bool = False
    """Whether that is all that somebody taught: then it is asked first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPerson:
    """Take whoever speaks from now on for this person."""

    person: str | None = None
    """None for anybody of the home."""


Effect = (
    WriteNotebook | SetVolume | TurnMicrophone | ForgetTurns
    | LearnPronunciation | ForgetPronunciation | ForgetRefusals
    | LearnConcept | ForgetConcepts | SetPerson
)  # fmt: skip

Agreeable = DeviceCommand | ForgetTurns | ForgetConcepts
"""What may have to be agreed to before it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that must be answered before a request can be carried out."""

    kind: Ask
    text: str
    """What the speaker says."""
    request: Request
    """What is in question."""
    slot: str | None = None
    """For choose and missing: the slot that the answer fills."""
    choices: tuple[str, ...] = ()
    """For choose: the values on offer, in the home's spelling."""
    pin: bool = False
    """For confirm: whether only the PIN is a yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Who on the bus answers a request."""

    skill: str = ""
    """Id of the pack whose program it is; "" for whoever listens."""
    name: str = ""
    """What people call that pack."""
    topic: str | None = None
    """Where the request is told; None is `hermes/intent/INTENT`."""


ANYBODY = Outside()
"""Whoever listens."""


class Ending(StrEnum):
    """How it ended that somebody on the bus was asked."""

    ANSWERED = "answered"
    DECLINED = "declined"
    """They do not know this one."""
    SILENT = "silent"
    """Nothing was heard in time."""
    LOST = "lost"
    """The broker went away."""
    BROKEN_OFF = "broken_off"
    """Somebody began to ask for something else meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came of asking somebody on the bus."""

    ending: Ending
    text: str = ""
    """What they said."""
    asks: bool = False
    """Whether that is a question, whose answer is theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a skill wants done for one request."""

    reply: str = ""
    """What to say when all is done; "" lets the commands' outcome speak."""
    commands: tuple[DeviceCommand, ...] = ()
    effects: tuple[Effect, ...] = ()
    question: Question | None = None
    """Set when something must be asked first; the rest is then empty."""
    shows_lists: bool = False
    """The turn's record carries all lists."""
    shows_timers: bool = False
    """The turn's record carries all timers."""
    shows_concepts: bool = False
    """The turn's record carries all that was taught."""
    outside: Outside | None = None
    """Set where only somebody on the bus answers. `reply` is for when nobody does."""
    declined: bool = False
    """The skill does not know this one: another may. `reply` is for when none does."""
