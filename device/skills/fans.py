"""Fans: on and off, speed."""

from typing import ClassVar

from device.context import Context, Device
from device.events import Request
from device.skills.device_skill import SWITCHING, DeviceSkill, Needs
from device.skills.powers import Orders, can, numeric, order, stepped

SPEED_STEP = 25
"""What "faster" adds, per cent."""


class Fans(DeviceSkill):
    """Fans and ventilation."""

    name = "fans"
    intents = SWITCHING | {"HassFanSetSpeed"}
    kinds = frozenset({"fan"})
    needs: ClassVar[Needs] = {
        "HassFanSetSpeed": ("How fast, in percent?", ("percentage", "percentage_step")),
    }

    def orders(self, device: Device, request: Request, context: Context) -> Orders | str:
        """On or off, or a speed."""
        if request.intent != "HassFanSetSpeed":
            return super().orders(device, request, context)
        if not can(device, "fan_speed"):
            return "can't change speed"
        step = request.slot("percentage_step")
        if step is not None:
            return stepped(device, "fan_speed", step, context, size=SPEED_STEP)
        value = request.slot("percentage")
        if value == 0 and can(device, "power"):
            return order(device, "power", "off")
        return numeric(device, "fan_speed", value)
