"""Lights that speak JSON, which is what most firmwares send."""

from dataclasses import dataclass

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.codecs import Codec, Mireds, Scale
from device.home.homeassistant.bindings import GARBLED, Control, Memory, Parts, Told
from device.home.homeassistant.codecs import Channels, Kelvin
from device.home.homeassistant.options import Options
from device.home.payloads import Json, object_of, written
from device.ports import BusMessage

_KEYS = {
    "hs": ("h", "s"),
    "xy": ("x", "y"),
    "rgb": ("r", "g", "b"),
    "rgbw": ("r", "g", "b", "w"),
    "rgbww": ("r", "g", "b", "c", "w"),
}
"""Colour mode -> the keys of its numbers, the most exact mode first."""


def json_light(options: Options, white: Capability) -> Parts:
    """A light of the JSON schema.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    topic, state = options.needed_topic("command_topic"), options.topic("state_topic")
    named = options.words("supported_color_modes")
    # Firmwares from before 2024 name their modes one by one.
    older = {m for m in (*_KEYS, "color_temp", "brightness") if _flagged(options, m)}
    modes = {mode.lower() for mode in named} | older
    scale = options.number("brightness_scale", 255)
    if not 1 <= scale <= 1e6:
        raise HomeError("announcement has a scale that is none")
    kelvin = options.flag("color_temp_kelvin")
    form = _Form(
        scale=Scale(high=scale),
        white=Kelvin() if kelvin else Mireds(),
        mode=next((mode for mode in _KEYS if mode in modes), ""),
    )
    capabilities = [Capability(name="power")]
    if modes - {"onoff"}:
        capabilities.append(Capability(name="brightness"))
    if "color_temp" in modes:
        capabilities.append(white)
    if form.mode:
        capabilities.append(Capability(name="color"))
    told = state is not None and not options.flag("optimistic")
    controls: dict[str, Control] = {
        c.name: _JsonControl(topic=topic, name=c.name, form=form, reported=told)
        for c in capabilities
    }
    names = frozenset(c.name for c in capabilities)
    sources = () if state is None else (_JsonSource(topic=state, names=names, form=form),)
    return Parts(capabilities=tuple(capabilities), sources=sources, controls=controls)


def _flagged(options: Options, mode: str) -> bool:
    return options.has(mode) and options.flag(mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How its values are written."""

    scale: Scale
    white: Codec
    mode: str
    """Colour mode that it is told in; "" for none."""

    def color(self, found: Json) -> Value | None:
        """A colour, in whichever mode it is told."""
        if not isinstance(found, dict):
            return None
        for mode, keys in _KEYS.items():
            # Hue and saturation come first, then x and y: rgb leaves out what is white.
            if all(key in found for key in keys):
                return Channels(mode=mode).read_numbers([found[key] for key in keys])
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _JsonSource:
    topic: str
    names: frozenset[str]
    """Its capabilities."""
    form: _Form

    def hear(self, text: str, memory: Memory) -> Told:
        try:
            content = object_of(text.encode())
        except (HomeError, UnicodeEncodeError):
            return GARBLED
        told: dict[str, Value | None] = {}
        gone: list[str] = []
        state = content.get("state")
        if state is not None:
            told["power"] = {"ON": "on", "OFF": "off"}.get(str(state).upper())
        elif "state" in content:
            gone.append("power")
        if content.get("brightness") is not None:
            told["brightness"] = self.form.scale.read(content["brightness"])
        mode = content.get("color_mode")
        if content.get("color_temp") is not None and mode in (None, "color_temp"):
            told["color_temperature"] = self.form.white.read(content["color_temp"])
        if content.get("color") is not None and mode not in ("color_temp", "white"):
            told["color"] = self.form.color(content["color"])
        if isinstance(mode, str):
            gone += ["color"] if mode in ("color_temp", "white") else []
            gone += ["color_temperature"] if mode in _KEYS else []
        told = {name: value for name, value in told.items() if name in self.names}
        values = {name: value for name, value in told.items() if value is not None}
        return Told(
            values=values,
            gone=tuple(name for name in gone if name in self.names),
            unreadable=len(told) - len(values),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _JsonControl:
    topic: str
    name: str
    form: _Form
    reported: bool

    @property
    def topics(self) -> tuple[str, ...]:
        return (self.topic,)

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        content: dict[str, Json] = {"state": "OFF" if value == "off" else "ON"}
        if self.name == "brightness":
            content["brightness"] = self.form.scale.write(value)
        elif self.name == "color_temperature":
            content["color_temp"] = self.form.white.write(value)
        elif self.name == "color":
            numbers = Channels(mode=self.form.mode).numbers(value)
            content["color"] = dict(zip(_KEYS[self.form.mode], numbers, strict=True))
        return (BusMessage(topic=self.topic, payload=written(content)),)

    def expected(self, value: Value) -> Value | None:
        if not self.reported:
            return None
        if self.name == "brightness":
            return self.form.scale.read(self.form.scale.write(value))
        return value
