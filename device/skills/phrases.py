"""How things are called in speech: pure functions from values to words.

Numbers are digits, times have AM or PM, lists have one "and".
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from device.context import Device, Home
from device.events import Value

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SINGULAR_ENDINGS = ("ss", "us", "is", "as", "os", "'s", "\u2019s")
_PLAIN_WORD = re.compile(r"[A-Z][a-z]*\Z")


def listed(parts: Sequence[str], *, word: str = "and") -> str:
    """Join phrases as they are spoken.

    Example: ["milk", "eggs", "bread"] -> "milk, eggs and bread".
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    Example: (1, "timer") -> "1 timer", (3, "entry") -> "3 entries", (2, "switch") -> "2 switches".
    """
    return f"{count} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Example: "light" -> "lights", "switch" -> "switches", "entry" -> "entries"."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def be(names: Sequence[str]) -> str:
    """The verb after these names.

    Example: ["the fan"] -> "is", ["the counter lights"] -> "are", ["the fan", "the TV"] -> "are".
    """
    return "are" if len(names) != 1 or is_plural(names[0]) else "is"


def is_plural(name: str) -> bool:
    """Whether a name means several things: "counter lights", not "glass" or "bus"."""
    return name.lower().endswith("s") and not name.lower().endswith(_SINGULAR_ENDINGS)


def capital(sentence: str) -> str:
    """The sentence with a capital first letter and nothing else changed."""
    return sentence[:1].upper() + sentence[1:]


def number(value: float) -> str:
    """A number as digits, with at most 1 decimal.

    Example: 21.0 -> "21", 21.55 -> "21.6".
    """
    rounded = round(float(value), 1)
    return str(int(rounded)) if rounded.is_integer() else str(rounded)


def duration(ms: int) -> str:
    """A length of time in whole seconds, in at most 3 parts.

    Example: 5_400_000 -> "1 hour and 30 minutes", 59_999 -> "1 minute".
    """
    seconds = max(round(ms / 1000), 0)
    parts = [
        counted(count, unit)
        for count, unit in (
            (seconds // 3600, "hour"),
            (seconds // 60 % 60, "minute"),
            (seconds % 60, "second"),
        )
        if count
    ]
    return listed(parts) or "0 seconds"


def ago(age: timedelta) -> str:
    """How long ago something was, roughly.

    Example: 130 minutes -> "2 hours ago", 59 seconds -> "just now".
    """
    minutes = age // timedelta(minutes=1)
    for size, unit in ((2 * 1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            length = 1440 if unit == "day" else size
            return f"{counted(minutes // length, unit)} ago"
    return "just now"


def adjective(ms: int) -> str:
    """A length of time in front of a noun.

    Example: 300_000 -> "5 minute", 5_400_000 -> "1 hour 30 minute".
    """
    words = duration(ms).replace(" and ", " ").replace(",", "").split()
    return " ".join(word.removesuffix("s") for word in words)


def clock_time(moment: datetime | time) -> str:
    """A time of day.

    Example: 21:30 -> "9:30 PM", 00:05 -> "12:05 AM".
    """
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {'AM' if moment.hour < 12 else 'PM'}"


def calendar_day(day: date, today: date) -> str:
    """A day as seen from today.

    Example: today, tomorrow, "on Monday" within 6 days, else "on Monday, November 30",
    with the year where it is another one.
    """
    ahead = (day - today).days
    if ahead in (0, 1, -1):
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[ahead]
    weekday = WEEKDAYS[day.weekday()]
    if 1 < ahead < 7:
        return f"on {weekday}"
    year = "" if day.year == today.year else f", {day.year}"
    return f"on {weekday}, {day:%B} {day.day}{year}"


def moment(at: datetime, now: datetime) -> str:
    """A time of day with its day, where it is not today.

    Example: "7:00 AM tomorrow".
    """
    day = calendar_day(at.date(), now.date())
    return clock_time(at) if day == "today" else f"{clock_time(at)} {day}"


def day_after(moment_now: datetime, days: int) -> date:
    """The date `days` days later, by the calendar."""
    return moment_now.date() + timedelta(days=days)


def common(name: str) -> str:
    """A name in the middle of a sentence: plain capitalized words in lower case.

    Example: "Kitchen light" -> "kitchen light", "TV" -> "TV", "Anna's lamp" -> "Anna's lamp".
    """
    words = name.split()
    if any("'" in word or "\u2019" in word for word in words):
        return name
    return " ".join(word.lower() if _PLAIN_WORD.match(word) else word for word in words)


def the(name: str) -> str:
    """A name with its article, unless it begins with an owner or has one already.

    Example: "Kitchen light" -> "the kitchen light", "Anna's lamp" -> "Anna's lamp".
    """
    first = name.split(" ", 1)[0]
    if first.lower() in ("the", "my", "our") or first.endswith(("'s", "\u2019s")):
        return name
    return f"the {common(name)}"


def called(home: Home, device: Device) -> str:
    """A device in the middle of a sentence, with its room where its name is not unique.

    Example: "the kitchen light"; "the bedroom lamp" where another room has a lamp too.
    """
    if device.kind in ("scene", "script"):
        return device.name
    if home.label(device) == device.name or device.room is None:
        return the(device.name)
    room, name = common(device.room), common(device.name)
    return f"the {name}" if room.lower() in name.lower() else f"the {room} {name}"


KIND_WORDS = {
    "media_player": "player",
    "climate": "thermostat",
    "lawn_mower": "mower",
    "binary_sensor": "sensor",
    "alarm_control_panel": "alarm",
    "cover": "cover",
}
"""What devices of a kind are called, where it is not the kind itself."""


def kind_word(kind: str) -> str:
    """What one device of this kind is called: "light", "thermostat"."""
    return KIND_WORDS.get(kind, kind.replace("_", " "))


def group_word(devices: Sequence[Device]) -> str:
    """What several devices are called together, in the singular: "light", "blind", "device"."""
    words = {_group_of(device) for device in devices}
    return words.pop() if len(words) == 1 else "device"


def _group_of(device: Device) -> str:
    openings = device.kind == "binary_sensor" and device.device_class in ("window", "door")
    if device.device_class and (device.kind == "cover" or openings):
        return device.device_class
    lamp = any(w in ("light", "lights", "lamp") for w in device.name.casefold().split())
    return "light" if device.kind == "switch" and lamp else kind_word(device.kind)


_STANDS = {
    "power": "{}",
    "brightness": "at {} %",
    "fan_speed": "at {} %",
    "color": "{}",
    "color_temperature": "at {} K",
    "lock": "{}",
    "target_temperature": "set to {} degrees",
    "temperature": "at {} degrees",
    "humidity": "at {} % humidity",
    "mode": "set to {}",
    "contact": "{}",
    "media": "{}",
    "vacuum": "{}",
    "mower": "{}",
    "scene": "{}",
    "volume": "at volume {}",
    "battery": "at {} % battery",
    "illuminance": "at {} lx",
}


def stands(capability: str, value: Value) -> str:
    """What a device is when it reports this value, after "is".

    Example: ("power", "on") -> "on", ("brightness", 40) -> "at 40 %",
    ("position", 0) -> "closed", ("target_temperature", 21.0) -> "set to 21 degrees".
    """
    if capability == "position" and isinstance(value, int | float):
        ends = {0: "closed", 100: "open"}
        return ends.get(round(value), f"{number(value)} % open")
    if capability == "occupancy":
        return "occupied" if value == "on" else "empty"
    if capability in ("leak", "smoke"):
        return f"reporting {'' if value == 'on' else 'no '}{capability}"
    words = number(value) if isinstance(value, int | float) else value.replace("_", " ")
    return _STANDS.get(capability, f"at {capability.replace('_', ' ')} {{}}").format(words)


def ordered(capability: str, value: Value) -> tuple[str, str]:
    """What a device is told to do: the verb, and what follows the device.

    Example: ("power", "on") -> ("turn on", ""), ("brightness", 40) -> ("set", " to 40 %").
    """
    verbs = {
        ("power", "on"): "turn on",
        ("power", "off"): "turn off",
        ("mode", "off"): "turn off",
        ("lock", "locked"): "lock",
        ("lock", "unlocked"): "unlock",
        ("position", 0): "close",
        ("position", 100): "open",
        ("position", "stop"): "stop",
        ("scene", "activated"): "activate",
    }
    verb = verbs.get((capability, value))
    if verb is not None:
        return verb, ""
    stand = stands(capability, value)
    return "set", f" to {stand.removeprefix('set to ').removeprefix('at ')}"


UNITS = {
    "brightness": "%",
    "position": "%",
    "fan_speed": "%",
    "volume": "%",
    "humidity": "%",
    "battery": "%",
    "color_temperature": "K",
    "target_temperature": "degrees",
    "temperature": "degrees",
    "illuminance": "lx",
}
"""Unit of a capability's value, as it is spoken."""


def measure(capability: str, value: Value) -> str:
    """A value with its unit.

    Example: ("humidity", 45) -> "45 %", ("power", "on") -> "on".
    """
    if isinstance(value, str):
        return value.replace("_", " ")
    return f"{number(value)} {UNITS.get(capability, '')}".strip()
