"""Values and devices in words, each with the label that the model is to give."""

import re
from dataclasses import dataclass
from random import Random

from device.context import Device
from device.events import Value
from device.nlu.values import KELVINS
from device.nlu.words import plain
from device.teaching.aims import aim
from export.teaching.concept.grammar import Piece, expand, filled, lines, texts
from export.teaching.concept.scenes import COLORS, Scene
from simulator.fillings import number
from simulator.homes import Split, device_name

_MARKED = re.compile(r"<([^>]*)>")
_AMOUNT = re.compile(
    r"(\{n\}( percent| %| per cent)?|(a |one |two |three )?(half|third|thirds|quarters?)|half way|"
    r"halfway|max|maximum|minimum|full|full on|full blast|all the way (up|down))"
)
_NEUTRAL = frozenset(
    str.split("about around roughly maybe some like only just at turned level out of a hundred")
)
_WHITES = tuple(" ".join(words) for words in KELVINS)
_MODES = {"heat": "heat", "heating": "heat", "cool": "cool", "cooling": "cool", "auto": "auto"}
_MODES |= {"automatic": "auto", "dry": "dry", "fan only": "fan_only"}


@dataclass(frozen=True, slots=True)
class Worded:
    """A value in words."""

    capability: str
    value: Value
    pieces: tuple[Piece, ...]
    form: str = "value"
    """"value", or how the words want to be put: "power", "state", "verb"."""


def marked(line: str, label: str) -> list[Piece]:
    """A text in which <x> is labelled."""
    found = []
    for at, part in enumerate(_MARKED.split(line)):
        if part.strip():
            found.append(Piece(part.strip(), label if at % 2 else ""))
    return found


def worded(rng: Random, split: Split, capability: str, value: Value) -> Worded:
    """A value of a capability in some words that mean it."""
    table = texts("values")
    if capability == "power":
        return Worded(capability, value, (Piece(str(value), "power"),), "power")
    if capability in ("lock", "media"):
        return _state(rng, capability, value, str(value))
    if capability == "position" and value in (0, 100) and rng.random() < 0.7:
        return _state(rng, capability, value, "open" if value else "closed")
    options = table[capability]
    if capability == "color":
        said = spoken_color(rng, str(value))
        line = _places(rng, rng.choice(lines(options["named"], split)), {"color": said})
    elif capability == "mode":
        said = rng.choice([w for w, m in _MODES.items() if m == value] or [str(value)])
        line = _places(rng, rng.choice(lines(options["named"], split)), {"mode": said})
    elif capability == "color_temperature":
        names = [w for w in _WHITES if KELVINS[tuple(w.split())] == value]
        if names and rng.random() < 0.8:
            line = _places(
                rng, rng.choice(lines(options["named"], split)), {"white": rng.choice(names)}
            )
        else:
            line = _counted(rng, rng.choice(lines(options["kelvin"], split)), value)
    elif capability == "target_temperature":
        line = _degrees(rng, lines(options["degrees"], split), value)
    else:
        exact = options.get(value, [])
        pool = exact if exact and rng.random() < 0.5 else options["percent"]
        line = _counted(rng, rng.choice(lines(pool, split)), value)
    return Worded(capability, value, tuple(marked(line[1], _label(capability, line[0]))))


def spoken_color(rng: Random, value: str) -> str:
    """How a colour is said: "light blue", "reddish"."""
    for first in ("light", "dark"):
        if value.startswith(first):
            return f"{first} {value.removeprefix(first)}"
    if rng.random() < 0.06 and value in _ISH:
        return _ISH[value]
    return value


_ISH = {"blue": "bluish", "red": "reddish", "green": "greenish", "orange": "orangey"}
_ISH |= {"purple": "purplish", "pink": "pinkish", "yellow": "yellowish"}

Line = tuple[str, str]
"""A template, and the same with its places filled."""


def _places(rng: Random, line: str, words: dict[str, str]) -> Line:
    made = expand(line, rng)
    return made, re.sub(r"\{(\w+)\}", lambda m: words[m[1]], made)


def _counted(rng: Random, line: str, value: Value) -> Line:
    said = number(rng, int(value))
    return _places(rng, line, {"n": said, "k": said})


def _degrees(rng: Random, options: list[str], value: Value) -> Line:
    whole = isinstance(value, int)
    halves = ("point five", "and a half")
    pool = [o for o in options if any(h in o for h in halves) != whole]
    if not pool:
        return _places(rng, "<{n} degrees>", {"n": str(value)})
    return _places(rng, rng.choice(pool), {"n": number(rng, int(float(value)))})


def _label(capability: str, line: str) -> str:
    """A number that does not say what it counts is an amount."""
    if capability not in ("brightness", "position", "fan_speed", "volume", "target_temperature"):
        return capability
    inside = _MARKED.findall(line)[0]
    outside = _MARKED.sub(" ", line).split()
    return "amount" if _AMOUNT.fullmatch(inside) and {*outside} <= _NEUTRAL else capability


def _state(rng: Random, capability: str, value: Value, word: str) -> Worded:
    table = texts("values")
    form = "verb" if rng.random() < 0.6 else "state"
    line = rng.choice(table["verbs" if form == "verb" else "states"][word])
    return Worded(capability, value, tuple(marked(line, capability)), form)


def change(rng: Random, split: Split, of: str, up: bool) -> tuple[Piece, ...]:
    """A change in words, such as "a bit warmer"."""
    options = texts("values")["step"][of]["up" if up else "down"]
    bits = texts("values")["bits"]
    line = expand(rng.choice(options), rng)
    said = {"bit": rng.choice(bits), "n": number(rng, rng.choice((5, 10, 15, 20, 30)))}
    return tuple(marked(re.sub(r"\{(\w+)\}", lambda m: said[m[1]], line), "step"))


