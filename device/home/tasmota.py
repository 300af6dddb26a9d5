"""The Tasmota dialect: devices that announce themselves, one by one.

    tasmota/discovery/<MAC>/config    retained: names, topics, relays; empty when it is gone
    tasmota/discovery/<MAC>/sensors   retained: what it measures
    tele/<topic>/LWT                  Online or Offline, retained
    tele/<topic>/STATE, SENSOR        how it stands, every five minutes
    stat/<topic>/RESULT, POWER1       what it answers, and what changed by itself
    stat/<topic>/STATUS10             its sensors, when asked
    cmnd/<topic>/<command>            commands, plain words and numbers; empty is a question

Prefixes, the order of the levels and the words for on, off, online and offline are each
device's own. The group topic `tasmotas` is neither listened to nor sent to.
"""

import logging
from collections.abc import Iterable

from device.errors import HomeError
from device.events import DeviceCommand
from device.home.capabilities import STOP, checked
from device.home.dialect import (
    Found,
    Heard,
    Joined,
    Left,
    Order,
    Reachable,
)
from device.home.payloads import Json, object_of, text_of
from device.home.subscriptions import Subscriptions
from device.home.tasmotaconfig import MAC, Announcement, announcement
from device.home.tasmotapart import Part
from device.home.tasmotaparts import parts_of
from device.home.tasmotareports import LWT, content_of, refusals, report, topics_of
from device.home.tasmotasensing import Quantity, quantities
from device.home.topicclaims import TopicClaims
from device.ports import BusMessage

logger = logging.getLogger(__name__)

MOST_DEVICES = 5_000
"""Tasmota devices that one home may have."""

MOST_WAITING = 100
"""Announcements that are kept although another device has their topics."""


