"""What is only switched, pressed or chosen: switches, sirens, buttons, scenes, selects, numbers."""

from dataclasses import dataclass, replace

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.codecs import Number
from device.home.homeassistant.bindings import (
    GARBLED,
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
from device.home.homeassistant.codecs import Degrees, switched, words
from device.home.homeassistant.options import Options
from device.home.homeassistant.templates import Template
from device.home.payloads import json_of, written
from device.ports import BusMessage


def switch(options: Options) -> Parts:
    """Plugs and relays.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    return _two(options, "power", siren=False)


def siren(options: Options) -> Parts:
    """Sirens; told in JSON where no template says otherwise.

    Raises:
        HomeError: As `switch`.
    """
    return _two(options, "power", siren=True)


def _two(options: Options, name: str, *, siren: bool) -> Parts:
    codec = switched(
        options.text("payload_on", "ON"),
        options.text("payload_off", "OFF"),
        state_on=options.text("state_on", "") or None,
        state_off=options.text("state_off", "") or None,
    )
    command, state = options.needed_topic("command_topic"), options.topic("state_topic")
    template = options.template("command_template")
    control = ValueControl(
        topic=command, codec=codec, template=template,
        reported=state is not None and not options.flag("optimistic"),
    )  # fmt: skip
    source = None
    if state is not None:
        reader = options.template("state_value_template", "value_template")
        source = ValueSource(topic=state, capability=name, codec=codec, template=reader)
    sources: tuple[Source, ...] = () if source is None else (source,)
    if not siren:
        return Parts(
            capabilities=(Capability(name=name),), sources=sources, controls={name: control}
        )
    off = options.template("command_off_template") or template
    return Parts(
        capabilities=(Capability(name=name),),
        sources=() if source is None else (_SirenSource(inner=source),),
        controls={name: _SirenControl(inner=control, off=off)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SirenSource:
    """A siren answers in a word, or in JSON with a state."""

    inner: ValueSource

    @property
    def topic(self) -> str:
        return self.inner.topic

    def hear(self, text: str, memory: Memory) -> Told:
        try:
            found = rendered(self.inner.template, text) or ""
            content = json_of(found.encode()) if found.startswith("{") else found
        except (HomeError, UnicodeEncodeError):
            return GARBLED
        state = content.get("state") if isinstance(content, dict) else content
        return replace(self.inner, template=None).hear("" if state is None else str(state), memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SirenControl:
    inner: ValueControl
    off: Template | None

    @property
    def topics(self) -> tuple[str, ...]:
        return self.inner.topics

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        raw = self.inner.codec.write(value)
        template = self.inner.template if value == "on" else self.off
        if template is None:
            return (BusMessage(topic=self.inner.topic, payload=written({"state": raw})),)
        return (message(self.inner.topic, template, {"value": raw}),)

    def expected(self, value: Value) -> Value | None:
        return self.inner.expected(value)


def button(options: Options) -> Parts:
    """Buttons: pressed, and nothing comes back.

    Raises:
        HomeError: As `switch`.
    """
    return _activated(options, options.text("payload_press", "PRESS"))


def scene(options: Options) -> Parts:
    """Scenes.

    Raises:
        HomeError: As `switch`.
    """
    return _activated(options, options.text("payload_on", "ON"))


def _activated(options: Options, payload: str) -> Parts:
    control = ValueControl(
        topic=options.needed_topic("command_topic"),
        codec=words({"activated": payload}),
        template=options.template("command_template"),
        reported=False,
    )
    return Parts(capabilities=(Capability(name="scene"),), controls={"scene": control})


def select(options: Options) -> Parts:
    """One of a few words, as a mode.

    Raises:
        HomeError: As `switch`.
    """
    offered = options.words("options")
    if not offered:
        raise HomeError("announcement has no options")
    return _chosen(
        options,
        Capability(name="mode", options=offered),
        ValueControl(
            topic=options.needed_topic("command_topic"),
            codec=words({word: word for word in offered}),
            template=options.template("command_template"),
            reported=options.has("state_topic") and not options.flag("optimistic"),
        ),
    )


def number(options: Options) -> Parts:
    """A target temperature or humidity; other numbers are none of ours.

    Raises:
        HomeError: As `switch`.
    """
    unit = options.text("unit_of_measurement", "°C").upper().lstrip("°")[:1]
    kind = options.text("device_class", "")
    if kind not in ("temperature", "humidity"):
        return Parts()
    low, high = options.number("min", 1), options.number("max", 100)
    step = options.number("step", 1)
    codec: Numeric = Numeric(codec=Number())
    capability = Capability(name="humidity", minimum=low, maximum=high)
    if kind == "temperature":
        degrees = Degrees(unit=unit, step=max(0.0, step))
        codec = Numeric(codec=degrees)
        capability = Capability(
            name="target_temperature",
            minimum=round(degrees.celsius(low), 1),
            maximum=round(degrees.celsius(high), 1),
        )
    return _chosen(
        options,
        capability,
        ValueControl(
            topic=options.needed_topic("command_topic"),
            codec=codec,
            template=options.template("command_template"),
            reported=options.has("state_topic") and not options.flag("optimistic"),
        ),
    )


def _chosen(options: Options, capability: Capability, control: ValueControl) -> Parts:
    state = options.topic("state_topic")
    sources: tuple[Source, ...] = ()
    if state is not None:
        sources = (
            ValueSource(
                topic=state, capability=capability.name, codec=control.codec,
                template=options.template("value_template"),
            ),
        )  # fmt: skip
    return Parts(capabilities=(capability,), sources=sources, controls={capability.name: control})
