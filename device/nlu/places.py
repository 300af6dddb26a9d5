"""Names in a request -> the home's own spelling of devices, rooms, floors and lists.

    "kitchen light"   the device of that name; else the room Kitchen and the kind light
    "kitchen ceiling light"   the device Ceiling light, in the room Kitchen
    "bed side lamp"   the device Bedside lamp, by sound

An unknown name stays as it was said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from device.context import Context, Device
from device.nlu.names import ARTICLES, likeness, stems
from device.nlu.targets import KINDS
from device.nlu.vocabulary import COVER_CLASSES, DOMAINS, singular
from device.nlu.words import plain

LIKE = 0.84
"""Likeness from which a name counts as the one that was said, 0 to 1."""

TRAVELS = frozenset({"HassVacuumCleanArea"})
"""Intents whose room is where the device should go, not where it stands."""

GENERIC = frozenset(
    {"light", "lamp", "fan", "switch", "lock", "thermostat", "blind", "cover", "plug", "speaker"}
    | {"sensor", "outlet", "device", "heater", "heating", "scene", "script", "floor"}
)
"""Kind words that people add to a name or leave out of it."""


@dataclass(slots=True, kw_only=True)
class Place:
    """Where a request points, in the words that were said or in the home's spelling."""

    name: str | None = None
    area: str | None = None
    floor: str | None = None
    domain: str | None = None
    device_class: str | None = None
    joined: str | None = None
    """Room and kind word as they were said, where one follows the other: "kitchen light"."""
    kind: str | None = None
    """The kind word as it was said, where it means one thing: "fan", not "all the fans"."""
    device: Device | None = None
    """The device that `name` was resolved to."""


def settle(place: Place, context: Context, intent: str) -> Place:
    """Bring the names of a request into the home's spelling.

    Args:
        place: As tagged; changed and returned.
        context: The home; the speaker's room breaks ties.
        intent: Devices that it fits are preferred among equal names.
    """
    whole = _whole_name(place, context, intent)
    if whole is not None:
        return whole
    if place.name is not None:
        _settle_name(place, context, intent)
    if place.area is not None:
        _settle_area(place, context, intent)
    if place.floor is not None:
        _settle_floor(place, place.floor, context)
    return place


def room_named(text: str, context: Context) -> str | None:
    """The home's spelling of a room, or None."""
    spellings = [(n, r.name) for r in context.home.rooms for n in (r.name, *r.aliases)]
    return _best(text, spellings) or _best(f"{text} room", spellings, at_least=0.97)


def device_named(
    text: str, context: Context, intent: str = "", area: str | None = None
) -> Device | None:
    """The device that is meant by a name, or None.

    Among equal names the intent's kinds, then the speaker's room decide.
    """
    kinds = KINDS.get(intent)
    found: list[tuple[float, bool, bool, int, Device]] = []
    pool = [d for d in context.home.devices if area is None or d.room == area]
    said = plain(text)
    exact = [d for d in pool if any(plain(n) == said for n in (d.name, *d.aliases))]
    for index, device in enumerate(exact or pool):
        names = (device.name, *device.aliases)
        like = max(_alike(text, name, device) for name in names)
        if like >= LIKE:
            fits = kinds is None or device.kind in kinds
            here = device.room is not None and device.room == context.room
            found.append((like, fits, here, -index, device))
    found.sort(key=lambda f: f[:4], reverse=True)
    if len(found) > 1 and found[0][0] < 1.0 and _rivals(found[0], found[1]):
        return None
    return found[0][4] if found else None


def _rivals(
    one: tuple[float, bool, bool, int, Device], other: tuple[float, bool, bool, int, Device]
) -> bool:
    """Whether two inexact finds are too close to choose between different names."""
    same = one[4].name.casefold() == other[4].name.casefold()
    return not same and one[:3] == other[:3]


def _alike(text: str, name: str, device: Device) -> float:
    """Likeness, also where a kind word was added: "kitchen counter light" for a light."""
    like = likeness(text, name)
    said, known = stems(text), stems(name)
    if like < LIKE and len(said) == len(known) + 1 and said[-1] in GENERIC:
        kind = DOMAINS.get(said[-1], said[-1])
        if said[:-1] == known and kind in (device.kind, "device"):
            return 0.95
    return like


