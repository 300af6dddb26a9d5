"""The Zigbee2MQTT dialect, versions 1 and 2.

    zigbee2mqtt/bridge/devices        retained inventory
    zigbee2mqtt/bridge/groups         retained inventory of groups
    zigbee2mqtt/bridge/info           retained; tells in which form states are published
    zigbee2mqtt/bridge/state          online or offline, as a word (1.x) or as JSON
    zigbee2mqtt/bridge/logging        commands that failed, among others
    zigbee2mqtt/<name>                state, JSON; not retained unless the owner asked for it
    zigbee2mqtt/<name>/<attribute>    one value of it, with `output: attribute`
    zigbee2mqtt/<name>/availability   online or offline, where the owner turned it on
    zigbee2mqtt/<name>/set            commands, JSON
    zigbee2mqtt/<name>/get            {"state":""} makes the device tell its state

Names may hold spaces and slashes; "Living Room/Ceiling light" gives room and name.
"""

from collections.abc import Iterable

from device.errors import HomeError
from device.events import DeviceCommand, Value
from device.home.capabilities import STOP, checked
from device.home.dialect import Announced, Heard, Order, Reachable, Refused, Reported
from device.home.exposes import Binding
from device.home.payloads import (
    INVENTORY_BYTES,
    Json,
    inventory_in,
    json_of,
    moment_in,
    object_of,
    online_of,
    written,
)
from device.home.subscriptions import Subscriptions
from device.home.zigbeeattributes import Attributes, attributes_of
from device.home.zigbeegroups import Group, groups_in
from device.home.zigbeeinventory import Listed, Member, listed_in, members_of
from device.home.zigbeelog import failure_in
from device.ports import BusMessage

BRIDGE = ("info", "devices", "groups", "state", "logging")
"""What the bridge itself says; `info` first, since it tells how to listen to the others."""