class Tasmota:
    """Reads and writes what Tasmota devices say."""

    def __init__(self, prefix: str = "tasmota", *, ignoring: Iterable[str] = ()) -> None:
        """Nothing is announced yet.

        Args:
            prefix: Before `/discovery` in the topics of announcements.
            ignoring: Topics that others speak for: a device that announces a topic below one
                of them is refused.
        """
        self._base = f"{prefix}/discovery"
        self._ignoring = tuple(f"{topic}/" for topic in (*ignoring, self._base))
        self._told: dict[str, Announcement] = {}
        self._waiting: dict[str, Announcement] = {}
        self._measured: dict[str, tuple[Quantity, ...]] = {}
        self._parts: dict[str, tuple[Part, ...]] = {}
        self._by_id: dict[str, tuple[str, Part]] = {}
        self._topics: dict[str, dict[str, str]] = {}
        self._by_topic: dict[str, tuple[str, str]] = {}
        self._moved: set[str] = set()
        """Devices whose topics may have changed since `_subscriptions` was told."""
        self._claims = TopicClaims()
        self._subscriptions = Subscriptions()

    @property
    def name(self) -> str:
        """The dialect's name."""
        return "tasmota"

    @property
    def topics(self) -> tuple[str, ...]:
        """The announcements, then what each device says."""
        announced = (f"{self._base}/+/config", f"{self._base}/+/sensors")
        return (*announced, *self._subscriptions.topics)

    def speaks_for(self, topic: str) -> bool:
        """Whether a topic lies below those of a device that it knows."""
        return not self._claims.free("", (f"{topic}/",))

    def take(self, message: BusMessage) -> tuple[Heard, ...]:
        """What a message says.

        Raises:
            HomeError: It cannot be read, or a device may not be what it announces.
        """
        topic = message.topic
        if found := self._by_topic.get(topic):
            return self._hear(*found, message.payload)
        start, _, rest = topic.partition(f"{self._base}/")
        mac, _, what = rest.partition("/")
        if start or not MAC.fullmatch(mac) or what not in ("config", "sensors"):
            return ()
        if what == "sensors":
            return self._measures(mac, message.payload)
        if not message.payload.strip():
            self._waiting.pop(mac, None)
            return self._heard(self._forget(mac) + self._retried())
        return self._announced(mac, announcement(mac, object_of(message.payload)))

    def order(self, command: DeviceCommand) -> Order:
        """How to give a command.

        Raises:
            HomeError: The device is not there or cannot take the value.
        """
        if command.device not in self._by_id:
            raise HomeError(f"Tasmota has no device {command.device!r}")
        mac, part = self._by_id[command.device]
        binding = part.binding(command.capability)
        if binding is None or binding.writes is None:
            raise HomeError(f"{part.name} has no {command.capability} that can be set")
        value = checked(part.name, binding.capability, command.value)
        base = self._told[mac].command
        if value == STOP and binding.stops is not None:
            return Order(messages=(_message(base, binding.stops, ""),), expected=STOP)
        raw = binding.writes.write(value)
        raws = raw if isinstance(raw, list) else [raw]
        sent = [*zip(binding.commands, raws, strict=True)]
        if value != 0:
            sent += binding.then
        messages = tuple(_message(base, name, payload) for name, payload in sent)
        if command.capability in ("color", "color_temperature"):
            return Order(messages=messages, expected=value)
        return Order(messages=messages, expected=binding.writes.read(raw))

    def ask(self, device: str) -> tuple[BusMessage, ...]:
        """What makes a device tell its state and its sensors."""
        if device not in self._by_id:
            return ()
        mac, part = self._by_id[device]
        base = self._told[mac].command
        stands = any(len(binding.reads[0][0]) == 1 for binding in part.bindings)
        state = (_message(base, "STATE", ""),) if stands else ()
        return (*state, *((_message(base, "STATUS", "10"),) if part.measures else ()))

    def _hear(self, mac: str, role: str, payload: bytes) -> tuple[Heard, ...]:
        """What one device says on one of its own topics."""
        told, parts = self._told[mac], self._parts[mac]
        if role == LWT:
            word = text_of(payload).strip()
            if word not in (told.online, told.offline):
                raise HomeError("LWT is neither what stands for online nor for offline")
            if told.sleeps:
                return ()
            online = word == told.online
            return tuple(Reachable(device=part.id, online=online) for part in parts)
        content = content_of(role, payload)
        reports = [report(part, content) for part in parts]
        told_now = (r for r in reports if r.values or r.gone or r.unreadable)
        return (*told_now, *refusals(parts, content))

    def _announced(self, mac: str, told: Announcement) -> tuple[Heard, ...]:
        """A device says what it is, for the first time or anew."""
        if self._told.get(mac) == told:
            return ()
        if mac not in self._told and len(self._told) >= MOST_DEVICES:
            raise HomeError(f"more than {MOST_DEVICES} Tasmota devices were announced")
        if any(base.startswith(self._ignoring) for base in told.bases):
            raise HomeError("a Tasmota announcement leads to topics of another dialect")
        self._waiting.pop(mac, None)
        if self._claims.free(mac, told.bases):
            return self._heard(self._settle(mac, told) + self._retried())
        self._waiting[mac] = told
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        clash = "a Tasmota announcement leads to the topics of another device"
        if mac not in self._told:
            raise HomeError(clash)
        # What it was before it is no longer: its topics may be another's by now.
        logger.warning("%s: %s", repr(mac), clash)
        return self._heard(self._forget(mac) + self._retried())

    def _measures(self, mac: str, payload: bytes) -> tuple[Heard, ...]:
        """A device says what it measures."""
        if not payload.strip():
            measured: tuple[Quantity, ...] = ()
        else:
            found = object_of(payload).get("sn")
            if not isinstance(found, dict):
                raise HomeError("a Tasmota announcement of sensors needs an object sn")
            measured = quantities(found)
        if self._measured.get(mac, ()) == measured:
            return ()
        if mac not in self._measured and len(self._measured) >= MOST_DEVICES:
            raise HomeError(f"more than {MOST_DEVICES} Tasmota devices were announced")
        self._measured.pop(mac, None)
        if measured:
            self._measured[mac] = measured
        told = self._told.get(mac)
        return () if told is None else self._heard(self._settle(mac, told))

    def _settle(self, mac: str, told: Announcement) -> list[Heard]:
        """Take a device as it is announced; gives what is new about it."""
        before = {part.id: part for part in self._parts.get(mac, ())}
        parts = parts_of(told, self._measured.get(mac, ()))
        now = {part.id: part for part in parts}
        self._place(mac, told, parts)
        gone: list[Heard] = [Left(device=id_) for id_ in before if id_ not in now]
        new = [part for part in parts if _found(part) != _found(before.get(part.id))]
        return [*gone, *(Joined(device=found) for p in new if (found := _found(p)))]

    def _forget(self, mac: str) -> list[Heard]:
        """A device is no longer announced, or not as it was."""
        gone = self._parts.get(mac, ())
        self._place(mac, None, ())
        return [Left(device=part.id) for part in gone]

    def _place(self, mac: str, told: Announcement | None, parts: tuple[Part, ...]) -> None:
        """Keep a device as it is now; None where it is gone."""
        for part in self._parts.pop(mac, ()):
            self._by_id.pop(part.id, None)
        for topic in self._topics.pop(mac, {}):
            self._by_topic.pop(topic, None)
        self._told.pop(mac, None)
        if told is not None:
            self._told[mac], self._parts[mac] = told, parts
            self._topics[mac] = topics_of(told, parts)
            self._by_id |= {part.id: (mac, part) for part in parts}
            self._by_topic |= {topic: (mac, last) for topic, last in self._topics[mac].items()}
        self._claims.change(mac, () if told is None else told.bases)
        self._moved.add(mac)

    def _retried(self) -> list[Heard]:
        """Those that waited for topics that are free by now."""
        heard: list[Heard] = []
        for mac, told in list(self._waiting.items()):
            if self._claims.free(mac, told.bases):
                del self._waiting[mac]
                heard += self._settle(mac, told)
        return heard

    def _heard(self, heard: list[Heard]) -> tuple[Heard, ...]:
        """What was heard, and with it which topics to listen to from now on."""
        wants = self._subscriptions.change({mac: self._topics.get(mac, ()) for mac in self._moved})
        self._moved.clear()
        return (*heard, wants) if wants.topics or wants.dropped else tuple(heard)


def _found(part: Part | None) -> Found | None:
    if part is None:
        return None
    return Found(
        id=part.id,
        name=part.name,
        kind=part.kind,
        device_class=part.device_class,
        capabilities=part.capabilities,
    )


def _message(base: str, name: str, payload: Json) -> BusMessage:
    return BusMessage(topic=f"{base}{name}", payload=str(payload).encode())
