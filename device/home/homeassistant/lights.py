"""Lights in Home Assistant's three schemas.

default    a topic for each thing: ON, 127, 370, "255,0,0"
json       one topic: {"state":"ON","brightness":127,"color":{"r":255,"g":0,"b":0}}
template   one topic, whose payloads templates make and take apart
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.codecs import Codec, Mireds, Scale
from device.home.homeassistant.bindings import (
    GARBLED,
    SILENCE,
    Control,
    Memory,
    Numeric,
    Parts,
    Source,
    Told,
    ValueControl,
    ValueSource,
    message,
    rendered,
)
from device.home.homeassistant.codecs import CHANNELS, Channels, Kelvin, switched
from device.home.homeassistant.jsonlight import json_light
from device.home.homeassistant.options import Options
from device.home.homeassistant.templates import Template
from device.ports import BusMessage

MODES = ("hs", "xy", "rgb", "rgbw", "rgbww")
"""Ways of writing a colour, the most exact first."""


def light(options: Options) -> Parts:
    """A light of any schema.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    schema = options.text("schema", "basic").lower()
    if schema == "json":
        return json_light(options, whiteness(options))
    if schema == "template":
        return _template_light(options)
    if schema not in ("basic", "default"):
        raise HomeError("announcement has an unknown schema of a light")
    return _default_light(options)


