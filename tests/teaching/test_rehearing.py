"""Words that were heard otherwise the second time: which hearing is believed."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.events import Ask
from device.teaching.rehearing import otherwise, outvotes
from simulator.session import Scene, Session
from tests.teaching.lessons_at_home import CONTEXT

WORDS = st.sampled_from(
    ["set", "put", "the", "lights", "to", "in", "blue", "moon", "harvest", "20"]
)
NAMES = st.sampled_from(["blue moon", "harvest feast", "puffin"])


@pytest.fixture(scope="module")
def house() -> Iterator[Session]:
    with Session(Scene(room="Living Room"), still=True) as session:
        yield session


@pytest.fixture
def session(house: Session) -> Session:
    house.start_afresh()
    return house


def replies(session: Session, *texts: str) -> list[str]:
    return [turn.reply.text for text in texts for turn in session.say(text)]


def names(session: Session) -> list[str]:
    return [concept.name for concept in session.speaker.context.taught]


def test_a_word_that_sounds_alike_can_be_the_same_one() -> None:
    assert otherwise("do blue moon in the office", "blue noon", CONTEXT) == ("blue moon",)
    assert otherwise("do harvest feast in the office", "blue noon", CONTEXT) == ()


def test_the_name_of_a_device_is_no_other_hearing() -> None:
    lamp = CONTEXT.home.devices[0].name.lower()
    misheard = f"{lamp[:-1]}n"

    assert otherwise(f"turn on the {lamp}", misheard, CONTEXT) == ()


@given(before=st.lists(WORDS, max_size=6), after=st.lists(WORDS, max_size=6), name=NAMES)
def test_another_hearing_stands_in_the_sentence_and_is_not_the_name(
    before: list[str], after: list[str], name: str
) -> None:
    said = " ".join([*before, name[:-1], *after])

    for other in otherwise(said, name, CONTEXT):
        assert f" {other} " in f" {said} "
        assert other != name
        assert len(other.split()) == len(name.split())


@given(ours=st.integers(0, 5), others=st.integers(0, 5))
def test_a_hearing_needs_two_sentences_and_more_than_the_other(ours: int, others: int) -> None:
    texts = ["set it to blue noon"] * ours + ["set it to blue moon"] * others

    assert outvotes("blue moon", "blue noon", texts) == (others > 1 and others > ours)


def test_who_says_it_again_teaches_the_word_as_it_was_heard_last(session: Session) -> None:
    asked = replies(session, "set the bedroom to harvest beast", "set the bedroom to harvest feast")
    assert asked[1] == "What should I set for harvest feast, and to what?"

    replies(session, "the lights at 20", "yes")

    assert names(session) == ["harvest feast"]


def test_what_was_offered_stays_on_offer_by_the_other_name(session: Session) -> None:
    replies(session, "set the bedroom to harvest beast", "the lights at 20")

    (turn,) = session.say("no, do harvest feast in the bedroom")

    assert turn.reply.text == "Harvest feast: brightness 20 %. Is that right?"
    assert turn.reply.asks is Ask.CONFIRM
    (done,) = session.say("yes")
    assert names(session) == ["harvest feast"]
    assert {(o.command.capability, o.command.value) for o in done.outcomes} == {("brightness", 20)}


def test_a_definition_that_has_the_word_once_more_settles_how_it_is_called(
    session: Session,
) -> None:
    replies(session, "sage the room lights to teddy's bedtime")
    replies(session, "turn the bedroom lights to daddy's bedtime")
    replies(session, "adjust the bedroom lights two teddy's bedtime")

    offered = replies(session, "teddy's bedtime is the lights at 15 percent")

    assert offered == ["Teddy's bedtime: brightness 15 %. Is that right?"]


def test_an_answer_that_has_other_words_renames_nothing(session: Session) -> None:
    replies(session, "set the bedroom to owl light")

    asked = replies(session, "just a soft light", "like a desk light", "make it 20")

    assert asked[-1] == "Owl light: brightness 20 %. Is that right?"
