"""What a dialect is: one way of announcing devices and of talking to them.

A dialect knows topics and payloads, nothing else. It turns messages into what they say
(`Heard`) and commands into the messages to send (`Order`). Some announce everything at once
(`Announced`), others one device at a time (`Joined`, `Left`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from device.context import Capability
from device.events import DeviceCommand, Value
from device.ports import BusMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A device as its dialect announces it."""

    id: str
    """Unique among all dialects and stable while it is renamed."""
    name: str
    """As announced: "Living Room/Ceiling light"."""
    kind: str
    """Home Assistant domain."""
    device_class: str = ""
    room: str | None = None
    """Where the dialect knows it."""
    capabilities: tuple[Capability, ...] = ()
    members: tuple[str, ...] = ()
    """Ids of the devices that it commands together; empty for a device of its own."""
    body: str = ""
    """What it is a part of, where the dialect tells the parts of a thing apart; "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The dialect's whole inventory: what is not in it is gone."""

    devices: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """One device, new or changed."""

    device: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A device is gone."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Values that a device tells."""

    device: str
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    gone: tuple[str, ...] = ()
    """Capabilities that have no value now, such as the colour of a lamp that shines white."""
    unreadable: int = 0
    """How many values could not be read."""
    seen: datetime | None = None
    """When the device itself was last heard, where the message tells (`last_seen`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """A device, or the whole dialect, came or went."""

    device: str | None
    """None for everything that the dialect speaks for."""
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A device says that it will not do what it was told."""

    device: str
    why: str
    """In its own words."""
    capability: str | None = None
    """What it will not do; None for whatever it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """The dialect listens to other topics from now on."""

    topics: tuple[str, ...] = ()
    """To subscribe to."""
    dropped: tuple[str, ...] = ()
    """To leave."""


Heard = Announced | Joined | Left | Reported | Reachable | Refused | Wants


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How to give one command."""

    messages: tuple[BusMessage, ...]
    """What to send, in this order."""
    expected: Value | None
    """What the device will report when it obeys, after its own rounding; None where it never
    reports."""


class Dialect(Protocol):
    """One way of announcing devices and of talking to them."""

    @property
    def name(self) -> str:
        """Short and lower case: zigbee2mqtt."""
        ...

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that it wants to hear now; `Wants` tells how that changes."""
        ...

    def take(self, message: BusMessage) -> tuple[Heard, ...]:
        """What a message says; nothing for a topic that is none of its own.

        Raises:
            HomeError: The payload cannot be read; nothing changed.
        """
        ...

    def order(self, command: DeviceCommand) -> Order:
        """How to give a command to one of its devices.

        Raises:
            HomeError: The device is not there or cannot take the value.
        """
        ...

    def ask(self, device: str) -> tuple[BusMessage, ...]:
        """The messages that make a device report how it stands; none where nothing does."""
        ...
