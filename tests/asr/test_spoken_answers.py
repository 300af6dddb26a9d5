"""What answers a question of the speaker's own can be heard, and is read as an answer."""

from datetime import UTC, datetime

import pytest

from device.asr.decoder import Decoder
from device.asr.graph import Graph
from device.asr.spelling import spoken
from device.concepts import Concept, Kind, Meaning
from device.effects import Question
from device.events import Ask, Request
from device.nlu.templates import NO_SENTENCES
from device.routing import answers
from device.routing.answers import Filled, No, Yes, read
from device.speaker import home_grammar
from simulator.homefile import furnished_home
from tests.asr.spoken import labels_of, log_probs

HOME = furnished_home()
GRAMMAR = home_grammar(NO_SENTENCES)
GRAPH = GRAMMAR.graph(HOME)
OWL_LIGHT = Concept(
    name="owl light", kind=Kind.ENTITY, meaning=Meaning(), at=datetime(2026, 11, 22, tzinfo=UTC)
)
TAUGHT = GRAMMAR.grown(GRAPH, HOME, HOME, [OWL_LIGHT])
WAITING = Request(text="x", span=(), domain="lock", intent="HassUnlock", slots=(), confidence=1.0)
CONFIRM = Question(kind=Ask.CONFIRM, text="Shall I unlock the gate?", request=WAITING)
CHOOSE = Question(
    kind=Ask.CHOOSE,
    text="Which one?",
    request=WAITING,
    slot="name",
    choices=("Kitchen/Lamp", "Bedroom/Lamp"),
)


def as_said(words: list[str]) -> list[str]:
    """Numbers and signs spelled out."""
    return [part for word in words for part in (spoken(word) or ((word,),))[0]]


def heard(text: str, graph: Graph = GRAPH) -> str:
    decoder = Decoder(graph)
    decoder.feed(log_probs(labels_of(text.split())))
    best = decoder.finish(1)
    return " ".join(decoder.texts(best[0])) if best else ""


@pytest.mark.parametrize("text", [*answers._YES, "yes please", "yes go ahead", "oh yes"])
def test_a_spoken_yes_is_heard_as_a_yes(text: str) -> None:
    assert read(CONFIRM, heard(text)) == Yes()


@pytest.mark.parametrize("text", [*answers._NO, "no no", "no thanks", "um no"])
def test_a_spoken_no_is_heard_as_a_no(text: str) -> None:
    assert read(CONFIRM, heard(text)) == No()


@pytest.mark.parametrize(
    "text", ["the second one", "second", "the last one", "bedroom", "the one in the bedroom"]
)
def test_a_spoken_choice_is_heard_as_that_choice(text: str) -> None:
    found = read(CHOOSE, heard(text))

    assert isinstance(found, Filled)
    assert [slot.value for slot in found.options[0]] == ["Lamp", "Bedroom"]


@pytest.mark.parametrize("text", [*answers._BOTH])
def test_a_spoken_both_is_heard_as_both(text: str) -> None:
    found = read(CHOOSE, heard(text))

    assert isinstance(found, Filled)
    assert len(found.options) == 2


@pytest.mark.parametrize(
    "text",
    ["fifty percent", "to thirty", "five minutes", "an hour and a half", "half past seven",
     "twenty one degrees", "at six thirty", "tomorrow", "blue"],
)  # fmt: skip
def test_a_spoken_value_is_heard_as_it_was_said(text: str) -> None:
    assert as_said(heard(text).split()) == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "change owl light to sixty percent and green",
        "from now on owl light means orange with brightness thirty percent",
        "owl light should be a warm white and twenty percent",
        "adjust the owl light to volume ten and the floor lamp off",
    ],
)
def test_several_values_of_a_taught_word_are_heard_at_once(text: str) -> None:
    assert as_said(heard(text, TAUGHT).split()) == text.split()


def test_a_request_is_still_a_request() -> None:
    assert heard("turn on the fan") == "turn on the fan"
