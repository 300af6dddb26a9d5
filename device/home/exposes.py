"""Zigbee2MQTT's `exposes`: what a Zigbee device says it can do, as our capabilities.

A device is one part, or one part for each endpoint that switches something by itself (the
two halves of a double wall switch). What is exposed and fits no capability is left out.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from device.context import Capability
from device.home.capabilities import RULES
from device.home.codecs import Codec, ColorHs, ColorXy, Mireds, Number, Scale, Steps, Words
from device.home.payloads import Json, number_in, objects_in, text_in

PUBLISHED, SET, GET = 1, 2, 4
"""Bits of an expose's `access`."""

SPECIFIC = ("light", "cover", "lock", "climate", "fan", "switch")
"""Kinds that a part can be, the most telling first."""

SETPOINTS = (
    "occupied_heating_setpoint",
    "current_heating_setpoint",
    "occupied_cooling_setpoint",
    "current_cooling_setpoint",
)

CLASSES = {
    "contact": "opening",
    "occupancy": "motion",
    "leak": "moisture",
    "smoke": "smoke",
    "temperature": "temperature",
    "humidity": "humidity",
    "illuminance": "illuminance",
    "battery": "battery",
}
"""Home Assistant's device class for a sensor by its first reading."""

BINARY = frozenset({"contact", "occupancy", "leak", "smoke"})

SPEEDS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where one capability stands in a device's JSON, and how it is written there."""

    capability: Capability
    properties: tuple[str, ...]
    """Keys to read it from, the most telling first."""
    codec: Codec
    key: str
    """Key to write it to."""
    gettable: bool = False
    """Whether the device can be asked for it."""
    stops: str | None = None
    """For covers: the key that takes STOP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that a Zigbee device is."""

    endpoint: str
    """"" for the device as a whole."""
    kind: str
    device_class: str
    bindings: tuple[Binding, ...]


Feature = dict[str, Json]


def parts_of(exposes: Json) -> tuple[Part, ...]:
    """What a device is, from its `definition.exposes`.

    Args:
        exposes: Anything; what is not as Zigbee2MQTT writes it is left out.

    Returns:
        Its parts in the order in which they are exposed, only those that can do something.
    """
    found: dict[str, dict[str, Binding]] = {}
    kinds: dict[str, set[str]] = {}
    for kind, endpoint, bindings in _exposed(exposes):
        mine = found.setdefault(endpoint, {})
        kinds.setdefault(endpoint, set()).add(kind)
        for binding in bindings:
            mine.setdefault(binding.capability.name, binding)
    return tuple(
        _part(endpoint, kinds[endpoint], tuple(bindings.values()))
        for endpoint, bindings in found.items()
        if bindings
    )


def _part(endpoint: str, kinds: set[str], bindings: tuple[Binding, ...]) -> Part:
    kind = next((kind for kind in SPECIFIC if kind in kinds), None)
    if kind is not None:
        return Part(endpoint=endpoint, kind=kind, device_class="", bindings=bindings)
    names = [binding.capability.name for binding in bindings]
    first = next((n for n in CLASSES if n in names), names[0])
    kind = "binary_sensor" if first in BINARY else "sensor"
    return Part(
        endpoint=endpoint, kind=kind, device_class=CLASSES.get(first, ""), bindings=bindings
    )


def _exposed(exposes: Json) -> Iterator[tuple[str, str, list[Binding]]]:
    """Kind, endpoint and bindings of each expose."""
    for expose in objects_in(exposes):
        kind = text_in(expose.get("type")) or ""
        endpoint = text_in(expose.get("endpoint")) or ""
        if kind in SPECIFIC:
            features = {text_in(f.get("name")) or "": f for f in objects_in(expose.get("features"))}
            if _is_setting(kind, features):
                continue
            yield kind, endpoint, _SPECIFIC_BINDINGS[kind](features)
        else:
            yield "", endpoint, _reading(expose)


def _is_setting(kind: str, features: dict[str, Feature]) -> bool:
    """Whether this sets how a device works: a child lock locks no door, window detection no plug.

    Zigbee2MQTT exposes such settings as locks and switches whose property is not `state`.
    """
    feature = features.get("state")
    if kind not in ("lock", "switch") or feature is None:
        return False
    key = text_in(feature.get("property")) or "state"
    return key != "state" and not key.startswith("state_")


def _state(features: dict[str, Feature]) -> list[Binding]:
    """`power` from the binary feature `state`."""
    feature = features.get("state")
    if feature is None:
        return []
    on, off = feature.get("value_on", "ON"), feature.get("value_off", "OFF")
    return _bound("power", feature, Words(sent=MappingProxyType({"on": on, "off": off})))


def _light(features: dict[str, Feature]) -> list[Binding]:
    bindings = _state(features)
    if brightness := features.get("brightness"):
        high = number_in(brightness.get("value_max")) or 254
        bindings += _bound("brightness", brightness, Scale(high=max(1, high)))
    if warmth := features.get("color_temp"):
        least, most = number_in(warmth.get("value_min")), number_in(warmth.get("value_max"))
        bindings += _bound(
            "color_temperature",
            warmth,
            Mireds(),
            minimum=math.floor(1e6 / most) if most and most >= 1 else None,
            maximum=math.ceil(1e6 / least) if least and least >= 1 else None,
        )
    if color := features.get("color_xy"):
        bindings += _bound("color", color, ColorXy())
    elif color := features.get("color_hs"):
        bindings += _bound("color", color, ColorHs())
    return bindings


