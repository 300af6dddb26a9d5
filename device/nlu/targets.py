"""Which devices a request covers.

Slots hold only what was said. Here the home fills in the rest: the room in which the
speaker stands, the kinds of devices that an intent fits, a question when several devices
fit a name that means one.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from device.context import Context, Device, Home
from device.events import Request
from device.nlu.nicknames import bearers
from device.nlu.vocabulary import DOMAINS, singular

POWERED = frozenset(
    {"light", "switch", "fan", "media_player", "climate", "cover", "valve", "lock", "vacuum"}
    | {"lawn_mower", "scene", "script", "button", "humidifier", "water_heater", "siren"}
)
"""Kinds that can be turned on and off by name."""

KINDS = {
    "HassTurnOn": POWERED,
    "HassTurnOff": POWERED,
    "HassToggle": POWERED,
    "HassLightSet": frozenset({"light"}),
    "HassSetPosition": frozenset({"cover", "valve"}),
    "HassStopMoving": frozenset({"cover", "valve"}),
    "HassClimateSetTemperature": frozenset({"climate", "water_heater"}),
    "HassClimateGetTemperature": frozenset({"climate", "sensor", "weather"}),
    "HassClimateSetFanMode": frozenset({"climate"}),
    "ClimateSetMode": frozenset({"climate"}),
    "HassFanSetSpeed": frozenset({"fan"}),
    "HassVacuumStart": frozenset({"vacuum"}),
    "HassVacuumReturnToBase": frozenset({"vacuum"}),
    "HassVacuumCleanArea": frozenset({"vacuum"}),
    "HassLawnMowerStartMowing": frozenset({"lawn_mower"}),
    "HassLawnMowerDock": frozenset({"lawn_mower"}),
    "HassGetWeather": frozenset({"weather", "sensor"}),
}
"""Kinds of devices that an intent fits; media intents fit media players, others every kind."""

PLAIN = frozenset({"light", "switch", "fan", "media_player", "climate"})
"""What "turn off the kitchen" and "turn off everything" cover: nothing that opens or locks."""

POINTING = frozenset({"it", "other", "implied"})
"""Scopes that mean something that was not named; the situation tells what."""

_TELLING = frozenset({"HassGetState", "HassClimateGetTemperature", "HassGetWeather"})
"""Intents that only tell something: where it is open what about, of all."""

LOCKABLE = ("gate", "window", "door")
"""What people name when they mean the lock on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What a request covers; exactly one of `devices`, `choices`, `unknown` is filled, or none."""

    devices: tuple[Device, ...] = ()
    """In the home's order."""
    choices: tuple[str, ...] = ()
    """Labels (`Home.label`) of the devices that fit a name that means one of them."""
    unknown: str | None = None
    """The name, room or floor that the home does not have, as it was said."""
    named: bool = False
    """Whether the request named a device, room or floor."""
    floors: int = 0
    """How many floors the devices stand on."""

    @property
    def broad(self) -> bool:
        """Whether it should be asked first: no place or name, or more than one floor."""
        return len(self.devices) > 1 and (not self.named or self.floors > 1)


def targets(request: Request, context: Context) -> Targets:
    """The devices that `request` covers in this home, without those that it leaves out.

    As `_covered`, which says more.
    """
    found = _covered(request, context)
    return replace(found, devices=spared(found.devices, request, context))


def spared(devices: tuple[Device, ...], request: Request, context: Context) -> tuple[Device, ...]:
    """Some devices without those that a request leaves out."""
    if not request.excepted:
        return devices
    bearing = [d for out in request.excepted for d in _bearing_or_kind(context, out)]
    named_out = {id_ for d in bearing for id_ in (d.id, *d.members)}
    return tuple(
        d
        for d in _without(devices, named_out, context.home)
        if d.id not in named_out and not any(_same(d.room, out) for out in request.excepted)
    )


def _bearing_or_kind(context: Context, out: str) -> tuple[Device, ...]:
    """The devices of that name or, where none bears it, of that kind: "but the fans"."""
    home, kind = context.home, DOMAINS.get(singular(out.casefold().split()))
    named_so = _bearing(home, home.devices, out) or bearers(out, context)
    return named_so or tuple(d for d in home.devices if d.kind == kind)


def _without(devices: tuple[Device, ...], out: Container[str], home: Home) -> tuple[Device, ...]:
    """The devices, with the members of each group in its place that holds one of `out`."""
    found: dict[str, Device] = {}
    for device in devices:
        split = any(member in out for member in device.members)
        inside = (home.device(member) for member in device.members) if split else (device,)
        found |= {one.id: one for one in inside if one is not None}
    return tuple(found.values())


