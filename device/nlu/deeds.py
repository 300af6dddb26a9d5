"""What a request does to devices, in one word: the key of habits and of references.

Opening a cover and locking a lock are `HassTurnOn` in Home Assistant's words; people do not
mix them up, so they are deeds of their own.
"""

from device.events import Request

_BY_INTENT = {
    "HassToggle": "toggle",
    "HassLightSet": "light",
    "HassSetPosition": "position",
    "HassStopMoving": "stop",
    "HassClimateSetTemperature": "climate",
    "ClimateSetMode": "climate",
    "HassClimateSetFanMode": "climate",
    "HassClimateGetTemperature": "warmth",
    "HassFanSetSpeed": "fan",
    "HassMediaSearchAndPlay": "play",
    "HassMediaUnpause": "play",
    "HassMediaPause": "pause",
    "HassMediaNext": "skip",
    "HassMediaPrevious": "skip",
    "HassMediaPlayerMute": "volume",
    "HassMediaPlayerUnmute": "volume",
    "HassSetVolume": "volume",
    "HassSetVolumeRelative": "volume",
    "GetVolume": "volume",
    "HassGetState": "state",
    "HassVacuumStart": "clean",
    "HassVacuumReturnToBase": "dock",
    "HassLawnMowerStartMowing": "clean",
    "HassLawnMowerDock": "dock",
}
_ON = {"cover": "open", "valve": "open", "lock": "lock"}
_OFF = {"cover": "close", "valve": "close", "lock": "unlock"}

DEEDS = (
    *("on", "off", "open", "close", "lock", "unlock"),
    *dict.fromkeys(_BY_INTENT.values()),
)
"""Every deed; the shipped model counts on their order."""


def deed(request: Request) -> str | None:
    """What the request does to devices; None for what is not about devices."""
    said = str(request.slot("domain") or request.domain)
    if request.intent == "HassTurnOn":
        return _ON.get(said, "on")
    if request.intent == "HassTurnOff":
        return _OFF.get(said, "off")
    return _BY_INTENT.get(request.intent)
