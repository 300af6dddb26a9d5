"""What makes the air warm, cool, moist or move: climate, water heaters, humidifiers, fans.

Each of their values has a topic to tell it and one to set it; the keys begin alike.
"""

from dataclasses import dataclass

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.codecs import Codec, Number, Scale
from device.home.homeassistant.bindings import (
    Control,
    Memory,
    Numeric,
    Parts,
    Source,
    Told,
    ValueControl,
    ValueSource,
    reading,
)
from device.home.homeassistant.codecs import Degrees, switched, words
from device.home.homeassistant.options import Options
from device.home.homeassistant.templates import Template
from device.ports import BusMessage

_CLIMATE_MODES = ("auto", "off", "cool", "heat", "dry", "fan_only")
_HEATER_MODES = ("off", "eco", "electric", "gas", "heat_pump", "high_demand", "performance")


def climate(options: Options) -> Parts:
    """Thermostats and air conditioners.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    return _tempered(options, (7, 35), _CLIMATE_MODES)


def water_heater(options: Options) -> Parts:
    """Boilers.

    Raises:
        HomeError: As `climate`.
    """
    parts = _tempered(options, (43.3, 60), _HEATER_MODES)
    if any(capability.name == "power" for capability in parts.capabilities):
        return parts
    return parts + _switched_by_mode(options, options.words("modes", _HEATER_MODES))


def humidifier(options: Options) -> Parts:
    """Humidifiers and dehumidifiers; `humidity` is the one they are set to.

    Raises:
        HomeError: As `climate`.
    """
    low, high = options.number("min_humidity", 0), options.number("max_humidity", 100)
    humidity = Capability(name="humidity", minimum=low, maximum=high)
    return (
        _switch(options)
        + _value(options, humidity, "target_humidity", Numeric(codec=Number()))
        + _modes(options, "mode", options.words("modes"))
    )


def fan(options: Options) -> Parts:
    """Fans; a speed of 0 % is off.

    Raises:
        HomeError: As `climate`.
    """
    low, high = options.number("speed_range_min", 1), options.number("speed_range_max", 100)
    if not low < high + 1 or high < 1:
        raise HomeError("announcement has a range that is upside down")
    # The lowest speed is the first step above nothing: 1 of 1 to 4 is a quarter.
    codec = Numeric(codec=Scale(low=low - 1, high=high))
    switch = _switch(options)
    speed = _value(options, Capability(name="fan_speed"), "percentage", codec)
    resting = {
        name: _Speed(inner=control, power=power)
        for name, control in speed.controls.items()
        if isinstance(power := switch.controls["power"], ValueControl)
        and isinstance(control, ValueControl)
    }
    sources: tuple[Source, ...] = switch.sources
    if resting:
        sources = tuple(
            _Resting(inner=source) for source in switch.sources if isinstance(source, ValueSource)
        )
    return (
        Parts(capabilities=switch.capabilities, sources=sources, controls=switch.controls)
        + Parts(capabilities=speed.capabilities, sources=speed.sources, controls=resting)
        + _modes(options, "preset_mode", options.words("preset_modes"))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speed:
    """A fan's speed; it has no speed 0, and is turned off instead."""

    inner: ValueControl
    power: ValueControl

    @property
    def topics(self) -> tuple[str, ...]:
        return (*self.inner.topics, *self.power.topics)

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        if value == 0:
            return self.power.say("off", memory)
        return self.inner.say(value, memory)

    def expected(self, value: Value) -> Value | None:
        if value == 0:
            return 0 if self.power.reported else None
        return self.inner.expected(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resting:
    """Whether a fan runs; one that does not has a speed of 0."""

    inner: ValueSource

    @property
    def topic(self) -> str:
        return self.inner.topic

    def hear(self, text: str, memory: Memory) -> Told:
        told = self.inner.hear(text, memory)
        if told.values.get("power") == "off":
            memory["resting"] = 1
            return Told(values={**told.values, "fan_speed": 0})
        if told.values.get("power") == "on" and memory.pop("resting", 0):
            # It runs again, but how fast is not said here.
            speed = memory.get("fan_speed")
            if speed:
                return Told(values={**told.values, "fan_speed": speed})
            return Told(values=told.values, gone=("fan_speed",))
        return told


def _tempered(options: Options, ends: tuple[float, float], modes: tuple[str, ...]) -> Parts:
    unit = options.text("temperature_unit", "C").upper().removeprefix("°")[:1]
    fahrenheit = unit == "F"
    degrees = Degrees(
        unit=unit,
        step=options.number("precision", options.number("temp_step", 1 if fahrenheit else 0)),
    )
    if degrees.step < 0:
        raise HomeError("announcement has a step that is none")
    low, high = (
        degrees.celsius(options.number(key, end * 1.8 + 32 if fahrenheit else end))
        for key, end in zip(("min_temp", "max_temp"), ends, strict=True)
    )
    target = Capability(name="target_temperature", minimum=_tenth(low), maximum=_tenth(high))
    sources: list[Source] = []
    readings: list[Capability] = []
    for name, codec in (
        ("temperature", Numeric(codec=Degrees(unit=unit))),
        ("humidity", Numeric(codec=Number())),
    ):
        topic = options.topic(f"current_{name}_topic")
        if topic is not None:
            template = _reader(options, f"current_{name}")
            readings.append(reading(name))
            sources.append(
                ValueSource(topic=topic, capability=name, codec=codec, template=template)
            )
    modes = options.words("modes", modes)
    mode = _modes(options, "mode", modes)
    by_mode = "off" in modes and "mode" in mode.controls
    return (
        _value(options, target, "temperature", Numeric(codec=degrees))
        + mode
        + Parts(capabilities=tuple(readings), sources=tuple(sources))
        + (Parts() if by_mode else _value(options, Capability(name="power"), "power", _on(options)))
    )


def _switched_by_mode(options: Options, modes: tuple[str, ...]) -> Parts:
    """Power of a water heater with a switch of its own; its mode tells whether it is on."""
    command, state = options.topic("power_command_topic"), options.topic("mode_state_topic")
    if command is None or state is None:
        return Parts()
    stands = ((mode, "off" if mode == "off" else "on") for mode in modes)
    source = ValueSource(
        topic=state,
        capability="power",
        codec=words({}, *stands),
        template=_reader(options, "mode"),
    )
    control = ValueControl(
        topic=command,
        codec=_on(options),
        template=options.template("power_command_template"),
        reported=not options.flag("optimistic"),
    )
    return Parts(
        capabilities=(Capability(name="power"),), sources=(source,), controls={"power": control}
    )


def _tenth(number: float) -> float:
    return round(number, 1)


def _on(options: Options) -> Codec:
    return switched(options.text("payload_on", "ON"), options.text("payload_off", "OFF"))


def _switch(options: Options) -> Parts:
    """On and off, on the topics that are named after nothing."""
    codec, state = _on(options), options.topic("state_topic")
    control = ValueControl(
        topic=options.needed_topic("command_topic"),
        codec=codec,
        template=options.template("command_template"),
        reported=state is not None and not options.flag("optimistic"),
    )
    template = options.template("state_value_template", "value_template")
    sources = (
        ()
        if state is None
        else (ValueSource(topic=state, capability="power", codec=codec, template=template),)
    )
    return Parts(
        capabilities=(Capability(name="power"),), sources=sources, controls={"power": control}
    )


def _modes(options: Options, key: str, modes: tuple[str, ...]) -> Parts:
    """Modes, each by its own name."""
    if not modes:
        return Parts()
    capability = Capability(name="mode", options=modes)
    return _value(options, capability, key, words({mode: mode for mode in modes}))


def _value(options: Options, capability: Capability, key: str, codec: Codec) -> Parts:
    """A value that is told and set on topics whose keys begin alike; nothing without them."""
    state, command = options.topic(f"{key}_state_topic"), options.topic(f"{key}_command_topic")
    if state is None and command is None:
        return Parts()
    sources: tuple[Source, ...] = ()
    if state is not None:
        template = _reader(options, key)
        sources = (
            ValueSource(topic=state, capability=capability.name, codec=codec, template=template),
        )
    if command is None:
        return Parts(capabilities=(reading(capability.name),), sources=sources)
    control: Control = ValueControl(
        topic=command,
        codec=codec,
        template=options.template(f"{key}_command_template"),
        reported=state is not None and not options.flag("optimistic"),
    )
    return Parts(capabilities=(capability,), sources=sources, controls={capability.name: control})


def _reader(options: Options, key: str) -> Template | None:
    """Its own template, or the one for all."""
    return options.template(
        f"{key}_state_template", f"{key}_value_template", f"{key}_template", "value_template"
    )
