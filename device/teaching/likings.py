"""Preferences in requests: words that stand for what somebody likes, and values left open.

    "set the lamp to my favorite color"    the color that was told
    "set the heating the way I like it"    the temperature that was told for this time of day
    "set the brightness"                   likewise, where no value is said

What was told for this part of the day goes before what was told for all of it, the own before
the home's, the later before the earlier.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from device.concepts import Concept, Kind
from device.context import Context
from device.events import Request, Slot, Source, Value
from device.teaching.needs import room_said

TOPIC_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "color": ("color", "colour"),
        "temperature": ("temperature", "heat"),
        "light": ("brightness", "light level", "lighting"),
        "volume": ("volume", "loudness"),
        "team": ("team", "club", "side"),
        "music": ("music", "band", "artist", "singer", "song", "songs", "composer"),
        "station": ("station", "radio station", "channel"),
        "show": ("show", "series", "movie", "movies", "film", "films"),
        "food": ("food", "dish", "meal"),
        "drink": ("drink",),
        "hobby": ("sport", "hobby"),
    }
)
"""What a preference is about -> what people call that."""


def _favorite(about: str, words: tuple[str, ...]) -> re.Pattern[str]:
    named = f"(?:{'|'.join(map(re.escape, words))})"
    chosen = "(?:favou?rite|preferred|usual) "
    mine = f"(?:my|our) (?:{chosen}){'?' if about == 'team' else ''}{named}"
    told = rf"(?:the|that) {named} (?:that )?(?:i|we) (?:like|prefer|love)(?: best| most)?"
    return re.compile(rf"\b(?:{mine}|{told})\b", re.IGNORECASE)


_FAVORITES = {about: _favorite(about, words) for about, words in TOPIC_WORDS.items()}
"""Words that stand for what is liked: "my favorite color", "the color I like best"; a team is
also just "my team"."""

_ABOUT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "temperature": ("temperature", "heating", "thermostat", "heat", "warm", "degrees", "ac"),
        "volume": ("volume", "sound", "louder", "quieter"),
        "light": ("light", "lights", "lamp", "lamps", "brightness", "lighting"),
        "music": ("play", "music"),
    }
)
"""What a sentence is about by its words, where it only says "the way I like it"."""

_LIKED = re.compile(
    r"\b(?:the way|how|like|as) (?:i|we) (?:like|prefer|want|love) (?:it|them)\b"
    r"|\bto (?:my|our) (?:liking|taste|preference)\b"
    r"|\b(?:something|what|whatever|anything) (?:i|we) (?:like|love|prefer|enjoy)\b"
    r"|\bsomething (?:comfortable|nice|pleasant)\b"
)
_END = re.compile(r"[\s,.!]*(?:please|now)?[\s.!]*$")

WHAT_LIKED = "WhatLiked"
"""Intent of a question for what somebody likes."""

_OPEN: Mapping[str, tuple[str, str, frozenset[str]]] = MappingProxyType(
    {
        "HassLightSet": (
            "light",
            "brightness",
            frozenset(
                {"brightness", "brightness_step", "color", "temperature", "temperature_step"}
            ),
        ),
        "HassClimateSetTemperature": (
            "temperature",
            "temperature",
            frozenset({"temperature", "temperature_step"}),
        ),
        "HassSetVolume": ("volume", "volume_level", frozenset({"volume_level", "volume_step"})),
    }
)
"""Intent -> what a preference must be about, the slot that it fills, and slots that say enough."""

_CAPABILITIES = {
    "temperature": "target_temperature",
    "light": "brightness",
    "volume": "volume",
    "color": "color",
}
_UNITS = {"temperature": " degrees", "light": " percent", "volume": " percent"}


def with_likings(
    requests: tuple[Request, ...], context: Context, understand: Callable[[str], Sequence[Request]]
) -> tuple[Request, ...]:
    """Requests with what somebody likes where they leave it open.

    Args:
        requests: As they were understood.
        context: Holds what was told, by whom, the time and the room.
        understand: Understands one request in other words.
    """
    found: list[Request] = []
    for asked in requests:
        if asked.source is Source.SENTENCE:
            found.append(_told(asked, context))
            continue
        said = spoken_for(asked.text, context)
        if said == asked.text:
            found.append(_untold(asked, context))
        else:
            found += [replace(request, span=asked.span) for request in understand(said)]
    return tuple(filled(request, context) for request in found)


def spoken_for(text: str, context: Context) -> str:
    """A request with what somebody likes in the place of words that stand for it.

    Args:
        text: One request.
        context: Holds what was told, by whom, the time and the room.

    Returns:
        The same text where nothing in it stands for a preference that is known.
    """
    said = text
    for about, pattern in _FAVORITES.items():
        if pattern.search(said):
            found = value(about, context, said)
            if found is not None:
                said = _worded(about, found).join(pattern.split(said))
    stands = _LIKED.search(said.lower())
    topic = _about(said) if stands is not None else None
    liked = None if topic is None else value(topic, context, said)
    if stands is None or topic is None or liked is None:
        return said
    before, after = said[: stands.start()].rstrip(), said[stands.end() :]
    lead = "" if topic == "music" or before.endswith(" to") else "to "
    return f"{before} {lead}{_worded(topic, liked)}{after}"


def filled(request: Request, context: Context) -> Request:
    """A request with the value that it leaves open, where somebody told what he likes."""
    open_ = _OPEN.get(request.intent)
    if open_ is None or any(slot.name in open_[2] for slot in request.slots):
        return request
    about, name, _ = open_
    liked = value(about, context, request.text)
    if liked is None or isinstance(liked, str):
        return request
    return replace(request, slots=(*request.slots, Slot(name=name, value=liked, text="")))


def _untold(request: Request, context: Context) -> Request:
    """A request that ends with words for a value that nobody told, as a question for it."""
    said = _END.sub("", request.text.lower())
    stands = _LIKED.search(said)
    topics = [_about(said)] if stands is not None and stands.end() == len(said) else []
    topics += [
        about for about, p in _FAVORITES.items() if any(_ends(m, said) for m in p.finditer(said))
    ]
    about = next((t for t in topics if t in _CAPABILITIES), None)
    if about is None or value(about, context, request.text) is not None:
        return request
    slot = Slot(name="about", value=about, text=about)
    return replace(
        request, intent=WHAT_LIKED, domain="conversation", slots=(slot,), meant=(), rivals=(),
        confidence=1.0,
    )  # fmt: skip


def _ends(found: re.Match[str], said: str) -> bool:
    """Whether words end a sentence that says more than them."""
    return found.start() > 0 and found.end() == len(said)


def value(about: str, context: Context, text: str = "") -> Value | None:
    """What is liked now and here: a number, a color, a name; None where nobody told.

    Args:
        about: One of TOPIC_WORDS.
        context: Holds what was told, by whom, the time and the room.
        text: The request, for the room that it names.
    """
    part = part_of_day(context.now)
    place = room_said(text, context) or context.room
    held = [
        c
        for c in context.concepts
        if c.kind is Kind.PREFERENCE
        and _concerns(c, about)
        and c.meaning.when in ("", part)
        and _rooms(c, context) in ({place}, set())
    ]
    if not held:
        return None
    own = [c for c in held if c.person is not None] or held
    chosen = max(own, key=lambda c: (_rooms(c, context) != set(), c.meaning.when == part, c.at))
    if chosen.meaning.settings:
        return chosen.meaning.settings[0].value
    return dict(chosen.meaning.likes)[about]


def part_of_day(now: datetime) -> str:
    """Morning from 5, afternoon from 12, evening from 17, night from 22 o'clock."""
    starts = ((5, "night"), (12, "morning"), (17, "afternoon"), (22, "evening"), (24, "night"))
    return next(part for until, part in starts if now.hour < until)


