"""What is hardly heard is offered where it can be a definition, and counts as nothing else."""

from collections.abc import Iterator

import pytest

from device.draft import Asked
from device.events import Ask, Hypothesis, Turn
from device.turns import AGAIN, SURE, SURE_TO_OFFER
from simulator.session import Scene, Session

HARDLY = (SURE + SURE_TO_OFFER) / 2
REQUEST = "set the bedroom lights to hedgehog mode"


@pytest.fixture(scope="module")
def house() -> Iterator[Session]:
    with Session(Scene(room="Living Room"), still=True) as session:
        yield session


@pytest.fixture
def session(house: Session) -> Session:
    house.start_afresh()
    return house


def heard(session: Session, text: str, score: float = HARDLY) -> Turn:
    (turn,) = session.speaker._ask(Asked(hypotheses=(Hypothesis(text=text, score=score),)))
    return turn


def names(session: Session) -> list[str]:
    return [concept.name for concept in session.speaker.context.taught]


def test_a_definition_that_was_hardly_heard_is_offered_and_kept_after_a_clear_yes(
    session: Session,
) -> None:
    session.say(REQUEST)

    offered = heard(session, "that is 35 percent")
    hardly = heard(session, "yes")
    kept = names(session)
    session.say("yes")

    assert offered.reply.asks is Ask.CONFIRM
    assert "35" in offered.reply.text
    assert (hardly.reply, kept) == (AGAIN, [])
    assert names(session) == ["hedgehog mode"]


@pytest.mark.parametrize("text", ["what time is it", "no", "forget it", "yes", "hm well you see"])
def test_anything_else_that_was_hardly_heard_is_asked_for_again_and_ends_no_lesson(
    session: Session, text: str
) -> None:
    session.say(REQUEST)

    turns = [heard(session, text) for _ in range(4)]
    (offered,) = session.say("that is 35 percent")

    assert [turn.reply for turn in turns] == [AGAIN] * 4
    assert [turn.outcomes for turn in turns] == [()] * 4
    assert offered.reply.asks is Ask.CONFIRM


def test_nothing_that_was_hardly_heard_counts_where_nobody_teaches(session: Session) -> None:
    assert heard(session, "that is 35 percent").reply == AGAIN
    assert heard(session, REQUEST).reply == AGAIN


def test_what_was_not_heard_at_all_is_no_definition(session: Session) -> None:
    session.say(REQUEST)

    assert heard(session, "that is 35 percent", score=SURE_TO_OFFER / 2).reply == AGAIN
