"""Five packs serve "make an elephant sound": who is asked follows what the owner did."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from device.context import Context
from device.events import Ask, Request, Route, Source
from device.nlu.words import plain
from device.routing.agenda import lay_out
from device.routing.experience import small
from device.routing.router import Router
from device.settled import Settled, Use, Verdict
from device.skills.pack import Standing
from device.skills.phrases import listed
from tests.routing.arbiters import FIVE, encoder, five
from tests.skills.rooms import CONTEXT, NOW, asked

ELEPHANT = "make an elephant sound"
ENABLED, AVAILABLE, DISABLED = Standing.ENABLED, Standing.AVAILABLE, Standing.DISABLED


def saying(text: str) -> Request:
    """A request that the speaker's own models make nothing of."""
    return replace(asked("OutOfScope", confidence=0.98), text=text, span=((0, len(text.split())),))


def settled(skill: str, verdict: Verdict, text: str = ELEPHANT) -> Settled:
    vector = small(encoder().encode(plain(text)))
    return Settled(words=plain(text), vector=vector, skill=skill, verdict=verdict, at=NOW)


def route(router: Router, text: str = ELEPHANT, context: Context = CONTEXT) -> Route:
    return router.route(saying(text), context)


def might(found: Route) -> Sequence[str]:
    """Who answers, or between whom somebody chooses."""
    return found.tied if found.skill is None else (found.skill,)


ALL = dict.fromkeys(FIVE, ENABLED)


def test_of_five_that_all_serve_it_somebody_chooses_between_three_names_at_most() -> None:
    router = five(**ALL)
    agenda = lay_out([saying(ELEPHANT)], CONTEXT, router)

    assert agenda.question is not None
    assert (agenda.question.kind, agenda.question.slot) == (Ask.CHOOSE, "skill")
    assert 2 <= len(agenda.question.choices) <= 3
    assert set(agenda.question.choices) <= {
        "Zoo sounds", "Safari", "Jungle book", "Circus", "Savanna radio"
    }  # fmt: skip
    assert agenda.question.text == f"{listed(agenda.question.choices, word='or')}?"


@pytest.mark.parametrize("one", FIVE)
def test_the_one_that_is_enabled_answers_where_the_others_are_only_there(one: str) -> None:
    found = route(five(**{**dict.fromkeys(FIVE, AVAILABLE), one: ENABLED}))

    assert found.skill == one
    assert [(s.name, s.value) for s in found.request.slots] == [("animal", "elephant")]


@pytest.mark.parametrize("one", FIVE)
def test_one_that_is_switched_off_is_never_asked(one: str) -> None:
    found = route(five(**{**ALL, one: DISABLED}))

    assert one not in [candidate.skill for candidate in found.candidates]
    assert one not in might(found)
    alone = route(five(**{**dict.fromkeys(FIVE, DISABLED), one: ENABLED}))
    assert alone.skill == one


@pytest.mark.parametrize("one", FIVE)
def test_what_was_chosen_once_is_not_asked_again(one: str) -> None:
    router = five(**ALL)
    context = replace(CONTEXT, settled=(settled(one, Verdict.CHOSEN),))

    assert route(router, ELEPHANT, context).skill == one
    assert route(router, "Make an elephant sound!", context).skill == one


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.CANCELLED, Verdict.DECLINED])
def test_what_was_refused_is_not_asked_while_another_can_answer(verdict: Verdict) -> None:
    router = five(**ALL)
    refused: list[Settled] = []
    for left in range(len(FIVE), 1, -1):
        found = route(router, ELEPHANT, replace(CONTEXT, settled=tuple(refused)))

        assert not {one.skill for one in refused} & {c.skill for c in found.candidates}
        assert len(found.candidates) == left
        refused.append(settled(might(found)[0], verdict))


def test_what_was_refused_is_asked_when_it_is_called_and_when_the_refusal_is_undone() -> None:
    router = five(**{"zoo": ENABLED, "safari": AVAILABLE})
    context = replace(CONTEXT, settled=(settled("zoo", Verdict.REFUSED),))

    assert route(router, ELEPHANT, context).skill == "safari"
    assert route(router, "ask zoo sounds to make an elephant sound", context).skill == "zoo"
    assert route(router, ELEPHANT, CONTEXT).skill == "zoo"
    again = replace(CONTEXT, settled=(settled("zoo", Verdict.CHOSEN),))
    assert route(router, ELEPHANT, again).skill == "zoo"


