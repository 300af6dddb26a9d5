"""What the voice may do in this home, as the owner set it.

Some things are always asked first (`guarded`, and unlocking). The owner adds to them; what
is to be done without a question is named device by device, so that nothing becomes less
safe by accident.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from device.events import DeviceCommand

if TYPE_CHECKING:
    from device.context import Device, Home

_GUARDED_CLASSES = frozenset({"garage", "garage_door", "gate"})
_GUARDED_KINDS = frozenset({"alarm_control_panel", "siren", "valve"})
_OPENERS = frozenset(
    {"cover", "switch", "button", "scene", "script", "input_boolean", "input_button"}
)
"""Kinds that move a garage door or a gate, or open a lock, where the dialect has nothing for it."""
_PLAIN_CLASSES = frozenset({"", "door", "shutter", "switch", "outlet"})
"""Device classes that do not say what is opened."""
_FREEING = frozenset({"unlock", "unlocks", "unlocking", "disarm", "disarms", "disarming"})
_FREES_DOORS = frozenset({"lock", "locks", "opener", "release", "strike"})
_DOORS = frozenset({"door", "doors", "opener", "gate", "gates"})
_MOVES = frozenset({"open", "opens", "opening", "close", "closes", "toggle", "trigger", "move"})
_WORD = re.compile(r"[^\W_]+")

Range = tuple[float, float]
"""Smallest and largest value, in the capability's unit."""

USUAL_LIMITS: Mapping[tuple[str, str], Range] = MappingProxyType(
    {("climate", "target_temperature"): (5.0, 30.0)}
)
"""(kind, capability) -> what the voice may set where the owner says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is asked first, what is never done, and how often."""

    asked: frozenset[str] = frozenset()
    """Kinds, device classes and devices that are asked about as well, ignoring case."""
    trusted: frozenset[str] = frozenset()
    """Labels of devices that are not asked about, ignoring case."""
    limits: Mapping[str, Mapping[str, Range]] = field(default_factory=lambda: MappingProxyType({}))
    """Kind, class or device, or "" for all -> capability -> what the voice may set."""
    pin: bool = False
    """Whether a yes is not enough for what is risky."""
    per_minute: int | None = 30
    """How often a device may be told something within a minute; None is without end."""
    risky_per_minute: int | None = 6
    """The same for what is asked about first."""

    def asks(self, device: "Device", home: "Home") -> bool:
        """Whether moving this device, or one of this group, is asked first, whatever the value."""
        if self.trusts(device, home):
            return False
        if guarded(device) or (self.asked and self.asked & _called(device, home)):
            return True
        return any(self.asks(member, home) for member in _members(device, home))

    def trusts(self, device: "Device", home: "Home") -> bool:
        """Whether this device is never asked about."""
        if not self.trusted:
            return False
        label = home.label(device)
        alone = sum(home.label(d) == label for d in home.devices if d.name == device.name) == 1
        return alone and label.casefold() in self.trusted

    def risky(self, command: DeviceCommand, home: "Home") -> bool:
        """Whether this command alone must be agreed to; stopping a movement never must."""
        device = home.device(command.device)
        if command.capability == "position" and command.value == "stop":
            return False
        if device is None:
            return command.capability == "lock" and command.value != "locked"
        if command.capability == "lock" and command.value != "locked":
            return not self.trusts(device, home)
        return self.asks(device, home)

    def limit(self, device: "Device", capability: str, home: "Home") -> Range | None:
        """What the voice may set; the most exact rule counts. None is without limit.

        A group may be set to what it and all of its members may be set to.
        """
        limits = [self.limit(member, capability, home) for member in _members(device, home)]
        every = [one for one in (*limits, self._own_limit(device, capability, home)) if one]
        if not every:
            return None
        return max(low for low, _ in every), min(high for _, high in every)

    def _own_limit(self, device: "Device", capability: str, home: "Home") -> Range | None:
        label = home.label(device).casefold() if self.limits else ""
        places = (label, device.name.casefold(), device.device_class, device.kind)
        for place in (*filter(None, places), ""):
            found = self.limits.get(place, {}).get(capability)
            if found is not None:
                return found
        return USUAL_LIMITS.get((device.kind, capability))

    def often(self, device: "Device", home: "Home") -> int | None:
        """How often a device may be told something within a minute; None is without end."""
        risky = device.kind == "lock" or guarded(device) or self.asks(device, home)
        return self.risky_per_minute if risky else self.per_minute

    def strangers(self, home: "Home") -> frozenset[str]:
        """Names in these rules that nothing in this home has: misspelt, or not found yet."""
        known: set[str] = set()
        for device in home.devices:
            known |= _called(device, home)
        places = {place for place in self.limits if place} | self.asked | self.trusted
        return frozenset(places - known)


def guarded(device: "Device") -> bool:
    """Whether a device is always asked about: garage doors, gates, alarms, sirens and valves."""
    if device.kind in _GUARDED_KINDS or device.device_class in _GUARDED_CLASSES:
        return True
    if device.kind not in _OPENERS:
        return False
    return any(_opens(device, name) for name in (device.name, *device.aliases))


def _opens(device: "Device", name: str) -> bool:
    """Whether something called so opens a garage door, a gate or a lock, or disarms."""
    words = set(_WORD.findall(name.casefold()))
    frees = bool(words & _FREEING) or ("door" in words and bool(words & _FREES_DOORS))
    if frees and device.kind != "cover":
        return True
    if device.device_class not in _PLAIN_CLASSES:
        return False
    doors = bool(words & _DOORS)
    if any(w.startswith("garage") or w in ("gate", "gates") for w in words):
        joined = any(w.startswith("garage") and w.endswith("door") for w in words)
        plain = device.kind == "cover" and device.device_class != "shutter"
        return plain or doors or joined or bool(words & _MOVES)
    return doors and "garage" in _WORD.findall((device.room or "").casefold())


def _members(device: "Device", home: "Home") -> list["Device"]:
    """The devices of a group that are there and are no groups themselves."""
    inside = (home.device(id_) for id_ in device.members)
    return [member for member in inside if member is not None and not member.members]


def _called(device: "Device", home: "Home") -> set[str]:
    """Everything by which rules may call a device."""
    room = () if device.room is None else (f"{device.room}/{device.name}",)
    names = (home.label(device), device.name, *room, *device.aliases)
    return {device.kind, device.device_class, *(name.casefold() for name in names)} - {""}
