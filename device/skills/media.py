"""Players: play, pause, volume."""

from typing import ClassVar

from device.context import Context, Device
from device.events import Request
from device.skills.device_skill import SWITCHING, DeviceSkill, Needs
from device.skills.powers import Orders, can, numeric, order, stepped

VOLUME_STEP = 10
"""What "louder" adds, per cent."""


class Media(DeviceSkill):
    """Televisions, radios, loudspeakers."""

    name = "media"
    intents = SWITCHING | {
        "HassMediaPause",
        "HassMediaUnpause",
        "HassSetVolume",
        "HassSetVolumeRelative",
    }
    kinds = frozenset({"media_player"})
    needs: ClassVar[Needs] = {
        "HassSetVolume": ("How loud, in percent?", ("volume_level",)),
        "HassSetVolumeRelative": ("Up or down?", ("volume_step",)),
    }

    def orders(self, device: Device, request: Request, context: Context) -> Orders | str:
        """Play, pause, or a volume."""
        if request.intent in SWITCHING:
            return super().orders(device, request, context)
        if request.intent in ("HassMediaPause", "HassMediaUnpause"):
            if not can(device, "media"):
                return "can't be paused"
            return order(
                device, "media", "paused" if request.intent == "HassMediaPause" else "playing"
            )
        if not can(device, "volume"):
            return "can't change its volume"
        if request.intent == "HassSetVolumeRelative":
            step = request.slot("volume_step")
            return stepped(device, "volume", step, context, size=VOLUME_STEP)
        return numeric(device, "volume", request.slot("volume_level"))
