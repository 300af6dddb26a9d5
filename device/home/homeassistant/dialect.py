"""The Home Assistant discovery dialect.

    PREFIX/COMPONENT/[NODE/]OBJECT/config   retained announcements, of which the topics of
                                            everything else are learnt

A device announces itself to Home Assistant; the speaker reads the same announcements. It
hears and sends on exactly the topics that are announced, and publishes nothing else.
"""

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from device.errors import HomeError
from device.events import DeviceCommand
from device.home.capabilities import checked
from device.home.dialect import Heard, Joined, Left, Order, Reachable, Reported
from device.home.homeassistant.bindings import Memory, Source
from device.home.homeassistant.discovery import Announcement, announced, place, subscribed
from device.home.homeassistant.entities import Entity, entity
from device.home.homeassistant.topics import Claims, below
from device.home.payloads import text_of
from device.home.subscriptions import Subscriptions
from device.ports import BusMessage

logger = logging.getLogger(__name__)

ENTITIES = 5_000
"""Most entities at a time."""
KEPT_BYTES = 2 * 1024 * 1024
"""What is kept of the last messages, for entities that share a topic and join later."""

_DISCOVERY = "announcements"


@dataclass(slots=True, kw_only=True)
class _Member:
    """An entity and what it told."""

    entity: Entity
    memory: Memory = field(default_factory=dict)
    heard: dict[str, bool] = field(default_factory=dict)
    """Topic of availability -> whether it last said that the entity is there."""
    latest: bool = False
    online: bool | None = None
    """As it was last said; None before."""


