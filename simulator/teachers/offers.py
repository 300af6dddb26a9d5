"""Reading what the speaker offers, as a person does: which values, which devices, which room.

Nothing but the words of the reply is looked at.
"""

import re
from dataclasses import dataclass

from device.context import Home
from device.nlu.values import COLORS
from simulator.teachers.phrasing import TONES

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[a-z]+")
_PARTLY = re.compile(r"\d+ percent (?:open|closed)")
"""What is neither: "40 % open"."""
_STATES = {"on": "on", "off": "off", "open": "open", "opens": "open", "opened": "open"}
_STATES |= {"close": "closed", "closed": "closed", "closes": "closed", "shut": "closed"}
_STATES |= {"opening": "open", "closing": "closed", "lock": "locked", "locked": "locked"}
_STATES |= {"unlock": "unlocked", "unlocked": "unlocked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What stands in a reply."""

    numbers: frozenset[float]
    colors: frozenset[str]
    states: frozenset[str]
    """on, off, open, closed, locked, unlocked."""
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
        text = text.replace(f" {_plain(name)} ", " * ")
    devices, text = _found(text, _labels(home))
    rooms, text = _found(text, {_plain(room.name): room.name for room in home.rooms})
    numbers = frozenset(float(n) for n in _NUMBER.findall(text))
    numbers |= {float(kelvin) for tone, kelvin in TONES.items() if f" {tone} " in text}
    words = frozenset(_WORD.findall(_PARTLY.sub(" ", text)))
    return Offer(
        numbers=numbers,
        colors=frozenset(words & COLORS),
        states=frozenset(_STATES[w] for w in words if w in _STATES),
        devices=devices,
        rooms=rooms,
        words=words,
    )


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


def _found(text: str, names: dict[str, str]) -> tuple[frozenset[str], str]:
    """Which names stand in the text, and the text without them."""
    seen: set[str] = set()
    for name in sorted(names, key=len, reverse=True):
        if name and f" {name} " in text:
            seen.add(names[name])
            text = text.replace(f" {name} ", " * ")
    return frozenset(seen), text


def _plain(text: str) -> str:
    text = text.lower().replace("%", " percent ").replace("\u2019", "'")
    return " ".join(re.sub(r"[^a-z0-9'. ]|\.(?!\d)", " ", text).split())
