"""The whole typed chain: real models, a real broker, a house that knows nothing of the speaker."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from device.events import Ask, OutcomeKind, Turn
from device.records import record
from simulator.faults import Fault
from simulator.session import Scene, Session


@pytest.fixture(scope="module")
def shared() -> Iterator[Session]:
    with Session(Scene(at=datetime(2026, 11, 20, 21, 30).astimezone())) as session:
        yield session


@pytest.fixture
def session(shared: Session) -> Session:
    """The house as furnished, nothing said yet."""
    for name in shared.house.values():
        shared.house.misbehave(name, Fault.NONE)
    shared.start_afresh()
    return shared


def said(session: Session, text: str) -> Turn:
    turns = session.say(text)
    assert len(turns) == 1
    return turns[0]


def as_json(session: Session, turn: Turn) -> dict[str, Any]:
    return record(turn, session.speaker.home.home)


def test_two_requests_in_one_breath_give_two_commands_and_their_state(session: Session) -> None:
    text = "turn on the kitchen light and set the bedroom thermostat to 21 degrees"

    found = as_json(session, said(session, text))

    assert [r["intent"] for r in found["requests"]] == ["HassTurnOn", "HassClimateSetTemperature"]
    assert found["commands"] == [
        {"device": "Kitchen light", "capability": "power", "value": "on"},
        {"device": "Bedroom thermostat", "capability": "target_temperature", "value": 21},
    ]
    assert found["state"] == {
        "Kitchen light": {"power": "on"},
        "Bedroom thermostat": {"target_temperature": 21},
    }
    assert found["asks"] is None
    assert found["error"] is None


def test_the_example_of_the_contract(session: Session) -> None:
    found = as_json(session, said(session, "turn on the kitchen light and the fan"))

    assert [r["text"] for r in found["requests"]] == [
        "turn on the kitchen light",
        "turn on the fan",
    ]
    assert [r["span"] for r in found["requests"]] == [[[0, 5]], [[0, 2], [6, 8]]]
    assert [r["slots"] for r in found["requests"]] == [{"name": "Kitchen light"}, {"name": "Fan"}]
    assert [r["skill"] for r in found["requests"]] == ["lights", "fans"]
    assert found["state"] == {"Kitchen light": {"power": "on"}, "Fan": {"power": "on"}}
    assert found["reply"] == "The kitchen light and the fan are on."


def test_a_list_of_items_without_a_comma_is_split(session: Session) -> None:
    turn = said(session, "add bananas peanut butter and paper towels to my shopping list")

    assert turn.lists is not None
    assert turn.lists["shopping"] == ("bananas", "peanut butter", "paper towels")


def test_a_door_is_unlocked_only_after_a_yes(session: Session) -> None:
    asked = said(session, "unlock the front door")
    assert asked.reply.asks is Ask.CONFIRM
    assert not asked.outcomes

    done = said(session, "yes please")

    assert [o.kind for o in done.outcomes] == [OutcomeKind.DONE]
    assert as_json(session, done)["state"] == {"Front door": {"lock": "unlocked"}}


def test_a_door_stays_locked_after_a_no(session: Session) -> None:
    said(session, "unlock the front door")

    done = said(session, "no")

    assert not done.outcomes
    assert session.house.values()["Hallway/Front door"]["lock"] == "locked"


def test_a_new_request_ends_an_open_question(session: Session) -> None:
    said(session, "unlock the front door")

    other = said(session, "turn on the kitchen light")
    late = said(session, "yes")

    assert as_json(session, other)["state"] == {"Kitchen light": {"power": "on"}}
    assert not late.outcomes


def test_undo_puts_back_what_was(session: Session) -> None:
    said(session, "turn on the kitchen light")

    turn = said(session, "undo that")

    assert as_json(session, turn)["state"] == {"Kitchen light": {"power": "off"}}


@pytest.mark.parametrize(
    "correction", ["not the office, the bedroom", "I said the bedroom, not the office"]
)
def test_what_is_said_to_be_wrong_in_a_correction_is_not_done_again(
    session: Session, correction: str
) -> None:
    said(session, "turn on the lights in the office")

    (request,) = said(session, correction).requests

    assert (request.intent, request.slot("area")) == ("HassTurnOn", "Bedroom")


def test_a_request_for_later_means_what_it_meant_when_it_was_said(session: Session) -> None:
    said(session, "turn on the kitchen light")
    said(session, "in ten minutes turn that off")
    said(session, "turn on the fan")

    (turn,) = session.wait(600_000)

    assert as_json(session, turn)["commands"] == [
        {"device": "Kitchen light", "capability": "power", "value": "off"}
    ]


def test_what_falls_due_waits_until_a_question_is_answered(session: Session) -> None:
    said(session, "in 30 seconds unlock the garden gate")
    assert said(session, "unlock the front door").reply.asks is Ask.CONFIRM

    assert session.wait(31_000) == []
    answered, due = session.say("yes")

    assert [c["device"] for c in as_json(session, answered)["commands"]] == ["Front door"]
    assert due.reply.text == "Shall I unlock the garden gate?"


def test_a_timer_rings_when_its_time_has_come_and_only_then(session: Session) -> None:
    started = said(session, "set a timer for 5 minutes")
    assert started.timers == ({"name": None, "seconds": 300},)

    assert session.wait(4 * 60_000) == []
    (rung,) = session.wait(61_000)

    assert rung.events
    assert "timer" in rung.events[0]
    assert rung.timers == ()


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault.SILENT, OutcomeKind.NO_ANSWER, "did not answer"),
        (Fault.OFFLINE, OutcomeKind.OFFLINE, "offline"),
        (Fault.WRONG, OutcomeKind.OTHER_VALUE, "reports"),
    ],
)
def test_the_reply_never_claims_what_the_device_did_not_report(
    session: Session, fault: Fault, kind: OutcomeKind, words: str
) -> None:
    session.house.misbehave("Kitchen/Kitchen light", fault)

    turn = said(session, "turn on the kitchen light")
    after = said(session, "turn on the fan")

    assert [o.kind for o in turn.outcomes] == [kind]
    assert words in turn.reply.text
    assert [o.kind for o in after.outcomes] == [OutcomeKind.DONE], "the next turn works"


@pytest.mark.parametrize("text", ["", "   ", "?", "\x00", "🔥" * 50, "and and and", "a" * 3000])
def test_strange_text_touches_nothing_and_the_next_turn_works(session: Session, text: str) -> None:
    turn = said(session, text)
    after = said(session, "turn on the fan")

    assert not turn.outcomes
    assert turn.reply.text
    assert as_json(session, after)["state"] == {"Fan": {"power": "on"}}


def test_a_broker_that_goes_away_is_told_and_the_next_turn_works() -> None:
    with Session() as session:
        session.broker.kill()
        lost = said(session, "turn on the kitchen light")
        timer = said(session, "set a timer for 5 minutes")
        session.broker.restart()
        session.settle()
        back = said(session, "turn on the kitchen light")

    assert [o.kind for o in lost.outcomes] == [OutcomeKind.NO_BROKER]
    assert "broker" in lost.reply.text
    assert timer.timers
    assert [o.kind for o in back.outcomes] == [OutcomeKind.DONE]


def test_a_broker_that_goes_away_in_mid_turn_ends_the_turn_honestly() -> None:
    with Session() as session:
        session.house.misbehave("Kitchen/Kitchen light", Fault.SILENT)
        assert session.speaker.say("turn on the kitchen light") == [], "it waits for the device"
        session.broker.kill()

        (turn,) = session.finish([])

    assert [o.kind for o in turn.outcomes] == [OutcomeKind.LOST]
    assert "may not have heard me" in turn.reply.text


def test_the_chain_works_on_the_embedded_broker_too() -> None:
    with Session(prefer="amqtt") as session:
        turn = said(session, "turn on the kitchen light")

    assert [o.kind for o in turn.outcomes] == [OutcomeKind.DONE]


def test_lists_and_timers_survive_a_restart(tmp_path: Path) -> None:
    store = tmp_path / "kept.sqlite"
    with Session(Scene(store=store)) as session:
        said(session, "add milk to my shopping list")
        said(session, "set a timer for 10 minutes")

    with Session(Scene(store=store)) as session:
        lists = said(session, "what is on my shopping list").lists
        (rung,) = session.wait(10 * 60_000 + 1_000)

    assert lists == {"shopping": ("milk",)}
    assert rung.events
