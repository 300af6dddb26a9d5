"""What opens and closes: covers and valves."""

from collections.abc import Mapping
from dataclasses import dataclass

from device.context import Capability
from device.errors import HomeError
from device.events import Value
from device.home.capabilities import STOP
from device.home.codecs import Scale
from device.home.homeassistant.bindings import (
    GARBLED,
    NOTHING,
    SILENCE,
    Control,
    Memory,
    Numeric,
    Parts,
    Source,
    Told,
    message,
    rendered,
)
from device.home.homeassistant.options import Options
from device.home.homeassistant.templates import Template
from device.home.payloads import Json, json_of
from device.ports import BusMessage

OPEN, CLOSED = 100, 0
_MOVING = "moving"
"""What a memory calls the direction that a cover last went in."""


def cover(options: Options) -> Parts:
    """Blinds, garage doors, gates.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    scale = _scale(options)
    state, position = options.topic("state_topic"), options.topic("position_topic")
    sources: list[Source] = []
    if state is not None:
        states = _states(options)
        template = options.template("value_template")
        sources.append(
            _StateSource(topic=state, states=states, template=template, quiet=position is not None)
        )
    if position is not None:
        template = options.template("position_template")
        sources.append(_PositionSource(topic=position, scale=scale, template=template))
    return _opening(options, sources, scale, told=(state is not None, position is not None))


def valve(options: Options) -> Parts:
    """Valves of water and gas.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    scale, state = _scale(options), options.topic("state_topic")
    template = options.template("value_template")
    by_position = options.flag("reports_position")
    if by_position:
        sources: list[Source] = [
            _PositionSource(topic=topic, scale=scale, template=template)
            for topic in (state,)
            if topic is not None
        ]
    else:
        sources = [
            _StateSource(topic=topic, states=_states(options), template=template, quiet=False)
            for topic in (state,)
            if topic is not None
        ]
    command = options.topic("command_topic")
    stop = options.payload("payload_stop", "") or None
    if not by_position:
        return _opening(options, sources, scale, told=(state is not None, False), stop=stop)
    told = state is not None and not options.flag("optimistic")
    form = options.template("command_template")
    control = _OpeningControl(
        scale=scale, position_topic=command, position_template=form, percent=False,
        command_topic=command, stop=stop, stop_template=form, told=(told, told),
    )  # fmt: skip
    return _parts(sources, control if command is not None else None)


def _scale(options: Options) -> Scale:
    low, high = options.number("position_closed", 0), options.number("position_open", 100)
    if low == high:
        raise HomeError("announcement has a scale that is none")
    return Scale(low=low, high=high)


def _states(options: Options) -> Mapping[str, str]:
    """What it says -> what Home Assistant calls it."""
    ways = ("stopped", "opening", "closing", "open", "closed")
    return {options.text(f"state_{way}", way): way for way in reversed(ways)}


def _opening(
    options: Options,
    sources: list[Source],
    scale: Scale,
    *,
    told: tuple[bool, bool],
    stop: str | None = "STOP",
) -> Parts:
    """A cover, or a valve that only opens and closes.

    Args:
        options: What was announced.
        sources: What it tells.
        scale: Its positions.
        told: Whether it tells that it is open or closed, and where it stands.
        stop: What stops it where nothing is said of that.
    """
    if options.flag("optimistic"):
        told = (False, False)
    control = _OpeningControl(
        scale=scale,
        position_topic=options.topic("set_position_topic"),
        position_template=options.template("set_position_template"),
        command_topic=options.topic("command_topic"),
        open=options.payload("payload_open", "OPEN"),
        close=options.payload("payload_close", "CLOSE"),
        stop=options.payload("payload_stop", stop) if stop is not None else None,
        stop_template=options.template("command_template"),
        told=told,
    )
    settable = bool(control.topics)
    return _parts(sources, control if settable else None)


def _parts(sources: list[Source], control: "_OpeningControl | None") -> Parts:
    controls: dict[str, Control] = {} if control is None else {"position": control}
    return Parts(
        capabilities=(Capability(name="position", settable=control is not None),),
        sources=tuple(sources),
        controls=controls,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _StateSource:
    """Open or closed, in words."""

    topic: str
    states: Mapping[str, str]
    template: Template | None
    quiet: bool
    """Whether another topic tells the position, and this one only that it moves."""

    def hear(self, text: str, memory: Memory) -> Told:
        try:
            found = rendered(self.template, text)
        except HomeError:
            return GARBLED
        content = _json(found)
        if isinstance(content, dict):
            found = str(content.get("state") or "")
        if not found:
            return SILENCE
        way = self.states.get(found)
        if way is None:
            return Told(gone=("position",)) if found.lower() in NOTHING else GARBLED
        if way in ("opening", "closing"):
            memory[_MOVING] = way
        elif not self.quiet:
            # Some only say that they stopped: then they stand where they were going.
            closed = way == "closed" or (way == "stopped" and memory.get(_MOVING) == "closing")
            if way != "stopped" or _MOVING in memory:
                return Told(values={"position": CLOSED if closed else OPEN})
        return SILENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class _PositionSource:
    """Where it stands, as a number or as JSON with a position."""

    topic: str
    scale: Scale
    template: Template | None

    def hear(self, text: str, memory: Memory) -> Told:
        bounds = {"position_open": self.scale.high, "position_closed": self.scale.low}
        try:
            found = rendered(self.template, text, **bounds)
        except HomeError:
            return GARBLED
        content = _json(found)
        if isinstance(content, dict):
            found = str(content.get("position") if "position" in content else "")
        if not found or found in ("opening", "closing"):
            return SILENCE
        if found.lower() in NOTHING:
            return Told(gone=("position",))
        value = Numeric(codec=self.scale).read(found)
        return GARBLED if value is None else Told(values={"position": value})


def _json(text: str | None) -> Json:
    try:
        return json_of(text.encode()) if text and text.startswith("{") else None
    except (HomeError, UnicodeEncodeError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpeningControl:
    """Opens, closes, stops, and where it can goes half way."""

    scale: Scale
    position_topic: str | None
    position_template: Template | None
    percent: bool = True
    """Whether the position's template has the percentage besides."""
    command_topic: str | None
    open: str | None = None
    close: str | None = None
    stop: str | None
    stop_template: Template | None
    told: tuple[bool, bool]
    """Whether it tells that it is open or closed, and where it stands."""

    @property
    def topics(self) -> tuple[str, ...]:
        found = (self.position_topic, self.command_topic)
        return tuple(dict.fromkeys(topic for topic in found if topic is not None))

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        word = {STOP: self.stop, OPEN: self.open, CLOSED: self.close}.get(value)
        if self.command_topic is not None and word is not None:
            return (message(self.command_topic, self.stop_template, {"value": word}),)
        if value == STOP:
            raise HomeError("it cannot stop half way")
        if self.position_topic is None:
            raise HomeError("it can only be opened and closed")
        raw = self.scale.write(value)
        variables: dict[str, Json] = {"value": raw}
        if self.percent:
            ends = {"position_open": self.scale.high, "position_closed": self.scale.low}
            variables |= {"position": value, **ends}
        return (message(self.position_topic, self.position_template, variables),)

    def expected(self, value: Value) -> Value | None:
        ends, exact = self.told
        if value == STOP:
            return STOP if ends or exact else None
        if exact:
            return self.scale.read(self.scale.write(value))
        return value if ends and value in (OPEN, CLOSED) else None
