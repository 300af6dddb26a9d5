"""What people have done in a home, and what comes of it: the truth of their requests."""

from dataclasses import dataclass
from random import Random

from device.events import Value
from device.home.homefile import Furnishing
from simulator.homefile import furnished

COLORS = ("red", "green", "blue", "orange", "purple", "yellow", "pink")
_OPENED_WITH_CARE = frozenset({"garage", "gate"})
_POWERED = ("light", "switch", "fan", "media_player", "humidifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that is done with one device."""

    name: str
    intent: str
    """As the sampler of sentences calls it, with its variant."""
    kinds: tuple[str, ...]
    capability: str
    """What changes."""
    value: Value | None = None
    """What it changes to; None where the sentence says it."""
    slot: str = ""
    """Label of what the sentence says besides; "" for nothing."""
    values: tuple[Value, ...] = ()
    """What it may say."""
    after: Value | None = None
    """How the device must stand before; None for anyhow."""

    def fits(self, device: Furnishing, now: Value | None) -> bool:
        """Whether a device can have it done, as it stands now."""
        if device.kind not in self.kinds or self.capability not in furnished(device).capabilities:
            return False
        return self.after is None or now == self.after

    def drawn(self, rng: Random) -> Value:
        """What the device is to become."""
        return rng.choice(self.values) if self.value is None else self.value

    def asked_first(self, device: Furnishing) -> bool:
        """Whether a careful speaker asks before it does this (DESIGN section 4)."""
        if self.name == "unlock" or device.kind == "valve":
            return True
        return device.kind == "cover" and device.device_class in _OPENED_WITH_CARE


_TENS = tuple(range(10, 100, 10))

DEEDS: tuple[Deed, ...] = (
    Deed(name="on", intent="HassTurnOn", kinds=_POWERED, capability="power", value="on"),
    Deed(name="off", intent="HassTurnOff", kinds=_POWERED, capability="power", value="off"),
    Deed(
        name="activate", intent="HassTurnOn", kinds=("scene",), capability="scene",
        value="activated",
    ),
    Deed(
        name="open", intent="HassTurnOn/cover", kinds=("cover", "valve"), capability="position",
        value=100,
    ),
    Deed(
        name="close", intent="HassTurnOff/cover", kinds=("cover", "valve"), capability="position",
        value=0,
    ),
    Deed(
        name="position", intent="HassSetPosition", kinds=("cover",), capability="position",
        slot="position", values=_TENS,
    ),
    Deed(name="lock", intent="HassTurnOn/lock", kinds=("lock",), capability="lock", value="locked"),
    Deed(
        name="unlock", intent="HassTurnOff/lock", kinds=("lock",), capability="lock",
        value="unlocked",
    ),
    Deed(
        name="dim", intent="HassLightSet", kinds=("light",), capability="brightness",
        slot="brightness", values=_TENS,
    ),
    Deed(
        name="colour", intent="HassLightSet", kinds=("light",), capability="color", slot="color",
        values=COLORS,
    ),
    Deed(
        name="warmth", intent="HassClimateSetTemperature", kinds=("climate",),
        capability="target_temperature", slot="temperature", values=tuple(range(16, 25)),
    ),
    Deed(
        name="speed", intent="HassFanSetSpeed", kinds=("fan",), capability="fan_speed",
        slot="percentage", values=(33, 66, 100),
    ),
    Deed(
        name="pause", intent="HassMediaPause", kinds=("media_player",), capability="media",
        value="paused", after="playing",
    ),
    Deed(
        name="resume", intent="HassMediaUnpause", kinds=("media_player",), capability="media",
        value="playing", after="paused",
    ),
    Deed(
        name="volume", intent="HassSetVolume", kinds=("media_player",), capability="volume",
        slot="volume_level", values=_TENS,
    ),
    Deed(
        name="clean", intent="HassVacuumStart", kinds=("vacuum",), capability="vacuum",
        value="cleaning",
    ),
    Deed(
        name="dock", intent="HassVacuumReturnToBase", kinds=("vacuum",), capability="vacuum",
        value="docked", after="cleaning",
    ),
    Deed(
        name="mow", intent="HassLawnMowerStartMowing", kinds=("lawn_mower",), capability="mower",
        value="mowing",
    ),
    Deed(
        name="dock mower", intent="HassLawnMowerDock", kinds=("lawn_mower",), capability="mower",
        value="docked", after="mowing",
    ),
)  # fmt: skip
"""What is done with one device."""

BY_NAME = {deed.name: deed for deed in DEEDS}
