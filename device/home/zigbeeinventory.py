"""What Zigbee2MQTT lists: `bridge/devices`, as devices of ours, and the groups of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from device.home.dialect import Found
from device.home.exposes import Binding, Part, parts_of
from device.home.payloads import Json, safe_name, text_in
from device.home.zigbeegroups import Group, together


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One device of ours: a Zigbee device, one endpoint of it, or a group."""

    id: str
    name: str
    """As announced."""
    topic: str
    """Where it reports; commands go to `/set` below it."""
    part: Part
    members: tuple[str, ...] = ()
    """Of a group, the ids of those that are in it."""

    def binding(self, capability: str) -> Binding | None:
        """How the capability of this name is read and written, or None."""
        return next((b for b in self.part.bindings if b.capability.name == capability), None)

    @property
    def found(self) -> Found:
        """The same, as it is announced."""
        return Found(
            id=self.id,
            name=self.name,
            kind=self.part.kind,
            device_class=self.part.device_class,
            capabilities=tuple(b.capability for b in self.part.bindings),
            members=self.members,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One entry of `bridge/devices` that can be used."""

    address: str
    name: str
    parts: tuple[Part, ...]
    endpoints: Mapping[int, str]
    """What the endpoints are called, where that is told."""

    def parts_at(self, endpoint: int) -> tuple[Part, ...]:
        """The parts that an endpoint stands for: all of them where that is not told."""
        named = (self.endpoints.get(endpoint), str(endpoint))
        return tuple(p for p in self.parts if p.endpoint in named) or self.parts


def listed_in(found: Iterable[dict[str, Json]]) -> tuple[Listed, ...]:
    """The devices of `bridge/devices`; what is not as Zigbee2MQTT writes it is left out."""
    listed: dict[str, Listed] = {}
    taken: set[str] = set()
    for entry in found:
        address, name = text_in(entry.get("ieee_address")), safe_name(entry.get("friendly_name"))
        definition = entry.get("definition")
        usable = entry.get("type") != "Coordinator" and entry.get("disabled") is not True
        if not address or name is None or not isinstance(definition, dict) or not usable:
            continue
        parts = parts_of(definition.get("exposes"))
        endpoints = dict(_endpoints(entry.get("endpoints")))
        # Two of one name would be told each other's commands: the first one is meant.
        if parts and address not in listed and name not in taken:
            taken.add(name)
            listed[address] = Listed(address=address, name=name, parts=parts, endpoints=endpoints)
    return tuple(listed.values())


def members_of(base: str, listed: Sequence[Listed], groups: Iterable[Group]) -> dict[str, Member]:
    """Devices and groups by id.

    Args:
        base: Topic of the Zigbee2MQTT that lists them.
        listed: Its devices.
        groups: Its groups; one that is called as a device is left out, since commands for it
            would reach that device alone.
    """
    found = {m.id: m for one in listed for m in _members(base, one)}
    by_address = {one.address: one for one in listed}
    taken = {one.name for one in listed}
    for group in groups:
        inside = [
            (f"{base}:{address}{_tail(part)}", part)
            for address, endpoint in group.members
            if address in by_address
            for part in by_address[address].parts_at(endpoint)
        ]
        part = together([part for _, part in inside])
        if part is None or group.name in taken:
            continue
        taken.add(group.name)
        member = Member(
            id=f"{base}:group/{group.number}",
            name=group.name,
            topic=f"{base}/{group.name}",
            part=part,
            members=tuple(dict.fromkeys(id_ for id_, _ in inside)),
        )
        found[member.id] = member
    return found


def _members(base: str, one: Listed) -> Iterator[Member]:
    """The devices of ours that one entry stands for."""
    for part in one.parts:
        yield Member(
            id=f"{base}:{one.address}{_tail(part)}",
            name=f"{one.name} {part.endpoint}" if part.endpoint else one.name,
            topic=f"{base}/{one.name}",
            part=part,
        )


def _tail(part: Part) -> str:
    return f"/{part.endpoint}" if part.endpoint else ""


def _endpoints(found: Json) -> Iterator[tuple[int, str]]:
    for number, content in found.items() if isinstance(found, dict) else ():
        name = content.get("name") if isinstance(content, dict) else None
        if isinstance(name, str) and number.isdecimal() and len(number) < 4:
            yield int(number), name
