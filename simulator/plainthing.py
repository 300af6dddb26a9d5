"""Devices of the pretend house that no dialect knows, on plain topics (`device.home.plain`)."""

from collections.abc import Mapping, Sequence

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.capabilities import RULES, checked
from device.home.payloads import Json
from device.home.plain import BASE
from simulator.homefile import Furnished
from simulator.things import Raw, key_of

RANGES: Mapping[str, tuple[float, float]] = {"target_temperature": (5, 65)}
SETTABLE: Mapping[str, frozenset[str]] = {"humidity": frozenset({"humidifier"})}
"""Readings, and the kinds of devices in which they can be set."""


class PlainThing:
    """One device on plain topics."""

    def __init__(self, device: Furnished, base: str = BASE) -> None:
        self._device = device
        self._base = base
        self._capabilities = {name: _capability(name, device) for name in device.capabilities}
        self.topic_name = device.topic_name
        self._values = dict(device.state)

    @property
    def topic(self) -> str:
        """Where it reports."""
        return f"{self._base}/{self.topic_name}"

    @property
    def retained(self) -> bool:
        """Plain devices answer at any time."""
        return False

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

    def asked(self, request: Json) -> bool:
        """It always answers."""
        return True

    def told(self, request: Json) -> Sequence[Raw]:
        """Take a command: a JSON object of capabilities and values."""
        if not isinstance(request, dict):
            return ()
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
        understood = set(request) & set(self._capabilities)
        return (dict(after),) if understood else ()

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
