"""The home and how it stands: what the stages know besides the words.

A `Context` is a frozen snapshot. It reaches nlu, routing, skills and teaching as an
argument; nobody asks the home for more while a turn is under way.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from device.concepts import Concept, holding
from device.events import Turn, Value
from device.rules import Rules
from device.settled import Known, Settled, Use

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from device.effects import Notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room (Home Assistant: area)."""

    name: str
    floor: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One thing that a device can do or tell (DESIGN section 7 lists the names)."""

    name: str
    minimum: float | None = None
    """Smallest value, in the capability's unit."""
    maximum: float | None = None
    options: tuple[str, ...] = ()
    """Allowed words, such as a thermostat's modes."""
    settable: bool = True
    """False for readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device, whatever dialect it speaks."""

    id: str
    """Unique in the home and stable while running."""
    name: str
    """As the owner calls it: "Ceiling light"."""
    room: str | None
    """Name of its room."""
    kind: str
    """Home Assistant domain: light, switch, cover, climate, fan, lock, sensor ..."""
    device_class: str = ""
    """Home Assistant device class: garage, blind, door, temperature ..."""
    aliases: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    members: tuple[str, ...] = ()
    """Of a group, the ids of the devices in it. "All the lights" means those, not the group."""
    available: bool = True
    """False while it is known that it cannot be reached."""
    watched: bool = False
    """Whether somebody tells when it cannot be reached; else `available` is only hoped."""
    body: str = ""
    """What it is a part of: parts of one body are one thing to their owner. "" for none."""

    def capability(self, name: str) -> Capability | None:
        """The capability called `name`, or None."""
        return next((c for c in self.capabilities if c.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value that a device reported."""

    value: Value
    at: datetime
    """When it was heard; where the device dates what it says, when it said it."""
    since: datetime | None = None
    """When the value last changed; None where it has not changed since it was first heard."""
    kept: bool = False
    """Whether the broker had kept it: then it is older than `at`, nobody knows by how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value that a device reported and did not report before."""

    device: str
    """Its id."""
    capability: str
    value: Value
    at: datetime
    sure: bool = True
    """Whether it changed then; else it was found so then, after nobody had listened."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """Rooms and devices, as known now."""

    rooms: tuple[Room, ...] = ()
    devices: tuple[Device, ...] = ()

    def device(self, device_id: str) -> Device | None:
        """The device with this id, or None."""
        return self._by_id.get(device_id)

    def label(self, device: Device) -> str:
        """Its name, or Room/Name when another device has the same name (ignoring case)."""
        alone = self._bearers[device.name.casefold()] == 1
        return device.name if alone or device.room is None else f"{device.room}/{device.name}"

    @cached_property
    def names(self) -> tuple[object, ...]:
        """Everything that decides what can be said in it, quick to compare.

        A device that is away makes another home, but one with the same names.
        """
        devices = ((d.name, d.aliases, d.kind, d.device_class) for d in self.devices)
        return (self.rooms, *devices)

    @cached_property
    def _by_id(self) -> dict[str, Device]:
        return {device.id: device for device in reversed(self.devices)}

    @cached_property
    def _bearers(self) -> Counter[str]:
        """How many devices bear a name."""
        return Counter(device.name.casefold() for device in self.devices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Microphone:
    """The speaker's own microphone."""

    on: bool
    """False when nothing is listened to: then no stream is open."""
    button: bool = False
    """Whether the speaker has a button that switches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounds:
    """What the acoustic model heard in one utterance: which sounds of speech, not the voice."""

    content: bytes
    """Log probabilities as little-endian float32, row by row."""
    labels: int
    """Length of a row; a row is 30 ms."""

    @property
    def log_probs(self) -> "npt.NDArray[np.float32]":
        """The same as a read-only view of shape (steps, labels)."""
        import numpy as np  # As in `device.events`.

        return np.frombuffer(self.content, dtype="<f4").reshape(-1, self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """One time that somebody had something done with devices."""

    deed: str
    """What was done: one of `device.nlu.deeds.DEEDS`."""
    devices: frozenset[str]
    """Ids of the devices."""
    at: datetime
    person: str | None = None
    """Who asked, where known."""


State = Mapping[str, Mapping[str, Reading]]
"""Device id -> capability -> what it last reported."""

Past = Mapping[tuple[str, str], tuple[Change, ...]]
"""(Device id, capability) -> its last changes, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything a stage may know besides the words."""

    home: Home
    state: State = field(default_factory=lambda: MappingProxyType({}))
    room: str | None = None
    """Where the speaker stands."""
    person: str | None = None
    """Who speaks, where known."""
    persons: tuple[str, ...] = ()
    """Who may say who speaks, by name: those of the config, and who taught something."""
    now: datetime
    """The home's local time, with time zone; may jump."""
    now_ms: int = 0
    """Monotonic milliseconds at the same moment, for what counts down."""
    turns: tuple[Turn, ...] = ()
    """Recent turns, oldest first."""
    notebook: "Notebook"
    """Lists, timers, alarms and reminders."""
    habits: tuple[Habit, ...] = ()
    """What was done before, oldest first."""
    past: Past = field(default_factory=lambda: MappingProxyType({}))
    """What devices reported before."""
    volume: int = 50
    """The speaker's own volume, 0 to 100."""
    microphone: Microphone | None = None
    """None where there is nothing to switch: typed requests, recordings."""
    rules: Rules = field(default_factory=Rules)
    """What is asked first, what is never done, and how often."""
    skills: tuple[Known, ...] = ()
    """The skills that the speaker has."""
    settled: tuple[Settled, ...] = ()
    """What was settled about skills, oldest first; the same object until something changes."""
    uses: tuple[Use, ...] = ()
    """When packs answered, oldest first; likewise."""
    taught: tuple[Concept, ...] = ()
    """What was taught by anybody, oldest first; the same object until something changes."""
    doubted: datetime | None = None
    """When it was last asked whether a guess was right."""
    certain: frozenset[str] = frozenset()
    """Sentences, in plain words, that were guessed rightly: nobody is asked again."""
    lesson: tuple[Sounds, ...] = ()
    """What was said so far to show how a name sounds; empty where nobody was asked to."""

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """What was taught and holds for who speaks: his own first, then the home's."""
        return holding(self.taught, self.person)

    def reading(self, device_id: str, capability: str) -> Reading | None:
        """What the device last reported and when, or None."""
        return self.state.get(device_id, {}).get(capability)

    def value(self, device_id: str, capability: str) -> Value | None:
        """What the device last reported, or None."""
        reading = self.reading(device_id, capability)
        return None if reading is None else reading.value
