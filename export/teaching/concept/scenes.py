"""Lessons in pretend homes: what failed, what was taught before, what the question offered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Capability, Context, Device, Home
from device.events import Request, Slot, Value
from device.nlu.gazetteer import Gazetteer
from device.nlu.places import device_named
from device.nlu.vocabulary import COVER_CLASSES, DOMAINS, singular
from device.nlu.words import plain
from device.teaching.aims import About, about
from device.teaching.gap import Gap, Lacks
from simulator.homes import Split, invented, lexicon
from simulator.lives import random_life

_TOPICS = (
    *("reading", "movie", "film", "dinner", "party", "yoga", "gaming", "cleaning", "bath", "baby"),
    *("focus", "chill", "night", "morning", "garden", "bedtime", "guest", "summer", "rainy day"),
    *("sunset", "disco", "spa", "breakfast", "homework", "piano", "nap", "candle", "ocean", "zen"),
    *("storm", "jungle", "library", "theater", "cocktail", "sunday", "winter", "romance", "work"),
    *("painting", "cooking", "knitting", "podcast", "meeting", "concert", "arctic", "sleepy"),
)
_SORTS = ("mode", "mode", "time", "light", "mood", "setting", "scene", "style", "vibes", "hour")
_INTENTS = {
    "light": "HassLightSet",
    "climate": "HassClimateSetTemperature",
    "cover": "HassSetPosition",
    "fan": "HassFanSetSpeed",
    "media_player": "HassSetVolume",
}
_KIND_SHARES = {"light": 62, "climate": 9, "cover": 7, "fan": 7, "media_player": 5, "": 10}
_LACKS_SHARES = {Lacks.SETTING: 74, Lacks.NEED: 11, Lacks.DEVICES: 9, Lacks.PLACE: 6}
KEPT = frozenset({"study mode"})
"""What the speaker will be judged with."""
COLORS = (
    *("blue", "red", "green", "orange", "yellow", "purple", "pink", "turquoise", "cyan", "violet"),
    *("lightblue", "darkblue", "lightgreen", "darkgreen", "darkred", "white", "white"),
    *("magenta", "gold", "lime", "lavender", "teal", "coral", "salmon", "crimson", "indigo"),
)
"""Colours that owners want of a lamp."""


@dataclass(frozen=True, slots=True)
class Place:
    """A pretend home at one moment, indexed."""

    context: Context
    gazetteer: Gazetteer
    named: frozenset[str]
    """Ids of the devices whose names mean them and nothing else."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A lesson before the answer."""

    context: Context
    gazetteer: Gazetteer
    unmistakable: frozenset[str]
    gap: Gap
    about: About

    @property
    def home(self) -> Home:
        """The home."""
        return self.context.home

    def label(self, device: Device) -> str:
        """As settings name a device."""
        return self.home.label(device)

    def labels(self, device: Device) -> tuple[str, ...]:
        """The devices of a setting for one that was named; none where the request named it."""
        own = self.about.by_name and {device.id} == self.about.ids
        return () if own else (self.label(device),)

    def named(self, device: Device) -> bool:
        """Whether the device's name means it and nothing else."""
        return device.id in self.unmistakable


def places(rng: Random, split: Split, count: int) -> list[Place]:
    """Pretend homes, in which some lamps have no colour."""
    found: list[Place] = []
    while len(found) < count:
        life = random_life(rng, split)
        if len({d.kind for d in life.home.devices}) < 3:
            continue
        devices = tuple(_plainer(d, rng) for d in life.home.devices)
        life.home = replace(life.home, devices=devices)
        for device in devices:
            for capability in device.capabilities:
                if rng.random() < 0.97:
                    life.put(device, capability.name, some_value(rng, device, capability.name))
        context = replace(life.context, turns=(), habits=())
        alone = frozenset(d.id for d in devices if _named(d, context))
        found.append(Place(context, Gazetteer(life.home), alone))
    return found


def _named(device: Device, context: Context) -> bool:
    one = singular(plain(device.name).split())
    kinds = {*DOMAINS, *COVER_CLASSES, "door", "everything"}
    bearers = [d for d in context.home.devices if plain(d.name) == plain(device.name)]
    if len(bearers) > 1:
        return False
    return one not in kinds and device_named(device.name, context) is device


def _plainer(device: Device, rng: Random) -> Device:
    if device.kind != "light" or rng.random() < 0.5:
        return device
    gone = rng.choice((("color",), ("color", "color_temperature")))
    return replace(device, capabilities=tuple(c for c in device.capabilities if c.name not in gone))


