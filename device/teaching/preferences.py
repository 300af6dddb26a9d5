"""What somebody likes, said in passing: read, worded for the yes, and made a concept.

The model says that it is a preference, what it is about and which words say what is liked and
when (`device.teaching.declaratives`). How warm "nice and warm" is, the nearest of a few words
with known values tells (`device.nlu.encoder`); it is said with the question, so that "no, 23"
mends it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context
from device.events import Value
from device.nlu import values
from device.nlu.words import plain
from device.teaching.declaratives import PREFERENCE, Declaratives
from device.teaching.needs import room_said

CAPABILITIES: Mapping[str, str] = MappingProxyType(
    {
        "temperature": "target_temperature",
        "light": "brightness",
        "volume": "volume",
        "color": "color",
    }
)
"""What a preference is about -> the capability that it is a value of."""

_SCALES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "temperature": MappingProxyType(
            {"very cold": 16, "cool": 18, "mild": 20, "warm": 22, "hot": 24}
        ),
        "light": MappingProxyType(
            {"nearly dark": 10, "dim": 30, "soft light": 40, "bright": 90, "very bright": 100}
        ),
        "volume": MappingProxyType({"very quiet": 10, "quiet": 20, "loud": 70, "very loud": 90}),
    }
)
"""Words whose values are known, for those that are not."""

_ALIKE = 0.75
"""Cosine from which a word is taken for one of a scale."""

_FAHRENHEIT = 45
"""Degrees above which a room's temperature is one in Fahrenheit."""

KNOWN = "I know."

_ROUGHLY = re.compile(
    r"\b(?:around|about|roughly|approximately|say|maybe) (\w+(?: \w+)?)"
    r"(?! ?o'clock| [ap]m| in the)\b"
)
"""Words in which a number may be said for how somebody likes it, and not for when."""

_SMALL = frozenset({"at", "in", "the", "on", "during", "when", "for"})
"""Words that by themselves tell no part of the day."""

_PARTS = ("morning", "afternoon", "evening", "night")
"""Parts of the day that a concept can hold for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What somebody said that he likes."""

    about: str
    """team, music, temperature ...: one of the model's topics."""
    liked: str
    """In the words that were said."""
    when: str
    """The part of the day, "" for all of it."""
    confidence: float
    """0 to 1."""
    concept: Concept
    """What is to be remembered."""
    offer: str
    """What is asked before: "Shall I remember that you like jazz?"."""


class Preferences:
    """Reads preferences."""

    def __init__(self, declaratives: Declaratives) -> None:
        """Take what reads sentences."""
        self._declaratives = declaratives

    def read(self, text: str, context: Context) -> Preference | None:
        """What somebody likes, where a sentence says so; else None.

        Args:
            text: One sentence.
            context: The home, who speaks, and when.
        """
        declared = self._declaratives.read(text)
        sure = declared.confidence >= self._declaratives.sure_of_preference
        if declared.label != PREFERENCE or not sure or not declared.liked:
            return None
        when = self._part_of_day(declared.when, text)
        setting = self._setting(declared.about, _valued(declared.liked, text))
        if setting is not None:
            setting = _of_room(setting, room_said(text, context), context)
        concept = _concept(declared.about, declared.liked, when, setting, context)
        return Preference(
            about=declared.about,
            liked=declared.liked,
            when=when,
            confidence=declared.confidence,
            concept=concept,
            offer=offered(concept.meaning),
        )

    def answered(
        self, about: str, when: str, text: str, value: Value | None, context: Context
    ) -> Concept | None:
        """The preference that an answer to a question gives.

        Args:
            about: What was asked about.
            when: The part of the day, "" for all of it.
            text: The answer.
            value: The value in it, where it was read already.
            context: The home, who speaks, and when.

        Returns:
            None where the answer names nothing.
        """
        declared = self._declaratives.read(text)
        liked = declared.liked if declared.label == PREFERENCE and declared.liked else plain(text)
        capability = CAPABILITIES.get(about)
        if capability is None:
            return _concept(about, liked, when, None, context) if liked else None
        setting = self._setting(about, liked)
        if value is not None:
            setting = Setting(capability=capability, value=value)
        return None if setting is None else _concept(about, liked, when, setting, context)

    def _setting(self, about: str, liked: str) -> Setting | None:
        """The value of what is liked, where it is one of a device."""
        capability = CAPABILITIES.get(about)
        if capability is None:
            return None
        words = plain(liked).split()
        value: Value | None = (
            values.color(words) if about == "color" else values.amount_in(words, levels=True)
        )
        if value is None and about in _SCALES:
            value = self._nearest(liked, _SCALES[about])
        if about == "temperature" and isinstance(value, int | float) and value > _FAHRENHEIT:
            value = round((value - 32) * 5 / 9, 1)
        return None if value is None else Setting(capability=capability, value=value)

    def _part_of_day(self, said: str, text: str) -> str:
        """The part of the day that is said; of other words the part that they are most like."""
        parts = [part for part in _PARTS if part in plain(text).split()]
        if len(parts) == 1:
            return parts[0]
        if _SMALL.issuperset(plain(said).split()):
            return ""
        return max(_PARTS, key=lambda part: self._declaratives.likeness(said, f"in the {part}"))

    def _nearest(self, said: str, scale: Mapping[str, int]) -> int | None:
        """The value of the word that means the most alike; None where none means nearly that."""
        likeness, word = max((self._declaratives.likeness(said, w), w) for w in scale)
        return scale[word] if likeness >= _ALIKE else None


