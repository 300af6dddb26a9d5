"""A home lives: commands, reports, faults, a broker that goes, clocks that jump; three dialects.

A plain model knows what each device said, when by a clock that nothing can set, and what it was
told. Whatever happens: no device is told what nobody asked of it, nothing is retained, the
reply claims nothing that was not reported, and no value looks younger than it is.
"""

import json
import re
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.context import Capability, Context
from device.effects import Notebook
from device.errors import HomeError
from device.events import DeviceCommand, Outcome, OutcomeKind, Value
from device.home.capabilities import matches
from device.home.delivery import ANSWER_MS, ASK_MS, LONGEST_MS, Delivery
from device.home.dialect import Found, Heard, Joined, Order, Refused
from device.home.homestate import HomeState
from device.home.pace import WINDOW_MS
from device.home.plain import Plain
from device.home.readings import FRESH
from device.home.zigbee2mqtt import Zigbee2Mqtt
from device.ports import BusDown, BusMessage, BusUp
from device.rules import Rules
from device.skills.phrases import stands
from device.skills.replies import outcome_sentence
from tests.home.zigbee import LIGHT, LOCK, NOON, entry, inventory

OFTEN = 4


class Quiet:
    """A dialect of devices that never report: they obey, or say that they will not."""

    name = "quiet"
    topics = ("quiet/here", "quiet/no")

    def take(self, message: BusMessage) -> tuple[Heard, ...]:
        found = Found(id="quiet:heater", name="Heater", kind="switch", capabilities=(_POWER,))
        if message.topic == "quiet/here":
            return (Joined(device=found),)
        if message.topic == "quiet/no":
            return (Refused(device=found.id, why="child lock"),)
        return ()

    def order(self, command: DeviceCommand) -> Order:
        if command.device != "quiet:heater" or command.capability != "power":
            raise HomeError("there is no such device")
        message = BusMessage(topic="quiet/heater/set", payload=str(command.value).encode())
        return Order(messages=(message,), expected=None)

    def ask(self, device: str) -> tuple[BusMessage, ...]:
        return ()


_POWER = Capability(name="power", options=("on", "off"))
LAMP, DOOR, TV, HEATER = "zigbee2mqtt:0xa", "zigbee2mqtt:0xb", "inglenook/home:tv", "quiet:heater"
NAMED = {LAMP: "lamp", DOOR: "door", TV: "TV", HEATER: "heater"}
SETS = {
    "zigbee2mqtt/Lamp/set": LAMP,
    "zigbee2mqtt/Door/set": DOOR,
    "inglenook/home/TV/set": TV,
    "quiet/heater/set": HEATER,
}
CAPABILITY = {LAMP: "power", DOOR: "lock", TV: "power", HEATER: "power"}
VALUES = {LAMP: ("on", "off"), DOOR: ("locked", "unlocked"), TV: ("on", "off"), HEATER: ("on",)}
RAW = {"on": "ON", "off": "OFF", "locked": "LOCK", "unlocked": "UNLOCK"}
TALKERS = st.sampled_from([LAMP, DOOR, TV])

TVS = BusMessage(
    topic="inglenook/home/bridge/devices",
    payload=json.dumps(
        [
            {
                "id": "tv",
                "name": "TV",
                "kind": "media_player",
                "capabilities": [{"name": "power", "options": ["on", "off"]}],
            }
        ]
    ).encode(),
    retained=True,
)


