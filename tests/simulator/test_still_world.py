"""A broker in this program and time that stands still, against the real things."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from device.edges.mqtt import MqttBus
from device.errors import BusError
from device.events import Turn
from device.ports import Bus, BusDown, BusEvent, BusMessage, BusUp
from simulator.broker import mosquitto_path
from simulator.faults import Fault
from simulator.localbus import LocalBroker, matches
from simulator.pretend import PretendHome
from simulator.session import Scene, Session
from tests.simulator.bus import is_up, receive_until

LEVELS = st.sampled_from(["a", "b", "", "$SYS", "+", "é"])
TOPICS = st.lists(LEVELS.filter(lambda level: level != "+"), min_size=1, max_size=4).map("/".join)
FILTERS = st.builds(
    lambda levels, rest: "/".join([*levels, *rest]),
    st.lists(LEVELS, min_size=1, max_size=3),
    st.sampled_from([[], ["#"]]),
) | st.just("#")
EXAMPLES = count()
NIGHT = datetime(2026, 11, 20, 23, 50)
STEPS = st.lists(
    st.tuples(st.just("subscribe"), FILTERS.filter(bool))
    | st.tuples(st.just("unsubscribe"), FILTERS.filter(bool))
    | st.tuples(
        st.just("publish"),
        st.builds(
            BusMessage,
            topic=TOPICS.filter(lambda topic: topic != "" and not topic.startswith("$")),
            payload=st.sampled_from([b"", b"1", b"2"]),
            retained=st.booleans(),
        ),
    ),
    max_size=12,
)


@given(filter_=FILTERS, topic=TOPICS)
def test_a_filter_covers_what_the_mqtt_library_says_it_covers(filter_: str, topic: str) -> None:
    assert matches(filter_, topic) == topic_matches_sub(filter_, topic)


@pytest.fixture(scope="module")
def real_home() -> Iterator[PretendHome]:
    with PretendHome(prefer="mosquitto") as home:
        yield home


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")
@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_it_passes_on_what_a_real_broker_passes_on(
    steps: list[tuple[str, str | BusMessage]], real_home: PretendHome
) -> None:
    speaks, hears = MqttBus(real_home.address), MqttBus(real_home.address)
    broker = LocalBroker()
    try:
        for bus in (speaks, hears):
            receive_until(bus, is_up)
        base = f"example/{next(EXAMPLES)}"
        real = played(steps, base, speaks, hears)
        still = played(steps, base, broker.connect(), broker.connect())
    finally:
        speaks.close()
        hears.close()

    assert still == real


def played(
    steps: list[tuple[str, str | BusMessage]], base: str, speaks: Bus, hears: Bus
) -> list[list[BusEvent]]:
    """What the hearing client gets after each step below a topic, in the order of topics."""
    numbers = count()
    got = []
    hears.subscribe(["mark"])
    settled(hears, hears, next(numbers))
    for what, step in steps:
        if isinstance(step, BusMessage):
            speaks.publish(
                BusMessage(
                    topic=f"{base}/{step.topic}", payload=step.payload, retained=step.retained
                )
            )
        elif what == "subscribe":
            hears.subscribe([f"{base}/{step}"])
        else:
            hears.unsubscribe([f"{base}/{step}"])
        got.append(sorted(settled(speaks, hears, next(numbers)), key=repr))
    return got


def settled(speaks: Bus, hears: Bus, number: int) -> list[BusEvent]:
    """What the hearing client gets until all that both have sent has been worked through."""
    marks = [BusMessage(topic="mark", payload=f"{who} {number}".encode()) for who in "sh"]
    for bus, mark in zip((speaks, hears), marks, strict=True):
        bus.publish(mark)
    events: list[BusEvent] = []
    while not all(mark in events for mark in marks):
        event = hears.receive(5_000)
        assert event is not None, "a mark was lost"
        events.append(event)
    return [e for e in events if isinstance(e, BusMessage) and e not in marks]


def test_who_is_connected_hears_that_the_broker_went_and_came_and_what_it_kept_is_gone() -> None:
    broker = LocalBroker()
    one, other = broker.connect(), broker.connect()
    other.subscribe(["#"])
    one.publish(BusMessage(topic="a", payload=b"1", retained=True))

    broker.kill()
    with pytest.raises(BusError):
        one.publish(BusMessage(topic="a", payload=b"2"))
    broker.restart()

    kept = BusMessage(topic="a", payload=b"1")
    assert [type(event) for event in drained(one)] == [BusUp, BusDown, BusUp]
    assert [e for e in drained(other) if isinstance(e, BusMessage)] == [kept]
    late = broker.connect()
    late.subscribe(["#"])
    assert [type(event) for event in drained(late)] == [BusUp]


def test_a_will_is_published_for_who_vanishes_and_not_for_who_says_goodbye() -> None:
    broker = LocalBroker()
    will = BusMessage(topic="gone", payload=b"yes")
    hears, leaves, vanishes = broker.connect(), broker.connect(will), broker.connect(will)
    hears.subscribe(["gone"])

    leaves.close()
    assert drained(hears) == [BusUp()]
    vanishes.vanish()
    assert drained(hears) == [will]


def drained(bus: Bus) -> list[BusEvent]:
    events = []
    while (event := bus.receive(0)) is not None:
        events.append(event)
    return events


def told(turns: list[Turn]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(turn.text, turn.reply.text, turn.events) for turn in turns]


def night(session: Session) -> list[tuple[str, str, tuple[str, ...]]]:
    """Words, a fault, a timer and a broker that goes, over midnight."""
    turns = session.say("turn on the kitchen light and set a timer for 15 minutes")
    session.house.misbehave("Living Room/Fan", Fault.SILENT)
    turns += session.say("turn on the fan")
    session.broker.kill()
    turns += session.say("turn off the kitchen light")
    session.broker.restart()
    session.settle()
    turns += session.say("turn off the kitchen light")
    turns += session.wait(20 * 60_000)
    turns += session.say("what day is it")
    return told(turns)


def test_a_night_in_still_time_is_the_same_twice_and_the_same_as_on_a_real_broker() -> None:
    scene = Scene(room="Kitchen", at=NIGHT)
    with Session(scene, still=True) as one, Session(scene, still=True) as other:
        nights = [(night(session), session.clock.monotonic_ms()) for session in (one, other)]
    with Session(scene) as real:
        running = night(real)

    assert nights[0] == nights[1]
    assert nights[0][0] == running
    assert "21 November" in running[-1][1] or "November 21" in running[-1][1]


def test_a_device_that_is_silent_uses_up_the_time_that_it_is_waited_for() -> None:
    with Session(Scene(room="Kitchen"), still=True) as session:
        session.house.misbehave("Kitchen/Kitchen light", Fault.SLOW, slow_ms=700)
        began_ms = session.clock.monotonic_ms()
        (turn,) = session.say("turn on the kitchen light")
        slow_ms = session.clock.monotonic_ms() - began_ms
        session.house.misbehave("Kitchen/Kitchen light", Fault.SILENT)
        session.say("turn off the kitchen light")

    assert turn.reply.text == "The kitchen light is on."
    assert 700 <= slow_ms <= 750
    assert session.clock.monotonic_ms() - began_ms - slow_ms == 2_000


def test_what_falls_due_while_time_passes_falls_due_in_its_time() -> None:
    with Session(Scene(), still=True) as session:
        session.say("set a timer for 10 minutes")
        before = session.wait(9 * 60_000 + 59_000)
        after = session.wait(2_000)

    assert before == []
    assert [turn.events for turn in after] == [("Your 10 minute timer is done.",)]


def test_a_broker_in_this_program_has_no_address() -> None:
    with Session(Scene(), still=True) as session, pytest.raises(BusError, match="no address"):
        session.address.port  # noqa: B018 - only asked for


@pytest.mark.parametrize("still", [True, False])
def test_after_a_power_cut_the_house_is_as_it_was_and_what_was_kept_is_known(still: bool) -> None:
    with Session(Scene(room="Kitchen"), still=still) as session:
        session.say("turn on the kitchen light")
        session.say("add milk to my shopping list")
        session.restart()
        (lists,) = session.say("what is on my shopping list")
        (light,) = session.say("is the kitchen light on")

    assert "milk" in lists.reply.text.lower()
    assert light.reply.text.startswith("Yes")