def _valued(liked: str, text: str) -> str:
    """What is liked, with the number that is said for it elsewhere: "low, around 25"."""
    if values.amount_in(plain(liked).split(), levels=False) is not None:
        return liked
    said = (found[1] for found in _ROUGHLY.finditer(plain(text)))
    return next((n for n in said if values.amount_in(n.split(), levels=False) is not None), liked)


def _concept(
    about: str, liked: str, when: str, setting: Setting | None, context: Context
) -> Concept:
    room = _room(setting, context)
    if setting is None:
        meaning = Meaning(likes=((about, liked),), when=when)
    else:
        meaning = Meaning(settings=(setting,), when=when)
    return Concept(
        name=_name(about, liked, when, room),
        kind=Kind.PREFERENCE,
        meaning=meaning,
        person=context.person,
        room=context.room,
        at=context.now,
    )


def _name(about: str, liked: str, when: str, room: str | None) -> str:
    """Under which it is kept: a later one about the same value takes its place."""
    if about not in CAPABILITIES:
        return plain(liked)
    where = f" of the {room.lower()}" if room else ""
    return f"{about}{where}{_WHEN.get(when, '')}"


_WHEN = {
    "morning": " in the morning",
    "afternoon": " in the afternoon",
    "evening": " in the evening",
    "night": " at night",
}


def _room(setting: Setting | None, context: Context) -> str | None:
    """The room of the devices that a value is for."""
    labels = setting.devices if setting is not None else ()
    return next((d.room for d in context.home.devices if context.home.label(d) in labels), None)


def _of_room(setting: Setting, room: str | None, context: Context) -> Setting:
    """A value for the devices of a room, where one was named that has such."""
    devices = tuple(
        context.home.label(d)
        for d in context.home.devices
        if room is not None
        and d.room == room
        and (found := d.capability(setting.capability)) is not None
        and found.settable
        and (setting.capability != "brightness" or d.kind == "light")
    )
    return replace(setting, devices=devices)


def kept(concept: Concept, context: Context) -> bool:
    """Whether this very preference is kept already."""
    return any(
        (c.kind, c.name, c.meaning, c.person)
        == (concept.kind, concept.name, concept.meaning, concept.person)
        for c in context.concepts
    )


def corrected(offer: Meaning, answer: Meaning) -> Meaning:
    """A preference with the value that the answer gives instead: "no, 23"."""
    wanted = {s.capability for s in offer.settings}
    settings = tuple(s for s in answer.settings if s.capability in wanted)
    return replace(offer, settings=settings or offer.settings)


def offered(meaning: Meaning) -> str:
    """The question whether to remember a preference."""
    return f"Shall I remember that you like {told(meaning)}?"


def told(meaning: Meaning) -> str:
    """A preference after "you like".

    Example: "jazz"; "22 degrees in the morning"; "the light at 30 percent in the evening".
    """
    if not meaning.settings:
        what = meaning.likes[0][1]
    else:
        setting = meaning.settings[0]
        what = _WORDED[setting.capability].format(setting.value)
    devices = meaning.settings[0].devices if meaning.settings else ()
    where = f" for the {devices[0].lower()}" if len(devices) == 1 else " there" if devices else ""
    return f"{what}{where}{_WHEN.get(meaning.when, '')}"


_WORDED = {
    "target_temperature": "{} degrees",
    "brightness": "the light at {} percent",
    "volume": "the volume at {} percent",
    "color": "the color {}",
}
"""How the value of a capability is said after "you like"."""
