"""Sensors, on devices of their own and beside other things."""

from collections.abc import Sequence

from device.home.payloads import number_in, written
from simulator.hass.entity import Entity, Word, kept, text, translated
from simulator.hass.style import Style
from simulator.homefile import Furnished
from simulator.things import Raw

UNITS = {"temperature": "°C", "humidity": "%", "battery": "%", "illuminance": "lx"}
CLASSES = {"contact": "door", "occupancy": "occupancy", "leak": "moisture", "smoke": "smoke"}
"""Home Assistant's usual device class for what a binary sensor tells."""
OPENINGS = ("door", "window", "garage_door", "opening")
MOTIONS = ("motion", "occupancy", "presence")


def sensed(device: Furnished, names: Sequence[str], style: Style, *, alone: bool) -> list[Entity]:
    """An entity for each of these readings.

    Args:
        device: What has them.
        names: Capabilities.
        style: In the second variant all of them come in one JSON, and degrees in Fahrenheit.
        alone: Whether they are what the device is there for; the first one is then the device's
            own.
    """
    joined = alone and style.variant == 1
    fahrenheit = joined and "temperature" in names

    def everything(raw: Raw) -> bytes:
        told: Raw = {}
        for name in names:
            told[name] = raw[name]
            if name == "temperature" and fahrenheit:
                told[name] = round((number_in(raw[name]) or 0) * 1.8 + 32, 2)
        return written(told)

    entities = []
    for place, name in enumerate(names):
        config: Raw = {
            "state_topic": "~/state" if joined else f"~/{name}",
            **_classes(name, device),
        }
        if joined:
            config["value_template"] = f"{{{{ value_json.{name} }}}}"
        if name in UNITS:
            word = kept(name)
            unit = "°F" if name == "temperature" and fahrenheit else UNITS[name]
            config |= {"unit_of_measurement": unit, "state_class": "measurement"}
        else:
            word = _binary(name)
            config |= {"payload_on": "ON", "payload_off": "OFF"}
        entities.append(
            Entity(
                component="sensor" if name in UNITS else "binary_sensor",
                key="" if alone and place == 0 else name,
                config=config,
                words={name: word},
                says={"state": everything} if joined else {name: text(name)},
            )
        )
    return entities


def _binary(name: str) -> Word:
    """ON stands for open, wet, burning, and somebody there."""
    if name == "contact":
        return translated(name, {"open": "ON", "closed": "OFF"})
    return translated(name, {"on": "ON", "off": "OFF"})


def _classes(name: str, device: Furnished) -> Raw:
    """Home Assistant's device class and category."""
    if name == "battery":
        return {"device_class": "battery", "entity_category": "diagnostic"}
    if name in UNITS:
        return {"device_class": name}
    own = {"contact": OPENINGS, "occupancy": MOTIONS}.get(name, ())
    return {"device_class": device.device_class if device.device_class in own else CLASSES[name]}
