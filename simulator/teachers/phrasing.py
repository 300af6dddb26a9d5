"""How people say what is to be set: as a deed, a doing, a state, a clause, a noun, a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from device.events import Value
from simulator.fillings import spell

FORMS = ("vp", "vg", "st", "cl", "np", "b")
"""Deed ("dim the lights to 40"), doing ("dimming ..."), state ("the lights at 40"), clause ("the
lights are at 40"), noun ("40 percent brightness"), bare value ("40 percent")."""

TONES = {"warm white": 2700, "neutral white": 3500, "cool white": 4000, "daylight": 6500}
"""White tones that people call by name, in kelvin."""

_DOING = {"set": "setting", "put": "putting", "dim": "dimming", "turn": "turning"}
_DOING |= {"make": "making", "bring": "bringing", "close": "closing", "open": "opening"}
_DOING |= {"switch": "switching", "have": "having", "keep": "keeping", "lower": "lowering"}
_DOING |= {"heat": "heating", "pull": "pulling", "raise": "raising", "leave": "leaving"}
_DOING |= {"run": "running", "lock": "locking", "start": "starting"}

_DEEDS: Mapping[str, tuple[str, ...]] = {
    "brightness": (
        *("set {d} to {v}", "put {d} at {v}", "bring {d} to {v}", "have {d} at {v}"),
        *("keep {d} at {v}", "turn {d} to {v}", "put {d} on {v}"),
    ),
    "color": ("make {d} {v}", "turn {d} {v}", "set {d} to {v}", "have {d} {v}", "put {d} on {v}"),
    "color_temperature": ("set {d} to {v}", "put {d} on {v}", "make {d} {v}", "turn {d} to {v}"),
    "target_temperature": (
        *("set {d} to {v}", "put {d} on {v}", "turn {d} to {v}", "have {d} at {v}"),
        "keep {d} at {v}",
    ),
    "position": ("set {d} to {v}", "put {d} at {v}", "have {d} at {v}"),
    "fan_speed": ("set {d} to {v}", "put {d} on {v}", "run {d} at {v}"),
    "volume": ("set {d} to volume {v}", "put {d} at volume {v}", "set the volume of {d} to {v}"),
}
_STATES: Mapping[str, tuple[str, ...]] = {
    "brightness": ("{d} at {v}", "{d} on {v}", "{d} set to {v}"),
    "color": ("{d} in {v}", "{d} {v}", "{d} set to {v}"),
    "color_temperature": ("{d} in {v}", "{d} at {v}", "{d} on {v}"),
    "target_temperature": ("{d} at {v}", "{d} on {v}", "{d} set to {v}"),
    "position": ("{d} at {v}",),
    "fan_speed": ("{d} at {v}", "{d} on {v}"),
    "volume": ("{d} at volume {v}",),
}
_NOUNS: Mapping[str, tuple[str, ...]] = {
    "brightness": ("{v} brightness", "brightness at {v}", "a brightness of {v}", "brightness {v}"),
    "color": ("{v} light", "the color {v}", "{v}", "a {v} color"),
    "color_temperature": ("{v} light", "{v}"),
    "target_temperature": ("a temperature of {v}", "{v}", "the temperature at {v}"),
}
_COLORS = ("red", "blue", "green", "purple", "orange", "pink", "yellow", "turquoise", "violet")
_WHITES = (2200, 2700, 3000, 3500, 4000, 4500, 6500)
_DARK = 50
_ENDS: Mapping[tuple[str, Value], tuple[str, str]] = {
    ("position", 0): ("close", "closed"),
    ("position", 100): ("open", "open"),
    ("lock", "locked"): ("lock", "locked"),
    ("vacuum", "cleaning"): ("start", "cleaning"),
}
"""Values with a deed and a state of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One value that somebody has in mind."""

    capability: str
    value: Value
    device: str = ""
    """Label of the device; "" for whatever the request names."""


def amount(rng: Random, part: Part) -> str:
    """A value as people say it: "40 percent", "forty percent", "half", "21 degrees"."""
    value = part.value
    match part.capability:
        case "brightness" | "position" | "fan_speed":
            if value == 50 and rng.random() < 0.15:
                return "half"
            return rng.choice((f"{value} percent", f"{value}%", f"{spell(int(value))} percent"))
        case "volume":
            return rng.choice((str(value), spell(int(value))))
        case "color_temperature":
            named = next((name for name, kelvin in TONES.items() if kelvin == value), None)
            return named or f"{value} kelvin"
        case "target_temperature":
            return rng.choice((f"{value} degrees", f"{spell(int(value))} degrees"))
        case _:
            return str(value)


def said(rng: Random, parts: Sequence[Part], called: Mapping[str, str], form: str) -> str:
    """All parts in one form, joined as people join them.

    Args:
        rng: The only source of chance.
        parts: One or more.
        called: How each device is said, by label: "the floor lamp"; "" is whatever the request
            names.
        form: One of `FORMS`.
    """
    pieces = [_part(rng, part, _standing(called[part.device], form), form) for part in parts]
    if len(pieces) > 2 and rng.random() < 0.7:
        return f"{', '.join(pieces[:-1])} and {pieces[-1]}"
    return " and ".join(pieces)


def listed(rng: Random, names: Sequence[str]) -> str:
    """Names as people list them: "a, b and c"."""
    if len(names) > 2 and rng.random() < 0.7:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return " and ".join(names)


def _part(rng: Random, part: Part, device: str, form: str) -> str:
    extreme = _extreme(rng, part, device, form)
    if extreme:
        return extreme
    value = amount(rng, part)
    if form == "b":
        return value
    if form == "np":
        nouns = _NOUNS.get(part.capability)
        if nouns and not part.device:
            return rng.choice(nouns).format(v=value)
        form = "st"
    if form == "st":
        return rng.choice(_STATES[part.capability]).format(d=device, v=value)
    if form == "cl":
        link = "is" if part.capability == "color" else rng.choice(("is at", "is on", "is set to"))
        if _plural(device):
            link = "are" + link.removeprefix("is")
        return f"{device} {link} {value}"
    deeds = _DEEDS[part.capability]
    if part.capability == "brightness" and int(part.value) < _DARK:
        deeds = (*deeds, "dim {d} to {v}", "turn {d} down to {v}", "lower {d} to {v}")
    return _as_form(rng.choice(deeds).format(d=device, v=value), form)


def _extreme(rng: Random, part: Part, device: str, form: str) -> str:
    """What is on or off, open or closed; "" for everything between."""
    link = "are" if _plural(device) else "is"
    if part.capability == "power":
        word = str(part.value)
        if form in ("vp", "vg"):
            verb = rng.choice(("turn", "switch"))
            order = rng.choice((f"{word} {device}", f"{device} {word}"))
            if device in ("it", "them"):
                order = f"{device} {word}"
            return _as_form(f"{verb} {order}", form)
        return f"{device} {link} {word}" if form == "cl" else f"{device} {word}"
    ends = _ENDS.get((part.capability, part.value))
    if ends:
        verb, word = ends
        if form in ("vp", "vg"):
            return _as_form(f"{verb} {device}", form)
        return f"{device} {link} {word}" if form == "cl" else f"{device} {word}"
    return ""


def _standing(device: str, form: str) -> str:
    """What a device is called where it is no object: "them" is "they" or "the lights"."""
    if device not in ("it", "them") or form in ("vp", "vg"):
        return device
    if form == "cl":
        return "it" if device == "it" else "they"
    return "the light" if device == "it" else "the lights"


def _as_form(deed: str, form: str) -> str:
    verb, _, rest = deed.partition(" ")
    return f"{_DOING[verb]} {rest}" if form == "vg" else deed


def _plural(device: str) -> bool:
    last = device.split()[-1] if device else ""
    return device in ("them", "they") or (last.endswith("s") and not last.endswith("ss"))


def value_of(rng: Random, capability: str) -> Value:
    """A value that somebody could want."""
    match capability:
        case "brightness":
            return rng.randrange(5, 100, 5)
        case "color":
            return rng.choice(_COLORS)
        case "color_temperature":
            return rng.choice(_WHITES)
        case "target_temperature":
            return rng.randint(16, 25)
        case "position":
            return rng.choice((0, 100, 25, 40, 70))
        case "fan_speed":
            return rng.randrange(10, 100, 10)
        case "volume":
            return rng.randrange(5, 60, 5)
        case _:
            return rng.choice(("on", "off"))