def some_value(rng: Random, device: Device, capability: str) -> Value:
    """A value that the device could report."""
    if capability in ("brightness", "position", "fan_speed", "volume", "humidity"):
        return rng.choice(range(5, 101, 5))
    words: dict[str, Sequence[Value]] = {
        "power": ("on", "on", "off"),
        "color": COLORS,
        "color_temperature": range(2200, 6501, 100),
        "target_temperature": range(16, 26),
        "temperature": range(16, 26),
        "mode": ("heat", "cool", "auto", "off"),
        "lock": ("locked", "unlocked"),
        "media": ("playing", "paused", "idle"),
    }
    return rng.choice(words.get(capability, ("idle",)))


def gap_words(rng: Random, split: Split) -> str:
    """Words that somebody could teach."""
    style = rng.random()
    if style < 0.45:
        topics = [t for i, t in enumerate(_TOPICS) if (i % 7 == 3) == (split == "test")]
        return f"{rng.choice(topics)} {rng.choice(_SORTS)}"
    if style < 0.6:
        return invented(rng)
    if style < 0.75:
        return f"{invented(rng)} {rng.choice(_SORTS)}"
    return rng.choice([s for s in lexicon()["scenes"] if s not in KEPT])


def scene(rng: Random, place: Place, split: Split, lacks: Lacks | None = None) -> Scene:
    """A lesson in this home.

    Args:
        rng: The only source of chance.
        place: The home.
        split: "test" for words that training never sees.
        lacks: What is missing; any by default.
    """
    context = replace(place.context, taught=_taught(rng, place.context, split))
    rooms = [r.name for r in context.home.rooms]
    context = replace(context, room=rng.choice(rooms) if rng.random() < 0.9 else None)
    if lacks is None:
        lacks = rng.choices([*_LACKS_SHARES], weights=[*_LACKS_SHARES.values()])[0]
    words = gap_words(rng, split)
    request = _request(rng, context, words, lacks)
    gap = Gap(words=words, lacks=lacks, request=request, confidence=0.9)
    return Scene(context, place.gazetteer, place.named, gap, about(gap, context))


def _request(rng: Random, context: Context, words: str, lacks: Lacks) -> Request:
    """The request that failed."""
    slots: tuple[Slot, ...] = ()
    intent, kind, text = "HassTurnOn", "", f"turn on {words}"
    if lacks is Lacks.NEED:
        intent, text = "OutOfScope", words
    elif lacks is Lacks.DEVICES:
        slots = (Slot(name="name", value=words, text=words),)
        kind = rng.choice(("light", "switch", ""))
    elif lacks is Lacks.PLACE:
        slots = (Slot(name="area", value=words, text=words),)
        kind, text = "light", f"turn on the lights in the {words}"
    else:
        kind = rng.choices([*_KIND_SHARES], weights=[*_KIND_SHARES.values()])[0]
        pool = [d for d in context.home.devices if d.kind == kind and d.room]
        if kind and pool:
            device = rng.choice(pool)
            intent = _INTENTS[kind]
            by_name = rng.random() < 0.35
            name, value = ("name", device.name) if by_name else ("area", str(device.room))
            slots = (Slot(name=name, value=value, text=value.casefold()),)
            if not by_name:
                slots += (Slot(name="domain", value=kind, text=kind),)
            text = f"set the {value.casefold()} to {words}"
            style = rng.random()
            if style < 0.2:  # nothing of it was understood but its text
                intent, kind, slots = "OutOfScope", "", ()
            elif style < 0.4 and not by_name and kind == "light":
                intent, kind, slots = "HassTurnOn", "", slots[:1]
        else:
            kind = ""
            slots = (Slot(name="name", value=words, text=words),)
    return Request(
        text=text, span=((0, 1),), domain=kind, intent=intent, slots=slots, confidence=0.6
    )


def _taught(rng: Random, context: Context, split: Split) -> tuple[Concept, ...]:
    """What was taught before."""
    found = {gap_words(rng, split): rng.randint(1, 90) for _ in range(rng.choice((0, 1, 2, 3)))}
    return tuple(
        Concept(
            name=name,
            kind=Kind.ENTITY,
            meaning=Meaning(settings=_some_settings(rng)),
            at=context.now - timedelta(days=days),
        )
        for name, days in found.items()
    )


def _some_settings(rng: Random) -> tuple[Setting, ...]:
    found = [Setting(capability="brightness", value=rng.choice(range(5, 101, 5)))]
    if rng.random() < 0.4:
        found.append(Setting(capability="color", value=rng.choice(COLORS)))
    elif rng.random() < 0.3:
        value = rng.choice(range(2200, 6501, 100))
        found.append(Setting(capability="color_temperature", value=value))
    return tuple(found)


def able(device: Device, name: str) -> Capability | None:
    """The capability, where it can be set."""
    found = device.capability(name)
    return found if found is not None and found.settable else None
