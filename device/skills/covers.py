"""Covers and valves: open, close, stop, part of the way."""

from typing import ClassVar

from device.context import Context, Device
from device.events import Request
from device.skills.device_skill import SWITCHING, DeviceSkill, Needs
from device.skills.powers import Orders, can, numeric, order, stepped

POSITION_STEP = 20
"""What "a bit further" means, per cent of the way."""


class Covers(DeviceSkill):
    """Blinds, curtains, garage doors, gates, valves; 100 % is open."""

    name = "covers"
    intents = SWITCHING | {"HassSetPosition", "HassStopMoving"}
    kinds = frozenset({"cover", "valve"})
    needs: ClassVar[Needs] = {
        "HassSetPosition": ("How far open, in percent?", ("position", "position_step")),
    }

    def orders(self, device: Device, request: Request, context: Context) -> Orders | str:
        """All the way, part of the way, or stop."""
        if request.intent in SWITCHING:
            return super().orders(device, request, context)
        if not can(device, "position"):
            return "can't stop part of the way"
        if request.intent == "HassStopMoving":
            return order(device, "position", "stop")
        step = request.slot("position_step")
        if step is not None:
            return stepped(device, "position", step, context, size=POSITION_STEP)
        return numeric(device, "position", request.slot("position"))
