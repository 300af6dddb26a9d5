"""What a request plainly is, so that it declares no need and none of its words is missing."""

from device.context import Context
from device.events import Request
from device.nlu import vocabulary
from device.nlu.intents import CONTINUED, CORRECTED, INTENTS, OUT_OF_SCOPE
from device.teaching.gap import Gap

INCOMPLETE = frozenset({OUT_OF_SCOPE, CONTINUED, CORRECTED})
"""Intents of what is no request of its own."""

SURE = 0.6
"""A verdict this confident that words were misheard or taken back holds; and a request this
confident about the talk is one. 0 to 1."""

SURE_CLEAR = 0.95
"""A request this confident was not misheard, nor taken back: "forget what I said today"."""

_TALK = frozenset({"conversation", "assist_satellite"})
"""Domains of requests about the talk, records and the microphone."""

_ASKS = frozenset({"HassGetState", "HassClimateGetTemperature", "HassGetWeather"})
"""Intents that ask how something is."""

_PARTICLES = frozenset({"on", "off", "out", "up", "down"})
"""Words that belong to a verb, wherever they stand."""

_HOW_IT_IS = frozenset({"dark", "lit"})
"""Words for a kind of device that name none."""

_NO_ROOM = frozenset(
    {
        "alarm",
        "assist_satellite",
        "lawn_mower",
        "reminder",
        "shopping_list",
        "time",
        "timer",
        "todo",
    }
)
"""Domains of requests that change nothing in a room: surely one of them, it declares no need."""


def names_device(asked: Request, context: Context) -> bool:
    """Whether a request names a device of the home."""
    name = str(asked.slot("name") or "").casefold()
    return any(
        name in (d.name.casefold(), *map(str.casefold, d.aliases)) for d in context.home.devices
    )


def about_no_room(asked: Request) -> bool:
    """Whether a request surely changes nothing in a room: "stop spying on us", "we need milk"."""
    sure = SURE if asked.slot("item") else SURE_CLEAR
    none = asked.domain in _NO_ROOM or asked.intent in _ASKS
    return none and asked.confidence >= sure


def is_named(gap: Gap, context: Context) -> bool:
    """Whether the words are a name of the home and the end of a verb: "lights on kitchen out"."""
    *name, last = gap.words.casefold().split() or [""]
    home = context.home
    rooms = (n for room in home.rooms for n in (room.name, *room.aliases))
    devices = (n for device in home.devices for n in (device.name, *device.aliases))
    names = {n.casefold() for n in (*rooms, *devices)}
    return last in _PARTICLES and " ".join(name) in names


def is_item(gap: Gap, asked: Request) -> bool:
    """Whether the words are what goes on a list: that may be anything, "we need mandarins"."""
    item = str(asked.slot("item") or "").casefold()
    return gap.words.casefold() in item and asked.confidence >= SURE


def likely(asked: Request) -> float:
    """How likely it is that a request is what it was read as, 0 to 1; surely nothing is sure."""
    return 1.0 if asked.intent == OUT_OF_SCOPE else asked.confidence


def names_kind(asked: Request) -> bool:
    """Whether a request says which kind of device: "close the curtains, I'm changing"."""
    said = (slot.text for slot in asked.slots if slot.name in ("domain", "device_class"))
    kinds = {vocabulary.singular(text.casefold().split()) for text in said} - _HOW_IT_IS
    named = any(kind in vocabulary.DOMAINS or kind in vocabulary.COVER_CLASSES for kind in kinds)
    return named and asked.confidence >= SURE


def about_talk(asked: Request) -> bool:
    """Whether a request is surely about what is said, heard and kept: no word of it is taught."""
    kind = INTENTS.get(asked.intent)
    known = kind is not None and kind.domain in _TALK and asked.intent not in INCOMPLETE
    return known and asked.confidence >= SURE
