"""A small home for the tests of skills and routing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from device.context import Capability, Context, Device, Home, Reading, Room
from device.effects import Notebook
from device.events import DeviceCommand, Outcome, OutcomeKind, Request, Slot, Source, Value
from device.nlu.intents import INTENTS

ZONE = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 20, 21, 30, tzinfo=ZONE)  # a Friday
NOW_MS = 1_000_000


def device(
    name: str, room: str | None, kind: str, capabilities: str, device_class: str = ""
) -> Device:
    """A device whose id is room/name in lower case."""
    return Device(
        id=f"{room}/{name}".lower(),
        name=name,
        room=room,
        kind=kind,
        device_class=device_class,
        capabilities=tuple(CAPABILITIES.get(c, Capability(name=c)) for c in capabilities.split()),
    )


CAPABILITIES = {
    "target_temperature": Capability(name="target_temperature", minimum=7, maximum=30),
    "color_temperature": Capability(name="color_temperature", minimum=2200, maximum=6500),
    "mode": Capability(name="mode", options=("off", "heat", "auto")),
    "temperature": Capability(name="temperature", settable=False),
    "humidity": Capability(name="humidity", settable=False),
    "contact": Capability(name="contact", settable=False),
}

ROOMS = (
    Room(name="Kitchen", floor="Ground Floor"),
    Room(name="Living Room", floor="Ground Floor", aliases=("lounge",)),
    Room(name="Bedroom", floor="First Floor"),
    Room(name="Garage", floor="Ground Floor"),
)

HOME = Home(
    rooms=ROOMS,
    devices=(
        device("Kitchen light", "Kitchen", "light", "power brightness"),
        device("Ceiling light", "Living Room", "light", "power brightness color color_temperature"),
        device("Lamp", "Living Room", "light", "power brightness"),
        device("Lamp", "Bedroom", "light", "power"),
        device("Fan", "Kitchen", "fan", "power fan_speed"),
        device("Coffee machine", "Kitchen", "switch", "power"),
        device("Blind", "Bedroom", "cover", "position", "blind"),
        device("Bedroom thermostat", "Bedroom", "climate", "target_temperature temperature mode"),
        device("Garage door", "Garage", "cover", "position", "garage"),
        device("Front door", "Living Room", "lock", "lock"),
        device("TV", "Living Room", "media_player", "power media volume"),
        device("Water valve", "Kitchen", "valve", "position"),
        device("Window", "Bedroom", "binary_sensor", "contact", "window"),
        device("Climate sensor", "Kitchen", "sensor", "temperature humidity"),
        device("Vacuum", "Living Room", "vacuum", "vacuum"),
        device("Movie night", "Living Room", "scene", "scene"),
    ),
)

STATE: Mapping[str, Mapping[str, Value]] = {
    "kitchen/kitchen light": {"power": "off", "brightness": 40},
    "living room/ceiling light": {"power": "on", "brightness": 80, "color_temperature": 2700},
    "living room/lamp": {"power": "on", "brightness": 30},
    "bedroom/lamp": {"power": "off"},
    "kitchen/fan": {"power": "on", "fan_speed": 50},
    "kitchen/coffee machine": {"power": "off"},
    "bedroom/blind": {"position": 60},
    "bedroom/bedroom thermostat": {
        "target_temperature": 19,
        "temperature": 18.5,
        "mode": "heat",
    },
    "garage/garage door": {"position": 0},
    "living room/front door": {"lock": "locked"},
    "living room/tv": {"power": "on", "media": "playing", "volume": 30},
    "kitchen/water valve": {"position": 100},
    "bedroom/window": {"contact": "open"},
    "kitchen/climate sensor": {"temperature": 21.25, "humidity": 45},
    "living room/vacuum": {"vacuum": "docked"},
}


def readings(state: Mapping[str, Mapping[str, Value]]) -> dict[str, dict[str, Reading]]:
    """Values as if all were reported now."""
    return {
        device_id: {name: Reading(value=value, at=NOW) for name, value in values.items()}
        for device_id, values in state.items()
    }


CONTEXT = Context(
    home=HOME, state=readings(STATE), now=NOW, now_ms=NOW_MS, notebook=Notebook(), room=None
)


def standing_in(room: str) -> Context:
    """The context of a speaker in this room."""
    return replace(CONTEXT, room=room)


def asked(intent: str, *, scope: str = "", confidence: float = 0.95, **slots: Value) -> Request:
    """A request with these slots."""
    return replace(asked_for(intent, slots), scope=scope, confidence=confidence)


def asked_for(intent: str, slots: Mapping[str, Value]) -> Request:
    """A request with slots from a mapping."""
    return Request(
        text=f"{intent} {' '.join(str(v) for v in slots.values())}".lower(),
        span=((0, 3),),
        domain=INTENTS[intent].domain if intent in INTENTS else "",
        intent=intent,
        slots=tuple(Slot(name=n, value=v, text=str(v)) for n, v in slots.items()),
        confidence=0.95,
        source=Source.MODEL,
    )


def done(*commands: DeviceCommand) -> tuple[Outcome, ...]:
    """Every device did as it was told."""
    return tuple(
        Outcome(
            command=c,
            kind=OutcomeKind.DONE,
            reported=50 if c.value == "stop" else c.value,
        )
        for c in commands
    )
