"""The home as the speaker knows it: devices found, what they last told, commands under way.

`HomeState` is pure: messages and times go in, and what to subscribe to and to send comes
out. It holds one `Dialect` for each way of speaking, and the home file for what no dialect
tells. A home as seen from outside is `device.context.Home` and `State`, both frozen.
"""

import logging
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from device.context import Change, Home, State
from device.errors import HomeError
from device.events import DeviceCommand, OutcomeKind, Value
from device.home.asking import Asking
from device.home.capabilities import STOP, check, matches
from device.home.delivery import ANSWER_MS, Delivery, Entry, settled, waiting
from device.home.dialect import (
    Announced,
    Dialect,
    Found,
    Heard,
    Joined,
    Left,
    Reachable,
    Refused,
    Reported,
    Wants,
)
from device.home.homefile import HomeFile
from device.home.pace import Pace
from device.home.readings import Readings, proves
from device.home.roster import Roster
from device.ports import BusDown, BusEvent, BusMessage, BusRefused, BusUp
from device.rules import Rules

logger = logging.getLogger(__name__)

MOST_CHANGES = 10_000
"""Changes that wait to be written down; a flood drops the oldest."""
REASONS = 100
"""Reasons for dropping that are counted each by itself."""
JOIN_MS = 300
"""How long after a device joined another one may follow it, milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    """What to do on the bus after something was taken in."""

    topics: tuple[str, ...] = ()
    """What to subscribe to."""
    dropped: tuple[str, ...] = ()
    """What to leave."""
    messages: tuple[BusMessage, ...] = ()
    """What to publish."""


class HomeState:
    """Every device of the home, how it stands, and what it was told."""

    def __init__(
        self,
        dialects: Sequence[Dialect],
        *,
        file: HomeFile | None = None,
        answer_ms: int = ANSWER_MS,
        rules: Rules | None = None,
    ) -> None:
        """Know nothing yet.

        Args:
            dialects: The ways of speaking, each asked about every message, in this order.
            file: What no dialect tells.
            answer_ms: How long most devices may take to report.
            rules: How often devices may be told something; None for what is usual.
        """
        self._rules = rules or Rules()
        self._pace = Pace()
        self._dialects = tuple(dialects)
        self._roster = Roster(file or HomeFile())
        self._answer_ms = answer_ms
        self._listening = Counter(topic for dialect in dialects for topic in dialect.topics)
        """How many dialects want to hear each topic."""
        self._connected = False
        self._inventories: set[str] = set()
        self._readings = Readings()
        self._changes: deque[Change] = deque(maxlen=MOST_CHANGES)
        self._wanted: dict[str, dict[str, Value]] = {}
        self._deliveries: list[Delivery] = []
        self._asking = Asking(self._questions)
        self._joined_ms: int | None = None
        """When a device last joined by itself."""
        self.dropped: Counter[str] = Counter()
        """Messages and values that could not be read, by reason."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Everything to subscribe to, as far as is known now."""
        return tuple(topic for dialect in self._dialects for topic in dialect.topics)

    @property
    def home(self) -> Home:
        """Rooms and devices, as known now."""
        return self._roster.home

    @property
    def state(self) -> State:
        """What every device last reported; a snapshot that later reports leave alone."""
        return self._readings.state

    def keep_time(self, at: datetime, now_ms: int) -> None:
        """Move the times of what was reported along where the wall clock was set.

        Args:
            at: The home's local time.
            now_ms: Monotonic milliseconds at the same moment.
        """
        self._readings.keep_time(at, now_ms)

    def changed(self) -> tuple[Change, ...]:
        """What changed since this was last asked, oldest first."""
        changes = tuple(self._changes)
        self._changes.clear()
        return changes

    def settled(self, now_ms: int) -> bool:
        """Whether the home has told what it can: a good moment for the first request.

        True when the broker is there, an inventory was heard, every device of the home file
        was found, none has joined just now, and no device that was asked is about to answer.
        """
        return (
            self._connected
            and bool(self._inventories)
            and (self._joined_ms is None or now_ms >= self._joined_ms + JOIN_MS)
            and self._asking.over(now_ms)
            and self._roster.complete
        )

    def take(self, event: BusEvent, *, at: datetime, now_ms: int) -> Errands:
        """Take in one event of the bus; never raises, whatever arrives.

        Args:
            event: A message, or the broker coming or going.
            at: The home's local time.
            now_ms: Monotonic milliseconds.

        Returns:
            What to subscribe to and to publish now.
        """
        self._readings.keep_time(at, now_ms)
        match event:
            case BusUp():
                self._connected = True
                self._asking.want(*self._roster)
                return Errands(topics=self.topics, messages=self.due(now_ms))
            case BusDown():
                self._connected = False
                self._asking.lost()
                for delivery in self._deliveries:
                    delivery.lost()
                return Errands()
            case BusRefused(topic=topic):
                for delivery in self._deliveries:
                    delivery.forbidden(topic)
                return Errands()
        topics: tuple[str, ...] = ()
        dropped: tuple[str, ...] = ()
        for dialect in self._dialects:
            for heard in self._listen(dialect, event):
                if isinstance(heard, Wants):
                    topics, dropped = topics + heard.topics, dropped + self._left_alone(heard)
                else:
                    self._learn(dialect, heard, event.retained, at, now_ms)
        return Errands(topics=topics, dropped=dropped, messages=self.due(now_ms))

    def _left_alone(self, wants: Wants) -> tuple[str, ...]:
        """The topics that no dialect wants to hear any more, once one of them wants others."""
        self._listening.update(wants.topics)
        self._listening.subtract(wants.dropped)
        left = tuple(topic for topic in wants.dropped if self._listening[topic] <= 0)
        for topic in left:
            del self._listening[topic]
        return left

    def due(self, now_ms: int) -> tuple[BusMessage, ...]:
        """What to publish by now: devices asked for their state, a few at a time."""
        messages = [m for delivery in self._deliveries for m in delivery.due(now_ms)]
        messages += self._asking.due(now_ms)
        # The parts of one device are asked by one message.
        return tuple(dict.fromkeys(messages))

    def _questions(self, device: str) -> tuple[BusMessage, ...]:
        """What asks a device how it stands; nothing where it is gone or cannot be asked."""
        return self._roster.dialect(device).ask(device) if device in self._roster else ()

    def check(self, command: DeviceCommand) -> None:
        """Say no to a command that its device cannot take.

        Raises:
            HomeError: The device is not there, or cannot take the value.
        """
        device = self.home.device(command.device)
        if device is None:
            raise HomeError(f"there is no device {command.device!r}")
        check(device, command.capability, command.value)
        self._roster.dialect(device.id).order(command)

    def begin(self, commands: Sequence[DeviceCommand], *, now_ms: int) -> Delivery:
        """Give commands: publish `Delivery.messages`, then ask for its outcomes.

        Args:
            commands: What the devices should do. Those that cannot be carried out are
                settled at once (refused, offline, no broker) and nothing is sent for them.
            now_ms: Monotonic milliseconds.
        """
        may: dict[str, bool] = {}
        delivery = Delivery([self._entry(command, may, now_ms) for command in commands])
        self._deliveries = [d for d in self._deliveries if d.outcomes(now_ms) is None]
        self._deliveries.append(delivery)
        return delivery

    def _entry(self, command: DeviceCommand, may: dict[str, bool], now_ms: int) -> Entry:
        """A command as it begins.

        Args:
            command: What a device should do.
            may: Devices that were told something with it already, and whether they may be.
            now_ms: Monotonic milliseconds.
        """
        try:
            self.check(command)
        except HomeError:
            return settled(command, OutcomeKind.REFUSED)
        if not self._connected:
            return settled(command, OutcomeKind.NO_BROKER)
        if not self._roster.reachable(command.device):
            return settled(command, OutcomeKind.OFFLINE)
        device = self.home.device(command.device)
        if device is not None and command.device not in may and command.value != STOP:
            often = self._rules.often(device, self.home)
            may[command.device] = self._pace.allows(command.device, often, now_ms)
        if not may.get(command.device, True) and command.value != STOP:
            return settled(command, OutcomeKind.TOO_OFTEN)
        dialect = self._roster.dialect(command.device)
        order = dialect.order(command)
        if order.expected is not None:
            mine = self._wanted.setdefault(command.device, {})
            mine[command.capability] = order.expected
        return waiting(
            command,
            messages=order.messages,
            expected=order.expected,
            ask=dialect.ask(command.device),
            kind=self._roster.kind(command.device) if device is None else device.kind,
            now_ms=now_ms,
            answer_ms=self._answer_ms,
        )

    def _listen(self, dialect: Dialect, message: BusMessage) -> tuple[Heard, ...]:
        """What a message says in one dialect; unreadable ones are counted and dropped."""
        try:
            return dialect.take(message)
        except HomeError as exc:
            self._drop(str(exc), message.topic)
            return ()

    def _learn(
        self, dialect: Dialect, heard: Heard, retained: bool, at: datetime, now_ms: int
    ) -> None:
        """Take in what a message says."""
        match heard:
            case Announced():
                self._announced(dialect, heard)
            case Joined(device=found):
                self._joined_ms = now_ms
                self._join(dialect, found)
            case Left(device=device):
                self._forget(device)
            case Refused(device=device, why=why, capability=capability):
                logger.info("%s refused: %s", device, repr(why[:200]))
                for delivery in self._deliveries:
                    delivery.refused(device, capability)
            case Reachable():
                self._reached(dialect, heard)
            case Reported():
                report = self._reported(heard, retained, at)
                if proves(at, heard.seen, retained=retained):
                    for delivery in self._deliveries:
                        delivery.hear(report, now_ms=now_ms)

    def _announced(self, dialect: Dialect, announced: Announced) -> None:
        self._inventories.add(dialect.name)
        for gone in self._roster.others(dialect, announced.devices):
            self._forget(gone)
        for found in announced.devices:
            self._join(dialect, found)

    def _join(self, dialect: Dialect, found: Found) -> None:
        """A device was announced; one that is new is asked how it stands."""
        self._inventories.add(dialect.name)
        if self._roster.join(dialect, found):
            self._asking.want(found.id)

    def _forget(self, device: str) -> None:
        """A device is no longer announced."""
        if not self._roster.leave(device):
            return
        self._readings.forget(device)
        self._pace.forget(device)
        self._asking.forget(device)
        self._wanted.pop(device, None)
        for delivery in self._deliveries:
            delivery.unreachable(device)

    def _reached(self, dialect: Dialect, reachable: Reachable) -> None:
        changed = self._roster.reached(dialect, reachable)
        if reachable.online:
            if reachable.device is not None:
                self._asking.want(*changed)
            return
        for delivery in self._deliveries:
            for device in changed:
                delivery.unreachable(device)

    def _reported(self, report: Reported, retained: bool, at: datetime) -> Reported:
        """Keep what a device told; gives it back in the words it was asked in."""
        if report.unreadable:
            self._drop("value cannot be read", report.device)
        if wanted := self._wanted.get(report.device):
            values = {name: _worded(wanted, name, v) for name, v in report.values.items()}
            report = replace(report, values=MappingProxyType(values))
        changes = self._readings.take(
            report.device,
            report.values,
            gone=report.gone,
            at=at,
            seen=report.seen,
            retained=retained,
        )
        self._changes += changes
        self._asking.answered(report.device)
        return report

    def _drop(self, reason: str, topic: str) -> None:
        if reason not in self.dropped and len(self.dropped) >= REASONS:
            reason = "other reasons"
        self.dropped[reason] += 1
        times = self.dropped[reason]
        if str(times).rstrip("0") == "1":
            logger.warning("%s: %s (%d times so far)", repr(topic[:120]), reason, times)


def _worded(asked: Mapping[str, Value], name: str, value: Value) -> Value:
    """A colour by the name it was asked by, a whiteness as asked, while it still matches."""
    wanted = asked.get(name) if name in ("color", "color_temperature") else None
    return value if wanted is None or not matches(name, wanted, value) else wanted
