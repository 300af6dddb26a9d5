"""Tasmota devices of the pretend house, one relay, lamp, shutter, fan or sensor each.

Written from Tasmota's documentation and its discovery driver, apart from `device.home`: were
both to share one conversion, a mistake in it would cancel out. What differs from the real
firmware: an iFan has no lamp, as one table of a home file is one device, and there is no
telemetry every five minutes.
"""

import re
from collections.abc import Callable, Mapping

from device.events import Value
from simulator.homefile import Furnished
from simulator.tasmotapart import Part
from simulator.tasmotaparts import Fan, Lamp, Relay, Shutter
from simulator.tasmotasensors import Sensors
from simulator.things import (
    Asked,
    Messages,
    Puzzled,
    Raw,
    Sense,
    Told,
    cleared,
    key_of,
    said,
)

PARTS: Mapping[str, tuple[Callable[[Furnished], Part], frozenset[str]]] = {
    "light": (Lamp, frozenset({"power", "brightness", "color", "color_temperature"})),
    "switch": (Relay, frozenset({"power"})),
    "fan": (Fan, frozenset({"power", "fan_speed"})),
    "cover": (Shutter, frozenset({"position"})),
    "sensor": (Sensors, frozenset()),
    "binary_sensor": (Sensors, frozenset()),
}
"""What Tasmota has of each kind of device."""
MEASURED = frozenset({"temperature", "humidity", "illuminance", "battery"})
"""What any Tasmota device may measure besides."""
SWITCHED = frozenset({"contact", "occupancy", "leak", "smoke"})
"""What a binary sensor may tell: one of these, since Tasmota calls them all a switch."""

TIME = "1970-01-01T00:10:00"
"""What a Tasmota that found no time server takes for now."""
PREFIXES = ("cmnd", "stat", "tele")
FULL_TOPICS = ("%prefix%/%topic%/", "tasmota/%topic%/%prefix%/")
"""Tasmota's default, and the other order that its documentation gives."""


def speaks_tasmota(device: Furnished) -> bool:
    """Whether Tasmota has such a device."""
    if device.kind not in PARTS:
        return False
    can = PARTS[device.kind][1] | MEASURED
    if device.kind == "binary_sensor":
        can |= SWITCHED
    told = [name for name in device.capabilities if name in SWITCHED]
    return set(device.capabilities) <= can and len(told) <= 1


