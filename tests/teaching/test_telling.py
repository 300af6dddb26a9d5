"""Lessons that the owner begins, in whole talks in the furnished house."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.events import Ask, Turn
from device.nlu.explanations import TEACH, explanation
from simulator.session import Scene, Session
from tests.skills.rooms import CONTEXT

WORDS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9), min_size=1, max_size=4
).filter(lambda words: not {"the", "then", "please", "means", "say", "we", "you"} & {*words})


@pytest.fixture(scope="module")
def house() -> Iterator[Session]:
    with Session(Scene(room="Living Room")) as session:
        yield session


@pytest.fixture
def session(house: Session) -> Session:
    house.start_afresh()
    house.wait(86_400_000)
    return house


def talk(session: Session, *texts: str) -> list[Turn]:
    return [session.say(text)[-1] for text in texts]


def meaning(turn: Turn) -> object:
    assert turn.concepts is not None, turn.reply.text
    return turn.concepts[-1]["meaning"]


@pytest.mark.parametrize(
    ("text", "name", "means"),
    [
        ("when I say moth hour, set the floor lamp to 5 percent", "moth hour",
         {"Floor lamp": {"brightness": 5}}),
        ("whenever I say moth hour turn off the TV", "moth hour", {"TV": {"power": "off"}}),
        ("turn the fan on whenever I say moth hour", "moth hour", {"Fan": {"power": "on"}}),
        ("moth hour means the lights at 15 percent", "moth hour", {"brightness": 15}),
        ("by moth hour I mean the reading lamp at 60", "moth hour",
         {"Reading lamp": {"brightness": 60}}),
        ("when I say moth hour lights to 100 percent", "moth hour", {"brightness": 100}),
        ("call the floor lamp Esmeralda", "esmeralda", {"devices": ["Floor lamp"]}),
        ("call the fan and the TV the noisy pair", "noisy pair", {"devices": ["Fan", "TV"]}),
        ("the office is also called the engine room", "engine room", {"area": "Office"}),
    ],
)  # fmt: skip
def test_what_somebody_explains_unasked_is_kept_after_a_yes_and_nothing_is_done_before(
    session: Session, text: str, name: str, means: object
) -> None:
    offer, kept = talk(session, text, "yes")

    assert (offer.reply.asks, offer.concepts, offer.outcomes) == (Ask.CONFIRM, None, ())
    assert meaning(kept) == means
    assert kept.concepts is not None
    assert kept.concepts[-1]["name"] == name
    assert not kept.outcomes


def test_a_word_alone_is_asked_about_and_then_used(session: Session) -> None:
    asked, offer, kept, used = talk(
        session, "let me teach you what moth hour means", "15 percent", "yes", "moth hour"
    )

    assert (asked.reply.asks, offer.reply.asks) == (Ask.TEACH, Ask.CONFIRM)
    assert meaning(kept) == {"brightness": 15}
    assert {outcome.command.value for outcome in used.outcomes} == {15}


@pytest.mark.parametrize(
    "text",
    [
        "what does moth hour mean", "is the floor lamp called Esmeralda?", "call mom",
        "I need to know what a flange means for me", "flange means what",
        "call the fire brigade", "when I say that", "it means the lamp is broken",
        "turn off the fan when I say so", "the kitchen means the kitchen light",
    ],
)  # fmt: skip
def test_what_explains_no_word_is_no_lesson(text: str) -> None:
    assert explanation(text, CONTEXT) is None


@given(word=WORDS, definition=WORDS)
def test_a_word_and_what_it_means_are_cut_where_the_comma_stands(
    word: list[str], definition: list[str]
) -> None:
    name, means = f"zo{' '.join(word)}", " ".join(definition)

    found = explanation(f"When I say {name}, {means}.", CONTEXT)

    assert found is not None
    assert found.intent == TEACH
    assert {slot.name: slot.value for slot in found.slots} == {"word": name, "definition": means}


def test_a_part_joins_or_leaves_what_was_taught_and_the_rest_stays(session: Session) -> None:
    talk(session, "set the living room to moth hour", "lights at 40, tv off", "yes")

    for text, means in (
        ("moth hour should have the floor lamp red", {"Floor lamp": {"color": "red"}}),
        ("add the fan at 30 to moth hour", {"fan_speed": 30}),
        ("set the lights in moth hour to 20", {"brightness": 20}),
    ):
        before = dict(session.speaker.context.taught[-1].meaning.json())
        _, kept = talk(session, text, "yes")
        assert meaning(kept) == {**before, **means}

    _, kept = talk(session, "remove the TV from moth hour", "yes")
    assert meaning(kept) == {
        "brightness": 20, "fan_speed": 30, "Floor lamp": {"color": "red"},
    }  # fmt: skip


def test_a_device_joins_or_leaves_what_is_called_by_one_name(session: Session) -> None:
    talk(session, "call the floor lamp and the fan the breezy two", "yes")

    for text, devices in (
        ("the breezy two should also include the TV", ["Floor lamp", "Fan", "TV"]),
        ("remove the fan from the breezy two", ["Floor lamp", "TV"]),
    ):
        offer, kept = talk(session, text, "yes")
        assert (offer.reply.asks, offer.outcomes) == (Ask.CONFIRM, ())
        assert meaning(kept) == {"devices": devices}


def test_when_something_is_to_be_set_is_no_part_of_what_it_means(session: Session) -> None:
    talk(session, "moth hour means the lights at 15 percent", "yes")

    (later,) = talk(session, "put the floor lamp in moth hour in half an hour")

    assert [request.intent for request in later.requests] == ["HassStartTimer"]
    assert later.reply.asks is None
