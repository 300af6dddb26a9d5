"""How devices stand now, as settings: "just as it is now"."""

from collections.abc import Iterable, Sequence

from device.concepts import Setting
from device.context import Context, Device
from device.events import Value

_KEPT = ("position", "lock", "target_temperature", "mode", "volume", "media")
"""What tells how a device stands, whether or not it is switched on; of lamps see `_lit`."""


def standing(device: Device, context: Context) -> tuple[tuple[str, Value], ...]:
    """What a device would have to be sent to stand as it does now; empty where nobody knows.

    Of a lamp that is off only that counts. A lamp that is on has one colour: the named one or
    the white tone, whichever was reported last.
    """
    power = context.value(device.id, "power")
    if power == "off":
        return (("power", "off"),)
    found: list[tuple[str, Value]] = []
    for name in ("brightness", "fan_speed", *_tones(device, context), *_KEPT):
        capability = device.capability(name)
        value = context.value(device.id, name)
        if capability is not None and capability.settable and value is not None:
            found.append((name, value))
    if not found and power is not None:
        found.append(("power", power))
    return tuple(found)


def _tones(device: Device, context: Context) -> Sequence[str]:
    color = context.reading(device.id, "color")
    white = context.reading(device.id, "color_temperature")
    if color is None or white is None:
        return ("color", "color_temperature")
    return ("color",) if color.at > white.at else ("color_temperature",)


def as_they_are(devices: Iterable[Device], context: Context, *, same: bool) -> tuple[Setting, ...]:
    """Settings that put devices back to how they stand now.

    Args:
        devices: Which.
        context: How they stand.
        same: Whether they are what the request names: what all of them share is then set on
            whatever a later request names.
    """
    known = [(d, standing(d, context)) for d in devices]
    known = [(d, stand) for d, stand in known if stand]
    if not known:
        return ()
    if same and all(stand == known[0][1] for _, stand in known):
        return tuple(Setting(capability=c, value=v) for c, v in known[0][1])
    return tuple(
        Setting(capability=c, value=v, devices=(context.home.label(d),))
        for d, stand in known
        for c, v in stand
    )
