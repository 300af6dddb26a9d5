"""What a Tasmota device announces of itself: `tasmota/discovery/<MAC>/config`.

Keys and their meaning are those of Tasmota's own discovery driver (xdrv_12_discovery.ino)
and of HATasmota. The topics that follow from an announcement are checked here, before
anything is ever sent to them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import permutations
from types import MappingProxyType

from device.errors import HomeError
from device.home.payloads import Json, text_in

RELAY, LIGHT, SHUTTER = 1, 2, 3
"""What an entry of `rl` stands for."""

GROUP_TOPIC = "tasmotas"
"""The topic that every Tasmota device listens to besides its own."""

MOST_RELAYS = 32
"""Relays, switches and names that are read of one device; Tasmota has at most 32."""

MOST_LETTERS = 120
"""Length of a name; Tasmota allows half of it."""

TOPIC_BYTES = 500
"""Longest topic that an announcement may lead to; Tasmota allows about 100."""

MAC = re.compile(r"[0-9A-Za-z_-]{1,40}")
"""What stands for a device in a discovery topic."""

_FORBIDDEN = re.compile(r"[+#$\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FALLBACK = re.compile(r"DVES_([0-9A-F]{6})_fb", re.IGNORECASE)
_FACTORY = re.compile(r"(?:tasmota|sonoff)[\d_ -]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One device's `config`, checked."""

    mac: str
    command: str
    """Where its commands go, with the slash at the end: "cmnd/tasmota_49A3BC/"."""
    stat: str
    """Where it answers."""
    tele: str
    """Where it tells by itself."""
    online: str
    offline: str
    """What its LWT says."""
    on: str
    off: str
    """What it calls on and off."""
    device_name: str
    names: tuple[str | None, ...] = ()
    """Friendly names, one for each relay."""
    relays: tuple[int, ...] = ()
    """What each relay is: 0 nothing, RELAY, LIGHT or SHUTTER."""
    channels: int = 0
    """Of the light: 1 white, 2 warm and cold, 3 RGB, 4 RGB and white, 5 all of them."""
    linked: bool = True
    """Whether colour and white are one light."""
    fan: bool = False
    tuya: bool = False
    sleeps: bool = False
    """Whether it sleeps deeply: then being offline is no news."""
    battery: bool = False
    inverted: tuple[bool, ...] = ()
    """Of each shutter, whether 100 stands for closed."""
    switches: tuple[int, ...] = ()
    """The mode of each switch; -1 where there is none to tell of."""
    switch_names: tuple[str | None, ...] = ()
    options: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    """SetOptions by number, as far as they are announced."""

    @property
    def bases(self) -> tuple[str, str, str]:
        """Everything below which it speaks or is spoken to."""
        return self.command, self.stat, self.tele

    def option(self, number: int) -> bool:
        """Whether a SetOption is on."""
        return self.options.get(str(number), False)


def announcement(mac: str, content: Mapping[str, Json]) -> Announcement:
    """Read one `config`.

    Args:
        mac: As the discovery topic has it.
        content: The payload.

    Raises:
        HomeError: It says too little, or its topics would reach other devices.
    """
    if text_in(content.get("mac")) != mac:
        raise HomeError("a Tasmota announcement must carry the MAC of its topic")
    command, stat, tele = _bases(mac, content)
    on, off = _words(content)
    online, offline = text_in(content.get("onln")), text_in(content.get("ofln"))
    if not online or not offline or online == offline:
        raise HomeError("a Tasmota announcement needs two words for online and offline")
    options = content.get("so")
    return Announcement(
        mac=mac,
        command=command,
        stat=stat,
        tele=tele,
        online=online,
        offline=offline,
        on=on,
        off=off,
        device_name=_device_name(content),
        names=_texts(content.get("fn")),
        relays=_numbers(content.get("rl")),
        channels=_number(content.get("lt_st")),
        linked=_number(content.get("lk"), 1) != 0,
        fan=_number(content.get("if")) == 1,
        tuya=_number(content.get("ty")) == 1,
        sleeps=_number(content.get("dslp")) == 1,
        battery=_number(content.get("bat")) == 1,
        inverted=tuple(bool(n & 1) for n in _numbers(content.get("sho"))),
        switches=_numbers(content.get("swc")),
        switch_names=_texts(content.get("swn")),
        options=MappingProxyType(
            {key: _number(v) != 0 for key, v in options.items() if key.isdigit()}
            if isinstance(options, dict)
            else {}
        ),
    )


