"""One thing that a Tasmota device is, and where its values stand in what the device says."""

from dataclasses import dataclass
from types import MappingProxyType

from device.context import Capability
from device.events import Value
from device.home.capabilities import RULES
from device.home.codecs import Codec, Words
from device.home.tasmotaconfig import Announcement

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where one capability stands in what a device tells, and how it is commanded."""

    capability: Capability
    reads: tuple[tuple[Path, Codec], ...]
    """Where to look, the most telling first."""
    writes: Codec | None = None
    commands: tuple[str, ...] = ()
    """One for each value that is sent."""
    then: tuple[tuple[str, str], ...] = ()
    """Command and payload to send besides."""
    stops: str | None = None
    """The command that stops it half way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One device of ours."""

    id: str
    name: str
    kind: str
    bindings: tuple[Binding, ...]
    device_class: str = ""
    whites: bool = False
    """Whether it shines either in a colour or white."""
    measures: bool = False
    """Whether some of its values come with the sensors."""

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What it can do and tell."""
        return tuple(binding.capability for binding in self.bindings)

    def binding(self, capability: str) -> Binding | None:
        """How the capability of this name is read and written, or None."""
        return next((b for b in self.bindings if b.capability.name == capability), None)


def bound(
    name: str, key: str, codec: Codec, command: str, *, then: tuple[tuple[str, str], ...] = ()
) -> Binding:
    """A capability that is read from one key and written by one command."""
    return Binding(
        capability=able(name),
        reads=(((key,), codec),),
        writes=codec,
        commands=(command,),
        then=then,
    )


def able(
    name: str,
    *,
    settable: bool = True,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Capability:
    """A capability with its rule's range and words."""
    rule = RULES[name]
    return Capability(
        name=name,
        minimum=rule.minimum if minimum is None else minimum,
        maximum=rule.maximum if maximum is None else maximum,
        options=rule.words,
        settable=settable,
    )


def on_off(told: Announcement, *, on: Value = "on", off: Value = "off") -> Words:
    """The device's own words for on and off, and ours for them."""
    return Words(sent=MappingProxyType({on: told.on, off: told.off}))
