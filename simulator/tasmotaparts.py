"""What a pretend Tasmota device can be: a relay, a lamp, a shutter, a fan, or sensors.

Each knows its commands, how it answers them, and how it stands. Commands are in lower case.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from device.events import Value
from device.home.payloads import Json, number_in
from simulator.homefile import Furnished
from simulator.tasmotalamp import LampColor
from simulator.things import Raw, number_within, travel

Answers = list[tuple[str, Json | bytes]]
"""Last levels of `stat` topics, and what is said there."""
SPEEDS = (0, 33, 67, 100)
"""What the speeds of an iFan are in percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A command that is known."""

    what: str
    steps: tuple[Raw, ...] = ()
    """The states it leads through; none for a question."""
    at_once: Raw = field(default_factory=dict)
    """What `RESULT` says before anything moves."""


class Part(Protocol):
    """What a Tasmota device is for."""

    raw: Raw
    module: str
    """Tasmota's name for the hardware."""
    lamp_type: int
    """Tasmota's `lt_st`: 0 none, 1 single, 2 cold and warm, 3 colour, 5 both."""

    def put(self, name: str, value: Value) -> None:
        """Change one capability by hand."""
        ...

    def values(self) -> dict[str, Value]:
        """How it stands, in our words."""
        ...

    def relays(self) -> tuple[int, ...]:
        """Tasmota's `rl`: 0 none, 1 relay, 2 light, 3 shutter."""
        ...

    def options(self) -> Raw:
        """Its SetOptions that are not 0."""
        ...

    def take(self, command: str, text: str, now: Raw) -> Taken | None:
        """What a command does upon a state; None when it is unknown."""
        ...

    def answers(self, what: str) -> Answers:
        """What it says to a command or a question."""
        ...

    def touched(self) -> Answers:
        """What it says when somebody changes it by hand."""
        ...

    def state(self) -> Raw:
        """Its share of `tele/STATE`."""
        ...


class Sensors:
    """Sensors on a board of their own, or beside a relay."""

    module = "Generic"
    lamp_type = 0

    def __init__(self, device: Furnished) -> None:
        mine = ("temperature", "humidity", "illuminance", "battery")
        self.raw: Raw = {name: 0 for name in device.capabilities if name in mine}
        self.switched = next(
            (n for n in device.capabilities if n in ("contact", "occupancy", "leak", "smoke")), None
        )
        """The capability that its one switch stands for."""
        if self.switched is not None:
            self.raw["Switch1"] = "OFF"
        self.label = "Switch1"
        """What its switch is called (`SwitchText1`)."""

    @property
    def battery(self) -> Json:
        """Charge in percent, or None on the mains."""
        return self.raw.get("battery")

    def put(self, name: str, value: Value) -> None:
        """A reed contact is ON while its magnet is away."""
        if name == self.switched:
            self.raw["Switch1"] = "ON" if value in ("on", "open") else "OFF"
        elif name in self.raw:
            self.raw[name] = value

    def values(self) -> dict[str, Value]:
        """How they stand, in our words."""
        told: dict[str, Value] = {}
        for name, value in self.raw.items():
            if name == "Switch1" and self.switched is not None:
                words = ("open", "closed") if self.switched == "contact" else ("on", "off")
                told[self.switched] = words[value != "ON"]
            elif isinstance(value, int | float | str):
                told[name] = value
        return told

    def telemetry(self) -> Raw:
        """Their share of `tele/SENSOR`."""
        found: Raw = {}
        climate: Raw = {
            name.capitalize(): self.raw[name]
            for name in ("temperature", "humidity")
            if name in self.raw
        }
        if set(climate) == {"Temperature"}:
            found["DS18B20"] = {"Id": "01131B123456", **climate}
        elif climate:
            found["SHT3X"] = climate
        if "illuminance" in self.raw:
            found["BH1750"] = {"Illuminance": self.raw["illuminance"]}
        if "Switch1" in self.raw:
            found[self.label] = self.raw["Switch1"]
        if "temperature" in self.raw:
            found["TempUnit"] = "C"
        return found

    def relays(self) -> tuple[int, ...]:
        return ()

    def options(self) -> Raw:
        return {}

    def take(self, command: str, text: str, now: Raw) -> Taken | None:
        return None

    def answers(self, what: str) -> Answers:
        return []

    def touched(self) -> Answers:
        if "Switch1" not in self.raw:
            return []
        return [("RESULT", {self.label: {"Action": self.raw["Switch1"]}})]

    def state(self) -> Raw:
        return {}