def _covered(request: Request, context: Context) -> Targets:
    """The devices that `request` covers in this home, seen from the speaker's room.

    Args:
        request: With resolved slots (`name`, `area`, `floor`, `domain`, `device_class`).
        context: The home, and the room in which the speaker stands.

    Returns:
        The devices, or the labels to choose from, or the unknown name; all empty when the
        home has nothing of the kind.
    """
    home = context.home
    meant = tuple(d for d in home.devices if d.id in request.meant)
    if request.meant:
        return _found(home, meant, named=_together(home, meant))
    if request.rivals:
        return Targets(choices=request.rivals, named=True)
    name, area, floor = (request.slot(s) for s in ("name", "area", "floor"))
    named = any(v is not None for v in (name, area, floor))
    if request.intent == "HassVacuumCleanArea":
        area = None  # where it should go, not where it stands
    pool = home.devices
    if area is not None or floor is not None:
        pool = _in_place(home, pool, area, floor)
    if area is not None and not _known(str(area), (r.name for r in home.rooms)):
        return Targets(unknown=str(area), named=True)
    if floor is not None and not _known(str(floor), (r.floor for r in home.rooms if r.floor)):
        return Targets(unknown=str(floor), named=True)
    if name is not None:
        return _by_name(str(name), pool, request, context)
    if not named and _says_nothing(request):
        return Targets()
    fitting = _lamps(tuple(d for d in pool if _fits(d, request, by_name=False)), request)
    everywhere = request.scope in ("all", "any", "which", "how_many")
    if not named and not (everywhere and request.scope != "here"):
        here = tuple(d for d in fitting if context.room is not None and _same(d.room, context.room))
        if here:
            named, fitting = True, here
    if len(fitting) > 1 and request.scope in POINTING and request.intent not in _TELLING:
        return Targets(choices=tuple(home.label(d) for d in fitting), named=True)
    return _found(home, fitting, named=named or len(fitting) == 1)


def fitting(request: Request, context: Context, pointed: Container[str] = ()) -> tuple[Device, ...]:
    """The devices that the intent and the kind words of a request fit, wherever they stand.

    Args:
        request: What was asked.
        context: The home.
        pointed: Ids of devices that were spoken of: a door that was just opened counts for "turn
            it off", others do not.
    """
    return tuple(d for d in context.home.devices if _fits(d, request, by_name=d.id in pointed))


def named(request: Request, context: Context) -> tuple[Device, ...]:
    """The devices that bear the name that was said, those that the intent fits first of all."""
    name, area, floor = (request.slot(s) for s in ("name", "area", "floor"))
    same = () if name is None else _bearing(context.home, context.home.devices, str(name))
    same = _in_place(context.home, same, area, floor)
    return tuple(d for d in same if _fits(d, request, by_name=True)) or same


def _says_nothing(request: Request) -> bool:
    """Whether a switch of no particular thing was asked for: "turn on the", "turn it on"."""
    said = any(request.slot(s) is not None for s in ("domain", "device_class"))
    bare = not request.scope or request.scope in POINTING
    return KINDS.get(request.intent) is POWERED and not said and bare


def _by_name(name: str, pool: tuple[Device, ...], request: Request, context: Context) -> Targets:
    """Devices of that name; the intent's kinds, then the speaker's room break ties."""
    home = context.home
    same = _bearing(home, pool, name)
    if not same and (taught := bearers(name, context)):
        # Whoever gave several devices a name means these by it, wherever they stand.
        return Targets(devices=_group(taught, pool, request), named=True)
    if not same:
        return Targets(unknown=name, named=True)
    fitting = tuple(d for d in same if _fits(d, request, by_name=True)) or same
    if len(fitting) > 1 and request.scope == "other":
        fitting = tuple(d for d in fitting if not _same(d.room, context.room)) or fitting
    elif len(fitting) > 1 and request.scope not in ("all", "which", "any", "how_many"):
        here = tuple(d for d in fitting if context.room and _same(d.room, context.room))
        fitting = here or fitting
    if len(fitting) > 1 and request.scope not in ("all", "which", "any", "how_many"):
        return Targets(choices=tuple(home.label(d) for d in fitting), named=True)
    return _found(home, fitting, named=True)


