"""Announcements of Tasmota devices, with the keys that Tasmota 13 and 14 publish."""

import copy
import json
from typing import Any

from device.ports import BusMessage

MAC = "00000049A3BC"

CONFIG: dict[str, Any] = {
    "ip": "192.168.15.10",
    "dn": "Desk",
    "fn": ["Desk lamp", None, None, None, None, None, None, None],
    "hn": "tasmota-49A3BC-0956",
    "mac": MAC,
    "md": "Sonoff Basic",
    "ty": 0,
    "if": 0,
    "cam": 0,
    "ofln": "Offline",
    "onln": "Online",
    "state": ["OFF", "ON", "TOGGLE", "HOLD"],
    "sw": "14.2.0",
    "t": "tasmota_49A3BC",
    "ft": "%prefix%/%topic%/",
    "tp": ["cmnd", "stat", "tele"],
    "rl": [1, *([0] * 31)],
    "swc": [-1] * 28,
    "swn": [None] * 28,
    "btn": [0] * 32,
    "so": {"4": 0, "11": 0, "13": 0, "17": 0, "20": 0, "30": 0, "68": 0, "73": 0, "82": 0,
           "114": 0, "117": 0},
    "lk": 1,
    "lt_st": 0,
    "bat": 0,
    "dslp": 0,
    "sho": [],
    "sht": [],
    "ver": 1,
}  # fmt: skip
"""A switch with one relay, as it comes out of the box but for its names."""

STATE = {
    "Time": "2026-11-20T12:00:00", "Uptime": "0T00:05:17", "UptimeSec": 317, "Heap": 25,
    "SleepMode": "Dynamic", "Sleep": 50, "LoadAvg": 19, "MqttCount": 1, "POWER": "ON",
    "Wifi": {"AP": 1, "SSId": "indoor", "RSSI": 100, "Signal": -48},
}  # fmt: skip

BULB_STATE = STATE | {
    "Dimmer": 40, "Color": "0066330000", "HSBColor": "150,100,40", "White": 0, "CT": 250,
    "Channel": [0, 40, 20, 0, 0], "Scheme": 0, "Fade": "OFF", "Speed": 1, "LedTable": "ON",
}  # fmt: skip


def config(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    """An announcement with some keys changed; `so` and `rl` are changed in part."""
    made = copy.deepcopy(CONFIG)
    options = more.pop("so", {})
    relays = list(more.pop("rl", made["rl"]))
    return made | more | {"so": made["so"] | options, "rl": relays + [0] * (32 - len(relays))}


def announced(content: object, mac: str = MAC) -> BusMessage:
    """The retained message of `config`."""
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    return BusMessage(topic=f"tasmota/discovery/{mac}/config", payload=payload, retained=True)


def sensors(content: object, mac: str = MAC) -> BusMessage:
    """The retained message of `sensors`, from what stands under `sn`."""
    payload = json.dumps({"sn": content, "ver": 1}).encode() if content != b"" else b""
    return BusMessage(topic=f"tasmota/discovery/{mac}/sensors", payload=payload, retained=True)


def said(topic: str, content: object, *, retained: bool = False) -> BusMessage:
    """What a device says; bytes go as they are."""
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    return BusMessage(topic=topic, payload=payload, retained=retained)
