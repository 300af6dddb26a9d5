"""Plain topics, for devices that no dialect knows: televisions, vacuums, mowers, scenes.

    inglenook/home/bridge/devices        retained inventory, a JSON list of
                                         {"id", "name", "kind", "class", "capabilities": [
                                          {"name", "minimum", "maximum", "options", "settable"}]}
    inglenook/home/bridge/state          online or offline
    inglenook/home/<name>                state, JSON: {"power": "on", "volume": 30}
    inglenook/home/<name>/availability   online or offline
    inglenook/home/<name>/set            commands, JSON: {"volume": 40}
    inglenook/home/<name>/get            {} makes the device tell its state

Capabilities and values are those of DESIGN section 7, with no translation at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from device.context import Capability
from device.errors import HomeError
from device.events import DeviceCommand, Value
from device.home.capabilities import RULES, checked
from device.home.dialect import Announced, Found, Heard, Order, Reachable, Reported
from device.home.homefile import KINDS
from device.home.payloads import (
    INVENTORY_BYTES,
    Json,
    inventory_in,
    json_of,
    number_in,
    object_of,
    objects_in,
    online_of,
    safe_name,
    text_in,
    written,
)
from device.home.subscriptions import Subscriptions
from device.ports import BusMessage

BASE = "inglenook/home"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    found: Found
    topic: str


class Plain:
    """Reads and writes plain topics."""

    def __init__(self, base: str = BASE) -> None:
        self._base = base
        self._members: dict[str, _Member] = {}
        self._by_topic: dict[str, _Member] = {}
        self._subscriptions = Subscriptions()

    @property
    def name(self) -> str:
        """The dialect's name."""
        return "plain"

    @property
    def topics(self) -> tuple[str, ...]:
        """The inventory's topics, then two for every device."""
        bridge = (f"{self._base}/bridge/devices", f"{self._base}/bridge/state")
        return (*bridge, *self._subscriptions.topics)

    def take(self, message: BusMessage) -> tuple[Heard, ...]:
        """What a message says.

        Raises:
            HomeError: The payload cannot be read; nothing changed.
        """
        topic = message.topic
        if topic == f"{self._base}/bridge/devices":
            return self._inventory(json_of(message.payload, limit_bytes=INVENTORY_BYTES))
        if topic == f"{self._base}/bridge/state":
            return (Reachable(device=None, online=online_of(message.payload)),)
        if member := self._by_topic.get(topic):
            return (_report(member.found, object_of(message.payload)),)
        device, slash, last = topic.rpartition("/")
        if slash and last == "availability" and (member := self._by_topic.get(device)):
            return (Reachable(device=member.found.id, online=online_of(message.payload)),)
        return ()

    def order(self, command: DeviceCommand) -> Order:
        """How to give a command.

        Raises:
            HomeError: The device is not there or cannot take the value.
        """
        member = self._members.get(command.device)
        if member is None:
            raise HomeError(f"there is no device {command.device!r}")
        capability = _capability(member.found, command.capability)
        if capability is None or not capability.settable:
            raise HomeError(f"{member.found.name} has no {command.capability} that can be set")
        value = checked(member.found.name, capability, command.value)
        payload = written({command.capability: value})
        message = BusMessage(topic=f"{member.topic}/set", payload=payload)
        return Order(messages=(message,), expected=value)

    def ask(self, device: str) -> tuple[BusMessage, ...]:
        """The `/get` that makes a device tell its state."""
        member = self._members.get(device)
        return () if member is None else (BusMessage(topic=f"{member.topic}/get", payload=b"{}"),)

    def _inventory(self, found: Json) -> tuple[Heard, ...]:
        listed = inventory_in("bridge/devices", found)
        devices = [device for entry in listed if (device := self._device(entry))]
        by_id = {device.id: device for device in reversed(devices)}
        by_name = {device.name: device for device in reversed(devices)}
        # Two of one name would be told each other's commands: the first one is meant.
        self._members = {
            device.id: _Member(found=device, topic=f"{self._base}/{device.name}")
            for device in devices
            if by_id[device.id] is device and by_name[device.name] is device
        }
        self._by_topic = {member.topic: member for member in self._members.values()}
        wants = self._subscriptions.replace(
            {topic: (topic, f"{topic}/availability") for topic in self._by_topic}
        )
        return (Announced(devices=tuple(m.found for m in self._members.values())), wants)

    def _device(self, entry: dict[str, Json]) -> Found | None:
        key, name, kind = text_in(entry.get("id")), safe_name(entry.get("name")), entry.get("kind")
        if not key or name is None or not isinstance(kind, str) or kind not in KINDS:
            return None
        capabilities = [_read_capability(c) for c in objects_in(entry.get("capabilities"))]
        return Found(
            id=f"{self._base}:{key}",
            name=name,
            kind=kind,
            device_class=text_in(entry.get("class")) or "",
            capabilities=tuple(c for c in capabilities if c is not None),
        )


def _capability(found: Found, name: str) -> Capability | None:
    return next((c for c in found.capabilities if c.name == name), None)


def _read_capability(entry: Mapping[str, Json]) -> Capability | None:
    name, settable = text_in(entry.get("name")), entry.get("settable")
    if name is None or name not in RULES:
        return None
    rule = RULES[name]
    low, high = number_in(entry.get("minimum")), number_in(entry.get("maximum"))
    options = entry.get("options")
    words = options if isinstance(options, list) else []
    return Capability(
        name=name,
        minimum=rule.minimum if low is None else low,
        maximum=rule.maximum if high is None else high,
        options=tuple(w for w in words if isinstance(w, str) and w) or rule.words,
        settable=settable if isinstance(settable, bool) else rule.settable,
    )


def _report(found: Found, content: dict[str, Json]) -> Reported:
    values: dict[str, Value] = {}
    unreadable = 0
    for capability in found.capabilities:
        raw = content.get(capability.name)
        if raw is None:
            continue
        if not isinstance(raw, str) and (raw := number_in(raw)) is None:
            unreadable += 1
            continue
        try:
            # A reading may lie outside of what can be set.
            unbound = Capability(name=capability.name, options=capability.options)
            values[capability.name] = checked(found.name, unbound, raw)
        except HomeError:
            unreadable += 1
    return Reported(device=found.id, values=values, unreadable=unreadable)
