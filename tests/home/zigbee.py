"""A small Zigbee2MQTT inventory, written by hand as version 2.12 publishes it."""

import json
from datetime import UTC, datetime
from typing import Any

from device.context import Device, Home
from device.home.homefile import HomeFile
from device.home.homestate import HomeState
from device.home.plain import Plain
from device.home.zigbee2mqtt import Zigbee2Mqtt
from device.ports import BusMessage, BusUp

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

STATE = {
    "type": "binary", "name": "state", "property": "state", "access": 7,
    "value_on": "ON", "value_off": "OFF", "value_toggle": "TOGGLE",
}  # fmt: skip
BRIGHTNESS = {
    "type": "numeric", "name": "brightness", "property": "brightness", "access": 7,
    "value_min": 0, "value_max": 254,
}  # fmt: skip
COLOR_TEMP = {
    "type": "numeric", "name": "color_temp", "property": "color_temp", "access": 7,
    "value_min": 153, "value_max": 500, "unit": "mired",
}  # fmt: skip
COLOR_XY = {
    "type": "composite", "name": "color_xy", "property": "color", "access": 7,
    "features": [
        {"type": "numeric", "name": "x", "property": "x", "access": 7},
        {"type": "numeric", "name": "y", "property": "y", "access": 7},
    ],
}  # fmt: skip
BATTERY = {"type": "numeric", "name": "battery", "property": "battery", "access": 1, "unit": "%"}

LIGHT = [{"type": "light", "features": [STATE, BRIGHTNESS, COLOR_TEMP, COLOR_XY]}]
COVER = [
    {
        "type": "cover",
        "features": [
            {
                "type": "enum", "name": "state", "property": "state", "access": 3,
                "values": ["OPEN", "CLOSE", "STOP"],
            },
            {
                "type": "numeric", "name": "position", "property": "position", "access": 7,
                "value_min": 0, "value_max": 100, "unit": "%",
            },
        ],
    }
]  # fmt: skip
LOCK = [
    {
        "type": "lock",
        "features": [
            {
                "type": "binary", "name": "state", "property": "state", "access": 7,
                "value_on": "LOCK", "value_off": "UNLOCK",
            },
            {
                "type": "enum", "name": "lock_state", "property": "lock_state", "access": 1,
                "values": ["not_fully_locked", "locked", "unlocked"],
            },
        ],
    },
    BATTERY,
]  # fmt: skip
CLIMATE = [
    {
        "type": "climate",
        "features": [
            {
                "type": "numeric", "name": "occupied_heating_setpoint", "access": 7,
                "property": "occupied_heating_setpoint", "value_min": 5, "value_max": 30,
                "value_step": 0.5, "unit": "°C",
            },
            {
                "type": "numeric", "name": "local_temperature", "access": 5,
                "property": "local_temperature", "unit": "°C",
            },
            {
                "type": "enum", "name": "system_mode", "property": "system_mode", "access": 7,
                "values": ["off", "auto", "heat"],
            },
        ],
    }
]  # fmt: skip
FAN = [
    {
        "type": "fan",
        "features": [
            {
                "type": "binary", "name": "state", "property": "fan_state", "access": 7,
                "value_on": "ON", "value_off": "OFF",
            },
            {
                "type": "enum", "name": "mode", "property": "fan_mode", "access": 7,
                "values": ["off", "low", "medium", "high", "on", "smart"],
            },
        ],
    }
]  # fmt: skip
CONTACT = [
    {
        "type": "binary", "name": "contact", "property": "contact", "access": 1,
        "value_on": False, "value_off": True,
    },
    BATTERY,
]  # fmt: skip
CLIMATE_SENSOR = [
    {
        "type": "numeric", "name": "temperature", "property": "temperature", "access": 1,
        "unit": "°C",
    },
    {"type": "numeric", "name": "humidity", "property": "humidity", "access": 1, "unit": "%"},
]  # fmt: skip


def entry(address: str, name: str, exposes: list[Any], **more: object) -> dict[str, Any]:
    """One device of `bridge/devices`."""
    return {
        "ieee_address": address,
        "type": "Router",
        "supported": True,
        "disabled": False,
        "friendly_name": name,
        "definition": {"model": "X", "vendor": "Y", "description": "", "exposes": exposes},
        **more,
    }


def inventory(*entries: dict[str, Any]) -> BusMessage:
    """The retained message that announces them."""
    coordinator = {
        "ieee_address": "0x0",
        "type": "Coordinator",
        "friendly_name": "Coordinator",
        "definition": None,
    }
    payload = json.dumps([coordinator, *entries]).encode()
    return BusMessage(topic="zigbee2mqtt/bridge/devices", payload=payload, retained=True)


def message(topic: str, content: object, *, retained: bool = False) -> BusMessage:
    """A message below zigbee2mqtt/, as JSON; bytes go as they are."""
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    return BusMessage(topic=f"zigbee2mqtt/{topic}", payload=payload, retained=retained)


def home_with(*entries: dict[str, Any], file: HomeFile | None = None) -> HomeState:
    """A home that is connected and has heard of these devices."""
    home = HomeState([Zigbee2Mqtt(), Plain()], file=file)
    home.take(BusUp(), at=NOON, now_ms=0)
    home.take(inventory(*entries), at=NOON, now_ms=0)
    return home


def values_of(home: HomeState, device_id: str) -> dict[str, object]:
    """What a device last reported, without times."""
    return {name: reading.value for name, reading in home.state.get(device_id, {}).items()}


def device_called(home: Home, label: str) -> Device:
    """The device with this label (`Home.label`)."""
    (found,) = [device for device in home.devices if home.label(device) == label]
    return found
