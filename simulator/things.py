"""Things in the pretend house: what each is told, what it does, what it says of itself.

A thing knows its own dialect's topics and payloads, and nothing of brokers or time. What takes
time (a blind that travels) is told as steps, which the house lets happen one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from device.events import Value
from device.home.payloads import Json, written
from device.ports import BusMessage

Raw = dict[str, Json]
"""A state or a command, as JSON."""
Messages = tuple[BusMessage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A command that a thing understood."""

    what: str
    """What was commanded, for `Thing.reply` and `Thing.refusal`."""
    steps: tuple[Raw, ...]
    """The states that it goes through, the last one to stay in; at least one."""
    at_once: Messages = ()
    """What it says before it does anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that a thing answers."""

    what: str
    """What was asked, for `Thing.reply`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Puzzled:
    """A message that means nothing to a thing."""

    says: Messages = ()
    """What it says to that; most say nothing."""


Sense = Told | Asked | Puzzled
"""What a thing makes of a message."""


class Thing(Protocol):
    """One device of the pretend house."""

    topic_name: str
    """What it is called: "Room/Name". A new name moves its topics, not its identity."""

    @property
    def address(self) -> str:
        """How the topics of all messages to it begin, without the slash that follows."""
        ...

    @property
    def listens(self) -> tuple[str, ...]:
        """Topic filters of the messages to it."""
        ...

    @property
    def inventory(self) -> Raw | None:
        """How its bridge lists it; None where a device announces itself."""
        ...

    @property
    def raw(self) -> Raw:
        """Its whole state, in its own words."""
        ...

    @property
    def values(self) -> dict[str, Value]:
        """Its whole state in the words of DESIGN section 7."""
        ...

    def sense(self, rest: str, payload: bytes) -> Sense:
        """What it makes of a message; changes nothing yet.

        Args:
            rest: The topic behind `address` and a slash.
            payload: Anything.
        """
        ...

    def become(self, raw: Raw) -> None:
        """Stand so from now on."""
        ...

    def put(self, values: Mapping[str, Value]) -> None:
        """Change by hand, in the words of DESIGN section 7."""
        ...

    def announcement(self) -> Messages:
        """How it introduces itself; nothing where its bridge does that."""
        ...

    def presence(self, *, online: bool) -> Messages:
        """That it can be reached, or not."""
        ...

    def report(self) -> Messages:
        """Its whole state, unasked."""
        ...

    def reply(self, what: str) -> Messages:
        """What it says once it did, or was asked, `what`."""
        ...

    def refusal(self, what: str) -> Messages:
        """What it says when it will not do `what`."""
        ...

    def forgotten(self) -> Messages:
        """Clears what the broker keeps of it."""
        ...


def said(topic: str, content: Json | bytes, *, retained: bool = False) -> BusMessage:
    """A message with bytes as they are, or anything else as JSON."""
    payload = content if isinstance(content, bytes) else written(content)
    return BusMessage(topic=topic, payload=payload, retained=retained)


def cleared(*topics: str) -> Messages:
    """Messages after which the broker keeps nothing on these topics."""
    return tuple(BusMessage(topic=topic, payload=b"", retained=True) for topic in topics)


def understood(payload: bytes) -> Json:
    """A payload as JSON; what is none is a bare word."""
    try:
        found: Json = msgspec.json.decode(payload)
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace").strip()
    return found


def number_within(value: Json, low: float, high: float) -> float | None:
    """The number that a value is, or that a text spells, when it lies in the range."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if low <= value <= high else None


def travel(start: float, end: float, steps: int = 4) -> list[int]:
    """The places that a blind reports on its way, the end included."""
    places = [round(start + (end - start) * step / steps) for step in range(1, steps + 1)]
    return list(dict.fromkeys(places))


def key_of(topic_name: str) -> str:
    """A made-up hardware address that stays the same from run to run.

    FNV-1a, 64 bits (Fowler, Noll, Vo).
    """
    total = 0xCBF29CE484222325
    for byte in topic_name.encode("utf-8"):
        total = ((total ^ byte) * 0x100000001B3) % 2**64
    return f"0x{total:016x}"
