"""Lights: on and off, brightness, colour, warmth."""

from typing import ClassVar

from device.context import Context, Device
from device.events import Request
from device.skills.device_skill import SWITCHING, DeviceSkill, Needs
from device.skills.powers import Orders, can, numeric, order, stepped

BRIGHTNESS_STEP = 20
"""What "brighter" adds, per cent."""

WARMTH_STEP_K = 500
"""What "cooler" light adds, kelvin."""


class Lights(DeviceSkill):
    """Lamps of all sorts."""

    name = "lights"
    intents = SWITCHING | {"HassLightSet"}
    kinds = frozenset({"light"})
    needs: ClassVar[Needs] = {
        "HassLightSet": (
            "How bright should it be, in percent?",
            ("brightness", "brightness_step", "color", "temperature", "temperature_step"),
        )
    }

    def orders(self, device: Device, request: Request, context: Context) -> Orders | str:
        """On or off, or each setting that was asked for."""
        if request.intent != "HassLightSet":
            return super().orders(device, request, context)
        commands: list[Orders] = []
        for slot in request.slots:
            answer = _setting(device, slot.name, request, context)
            if isinstance(answer, str):
                return answer
            commands.append(answer)
        return tuple(command for part in commands for command in part)


def _setting(device: Device, slot: str, request: Request, context: Context) -> Orders | str:
    """The order for one slot; empty for slots that are no setting."""
    value = request.slot(slot)
    if slot in ("brightness", "brightness_step"):
        if not can(device, "brightness"):
            return "can't be dimmed"
        if slot == "brightness_step":
            return stepped(device, "brightness", value, context, size=BRIGHTNESS_STEP)
        if value == 0 and can(device, "power"):
            return order(device, "power", "off")
        return numeric(device, "brightness", value)
    if slot == "color":
        if not can(device, "color"):
            return "can't change color"
        return order(device, "color", str(value))
    if slot in ("temperature", "temperature_step"):
        if not can(device, "color_temperature"):
            return "can't make its white warmer or cooler"
        if slot == "temperature_step":
            return stepped(device, "color_temperature", value, context, size=WARMTH_STEP_K)
        return numeric(device, "color_temperature", value)
    return ()
