"""What a dialect is: one way of announcing devices and of talking to them.

A dialect knows topics and payloads, nothing else. It turns messages into what they say
(`Heard`) and commands into the message to send (`Order`). Zigbee2MQTT and the plain topics
of the pretend house are two; Home Assistant discovery and Tasmota fit beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The dialect's whole inventory: what is not in it is gone."""

    devices: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Values that a device tells."""

    device: str
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    gone: tuple[str, ...] = ()
    """Capabilities that have no value now, such as the colour of a lamp that shines white."""
    unreadable: int = 0
    """How many values could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """A device, or the whole dialect, came or went."""

    device: str | None
    """None for everything that the dialect speaks for."""
    online: bool


Heard = Announced | Reported | Reachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How to give one command."""

    message: BusMessage
    expected: Value
    """What the device will report when it obeys, after its own rounding."""


class Dialect(Protocol):
    """One way of announcing devices and of talking to them."""

    @property
    def name(self) -> str:
        """Short and lower case: zigbee2mqtt."""
        ...

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that it wants to hear now; grows with the inventory."""
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

    def ask(self, device: str) -> BusMessage | None:
        """The message that makes a device report how it stands; None where there is none."""
        ...
