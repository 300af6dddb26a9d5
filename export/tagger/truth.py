"""Sentences of Home Assistant's published templates, with what Home Assistant makes of them.

The truth comes from the template alone: the intent, the slots that its block fixes, and the
values of its lists (`out`, a number, the home's spelling of a name). None of this project's
labels or resolution has a part in it. The homes are like those that Home Assistant's users
have: each kind of device is there, its names are known and told apart.
"""

import re
from dataclasses import dataclass
from random import Random
from typing import Any

from hassil.expression import Expression, ListReference
from hassil.intents import IntentData, RangeSlotList, TextSlotList

from device.context import Capability, Device, Home, Room
from device.nlu.places import GENERIC
from device.nlu.words import plain
from export.tagger.published import OURS, intents
from simulator.fillings import Filler, number
from simulator.homes import KINDS, device_name
from simulator.sentences import Piece, Sampler, Source

FURNITURE = {"light": 6, "switch": 3, "cover": 4, "climate": 3, "fan": 3, "lock": 3, "valve": 1}
FURNITURE |= {"media_player": 3, "vacuum": 2, "lawn_mower": 1, "scene": 3, "script": 2}
FURNITURE |= {"sensor": 3, "binary_sensor": 3, "button": 1, "weather": 2, "todo": 3, "person": 2}
"""Devices of each kind in a home."""

_GLUED = re.compile(r"(?:hundred|thousand)k(?:elvin)?\b")
"""A spelled number with its unit glued to it, which nobody writes."""

