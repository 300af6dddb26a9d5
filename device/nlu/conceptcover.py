"""What a use of a concept sets, on which devices.

    "put the office in study mode"   its settings, on the devices of the office that they suit

A setting that has devices of its own goes to them, unless the request names another place: then
to the devices of the same kinds there. Nothing that the definition does not set is ever set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from device.concepts import Concept, Setting
from device.context import Context, Device, Home
from device.events import Request
from device.nlu.targets import spared, targets

SUITS = {
    "brightness": frozenset({"light"}),
    "color": frozenset({"light"}),
    "color_temperature": frozenset({"light"}),
    "target_temperature": frozenset({"climate", "water_heater"}),
    "mode": frozenset({"climate"}),
    "fan_speed": frozenset({"fan"}),
    "position": frozenset({"cover"}),
    "volume": frozenset({"media_player"}),
    "media": frozenset({"media_player"}),
    "vacuum": frozenset({"vacuum"}),
    "mower": frozenset({"lawn_mower"}),
}
"""Capability -> the kinds of devices that it means where only a room is named."""

GUARDED = frozenset({"garage", "gate", "door"})
"""Classes of covers that only move where they are named."""

NAMING = ("name", "domain", "device_class")
_PLACES = (*NAMING, "area", "floor")
_DECIDED = frozenset({"all", "here", "it", "other"})
_LIT = frozenset({"brightness", "color", "color_temperature"})
OFF = ("power", "off")

Pair = tuple[Device, Setting]
"""Who takes what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Who takes what."""

    pairs: tuple[Pair, ...] = ()
    """In the order of the definition; whether the device can is another matter."""
    left: tuple[Setting, ...] = ()
    """Settings that nothing there takes."""


def concept_of(request: Request, context: Context) -> Concept | None:
    """The concept that a request uses, if whoever speaks has one of that name."""
    name = str(request.slot("concept") or "").casefold()
    return next(
        (c for c in context.concepts if c.name.casefold() == name and c.meaning.settings), None
    )


def placed(request: Request) -> bool:
    """Whether a request says where it should be."""
    said = any(request.slot(slot) is not None for slot in _PLACES)
    return said or bool(request.meant) or request.scope in _DECIDED


def pointed(request: Request) -> bool:
    """Whether it names devices or their kind, and not only a room."""
    return bool(request.meant) or any(request.slot(slot) is not None for slot in NAMING)


def owned(concept: Concept, home: Home) -> Cover:
    """The settings that have devices of their own, on them."""
    pairs = tuple(
        (device, setting)
        for setting in concept.meaning.settings
        for device in _labelled(setting.devices, home)
    )
    there = {id(setting) for _, setting in pairs}
    gone = (s for s in concept.meaning.settings if s.devices and id(s) not in there)
    return Cover(pairs=pairs, left=tuple(gone))


def cover(concept: Concept, request: Request, context: Context) -> Cover:
    """Who takes what of a concept.

    The devices that the request names; else the settings' own, and for the others the room where
    the speaker stands or, where nothing there takes any, the one where it was taught.
    """
    settings, home = concept.meaning.settings, context.home
    if placed(request):
        devices = _near(targets(request, context).devices, concept, request, context)
        found = among(settings, devices, home, named=pointed(request))
        if found.pairs or not (pointed(request) and len(devices) == 1):
            return found
        # What it lacks is to be said of it; what is for other devices is nothing of its own.
        lacking = [s for s in settings if devices[0].capability(s.capability) is None]
        others = tuple(setting for setting in found.left if setting.devices)
        return Cover(pairs=tuple((devices[0], setting) for setting in lacking), left=others)
    own = _sparing(owned(concept, home), request, context)
    free = tuple(setting for setting in settings if not setting.devices)
    for room in dict.fromkeys(filter(None, (context.room, concept.room))) if free else ():
        here = tuple(d for d in home.devices if _same(d.room, room) and not d.members)
        here = spared(here, request, context)
        found = among(free, here, home, named=False)
        if found.pairs:
            more = tuple(pair for pair in found.pairs if not _decided(pair, own.pairs))
            return Cover(pairs=(*own.pairs, *more), left=(*own.left, *found.left))
    return replace(own, left=(*own.left, *free))


def _decided(pair: Pair, own: Sequence[Pair]) -> bool:
    """Whether what is for all was told otherwise for this device: another value, or off."""
    device, setting = pair
    mine = [s for d, s in own if d.id == device.id]
    off = setting.capability in _LIT and any((s.capability, s.value) == OFF for s in mine)
    return off or any(s.capability == setting.capability for s in mine)


def _sparing(found: Cover, request: Request, context: Context) -> Cover:
    """Without the devices that the request leaves out."""
    kept = {d.id for d in spared(tuple(d for d, _ in found.pairs), request, context)}
    return replace(found, pairs=tuple(pair for pair in found.pairs if pair[0].id in kept))


def used(request: Request, context: Context) -> tuple[Device, ...]:
    """The devices that a use is about."""
    concept = concept_of(request, context)
    pairs = () if concept is None else cover(concept, request, context).pairs
    return tuple({device.id: device for device, _ in pairs}.values())


def suited(request: Request, context: Context) -> bool:
    """Whether a device that a use is about has a capability that it sets."""
    concept = concept_of(request, context)
    pairs = () if concept is None else cover(concept, request, context).pairs
    return any(device.capability(setting.capability) is not None for device, setting in pairs)


def _near(
    devices: tuple[Device, ...], concept: Concept, request: Request, context: Context
) -> tuple[Device, ...]:
    """Of devices of a kind in the whole home those of the room that is meant."""
    somewhere = any(request.slot(slot) is not None for slot in ("name", "area", "floor"))
    if somewhere or request.scope == "all" or request.meant:
        return devices
    for room in filter(None, (context.room, concept.room)):
        here = tuple(d for d in devices if _same(d.room, room))
        if here:
            return here
    return devices


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.casefold() == other.casefold()


def among(
    settings: Sequence[Setting], devices: Sequence[Device], home: Home, *, named: bool
) -> Cover:
    """The settings on those of some devices that they suit.

    Args:
        settings: Of a concept.
        devices: What the request covers.
        home: The home.
        named: Whether the request names the devices or their kind.
    """
    pairs: list[Pair] = []
    left: list[Setting] = []
    claimed: dict[str, tuple[str, ...]] = {}
    """Id of a device -> the devices of the definition in whose place it is."""
    for labels in dict.fromkeys(setting.devices for setting in settings if setting.devices):
        claimed |= {d.id: labels for d in _meant(labels, devices, home)}
    named_own = [
        (device, setting)
        for setting in settings
        if setting.devices
        for device in _meant(setting.devices, devices, home)
    ]
    lit = {
        d.id
        for s in settings
        if not s.devices and s.capability in _LIT
        for d in _takers(s, settings, devices, home, claimed, named=named)
    }
    for setting in settings:
        takers = _takers(setting, settings, devices, home, claimed, named=named)
        claimed |= {d.id: setting.devices for d in takers if setting.devices}
        done = {(device.id, other.capability) for device, other in pairs}
        free = [d for d in takers if (d.id, setting.capability) not in done]
        if not setting.devices:
            free = [d for d in free if not _decided((d, setting), named_own)]
        elif (setting.capability, setting.value) == OFF:
            # What stands in for a lamp that is to be off is none that is to be lit.
            meant = _meant(setting.devices, devices, home)
            free = [d for d in free if d in meant or d.id not in lit]
        pairs += [(device, setting) for device in free]
        if not free:
            left.append(setting)
    return Cover(pairs=tuple(pairs), left=tuple(left))


def _meant(labels: Sequence[str], devices: Sequence[Device], home: Home) -> tuple[Device, ...]:
    """The devices of a definition among some devices, or those of the same names."""
    own = _labelled(labels, home)
    here = tuple(d for d in own if d in devices)
    alike = {d.name.casefold() for d in own}
    return here or tuple(d for d in devices if d.name.casefold() in alike)


def _takers(
    setting: Setting,
    settings: Sequence[Setting],
    devices: Sequence[Device],
    home: Home,
    claimed: Mapping[str, tuple[str, ...]],
    *,
    named: bool,
) -> tuple[Device, ...]:
    """Who takes a setting among some devices."""
    if not setting.devices:
        kinds = SUITS.get(setting.capability, frozenset())
        if setting.capability == "power":
            kinds = _switched(settings)
        return tuple(d for d in devices if _suits(d, setting, kinds, named=named))
    own = _labelled(setting.devices, home)
    kinds = frozenset(d.kind for d in own)
    guarded = not named and not any(d.device_class in GUARDED for d in own)
    meant = _meant(setting.devices, devices, home)
    return meant or tuple(
        d
        for d in devices
        if d.kind in kinds
        and claimed.get(d.id, setting.devices) == setting.devices
        and not (guarded and d.device_class in GUARDED)
    )


def _switched(settings: Sequence[Setting]) -> frozenset[str]:
    """What "on" or "off" means in a room: what else is set there, else the lights."""
    kinds = (SUITS.get(s.capability, frozenset()) for s in settings if not s.devices)
    return frozenset().union(*kinds) or frozenset({"light"})


def _suits(device: Device, setting: Setting, kinds: frozenset[str], *, named: bool) -> bool:
    if named:
        found = device.capability(setting.capability)
        return device.kind in kinds or (found is not None and found.settable)
    return device.kind in kinds and device.device_class not in GUARDED


def _labelled(labels: Sequence[str], home: Home) -> tuple[Device, ...]:
    wanted = {label.casefold() for label in labels}
    return tuple(d for d in home.devices if home.label(d).casefold() in wanted) if wanted else ()
