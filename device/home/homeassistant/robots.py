"""What works by itself: vacuums, mowers, alarms."""

from collections.abc import Mapping
from dataclasses import dataclass

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.homeassistant.bindings import (
    GARBLED,
    Control,
    Memory,
    Parts,
    Source,
    Told,
    ValueControl,
    ValueSource,
    message,
    reading,
)
from device.home.homeassistant.codecs import words
from device.home.homeassistant.options import Options
from device.home.homeassistant.templates import Template
from device.home.payloads import number_in, object_of
from device.ports import BusMessage

_RETURNING = {"returning": "docked", "idle": "paused"}
"""A robot on its way home is one that does what "go home" asks."""
_VACUUM = {"cleaning": "cleaning", "docked": "docked", "paused": "paused", **_RETURNING}
_MOWER = {"mowing": "mowing", "docked": "docked", "paused": "paused", **_RETURNING}


def vacuum(options: Options) -> Parts:
    """Robot vacuums.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    command, state = options.topic("command_topic"), options.topic("state_topic")
    features = options.words("supported_features", ("start", "stop", "return_home"))
    sent = {
        value: options.text(f"payload_{key}", key)
        for value, feature, key in (
            ("cleaning", "start", "start"),
            ("docked", "return_home", "return_to_base"),
            ("paused", "pause", "pause"),
        )
        if feature in features
    }
    capability = Capability(name="vacuum", options=tuple(sent), settable=bool(sent))
    controls: dict[str, Control] = {}
    if command is not None and sent:
        controls["vacuum"] = ValueControl(
            topic=command, codec=words(sent), reported=state is not None, named=True
        )
    battery = "battery" in features
    return Parts(
        capabilities=(
            capability if controls else reading("vacuum"),
            *((reading("battery"),) if battery else ()),
        ),
        sources=() if state is None else (_VacuumSource(topic=state, battery=battery),),
        controls=controls,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _VacuumSource:
    topic: str
    battery: bool

    def hear(self, text: str, memory: Memory) -> Told:
        try:
            content = object_of(text.encode())
        except (HomeError, UnicodeEncodeError):
            return GARBLED
        values: dict[str, Value] = {}
        gone: tuple[str, ...] = ()
        state = content.get("state")
        if isinstance(state, str) and state in _VACUUM:
            values["vacuum"] = _VACUUM[state]
        elif "state" in content:
            gone = ("vacuum",)
        level = number_in(content.get("battery_level"))
        if self.battery and level is not None:
            values["battery"] = round(level)
        known = state is None or state == "error" or "vacuum" in values
        return Told(values=values, gone=gone, unreadable=0 if known else 1)


def lawn_mower(options: Options) -> Parts:
    """Robot mowers; each thing that they can do has its own topic.

    Raises:
        HomeError: As `vacuum`.
    """
    ways: dict[str, tuple[str, str, Template | None]] = {}
    for value, key in (("mowing", "start_mowing"), ("docked", "dock"), ("paused", "pause")):
        topic = options.topic(f"{key}_command_topic")
        if topic is not None:
            ways[value] = (topic, key, options.template(f"{key}_command_template"))
    state = options.topic("activity_state_topic")
    told = state is not None and not options.flag("optimistic")
    sources: tuple[Source, ...] = ()
    if state is not None:
        template = options.template("activity_value_template", "value_template")
        source = ValueSource(
            topic=state, capability="mower", codec=words({}, *_MOWER.items()), template=template,
            silent=frozenset({"error"}),
        )  # fmt: skip
        sources = (source,)
    capability = Capability(name="mower", options=tuple(ways)) if ways else reading("mower")
    controls: dict[str, Control] = {"mower": _Ways(ways=ways, reported=told)} if ways else {}
    return Parts(capabilities=(capability,), sources=sources, controls=controls)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """A topic, payload and template for each value."""

    ways: Mapping[str, tuple[str, str, Template | None]]
    reported: bool

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(topic for topic, _, _ in self.ways.values()))

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        topic, payload, template = self.ways[str(value)]
        return (message(topic, template, {"value": payload}),)

    def expected(self, value: Value) -> Value | None:
        return value if self.reported else None


_ARMING = {
    "arm_away": ("armed_away", "ARM_AWAY"),
    "arm_home": ("armed_home", "ARM_HOME"),
    "arm_night": ("armed_night", "ARM_NIGHT"),
    "arm_vacation": ("armed_vacation", "ARM_VACATION"),
    "arm_custom_bypass": ("armed_custom_bypass", "ARM_CUSTOM_BYPASS"),
}
"""Home Assistant's feature -> our mode, and what is sent for it."""


def alarm(options: Options) -> Parts:
    """Alarm panels; what needs a code cannot be done by voice.

    Raises:
        HomeError: As `vacuum`.
    """
    command, state = options.needed_topic("command_topic"), options.needed_topic("state_topic")
    features = options.words("supported_features", tuple(_ARMING))
    coded = options.has("code")
    sent: dict[str, str] = {}
    if not (coded and options.flag("code_disarm_required", default=True)):
        sent["disarmed"] = options.text("payload_disarm", "DISARM")
    if not (coded and options.flag("code_arm_required", default=True)):
        for feature, (mode, payload) in _ARMING.items():
            if feature in features:
                sent[mode] = options.text(f"payload_{feature}", payload)
    modes = ("disarmed", "triggered", *(mode for mode, _ in _ARMING.values()))
    source = ValueSource(
        topic=state,
        capability="mode",
        codec=words({}, *((mode, mode) for mode in modes)),
        template=options.template("value_template"),
        silent=frozenset({"arming", "pending", "disarming"}),
    )
    control = ValueControl(
        topic=command, codec=words(sent), template=options.template("command_template"),
        variable="action", named=True,
    )  # fmt: skip
    capability = Capability(name="mode", options=tuple(sent)) if sent else reading("mode")
    return Parts(
        capabilities=(capability,), sources=(source,), controls={"mode": control} if sent else {}
    )