class Zigbee2Mqtt:
    """Reads and writes what one Zigbee2MQTT says."""

    def __init__(self, base: str = "zigbee2mqtt") -> None:
        self._base = base
        self._listed: tuple[Listed, ...] | None = None
        """None until an inventory was heard."""
        self._groups: tuple[Group, ...] = ()
        self._members: dict[str, Member] = {}
        self._by_topic: dict[str, list[Member]] = {}
        self._by_attribute: dict[str, tuple[str, str]] = {}
        """Topic of one value -> the device's topic and the value's key."""
        self._singly = False
        """Whether states come as single values only."""
        self._attributes = Attributes()
        self._subscriptions = Subscriptions()

    @property
    def name(self) -> str:
        """The dialect's name: the base topic, since there may be several."""
        return self._base

    @property
    def topics(self) -> tuple[str, ...]:
        """The bridge's topics, then those of every device."""
        bridge = (f"{self._base}/bridge/{last}" for last in BRIDGE)
        return (*bridge, *self._subscriptions.topics)

    def take(self, message: BusMessage) -> tuple[Heard, ...]:
        """What a message says.

        Raises:
            HomeError: The payload cannot be read; nothing changed.
        """
        topic, payload = message.topic, message.payload
        bridge, _, last = topic.rpartition("/")
        if bridge == f"{self._base}/bridge":
            return self._bridge(last, payload)
        if members := self._by_topic.get(topic):
            return tuple(_reports(members, object_of(payload)))
        if last == "availability" and (members := self._by_topic.get(bridge)):
            online = online_of(payload)
            return tuple(Reachable(device=member.id, online=online) for member in members)
        if attribute := self._by_attribute.get(topic):
            device, key = attribute
            content = self._attributes.content(device, key, payload)
            reports = _reports(self._by_topic[device], content)
            return tuple(r for r in reports if r.values or r.gone or r.unreadable)
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
        """The `/get` that makes a device tell its state, where it can be asked.

        A group cannot: it is told of by Zigbee2MQTT whenever one of its members is.
        """
        member = self._members.get(device)
        keys = [b.key for b in member.part.bindings if b.gettable] if member else []
        if member is None or not keys:
            return ()
        # One attribute is enough where `state` is among them: the device tells all.
        wanted = [key for key in keys if key.startswith("state")] or keys
        payload = written(dict.fromkeys(wanted, ""))
        return (BusMessage(topic=f"{member.topic}/get", payload=payload),)

    def _stop(self, member: Member, binding: Binding) -> Order:
        if binding.stops is None:
            raise HomeError(f"{member.topic} cannot stop half way")
        payload = written({binding.stops: "STOP"})
        message = BusMessage(topic=f"{member.topic}/set", payload=payload)
        return Order(messages=(message,), expected=STOP)

    def _bridge(self, last: str, payload: bytes) -> tuple[Heard, ...]:
        """What the bridge itself says."""
        match last:
            case "devices":
                listed = listed_in(_inventory(last, payload))
                self._listed = listed
                return self._inventory()
            case "groups":
                groups = groups_in(_inventory(last, payload))
                if groups == self._groups:
                    return ()
                self._groups = groups
                return () if self._listed is None else self._inventory()
            case "state":
                return (Reachable(device=None, online=online_of(payload)),)
            case "info":
                return self._info(json_of(payload, limit_bytes=INVENTORY_BYTES))
            case "logging":
                return tuple(self._refused(payload))
        return ()

    def _inventory(self) -> tuple[Heard, ...]:
        """Take devices and groups as they are listed now."""
        self._members = members_of(self._base, self._listed or (), self._groups)
        self._by_topic = {}
        for member in self._members.values():
            self._by_topic.setdefault(member.topic, []).append(member)
        wants = self._subscriptions.replace(self._wanted())
        return (Announced(devices=tuple(m.found for m in self._members.values())), wants)

    def _info(self, found: Json) -> tuple[Heard, ...]:
        """Learn how states are published: `advanced.output`, in 1.x `experimental.output`."""
        config = found.get("config") if isinstance(found, dict) else None
        areas = (
            [config.get(a) for a in ("advanced", "experimental")]
            if isinstance(config, dict)
            else []
        )
        outputs = [area.get("output") for area in areas if isinstance(area, dict)]
        singly = "attribute" in outputs
        if singly == self._singly:
            return ()
        self._singly = singly
        self._attributes.forget()
        return (self._subscriptions.replace(self._wanted()),)

    def _wanted(self) -> dict[str, tuple[str, ...]]:
        """The topics of each device, by its own."""
        self._by_attribute = {}
        if self._singly:
            for topic, members in self._by_topic.items():
                for key in (key for member in members for key in attributes_of(member)):
                    self._by_attribute.setdefault(f"{topic}/{key}", (topic, key))
        wanted = {topic: [topic, f"{topic}/availability"] for topic in self._by_topic}
        for single, (topic, _) in self._by_attribute.items():
            wanted[topic].append(single)
        return {topic: tuple(topics) for topic, topics in wanted.items()}

    def _refused(self, payload: bytes) -> Iterable[Refused]:
        """The device whose command failed; none where the log does not tell which of its parts."""
        failure = failure_in(payload)
        members = self._by_topic.get(f"{self._base}/{failure.name}", []) if failure else []
        if failure is None or len(members) != 1:
            return
        (member,) = members
        if failure.key is None:
            yield Refused(device=member.id, why=failure.why)
            return
        for binding in member.part.bindings:
            if failure.key in (binding.key, binding.stops):
                name = binding.capability.name
                yield Refused(device=member.id, why=failure.why, capability=name)


def _inventory(last: str, payload: bytes) -> list[dict[str, Json]]:
    """An inventory.

    Raises:
        HomeError: It is none.
    """
    return inventory_in(f"bridge/{last}", json_of(payload, limit_bytes=INVENTORY_BYTES))


def _reports(members: Iterable[Member], content: dict[str, Json]) -> Iterable[Reported]:
    return (_report(member, content) for member in members)


def _report(member: Member, content: dict[str, Json]) -> Reported:
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
        seen=moment_in(content.get("last_seen")),
    )


def _meant(capability: str, value: Value, expected: Value | None) -> Value:
    """What a device reports when it obeys: a colour by the name it was asked for."""
    if expected is None or capability in ("color", "color_temperature"):
        return value
    return expected
