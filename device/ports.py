"""The one door to the world: what the speaker needs from outside.

`device.edges` fills these on a speaker, the simulator on a laptop. Nothing is patched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from device.context import Change, Context, Home
from device.effects import Plan
from device.events import Outcome, Request, Turn, Utterance, Wake
from device.skills.pack import Pack, Standing

T = TypeVar("T")
Result = TypeVar("Result", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusMessage:
    """One MQTT message."""

    topic: str
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BusUp:
    """The broker is connected (again); everything subscribed is subscribed anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusDown:
    """The broker is gone."""

    reason: str
    """One sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusRefused:
    """The broker did not pass on what was published: its access list forbids it."""

    topic: str


BusEvent = BusMessage | BusUp | BusDown | BusRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundBlock:
    """Sound from the microphone."""

    pcm: bytes
    """Little-endian int16 mono PCM at 16 kHz, any even number of bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundLost:
    """The microphone is gone."""

    reason: str
    """One sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFound:
    """A microphone is open (again)."""

    name: str
    rate_hz: int
    """Its own rate."""
    channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundMissed:
    """Sound was lost because nobody read it in time."""

    count: int
    """How often, since the microphone was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed:
    """Somebody pressed the microphone button."""


Item = BusEvent | SoundBlock | SoundLost | SoundFound | SoundMissed | ButtonPressed
"""What waits in the speaker's one queue."""


class Inbox(Protocol):
    """The one bounded queue between the world's threads and the core."""

    def get(self, timeout_ms: int) -> Item | None:
        """The oldest item, or None when none came within `timeout_ms`."""
        ...


class Bus(Protocol):
    """The home's broker."""

    @property
    def connected(self) -> bool:
        """Whether a message sent now would leave at once."""
        ...

    def subscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these topic filters, now and after every reconnect."""
        ...

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Receive what matches these topic filters no more."""
        ...

    def publish(self, message: BusMessage) -> None:
        """Send with QoS 1, never queued while offline.

        Raises:
            BusError: The broker is away or refused; nothing was or will be sent.
        """
        ...

    def receive(self, timeout_ms: int) -> BusEvent | None:
        """Wait at most `timeout_ms` for the next event; None when nothing came."""
        ...

    def close(self) -> None:
        """Disconnect cleanly."""
        ...


class Microphone(Protocol):
    """Sound coming in."""

    def read(self, timeout_ms: int) -> bytes | None:
        """Wait for the next block: int16 mono PCM at 16 kHz; None when nothing came.

        Raises:
            AudioError: The microphone is gone.
        """
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


class Ears(Protocol):
    """The microphone that fills the inbox with sound, and its switch."""

    @property
    def button(self) -> bool:
        """Whether there is a button that people can press."""
        ...

    def listen(self, *, on: bool) -> None:
        """Open the microphone, or close it: once this returns with it off, no stream is open."""
        ...


class Loudspeaker(Protocol):
    """Sound going out."""

    def play(self, pcm: bytes, *, rate_hz: int) -> None:
        """Play int16 mono PCM, at once, without waiting for its end.

        Raises:
            AudioError: There is no loudspeaker, or it is gone.
        """
        ...

    def stop(self) -> None:
        """Fall silent at once."""
        ...


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """The home's local time, with time zone; may jump."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds that only ever grow."""
        ...

    def lap_ms(self) -> float:
        """A fine stopwatch reading in milliseconds, for measuring stages."""
        ...


