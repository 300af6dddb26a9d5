"""What only tells: sensors and binary sensors. What fits no capability of ours stays out."""

from collections.abc import Mapping
from types import MappingProxyType

from device.home.codecs import Codec, Number
from device.home.homeassistant.bindings import Numeric, Parts, ValueSource, reading
from device.home.homeassistant.codecs import Degrees, switched, words
from device.home.homeassistant.options import Options

_BINARY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("door", "window", "garage_door", "opening"), "contact"),
        **dict.fromkeys(("motion", "occupancy", "presence", "moving"), "occupancy"),
        "lock": "lock",
        "moisture": "leak",
        "smoke": "smoke",
    }
)
"""Home Assistant's device class -> our capability."""

_UNITS: Mapping[str, str] = MappingProxyType(
    {"°C": "temperature", "°F": "temperature", "lx": "illuminance"}
)
"""What a sensor without a device class measures, by its unit."""

_NUMBERS = frozenset({"temperature", "humidity", "battery", "illuminance"})


def measures(options: Options) -> str:
    """What a sensor tells: one of our capabilities, or "".

    Raises:
        HomeError: Its class or unit is no word.
    """
    kind = options.text("device_class", "")
    found = kind or _UNITS.get(options.text("unit_of_measurement", ""), "")
    return found if found in _NUMBERS else ""


def sensor(options: Options) -> Parts:
    """A measurement.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    name = measures(options)
    if not name:
        return Parts()
    codec: Codec = Number()
    if name == "temperature":
        unit = options.text("unit_of_measurement", "°C").upper().lstrip("°")[:1]
        codec = Degrees(unit=unit)
    return _told(options, name, Numeric(codec=codec))


def binary_sensor(options: Options) -> Parts:
    """A yes or no.

    Raises:
        HomeError: As `sensor`.
    """
    name = _BINARY.get(options.text("device_class", ""))
    if name is None:
        return Parts()
    on, off = options.text("payload_on", "ON"), options.text("payload_off", "OFF")
    codec: Codec = switched(on, off)
    if name == "contact":
        codec = words({"open": on, "closed": off})
    elif name == "lock":
        codec = words({"unlocked": on, "locked": off})
    return _told(options, name, codec)


def _told(options: Options, name: str, codec: Codec) -> Parts:
    source = ValueSource(
        topic=options.needed_topic("state_topic"),
        capability=name,
        codec=codec,
        template=options.template("value_template"),
    )
    return Parts(capabilities=(reading(name),), sources=(source,))
