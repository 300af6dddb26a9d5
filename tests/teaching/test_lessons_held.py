"""Whole lessons with the real models, in the furnished house: what is said, done and kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.effects import Timer
from device.events import Ask, Turn, Value
from device.routing.dialogue import TYPED_PATIENCE_MS
from device.teaching.lesson import GIVEN_UP, LISTENING, YES_OR_NO
from simulator.session import Scene, Session

REQUEST = "set the bedroom lights to hedgehog mode"
NAME = "hedgehog mode"


@pytest.fixture(scope="module")
def house() -> Iterator[Session]:
    with Session(Scene(room="Living Room"), still=True) as session:
        yield session


@pytest.fixture
def session(house: Session) -> Session:
    house.start_afresh()
    return house


def said(session: Session, *texts: str) -> Turn:
    """The last of the turns that these texts make."""
    turns = [turn for text in texts for turn in session.say(text)]
    assert [turn.error for turn in turns] == [None] * len(texts)
    return turns[-1]


def values(turn: Turn) -> set[tuple[str, Value]]:
    return {(o.command.capability, o.command.value) for o in turn.outcomes}


def names(session: Session) -> list[str]:
    return [concept.name for concept in session.speaker.context.taught]


def timers(session: Session) -> tuple[Timer, ...]:
    return session.speaker.context.notebook.timers


def test_a_word_is_taught_in_three_turns_and_the_request_goes_on(session: Session) -> None:
    asked = said(session, REQUEST)
    assert (asked.reply.asks, asked.outcomes) == (Ask.TEACH, ())
    assert asked.reply.text == f"I don't know what {NAME} is. Can you teach me?"
    assert [r.text for r in asked.requests] == [REQUEST]

    offered = said(session, "that is 35 percent")
    assert (offered.reply.asks, offered.outcomes, offered.concepts) == (Ask.CONFIRM, (), None)
    assert offered.reply.text == "Hedgehog mode: brightness 35 %. Is that right?"
    assert names(session) == []

    kept = said(session, "yes")
    meaning = {"brightness": 35}
    assert kept.concepts == ({"name": NAME, "kind": "entity", "meaning": meaning, "person": None},)
    assert values(kept) == {("brightness", 35)}
    assert len(kept.outcomes) == 2
    assert kept.reply.asks is None


def test_what_was_taught_in_one_room_works_in_another(session: Session) -> None:
    said(session, REQUEST, "35 percent", "yes")

    turn = said(session, "set the office light to hedgehog mode")

    assert values(turn) == {("brightness", 35)}
    assert {r.slot("concept") for r in turn.requests} == {NAME}


def test_the_rest_of_the_breath_waits_and_is_done_with_it(session: Session) -> None:
    asked = said(session, f"{REQUEST} and turn on the fan")
    assert not asked.outcomes

    done = said(session, "35 percent", "yes")

    assert values(done) == {("brightness", 35), ("power", "on")}


def test_a_correction_is_offered_before_anything_is_kept(session: Session) -> None:
    offered = said(session, REQUEST, "35 percent", "no, 40")

    assert offered.reply.text == "Hedgehog mode: brightness 40 %. Is that right?"
    assert said(session, "yes").concepts is not None
    assert values(said(session, REQUEST)) == {("brightness", 40)}


def test_three_answers_of_no_use_end_it_kindly_and_each_question_is_simpler(
    session: Session,
) -> None:
    turns = [said(session, text) for text in (REQUEST, *["i really don't know"] * 3)]

    texts = [turn.reply.text for turn in turns]
    assert [turn.reply.asks for turn in turns] == [Ask.TEACH] * 3 + [None]
    assert texts[1] == "What should I set for hedgehog mode, and to what?"
    assert texts[2] == "Can you give me a value for brightness or colour?"
    assert texts[3] == GIVEN_UP
    assert names(session) == []


def test_the_last_question_names_what_the_devices_have(session: Session) -> None:
    request = "set the heating to hedgehog mode"

    turn = said(session, request, *["i really don't know"] * 2)

    assert turn.reply.text == "Can you give me a value for temperature or mode?"


def test_a_yes_to_the_first_question_is_listened_to(session: Session) -> None:
    assert said(session, REQUEST, "yes").reply.text == LISTENING
    assert said(session, "35 percent").reply.asks is Ask.CONFIRM


def test_a_no_leaves_the_word_alone(session: Session) -> None:
    left = said(session, REQUEST, "no")

    assert (left.reply.text, left.reply.asks) == ("OK.", None)
    assert names(session) == []


def test_a_value_that_cannot_be_is_said_and_asked_about(session: Session) -> None:
    turn = said(session, REQUEST, "140 percent")

    assert turn.reply.asks is Ask.TEACH
    assert "100" in turn.reply.text
    assert names(session) == []


@pytest.mark.parametrize("opened", [(REQUEST,), (REQUEST, "35 percent")])
@pytest.mark.parametrize("text", ["what time is it", "set a timer for 9 minutes", "who am i"])
def test_a_complete_request_ends_a_lesson(
    session: Session, opened: tuple[str, ...], text: str
) -> None:
    turn = said(session, *opened, text)
    assert turn.reply.asks is None
    assert turn.reply.text

    assert said(session, "yes").concepts is None
    assert names(session) == []


def test_an_answer_that_comes_too_late_teaches_nothing(session: Session) -> None:
    said(session, REQUEST, "35 percent")
    session.wait(TYPED_PATIENCE_MS)

    assert said(session, "yes").concepts is None
    assert names(session) == []


def test_another_person_does_not_answer_a_lesson() -> None:
    with Session(Scene(room="Living Room", person="Anna"), still=True) as session:
        said(session, REQUEST, "35 percent", "this is Ben", "yes")

        assert names(session) == []


def test_a_power_cut_in_a_lesson_leaves_nothing_and_after_it_everything(tmp_path: Path) -> None:
    scene = Scene(room="Living Room", store=tmp_path / "store.db")
    with Session(scene, still=True) as session:
        said(session, REQUEST, "35 percent")
    with Session(scene, still=True) as session:
        assert said(session, "yes").concepts is None
        assert names(session) == []
        said(session, REQUEST, "35 percent", "yes")
    with Session(scene, still=True) as session:
        assert values(said(session, REQUEST)) == {("brightness", 35)}


def test_a_long_answer_is_read_and_an_empty_one_loses_nothing(session: Session) -> None:
    said(session, REQUEST)
    talk = "well you know how it is with these long winter evenings when nobody wants to move "
    turn = said(session, talk * 12 + "so let us say 35 percent")

    assert turn.reply.asks in (Ask.TEACH, Ask.CONFIRM)
    assert said(session, "...").reply.asks is not None


def test_a_name_for_devices_is_taught_and_used(session: Session) -> None:
    asked = said(session, "turn on the hedgehog corner")
    assert asked.reply.asks is Ask.TEACH

    done = said(session, "that's the floor lamp and the tv", "yes")

    assert done.concepts is not None
    assert done.concepts[0]["meaning"] == {"devices": ["Floor lamp", "TV"]}
    assert values(done) == {("power", "on")}
    assert len(done.outcomes) == 2
    assert values(said(session, "turn off the hedgehog corner")) == {("power", "off")}


@pytest.mark.parametrize(
    ("request_", "again", "asked"),
    [
        (REQUEST, "put the office light in hedgehog mode", "What should I set for hedgehog mode"),
        ("turn off big bertha", "turn on big bertha", "Which devices do you mean by big bertha"),
    ],
)
def test_who_asks_for_the_same_word_again_is_asked_again_what_it_is(
    session: Session, request_: str, again: str, asked: str
) -> None:
    turn = said(session, request_, again)

    assert turn.reply.asks is Ask.TEACH
    assert turn.reply.text.startswith(asked)
    assert names(session) == []


def test_what_was_said_last_is_what_is_done_at_the_end(session: Session) -> None:
    said(session, REQUEST, f"{REQUEST} in half an hour")

    done = said(session, "35 percent", "yes")

    assert names(session) == [NAME]
    assert done.outcomes == ()
    assert [timer.requests[0].intent for timer in timers(session)] == ["SetConcept"]


def test_what_only_tells_something_opens_no_lesson_of_its_own(session: Session) -> None:
    turn = said(session, "turn off big bertha", "the name stands for the floor lamp and the TV")

    assert turn.reply.text == "Big bertha: the floor lamp and the TV. Is that right?"


def test_a_request_with_another_word_is_about_that(session: Session) -> None:
    turn = said(session, "turn off big bertha", "set the desk lamp to zebra mode")

    assert turn.reply.text == "I don't know what zebra mode is. Can you teach me?"


def test_a_room_is_what_a_word_means_where_that_makes_sense(session: Session) -> None:
    turn = said(session, "turn off the lights in the hedgehog", "that's the office")

    assert turn.reply.text == "Hedgehog: the office. Is that right?"


def test_a_definition_takes_the_place_of_a_name_that_was_offered(session: Session) -> None:
    offered = said(session, "turn off big bertha", "that's the floor lamp")
    assert offered.reply.text == "Big bertha: the floor lamp. Is that right?"

    turn = said(session, "no, the desk lamp at 20 percent")

    assert "floor lamp" not in turn.reply.text


def test_other_kinds_of_devices_of_a_room_are_in_its_settings(session: Session) -> None:
    turn = said(session, "set the office to hedgehog mode", "the radio at volume 35")

    assert turn.reply.asks is Ask.CONFIRM
    assert "volume 35" in turn.reply.text


def test_neither_yes_nor_no_takes_no_try_from_a_lesson(session: Session) -> None:
    said(session, REQUEST, "i really don't know", "hmm i don't know", "35 percent")

    turn = said(session, "the kids love it")
    assert turn.reply.text.startswith(YES_OR_NO)

    assert said(session, "yes").concepts is not None


def test_a_no_that_says_all_of_it_anew_leaves_nothing_else_of_the_offer(session: Session) -> None:
    said(session, "set the office to hedgehog mode", "the desk lamp at 20 and the printer off")

    turn = said(session, "no, the desk lamp at 20 and the ceiling light off")

    assert turn.reply.text == (
        "Hedgehog mode: the desk lamp at 20 % and the office ceiling light off. Is that right?"
    )
    changed = said(session, "no, the desk lamp at 30")
    assert "ceiling light off" in changed.reply.text


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("close the curtains, the neighbours are staring in", ("position", 0)),
        ("start the vacuum and there are crumbs all over the carpet", ("vacuum", "cleaning")),
    ],
)
def test_the_reason_of_a_request_is_not_asked_about(
    session: Session, text: str, done: tuple[str, Value]
) -> None:
    turn = said(session, text)

    assert values(turn) == {done}
    assert turn.reply.asks is None


def test_a_need_beside_a_request_that_does_nothing_for_it_is_asked_about(session: Session) -> None:
    turn = said(session, "turn on the tv and there are crumbs all over the carpet")

    assert turn.reply.asks is Ask.CONFIRM
    assert "vacuum" in turn.reply.text


def test_what_nobody_taught_or_no_more_is_told_and_opens_no_lesson(session: Session) -> None:
    never = said(session, "what is owl light")
    said(session, REQUEST, "35 percent", "yes", f"forget {NAME}")
    gone = said(session, f"forget {NAME}")

    for turn, name in ((never, "owl light"), (gone, NAME)):
        assert turn.reply.text.startswith(f"I don't know what {name} is.")
        assert turn.reply.asks is None
    assert said(session, REQUEST).reply.asks is Ask.TEACH


def test_a_command_says_what_to_do_about_a_need_and_a_question_does_not(session: Session) -> None:
    need = ("it's too dark in here", "no")

    offered = said(session, *need, "turn on the floor lamp")
    assert offered.reply.text == "Shall I turn on the floor lamp when you say that?"
    assert not offered.outcomes

    session.start_afresh()
    told = said(session, *need, "what time is it")
    assert told.reply.asks is None


@pytest.mark.parametrize("text", ["privacy mode on", "my grass could use a cut"])
def test_what_is_surely_about_no_room_declares_no_need(session: Session, text: str) -> None:
    assert "when you say that" not in said(session, text).reply.text


@pytest.mark.parametrize(
    "text",
    [
        "put the lights in the kitchen out",
        "put the lights on kitchen out",
        "temperature in our bathroom",
        "we need mandarins",
        "we are out of pork belly",
    ],
)
def test_what_is_plainly_a_request_or_a_question_opens_no_lesson(
    session: Session, text: str
) -> None:
    assert said(session, text).reply.asks is None


def test_it_is_dark_is_a_need_though_dark_is_a_word_for_lights(session: Session) -> None:
    assert "when you say that" in said(session, "it's too dark in here").reply.text
