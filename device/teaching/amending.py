"""Corrections of an offer that do not say the whole: "no, sixty five", "no, the floor lamp"."""

from collections.abc import Sequence
from dataclasses import replace

from device.concepts import Setting
from device.context import Device, Home
from device.teaching.abilities import can


def corrected(setting: Setting, held: Sequence[Setting], home: Home) -> list[tuple[str, ...]]:
    """The devices whose value a value without a device corrects.

    Args:
        setting: The new value.
        held: What was offered, each setting for one device or for whatever is asked.
        home: Where the devices are.

    Returns:
        Labels, as settings have them; none where something was offered for whatever is asked, or
        different things of several devices.
    """
    if not all(s.devices for s in held):
        return []
    alike = [s for s in held if s.capability == setting.capability]
    if not alike and len({s.devices for s in held}) == 1:
        here = [d for d in home.devices if home.label(d) in held[0].devices]
        alike = [*held[:1]] if all(can(d, setting.capability) for d in here) else []
    return [s.devices for s in alike] if len({s.value for s in alike}) == 1 else []


def moved(offered: Sequence[Setting], devices: Sequence[Device], home: Home) -> list[Setting]:
    """What was offered for one device, for others; as it was where they cannot do it.

    Args:
        offered: The settings.
        devices: Those that were named instead.
        home: Where they are.
    """
    if len({s.devices for s in offered}) != 1 or not all(s.devices for s in offered):
        return [*offered]
    return [
        replace(setting, devices=(home.label(device),))
        for setting in offered
        for device in devices
        if can(device, setting.capability)
    ] or [*offered]
