"""Lived-in homes: how everything stands, what was said lately, what people usually do.

The background of `simulator.situations`. Nothing here decides what somebody means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType

from device.context import Capability, Context, Device, Habit, Home, Reading, Room
from device.effects import Notebook
from device.events import Request, Slot, Turn, Value
from device.nlu.deeds import deed
from simulator.homes import Split, random_home

HOT = ("oven", "stove", "sauna", "hot tub", "kettle", "cooker", "fryer", "boiler", "pool")
"""Words in the names of appliances that tell their temperature."""

PERSONS = (None, None, "anna", "ben")

INTENTS: Mapping[str, tuple[str, str]] = {
    "on": ("HassTurnOn", ""),
    "off": ("HassTurnOff", ""),
    "open": ("HassTurnOn", "cover"),
    "close": ("HassTurnOff", "cover"),
    "lock": ("HassTurnOn", "lock"),
    "unlock": ("HassTurnOff", "lock"),
    "light": ("HassLightSet", "light"),
    "position": ("HassSetPosition", "cover"),
    "stop": ("HassStopMoving", "cover"),
    "climate": ("HassClimateSetTemperature", "climate"),
    "warmth": ("HassClimateGetTemperature", "climate"),
    "fan": ("HassFanSetSpeed", "fan"),
    "play": ("HassMediaUnpause", "media_player"),
    "pause": ("HassMediaPause", "media_player"),
    "volume": ("HassSetVolumeRelative", "media_player"),
}
"""Deed -> intent and domain of a request for it."""

DEEDS_OF = {
    "light": ("on", "off", "light"),
    "switch": ("on", "off"),
    "fan": ("on", "off", "fan"),
    "cover": ("open", "close", "position"),
    "lock": ("lock", "unlock"),
    "climate": ("off", "climate", "warmth"),
    "media_player": ("off", "play", "pause", "volume"),
}
"""Kind of device -> what people have done with it."""

SINGULAR = {
    "light": ("light", "lamp", "light"),
    "switch": ("plug", "switch"),
    "fan": ("fan",),
    "lock": ("door", "lock"),
    "climate": ("heating", "thermostat"),
    "media_player": ("player",),
}
_OFF = {"lock": "unlocked", "media": "idle", "power": "off"}


@dataclass(slots=True)
class Life:
    """A home at one moment, still open to change."""

    rng: Random
    home: Home
    room: str | None
    now: datetime
    person: str | None = None
    state: dict[str, dict[str, Reading]] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    habits: list[Habit] = field(default_factory=list)

    @property
    def context(self) -> Context:
        """What the speaker knows."""
        return Context(
            home=self.home,
            state=MappingProxyType({k: MappingProxyType(v) for k, v in self.state.items()}),
            room=self.room,
            person=self.person,
            now=self.now,
            turns=tuple(sorted(self.turns, key=lambda t: t.at)),
            notebook=Notebook(),
            habits=tuple(sorted(self.habits, key=lambda h: h.at)),
        )

    def of(self, *kinds: str, room: str | None = None) -> list[Device]:
        """Devices of these kinds, in one room or anywhere."""
        found = [d for d in self.home.devices if d.kind in kinds]
        return [d for d in found if room is None or d.room == room]

    def put(
        self, device: Device, capability: str, value: Value, ago: timedelta | None = None
    ) -> None:
        """Let a device report; `ago` is when the value changed."""
        since = None if ago is None else self.now - ago
        reading = Reading(value=value, at=self.now - (ago or timedelta(minutes=1)), since=since)
        self.state.setdefault(device.id, {})[capability] = reading

    def mention(self, devices: Sequence[Device], what: str, age_s: float) -> None:
        """Let somebody have asked for something, by name or, for several, by kind and room."""
        asked = request(what, devices[0].kind)
        first = devices[0]
        slots: tuple[Slot, ...]
        if len(devices) == 1:
            slots = (Slot(name="name", value=self.home.label(first), text=first.name),)
        else:
            slots = tuple(
                Slot(name=name, value=value, text=value)
                for name, value in (("area", first.room), ("domain", first.kind))
                if value is not None
            )
        asked = replace(asked, slots=slots, meant=tuple(d.id for d in devices), scope="")
        at = self.now - timedelta(seconds=age_s)
        self.turns.append(Turn(id=f"{at:%H%M%S%f}", at=at, text=asked.text, requests=(asked,)))

    def use(
        self, devices: Sequence[Device], what: str, times: int, *, hour: float | None = None
    ) -> None:
        """Let devices have been used like this on earlier days, at about one hour or at any."""
        for _ in range(times):
            day = self.now - timedelta(days=self.rng.randint(1, 40))
            at = self.rng.uniform(0, 24) if hour is None else hour + self.rng.gauss(0, 0.5)
            moment = day.replace(hour=0, minute=0) + timedelta(hours=at % 24)
            ids = frozenset(d.id for d in devices)
            self.habits.append(Habit(deed=what, devices=ids, at=moment, person=self.person))

    def rang(self, age_s: float) -> None:
        """Let an alarm have rung."""
        at = self.now - timedelta(seconds=age_s)
        self.turns.append(Turn(id=f"r{at:%H%M%S}", at=at, text="", events=("It is time.",)))

    @property
    def hour(self) -> float:
        """The hour of the day, with a fraction."""
        return self.now.hour + self.now.minute / 60


def request(what: str, kind: str, *, scope: str = "", said: str = "") -> Request:
    """A request for a deed that names no device.

    Args:
        what: The deed.
        kind: Kind of device, the request's domain where the deed has none.
        scope: How it counts what it names.
        said: A word for the kind, in the singular, where one was said.
    """
    intent, domain = INTENTS[what]
    slots: tuple[Slot, ...] = ()
    if said:
        classed = kind == "cover"
        name, value = ("device_class", said) if classed else ("domain", kind)
        slots = (Slot(name=name, value=value, text=said),)
    elif what in ("open", "close", "lock", "unlock"):
        slots = (Slot(name="domain", value=domain, text=""),)
    asked = Request(
        text=f"{what} {scope or said}".strip(),
        span=((0, 2),),
        domain=domain or kind,
        intent=intent,
        slots=slots,
        confidence=1.0,
        scope=scope,
    )
    if deed(asked) != what:
        raise ValueError(f"{what} of a {kind} is no deed that understanding gives")
    return asked


def random_life(rng: Random, split: Split = "train") -> Life:
    """A random home on a random day, with things said and done that need not matter now."""
    home = _furnished(rng, random_home(rng, split))
    room: Room | None = rng.choice(home.rooms) if rng.random() < 0.88 else None
    now = datetime(2026, rng.randint(1, 12), rng.randint(1, 28), tzinfo=UTC) + timedelta(
        minutes=rng.randrange(1440)
    )
    name = None if room is None else room.name
    life = Life(rng=rng, home=home, room=name, now=now, person=rng.choice(PERSONS))
    for device in home.devices:
        _report(life, device)
    _background(life)
    return life


def _furnished(rng: Random, home: Home) -> Home:
    """Appliances that get hot tell how hot they are."""
    warm = Capability(name="temperature", settable=False)
    devices = tuple(
        replace(d, capabilities=(*d.capabilities, warm))
        if d.kind == "switch" and any(word in d.name.casefold() for word in HOT)
        else d
        for d in home.devices
    )
    oven = Device(
        id="oven",
        name=rng.choice(("Oven", "Big oven", "Pizza oven", "Sauna", "Air fryer")),
        room=rng.choice(home.rooms).name,
        kind="switch",
        capabilities=(Capability(name="power"), warm),
    )
    return replace(home, devices=(*devices, oven)) if rng.random() < 0.3 else home


def _report(life: Life, device: Device) -> None:
    rng = life.rng
    if rng.random() < 0.06:
        return  # It never told anything.
    old = timedelta(minutes=rng.randint(20, 900)) if rng.random() < 0.6 else None
    on = rng.random() < 0.35
    for capability in device.capabilities:
        match capability.name:
            case "power":
                life.put(device, "power", "on" if on else "off", old)
            case "media":
                quiet = rng.choice(("idle", "paused"))
                life.put(device, "media", "playing" if on and rng.random() < 0.7 else quiet, old)
            case "lock":
                life.put(device, "lock", "locked" if rng.random() < 0.7 else "unlocked", old)
            case "position":
                life.put(device, "position", rng.choice((0, 0, 100, 100, 40)), old)
            case "mode":
                life.put(device, "mode", "heat" if on else "off", old)
            case "temperature" | "target_temperature" | "brightness" | "fan_speed" | "volume":
                life.put(device, capability.name, rng.randint(15, 60))


def _background(life: Life) -> None:
    """Old mentions and habits that may or may not bear on the present."""
    rng = life.rng
    useful = [d for d in life.home.devices if d.kind in DEEDS_OF]
    if not useful:
        return
    for _ in range(rng.choice((0, 0, 1, 2))):
        device = rng.choice(useful)
        life.mention([device], rng.choice(DEEDS_OF[device.kind]), rng.uniform(400, 5000))
    for _ in range(rng.choice((0, 0, 1, 2, 4, 6))):
        device = rng.choice(useful)
        what = rng.choice(DEEDS_OF[device.kind])
        hour = rng.uniform(0, 24) if rng.random() < 0.6 else None
        life.use([device], what, rng.randint(1, 12), hour=hour)