def _group(
    taught: tuple[Device, ...], pool: tuple[Device, ...], request: Request
) -> tuple[Device, ...]:
    """Of the devices that a taught name means those that stand where they should and fit."""
    here = tuple(d for d in taught if d in pool) or taught
    return tuple(d for d in here if _fits(d, request, by_name=True)) or here


def _found(home: Home, devices: tuple[Device, ...], *, named: bool) -> Targets:
    floors = {r.name: r.floor for r in home.rooms}
    standing = {floors.get(d.room) for d in devices if d.room is not None}
    return Targets(devices=devices, named=named, floors=len(standing))


def _together(home: Home, devices: tuple[Device, ...]) -> bool:
    """Whether devices are one, all of a room, or all of one floor of several."""
    rooms = {d.room for d in devices}
    if len(devices) == 1 or (len(rooms) == 1 and None not in rooms):
        return True
    floors = {r.name: r.floor for r in home.rooms}
    standing = {floors.get(room) if room is not None else None for room in rooms}
    return len(standing) == 1 and None not in standing and len({*floors.values()} - {None}) > 1


def _lamps(devices: tuple[Device, ...], request: Request) -> tuple[Device, ...]:
    """Take a lamp for the light that is called a lamp, where there is one."""
    if _said_as(request, "domain").casefold() not in ("lamp", "lamps"):
        return devices
    return tuple(d for d in devices if "lamp" in d.name.casefold()) or devices


def _fits(device: Device, request: Request, *, by_name: bool) -> bool:
    """Whether the request's kind words and its intent fit this device.

    A group fits only where it is meant itself: else its members are covered, each once.
    """
    if device.members and not by_name:
        return False
    kinds = KINDS.get(request.intent)
    if kinds is None and request.intent.startswith(("HassMedia", "HassSetVolume", "GetVolume")):
        kinds = frozenset({"media_player"})
    if kinds is not None and device.kind not in kinds:
        return False
    domain, device_class = request.slot("domain"), request.slot("device_class")
    if domain is not None and not _of_domain(device, str(domain)):
        return False
    if device_class is not None and not _of_class(device, str(device_class)):
        return False
    if domain == "lock" and not _locks(device, _said_as(request, "domain")):
        return False
    if by_name or domain is not None or device_class is not None:
        return True
    if request.intent == "HassTurnOn" and request.slot("area") is not None:
        return device.kind == "light"
    return kinds is not POWERED or device.kind in PLAIN


def _of_domain(device: Device, domain: str) -> bool:
    """Lamps on a switch count as lights when their name says so."""
    words = device.name.casefold().split()
    lamp = device.kind == "switch" and any(w in ("light", "lights", "lamp") for w in words)
    return device.kind == domain or (domain == "light" and lamp)


def _of_class(device: Device, device_class: str) -> bool:
    """By its class, or by its name where the dialect knows no classes."""
    if device.device_class == device_class:
        return True
    if device.kind == "sensor":
        return device.capability(device_class) is not None
    words = device.name.casefold().split()
    return not device.device_class and device_class in [w.rstrip("s") for w in words]


def _locks(device: Device, said: str) -> bool:
    """Whether a lock is on what was said: "lock the gate" leaves the front door alone."""
    words = [w.rstrip("s") for w in device.name.casefold().split()]
    on = next((w for w in LOCKABLE if w in (device.device_class, *words)), "door")
    wanted = said.casefold().split()[-1].rstrip("s") if said else ""
    return wanted not in LOCKABLE or on == wanted


def _said_as(request: Request, name: str) -> str:
    return next((slot.text for slot in request.slots if slot.name == name), "")


def _in_place(
    home: Home, pool: Iterable[Device], area: object, floor: object
) -> tuple[Device, ...]:
    """Those that stand in a room, on a floor; None is everywhere."""
    devices = tuple(pool)
    rooms = {device.room for device in devices}
    if area is not None:
        rooms = {room for room in rooms if _same(room, str(area))}
    if floor is not None:
        rooms &= {room.name for room in home.rooms if _same(room.floor, str(floor))}
    return tuple(device for device in devices if device.room in rooms)


def _bearing(home: Home, pool: Iterable[Device], name: str) -> tuple[Device, ...]:
    """The devices of that name, alias or label."""
    wanted = name.casefold()
    return tuple(
        d
        for d in pool
        if d.name.casefold() == wanted
        or (d.aliases and any(a.casefold() == wanted for a in d.aliases))
        or ("/" in name and _same(home.label(d), name))
    )


def _known(name: str, names: Iterable[str | None]) -> bool:
    return any(_same(n, name) for n in names)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()
