"""Players: play, pause, volume."""

from dataclasses import replace
from typing import ClassVar

from device.context import Context, Device
from device.effects import Plan
from device.events import Request
from device.skills.device_skill import SWITCHING, DeviceSkill, Needs
from device.skills.powers import Orders, can, numeric, order, stepped

VOLUME_STEP = 10
"""What "louder" adds, per cent."""

CANNOT_SEARCH = "I can't choose what it plays."

_PLAYING = {
    "HassMediaPause": "paused",
    "HassMediaUnpause": "playing",
    "HassMediaSearchAndPlay": "playing",
}


class Media(DeviceSkill):
    """Televisions, radios, loudspeakers."""

    name = "media"
    intents = SWITCHING | {
        "HassMediaPause",
        "HassMediaUnpause",
        "HassMediaPlayerMute",
        "HassMediaSearchAndPlay",
        "HassMediaPlayerUnmute",
        "HassSetVolume",
        "HassSetVolumeRelative",
    }
    kinds = frozenset({"media_player"})
    needs: ClassVar[Needs] = {
        "HassSetVolume": ("How loud, in percent?", ("volume_level",)),
        "HassSetVolumeRelative": ("Up or down?", ("volume_step",)),
    }

    def plan(self, request: Request, context: Context) -> Plan:
        """Orders for the players; none of them can be told what to play."""
        plan = super().plan(request, context)
        if request.slot("search_query") is None or not plan.commands:
            return plan
        return replace(plan, reply=" ".join(filter(None, (plan.reply, CANNOT_SEARCH))))

    def orders(self, device: Device, request: Request, context: Context) -> Orders | str:
        """Play, pause, or a volume."""
        if request.intent in SWITCHING:
            return super().orders(device, request, context)
        playing = _PLAYING.get(request.intent)
        if playing is not None:
            return order(device, "media", playing) if can(device, "media") else "can't be paused"
        if not can(device, "volume"):
            return "can't change its volume"
        if request.intent == "HassMediaPlayerMute":
            return order(device, "volume", 0)
        if request.intent == "HassMediaPlayerUnmute":
            return _louder_again(device, context)
        if request.intent == "HassSetVolumeRelative":
            step = request.slot("volume_step")
            return stepped(device, "volume", step, context, size=VOLUME_STEP)
        return numeric(device, "volume", request.slot("volume_level"))


def _louder_again(device: Device, context: Context) -> Orders | str:
    """The volume that the player had before it was muted, as recent turns remember it."""
    if context.value(device.id, "volume") not in (0, None):
        return "can be heard already"
    for turn in reversed(context.turns):
        for command in turn.before:
            loud = command.capability == "volume" and command.value != 0
            if loud and command.device == device.id:
                return (command,)
    return "has no volume to go back to; say a number"