def _whole_name(place: Place, context: Context, intent: str) -> Place | None:
    """Where room, kind and name together are exactly one device's name."""
    if place.name is not None:
        text = f"{place.area} {place.name}" if place.area is not None else ""
    else:
        text = place.joined or ""
    device = _exact(text, context, intent)
    if device is not None:
        return Place(name=device.name, device=device)
    room = room_named(place.area, context) if place.area is not None else None
    if place.kind is not None and intent in TRAVELS:
        device = _exact(place.kind, context, intent)
        if device is None:
            return None
        return Place(name=device.name, area=room or place.area, device=device)
    if place.kind is None or place.floor is not None or (place.area is not None and room is None):
        return None
    device = _exact(place.kind, context, intent, room)
    if device is None:
        return None
    return Place(name=device.name, area=room, device=device)


def _exact(text: str, context: Context, intent: str, room: str | None = None) -> Device | None:
    """The device whose name is exactly `text`; several such are told apart as ever."""
    said = _unarticled(text)
    exact = [
        d
        for d in context.home.devices
        if said
        and (room is None or d.room == room)
        and any(said == _unarticled(n) for n in (d.name, *d.aliases))
    ]
    return (device_named(said, context, intent, room) or exact[0]) if exact else None


@lru_cache(maxsize=4_000)
def _unarticled(name: str) -> str:
    return " ".join(w for w in plain(name).split() if w not in ARTICLES)


def _settle_name(place: Place, context: Context, intent: str) -> None:
    said = place.name or ""
    area = room_named(place.area, context) if place.area and intent not in TRAVELS else None
    device = device_named(said, context, intent, area)
    words = [w for w in plain(said).split() if w not in ARTICLES]
    if device is None and area is not None and _kind_word(words, place):
        place.name = None
        return
    device = device or device_named(said, context, intent)
    if device is not None:
        place.name, place.device = device.name, device
        return
    for cut in range(len(words) - 1, 0, -1):
        for head, tail in ((words[:cut], words[cut:]), (words[-cut:], words[:-cut])):
            if place.area is None and _split_name(place, head, tail, context, intent):
                return
    room = room_named(said, context)
    if room is not None and place.area is None:
        place.area, place.name = room, None
    elif words and _kind_word(words, place):
        place.name = None


def _split_name(
    place: Place, head: list[str], tail: list[str], context: Context, intent: str
) -> bool:
    """Read a name as a room (`head`) and a device or kind in it (`tail`)."""
    room = room_named(" ".join(head), context)
    if room is None:
        return False
    rest = [w for w in tail if w not in ("in", "of", "on", "at", *ARTICLES)]
    device = device_named(" ".join(rest), context, intent, room) if rest else None
    if device is not None:
        place.area, place.name, place.device = room, device.name, device
        return True
    if rest and _kind_word(rest, place):
        place.area, place.name = room, None
        return True
    return False


def _kind_word(words: list[str], place: Place) -> bool:
    """Read words as a kind of device, where they are one."""
    one = singular(words)
    if one in DOMAINS:
        place.domain = DOMAINS[one]
    elif one in COVER_CLASSES:
        place.device_class = COVER_CLASSES[one]
    else:
        return False
    return True


def _settle_area(place: Place, context: Context, intent: str) -> None:
    said = place.area or ""
    room = room_named(said, context)
    if room is not None:
        place.area = room
        return
    floor = _best(said, _floors(context))
    if floor is not None:
        place.area, place.floor = None, place.floor or floor
        return
    if place.name is None:
        device = device_named(said, context, intent)
        if device is not None:
            place.area, place.name, place.device = None, device.name, device


def _settle_floor(place: Place, said: str, context: Context) -> None:
    """A floor of the home, else a room that is called so: a basement may be either."""
    bare = " ".join(w for w in said.split() if w != "floor")
    short = [(plain(n).removesuffix(" floor"), n) for n, _ in _floors(context)]
    floor = _best(said, _floors(context)) or _best(bare, _floors(context)) or _best(bare, short)
    room = room_named(said, context) if floor is None and place.area is None else None
    place.area, place.floor = room or place.area, None if room is not None else floor or bare


def _floors(context: Context) -> list[tuple[str, str]]:
    return [(r.floor, r.floor) for r in context.home.rooms if r.floor]


def _best(text: str, spellings: Iterable[tuple[str, str]], at_least: float = LIKE) -> str | None:
    """The name whose spelling is most like `text`, if it is like enough."""
    like, name = max(((likeness(text, s), n) for s, n in spellings), default=(0.0, ""))
    return name if like >= at_least else None