class Relay:
    """One relay."""

    module = "Sonoff Basic"
    lamp_type = 0

    def __init__(self, device: Furnished) -> None:
        self.raw: Raw = {"POWER": "OFF"}

    def put(self, name: str, value: Value) -> None:
        self.raw["POWER"] = str(value).upper()

    def values(self) -> dict[str, Value]:
        return {"power": str(self.raw["POWER"]).lower()}

    def relays(self) -> tuple[int, ...]:
        return (1,)

    def options(self) -> Raw:
        return {}

    def take(self, command: str, text: str, now: Raw) -> Taken | None:
        if command not in ("power", "power1", "power0"):
            return None
        word = _switched(text, str(now["POWER"]))
        return Taken(what="POWER", steps=() if word is None else ({**now, "POWER": word},))

    def answers(self, what: str) -> Answers:
        power = str(self.raw["POWER"])
        return [("RESULT", {"POWER": power}), ("POWER", power.encode())]

    def touched(self) -> Answers:
        return self.answers("POWER")

    def state(self) -> Raw:
        return {"POWER": self.raw["POWER"]}


class Lamp(Relay):
    """A lamp: a relay that Home Assistant shall take for one, or one that can be dimmed."""

    def __init__(self, device: Furnished) -> None:
        super().__init__(device)
        can = set(device.capabilities)
        both = {"color", "color_temperature"} <= can
        if both:
            self.lamp_type = 5
        elif "color" in can:
            self.lamp_type = 3
        elif "color_temperature" in can:
            self.lamp_type = 2
        else:
            self.lamp_type = int("brightness" in can)
        self.module = "Sonoff Basic" if self.lamp_type == 0 else "Generic"
        self._shine = LampColor(lamp_type=self.lamp_type)
        self.raw |= self._shine.first

    def put(self, name: str, value: Value) -> None:
        if name == "power":
            super().put(name, value)
        else:
            self.raw |= self._shine.written(name, value)

    def values(self) -> dict[str, Value]:
        return {**super().values(), **self._shine.read(self.raw)}

    def relays(self) -> tuple[int, ...]:
        return (2,) if self.lamp_type else (1,)

    def options(self) -> Raw:
        return {} if self.lamp_type else {"30": 1}

    def take(self, command: str, text: str, now: Raw) -> Taken | None:
        if (taken := super().take(command, text, now)) is not None:
            return taken
        after = self._shine.take(command, text, now)
        if after is None:
            return None
        what = self._shine.name_of(command)
        return Taken(what=f"{what}?") if not after else Taken(what=what, steps=(after,))

    def answers(self, what: str) -> Answers:
        if what == "POWER":
            return super().answers(what)
        if what.endswith("?"):
            return [("RESULT", {what[:-1]: self._shine.shown(self.raw).get(what[:-1])})]
        return [("RESULT", self.state())]

    def state(self) -> Raw:
        return {**super().state(), **self._shine.shown(self.raw)}


