"""The moment noticed in whole talks: with the models, in the furnished house."""

from collections.abc import Iterator

import pytest

from device.events import Ask, Turn
from device.teaching.doubt import LEAST_TURNS, RIGHT, SETTLED
from simulator.session import Scene, Session

STRANGE = (
    "crumple the wizzle", "turn on the zorble", "bring up the snoozle",
    "set the floor lamp to wobbly", "switch the frindle on", "give me some flimmer light",
)  # fmt: skip
"""What no home understands."""


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


def power(session: Session, name: str) -> object:
    home = session.speaker.home
    device = next(d for d in home.home.devices if home.home.label(d) == name)
    return home.state[device.id]["power"].value


def test_by_the_second_try_a_lesson_is_offered_and_the_sentence_works_then(
    session: Session,
) -> None:
    offered = []
    for text in STRANGE:
        session.wait(86_400_000)
        first, second = talk(session, text, f"please {text}")
        if Ask.TEACH in (first.reply.asks, second.reply.asks):
            offered.append(text)
        session.say("never mind")
    assert len(offered) >= len(STRANGE) // 2

    session.wait(86_400_000)
    turns = talk(session, offered[0], f"please {offered[0]}")
    if turns[0].reply.asks is Ask.TEACH:
        session.say("never mind")
        turns = talk(session, offered[0])
    assert turns[-1].reply.asks is Ask.TEACH
    assert not turns[-1].outcomes
    *_, learned = talk(session, "set the floor lamp to 20 percent", "yes")
    (used,) = talk(session, offered[0])

    assert learned.concepts
    assert [o.command.value for o in learned.outcomes] == [20]
    assert [o.command.value for o in used.outcomes] == [20]


def test_what_was_wrong_is_taken_back_when_it_is_known_what_was_meant(session: Session) -> None:
    session.touch({"Living Room/Floor lamp": {"power": "off"}})
    done, wrong, offer = talk(
        session, "turn on the floor lamp", "that's not what I meant",
        "set the desk lamp to 25 percent",
    )  # fmt: skip
    assert done.outcomes
    assert (wrong.reply.asks, wrong.outcomes) == (Ask.TEACH, ())
    assert offer.reply.asks is Ask.CONFIRM
    assert power(session, "Floor lamp") == "on"

    (learned,) = talk(session, "yes")

    assert learned.concepts
    assert power(session, "Floor lamp") == "off"
    assert {o.command.value for o in learned.outcomes} >= {25, "off"}


def test_a_lesson_that_is_not_wanted_still_takes_back_what_was_wrong(session: Session) -> None:
    session.touch({"Living Room/Floor lamp": {"power": "off"}})

    *_, left = talk(session, "turn on the floor lamp", "that's wrong", "never mind")

    assert power(session, "Floor lamp") == "off"
    assert left.concepts is None


def test_a_timer_that_was_wrong_is_taken_back_without_a_lesson(session: Session) -> None:
    *_, back = talk(session, "set a timer for 5 minutes", "no, that's not right")

    assert back.timers == ()
    assert back.reply.asks is None


def test_not_that_one_and_no_the_other_one_mean_what_they_meant(session: Session) -> None:
    _, other = talk(session, "turn on the floor lamp", "no, the desk lamp")

    assert other.reply.asks is None
    assert power(session, "Desk lamp") == "on"


def test_a_guess_is_asked_about_after_a_calm_while_and_the_answer_is_kept(
    session: Session,
) -> None:
    for _ in range(LEAST_TURNS // 2):
        talk(session, "turn on the desk lamp", "turn off the desk lamp")
    guess = "do kitchen light"

    asked, answer = talk(session, guess, "yes that's right")

    assert asked.reply.text.endswith(RIGHT)
    assert asked.reply.asks is Ask.CONFIRM
    assert asked.outcomes
    assert answer.reply.text == SETTLED
    assert guess in session.speaker.context.certain
    assert talk(session, guess)[0].reply.asks is None


def test_what_was_taught_is_defined_anew_in_free_words_after_a_yes(session: Session) -> None:
    taught = talk(session, "set the floor lamp to wobbly", "40 percent", "yes")
    assert taught[-1].concepts
    name = taught[-1].concepts[0]["name"]

    offer, kept = talk(session, f"change {name} to 20 percent and warm white", "yes")

    assert (offer.reply.asks, offer.concepts) == (Ask.CONFIRM, None)
    assert kept.concepts is not None
    assert [one["meaning"] for one in kept.concepts] == [
        {"brightness": 20, "color_temperature": 2700}
    ]
    assert not kept.outcomes


@pytest.mark.parametrize("other", ["turn off the TV", "what do I like"])
def test_a_round_of_questions_ends_with_a_request_of_another_kind(
    session: Session, other: str
) -> None:
    begun, ended = talk(session, "learn my preferences", other)

    assert begun.reply.asks is Ask.TEACH
    assert ended.reply.asks is None
    assert [request.intent for request in ended.requests] != ["LearnPreferences"]
