"""The Zigbee2MQTT dialect, versions 1 and 2.

    zigbee2mqtt/bridge/devices        retained inventory
    zigbee2mqtt/bridge/state          online or offline, as a word (1.x) or as JSON
    zigbee2mqtt/<name>                state, JSON; not retained unless the owner asked for it
    zigbee2mqtt/<name>/availability   online or offline, where the owner turned it on
    zigbee2mqtt/<name>/set            commands, JSON
    zigbee2mqtt/<name>/get            {"state":""} makes the device tell its state

Names may hold spaces and slashes; "Living Room/Ceiling light" gives room and name.
"""

from dataclasses import dataclass

from device.context import Capability
from device.errors import HomeError
from device.events import DeviceCommand, Value
from device.home.capabilities import STOP, checked
from device.home.dialect import Announced, Found, Heard, Order, Reachable, Reported
from device.home.exposes import Binding, Part, parts_of
from device.home.payloads import (
    INVENTORY_BYTES,
    Json,
    json_of,
    object_of,
    objects_in,
    online_of,
    safe_name,
    text_in,
    written,
)
from device.home.subscriptions import Subscriptions
from device.ports import BusMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """One device of ours: a Zigbee device, or one endpoint of it."""

    id: str
    topic: str
    """Where the Zigbee device reports; commands go to `/set` below it."""
    part: Part

    def binding(self, capability: str) -> Binding | None:
        return next((b for b in self.part.bindings if b.capability.name == capability), None)


class Zigbee2Mqtt:
    """Reads and writes what one Zigbee2MQTT says."""

    def __init__(self, base: str = "zigbee2mqtt") -> None:
        self._base = base
        self._members: dict[str, _Member] = {}
        self._by_topic: dict[str, list[_Member]] = {}
        self._subscriptions = Subscriptions()

    @property
    def name(self) -> str:
        """The dialect's name."""
        return "zigbee2mqtt"

    @property
    def topics(self) -> tuple[str, ...]:
        """The bridge's topics, then two for every device."""
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
        if members := self._by_topic.get(topic):
            return tuple(self._reported(members, message.payload))
        device, slash, last = topic.rpartition("/")
        if slash and last == "availability" and (members := self._by_topic.get(device)):
            online = online_of(message.payload)
            return tuple(Reachable(device=member.id, online=online) for member in members)
        return ()

    def order(self, command: DeviceCommand) -> Order:
        """How to give a command.

        Raises:
            HomeError: The device is not there or cannot take the value.
        """
        member = self._members.get(command.device)
        if member is None:
            raise HomeError(f"Zigbee2MQTT has no device {command.device!r}")
        binding = member.binding(command.capability)
        if binding is None or not binding.capability.settable:
            raise HomeError(f"{member.topic} has no {command.capability} that can be set")
        value = checked(member.topic, binding.capability, command.value)
        if value == STOP and command.capability == "position":
            return self._stop(member, binding)
        raw = binding.codec.write(value)
        expected = binding.codec.read(raw)
        message = BusMessage(topic=f"{member.topic}/set", payload=written({binding.key: raw}))
        return Order(messages=(message,), expected=_meant(command.capability, value, expected))

    def ask(self, device: str) -> tuple[BusMessage, ...]:
        """The `/get` that makes a device tell its state, where it can be asked."""
        member = self._members.get(device)
        keys = [b.key for b in member.part.bindings if b.gettable] if member else []
        if member is None or not keys:
            return ()
        # One attribute is enough where `state` is among them: the device tells all.
        wanted = [key for key in keys if key.startswith("state")] or keys
        payload = written(dict.fromkeys(wanted, ""))
        return (BusMessage(topic=f"{member.topic}/get", payload=payload),)

    def _stop(self, member: _Member, binding: Binding) -> Order:
        if binding.stops is None:
            raise HomeError(f"{member.topic} cannot stop half way")
        payload = written({binding.stops: "STOP"})
        message = BusMessage(topic=f"{member.topic}/set", payload=payload)
        return Order(messages=(message,), expected=STOP)

    def _inventory(self, found: Json) -> tuple[Heard, ...]:
        if not isinstance(found, list):
            raise HomeError("bridge/devices is no list")
        devices: dict[str, Found] = {}
        members: dict[str, _Member] = {}
        for entry in objects_in(found):
            for member, device in self._entry(entry):
                devices.setdefault(member.id, device)
                members.setdefault(member.id, member)
        self._members = members
        self._by_topic = {}
        for member in members.values():
            self._by_topic.setdefault(member.topic, []).append(member)
        wants = self._subscriptions.replace(
            {topic: (topic, f"{topic}/availability") for topic in self._by_topic}
        )
        return (Announced(devices=tuple(devices.values())), wants)

    def _entry(self, entry: dict[str, Json]) -> list[tuple[_Member, Found]]:
        """The devices of ours that one entry of the inventory stands for."""
        address, name = text_in(entry.get("ieee_address")), safe_name(entry.get("friendly_name"))
        definition = entry.get("definition")
        usable = entry.get("type") != "Coordinator" and entry.get("disabled") is not True
        if not address or name is None or not isinstance(definition, dict) or not usable:
            return []
        topic = f"{self._base}/{name}"
        made: list[tuple[_Member, Found]] = []
        for part in parts_of(definition.get("exposes")):
            tail = f"/{part.endpoint}" if part.endpoint else ""
            member = _Member(id=f"{self._base}:{address}{tail}", topic=topic, part=part)
            called = f"{name} {part.endpoint}" if part.endpoint else name
            made.append((member, _found(member, called)))
        return made

    def _reported(self, members: list[_Member], payload: bytes) -> list[Reported]:
        content = object_of(payload)
        return [_report(member, content) for member in members]


def _found(member: _Member, name: str) -> Found:
    capabilities: list[Capability] = [b.capability for b in member.part.bindings]
    return Found(
        id=member.id,
        name=name,
        kind=member.part.kind,
        device_class=member.part.device_class,
        capabilities=tuple(capabilities),
    )


def _report(member: _Member, content: dict[str, Json]) -> Reported:
    """What a state message says about one device of ours."""
    values: dict[str, Value] = {}
    unreadable = 0
    for binding in member.part.bindings:
        raws = [content[key] for key in binding.properties if content.get(key) is not None]
        readable = [v for raw in raws if (v := binding.codec.read(raw)) is not None]
        if readable:
            values[binding.capability.name] = readable[0]
        unreadable += bool(raws) and not readable
    # A lamp has a colour or a whiteness; it goes on reporting the one it does not show.
    hidden = {"color_temp": "color", "xy": "color_temperature", "hs": "color_temperature"}
    mode = content.get("color_mode")
    gone = hidden.get(mode) if isinstance(mode, str) else None
    if gone is not None:
        values.pop(gone, None)
    return Reported(
        device=member.id,
        values=values,
        gone=() if gone is None else (gone,),
        unreadable=unreadable,
    )


def _meant(capability: str, value: Value, expected: Value | None) -> Value:
    """What a device reports when it obeys: a colour by the name it was asked for."""
    if expected is None or capability in ("color", "color_temperature"):
        return value
    return expected