def named_by_owner(name: str | None) -> bool:
    """Whether a name was given by a person: not what Tasmota calls everything at first."""
    return bool(name and name.strip()) and not _FACTORY.fullmatch((name or "").strip())


def _bases(mac: str, content: Mapping[str, Json]) -> tuple[str, str, str]:
    """The three bases that the full topic makes of the prefixes.

    Raises:
        HomeError: One of them would reach more than this device.
    """
    full, topic = text_in(content.get("ft")), text_in(content.get("t"))
    host, found = text_in(content.get("hn")) or "", content.get("tp")
    prefixes = [p for p in found if isinstance(p, str)] if isinstance(found, list) else []
    if not full or not topic or len(prefixes) != 3:
        raise HomeError("a Tasmota announcement needs a topic, a full topic and three prefixes")
    if len(set(prefixes)) < 3 or not all(prefixes) or "%prefix%" not in full:
        raise HomeError("a Tasmota announcement needs three different prefixes in its topic")
    made = [
        full.replace("%hostname%", host)
        .replace("%id%", mac[-6:])
        .replace("%prefix%", prefix)
        .replace("%topic%", topic)
        for prefix in prefixes
    ]
    command, stat, tele = (_checked(mac, base) for base in made)
    if any(a.startswith(b) for a, b in permutations((command, stat, tele), 2)):
        raise HomeError("a Tasmota announcement mixes its commands with its answers")
    return command, stat, tele


def _checked(mac: str, base: str) -> str:
    """A base that leads to this device alone, with one slash at its end.

    Raises:
        HomeError: It does not.
    """
    base = base.rstrip("/") + "/"
    levels = base[:-1].split("/")
    if _FORBIDDEN.search(base) or "" in levels or len(base.encode()) > TOPIC_BYTES:
        raise HomeError("a Tasmota announcement leads to a topic that cannot be used")
    if any(level.casefold() == GROUP_TOPIC for level in levels):
        raise HomeError("a Tasmota announcement leads to the group topic of all devices")
    for level in levels:
        fallback = _FALLBACK.fullmatch(level)
        if fallback and fallback[1].casefold() != mac[-6:].casefold():
            raise HomeError("a Tasmota announcement leads to another device's fallback topic")
    return base


def _words(content: Mapping[str, Json]) -> tuple[str, str]:
    """What the device calls on and off.

    Raises:
        HomeError: They cannot be told apart, or one is empty, which would be a question.
    """
    states = _texts(content.get("state"))
    off, on = (*states, None, None)[:2] if states else ("OFF", "ON")
    if not on or not off or on.strip().casefold() == off.strip().casefold():
        raise HomeError("a Tasmota announcement needs two words for on and off")
    if not on.strip() or not off.strip() or max(len(on), len(off)) > 50:
        raise HomeError("a Tasmota announcement needs two short words for on and off")
    return on, off


def _device_name(content: Mapping[str, Json]) -> str:
    """What the whole device is called: by its owner if possible, else by its topic."""
    name, topic = _name(content.get("dn")) or "", _name(content.get("t")) or ""
    return name.strip() if named_by_owner(name) else topic


def _number(found: Json, default: int = 0) -> int:
    if isinstance(found, bool):
        return int(found)
    return found if isinstance(found, int) and abs(found) < 1_000_000 else default


def _numbers(found: Json) -> tuple[int, ...]:
    items = found if isinstance(found, list) else []
    return tuple(_number(item) for item in items[:MOST_RELAYS])


def _texts(found: Json) -> tuple[str | None, ...]:
    items = found if isinstance(found, list) else []
    return tuple(_name(item) for item in items[:MOST_RELAYS])


def _name(found: Json) -> str | None:
    """A name or word on one line, cut where nobody would say more."""
    text = text_in(found)
    return None if text is None else re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text)[:MOST_LETTERS]
