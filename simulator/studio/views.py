"""The house, and what the speaker keeps, as JSON for the page."""

from collections.abc import Mapping
from typing import Any

from device.context import Capability, Context, Device
from device.effects import Alarm
from device.events import Value
from device.home.capabilities import RULES, Rule
from device.home.homefile import HomeFile, topic_name
from device.records import label, plain
from device.skills.notebook import lists_json, timers_json
from simulator.bridges import dialect_of
from simulator.homefile import furnished
from simulator.session import Session

Json = dict[str, Any]

SENSED = {"temperature": (-10, 40), "illuminance": (0, 1_000)}
"""Ranges in which a reading without limits is set by hand: degrees Celsius, lux."""


def plan(file: HomeFile) -> Json:
    """The house as it is built: rooms by floor, and the devices in each.

    Returns:
        `rooms` with name and floor in the file's order, and `devices` with what they are called
        on the bus, their name, room, kind, class and dialect. Devices without a room come last.
    """
    rooms = [{"name": room.name, "floor": room.floor or ""} for room in file.rooms]
    known = {room.name for room in file.rooms}
    others = dict.fromkeys(d.room or "" for d in file.devices if d.room not in known)
    return {
        "rooms": rooms + [{"name": name, "floor": ""} for name in others],
        "devices": [
            {
                "id": device.topic_name,
                "name": device.name,
                "room": device.room or "",
                "kind": device.kind or "switch",
                "class": device.device_class,
                "dialect": dialect_of(furnished(device)),
            }
            for device in file.devices
        ],
    }


def devices(session: Session) -> dict[str, Json]:
    """How every device stands, by what it is called on the bus.

    Returns:
        Of each: `values`, how it really stands; `known`, what the speaker believes; `there`,
        whether the speaker can reach it; `fault`; `controls`, what a hand can change.
    """
    home = session.speaker.home
    known = {topic_name(d.name, d.room): d for d in home.home.devices}
    faults = session.house.faults()
    found: dict[str, Json] = {}
    for name, values in session.house.values().items():
        device = known.get(name)
        heard = {} if device is None else home.state.get(device.id, {})
        found[name] = {
            "values": {what: plain(value) for what, value in values.items()},
            "known": {what: plain(reading.value) for what, reading in heard.items()},
            "there": device is not None and device.available,
            "fault": str(faults.get(name, "none")),
            "controls": {what: control(device, what, value) for what, value in values.items()},
        }
    return found


def control(device: Device | None, name: str, value: Value) -> Json:
    """What a hand can set a capability to: `options`, or `minimum`, `maximum` and `unit`.

    Args:
        device: As the speaker knows it; None where it does not.
        name: The capability.
        value: How it stands.
    """
    own = None if device is None else device.capability(name)
    own = own or Capability(name=name)
    rule = RULES.get(name, Rule())
    if rule.number:
        low, high = SENSED.get(name, (0.0, 100.0))
        return {
            "minimum": _first(own.minimum, rule.minimum, low),
            "maximum": _first(own.maximum, rule.maximum, high),
            "unit": rule.unit,
        }
    if name == "color":
        return {"color": True}
    return {"options": list(own.options or rule.words or (str(value),))}


def shelf(context: Context) -> Json:
    """What the speaker keeps: lists, timers, alarms, lessons; and how it stands itself."""
    notebook, microphone = context.notebook, context.microphone
    return {
        "lists": {name: list(items) for name, items in lists_json(notebook).items()},
        "timers": [
            {**timer, "paused": kept.paused, "command": kept.command}
            for timer, kept in zip(
                timers_json(notebook, context.now_ms), notebook.timers, strict=True
            )
        ],
        "alarms": [_alarm(alarm) for alarm in notebook.alarms],
        "ringing": list(notebook.ringing),
        "concepts": [
            {**concept.json(), "room": concept.room, "at": concept.at.isoformat()}
            for concept in context.taught
        ],
        "person": context.person,
        "room": context.room,
        "volume": context.volume,
        "listens": microphone is None or microphone.on,
    }


def changes(before: Mapping[str, Json], now: Mapping[str, Json]) -> dict[str, Json | None]:
    """What is different now: new and changed entries, and None for what is gone.

    Example: {"a": 1, "b": 2}, {"b": 3, "c": 4} -> {"b": 3, "c": 4, "a": None}.
    """
    found: dict[str, Json | None] = {
        name: entry for name, entry in now.items() if before.get(name) != entry
    }
    return found | {name: None for name in before if name not in now}


def labels(context: Context, ids: tuple[str, ...]) -> list[str]:
    """What people call devices."""
    return [label(context.home, device_id) for device_id in ids]


def _alarm(alarm: Alarm) -> Json:
    return {"at": alarm.at.isoformat(), "words": alarm.words, "repeats": list(alarm.repeats)}


def _first(*limits: float | None) -> float:
    return next(limit for limit in limits if limit is not None)
