"""Reading what the speaker offers, as a person does: which values, which devices, which room.

Nothing but the words of the reply is looked at.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from device.context import Home
from device.events import Value
from device.nlu.values import COLORS
from simulator.teachers.judging import bare
from simulator.teachers.phrasing import TONES

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PARTLY = re.compile(r"(\d+) percent (?:open|closed)")
"""What is neither: "40 % open"."""
_LINKS = frozenset({"and", "is", "are", "be"})
_VERBS = frozenset({"turn", "switch", "set", "put", "make", "start", "dim"})
_STATES = {"on": "on", "off": "off", "open": "open", "opens": "open", "opened": "open"}
_STATES |= {"close": "closed", "closed": "closed", "closes": "closed", "shut": "closed"}
_STATES |= {"opening": "open", "closing": "closed", "lock": "locked", "locked": "locked"}
_STATES |= {"unlock": "unlocked", "unlocked": "unlocked", "cleaning": "cleaning"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What stands in a reply."""

    values: frozenset[tuple[str, str]]
    """(Label of a device, value): numbers as "40", colours, and on, off, open, closed, locked.
    A value that no device is named with has ""."""
    devices: frozenset[str]
    """Labels of the devices that are named."""
    rooms: frozenset[str]
    words: frozenset[str]


def read(reply: str, home: Home, *, name: str = "") -> Offer:
    """What a reply names.

    Args:
        reply: What the speaker said.
        home: Whose devices and rooms are looked for, the longest name first.
        name: What is being taught: its words tell nothing of its meaning.
    """
    text = f" {_plain(reply)} "
    if name:
        text = text.replace(f" {bare(_plain(name))} ", " * ", 1)
    devices, text = _found(text, _labels(home), "device")
    rooms, text = _found(text, {_plain(room.name): room.name for room in home.rooms}, "room")
    for tone, kelvin in TONES.items():
        text = text.replace(f" {tone} ", f" {kelvin} ")
    words = _PARTLY.sub(r" \1 ", text).split()
    return Offer(
        values=frozenset(_values(words, devices)),
        devices=frozenset(devices.values()),
        rooms=frozenset(rooms.values()),
        words=frozenset(words),
    )


def written(value: Value) -> str:
    """A value as `Offer.values` has it."""
    return f"{value:g}" if isinstance(value, int | float) else value


def _values(words: Sequence[str], devices: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Values with their devices: "the fan and the radio off", "turn off the fan"."""
    named: list[str] = []
    open_ = True
    """Whether the devices before are still being listed."""
    before = ""
    for at, word in enumerate(words):
        if word in devices:
            if not open_:
                named, open_ = [], True
            named.append(devices[word])
            if before:
                yield devices[word], before
        elif word in _VERBS:
            named, open_, before = [], True, ""
        elif (value := _value(word)) is not None:
            if at and words[at - 1] in _VERBS:
                before = value
                continue
            if value == "on" and not (at and (words[at - 1] in devices or words[at - 1] in _LINKS)):
                continue  # a preposition
            open_ = False
            yield from ((label, value) for label in named or [""])


def _value(word: str) -> str | None:
    if _NUMBER.fullmatch(word):
        return written(float(word))
    if word in COLORS:
        return word
    return _STATES.get(word)


def _labels(home: Home) -> dict[str, str]:
    """What each device is called, in its room and alone."""
    found: dict[str, str] = {}
    for device in home.devices:
        label = home.label(device)
        found.setdefault(_plain(device.name), label)
        if device.room:
            # A name that several have tells which one only together with its room.
            for full in (
                f"{device.room} {device.name}",
                f"{device.name} in the {device.room}",
                f"{device.room}'s {device.name}",
            ):
                found[_plain(full)] = label
    return found


def _found(text: str, names: Mapping[str, str], kind: str) -> tuple[dict[str, str], str]:
    """Which names stand in the text, and the text with a mark in the place of each."""
    seen: dict[str, str] = {}
    for name in sorted(names, key=len, reverse=True):
        if name and f" {name} " in text:
            mark = f"{kind}#{len(seen)}"
            seen[mark] = names[name]
            text = text.replace(f" {name} ", f" {mark} ")
    return seen, text


def _plain(text: str) -> str:
    text = text.lower().replace("%", " percent ").replace("\u2019", "'")
    return " ".join(re.sub(r"[^a-z0-9'. ]|\.(?!\d)", " ", text).split())
