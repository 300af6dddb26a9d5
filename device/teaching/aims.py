"""Which devices a part of an answer is about, seen from the request that failed.

"the light"        the request was for the office light: the same devices, whatever they are
"the desk lamp"    that one, by its name
"the blinds"       those of the room that the request was about
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from device.context import Context, Device
from device.events import Slot
from device.nlu.intents import VERBATIM
from device.nlu.names import ARTICLES
from device.nlu.places import Place, device_named, room_named, settle
from device.nlu.targets import KINDS, PLAIN, Targets, targets
from device.nlu.vocabulary import COVER_CLASSES, DOMAINS, singular
from device.nlu.words import plain
from device.teaching.gap import Gap

_ALL = frozenset({"everything", "all", "all of it", "all of them", "every device", "all devices"})
_OTHERS = frozenset({"else", "other", "others", "rest", "remaining"})
_QUANTITIES = frozenset({"all", "every", "each", "both", "any", "of", *_OTHERS, *ARTICLES})
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
    by_name: bool = False
    """Whether it names its devices, rather than a room or a kind."""

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
    """What the request of a gap is about, without the words that are not understood.

    Where understanding made nothing of the request, the names and kinds in its text tell. Who
    explains a word unasked requests nothing with it.
    """
    slots = known_slots(gap)
    request = gap.request
    intent = request.intent if request.intent in KINDS else "HassTurnOn"
    found = targets(replace(request, intent=intent, slots=slots), context) if slots else Targets()
    home = context.home
    devices = found.devices or tuple(d for d in home.devices if home.label(d) in found.choices)
    rooms = tuple(str(slot.value) for slot in slots if slot.name == "area")
    told = request.intent in VERBATIM
    said = "" if slots or told else _without(plain(request.text), plain(gap.words))
    if said:
        devices, rooms = _in_text(said, context)
    rooms = rooms or tuple(dict.fromkeys(d.room for d in devices if d.room is not None))
    if not rooms and context.room is not None:
        rooms = (context.room,)
    kinds = {d.kind for d in devices} or {request.domain} & {d.kind for d in home.devices}
    kind = next(iter(kinds)) if len(kinds) == 1 else ""
    called = [n for d in devices for n in (d.name, *d.aliases)]
    called += [n for r in home.rooms if r.name in rooms for n in (r.name, *r.aliases)]
    names = tuple(dict.fromkeys(words for n in called if (words := tuple(plain(n).split()))))
    by_name = any(slot.name == "name" for slot in slots) or (
        bool(said) and len(devices) == 1 and f" {plain(devices[0].name)} " in f" {said} "
    )
    return About(devices=devices, rooms=rooms, kind=kind, names=names, by_name=by_name)


def known_slots(gap: Gap) -> tuple[Slot, ...]:
    """The slots that say where or which device, in words other than those not understood."""
    unknown = {*plain(gap.words).split()}
    return tuple(
        slot
        for slot in gap.request.slots
        if slot.name in _PLACED
        and not {*plain(slot.text or str(slot.value)).split()} <= unknown
        and plain(gap.words) not in plain(slot.text)
    )


def _without(text: str, words: str) -> str:
    return f" {text} ".replace(f" {words} ", " ").strip() if words else text


def _in_text(text: str, context: Context) -> tuple[tuple[Device, ...], tuple[str, ...]]:
    """Devices and rooms that are named in a text: by name, else all of a kind, else lights."""
    home, said = context.home, f" {text} "
    rooms = tuple(
        r.name for r in home.rooms if any(f" {plain(n)} " in said for n in (r.name, *r.aliases))
    )
    named = [d for d in home.devices if any(f" {plain(n)} " in said for n in (d.name, *d.aliases))]
    longest = max((len(plain(d.name)) for d in named), default=0)
    named = [
        d for d in named if len(plain(d.name)) == longest and _kind([plain(d.name)])[0] is None
    ]
    if named:
        return tuple([d for d in named if d.room in rooms] or named), rooms
    kinds = [found for word in text.split() if any(found := _kind([word]))]
    domain, device_class = kinds[0] if kinds else ("light", None)
    if not kinds and not rooms:
        return (), ()
    inside = rooms or ((context.room,) if context.room is not None else ())
    fitting = [d for d in home.devices if _of_kind(d, domain, device_class) and not d.members]
    return tuple(d for d in fitting if d.room in inside), rooms


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
    if not words or _ALL & {plain(said), " ".join(words)}:
        return _of(lambda d: d.kind in PLAIN, room, found, context, kind="")
    name = " ".join(words)
    domain, device_class = _kind(words)
    alone = domain is not None or device_class is not None
    placed = f"{area} {name}" if area is not None else name
    own = _in_room(placed, context) or device_named(name, context, area=room)
    if own is not None and (not alone or plain(own.name) == name):
        here = alone and own.room in found.rooms
        return _named(own, found, own.kind if here and area is None else "")
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


def means_others(said: str) -> bool:
    """Whether words mean what was not named before: "everything else", "the other lamps"."""
    return not _OTHERS.isdisjoint(plain(said).split())


def _in_room(said: str, context: Context) -> Device | None:
    """The device of exactly that name, else of that name in the room that is said before it."""
    words = said.split()
    exact = [d for d in context.home.devices if plain(d.name) == plain(said)]
    if exact:
        return next((d for d in exact if d.room == context.room), exact[0])
    for cut in range(len(words) - 1, 0, -1):
        room = room_named(" ".join(words[:cut]), context)
        rest = " ".join(words[cut:])
        inside = [
            d for d in context.home.devices if d.room == room and plain(d.name) == plain(rest)
        ]
        if room is not None and inside and not any(_kind([plain(rest)])):
            return inside[0]
    return None


def _kind(words: list[str]) -> tuple[str | None, str | None]:
    """Domain or class of a word for a kind of device."""
    one = singular(words)
    return DOMAINS.get(one), COVER_CLASSES.get(one)


def _named(device: Device, found: About, kind: str = "") -> Aim:
    return Aim(devices=(device,), same=found.by_name and found.ids == {device.id}, kind=kind)


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
        return Aim(devices=found.devices or here or pool, same=True, kind=kind)
    if not here and room is None:
        here = pool
    if not here and kind == "light" and found.devices:
        return Aim(devices=found.devices, same=True)  # what lights there, whatever it is
    unknown = "" if here else (kind or "device")
    return Aim(
        devices=here,
        same=same,
        kind="" if room not in (None, *found.rooms) else kind,
        unknown=unknown,
    )


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
