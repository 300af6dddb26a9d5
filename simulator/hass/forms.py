"""What Home Assistant's MQTT discovery has of each kind of device, and the entities of one."""

from collections.abc import Callable, Mapping

from simulator.hass import appliances, climates, lights, openings
from simulator.hass.entity import Entity
from simulator.hass.sensors import CLASSES, UNITS, sensed
from simulator.hass.style import Style
from simulator.homefile import Furnished

Form = Callable[[Furnished, Style], Entity]

KINDS: Mapping[str, tuple[Form, frozenset[str]]] = {
    "light": (lights.light, frozenset({"power", "brightness", "color", "color_temperature"})),
    "switch": (appliances.switch, frozenset({"power"})),
    "siren": (appliances.siren, frozenset({"power"})),
    "cover": (openings.cover, frozenset({"position"})),
    "valve": (openings.valve, frozenset({"position"})),
    "lock": (openings.lock, frozenset({"lock"})),
    "climate": (climates.climate, frozenset({"target_temperature", "temperature", "mode"})),
    "water_heater": (
        climates.water_heater,
        frozenset({"power", "target_temperature", "temperature", "mode"}),
    ),
    "humidifier": (climates.humidifier, frozenset({"power", "humidity", "mode"})),
    "fan": (climates.fan, frozenset({"power", "fan_speed", "mode"})),
    "vacuum": (appliances.vacuum, frozenset({"vacuum"})),
    "lawn_mower": (appliances.lawn_mower, frozenset({"mower"})),
    "alarm_control_panel": (appliances.alarm_control_panel, frozenset({"mode"})),
    "select": (appliances.select, frozenset({"mode"})),
    "scene": (appliances.scene, frozenset({"scene"})),
    "button": (appliances.button, frozenset({"scene"})),
}
"""Kind -> how to make its entity, and what that can do."""
NEEDS: Mapping[str, frozenset[str]] = {
    "climate": frozenset({"target_temperature", "temperature", "mode"}),
    "water_heater": frozenset({"power", "target_temperature", "temperature"}),
    "humidifier": frozenset({"power", "humidity"}),
}
"""What Home Assistant wants of a kind, besides its first capability."""
SENSES = frozenset(UNITS) | frozenset(CLASSES)
"""What any device may tell besides."""


def speaks_homeassistant(device: Furnished) -> bool:
    """Whether Home Assistant's MQTT discovery has such a device."""
    has = set(device.capabilities)
    if device.kind in ("sensor", "binary_sensor"):
        return bool(has) and has <= SENSES
    if device.kind not in KINDS:
        return False
    can = KINDS[device.kind][1]
    switchable = device.kind not in ("light", "fan") or "power" in has
    return (
        bool(has & can)
        and has <= can | SENSES
        and has >= NEEDS.get(device.kind, has & can)
        and (switchable)
    )


def entities_of(device: Furnished, style: Style) -> list[Entity]:
    """The entities of one device, the one that it is there for first."""
    if device.kind in ("sensor", "binary_sensor"):
        return sensed(device, device.capabilities, style, alone=True)
    make, can = KINDS[device.kind]
    beside = [name for name in device.capabilities if name not in can]
    return [make(device, style), *sensed(device, beside, style, alone=False)]
