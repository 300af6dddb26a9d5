"""Devices of the pretend house that no dialect knows, on plain topics (`device.home.plain`)."""

from collections.abc import Mapping

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.capabilities import RULES, checked
from device.home.plain import BASE
from simulator.homefile import Furnished
from simulator.things import (
    Asked,
    Messages,
    Puzzled,
    Raw,
    Sense,
    Told,
    cleared,
    key_of,
    said,
    understood,
)

RANGES: Mapping[str, tuple[float, float]] = {"target_temperature": (5, 65)}
SETTABLE: Mapping[str, frozenset[str]] = {"humidity": frozenset({"humidifier"})}
"""Readings, and the kinds of devices in which they can be set."""


class PlainThing:
    """One device on plain topics."""

    def __init__(self, device: Furnished) -> None:
        self._device = device
        self._capabilities = {name: _capability(name, device) for name in device.capabilities}
        self.topic_name = device.topic_name
        self._values = dict(device.state)

    @property
    def address(self) -> str:
        """Where it reports, and how the topics of messages to it begin."""
        return f"{BASE}/{self.topic_name}"

    @property
    def listens(self) -> tuple[str, ...]:
        """Commands and questions."""
        return (f"{self.address}/set", f"{self.address}/get")

    @property
    def raw(self) -> Raw:
        """Its whole state."""
        return dict(self._values)

    @property
    def values(self) -> dict[str, Value]:
        """The same: plain topics need no translation."""
        return dict(self._values)

    @property
    def inventory(self) -> Raw:
        """Its entry in the inventory."""
        return {
            "id": key_of(self._device.topic_name),
            "name": self.topic_name,
            "kind": self._device.kind,
            "class": self._device.device_class,
            "capabilities": [
                {
                    "name": one.name,
                    "minimum": one.minimum,
                    "maximum": one.maximum,
                    "options": list(one.options),
                    "settable": one.settable,
                }
                for one in self._capabilities.values()
            ],
        }

    def put(self, values: Mapping[str, Value]) -> None:
        """Change by hand."""
        self._values |= values

    def become(self, raw: Raw) -> None:
        """Stand so from now on."""
        self._values |= {k: v for k, v in raw.items() if isinstance(v, str | int | float)}

    def sense(self, rest: str, payload: bytes) -> Sense:
        """Take a `/set`, a JSON object of capabilities and values; it answers every `/get`."""
        if rest == "get":
            return Asked(what="")
        request = understood(payload)
        if rest != "set" or not isinstance(request, dict):
            return Puzzled()
        after = dict(self._values)
        for name, value in request.items():
            capability = self._capabilities.get(name)
            if (
                capability is None
                or not capability.settable
                or not isinstance(value, str | int | float)
            ):
                continue
            try:
                after[name] = checked(self._device.name, capability, value)
            except HomeError:
                continue
            after |= self._follows(name, after[name])
        known = [name for name in request if name in self._capabilities]
        return Told(what=known[0], steps=(dict(after),)) if known else Puzzled()

    def announcement(self) -> Messages:
        """Its bridge lists it."""
        return ()

    def presence(self, *, online: bool) -> Messages:
        """Its availability, retained."""
        word: Raw = {"state": "online" if online else "offline"}
        return (said(f"{self.address}/availability", word, retained=True),)

    def report(self) -> Messages:
        """Its whole state."""
        return (said(self.address, self.raw),)

    def reply(self, what: str) -> Messages:
        """Its whole state, whatever was asked."""
        return self.report()

    def refusal(self, what: str) -> Messages:
        """Plain topics have no word for it: it tells how it still stands."""
        return self.report()

    def forgotten(self) -> Messages:
        """Its availability."""
        return cleared(f"{self.address}/availability")

    def _follows(self, name: str, value: Value) -> dict[str, Value]:
        """What else changes: a television that plays is on."""
        if name == "media" and value == "playing" and "power" in self._values:
            return {"power": "on"}
        if name == "power" and value == "off" and "media" in self._values:
            return {"media": "idle"}
        return {}


def _capability(name: str, device: Furnished) -> Capability:
    rule = RULES[name]
    low, high = RANGES.get(name, (rule.minimum, rule.maximum))
    reading = name in SETTABLE and device.kind not in SETTABLE[name]
    return Capability(
        name=name,
        minimum=low,
        maximum=high,
        options=device.modes if name == "mode" else rule.words,
        settable=rule.settable and not reading,
    )