class HomeAssistant:
    """Reads and writes what devices announce to Home Assistant."""

    def __init__(
        self,
        prefix: str = "homeassistant",
        *,
        ignoring: tuple[str, ...] = (),
        spoken_for: Callable[[str], bool] = lambda topic: False,
    ) -> None:
        """Listen to a discovery prefix.

        Args:
            prefix: Where announcements stand.
            ignoring: Bases of topics that other dialects speak for: entities with a topic
                below one are theirs.
            spoken_for: Whether another dialect knows a device by now that has this topic: it
                is commanded there only.
        """
        self._prefix = prefix
        self._ignoring = ignoring
        self._spoken_for = spoken_for
        self._members: dict[str, _Member] = {}
        self._at: dict[str, tuple[str, ...]] = {}
        """Discovery topic -> ids of the entities announced there."""
        self._by_topic: dict[str, dict[str, _Member]] = {}
        self._claims = Claims(prefix)
        self._subscriptions = Subscriptions()
        self._subscriptions.change({_DISCOVERY: subscribed(prefix)})
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._kept_length = 0
        self._refused: Counter[str] = Counter()

    @property
    def name(self) -> str:
        """The dialect's name."""
        return "homeassistant"

    @property
    def topics(self) -> tuple[str, ...]:
        """The announcements, then what the announced entities tell."""
        return self._subscriptions.topics

    def take(self, message: BusMessage) -> tuple[Heard, ...]:
        """What a message says.

        Raises:
            HomeError: The payload cannot be read; nothing changed.
        """
        where = place(self._prefix, message.topic)
        if where is not None:
            return self._announced(where.topic, announced(where, message.payload))
        members = self._by_topic.get(message.topic)
        if not members:
            return ()
        text = text_of(message.payload)
        self._keep(message.topic, text)
        return tuple(h for m in members.values() for h in self._heard(m, message.topic, text))

    def order(self, command: DeviceCommand) -> Order:
        """How to give a command.

        Raises:
            HomeError: The device is not there or cannot take the value.
        """
        member = self._members.get(command.device)
        if member is None:
            raise HomeError(f"nothing was announced as {command.device!r}")
        found = member.entity.found
        control = member.entity.controls.get(command.capability)
        capability = next((c for c in found.capabilities if c.name == command.capability), None)
        if control is None or capability is None or not capability.settable:
            raise HomeError(f"{found.name} has no {command.capability} that can be set")
        value = checked(found.name, capability, command.value)
        messages = control.say(value, member.memory)
        if any(self._spoken_for(message.topic) for message in messages):
            raise HomeError(f"{found.name} has a topic of another device")
        expected = None if member.entity.echoes else control.expected(value)
        return Order(messages=messages, expected=expected)

    def ask(self, device: str) -> tuple[BusMessage, ...]:
        """Nothing: Home Assistant's devices are never asked, they keep their state retained."""
        return ()

    def _announced(self, topic: str, found: tuple[Announcement, ...]) -> tuple[Heard, ...]:
        """Take in all that is announced on one topic; what is no longer there is gone.

        Raises:
            HomeError: Nothing of it can be used; nothing changed.
        """
        before = self._at.get(topic, ())
        made: dict[str, Entity] = {}
        kept: set[str] = set()
        refused: list[HomeError] = []
        for announcement in found:
            try:
                one = self._entity(announcement, before, made)
            except HomeError as exc:
                refused.append(exc)
                kept |= {i for i in before if self._members[i].entity.key == announcement.key}
            else:
                if one is not None:
                    made[one.found.id] = one
        gone = [i for i in before if i not in made and i not in kept]
        if refused and not made and not gone:
            raise refused[0]
        for reason in refused:
            self._refuse(topic, str(reason))
        if len(self._members) - len(gone) + len(made.keys() - set(before)) > ENTITIES:
            raise HomeError("more is announced than a home has")
        heard: list[Heard] = [self._left(id_) for id_ in gone]
        joined = [h for one in made.values() for h in self._joined(one)]
        self._at[topic] = (*(i for i in before if i in kept and i not in made), *made)
        if not self._at[topic]:
            del self._at[topic]
        wants = self._subscriptions.change(
            {**dict.fromkeys(gone, ()), **{i: sorted(one.claim.heard) for i, one in made.items()}}
        )
        self._forget(wants.dropped)
        if wants.topics or wants.dropped:
            heard.append(wants)
        return (*heard, *joined)

    def _refuse(self, topic: str, reason: str) -> None:
        """Say that a part of an announcement was refused: the 1st, 10th, 100th ... time."""
        self._refused[reason] += 1
        times = self._refused[reason]
        if str(times).rstrip("0") == "1":
            logger.warning("%s: %s (%d times so far)", repr(topic[:120]), reason, times)

    def _entity(
        self, announcement: Announcement, before: tuple[str, ...], made: dict[str, Entity]
    ) -> Entity | None:
        """What an announcement makes, when nothing speaks against it.

        Raises:
            HomeError: Something does.
        """
        one = entity(announcement)
        if one is None or any(below(topic, self._ignoring) for topic in one.claim.topics):
            return None
        id_ = one.found.id
        if id_ in made or (id_ in self._members and id_ not in before):
            raise HomeError("announcement has the id of another one")
        self._claims.check(id_, one.claim)
        if any(self._spoken_for(topic) for topic in one.claim.commanded):
            raise HomeError("announcement would command another device")
        return one

    def _joined(self, one: Entity) -> list[Heard]:
        """Take in an entity, new or changed."""
        id_ = one.found.id
        member = self._members.get(id_)
        new = member is None
        if member is None:
            member = self._members[id_] = _Member(entity=one)
        else:
            self._unlisten(id_)
            member.entity = one
        self._claims.claim(id_, one.claim)
        for topic in one.claim.heard:
            self._by_topic.setdefault(topic, {})[id_] = member
        heard: list[Heard] = [Joined(device=one.found)]
        told: list[Heard] = []
        for topic in sorted(one.claim.heard):
            text = self._kept.get(topic)
            if text is not None:
                told += [h for h in self._heard(member, topic, text) if new or _reach(h)]
        reach = self._reach(member)
        return heard + [h for h in told if not _reach(h)] + ([reach] if reach else [])

    def _left(self, id_: str) -> Left:
        self._unlisten(id_)
        self._claims.release(id_)
        del self._members[id_]
        return Left(device=id_)

    def _unlisten(self, id_: str) -> None:
        for topic in self._members[id_].entity.claim.heard:
            members = self._by_topic[topic]
            del members[id_]
            if not members:
                del self._by_topic[topic]

    def _heard(self, member: _Member, topic: str, text: str) -> list[Heard]:
        """What a payload says about one entity."""
        one = member.entity
        heard: list[Heard] = []
        for source in one.sources:
            if source.topic == topic and (report := _report(one, source, text, member.memory)):
                heard.append(report)
        for beacon in one.availability.beacons if one.availability else ():
            if beacon.topic == topic:
                heard += self._seen(member, topic, text)
                break
        return heard

    def _seen(self, member: _Member, topic: str, text: str) -> list[Heard]:
        """Whether an entity can be reached, now that one of its topics said something."""
        availability = member.entity.availability
        for beacon in availability.beacons if availability else ():
            if beacon.topic != topic:
                continue
            try:
                online = beacon.hear(text)
            except HomeError:
                return [Reported(device=member.entity.found.id, unreadable=1)]
            if online is not None:
                member.heard[topic] = member.latest = online
        reach = self._reach(member, again=False)
        return [reach] if reach else []

    def _reach(self, member: _Member, *, again: bool = True) -> Reachable | None:
        """Whether an entity can be reached; None where that is as it was, unless `again`."""
        availability = member.entity.availability
        if availability is None:
            online: bool = True
            if member.online is None:
                return None
        else:
            online = availability.online(member.heard, member.latest)
        if online == member.online and not again:
            return None
        member.online = online
        return Reachable(device=member.entity.found.id, online=online)

    def _keep(self, topic: str, text: str) -> None:
        """Keep the last message of a topic, while there is room."""
        self._forget((topic,))
        if len(text) <= KEPT_BYTES // 64:
            self._kept[topic] = text
            self._kept_length += len(text)
        while self._kept_length > KEPT_BYTES:
            _, old = self._kept.popitem(last=False)
            self._kept_length -= len(old)

    def _forget(self, topics: tuple[str, ...]) -> None:
        for topic in topics:
            old = self._kept.pop(topic, None)
            self._kept_length -= len(old) if old is not None else 0


def _reach(heard: Heard) -> bool:
    return isinstance(heard, Reachable)


def _report(one: Entity, source: Source, text: str, memory: Memory) -> Reported | None:
    told = source.hear(text, memory)
    if not (told.values or told.gone or told.unreadable):
        return None
    return Reported(
        device=one.found.id, values=told.values, gone=told.gone, unreadable=told.unreadable
    )
