"""Which devices a part of an answer is about, seen from the request that failed.

"the light"        the request was for the office light: the same devices, whatever they are
"the desk lamp"    that one, by its name
"the blinds"       those of the room that the request was about
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from device.context import Context, Device
from device.events import Request
from device.nlu.names import ARTICLES
from device.nlu.places import Place, device_named, room_named, settle
from device.nlu.targets import PLAIN, targets
from device.nlu.vocabulary import COVER_CLASSES, DOMAINS, singular
from device.nlu.words import plain
from device.teaching.gap import Gap

_ALL = frozenset({"everything", "all", "all of it", "all of them", "every device", "all devices"})
_QUANTITIES = ("all", "every", "each", "both", "any", "of", "other", "rest", *ARTICLES)
_PLACED = ("name", "area", "floor", "domain", "device_class")


@dataclass(frozen=True, kw_only=True)
class About:
    """What a failed request is about."""

    devices: tuple[Device, ...] = ()
    """The devices that it names; empty where it names none."""
    rooms: tuple[str, ...] = ()
    """Rooms in which answers look first."""
    kind: str = ""
    """The kind of its devices, where they are of one kind or the request says so."""
    names: tuple[tuple[str, ...], ...] = ()
    """Words of the names of its devices and rooms."""

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of the devices."""
        return frozenset(d.id for d in self.devices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """The devices that one part of an answer is about."""

    devices: tuple[Device, ...] = ()
    same: bool = False
    """Whether they are what the request is about: then a setting holds for whatever a later
    request names."""
    kind: str = ""
    """Their kind, where a word for it was said and no room: "the lights"."""
    named: bool = True
    """Whether the answer says of what it speaks; else it is what the request is about."""
    unknown: str = ""
    """What the home does not have, as it was said."""


def about(gap: Gap, context: Context) -> About:
    """What the request of a gap is about, without the words that are not understood."""
    request = _understood(gap)
    placed = any(request.slot(name) is not None for name in _PLACED)
    devices = targets(request, context).devices if placed else ()
    rooms = tuple(dict.fromkeys(d.room for d in devices if d.room is not None))
    area = request.slot("area")
    if area is not None:
        rooms = (str(area),)
    if not rooms and context.room is not None:
        rooms = (context.room,)
    kinds = {d.kind for d in devices}
    kind = next(iter(kinds)) if len(kinds) == 1 else ""
    called = [n for d in devices for n in (d.name, *d.aliases)]
    called += [n for r in context.home.rooms if r.name in rooms for n in (r.name, *r.aliases)]
    names = tuple(dict.fromkeys(words for n in called if (words := tuple(plain(n).split()))))
    return About(devices=devices, rooms=rooms, kind=kind or request.domain, names=names)


def _understood(gap: Gap) -> Request:
    """The request without slots that were read from the words that are not understood."""
    words = plain(gap.words)
    slots = tuple(
        slot
        for slot in gap.request.slots
        if plain(str(slot.value)) != words and (not slot.text or plain(slot.text) not in words)
    )
    return replace(gap.request, slots=slots)


def aim(said: str, area: str | None, found: About, context: Context) -> Aim:
    """The devices that are meant by a name or a kind word.

    Args:
        said: As it was said: "the lamps", "floor lamp", "everything".
        area: The room that was said with it, as it was said.
        found: What the request is about.
        context: The home.
    """
    words = [w for w in plain(said).split() if w not in _QUANTITIES]
    if found.rooms:
        context = replace(context, room=found.rooms[0])
    room = None if area is None else room_named(area, context)
    if area is not None and room is None:
        return Aim(unknown=area)
    if plain(said) in _ALL or not words:
        return _of(lambda d: d.kind in PLAIN, room, found, context, kind="")
    name = " ".join(words)
    domain, device_class = _kind(words)
    alone = domain is not None or device_class is not None
    own = device_named(name, context, area=room)
    if own is not None and (not alone or plain(own.name) == name):
        return _named(own, found)
    if not alone:
        place = settle(Place(name=name, area=area), context, "")
        if place.device is not None:
            return _named(place.device, found)
        domain, device_class = place.domain, place.device_class
        if place.area is not None and domain is None and device_class is None:
            domain, device_class = _kind(words[-1:])
        if domain is None and device_class is None:
            return Aim(unknown=name)
        room = room or (None if place.area is None else room_named(place.area, context))
    return _of(
        lambda d: _of_kind(d, domain, device_class),
        room,
        found,
        context,
        kind=domain or "cover",
        lamps=words[-1] in ("lamp", "lamps"),
    )


def _kind(words: list[str]) -> tuple[str | None, str | None]:
    """Domain or class of a word for a kind of device."""
    one = singular(words)
    return DOMAINS.get(one), COVER_CLASSES.get(one)


def _named(device: Device, found: About) -> Aim:
    return Aim(devices=(device,), same=found.ids == {device.id})


def _of(
    fits: Callable[[Device], bool],
    room: str | None,
    found: About,
    context: Context,
    *,
    kind: str,
    lamps: bool = False,
) -> Aim:
    """The devices that fit: in the room that was said, else where the request is about."""
    inside = (room,) if room is not None else found.rooms
    pool = tuple(d for d in context.home.devices if fits(d) and not d.members)
    here = tuple(d for d in pool if d.room in inside)
    same = bool(here) and {d.id for d in here} == found.ids
    if lamps and not same:
        here = tuple(d for d in here if "lamp" in d.name.casefold()) or here
    if room is None and kind and kind == found.kind:
        return Aim(devices=found.devices or here or pool, same=True)
    if not here and room is None:
        here = pool
    unknown = "" if here else (kind or "device")
    return Aim(devices=here, same=same, kind="" if room else kind, unknown=unknown)


def _of_kind(device: Device, domain: str | None, device_class: str | None) -> bool:
    if device_class is not None:
        words = [w.rstrip("s") for w in device.name.casefold().split()]
        return device.device_class == device_class or (
            device.kind == "cover" and device_class in words
        )
    lamp = device.kind == "switch" and {"light", "lights", "lamp"} & {
        *device.name.casefold().split()
    }
    return device.kind == domain or (domain == "light" and bool(lamp))
