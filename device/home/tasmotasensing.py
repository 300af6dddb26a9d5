"""What a Tasmota device senses: switches that are wired to it, and its sensors."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from device.home.codecs import Codec, Number
from device.home.payloads import Json, number_in
from device.home.tasmotaconfig import Announcement
from device.home.tasmotapart import Binding, Part, Path, able, on_off

STEADY = frozenset({1, 2, 3, 4, 5, 6, 9, 10, 15, 16})
"""Modes of a switch that tell both on and off; of a push (13, 14) only the beginning is told."""

READINGS = {
    "Temperature": "temperature",
    "Humidity": "humidity",
    "Illuminance": "illuminance",
    "Ambient": "illuminance",
    "Battery": "battery",
}
"""Tasmota's name of a quantity -> ours."""

NO_ROOM = frozenset({"ESP32", "ENERGY"})
"""Sensors that tell of the device itself: the chip's own temperature, the current it takes."""

MOST_QUANTITIES = 100
"""Readings that are taken of one device."""
MOST_KEY = 60

_FIT = re.compile(r"[\w .:/()-]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One reading that a device tells of."""

    source: str
    """The sensor: AM2301."""
    key: str
    """What Tasmota calls it there: Temperature."""
    capability: str


def switches(told: Announcement, called: str) -> Iterator[Part]:
    """Contacts and motion sensors that are wired to the device, where it tells of them.

    Args:
        told: The device.
        called: The name of a switch that has none of its own.
    """
    count = sum(1 for mode in told.switches if mode in STEADY)
    for index, mode in enumerate(told.switches):
        if mode not in STEADY:
            continue
        given = told.switch_names[index] if index < len(told.switch_names) else None
        key = given or f"Switch{index + 1}"
        named = given is not None and not re.fullmatch(r"switch ?\d*", given, re.IGNORECASE)
        name = given if named and given else called
        capability, device_class, codec = _sense(name, told)
        yield Part(
            id=f"tasmota:{told.mac}/switch{index + 1}",
            name=name if named or count == 1 else f"{name} {index + 1}",
            kind="binary_sensor",
            device_class=device_class,
            bindings=(
                Binding(
                    capability=able(capability, settable=False),
                    reads=(((key, "Action"), codec), ((key,), codec)),
                ),
            ),
            measures=True,
        )


_SENSES = (
    (r"door|window|contact|reed", "contact", "opening", ("open", "closed")),
    (r"motion|pir|presence|occupancy|movement", "occupancy", "motion", ("on", "off")),
    (r"leak|flood|moisture", "leak", "moisture", ("on", "off")),
    (r"smoke", "smoke", "smoke", ("on", "off")),
)
"""A word in a switch's name -> what it tells: capability, device class, words for on and off."""


def _sense(name: str, told: Announcement) -> tuple[str, str, Codec]:
    """What a wired switch tells; Tasmota itself knows only on and off."""
    for words, capability, device_class, (on, off) in _SENSES:
        if re.search(rf"\b(?:{words})s?\b", name.replace("_", " "), re.IGNORECASE):
            return capability, device_class, on_off(told, on=on, off=off)
    return "power", "", on_off(told)


def quantities(content: Mapping[str, Json]) -> tuple[Quantity, ...]:
    """What a device measures that is one of our readings.

    Args:
        content: `sn` of its `sensors`, with a first value of everything.
    """
    found: list[Quantity] = []
    for source, values in content.items():
        if source in NO_ROOM or not isinstance(values, dict) or not _FIT.fullmatch(source):
            continue
        for key, value in values.items():
            # On an ESP32 the quantities of ANALOG carry the number of their pin.
            quantity = key.rstrip("0123456789") if source == "ANALOG" else key
            known = quantity in READINGS and len(key) < MOST_KEY
            if known and (value is None or number_in(value) is not None):
                found.append(Quantity(source=source, key=key, capability=READINGS[quantity]))
    return tuple(found[:MOST_QUANTITIES])


def sensors(told: Announcement, measured: tuple[Quantity, ...], called: str) -> Iterator[Part]:
    """One device for all that is measured; one for each sensor where two measure the same.

    Args:
        told: The device.
        measured: What it measures.
        called: The name of what measures all of it.
    """
    sources: dict[str, dict[str, Binding]] = {}
    for one in measured:
        mine = sources.setdefault(one.source, {})
        mine.setdefault(one.capability, _reading(one.capability, (one.source, one.key)))
    names = [name for mine in sources.values() for name in mine]
    if len(names) > len(set(names)):
        for source, mine in sources.items():
            slug, name = f"sensors/{source}", f"{called} {source}"
            yield _sensor(told, slug, name, tuple(mine.values()))
        return
    together = [binding for mine in sources.values() for binding in mine.values()]
    if together:
        yield _sensor(told, "sensors", called, tuple(together))


def _sensor(told: Announcement, slug: str, name: str, bindings: tuple[Binding, ...]) -> Part:
    return Part(
        id=f"tasmota:{told.mac}/{slug}",
        name=name,
        kind="sensor",
        device_class=bindings[0].capability.name,
        bindings=bindings,
        measures=True,
    )


def battery() -> Binding:
    """The charge that a device tells of itself."""
    return _reading("battery", ("BatteryPercentage",))


def _reading(name: str, path: Path) -> Binding:
    return Binding(capability=able(name, settable=False), reads=((path, Number()),))
