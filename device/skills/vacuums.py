"""Vacuums and mowers."""

from device.context import Context, Device
from device.events import Request
from device.skills.device_skill import SWITCHING, DeviceSkill
from device.skills.powers import Orders, can, order

_WANTED = {
    "HassVacuumStart": ("vacuum", "cleaning"),
    "HassVacuumReturnToBase": ("vacuum", "docked"),
    "HassLawnMowerStartMowing": ("mower", "mowing"),
    "HassLawnMowerDock": ("mower", "docked"),
}


class Vacuums(DeviceSkill):
    """Robots that leave their dock and come back."""

    name = "vacuums"
    intents = SWITCHING | frozenset(_WANTED) | {"HassVacuumCleanArea"}
    kinds = frozenset({"vacuum", "lawn_mower"})

    def orders(self, device: Device, request: Request, context: Context) -> Orders | str:
        """Start or return."""
        if request.intent in SWITCHING:
            return super().orders(device, request, context)
        if request.intent == "HassVacuumCleanArea":
            return "can't be sent to one room"
        capability, value = _WANTED[request.intent]
        if not can(device, capability):
            return "can't be started or sent home"
        return order(device, capability, value)
