"""How one entity is heard and told: sources that give values, controls that take them.

A payload is text. A template may make another text of it; what is left is read by a codec,
the same as in other dialects. Commands go the other way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.codecs import Codec
from device.home.homeassistant.templates import Template
from device.home.payloads import Json
from device.ports import BusMessage

NOTHING = frozenset({"none", "unknown", "unavailable", "null"})
"""Words for "I have no value now", in lower case."""

Memory = dict[str, Value]
"""What an entity told so far that it needs to understand what it tells next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one message says about one entity."""

    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    gone: tuple[str, ...] = ()
    unreadable: int = 0


SILENCE = Told()
GARBLED = Told(unreadable=1)


class Source(Protocol):
    """A topic that tells something."""

    @property
    def topic(self) -> str:
        """Where it is told."""
        ...

    def hear(self, text: str, memory: Memory) -> Told:
        """What a payload says."""
        ...


class Control(Protocol):
    """A way to set one capability."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that it may send to."""
        ...

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        """What to send for a value that was checked.

        Raises:
            HomeError: It cannot be sent.
        """
        ...

    def expected(self, value: Value) -> Value | None:
        """What the entity then reports; None where it never does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an entity can do and tell."""

    capabilities: tuple[Capability, ...] = ()
    sources: tuple[Source, ...] = ()
    controls: Mapping[str, Control] = field(default_factory=lambda: MappingProxyType({}))

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(
            capabilities=self.capabilities + other.capabilities,
            sources=self.sources + other.sources,
            controls={**self.controls, **other.controls},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric:
    """A codec of numbers, for numbers that are written as text."""

    codec: Codec

    def read(self, raw: Json) -> Value | None:
        try:
            return self.codec.read(float(str(raw)))
        except ValueError:
            return None

    def write(self, value: Value) -> Json:
        return self.codec.write(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSource:
    """One value on one topic."""

    topic: str
    capability: str
    codec: Codec
    template: Template | None = None
    silent: frozenset[str] = frozenset()
    """Payloads that say nothing: "opening"."""
    hides: tuple[str, ...] = ()
    """Capabilities that have no value once this one has."""

    def hear(self, text: str, memory: Memory) -> Told:
        try:
            found = rendered(self.template, text)
        except HomeError:
            return GARBLED
        if not found or found in self.silent:
            return SILENCE
        if found.lower() in NOTHING:
            return Told(gone=(self.capability,))
        value = self.codec.read(found)
        if value is None:
            return GARBLED
        memory[self.capability] = value
        return Told(values={self.capability: value}, gone=self.hides)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueControl:
    """One value sent to one topic."""

    topic: str
    codec: Codec
    template: Template | None = None
    variable: str = "value"
    """What the template calls the value."""
    reported: bool = True
    """Whether the entity tells the value back."""
    named: bool = False
    """Whether it tells back what was asked, however it is written: colours."""

    @property
    def topics(self) -> tuple[str, ...]:
        return (self.topic,)

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        return (message(self.topic, self.template, {self.variable: self.codec.write(value)}),)

    def expected(self, value: Value) -> Value | None:
        if not self.reported:
            return None
        found = self.codec.read(self.codec.write(value))
        return value if self.named or found is None else found


def rendered(template: Template | None, text: str, **variables: Json) -> str | None:
    """What a payload says once its template has read it; None or "" where it says nothing.

    Raises:
        HomeError: The template fails.
    """
    return text.strip() if template is None else template.read(text, **variables)


def message(topic: str, template: Template | None, variables: Mapping[str, Json]) -> BusMessage:
    """A command: the first of the variables, or what the template makes of them all.

    Never retained, whatever the announcement asks for: a retained "unlock" would fire anew
    with every start of the lock.

    Raises:
        HomeError: The template fails or gives nothing.
    """
    if template is None:
        text: str | None = str(next(iter(variables.values())))
    else:
        text = template.render(**variables)
    if not text:
        raise HomeError("template gives nothing to send")
    try:
        return BusMessage(topic=topic, payload=text.encode())
    except UnicodeEncodeError as exc:
        raise HomeError("template gives what is no text") from exc


def reading(name: str) -> Capability:
    """A capability that is only ever read."""
    return Capability(name=name, settable=False)
