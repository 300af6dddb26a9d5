"""The sensors of a pretend Tasmota device."""

from device.events import Value
from device.home.payloads import Json
from simulator.homefile import Furnished
from simulator.tasmotapart import Answers, Taken
from simulator.things import Raw


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
