"""How each device among the candidates stands, looked up once for all of them."""

import math
from collections.abc import Sequence

import numpy as np

from device.context import Context, Device
from device.events import Request
from device.nlu.candidates import Candidate, kind_said
from device.nlu.deeds import deed
from device.nlu.gazetteer import KIND_FLAGS, kind_flag
from device.nlu.mentions import Mention
from device.nlu.names import likeness, stems

SCREENS = frozenset({"tv", "projector", "receiver"})
"""Device classes of players with a picture."""

_ON = {
    "media": "playing", "lock": "locked", "vacuum": "cleaning", "mower": "mowing", "power": "on",
}  # fmt: skip
"""Capability -> the value that counts as on; the first that a device has told decides."""
_AIMS = {
    "on": True, "play": True, "open": True, "lock": True,
    "off": False, "close": False, "unlock": False, "pause": False,
}  # fmt: skip
"""Deed -> whether devices are on after it."""

_FLAG = {flag: i for i, flag in enumerate(KIND_FLAGS)}


class Facts:
    """What is known of each device among the candidates, looked up once for all of them."""

    def __init__(
        self,
        request: Request,
        context: Context,
        spoken_of: Sequence[Mention],
        found: Sequence[Candidate],
    ) -> None:
        devices = list({d.id: d for c in found for d in c.devices}.values())
        self._at = {d.id: i for i, d in enumerate(devices)}
        self._floors = {r.name: r.floor for r in context.home.rooms}
        self._floor = self._floors.get(context.room or "")
        self._places: dict[str | None, tuple[bool, bool, bool]] = {}
        self._aim = _AIMS.get(deed(request) or "")
        last = spoken_of[0].devices if spoken_of else frozenset[str]()
        near = [d for d in context.home.devices if d.id in last]
        self._last, self._rooms = last, {d.room for d in near}
        self._kinds = {d.kind for d in near}
        topic = str(request.slot("name") or request.slot("search_query") or kind_said(request))
        self.screens = _screens(context)
        self.changed = [_changed_s(d, context) for d in devices]
        self.alike = [likeness(topic, d.name) if topic else 0.0 for d in devices]
        self.common = _common(topic, devices)
        flags = [_FLAG[kind_flag(d)] for d in devices]
        rest = np.array([self._row(d, context) for d in devices], np.float64).reshape(-1, 9)
        self._shares = np.hstack([np.eye(len(KIND_FLAGS))[flags], rest])

    def shares(self, devices: Sequence[Device]) -> list[float]:
        """How many of the devices are of each kind and have each property, 0 to 1."""
        if len(devices) == 1:
            return list(self._shares[self._at[devices[0].id]].tolist())
        if not devices:
            return [0.0] * self._shares.shape[1]
        total = self._shares[[self._at[d.id] for d in devices]].sum(axis=0)
        return list((total / len(devices)).tolist())

    def least(self, devices: Sequence[Device], values: Sequence[float]) -> float:
        """The smallest of the devices' values; infinite without devices."""
        return min((values[self._at[d.id]] for d in devices), default=math.inf)

    def most(self, devices: Sequence[Device], values: Sequence[float]) -> float:
        """The largest of the devices' values; 0 without devices."""
        return max((values[self._at[d.id]] for d in devices), default=0.0)

    def _row(self, device: Device, context: Context) -> tuple[bool, ...]:
        on = _is_on(device, context)
        known = on is not None
        return (
            device.device_class in SCREENS,
            *self._place(device.room, context),
            device.kind in self._kinds and device.id not in self._last,
            on is True,
            on is False,
            known and self._aim is not None and on != self._aim,
            known and _gives_heat(device, on),
        )

    def _place(self, room: str | None, context: Context) -> tuple[bool, bool, bool]:
        """Whether a room is the speaker's, on its floor, and where was spoken of."""
        if room not in self._places:
            self._places[room] = (
                room is not None and room == context.room,
                self._floor is not None and self._floors.get(room or "") == self._floor,
                room in self._rooms,
            )
        return self._places[room]


def _is_on(device: Device, context: Context) -> bool | None:
    told = context.state.get(device.id)
    if not told:
        return None
    if "position" in told and isinstance(told["position"].value, int | float):
        return told["position"].value > 0
    for capability, value in _ON.items():
        if capability in told:
            return told[capability].value == value
    return told["mode"].value not in ("off", "disarmed") if "mode" in told else None


def _gives_heat(device: Device, on: bool | None) -> bool:
    """Whether it is an appliance at work that measures its own temperature: an oven."""
    plain = device.kind in ("climate", "sensor", "binary_sensor", "weather")
    return on is True and not plain and device.capability("temperature") is not None


def _screens(context: Context) -> float:
    """Whether the speaker's room, or the home where it has none, has a picture."""
    return float(
        any(
            d.device_class in SCREENS and (context.room is None or d.room == context.room)
            for d in context.home.devices
        )
    )


def _changed_s(device: Device, context: Context) -> float:
    """Seconds since a value of the device changed."""
    newest = None
    for reading in context.state.get(device.id, {}).values():
        since = reading.since
        if since is not None and (newest is None or since > newest) and since <= context.now:
            newest = since
    return math.inf if newest is None else (context.now - newest).total_seconds()


def _common(topic: str, devices: Sequence[Device]) -> list[float]:
    """For each device, the largest share of one of its names that was said."""
    said = set(stems(topic)) if topic else set[str]()
    if not said:
        return [0.0] * len(devices)
    return [
        max(
            len(said & set(stems(name))) / max(1, len(stems(name))) for name in (d.name, *d.aliases)
        )
        for d in devices
    ]
