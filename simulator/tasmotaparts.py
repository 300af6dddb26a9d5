"""What a pretend Tasmota device can be: a relay, a lamp, a shutter, a fan.

Each knows its commands, how it answers them, and how it stands. Commands are in lower case.
"""

from collections.abc import Iterator

from device.events import Value
from device.home.payloads import number_in
from simulator.homefile import Furnished
from simulator.tasmotalamp import LampColor
from simulator.tasmotapart import Answers, Taken
from simulator.things import Raw, number_within, travel

SPEEDS = (0, 33, 67, 100)
"""What the speeds of an iFan are in percent."""


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