@pytest.mark.parametrize("one", FIVE)
def test_the_one_that_was_used_most_answers(one: str) -> None:
    uses = tuple(Use(skill=one, at=NOW - timedelta(days=d, minutes=20)) for d in range(12, 0, -1))

    assert route(five(**ALL), ELEPHANT, replace(CONTEXT, uses=uses)).skill == one


@pytest.mark.parametrize(
    "text",
    [
        "can you do an elephant noise please",
        "i want to hear an elephant",
        "what sound does an elephant make",
        "do the sound of an elephant for me",
    ],
)
def test_other_words_for_it_find_them_as_well(text: str) -> None:
    found = route(five(**ALL), text)

    assert might(found)
    assert set(might(found)) <= set(FIVE)
    best = found.candidates[0]
    assert [(s.name, s.value) for s in best.slots] == [("animal", "elephant")]


@pytest.mark.parametrize(
    "text",
    [
        "how do i fix a flat tire",
        "what is the capital of peru",
        "translate good morning into french",
        "how many calories are in an apple",
    ],
)
def test_what_none_of_them_serves_goes_to_none(text: str) -> None:
    found = route(five(**ALL), text)

    assert (found.skill, found.tied) == (None, ())


@pytest.mark.parametrize(
    "text",
    ["ask circus for an elephant", "open circus", "make an elephant sound with circus", "circus"],
)
def test_one_that_is_called_by_name_answers(text: str) -> None:
    context = replace(CONTEXT, settled=(settled("circus", Verdict.REFUSED, text),))

    assert route(five(**ALL), text).skill == "circus"
    assert route(five(**ALL), text, context).skill == "circus"


def test_probabilities_are_no_more_than_one_together() -> None:
    for text in (ELEPHANT, "ask circus for an elephant", "how do i fix a flat tire"):
        scores = [c.score for c in route(five(**ALL), text).candidates]

        assert sum(scores) <= 1.001
        assert scores == sorted(scores, reverse=True)


def test_a_confident_reading_of_the_speakers_own_stays() -> None:
    light = replace(
        asked("HassTurnOn", name="Kitchen light", confidence=0.97), text="turn on the kitchen light"
    )

    assert five(**ALL).route(light, CONTEXT).skill == "lights"


def test_a_sentence_of_a_pack_that_reads_as_something_of_the_speakers_own_can_be_refused() -> None:
    """The words are the pack's; where it was turned down they mean what they did before."""
    own = replace(asked("HassTurnOn", name="Kitchen light"), text=ELEPHANT)
    said = replace(saying(ELEPHANT), intent="AnimalSound", source=Source.SENTENCE, otherwise=(own,))
    router = five(zoo=ENABLED)
    refused = replace(CONTEXT, settled=(settled("zoo", Verdict.REFUSED),))

    assert router.route(said, refused).skill == "lights"
    assert router.route(replace(said, refused=("zoo",)), CONTEXT).skill == "lights"


def test_what_was_chosen_goes_before_a_confident_reading_of_the_speakers_own() -> None:
    light = replace(asked("HassTurnOn", name="Kitchen light", confidence=0.97), text="lights on")
    chosen = replace(CONTEXT, settled=(settled("zoo", Verdict.CHOSEN, "lights on"),))

    assert five(**ALL).route(light, CONTEXT).skill == "lights"
    assert five(**ALL).route(light, chosen).skill == "zoo"


def test_a_confident_reading_of_the_speakers_own_can_be_refused_too() -> None:
    own = replace(asked("HassTurnOn", name="Kitchen light", confidence=0.97), text=ELEPHANT)
    refused = replace(CONTEXT, settled=(settled("lights", Verdict.REFUSED),))
    router = five(zoo=AVAILABLE, safari=DISABLED)

    assert "lights" in [c.skill for c in router.route(own, CONTEXT).candidates]
    for found in (
        router.route(own, refused),
        router.route(replace(own, refused=("lights",)), CONTEXT),
        router.route(own, CONTEXT, without=["lights", "house"]),
    ):
        assert [c.skill for c in found.candidates] == ["zoo"]
        assert found.skill == "zoo"


@pytest.mark.parametrize("intent", ["HassNevermind", "Undo", "MuteMicrophone", "DeleteRecords"])
def test_no_pack_takes_what_stops_the_speaker(intent: str) -> None:
    own = replace(asked(intent), text=ELEPHANT)
    said = replace(saying(ELEPHANT), intent="AnimalSound", source=Source.SENTENCE, otherwise=(own,))

    assert five(**ALL).route(said, CONTEXT).request.intent == intent