def whiteness(options: Options) -> Capability:
    """The colour temperatures that it can shine, in K."""
    low, high = options.number("min_kelvin", 2_000), options.number("max_kelvin", 6_535)
    warmest, coldest = options.number("max_mireds", 0), options.number("min_mireds", 0)
    low = 1e6 / warmest if warmest > 0 else low
    high = 1e6 / coldest if coldest > 0 else high
    if not 0 < low <= high:
        raise HomeError("announcement has a range that is upside down")
    # A lamp counts in mireds: the ends may be asked for as people round them.
    return Capability(name="color_temperature", minimum=int(low // 10 * 10), maximum=round(high))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shining:
    """Sends a value and, as Home Assistant does, turns the light on with it."""

    inner: ValueControl
    on: BusMessage
    when: str
    """first, last, or brightness: then the value alone turns it on."""

    @property
    def topics(self) -> tuple[str, ...]:
        return (*self.inner.topics, self.on.topic)

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        said = self.inner.say(value, memory)
        if value == 0 or self.when == "brightness":
            return said
        return (self.on, *said) if self.when == "first" else (*said, self.on)

    def expected(self, value: Value) -> Value | None:
        return self.inner.expected(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PowerByBrightness:
    """Turns a light on by its last brightness, where it knows no other way."""

    power: ValueControl
    brightness: ValueControl

    @property
    def topics(self) -> tuple[str, ...]:
        return (*self.power.topics, *self.brightness.topics)

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        if value == "off":
            return self.power.say(value, memory)
        return self.brightness.say(memory.get("brightness") or 100, memory)

    def expected(self, value: Value) -> Value | None:
        return self.power.expected(value)


def _default_light(options: Options) -> Parts:
    topic, told = options.needed_topic("command_topic"), not options.flag("optimistic")
    codec = switched(options.text("payload_on", "ON"), options.text("payload_off", "OFF"))
    state = options.topic("state_topic")
    power = ValueControl(topic=topic, codec=codec, reported=told and state is not None)
    when = options.text("on_command_type", "last")
    (on,) = power.say("on", {})
    sources: list[Source] = []
    controls: dict[str, Control] = {"power": power}
    capabilities = [Capability(name="power")]
    if state is not None:
        template = options.template("state_value_template", "value_template")
        sources.append(ValueSource(topic=state, capability="power", codec=codec, template=template))
    for name, key, form, hides in _values(options):
        command, report = options.topic(f"{key}_command_topic"), options.topic(f"{key}_state_topic")
        if command is None and (report is None or name in controls):
            continue
        if report is not None:
            template = options.template(f"{key}_value_template")
            sources.append(
                ValueSource(
                    topic=report, capability=name, codec=form, template=template, hides=hides
                )
            )
        if command is not None:
            inner = _sender(options, key, command, form, told and report is not None)
            controls[name] = _Shining(inner=inner, on=on, when=when)
            if key == "brightness" and when == "brightness":
                controls["power"] = _PowerByBrightness(power=power, brightness=inner)
        found = whiteness(options) if name == "color_temperature" else Capability(name=name)
        settable = command is not None
        capabilities.append(found if settable else Capability(name=name, settable=False))
    return Parts(capabilities=tuple(capabilities), sources=tuple(sources), controls=controls)


def _values(options: Options) -> list[tuple[str, str, Codec, tuple[str, ...]]]:
    """Capability, beginning of its keys, codec, and what it hides, for all that a light has."""
    scale = options.number("brightness_scale", 255)
    if not 1 <= scale <= 1e6:
        raise HomeError("announcement has a scale that is none")
    kelvin = options.flag("color_temp_kelvin")
    white: Codec = Numeric(codec=Kelvin() if kelvin else Mireds())
    modes = [m for m in MODES if options.has(f"{m}_command_topic")] or [
        m for m in MODES if options.has(f"{m}_state_topic")
    ]
    found: list[tuple[str, str, Codec, tuple[str, ...]]] = [
        ("brightness", "brightness", Numeric(codec=Scale(high=scale)), ()),
        ("color_temperature", "color_temp", white, ("color",)),
    ]
    hides = ("color_temperature",)
    return [*found, *[("color", m, Channels(mode=m), hides) for m in modes[:1]]]


def _sender(options: Options, key: str, topic: str, codec: Codec, reported: bool) -> "ValueControl":
    template = options.template(f"{key}_command_template")
    if key in CHANNELS:
        return _ColorControl(
            topic=topic, codec=codec, template=template, reported=reported, named=True, mode=key
        )
    named = key == "color_temp"
    return ValueControl(topic=topic, codec=codec, template=template, reported=reported, named=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ColorControl(ValueControl):
    """A colour, whose template knows its parts by name."""

    mode: str

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        numbers = Channels(mode=self.mode).numbers(value)
        white = ("white",) if self.mode == "rgbw" else ("cold_white", "warm_white")
        names = {"hs": ("hue", "sat"), "xy": ("x", "y")}.get(
            self.mode, ("red", "green", "blue", *white)
        )
        variables = dict(zip(names, numbers, strict=False))
        whole = {"value": self.codec.write(value)}
        return (message(self.topic, self.template, {**whole, **variables}),)


def _template_light(options: Options) -> Parts:
    topic, state = options.needed_topic("command_topic"), options.topic("state_topic")
    on, off = options.template("command_on_template"), options.template("command_off_template")
    if on is None or off is None:
        raise HomeError("announcement lacks a template")
    reads = {
        name: found
        for name in ("state", "brightness", "color_temp", "red", "green", "blue")
        if (found := options.template(f"{name}_template")) is not None
    }
    told = state is not None and not options.flag("optimistic")
    kelvin = options.flag("color_temp_kelvin")
    white: Codec = Numeric(codec=Kelvin() if kelvin else Mireds())
    capabilities = [Capability(name="power")]
    if "brightness" in reads:
        capabilities.append(Capability(name="brightness"))
    if "color_temp" in reads:
        capabilities.append(whiteness(options))
    if {"red", "green", "blue"} <= reads.keys():
        capabilities.append(Capability(name="color"))
    controls: dict[str, Control] = {
        c.name: _TemplateControl(
            topic=topic, on=on, off=off, name=c.name, white=white,
            reported=told and (c.name != "power" or "state" in reads),
        )
        for c in capabilities
    }  # fmt: skip
    sources = [] if state is None else [_TemplateSource(topic=state, reads=reads, white=white)]
    return Parts(capabilities=tuple(capabilities), sources=tuple(sources), controls=controls)


_BRIGHTNESS = Numeric(codec=Scale(high=255))
_RGB = Channels(mode="rgb")


@dataclass(frozen=True, slots=True, kw_only=True)
class _TemplateSource:
    """Takes a payload apart, one template for each thing."""

    topic: str
    reads: Mapping[str, Template]
    white: Codec

    def hear(self, text: str, memory: Memory) -> Told:
        try:
            found = {name: rendered(template, text) for name, template in self.reads.items()}
        except HomeError:
            return GARBLED
        told: dict[str, Value | None] = {}
        if state := found.get("state"):
            told["power"] = state if state in ("on", "off") else None
        if brightness := found.get("brightness"):
            told["brightness"] = _BRIGHTNESS.read(brightness)
        if white := found.get("color_temp"):
            told["color_temperature"] = self.white.read(white)
        channels = [found.get(name) for name in ("red", "green", "blue")]
        if all(channels):
            told["color"] = _RGB.read_numbers(list(channels))
        values = {name: value for name, value in told.items() if value is not None}
        memory.update(values)
        return Told(values=values, unreadable=len(told) - len(values)) if told else SILENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class _TemplateControl:
    """Puts a payload together."""

    topic: str
    on: Template
    off: Template
    name: str
    white: Codec
    reported: bool

    @property
    def topics(self) -> tuple[str, ...]:
        return (self.topic,)

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        if value in ("off", 0):
            return (message(self.topic, self.off, {"state": False}),)
        variables: dict[str, Any] = {"state": True}
        if self.name == "brightness":
            variables["brightness"] = _BRIGHTNESS.write(value)
        elif self.name == "color_temperature":
            variables["color_temp"] = self.white.write(value)
        elif self.name == "color":
            red, green, blue = _RGB.numbers(value)
            hue, sat = Channels(mode="hs").numbers(value)
            variables |= {"red": red, "green": green, "blue": blue, "hue": hue, "sat": sat}
        return (message(self.topic, self.on, variables),)

    def expected(self, value: Value) -> Value | None:
        # What turns a lamp off leaves its brightness unsaid.
        return value if self.reported and value != 0 else None
