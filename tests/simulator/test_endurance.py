"""A speaker through a broker's death in mid-turn, and through a small flood."""

from collections.abc import Iterator

import pytest

from device.events import OutcomeKind
from simulator import endurance
from simulator.faults import Fault
from simulator.session import Scene, Session
from tests.simulator.bus import BROKERS

LAMP = "Kitchen/Kitchen light"
ANOTHER = "Bathroom/Bathroom light"
"""Says what it does in one message: when that is heard, so is all that was said before."""


@pytest.fixture(params=BROKERS)
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with Session(Scene(room="Kitchen"), prefer=request.param) as running:
        yield running


def test_a_broker_that_dies_in_mid_turn_is_reported_and_the_next_turn_works(
    session: Session,
) -> None:
    session.house.misbehave(LAMP, Fault.SILENT)
    turns = session.speaker.say("turn on the kitchen light")
    assert turns == []
    assert session.speaker.busy

    session.broker.kill()
    (turn,) = session.finish(turns)
    (while_away,) = session.say("turn on the kitchen light")
    session.house.misbehave(LAMP, Fault.NONE)
    session.broker.restart()
    session.settle()
    commands = len(session.house.commands)
    (after,) = session.say("turn on the kitchen light")

    assert [outcome.kind for outcome in turn.outcomes] == [OutcomeKind.LOST]
    assert [outcome.kind for outcome in while_away.outcomes] == [OutcomeKind.NO_BROKER]
    assert [outcome.kind for outcome in after.outcomes] == [OutcomeKind.DONE]
    assert len(session.house.commands) == commands + 1, "nothing from before came later"


@pytest.mark.parametrize("flaps", [400])
def test_a_device_that_flaps_is_asked_seldom_and_answered_for_rightly(
    session: Session, flaps: int
) -> None:
    for _ in range(flaps // 2):
        session.house.misbehave(LAMP, Fault.OFFLINE)
        session.house.misbehave(LAMP, Fault.NONE)
    session.house.misbehave(LAMP, Fault.OFFLINE)
    session.touch({ANOTHER: {"power": "on"}})
    (away,) = session.say("turn on the kitchen light")
    session.house.misbehave(LAMP, Fault.NONE)
    session.touch({ANOTHER: {"power": "off"}})
    (back,) = session.say("turn on the kitchen light")

    assert [outcome.kind for outcome in away.outcomes] == [OutcomeKind.OFFLINE]
    assert [outcome.kind for outcome in back.outcomes] == [OutcomeKind.DONE]


def test_a_small_flood_loses_nothing_and_memory_stays_where_it_is() -> None:
    seen: list[endurance.Look] = []

    looks, rate = endurance.measure(rate=200, seconds=6, look_every_s=1, seen=seen.append)

    assert looks == seen
    assert rate > 0
    last = looks[-1]
    assert last.taken > 0
    assert last.dropped == 0
    assert last.memory_mb - looks[0].memory_mb < 20


def test_growth_is_the_slope_after_the_first_fifth() -> None:
    looks = [
        endurance.Look(s=s, memory_mb=500 if s == 0 else 100 + s / 36, taken=0, dropped=0,
                       asked=0, done=0, slowest_ms=0)
        for s in range(0, 100, 10)
    ]  # fmt: skip

    assert endurance.growth(looks) == pytest.approx(100)
    assert endurance.growth(looks[:1]) == 0.0


def test_the_flood_says_something_of_everything() -> None:
    with Session(Scene()) as session:
        flood = endurance.flood(session.file)
        topics = {next(flood).topic for _ in range(2_000)}

    assert not any(topic.startswith(f"zigbee2mqtt/{LAMP}") for topic in topics)
    assert any(topic.endswith("/availability") for topic in topics)
    assert any(topic.startswith("homeassistant/light/ghost") for topic in topics)
    assert any(topic.startswith("inglenook/home/") for topic in topics)