def _cover(features: dict[str, Feature]) -> list[Binding]:
    state, position = features.get("state"), features.get("position")
    stops = None if state is None else text_in(state.get("property"))
    if position is not None:
        return _bound("position", position, Number(), minimum=0, maximum=100, stops=stops)
    if state is None:
        return []
    ends = Words(sent=MappingProxyType({100: "OPEN", 0: "CLOSE"}))
    return _bound("position", state, ends, minimum=0, maximum=100, stops=stops)


def _lock(features: dict[str, Feature]) -> list[Binding]:
    state = features.get("state")
    if state is None:
        return []
    codec = Words(
        sent=MappingProxyType(
            {
                "locked": state.get("value_on", "LOCK"),
                "unlocked": state.get("value_off", "UNLOCK"),
            }
        ),
        heard=(("locked", "locked"), ("unlocked", "unlocked"), ("not_fully_locked", "unlocked")),
    )
    detail = text_in(features.get("lock_state", {}).get("property"))
    return _bound("lock", state, codec, before=() if detail is None else (detail,))


def _climate(features: dict[str, Feature]) -> list[Binding]:
    bindings = _state(features)
    setpoint = next((features[name] for name in SETPOINTS if name in features), None)
    if setpoint is not None:
        low, high = _range(setpoint)
        bindings += _bound("target_temperature", setpoint, Number(), minimum=low, maximum=high)
    if local := features.get("local_temperature"):
        bindings += _bound("temperature", local, Number())
    if mode := features.get("system_mode"):
        bindings += _mode(mode)
    return bindings


def _fan(features: dict[str, Feature]) -> list[Binding]:
    bindings = _state(features)
    speed, mode = features.get("speed"), features.get("mode")
    if speed is not None:
        high = number_in(speed.get("value_max")) or 100
        bindings += _bound("fan_speed", speed, Scale(high=max(1, high)))
    if mode is None:
        return bindings
    words = _words_in(mode)
    steps = tuple(word for word in SPEEDS if word in words)
    if speed is None and steps:
        rest = ("off",) if "off" in words else ()
        bindings += _bound("fan_speed", mode, Steps(words=steps, rest=rest))
    if not bindings and "off" in words:
        on = "on" if "on" in words else next((w for w in words if w != "off"), "on")
        heard: tuple[tuple[Json, str], ...] = tuple((w, "on") for w in words if w != "off")
        power = Words(sent=MappingProxyType({"on": on, "off": "off"}), heard=heard)
        bindings += _bound("power", mode, power)
    return [*bindings, *_mode(mode)]


_SPECIFIC_BINDINGS: dict[str, Callable[[dict[str, Feature]], list[Binding]]] = {
    "light": _light,
    "switch": _state,
    "cover": _cover,
    "lock": _lock,
    "climate": _climate,
    "fan": _fan,
}


def _reading(expose: Feature) -> list[Binding]:
    """A generic expose that is one of our readings."""
    name = text_in(expose.get("name"))
    yes: Words = Words(sent=MappingProxyType({"on": True, "off": False}))
    closed: Words = Words(sent=MappingProxyType({"closed": True, "open": False}))
    codecs: dict[str, tuple[str, Codec]] = {
        "temperature": ("temperature", Number()),
        "local_temperature": ("temperature", Number()),
        "humidity": ("humidity", Number()),
        "battery": ("battery", Number()),
        "illuminance": ("illuminance", Number()),
        "illuminance_lux": ("illuminance", Number()),
        "contact": ("contact", closed),
        "occupancy": ("occupancy", yes),
        "presence": ("occupancy", yes),
        "water_leak": ("leak", yes),
        "smoke": ("smoke", yes),
    }
    if name not in codecs:
        return []
    capability, codec = codecs[name]
    return _bound(capability, {**expose, "access": _access(expose) & ~SET}, codec)


def _mode(feature: Feature) -> list[Binding]:
    words = _words_in(feature)
    codec = Words(sent=MappingProxyType({word: word for word in words}))
    return _bound("mode", feature, codec, options=words) if words else []


def _bound(
    name: str,
    feature: Feature,
    codec: Codec,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    options: tuple[str, ...] = (),
    stops: str | None = None,
    before: tuple[str, ...] = (),
) -> list[Binding]:
    """One binding, or none when the feature names no property."""
    key = text_in(feature.get("property")) or text_in(feature.get("name"))
    if not key:
        return []
    access = _access(feature)
    rule = RULES[name]
    capability = Capability(
        name=name,
        minimum=rule.minimum if minimum is None else minimum,
        maximum=rule.maximum if maximum is None else maximum,
        options=options or rule.words,
        settable=bool(access & SET),
    )
    return [
        Binding(
            capability=capability,
            properties=(*before, key),
            codec=codec,
            key=key,
            gettable=bool(access & GET),
            stops=stops,
        )
    ]


def _access(feature: Feature) -> int:
    access = feature.get("access")
    if isinstance(access, int) and not isinstance(access, bool) and 0 <= access <= 7:
        return access
    return PUBLISHED if "value_on" not in feature and "features" not in feature else 7


def _range(feature: Feature) -> tuple[float | None, float | None]:
    low, high = number_in(feature.get("value_min")), number_in(feature.get("value_max"))
    return (None, None) if low is not None and high is not None and low > high else (low, high)


def _words_in(feature: Feature) -> tuple[str, ...]:
    values = feature.get("values")
    words = values if isinstance(values, list) else []
    return tuple(dict.fromkeys(word for word in words if isinstance(word, str) and word))
