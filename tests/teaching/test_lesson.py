"""The step of a lesson: what each answer does to each question, told as a story and at random."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.concepts import Kind, Meaning, Setting
from device.effects import Question
from device.events import Ask, Request
from device.teaching.answer import Answer, Scope
from device.teaching.gap import Gap, Lacks
from device.teaching.lesson import (
    GIVEN_UP,
    LISTENING,
    MOST_TRIES,
    YES_OR_NO,
    Asks,
    AwaitConsent,
    AwaitDefinition,
    Effect,
    Elsewhere,
    Event,
    Heard,
    Learns,
    Leaves,
    Listens,
    NoLesson,
    Offer,
    Opens,
    Phase,
    Subject,
    Tick,
    awaited,
    step,
)

PATIENCE_MS = 60_000

REQUEST = Request(
    text="set the desk lamp to fox light",
    span=((0, 7),),
    domain="light",
    intent="HassLightSet",
    slots=(),
    confidence=0.5,
)
SUBJECT = Subject(
    gap=Gap(words="fox light", lacks=Lacks.SETTING, request=REQUEST, confidence=0.9),
    name="fox light",
    kind=Kind.ENTITY,
    questions=("What is fox light?", "What should I set?", "Can you give me a value?"),
    said=REQUEST.text,
    patience_ms=PATIENCE_MS,
)


def meaning(brightness: int) -> Meaning:
    return Meaning(settings=(Setting(capability="brightness", value=brightness),))


def offer(brightness: int, *, ours: bool = False) -> Offer:
    text = f"Fox light: brightness {brightness} %. Is that right?"
    return Offer(meaning=meaning(brightness), text=text, ours=ours)


def answer(scope: Scope) -> Heard:
    return Heard(answer=Answer(scope=scope, confidence=0.9))


def defines(brightness: int, scope: Scope = Scope.DEFINES) -> Heard:
    found = Answer(scope=scope, meaning=meaning(brightness), confidence=0.9)
    return Heard(answer=found, offer=offer(brightness))


YES, NO, VAGUE, UNSURE = (answer(s) for s in (Scope.YES, Scope.NO, Scope.VAGUE, Scope.UNSURE))
CANCEL, CHATTER = answer(Scope.CANCEL), answer(Scope.ELSEWHERE)
NEW = replace(CHATTER, new=True)


def told(*events: Event, now_ms: int = 0) -> tuple[Phase, Effect]:
    """Where these events, one second apart, lead."""
    phase: Phase = NoLesson()
    effect: Effect = None
    for event in events:
        phase, effect = step(phase, event, now_ms)
        now_ms += 1_000
    return phase, effect


def asked(effect: Effect) -> Question:
    assert isinstance(effect, Asks)
    return effect.question


OPENS = Opens(subject=SUBJECT)


def test_a_definition_is_offered_and_learned_only_after_a_yes() -> None:
    phase, effect = told(OPENS, defines(40))
    assert asked(effect).kind is Ask.CONFIRM
    assert asked(effect).request == REQUEST

    phase, effect = step(phase, YES, 2_000)

    assert phase == NoLesson()
    assert effect == Learns(subject=SUBJECT, meaning=meaning(40))


def test_a_lesson_opens_with_a_question_to_teach() -> None:
    phase, effect = told(OPENS)

    assert asked(effect) == Question(kind=Ask.TEACH, text="What is fox light?", request=REQUEST)
    assert awaited(phase, 0) is asked(effect)


@pytest.mark.parametrize("useless", [VAGUE, UNSURE, CHATTER])
def test_each_failed_try_asks_more_simply_and_the_third_ends_it(useless: Heard) -> None:
    texts = [asked(told(OPENS, *[useless] * tries)[1]).text for tries in range(MOST_TRIES)]

    assert texts == list(SUBJECT.questions)
    phase, effect = told(OPENS, *[useless] * MOST_TRIES)
    assert (phase, effect) == (NoLesson(), Leaves(subject=SUBJECT, reply=GIVEN_UP))


def test_a_yes_to_the_first_question_is_no_failed_try() -> None:
    phase, effect = told(OPENS, YES)

    assert asked(effect).text == LISTENING
    assert isinstance(phase, AwaitDefinition)
    assert phase.tries == 0
    assert asked(step(phase, VAGUE, 3_000)[1]).text == SUBJECT.questions[1]


def test_a_second_yes_without_a_definition_is_one() -> None:
    assert asked(told(OPENS, YES, YES)[1]).text == SUBJECT.questions[1]


def test_the_same_asked_for_again_is_a_failed_try_and_what_is_done_in_the_end() -> None:
    later = replace(SUBJECT, said="fox light in an hour")
    again = replace(VAGUE, subject=later, again=True)

    phase, effect = told(OPENS, again)

    assert asked(effect).text == SUBJECT.questions[1]
    phase, _ = step(phase, defines(40), 3_000)
    assert step(phase, YES, 4_000)[1] == Learns(subject=later, meaning=meaning(40))


@pytest.mark.parametrize("refusal", [NO, CANCEL])
def test_who_does_not_want_to_teach_is_left_in_peace(refusal: Heard) -> None:
    phase, effect = told(OPENS, refusal)

    assert phase == NoLesson()
    assert isinstance(effect, Leaves)


def test_a_no_to_the_offer_asks_again() -> None:
    phase, effect = told(OPENS, defines(40), NO)

    assert isinstance(phase, AwaitDefinition)
    assert asked(effect).text == SUBJECT.questions[1]


@pytest.mark.parametrize("scope", [Scope.NO, Scope.DEFINES, Scope.YES])
def test_a_correction_is_offered_in_place_of_what_was(scope: Scope) -> None:
    phase, effect = told(OPENS, defines(40), defines(60, scope))

    assert asked(effect).text == offer(60).text
    assert step(phase, YES, 3_000)[1] == Learns(subject=SUBJECT, meaning=meaning(60))


def test_a_no_with_the_same_words_is_asked_about_more_simply() -> None:
    phase, effect = told(OPENS, defines(40), defines(40, Scope.NO))

    assert isinstance(phase, AwaitDefinition)
    assert asked(effect).text == SUBJECT.questions[1]


def test_corrections_are_no_failed_tries() -> None:
    phase, _ = told(OPENS, *(defines(n, Scope.NO) for n in range(10)))

    assert step(phase, YES, 12_000)[1] == Learns(subject=SUBJECT, meaning=meaning(9))


def test_neither_yes_nor_no_offers_the_same_again_and_never_learns() -> None:
    phase, effect = told(OPENS, defines(40), VAGUE)

    assert asked(effect).text == f"{YES_OR_NO} {offer(40).text}"
    phase, effect = step(phase, UNSURE, 4_000)
    phase, effect = step(phase, CHATTER, 5_000)
    assert (phase, effect) == (NoLesson(), Leaves(subject=SUBJECT, reply=GIVEN_UP))


def test_a_definition_after_two_failed_tries_can_still_be_asked_about() -> None:
    phase, effect = told(OPENS, VAGUE, UNSURE, defines(40), VAGUE, UNSURE)

    assert asked(effect).text == f"{YES_OR_NO} {offer(40).text}"
    assert step(phase, YES, 7_000)[1] == Learns(subject=SUBJECT, meaning=meaning(40))


def test_what_cannot_be_is_said_before_the_next_question() -> None:
    cannot = replace(answer(Scope.DEFINES), problem="I know no device called sofa lamp.")

    _, effect = told(OPENS, cannot)

    assert asked(effect).text == "I know no device called sofa lamp. What should I set?"


@pytest.mark.parametrize("before", [(), (VAGUE,), (defines(40),), (YES,)])
def test_a_complete_new_request_ends_it(before: tuple[Heard, ...]) -> None:
    assert told(OPENS, *before, NEW) == (NoLesson(), Elsewhere())


def test_a_proposal_of_the_speakers_own_can_be_refused_without_a_failed_try() -> None:
    phase, effect = told(Opens(subject=SUBJECT, offer=offer(80, ours=True)), NO)

    assert asked(effect).text == SUBJECT.questions[0]
    assert isinstance(phase, AwaitDefinition)


def test_a_refused_offer_ends_a_lesson_that_has_no_questions() -> None:
    subject = replace(SUBJECT, questions=())

    phase, effect = told(Opens(subject=subject, offer=offer(80, ours=True)), NO)

    assert phase == NoLesson()
    assert isinstance(effect, Leaves)


def test_a_lesson_with_nothing_to_ask_is_refused() -> None:
    with pytest.raises(ValueError, match="fox light"):
        step(NoLesson(), Opens(subject=replace(SUBJECT, questions=())), 0)


def test_what_would_not_help_is_remembered_so_that_it_can_be_insisted_on() -> None:
    would_not = replace(defines(0), offer=None, problem="No use.", unhelpful=meaning(0))

    phase, _ = told(OPENS, would_not)

    assert isinstance(phase, AwaitDefinition)
    assert phase.objected == meaning(0)


def test_spoken_patience_counts_from_when_the_microphone_opens() -> None:
    phase, _ = told(OPENS)
    phase, _ = step(phase, Listens(patience_ms=8_000), 50_000)

    assert awaited(phase, 57_999) is not None
    assert awaited(phase, 58_000) is None


def test_a_yes_that_comes_too_late_agrees_to_nothing() -> None:
    phase, _ = told(OPENS, defines(40))

    assert step(phase, YES, 1_000 + PATIENCE_MS) == (NoLesson(), Elsewhere())


HEARD = st.one_of(
    st.builds(answer, st.sampled_from(Scope)),
    st.builds(defines, st.integers(0, 3), st.sampled_from([Scope.DEFINES, Scope.YES, Scope.NO])),
    st.just(NEW),
    st.just(replace(answer(Scope.DEFINES), problem="No.")),
    st.just(replace(VAGUE, subject=SUBJECT, again=True)),
)
EVENTS = st.one_of(
    HEARD,
    st.just(Tick()),
    st.builds(Listens, patience_ms=st.just(8_000)),
    st.builds(
        Opens, subject=st.just(SUBJECT), offer=st.one_of(st.none(), st.builds(offer, st.just(7)))
    ),
)


@given(events=st.lists(st.tuples(EVENTS, st.integers(0, 70_000)), max_size=30))
def test_only_the_meaning_on_offer_is_learned_and_only_by_a_plain_yes(
    events: list[tuple[Event, int]],
) -> None:
    phase: Phase = NoLesson()
    now_ms = 0
    for event, gap_ms in events:
        now_ms += gap_ms
        before = phase

        phase, effect = step(phase, event, now_ms)

        if isinstance(effect, Learns):
            assert isinstance(before, AwaitConsent)
            assert now_ms < before.until_ms
            assert effect.meaning == before.offer.meaning
            assert isinstance(event, Heard)
            assert (event.answer.scope, event.offer) == (Scope.YES, None)
            assert phase == NoLesson()
        if not isinstance(phase, NoLesson):
            assert now_ms < phase.until_ms <= now_ms + PATIENCE_MS
            assert phase.tries < MOST_TRIES


@given(answers=st.lists(HEARD, min_size=1, max_size=40))
def test_a_lesson_of_useless_answers_always_ends(answers: list[Heard]) -> None:
    useless = [h for h in answers if h.offer is None] * MOST_TRIES + [VAGUE] * MOST_TRIES

    phase, _ = told(OPENS, *useless)

    assert phase == NoLesson()
