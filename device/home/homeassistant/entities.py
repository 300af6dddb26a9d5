"""One announced entity: what it is called, where it stands, what it can do and tell."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from device.context import Device
from device.errors import HomeError
from device.home.dialect import Found
from device.home.homeassistant import climates, lights, locks, openings, robots, sensors, switches
from device.home.homeassistant.availability import Availability, availability
from device.home.homeassistant.bindings import Control, Parts, Source
from device.home.homeassistant.discovery import Announcement
from device.home.homeassistant.options import Options
from device.home.homeassistant.topics import Claim
from device.home.payloads import Json
from device.rules import guarded

COMPONENTS: Mapping[str, Callable[[Options], Parts]] = MappingProxyType(
    {
        "alarm_control_panel": robots.alarm,
        "binary_sensor": sensors.binary_sensor,
        "button": switches.button,
        "climate": climates.climate,
        "cover": openings.cover,
        "fan": climates.fan,
        "humidifier": climates.humidifier,
        "lawn_mower": robots.lawn_mower,
        "light": lights.light,
        "lock": locks.lock,
        "number": switches.number,
        "scene": switches.scene,
        "select": switches.select,
        "sensor": sensors.sensor,
        "siren": switches.siren,
        "switch": switches.switch,
        "vacuum": robots.vacuum,
        "valve": openings.valve,
        "water_heater": climates.water_heater,
    }
)
"""Home Assistant's component -> what it can do, out of its announcement."""

NAME_LENGTH = 120
"""Longest name of a device or room, characters."""
TOPICS = 30
"""Most topics that one entity may have."""

_ODD = re.compile(r"[_/+#$\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """What an announcement makes."""

    key: str
    """Which announcement made it."""
    found: Found
    sources: tuple[Source, ...]
    controls: Mapping[str, Control]
    availability: Availability | None
    claim: Claim
    echoes: bool = False
    """Whether it tells its state where it is commanded: what is heard there may be the
    speaker's own command, and is no report."""


def entity(announcement: Announcement) -> Entity | None:
    """What an announcement makes; None where nobody would talk to it.

    Raises:
        HomeError: Something in it cannot be used.
    """
    options = Options(content=announcement.content)
    build = COMPONENTS.get(announcement.component)
    if build is None or not _spoken_to(announcement.component, options):
        return None
    parts = build(options)
    if not parts.capabilities:
        return None
    reach = availability(options)
    commanded = {topic for control in parts.controls.values() for topic in control.topics}
    told = {source.topic for source in parts.sources} - commanded
    heard = told | set(reach.topics if reach else ())
    if len(heard | commanded) > TOPICS:
        raise HomeError("announcement has too many topics")
    sources = tuple(source for source in parts.sources if source.topic in told)
    device = options.part("device")
    area, family = _said(device, "suggested_area"), _family(device)
    found = Found(
        id=identity(announcement, options),
        name=_name(announcement, options, device),
        kind=announcement.component,
        device_class=options.text("device_class", ""),
        room=area or None,
        capabilities=parts.capabilities,
        body=min(family, default=""),
    )
    return Entity(
        key=announcement.key,
        found=found,
        sources=sources,
        controls=parts.controls,
        availability=reach,
        echoes=len(sources) < len(parts.sources),
        claim=Claim(
            family=family | {f"by {announcement.topic}"},
            announced=announcement.topic,
            heard=frozenset(heard),
            commanded=frozenset(commanded),
            guarded=_guarded(found),
        ),
    )


def _guarded(found: Found) -> bool:
    """Whether it is asked about first, as far as its announcement tells."""
    return found.kind == "lock" or guarded(
        Device(
            id=found.id,
            name=found.name,
            room=found.room,
            kind=found.kind,
            device_class=found.device_class,
        )
    )


def identity(announcement: Announcement, options: Options) -> str:
    """Its unique id, so that it stays itself when it is announced elsewhere; else its topic."""
    unique = options.text("unique_id", "")
    if unique:
        return f"{announcement.prefix}:{announcement.component}:{_ODD.sub('_', unique)}"
    return f"{announcement.prefix}:{announcement.key}"


def _spoken_to(component: str, options: Options) -> bool:
    """Whether it is enabled and neither a setting nor a diagnosis; batteries count."""
    if not options.flag("enabled_by_default", default=True):
        return False
    battery = component == "sensor" and sensors.measures(options) == "battery"
    return battery or not options.has("entity_category")


def _name(announcement: Announcement, options: Options, device: Options) -> str:
    """Home Assistant's rules: the device's name, then the entity's own, which may be null."""
    whole, own = _said(device, "name"), _said(options, "name")
    if "name" not in options.content:
        own = options.text("device_class", "").replace("_", " ").capitalize()
        if not own and not whole:
            own = announcement.object_id.replace("_", " ")
    if whole and own.casefold().startswith(whole.casefold()):
        own = own[len(whole) :].strip(" -:")
    return f"{whole} {own}".strip()[:NAME_LENGTH].strip() or announcement.object_id


def _said(options: Options, key: str) -> str:
    """A name as it may be said: on one line, without what topics and rooms are made of."""
    text = _ODD.sub(" ", options.text(key, ""))
    return " ".join(text.split())[:NAME_LENGTH]


def _family(device: Options) -> frozenset[str]:
    """What identifies the device: its identifiers and its connections."""
    found = {f"id {word}" for word in device.words("identifiers")}
    connections = device.content.get("connections")
    for pair in connections if isinstance(connections, list) else []:
        if isinstance(pair, list) and len(pair) == 2:
            found.add(f"at {_plain(pair[0])} {_plain(pair[1])}")
    return frozenset(found)


def _plain(found: Json) -> str:
    return found.casefold() if isinstance(found, str) else ""