class Store(Protocol):
    """What survives a restart."""

    def load(self, key: str) -> bytes | None:
        """What was last saved under `key`, or None."""
        ...

    def save(self, key: str, content: bytes) -> None:
        """Replace what is kept under `key`, whole or not at all.

        Raises:
            StoreError: It could not be written; the old content is still there.
        """
        ...

    def append_turn(self, turn_id: str, at: datetime, content: bytes) -> None:
        """Keep the record of one turn (JSON)."""
        ...

    def turns(self, limit: int) -> list[bytes]:
        """The last `limit` records, oldest first."""
        ...

    def append_changes(self, changes: Sequence[Change]) -> None:
        """Keep what devices reported, oldest first, all of it or nothing.

        Raises:
            StoreError: It could not be written.
        """
        ...

    def changes(self, each: int) -> list[Change]:
        """The last `each` changes of every capability of every device, oldest first."""
        ...

    def forget_turns(self, since: datetime | None, until: datetime | None) -> int:
        """Delete the records of turns in a span, and what devices reported in it.

        No byte of them is left in the file.

        Args:
            since: The first moment; None is the beginning.
            until: The first moment that is kept; None is the end. Without both, copies that
                were set aside because they were damaged go as well.

        Returns:
            How many records of turns were deleted.

        Raises:
            StoreError: They could not be deleted.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A request that was typed."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The sound of one request, as it was cut out of the stream."""

    utterance: Utterance
    wake: Wake | None = None
    """The wake word before it; None where it was listened to without."""


class Tape(Protocol):
    """Keeps what came in, so that turns can be replayed; only where the owner wants that."""

    def took(self, item: Item | Typed | Spoken, *, asks: bool) -> None:
        """The speaker takes this.

        Args:
            item: What came in.
            asks: Whether it is a request, of which nothing has been done yet.
        """
        ...

    def ended(self, turn: Turn, home: Home, *, kept: bool) -> None:
        """A turn has ended.

        Args:
            turn: What happened.
            home: The home after it.
            kept: Whether it may be kept; not the one that has something deleted.
        """
        ...

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Delete what was kept of turns in a span, as `Store.forget_turns` does.

        Raises:
            StoreError: It could not be deleted.
        """
        ...


class Job(Protocol[Result]):
    """Work under way."""

    def done(self) -> bool:
        """Whether it has ended."""
        ...

    def result(self) -> Result:
        """What it gave; raises what it raised."""
        ...


class Background(Protocol):
    """Somebody who works beside the core."""

    def start(self, work: Callable[[], T]) -> Job[T]:
        """Begin some work; it and what it gives can be pickled."""
        ...


class Packs(Protocol):
    """The skill packs, which the owner may change at any time."""

    def changed(self) -> Sequence[tuple[Pack, Standing]] | None:
        """All packs, built-in ones included, with the owner's standing to each.

        Returns:
            None where nothing has changed since the last call; it never waits for long.
        """
        ...


class PackCode(Protocol):
    """Runs the Python code that skill packs bring along.

    Whatever the code does, a call comes back within its time, and nothing of the speaker's
    own is within its reach.
    """

    def plan(self, file: Path, request: Request, context: Context, *, name: str) -> Plan:
        """What the code wants done for a request: words, commands, or that it declines.

        Args:
            file: The code.
            request: What was asked.
            context: The home; what else was said in it is not shown.
            name: What people call the skill.

        Raises:
            SkillError: It gave nothing that can be used; one sentence fit to be spoken.
        """
        ...

    def report(
        self,
        file: Path,
        plan: Plan,
        outcomes: Sequence[Outcome],
        request: Request,
        context: Context,
        *,
        name: str,
    ) -> str | None:
        """What the code says of what became of its plan; None where it has nothing to say.

        Raises:
            SkillError: As `plan` does.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything that the core calls; what comes in by itself waits in the `Inbox`."""

    bus: Bus
    clock: Clock
    store: Store
    loudspeaker: Loudspeaker | None = None
    ears: Ears | None = None
    """None where nobody listens by himself: typed requests, recordings."""
    background: Background | None = None
    """None where long work may be waited for."""
    code: PackCode | None = None
    """None where no code of packs is run."""
    secret: bytes = b"no secret"
    """What nobody outside can guess; drawn anew at every start."""
    tape: Tape | None = None
    """None where nothing is kept to be replayed."""
    packs: Packs | None = None
    """None where there are the built-in skills alone."""
