"""Switches and plugs, and requests that cover devices of several kinds."""

from device.skills.device_skill import DeviceSkill


class Switches(DeviceSkill):
    """Whatever is only on or off."""

    name = "switches"
    kinds = frozenset({"switch", "humidifier", "siren", "water_heater", "input_boolean"})


class House(DeviceSkill):
    """Several kinds of devices at once: "turn off the kitchen", "everything off"."""

    name = "house"
    kinds = frozenset({"*"})


class Scenes(DeviceSkill):
    """Scenes, scripts and buttons: activated, never left."""

    name = "scenes"
    kinds = frozenset({"scene", "script", "button", "input_button"})