def some(rng: Random, device: Device) -> list[tuple[str, Value]]:
    """One or two values that a device could be given."""
    able = {c.name for c in device.capabilities if c.settable}
    if device.kind == "light":
        return _light(rng, able)
    if device.kind == "climate":
        if rng.random() < 0.8:
            return [("target_temperature", _temperature(rng))]
        return [("mode", rng.choice(("heat", "cool", "auto")))]
    if device.kind == "cover" and "position" in able:
        return [("position", rng.choice((0, 100, 0, 100, 50, 25, rng.randint(1, 99))))]
    if device.kind == "fan":
        speeds = (33, 66, 100, 50, rng.choice(range(10, 101, 5)))
        choices = [("fan_speed", rng.choice(speeds)), ("power", rng.choice(("on", "off")))]
        return [rng.choice(choices)]
    if device.kind == "media_player":
        found: list[tuple[str, Value]] = [("volume", rng.choice(range(5, 101, 5)))]
        found += [("power", rng.choice(("on", "off")))] * 2
        found += [("media", rng.choice(("playing", "paused")))]
        return [rng.choice(found)]
    if device.kind == "lock":
        return [("lock", rng.choice(("locked", "locked", "unlocked")))]
    return [("power", rng.choice(("on", "off")))] if "power" in able else []


def _light(rng: Random, able: set[str]) -> list[tuple[str, Value]]:
    style = rng.random()
    if style < 0.18:
        return [("power", rng.choice(("on", "off", "off")))]
    found: list[tuple[str, Value]] = []
    if style < 0.85:
        levels = (*range(5, 101, 5), 100, 1, 50, 33, 67, 25, 75, rng.randint(1, 100))
        found.append(("brightness", rng.choice(levels)))
    tone = rng.random()
    if (tone < 0.35 or not found) and "color" in able:
        found.append(("color", rng.choice(COLORS)))
    elif (tone < 0.6 or not found) and "color_temperature" in able:
        kelvin = rng.choice((*KELVINS.values(), rng.choice(range(2000, 6501, 100))))
        found.append(("color_temperature", int(kelvin)))
    if not found:
        found.append(("brightness", rng.choice(range(10, 101, 10))))
    rng.shuffle(found)
    return found


def _temperature(rng: Random) -> float:
    value: int = rng.choice((*range(15, 27), 20, 21, 22))
    return value + 0.5 if rng.random() < 0.1 else value


def called(rng: Random, scene: Scene, device: Device) -> list[Piece]:
    """A device by its name."""
    article = rng.choice(("the", "the", "the", "my", "our", ""))
    name = rng.choice((device.name, device.name, *device.aliases)).lower()
    if name not in (device.name.lower(),) and not scene.named(device):
        name = device.name.lower()
    pieces = [Piece(article)] if article and not name.startswith("the ") else []
    if device.room is not None and rng.random() < 0.08:
        return [*pieces, Piece(device.room.lower(), "area"), Piece(name, "target")]
    pieces.append(Piece(name, "target"))
    if device.room is not None and rng.random() < 0.12:
        pieces += [Piece("in the"), Piece(device.room.lower(), "area")]
    return pieces


KIND_WORDS = {
    "light": ("light", "lights", "lamp", "lamps", "lighting"),
    "climate": ("heating", "thermostat", "heat", "heater", "radiator"),
    "fan": ("fan", "fans"),
    "media_player": ("speaker", "speakers", "tv", "television", "radio"),
    "switch": ("plugs", "switches", "outlets"),
}
"""Kind of device -> words for it."""


NEAR = (
    *("by the sofa", "next to the bed", "on the shelf", "behind the tv", "over the table"),
    *("near the window", "under the stairs", "in the corner", "on the desk", "by the door"),
    *("above the sink", "beside the fireplace", "on the left", "at the back", "on the wall"),
)
"""Where devices stand, which no home knows."""


def strange(rng: Random, scene: Scene, split: Split) -> list[Piece] | None:
    """A device that the home does not have, or one that is told by where it stands."""
    if rng.random() < 0.5:
        thing = rng.choice(("lamp", "lamps", "light", "lights", "fan", "speaker"))
        name = f"{thing} {rng.choice(NEAR)}"
    else:
        name = device_name(rng, rng.choice(("light", "fan", "switch")), split, ("attic", "shop"))
        words = plain(name).split()
        if len(words) < 2 or not aim(name, None, scene.about, scene.context).unknown:
            return None
    return [Piece(rng.choice(("the", "the", "my", "our"))), Piece(name, "target")]


def kind_called(rng: Random, device: Device) -> list[Piece] | None:
    """Devices of one kind by a word for it: "the lights", "all the blinds"; None for no word."""
    if device.kind == "cover":
        one = device.device_class or "blind"
        words: tuple[str, ...] = (one, f"{one}s")
    else:
        words = KIND_WORDS.get(device.kind, ())
    if not words:
        return None
    word = rng.choice(words)
    many = word.endswith("s")
    before = rng.choice(
        ("the", "the", "all the", "all", "all of the") if many else ("the", "the", "my")
    )
    return [Piece(before), Piece(word, "target")]


def line_of(rng: Random, split: Split, name: str, part: str) -> str:
    """Some line of one list of texts, with its choices made."""
    found = texts(name)[part]
    return expand(rng.choice(lines(found, split)), rng)


def put(line: str, places: dict[str, list[Piece]]) -> list[Piece]:
    """A line with its places filled."""
    return filled(line, places)
