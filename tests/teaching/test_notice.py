"""The moment to teach: seen where it is, offered once, and never in ordinary talk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.concepts import Concept, Kind, Meaning
from device.context import Context
from device.events import (
    Ask,
    DeviceCommand,
    Hypothesis,
    Outcome,
    OutcomeKind,
    Reply,
    Request,
    Route,
    Turn,
)  # fmt: skip
from device.models import SHIPPED, load
from device.nlu.embedding import Floats
from device.nlu.encoder import Encoder
from device.skills import meanings
from device.skillset import reading
from device.teaching.answer import Answer, Scope
from device.teaching.gap import Diagnosis, Gap, Lacks, Verdict
from device.teaching.notice import (
    NOT_MEANT,
    REPEATED_S,
    REST_S,
    STILL,
    Wrong,
    failed,
    taken_back_before,
    tried_before,
    wrong_before,
)  # fmt: skip
from device.teaching.noticing import Noticing
from device.teaching.teacher import Teacher
from tests.skills.rooms import CONTEXT, NOW, asked_for

LIGHT = DeviceCommand(device="kitchen/kitchen light", capability="power", value="on")


@cache
def encoder() -> Encoder:
    return reading(load("encoder"), SHIPPED)


def encode(text: str) -> Floats:
    return encoder().encode(text)


def request(text: str, intent: str = "OutOfScope", sure: float = 0.9, **slots: str) -> Request:
    return replace(asked_for(intent, slots), text=text, confidence=sure)


def turn(
    text: str,
    intent: str = "OutOfScope",
    *,
    ago_s: float = 10,
    skill: str | None = None,
    commands: Sequence[DeviceCommand] = (),
    asks: Ask | None = None,
    reply: str = "",
    person: str | None = None,
    **slots: str,
) -> Turn:
    one = request(text, intent, 0.9, **slots)
    return Turn(
        id=f"{text}-{ago_s}",
        at=NOW - timedelta(seconds=ago_s),
        text=text,
        requests=(one,),
        routes=(Route(request=one, skill=skill),),
        outcomes=tuple(Outcome(command=c, kind=OutcomeKind.DONE) for c in commands),
        reply=Reply(text=reply, asks=asks),
        person=person,
    )


def after(*turns: Turn) -> Context:
    return replace(CONTEXT, turns=turns)


def tried(text: str, context: Context, **slots: str) -> Turn | None:
    intent = "HassTurnOn" if slots else "OutOfScope"
    return tried_before(text, request(text, intent, 0.9, **slots), context, encode)


VAIN = turn("engage the warp thing")
LIT = turn("turn on the kitchen light", "HassTurnOn", skill="lights", commands=[LIGHT])


@pytest.mark.parametrize(
    "text", ["engage the warp thing", "please engage that warp thing now", "Engage the warp thing!"]
)
def test_the_same_in_vain_is_noticed_in_whatever_words(text: str) -> None:
    assert tried(text, after(VAIN)) == VAIN


def test_an_unknown_name_is_the_same_again_and_another_one_is_not() -> None:
    once = turn("turn on the zorble", "HassTurnOn", skill="lights", name="zorble")

    assert tried("switch the zorble on", after(once), name="zorble") == once
    assert tried("turn on the frimple", after(once), name="frimple") is None
    assert failed(once.requests, once, after(once))


@pytest.mark.parametrize(
    "before",
    [
        (),
        (turn("what does the fox say"),),
        (replace(VAIN, at=NOW - timedelta(seconds=REPEATED_S + 1)),),
        (replace(VAIN, at=NOW + timedelta(seconds=60)),),
        (replace(VAIN, person="Anna"),),
        (VAIN, LIT),
        (turn("x", asks=Ask.TEACH, reply=f"{STILL} get that.", ago_s=REST_S - 1), VAIN),
    ],
)
def test_a_first_try_somebody_elses_or_one_long_ago_is_none(before: tuple[Turn, ...]) -> None:
    assert tried("engage the warp thing", after(*before)) is None


def test_a_word_alone_is_not_worth_a_lesson() -> None:
    assert tried("what", after(turn("what"))) is None


def test_what_was_taken_back_is_asked_about_where_it_was_a_guess() -> None:
    guess = turn(
        "make the kitchen lively", "HassTurnOn", skill="lights", commands=[LIGHT], ago_s=30
    )
    back = turn("undo", "Undo", skill="speaker", commands=[LIGHT], ago_s=20)
    context = after(guess, back)
    doubtful = (request("make the kitchen lively", "HassTurnOn", 0.5),)
    sure = (request("make the kitchen lively", "HassTurnOn", 0.95),)

    def found(requests: Sequence[Request], commands: Sequence[DeviceCommand]) -> Turn | None:
        text = requests[0].text
        return taken_back_before(text, requests, commands, context, encode)

    assert found(doubtful, [LIGHT]) == guess
    assert found(sure, [LIGHT]) is None
    assert found(doubtful, [replace(LIGHT, value="off")]) is None


def test_what_was_wrong_is_the_turn_before_and_what_it_did_is_named() -> None:
    assert wrong_before(after(LIT)) == Wrong(
        request=LIT.requests[0], said="turn on the kitchen light", turn=LIT.id
    )
    assert wrong_before(after(VAIN)) == Wrong(request=VAIN.requests[0], said=VAIN.text)


def test_after_a_yes_it_is_about_what_the_yes_was_to() -> None:
    ask = turn("open the garage", "HassTurnOn", asks=Ask.CONFIRM, ago_s=20)
    opened = replace(
        turn("open the garage", "HassTurnOn", skill="covers", commands=[LIGHT]), text="yes"
    )

    found = wrong_before(after(ask, opened))

    assert isinstance(found, Wrong)
    assert found.said == "open the garage"


def test_lists_timers_and_lessons_are_taken_back_and_no_more() -> None:
    learned = Concept(name="soup hour", kind=Kind.ENTITY, meaning=Meaning(area="Kitchen"), at=NOW)
    lesson = replace(turn("yes", "SetConcept", skill="concepts"), learned=(learned,))
    timer = replace(
        turn("set a timer", "HassStartTimer", skill="timers"),
        notebooks=(CONTEXT.notebook, CONTEXT.notebook),
    )

    assert wrong_before(after(lesson)) == lesson
    assert wrong_before(after(timer)) == timer


@pytest.mark.parametrize(
    "before",
    [
        (),
        (turn("what time is it", "HassGetCurrentTime", skill="clock"),),
        (replace(LIT, at=NOW - timedelta(seconds=REPEATED_S + 1)),),
        (replace(LIT, person="Anna"),),
        (LIT, turn("undo", "Undo", skill="speaker", commands=[LIGHT], ago_s=5)),
        (LIT, turn("that's wrong", NOT_MEANT, skill="lessons", ago_s=5)),
    ],
)
def test_where_nothing_was_done_nothing_was_wrong(before: tuple[Turn, ...]) -> None:
    assert wrong_before(after(*before)) is None


class Verdicts:
    """Says of everything with "flight" in it that it is beyond the speaker."""

    def diagnose(
        self, request: Request, context: Context, heard: Hypothesis | None = None
    ) -> Diagnosis:
        beyond = "flight" in request.text
        return Diagnosis(verdict=Verdict.BEYOND if beyond else Verdict.CLEAR, confidence=0.9)


class Silent:
    """Reads nothing in any answer."""

    def read(
        self, text: str, gap: Gap, context: Context, proposed: Meaning | None = None
    ) -> Answer:
        return Answer(scope=Scope.VAGUE, confidence=1.0)


def noticing() -> Noticing:
    gaps = Verdicts()
    teacher = Teacher(
        gaps,
        Silent(),
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        understand=lambda _, __: (),
        wording=meanings,
        patience_ms=60_000,
    )
    return Noticing(teacher, gaps, encode)


def again(text: str, context: Context, score: float = 1.0, **slots: str) -> str | None:
    """The question that a second try raises."""
    one = request(text, "HassTurnOn" if slots else "OutOfScope", 0.9, **slots)
    record = Turn(
        id="", at=NOW, text=text, requests=(one,), routes=(Route(request=one, skill=None),)
    )
    heard = Hypothesis(text=text, score=score)
    asks = noticing().again(heard, (one,), record, (), context)
    return None if asks is None else asks.question.text


def test_a_second_try_in_vain_is_answered_with_an_offer_to_be_taught() -> None:
    zorble = turn("turn on the zorble", "HassTurnOn", skill="lights", name="zorble")

    assert again(VAIN.text, after(VAIN)) == (
        f"{STILL} get that. Do you want to teach me what you mean by that?"
    )
    assert again("switch on the zorble", after(zorble), name="zorble") == (
        f"{STILL} know what zorble is. Do you want to teach me?"
    )


def test_what_is_beyond_the_speaker_or_badly_heard_is_never_offered() -> None:
    flight = turn("book me a flight")

    assert again("book me a flight", after(flight)) is None
    assert noticing().wrong(after(flight)) is None
    assert again(VAIN.text, after(VAIN), score=0.4) is None
    question = turn("how do i boil an egg")
    assert again("how do you boil an egg", after(question)) is None


def test_a_lesson_about_what_was_wrong_takes_it_back_with_its_end() -> None:
    one = noticing()

    asks = one.wrong(after(LIT))

    assert asks is not None
    assert not isinstance(asks, Turn)
    assert asks.question.text == (
        "What should I do when you say \u201cturn on the kitchen light\u201d?"
    )
    phase = one._teacher._phase
    assert phase.subject.corrects == LIT.id  # type: ignore[union-attr]
    assert phase.subject.gap.lacks is Lacks.NEED  # type: ignore[union-attr]


SAID = st.sampled_from(
    ["engage the warp thing", "please engage the warp thing", "do the warp thing",
     "make it frobbly in here", "it should be frobbly here", "turn on the kitchen light"]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.tuples(SAID, st.integers(1, 400)), min_size=2, max_size=20))
def test_nobody_is_nagged_however_often_something_fails(said: list[tuple[str, int]]) -> None:
    """Of any talk: offers are at least a rest apart, and each follows a failure alike it."""
    now, turns = NOW, list[Turn]()
    offers = []
    for text, pause_s in said:
        now += timedelta(seconds=pause_s)
        context = replace(CONTEXT, now=now, turns=tuple(turns[-20:]))
        offer = None if "kitchen" in text else again(text, context)
        if offer is not None:
            offers.append(now)
            assert turns, "the first thing that fails was answered with an offer"
            assert "kitchen" not in turns[-1].text
        done = turn(text, skill="lights", commands=[LIGHT]) if "kitchen" in text else turn(text)
        asks = None if offer is None else Ask.TEACH
        turns.append(replace(done, at=now, reply=Reply(text=offer or "", asks=asks)))
    rests = [(b - a).total_seconds() for a, b in pairwise(offers)]
    assert all(rest > REST_S for rest in rests)


def test_ordinary_talk_gets_no_offer() -> None:
    talk = ["what's the weather", "what time is it", "play some jazz", "play some rock music",
            "tell me a joke", "who won the game", "how old is the moon"]  # fmt: skip
    turns: list[Turn] = []
    for at, text in enumerate(talk):
        assert again(text, after(*turns)) is None, text
        turns.append(turn(text, ago_s=len(talk) - at))
