"""What a Tasmota device consists of: relays, lights, shutters, a fan, switches, sensors.

Each is a device of ours. What the sensors measure is one more: they tell of the room, not of
what is switched.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from device.home.codecs import Mireds, Scale
from device.home.tasmotacodecs import Channels, Gears, HueSaturation, Opening, Turning
from device.home.tasmotaconfig import LIGHT, RELAY, SHUTTER, Announcement, named_by_owner
from device.home.tasmotapart import Binding, Part, able, bound, on_off
from device.home.tasmotasensing import Quantity, battery, sensors, switches

DIMMED, WARM, RGB, RGBW, RGBCW = 1, 2, 3, 4, 5
"""Kinds of lights by their channels (`lt_st`)."""

MIREDS = (153, 500)
REDUCED_MIREDS = (200, 380)
"""Range of white with SetOption82."""


def parts_of(told: Announcement, measured: tuple[Quantity, ...]) -> tuple[Part, ...]:
    """What a device consists of.

    Args:
        told: Its `config`.
        measured: What its `sensors` tell of; empty where it told none.
    """
    acting = [*_relays(told), *_shutters(told), *_fan(told)]
    own, other = told.device_name, "" if not acting else " switch"
    wired = list(switches(told, f"{own}{other}"))
    sensing = list(sensors(told, measured, f"{own} sensor" if acting or wired else own))
    if not acting and len(wired) == len(sensing) == 1:
        # A contact that measures the temperature besides is one thing on one window.
        both = wired[0].bindings + sensing[0].bindings
        wired, sensing = [replace(wired[0], bindings=both)], []
    parts = [*acting, *wired, *sensing]
    charged = {c.name for part in parts for c in part.capabilities}
    if told.battery and "battery" not in charged and parts:
        parts[-1] = replace(parts[-1], bindings=(*parts[-1].bindings, battery()))
    return tuple(parts)


def _name(told: Announcement, index: int, count: int) -> str:
    """What the relay `index` is called: by its friendly name, else by the device's."""
    given = told.names[index] if index < len(told.names) else None
    if named_by_owner(given):
        return (given or "").strip()
    return told.device_name if count == 1 else f"{told.device_name} {index + 1}"


def _power(told: Announcement, index: int) -> Binding:
    alone = sum(1 for relay in told.relays if relay) == 1 and index == 0
    words = on_off(told)
    # With one relay a device says POWER, and with SetOption26 POWER1.
    keys = (f"POWER{index + 1}", "POWER")[: 2 if index == 0 else 1]
    return Binding(
        capability=able("power"),
        reads=tuple(((key,), words) for key in keys),
        writes=words,
        commands=("POWER" if alone else f"POWER{index + 1}",),
    )


def _relays(told: Announcement) -> Iterator[Part]:
    """Switches and lights."""
    count = sum(1 for relay in told.relays if relay in (RELAY, LIGHT))
    first = next((i for i, relay in enumerate(told.relays) if relay == LIGHT), 0)
    for index, relay in enumerate(told.relays):
        if relay not in (RELAY, LIGHT):
            continue
        power, bindings = _power(told, index), list[Binding]()
        if relay == LIGHT:
            bindings = _light(told, index, place=index - first, power=power)
        lamp = relay == LIGHT or told.option(30)
        yield Part(
            id=f"tasmota:{told.mac}/{'light' if lamp else 'relay'}{index + 1}",
            name=_name(told, index, count),
            kind="light" if lamp else "switch",
            bindings=(power, *bindings),
            whites=bool(bindings) and told.linked and not told.option(68) and told.channels >= RGBW,
        )


def _light(told: Announcement, index: int, *, place: int, power: Binding) -> list[Binding]:
    """What a light can do besides being on.

    Args:
        told: The device.
        index: The light's relay.
        place: Which of the device's lights it is.
        power: How it is turned on, for lights that stay off when dimmed (SetOption20).
    """
    channels, dimmer, command = told.channels, "Dimmer", "Dimmer3" if told.tuya else "Dimmer"
    if told.option(68):
        channels, dimmer = DIMMED, f"Channel{index + 1}"
        command = dimmer
    elif not told.linked and channels >= RGBW:
        # Colour and white are two lights, each with a dimmer of its own.
        dimmer = command = f"Dimmer{place + 1}"
        channels = RGB if place == 0 else WARM if channels == RGBCW else DIMMED
    found: list[Binding] = []
    if channels >= DIMMED:
        on = ((power.commands[0], told.on),) if told.option(20) else ()
        found.append(bound("brightness", dimmer, Scale(), command, then=on))
    if channels in (WARM, RGBCW):
        low, high = REDUCED_MIREDS if told.option(82) else MIREDS
        capability = able(
            "color_temperature", minimum=math.floor(1e6 / high), maximum=math.ceil(1e6 / low)
        )
        found.append(
            replace(bound("color_temperature", "CT", Mireds(), "CT"), capability=capability)
        )
    if channels in (RGB, RGBW, RGBCW):
        hue = HueSaturation()
        found.append(
            Binding(
                capability=able("color"),
                reads=((("HSBColor",), hue), (("Color",), Channels())),
                writes=hue,
                commands=("HSBColor1", "HSBColor2"),
            )
        )
    return found


def _shutters(told: Announcement) -> Iterator[Part]:
    """Covers: each takes two relays that follow one another."""
    starts: list[int] = []
    for index, relay in enumerate(told.relays):
        both = told.relays[index : index + 2] == (SHUTTER, SHUTTER)
        if both and (not starts or index > starts[-1] + 1):
            starts.append(index)
        elif relay == SHUTTER and not (starts and index == starts[-1] + 1):
            return  # A shutter of one relay: what follows cannot be counted.
    for place, index in enumerate(starts):
        number = place + 1
        opening = Opening(inverted=place < len(told.inverted) and told.inverted[place])
        position = Binding(
            capability=able("position"),
            reads=(((f"Shutter{number}", "Position"), opening),),
            writes=opening,
            commands=(f"ShutterPosition{number}",),
            stops=f"ShutterStop{number}",
        )
        yield Part(
            id=f"tasmota:{told.mac}/shutter{number}",
            name=_name(told, index, len(starts)),
            kind="cover",
            bindings=(position,),
            measures=True,
        )


def _fan(told: Announcement) -> Iterator[Part]:
    if told.fan:
        yield Part(
            id=f"tasmota:{told.mac}/fan",
            name=told.device_name,
            kind="fan",
            bindings=(
                bound("power", "FanSpeed", Turning(), "FanSpeed"),
                bound("fan_speed", "FanSpeed", Gears(), "FanSpeed"),
            ),
        )