class Life(RuleBasedStateMachine):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        rules = Rules(per_minute=OFTEN, risky_per_minute=OFTEN)
        self.home = HomeState([Zigbee2Mqtt(), Plain(), Quiet()], rules=rules)
        self.now_ms, self.set_by = 0, timedelta()
        self.connected = False
        self.said: dict[str, tuple[Value, int | None]] = {}
        """Device -> its value and when it said so; None where nobody knows."""
        self.live: list[tuple[int, str, Value]] = []
        """What was said just now, and proves something: when, who, what."""
        self.refused: list[tuple[int, str]] = []
        self.sent: list[tuple[int, str]] = []
        self.waiting: list[tuple[str, Value]] = []
        self.open: list[tuple[Delivery, tuple[DeviceCommand, ...], int]] = []
        self.offline: set[str] = set()
        self.broker_comes()
        for message in (
            inventory(entry("0xa", "Lamp", LIGHT), entry("0xb", "Door", LOCK)),
            TVS,
            BusMessage(topic="quiet/here", payload=b""),
        ):
            self.hears(message)

    @property
    def wall(self) -> datetime:
        return NOON + timedelta(milliseconds=self.now_ms) + self.set_by

    def hears(self, message: BusMessage) -> None:
        errands = self.home.take(message, at=self.wall, now_ms=self.now_ms)
        self.leaves(errands.messages, ())

    def leaves(self, messages: tuple[BusMessage, ...], asked: tuple[DeviceCommand, ...]) -> None:
        """Messages leave: they are questions, or what was asked of just these devices."""
        assert self.connected or not messages, "nothing leaves while the broker is away"
        for message in messages:
            assert not message.retained
            if message.topic.endswith("/get"):
                continue
            device = SETS[message.topic]
            assert device in {c.device for c in asked}, "a device that was not asked was told"
            assert device not in self.offline
            self.sent.append((self.now_ms, device))
            (value,) = [c.value for c in asked if c.device == device]
            self.waiting.append((device, value))
        for device in NAMED:
            recent = [t for t, who in self.sent if who == device and self.now_ms - t < WINDOW_MS]
            assert len(recent) <= OFTEN, "told more often than it may be"

    def says(
        self, device: str, value: Value, *, retained: bool = False, seen_ms: int | None = None
    ) -> None:
        content = {"power": value} if device == TV else {"state": RAW[str(value)]}
        if seen_ms is not None:
            seen = self.wall - timedelta(milliseconds=self.now_ms - seen_ms)
            content["last_seen"] = seen.isoformat()
        topic = next(t for t, d in SETS.items() if d == device).removesuffix("/set")
        payload = json.dumps(content).encode()
        stale = seen_ms is not None and self.now_ms - seen_ms > FRESH / timedelta(milliseconds=1)
        when = self.now_ms if seen_ms is None else seen_ms
        before = self.said.get(device)
        if retained and seen_ms is None:
            # The broker's copy makes nothing younger; what is new in it has no age.
            self.said[device] = before if before and before[0] == value else (value, None)
        elif before is not None and before[0] == value and before[1] is not None:
            self.said[device] = (value, max(when, before[1]))
        else:
            self.said[device] = (value, when)
        if not retained and not stale:
            self.live.append((self.now_ms, device, value))
        self.hears(BusMessage(topic=topic, payload=payload, retained=retained))

    @rule(
        found=st.dictionaries(st.sampled_from(sorted(NAMED)), st.integers(0, 1), min_size=1),
    )
    def owner_asks(self, found: dict[str, int]) -> None:
        commands = tuple(
            DeviceCommand(device=d, capability=CAPABILITY[d], value=VALUES[d][n % len(VALUES[d])])
            for d, n in found.items()
        )
        delivery = self.home.begin(commands, now_ms=self.now_ms)
        self.leaves(delivery.messages, commands)
        self.open.append((delivery, commands, self.now_ms))

    @precondition(lambda self: self.waiting and self.connected)
    @rule(how=st.sampled_from(["obeys", "obeys silently", "lies", "refuses", "sleeps"]))
    def device_takes_a_command(self, how: str) -> None:
        device, value = self.waiting.pop(0)
        if device in self.offline:
            return
        if device == HEATER:
            if how == "refuses":
                self.refused.append((self.now_ms, device))
                self.hears(BusMessage(topic="quiet/no", payload=b""))
        elif how == "obeys":
            self.says(device, value)
        elif how == "lies":
            self.says(device, next(v for v in VALUES[device] if v != value))

    @precondition(lambda self: self.connected)
    @rule(device=TALKERS, pick=st.integers(0, 1))
    def somebody_uses_the_switch(self, device: str, pick: int) -> None:
        if device not in self.offline:
            self.says(device, VALUES[device][pick])

    @precondition(lambda self: self.connected)
    @rule(device=TALKERS, pick=st.integers(0, 1))
    def the_broker_gives_what_it_kept(self, device: str, pick: int) -> None:
        self.says(device, VALUES[device][pick], retained=True)

    @precondition(lambda self: self.connected)
    @rule(
        device=st.sampled_from([LAMP, DOOR]),
        pick=st.integers(0, 1),
        ago_ms=st.sampled_from([0, 1_000, 7_200_000]),
        retained=st.booleans(),
    )
    def the_bridge_repeats_what_is_old(
        self, device: str, pick: int, ago_ms: int, retained: bool
    ) -> None:
        self.says(device, VALUES[device][pick], retained=retained, seen_ms=self.now_ms - ago_ms)

    @precondition(lambda self: self.connected)
    @rule(device=st.sampled_from([LAMP, DOOR, TV]), online=st.booleans())
    def availability_changes(self, device: str, online: bool) -> None:
        (self.offline.discard if online else self.offline.add)(device)
        topic = next(t for t, d in SETS.items() if d == device).removesuffix("/set")
        word = b"online" if online else b"offline"
        self.hears(BusMessage(topic=f"{topic}/availability", payload=word, retained=True))

    @rule()
    def broker_goes(self) -> None:
        self.connected = False
        self.waiting.clear()
        self.home.take(BusDown(reason="gone"), at=self.wall, now_ms=self.now_ms)

    @rule()
    def broker_comes(self) -> None:
        self.connected = True
        up = self.home.take(BusUp(), at=self.wall, now_ms=self.now_ms)
        self.leaves(up.messages, ())

    @rule(by=st.sampled_from([timedelta(days=-20_000), timedelta(hours=-1), timedelta(hours=3)]))
    def somebody_sets_the_clock(self, by: timedelta) -> None:
        if self.wall + by > NOON - timedelta(days=20_500):
            self.set_by += by

    @rule(ms=st.sampled_from([0, 1, ASK_MS, ANSWER_MS, 3 * ANSWER_MS, 45_000, 7_200_000]))
    def time_passes(self, ms: int) -> None:
        self.now_ms += ms
        self.leaves(self.home.due(self.now_ms), ())

    @invariant()
    def no_value_looks_younger_than_it_is(self) -> None:
        self.home.keep_time(self.wall, self.now_ms)
        for device, (value, when) in self.said.items():
            reading = self.home.state[device][CAPABILITY[device]]
            assert reading.value == value
            assert reading.kept is (when is None)
            age_ms = (self.wall - reading.at) / timedelta(milliseconds=1)
            if when is not None:
                assert abs(age_ms - (self.now_ms - when)) < 10
            assert reading.since is None or reading.since <= reading.at

    @invariant()
    def outcomes_and_replies_are_true(self) -> None:
        context = Context(home=self.home.home, now=self.wall, notebook=Notebook())
        for delivery, commands, began_ms in self.open:
            outcomes = delivery.outcomes(self.now_ms)
            if outcomes is None:
                assert self.now_ms < began_ms + 2 * LONGEST_MS
                continue
            assert [o.command for o in outcomes] == list(commands)
            reply = outcome_sentence(outcomes, context)
            for outcome in outcomes:
                self.is_true(outcome, began_ms)
                claim = f"{NAMED[outcome.command.device]} is "
                stand = stands(outcome.command.capability, outcome.command.value)
                if outcome.kind is not OutcomeKind.DONE:
                    assert not re.search(rf"{claim}{stand}\b", reply)
                counted = len(outcomes) > 3  # Four devices or more are not named one by one.
                unsent = all(o.kind is OutcomeKind.NO_BROKER for o in outcomes)
                assert NAMED[outcome.command.device] in reply or counted or unsent
        self.open = [held for held in self.open if held[0].outcomes(self.now_ms) is None]

    def is_true(self, outcome: Outcome, began_ms: int) -> None:
        device, asked = outcome.command.device, outcome.command
        since = [v for at_ms, who, v in self.live if who == device and at_ms >= began_ms]
        match outcome.kind:
            case OutcomeKind.DONE:
                assert outcome.reported in since
                assert matches(asked.capability, asked.value, outcome.reported or "")
            case OutcomeKind.OTHER_VALUE:
                assert outcome.reported in since
            case OutcomeKind.SENT:
                assert device == HEATER
            case OutcomeKind.REFUSED:
                assert any(t >= began_ms and who == device for t, who in self.refused)
            case OutcomeKind.TOO_OFTEN:
                before = [t for t, who in self.sent if who == device and t <= began_ms]
                assert sum(began_ms - t < WINDOW_MS for t in before) >= OFTEN


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
