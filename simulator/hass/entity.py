"""One entity of a Home Assistant device: its configuration, its topics, its words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from device.events import Value
from device.home.payloads import Json, number_in, written
from simulator.things import Raw, number_within, travel, understood

Take = Callable[[bytes, Raw], Sequence[Raw]]
"""A command's payload and how the device stands -> the states that follow; none for nonsense."""
Ways = Mapping[str, tuple[str, ...]]
"""A command's word -> the words for the states that it leads through."""
Say = Callable[[Raw], bytes]
"""How the device stands -> what a state topic says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One capability in an entity's own words."""

    write: Callable[[Value], Raw]
    """Our value as the device keeps it."""
    read: Callable[[Raw], Value | None]
    """Our value of how the device stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One entity; all topics stand below the device's own, which is written `~`."""

    component: str
    """Home Assistant's platform: light, sensor."""
    config: Raw
    """Its configuration with long keys."""
    key: str = ""
    """What tells it from the device's others; "" for the one that the device is there for."""
    says: Mapping[str, Say] = field(default_factory=dict)
    """Its state topics."""
    takes: Mapping[str, Take] = field(default_factory=dict)
    """Its command topics."""
    words: Mapping[str, Word] = field(default_factory=dict)
    """The capabilities that it stands for."""
    retained: bool = True
    """Whether the broker keeps its states."""


def text(key: str) -> Say:
    """A state topic that says one part of the state as it is."""

    def say(raw: Raw) -> bytes:
        value = raw.get(key)
        return value.encode() if isinstance(value, str) else written(value)

    return say


def table(**keys: str) -> Say:
    """A state topic that says parts of the state as a JSON object: name there = key here."""
    return lambda raw: written({name: raw.get(key) for name, key in keys.items()})


def worded(key: str, words: Mapping[str, str]) -> Take:
    """A command topic that takes words: payload -> value of `key`."""

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        word = words.get(payload.decode("utf-8", "replace"))
        return () if word is None else ({**now, key: word},)

    return take


def through(key: str, ways: Ways) -> Take:
    """A command topic whose words lead through several values of `key`."""

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        return [{**now, key: word} for word in ways.get(payload.decode("utf-8", "replace"), ())]

    return take


def numbered(key: str, low: float, high: float, *, step: float = 1) -> Take:
    """A command topic that takes a number."""

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        number = number_within(payload.decode("utf-8", "replace").strip(), low, high)
        return () if number is None else ({**now, key: stepped(number, step)},)

    return take


def inside(name: str, take: Take) -> Take:
    """A command topic that takes a JSON object and looks at one member of it."""

    def peel(payload: bytes, now: Raw) -> Sequence[Raw]:
        request = understood(payload)
        if not isinstance(request, dict) or name not in request:
            return ()
        value = request[name]
        return take(value.encode() if isinstance(value, str) else written(value), now)

    return peel


def moved(now: Raw, end: float) -> Sequence[Raw]:
    """The states of something that moves to a position; at rest when it is there."""
    here = number_in(now["position"]) or 0
    word = "opening" if end > here else "closing"
    return [
        {**now, "position": place, "moving": "" if place == round(end) else word}
        for place in travel(here, end)
    ]


def stepped(number: float, step: float = 1) -> int | float:
    """A number on the nearest step; whole ones without a decimal point."""
    near = round(number / step) * step
    return round(near) if float(near).is_integer() else round(near, 2)


def kept(key: str) -> Word:
    """A capability that the device keeps as we write it."""
    return Word(write=lambda value: {key: value}, read=lambda raw: _value(raw.get(key)))


def upper(key: str) -> Word:
    """ON and OFF for on and off."""
    return Word(
        write=lambda value: {key: str(value).upper()},
        read=lambda raw: str(raw[key]).lower(),
    )


def translated(key: str, words: Mapping[str, str]) -> Word:
    """Our words -> the device's; where it has more, the first of ours counts that means it."""
    back: dict[Json, str] = {}
    for ours, theirs in words.items():
        back.setdefault(theirs, ours)
    return Word(
        write=lambda value: {key: words[str(value)]},
        read=lambda raw: back.get(raw[key]),
    )


def _value(found: Json) -> Value | None:
    return found if isinstance(found, str | int | float) else None