def _told(request: Request, context: Context) -> Request:
    """A request that somebody's own sentence matched, with a slot for each liking it speaks of.

    Its words stay as they are: the skill whose sentence it is knows them, and learns that
    `team` is the Rovers.
    """
    slots = [
        Slot(name=about, value=liked, text=spoken[0])
        for about, pattern in _FAVORITES.items()
        if (spoken := pattern.search(request.text)) is not None
        and request.slot(about) is None
        and (liked := value(about, context, request.text)) is not None
    ]
    return replace(request, slots=(*request.slots, *slots))


def _concerns(concept: Concept, about: str) -> bool:
    capability = _CAPABILITIES.get(about)
    sets = any(s.capability == capability for s in concept.meaning.settings)
    return sets or about in dict(concept.meaning.likes)


def _rooms(concept: Concept, context: Context) -> set[str | None]:
    """The rooms that a preference is about; empty for all of the home."""
    labels = {label for s in concept.meaning.settings for label in s.devices}
    return {d.room for d in context.home.devices if context.home.label(d) in labels}


def _about(text: str) -> str | None:
    words = set(text.lower().split())
    return next((about for about, known in _ABOUT.items() if words & set(known)), None)


def _worded(about: str, found: Value) -> str:
    return f"{found}{_UNITS.get(about, '')}"