_ROOMS = (
    *("kitchen", "living room", "bedroom", "bathroom", "garage", "office", "hallway", "garden"),
    *("guest room", "dining room", "kids room", "laundry room", "basement", "attic", "patio"),
)
_FLOORS = ("ground floor", "first floor", "second floor", "upstairs", "downstairs", "basement")
_NAMES = {
    "valve": ("water valve", "main valve", "garden valve", "gas valve"),
    "button": ("doorbell chime", "reboot", "call elevator", "feed the cat"),
    "todo": ("to-do", "chores", "packing", "work", "weekend", "christmas", "errands", "books"),
}


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sentence and its meaning."""

    text: str
    intent: str
    slots: dict[str, Any]
    block: str
    """Intent and slot combination, for reading errors by kind."""


def usual_home(rng: Random) -> Home:
    """A home with every kind of device, whose names are all different."""
    floors = rng.sample(_FLOORS, 2)
    rooms = tuple(
        Room(name=name.title(), floor=rng.choice(floors).title())
        for name in rng.sample([r for r in _ROOMS if r not in floors], 7)
    )
    taken = {plain(name) for r in rooms for name in (r.name, r.floor or "")}
    devices: list[Device] = []
    for kind, count in FURNITURE.items():
        for _ in range(count):
            name = _name(rng, kind, taken)
            taken |= {plain(name)}
            known = KINDS.get(kind, ("", ("power",)))[1]
            devices.append(
                Device(
                    id=str(len(devices)),
                    name=name.capitalize(),
                    room=rng.choice(rooms).name,
                    kind=kind,
                    device_class="blind" if kind == "cover" else "",
                    capabilities=tuple(Capability(name=c) for c in known),
                )
            )
    return Home(rooms=rooms, devices=tuple(devices))


def _name(rng: Random, kind: str, taken: set[str]) -> str:
    """A name that is not only a kind of device or a room."""
    while True:
        if kind in _NAMES:
            name = rng.choice(_NAMES[kind])
        else:
            name = device_name(rng, kind, rng.choice(("train", "test")), _ROOMS)
        said = plain(name).split()
        if not set(said) <= GENERIC | _KIND_WORDS and plain(name) not in taken:
            return name


_KIND_WORDS = frozenset(
    {"lights", "lamps", "fans", "blinds", "curtains", "curtain", "shades", "shade", "shutters"}
    | {"shutter", "awning", "window", "door", "gate", "garage", "drapes", "vacuum", "mower"}
    | {"tv", "lawn", "robot", "speakers", "locks", "switches", "weather", "forecast"}
)


class TruthSampler(Sampler):
    """Walks the published templates and notes the values of the lists it passes."""

    def __init__(self, rng: Random, home: Home) -> None:
        super().__init__(rng, Filler(rng=rng, home=home))
        self._intents = intents()
        self._home = home
        self._rng = rng
        self._device: Device | None = None
        self.slots: dict[str, Any] = {}

    def sampled(self, source: Source) -> Sampled | None:
        """A sentence of a block; nothing where this home has no fitting or no clear name."""
        self.slots, self._device = {}, None
        kinds = source.block.requires_context.get("domain", ())
        kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
        template = self._rng.choice(source.block.sentences)
        fitting = [d for d in self._home.devices if d.kind in kinds]
        if "{name} <light>" in template.text:
            fitting = [d for d in fitting if plain(d.name).split()[-1] not in GENERIC | _KIND_WORDS]
        if kinds and not fitting:
            return None
        self._device = self._rng.choice(fitting) if fitting else None
        pieces = self._walk(template.expression, source.block)
        text = " ".join("".join(p.text for p in pieces).split())
        text = text.replace("floor floor", "floor")
        if text in OURS or _GLUED.search(text) or not self._clear(text):
            return None
        block = f"{source.intent} {(source.block.metadata or {}).get('slot_combination', '')}"
        return Sampled(text, source.intent, source.block.slots | self.slots, block)

    def _clear(self, text: str) -> bool:
        """Whether no other device's name is said by chance."""
        said = f" {plain(text)} "
        chosen = f" {plain(self._device.name)} " if self._device else ""
        return not any(
            f" {plain(d.name)} " in said and f" {plain(d.name)} " not in chosen
            for d in self._home.devices
        )

    def _walk(self, item: Expression, block: IntentData) -> list[Piece]:
        if not isinstance(item, ListReference):
            return super()._walk(item, block)
        text, value = self._said(item.list_name, block)
        self.slots[item.slot_name] = value
        return [Piece(text)]

    def _rule(self, name: str, block: IntentData) -> list[Piece]:
        rule = block.expansion_rules.get(name) or self._intents.expansion_rules[name]
        return self._walk(rule.expression, block)

    def _said(self, name: str, block: IntentData) -> tuple[str, Any]:
        """What is said for a list, and the value that it stands for."""
        device, rng = self._device, self._rng
        if name == "name" and device is not None:
            return device.name.lower(), device.name
        if name in ("area", "floor"):
            room = next(
                (r for r in self._home.rooms if device is not None and r.name == device.room),
                rng.choice(self._home.rooms),
            )
            value = room.name if name == "area" else str(room.floor)
            return value.lower(), value
        listed = block.slot_lists.get(name) or self._intents.slot_lists.get(name)
        if isinstance(listed, RangeSlotList):
            return self._number(listed)
        if isinstance(listed, TextSlotList):
            drawn = rng.choice(listed.values)
            return "".join(p.text for p in self._inner(drawn.text_in, block)), drawn.value_out
        text = self._fill(name, block)
        return text, text

    def _number(self, listed: RangeSlotList) -> tuple[str, Any]:
        """A number of a range, in digits or in words; half degrees now and then."""
        rng = self._rng
        value = rng.randrange(listed.start, listed.stop + 1, listed.step)
        if listed.fraction_type is not None and rng.random() < 0.15:
            return f"{value}.5", value + 0.5
        factor = listed.multiplier if listed.multiplier is not None else 1
        return number(rng, value), int(value * factor)


def sample(count: int, seed: int) -> list[tuple[Home, Sampled]]:
    """Sentences of the published templates, every block as often as every other.

    Args:
        count: How many.
        seed: The same seed gives the same sentences.
    """
    rng = Random(seed)
    homes = [usual_home(rng) for _ in range(12)]
    blocks = [
        Source(intent=intent.name, block=block)
        for intent in intents().intents.values()
        for block in intent.data
    ]
    found: list[tuple[Home, Sampled]] = []
    while len(found) < count:
        order = rng.sample(blocks, len(blocks))
        for source in order[: count - len(found)]:
            home = rng.choice(homes)
            sampled = TruthSampler(rng, home).sampled(source)
            if sampled is not None:
                found.append((home, sampled))
    return found