class Fan:
    """A Sonoff iFan: off, low, medium, high."""

    module = "Sonoff iFan03"
    lamp_type = 0

    def __init__(self, device: Furnished) -> None:
        self.raw: Raw = {"FanSpeed": 0}
        self._usual = 1
        """The speed at which it starts when somebody switches it on by hand."""

    def put(self, name: str, value: Value) -> None:
        if name == "fan_speed" and isinstance(value, int | float):
            step = min(range(4), key=lambda n: abs(SPEEDS[n] - value))
            self._usual = step or self._usual
            self.raw["FanSpeed"] = step if self.raw["FanSpeed"] else 0
        elif name == "power":
            self.raw["FanSpeed"] = self._usual if value == "on" else 0

    def values(self) -> dict[str, Value]:
        speed = int(number_in(self.raw["FanSpeed"]) or 0)
        return {"power": "on" if speed else "off", "fan_speed": SPEEDS[max(0, min(3, speed))]}

    def relays(self) -> tuple[int, ...]:
        return ()

    def options(self) -> Raw:
        return {}

    def take(self, command: str, text: str, now: Raw) -> Taken | None:
        if command not in ("fanspeed", "fanspeed1"):
            return None
        speed = int(number_in(now["FanSpeed"]) or 0)
        if text in ("+", "-"):
            speed = (speed + (1 if text == "+" else -1)) % 4
        elif (number := number_within(text, 0, 3)) is not None and number.is_integer():
            speed = int(number)
        else:
            return Taken(what="FanSpeed")
        return Taken(what="FanSpeed", steps=({"FanSpeed": speed},))

    def answers(self, what: str) -> Answers:
        return [("RESULT", self.state())]

    def touched(self) -> Answers:
        return self.answers("FanSpeed")

    def state(self) -> Raw:
        return {"FanSpeed": self.raw["FanSpeed"]}


class Shutter:
    """A shutter on two relays; 100 is open."""

    module = "Shelly 2.5"
    lamp_type = 0

    def __init__(self, device: Furnished) -> None:
        self.raw: Raw = {"Position": 0, "Direction": 0, "Target": 0}

    def put(self, name: str, value: Value) -> None:
        self.raw = {"Position": value, "Direction": 0, "Target": value}

    def values(self) -> dict[str, Value]:
        return {"position": number_in(self.raw["Position"]) or 0}

    def relays(self) -> tuple[int, ...]:
        return (3, 3)

    def options(self) -> Raw:
        return {}

    def take(self, command: str, text: str, now: Raw) -> Taken | None:
        name = command.removesuffix("1")
        here = int(number_in(now["Position"]) or 0)
        word = {"shutteropen": "OPEN", "shutterclose": "CLOSE", "shutterstop": "STOP"}.get(name)
        if name == "shuttertoggle":
            word = "TOGGLE"
        if word is None and name != "shutterposition":
            return None
        word = word or text.upper()
        ends = {"OPEN": 100, "CLOSE": 0, "STOP": here, "TOGGLE": 100 if here <= 50 else 0}
        number = ends.get(word)
        if number is None:
            found = number_within(text, 0, 100)
            if found is None:
                return Taken(what="Shutter1")
            number = round(found)
        said = {"shutterposition": "ShutterPosition1"}.get(name, f"Shutter{word.capitalize()}1")
        steps = tuple(_way(here, number))
        return Taken(what="Shutter1", steps=steps, at_once={said: number})

    def answers(self, what: str) -> Answers:
        moved: Answers = [("RESULT", self.state())]
        arrived = self.raw["Direction"] == 0
        return [("SHUTTER1", f"{self.raw['Position']}".encode()), *moved] if arrived else moved

    def touched(self) -> Answers:
        return self.answers("Shutter1")

    def state(self) -> Raw:
        return {"Shutter1": {**self.raw, "Tilt": 0}}


def _way(start: int, end: int) -> Iterator[Raw]:
    direction = (end > start) - (end < start)
    for place in travel(start, end):
        yield {
            "Position": place, "Direction": 0 if place == end else direction, "Target": end,
        }  # fmt: skip


def _switched(text: str, now: str) -> str | None:
    """ON or OFF after a `Power`; None for a question, and for what is no word of it."""
    word = text.upper()
    if word in ("TOGGLE", "2"):
        return "OFF" if now == "ON" else "ON"
    return {"ON": "ON", "1": "ON", "TRUE": "ON", "OFF": "OFF", "0": "OFF", "FALSE": "OFF"}.get(word)
