"""What becomes of commands, by example and against a plain model."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from device.events import DeviceCommand, Outcome, OutcomeKind, Value
from device.home.capabilities import matches
from device.home.delivery import ANSWER_MS, ASK_MS, LONGEST_MS, Delivery
from device.home.homestate import HomeState
from device.ports import BusDown, BusMessage, BusUp
from tests.home.zigbee import (
    CONTACT,
    COVER,
    LIGHT,
    LOCK,
    NOON,
    entry,
    home_with,
    inventory,
    message,
)

HOUSE = (
    entry("0xa", "Lamp", LIGHT),
    entry("0xb", "Blinds", COVER),
    entry("0xc", "Door", LOCK),
    entry("0xd", "Window", CONTACT),
    entry("0xe", "Other", LIGHT),
)


def command(name: str, capability: str, value: Value) -> DeviceCommand:
    addresses = {"Lamp": "0xa", "Blinds": "0xb", "Door": "0xc", "Window": "0xd", "Other": "0xe"}
    return DeviceCommand(
        device=f"zigbee2mqtt:{addresses[name]}", capability=capability, value=value
    )


LAMP_ON = command("Lamp", "power", "on")


def told(
    home: HomeState, name: str, content: object, *, at_ms: int, retained: bool = False
) -> None:
    home.take(message(name, content, retained=retained), at=NOON, now_ms=at_ms)


def kinds(delivery: Delivery, now_ms: int) -> list[str] | None:
    outcomes = delivery.outcomes(now_ms)
    return None if outcomes is None else [outcome.kind.value for outcome in outcomes]


def test_a_command_is_done_when_the_device_says_so() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON], now_ms=0)
    assert [m.topic for m in delivery.messages] == ["zigbee2mqtt/Lamp/set"]
    assert delivery.outcomes(10) is None
    told(home, "Lamp", {"state": "ON"}, at_ms=20)

    assert delivery.outcomes(20) == (
        Outcome(command=LAMP_ON, kind=OutcomeKind.DONE, reported="on"),
    )


def test_a_device_that_says_nothing_did_not_answer() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON], now_ms=0)

    assert kinds(delivery, ANSWER_MS - 1) is None
    assert kinds(delivery, ANSWER_MS) == ["no_answer"]


def test_an_answer_after_the_deadline_comes_too_late() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON], now_ms=0)
    told(home, "Lamp", {"state": "ON"}, at_ms=ANSWER_MS)

    assert kinds(delivery, ANSWER_MS) == ["no_answer"]


def test_a_device_that_stays_as_it_was_is_reported_with_what_it_told() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON], now_ms=0)
    told(home, "Lamp", {"state": "OFF"}, at_ms=5)

    assert kinds(delivery, ANSWER_MS - 1) is None, "it may still be on its way"
    assert delivery.outcomes(ANSWER_MS) == (
        Outcome(command=LAMP_ON, kind=OutcomeKind.OTHER_VALUE, reported="off"),
    )


def test_what_the_broker_kept_proves_nothing() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON], now_ms=0)
    told(home, "Lamp", {"state": "ON"}, at_ms=5, retained=True)

    assert kinds(delivery, ANSWER_MS) == ["no_answer"]


def test_what_the_bridge_repeats_of_an_older_time_proves_nothing() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON], now_ms=0)
    told(home, "Lamp", {"state": "ON", "last_seen": "2026-11-20T11:30:00Z"}, at_ms=5)
    assert delivery.outcomes(5) is None
    told(home, "Lamp", {"state": "ON", "last_seen": "2026-11-20T12:00:00+00:00"}, at_ms=6)

    assert kinds(delivery, 6) == ["done"]


def test_an_answer_that_comes_too_late_still_tells_how_the_home_stands() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON], now_ms=0)
    assert kinds(delivery, ANSWER_MS) == ["no_answer"]
    told(home, "Lamp", {"state": "ON"}, at_ms=ANSWER_MS + 1)

    assert home.state[LAMP_ON.device]["power"].value == "on"
    assert kinds(delivery, ANSWER_MS + 1) == ["no_answer"], "what was said stays said"


def test_only_what_left_before_the_broker_went_may_have_been_heard() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON, command("Other", "power", "on")], now_ms=0)
    delivery.left(1)
    home.take(BusDown(reason="gone"), at=NOON, now_ms=1)

    assert kinds(delivery, 1) == ["lost", "no_broker"]


def test_a_device_is_not_told_too_often_but_may_always_be_stopped() -> None:
    home = home_with(*HOUSE)
    kinds_told = []
    for n in range(40):
        delivery = home.begin([command("Lamp", "power", "on" if n % 2 else "off")], now_ms=n)
        kinds_told.append(bool(delivery.messages))
    blinds = [home.begin([command("Blinds", "position", 0)], now_ms=n) for n in range(40)]

    assert sum(kinds_told) == 30
    assert kinds(home.begin([LAMP_ON], now_ms=50), 50) == ["too_often"]
    assert home.begin([command("Blinds", "position", "stop")], now_ms=51).messages
    assert kinds(blinds[-1], 60) == ["too_often"]
    assert home.begin([LAMP_ON], now_ms=60_001).messages, "a minute later it is told again"


def test_a_silent_device_is_asked_and_its_answer_counts() -> None:
    home = home_with(*HOUSE)
    told(home, "Lamp", {"state": "ON"}, at_ms=0)

    delivery = home.begin([LAMP_ON], now_ms=0)
    assert home.due(ASK_MS - 1) == ()
    (ask,) = home.due(ASK_MS)
    assert ask.topic == "zigbee2mqtt/Lamp/get"
    assert home.due(ASK_MS + 1) == (), "it is asked once"
    told(home, "Lamp", {"state": "ON"}, at_ms=ASK_MS + 2)

    assert kinds(delivery, ASK_MS + 2) == ["done"]


def test_commands_run_side_by_side_and_each_has_its_own_outcome() -> None:
    home = home_with(*HOUSE)
    home.take(message("Blinds/availability", b"offline"), at=NOON, now_ms=0)

    delivery = home.begin(
        [
            LAMP_ON,
            command("Blinds", "position", 50),
            command("Door", "lock", "locked"),
            command("Window", "contact", "open"),
            command("Lamp", "brightness", 500),
        ],
        now_ms=0,
    )
    told(home, "Lamp", {"state": "ON"}, at_ms=1)

    assert {m.topic for m in delivery.messages} <= {"zigbee2mqtt/Lamp/set", "zigbee2mqtt/Door/set"}
    assert kinds(delivery, 60_000) == ["done", "offline", "no_answer", "refused", "refused"]


def test_the_word_of_one_device_does_not_count_for_another() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([LAMP_ON, command("Other", "power", "on")], now_ms=0)
    told(home, "Other", {"state": "ON"}, at_ms=1)

    assert kinds(delivery, ANSWER_MS) == ["no_answer", "done"]


def test_nothing_is_sent_while_the_broker_is_away() -> None:
    home = home_with(*HOUSE)
    home.take(BusDown(reason="gone"), at=NOON, now_ms=0)

    delivery = home.begin([LAMP_ON], now_ms=1)

    assert delivery.messages == ()
    assert kinds(delivery, 1) == ["no_broker"]


def test_a_broker_that_goes_away_ends_the_wait() -> None:
    home = home_with(*HOUSE)
    delivery = home.begin([LAMP_ON], now_ms=0)

    home.take(BusDown(reason="gone"), at=NOON, now_ms=1)
    home.take(BusUp(), at=NOON, now_ms=2)
    told(home, "Lamp", {"state": "ON"}, at_ms=3)

    assert kinds(delivery, 3) == ["lost"]
    assert delivery.messages == (), "nothing fires later"


@pytest.mark.parametrize("topic", ["Lamp/availability", "bridge/state"])
def test_a_device_that_goes_offline_ends_the_wait(topic: str) -> None:
    home = home_with(*HOUSE)
    delivery = home.begin([LAMP_ON], now_ms=0)

    home.take(message(topic, {"state": "offline"}), at=NOON, now_ms=1)

    assert kinds(delivery, 1) == ["offline"]


def test_a_device_that_is_removed_ends_the_wait() -> None:
    home = home_with(*HOUSE)
    delivery = home.begin([LAMP_ON], now_ms=0)

    home.take(inventory(*HOUSE[1:]), at=NOON, now_ms=1)

    assert kinds(delivery, 1) == ["offline"]


def test_a_cover_that_moves_is_waited_for_and_one_that_stops_is_not() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([command("Blinds", "position", 100)], now_ms=0)
    for step in range(1, 10):
        told(home, "Blinds", {"position": 10 * step}, at_ms=3_000 * step)
        assert kinds(delivery, 3_000 * step) is None
    told(home, "Blinds", {"position": 100}, at_ms=30_000)
    assert kinds(delivery, 30_000) == ["done"]

    stuck = home.begin([command("Blinds", "position", 0)], now_ms=40_000)
    told(home, "Blinds", {"position": 90}, at_ms=41_000)
    told(home, "Blinds", {"position": 90}, at_ms=42_000)
    assert kinds(stuck, 41_000 + 2 * ANSWER_MS) == ["other_value"]


def test_a_cover_that_never_arrives_is_given_up() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([command("Blinds", "position", 100)], now_ms=0)
    for step in range(1, 40):
        told(home, "Blinds", {"position": step}, at_ms=2_000 * step)

    assert kinds(delivery, LONGEST_MS) == ["other_value"]


def test_stopping_a_cover_is_done_with_its_next_word() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([command("Blinds", "position", "stop")], now_ms=0)
    told(home, "Blinds", {"position": 37}, at_ms=5)

    (outcome,) = delivery.outcomes(5) or ()
    assert (outcome.kind, outcome.reported) == (OutcomeKind.DONE, 37)


def test_a_lock_gets_more_time_than_a_lamp() -> None:
    home = home_with(*HOUSE)

    delivery = home.begin([command("Door", "lock", "unlocked")], now_ms=0)

    assert kinds(delivery, 2 * ANSWER_MS) is None
    assert kinds(delivery, 3 * ANSWER_MS) == ["no_answer"]


def test_wait_ms_leads_to_the_next_thing_that_is_due() -> None:
    home = home_with(*HOUSE)
    delivery = home.begin([LAMP_ON], now_ms=0)

    assert delivery.wait_ms(0) == ASK_MS
    home.due(ASK_MS)
    assert delivery.wait_ms(ASK_MS) == ANSWER_MS - ASK_MS
    delivery.outcomes(ANSWER_MS)
    assert delivery.wait_ms(ANSWER_MS) == 0


def test_nothing_to_do_is_done_at_once() -> None:
    assert home_with(*HOUSE).begin([], now_ms=0).outcomes(0) == ()


NAMES = {"Lamp": "power", "Other": "power", "Blinds": "position", "Door": "lock"}
WORDS: dict[str, list[Value]] = {
    "power": ["on", "off"],
    "position": [0, 30, 60, 100],
    "lock": ["locked", "unlocked"],
}
RAW = {"on": "ON", "off": "OFF", "locked": "LOCK", "unlocked": "UNLOCK"}
IDS = {name: command(name, capability, "").device for name, capability in NAMES.items()}


class Home(RuleBasedStateMachine):
    """Devices obey, lie, sleep and vanish; an outcome never claims what was not reported."""

    def __init__(self) -> None:
        super().__init__()
        self.home = home_with(*HOUSE)
        self.now_ms = 0
        self.connected = True
        self.online = dict.fromkeys(NAMES, True)
        self.stands: dict[str, Value] = {
            "Lamp": "off",
            "Other": "off",
            "Blinds": 0,
            "Door": "locked",
        }
        self.open: list[tuple[Delivery, list[DeviceCommand], int]] = []
        self.heard: list[tuple[int, str, Value]] = []
        """When which device said what, live."""
        self.sent: list[BusMessage] = []
        self.asked_for: set[str] = set()

    @initialize()
    def everything_was_heard(self) -> None:
        for name in NAMES:
            self.says(name)

    def says(self, name: str, value: Value | None = None) -> None:
        value = self.stands[name] if value is None else value
        key = "position" if name == "Blinds" else "state"
        self.heard.append((self.now_ms, name, value))
        raw = RAW[value] if isinstance(value, str) else value
        told(self.home, name, {key: raw}, at_ms=self.now_ms)

    @rule(names=st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=3), pick=st.data())
    def owner_asks(self, names: list[str], pick: st.DataObject) -> None:
        values = [pick.draw(st.sampled_from(WORDS[NAMES[name]])) for name in names]
        commands = [command(n, NAMES[n], v) for n, v in zip(names, values, strict=True)]

        delivery = self.home.begin(commands, now_ms=self.now_ms)

        self.open.append((delivery, commands, self.now_ms))
        self.asked_for |= set(names)
        for sent in delivery.messages:
            assert self.connected, "nothing leaves while the broker is away"
            name = sent.topic.split("/")[1]
            assert name in names, "only what was asked is told"
            assert self.online[name], "what is offline is not told"
        self.sent.extend(delivery.messages)

    @precondition(lambda self: self.sent and self.connected)
    @rule(obeys=st.booleans(), answers=st.booleans(), late_ms=st.integers(0, 5_000))
    def device_takes_a_command(self, obeys: bool, answers: bool, late_ms: int) -> None:
        taken = self.sent.pop(0)
        name = taken.topic.split("/")[1]
        if not self.online[name]:
            return
        self.now_ms += late_ms
        (raw,) = json.loads(taken.payload).values()
        wanted = next((v for v in WORDS[NAMES[name]] if RAW.get(str(v), v) == raw), None)
        assert wanted is not None, "what was sent is one of the values that were asked"
        if obeys:
            self.stands[name] = wanted
        if answers:
            self.says(name)

    @precondition(lambda self: self.connected)
    @rule(name=st.sampled_from(sorted(NAMES)), pick=st.data())
    def somebody_uses_the_switch(self, name: str, pick: st.DataObject) -> None:
        if self.online[name]:
            self.stands[name] = pick.draw(st.sampled_from(WORDS[NAMES[name]]))
            self.says(name)

    @precondition(lambda self: self.connected)
    @rule(name=st.sampled_from(sorted(NAMES)), online=st.booleans())
    def availability_changes(self, name: str, online: bool) -> None:
        self.online[name] = online
        content = {"state": "online" if online else "offline"}
        told(self.home, f"{name}/availability", content, at_ms=self.now_ms)

    @rule()
    def broker_goes(self) -> None:
        self.connected = False
        self.sent.clear()
        self.home.take(BusDown(reason="gone"), at=NOON, now_ms=self.now_ms)

    @rule()
    def broker_comes(self) -> None:
        self.connected = True
        for asked in self.home.take(BusUp(), at=NOON, now_ms=self.now_ms).messages:
            assert asked.topic.endswith("/get"), "nothing fires later"

    @rule(name=st.sampled_from(sorted(NAMES)), rubbish=st.binary(max_size=8))
    def rubbish_arrives(self, name: str, rubbish: bytes) -> None:
        told(self.home, name, b"{" + rubbish, at_ms=self.now_ms)

    @rule(wait_ms=st.sampled_from([0, 1, ASK_MS, ANSWER_MS - 1, ANSWER_MS, 3 * ANSWER_MS]))
    def time_passes(self, wait_ms: int) -> None:
        self.now_ms += wait_ms
        for asked in self.home.due(self.now_ms):
            name = asked.topic.split("/")[1]
            assert asked.topic.endswith("/get")
            assert not asked.retained
            if self.connected and self.online[name] and name in self.asked_for:
                self.says(name)

    @invariant()
    def outcomes_are_true(self) -> None:
        for delivery, commands, began_ms in self.open:
            outcomes = delivery.outcomes(self.now_ms)
            if outcomes is None:
                assert self.now_ms < began_ms + 2 * LONGEST_MS
                continue
            assert [outcome.command for outcome in outcomes] == commands
            for outcome in outcomes:
                self.is_true(outcome, began_ms)
        self.open = [held for held in self.open if held[0].outcomes(self.now_ms) is None]

    def is_true(self, outcome: Outcome, began_ms: int) -> None:
        name = next(n for n, id_ in IDS.items() if id_ == outcome.command.device)
        since = [v for at_ms, who, v in self.heard if who == name and at_ms >= began_ms]
        match outcome.kind:
            case OutcomeKind.DONE:
                assert outcome.reported in since, "done is only what the device said itself"
                asked = outcome.command
                assert outcome.reported is not None
                assert matches(asked.capability, asked.value, outcome.reported)
            case OutcomeKind.OTHER_VALUE:
                assert outcome.reported in since
                assert outcome.reported != outcome.command.value
            case OutcomeKind.REFUSED:
                raise AssertionError("every command of this test makes sense")


TestHome = Home.TestCase
TestHome.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