class TasmotaThing:
    """One device that runs Tasmota."""

    def __init__(self, device: Furnished) -> None:
        self._device = device
        key = key_of(device.topic_name)
        self.mac = key[-12:].upper()
        self._full_topic = FULL_TOPICS[int(key[2], 16) % 8 == 0]
        make, _ = PARTS[device.kind]
        self._part = make(device)
        self._sensors = self._part if isinstance(self._part, Sensors) else Sensors(device)
        self.topic_name = device.topic_name
        self.put(device.state)

    @property
    def topic_name(self) -> str:
        """What it is called: its device name, and its owner's text for its switch."""
        return self._sensors.label

    @topic_name.setter
    def topic_name(self, name: str) -> None:
        self._sensors.label = name

    @property
    def topic(self) -> str:
        """Its `%topic%`: its name as one word, or Tasmota's default where that cannot be."""
        if re.fullmatch(r"[A-Za-z0-9 /'_-]+", self.topic_name):
            return re.sub(r"[^a-z0-9]+", "_", self.topic_name.lower().replace("'", "")).strip("_")
        return f"tasmota_{self.mac[-6:]}"

    @property
    def address(self) -> str:
        """How the topics of its commands begin."""
        return self._topic("cmnd", "").rstrip("/")

    @property
    def listens(self) -> tuple[str, ...]:
        """All its commands."""
        return (f"{self.address}/+",)

    @property
    def inventory(self) -> Raw | None:
        """It announces itself."""
        return None

    @property
    def raw(self) -> Raw:
        """Its whole state."""
        return {**self._part.raw, **self._sensors.raw}

    @property
    def values(self) -> dict[str, Value]:
        """Its whole state in our words."""
        told = {**self._sensors.values(), **self._part.values()}
        return {name: told[name] for name in self._device.capabilities if name in told}

    def put(self, values: Mapping[str, Value]) -> None:
        """Change by hand."""
        for name, value in values.items():
            if name in PARTS[self._device.kind][1]:
                self._part.put(name, value)
            else:
                self._sensors.put(name, value)

    def become(self, raw: Raw) -> None:
        """Stand so from now on."""
        self._part.raw |= {key: value for key, value in raw.items() if key in self._part.raw}

    def sense(self, rest: str, payload: bytes) -> Sense:
        """Take a command in any case, with or without the number 1; empty or `?` is a question."""
        text = payload.decode("utf-8", "replace").strip()
        command = rest.lower()
        if command in ("backlog", "backlog0"):
            return self._backlog(text)
        return self._command(command, "" if text == "?" else text, self._part.raw)

    def announcement(self) -> Messages:
        """`config` and `sensors` below `tasmota/discovery`, both retained."""
        base = f"tasmota/discovery/{self.mac}"
        sensors: Raw = {"sn": self._telemetry(), "ver": 1}
        return (
            said(f"{base}/config", self._config(), retained=True),
            said(f"{base}/sensors", sensors, retained=True),
        )

    def presence(self, *, online: bool) -> Messages:
        """Its last will, or its birth, retained."""
        word = b"Online" if online else b"Offline"
        return (said(self._topic("tele", "LWT"), word, retained=True),)

    def report(self) -> Messages:
        """What it says when somebody touches it, and its telemetry."""
        touched = [said(self._topic("stat", end), what) for end, what in self._part.touched()]
        telemetry = [said(self._topic("tele", "STATE"), self._state())]
        if len(self._telemetry()) > 1:
            telemetry.append(said(self._topic("tele", "SENSOR"), self._telemetry()))
        return (*touched, *telemetry)

    def reply(self, what: str) -> Messages:
        """What it says to a command or a question."""
        word, _, number = what.partition(" ")
        match word:
            case "STATE":
                return self._result(self._state())
            case "TELEPERIOD":
                return (*self._result({"TelePeriod": 300}), *self.report())
            case "STATUS":
                return self._status(number)
        answers = self._part.answers(what)
        return tuple(said(self._topic("stat", end), content) for end, content in answers)

    def refusal(self, what: str) -> Messages:
        """What Tasmota answers to a command that it knows and cannot carry out."""
        return self._result({"Command": "Error"})

    def forgotten(self) -> Messages:
        """Its discovery and its last will."""
        base = f"tasmota/discovery/{self.mac}"
        return cleared(f"{base}/config", f"{base}/sensors", self._topic("tele", "LWT"))

    def _topic(self, prefix: str, end: str) -> str:
        place = self._full_topic.replace("%prefix%", prefix).replace("%topic%", self.topic)
        return place + end

    def _result(self, content: Raw) -> Messages:
        return (said(self._topic("stat", "RESULT"), content),)

    def _command(self, command: str, text: str, now: Raw) -> Sense:
        """One command, in lower case, upon a state."""
        if command == "state":
            return Asked(what="STATE")
        if command == "teleperiod":
            return Asked(what="TELEPERIOD")
        if command == "status":
            return Asked(what=f"STATUS {text}".strip())
        taken = self._part.take(command, text, now)
        if taken is None:
            return Puzzled(says=self._result({"Command": "Unknown"}))
        if not taken.steps:
            return Asked(what=taken.what)
        at_once = self._result(taken.at_once) if taken.at_once else ()
        return Told(what=taken.what, steps=taken.steps, at_once=at_once)

    def _backlog(self, text: str) -> Sense:
        """Several commands in one message, each upon what the one before left."""
        told: Told | None = None
        now = dict(self._part.raw)
        for one in text.split(";"):
            command, _, parameter = one.strip().partition(" ")
            sense = self._command(command.lower(), parameter.strip(), now)
            if isinstance(sense, Told):
                told = sense
                now = {**now, **sense.steps[-1]}
        if told is None:
            return Puzzled()
        steps = told.steps if len(told.steps) > 1 else (now,)
        return Told(what=told.what, steps=steps, at_once=told.at_once)

    def _state(self) -> Raw:
        """`tele/STATE`, and the answer to `State`."""
        wifi: Raw = {
            "AP": 1, "SSId": "pretend", "Channel": 6, "RSSI": 82, "Signal": -59, "LinkCount": 1,
        }  # fmt: skip
        start: Raw = {"Time": TIME, "Uptime": "0T00:10:00", "UptimeSec": 600, "MqttCount": 1}
        battery = self._sensors.battery
        charge: Raw = {} if battery is None else {"BatteryPercentage": battery}
        return {**start, **charge, **self._part.state(), "Wifi": wifi}

    def _telemetry(self) -> Raw:
        """`tele/SENSOR`, and what discovery says of the sensors."""
        shutter = self._part.state() if isinstance(self._part, Shutter) else {}
        return {"Time": TIME, **self._sensors.telemetry(), **shutter}

    def _status(self, number: str) -> Messages:
        parts: dict[str, Raw] = {
            "": {"Status": {"DeviceName": self.topic_name, "Topic": self.topic}},
            "10": {"StatusSNS": self._telemetry()},
            "11": {"StatusSTS": self._state()},
        }
        if number == "0":
            chosen = parts
        elif number == "8":
            chosen = {"8": parts["10"]}
        else:
            chosen = {number: parts[number]} if number in parts else {}
        if not chosen:
            return self._result({"Command": "Error"})
        return tuple(said(self._topic("stat", f"STATUS{n}"), c) for n, c in chosen.items())

    def _config(self) -> Raw:
        """The discovery message, as Tasmota 14 sends it."""
        options: Raw = {str(n): 0 for n in (4, 11, 13, 17, 20, 30, 68, 73, 82, 114, 117)}
        switch = self._sensors.switched is not None
        options |= {"114": int(switch), **self._part.options()}
        relays = list(self._part.relays())
        name = self.topic_name
        octet = int(self.mac[-2:], 16)
        return {
            "ip": f"192.168.4.{octet}",
            "dn": name,
            "fn": [name, *[None] * 7],
            "hn": f"{self.topic.replace('_', '-')}-{int(self.mac[-4:], 16) & 0x1FFF:04d}",
            "mac": self.mac,
            "md": self._part.module,
            "ty": 0,
            "if": int(isinstance(self._part, Fan)),
            "cam": 0,
            "ofln": "Offline",
            "onln": "Online",
            "state": ["OFF", "ON", "TOGGLE", "HOLD"],
            "sw": "14.6.0",
            "t": self.topic,
            "ft": self._full_topic,
            "tp": list(PREFIXES),
            "rl": [*relays, *[0] * (32 - len(relays))],
            "swc": [1 if switch else -1, *[-1] * 27],
            "swn": [name if switch else None, *[None] * 27],
            "btn": [0] * 32,
            "so": options,
            "lk": 1 if self._part.lamp_type == 5 else 0,
            "lt_st": self._part.lamp_type,
            "bat": int(self._sensors.battery is not None),
            "dslp": 0,
            "sho": [0] if isinstance(self._part, Shutter) else [],
            "sht": [[0, 0, 0]] if isinstance(self._part, Shutter) else [],
            "ver": 1,
        }
