"""Taught names in sentences: found whatever they are, never cut, and read as what is wanted."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context
from device.events import Hypothesis, Request
from device.models import load
from device.nlu.conceptnames import ConceptNames
from device.nlu.gazetteer import FLAGS, Gazetteer
from device.nlu.intents import USES
from device.nlu.standins import replaced
from device.nlu.targets import targets
from device.nlu.understanding import Understanding
from device.nlu.words import tokenize
from simulator.homefile import furnished_home
from tests.nlu.conceptpatterns import patterns
from tests.nlu.houses import NOW, seen_from

UNDERSTANDING = Understanding(
    tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
)
CALM = (Setting(capability="brightness", value=30),)
SURE = (
    "X", "X please", "turn on X", "activate X", "set the lights to X", "X in the garage",
    "set the office light to X", "put the kitchen in X", "turn off X", "stop X",
    "is the light in X", "is X on", "are we in X", "X for an hour", "set the bedroom to X",
)  # fmt: skip
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9)


def concept(name: str, *settings_: Setting, **meaning: object) -> Concept:
    made = Meaning(settings=settings_, **meaning)  # type: ignore[arg-type]
    return Concept(name=name, kind=Kind.ENTITY, meaning=made, at=NOW)


def knowing(*concepts: Concept) -> Context:
    return replace(seen_from("Living Room"), taught=concepts)


def asked(sentence: str, context: Context) -> tuple[Request, ...]:
    return UNDERSTANDING.understand([Hypothesis(text=sentence, score=1.0)], context).requests


def slots(request: Request) -> dict[str, object]:
    return {s.name: s.value for s in request.slots if s.name != "concept"}


def wanted(sentence: str) -> list[tuple[str, dict[str, object]]]:
    return next(found for pattern, found in patterns() if pattern == sentence)


@pytest.mark.parametrize(
    ("sentence", "out"),
    [
        ("X except the TV", ("TV",)), ("X but not the TV", ("TV",)),
        ("X without the reading lamp", ("Reading lamp",)),
        ("X in the bedroom for an hour but not the bedside lamp", ("Bedside lamp",)),
    ],
)  # fmt: skip
def test_what_is_left_out_of_a_use_is_no_part_of_it(sentence: str, out: tuple[str, ...]) -> None:
    (found,) = asked(sentence.replace("X", "bat mode"), knowing(concept("bat mode", *CALM)))

    assert (found.intent, found.excepted) == ("SetConcept", out)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("X but at ten percent", {"brightness": 10}), ("X at 40 percent", {"brightness": 40}),
        ("X in the bedroom but green", {"area": "Bedroom", "color": "green"}),
        ("set the desk lamp to X at sixty", {"name": "Desk lamp", "brightness": 60}),
        ("X for 20 minutes", {"minutes": 20}),
    ],
)  # fmt: skip
def test_a_value_beside_a_name_is_for_this_use(sentence: str, said: dict[str, object]) -> None:
    (found,) = asked(sentence.replace("X", "bat mode"), knowing(concept("bat mode", *CALM)))

    assert (found.intent, slots(found)) == ("SetConcept", said)


@pytest.mark.parametrize("name", ["mission control", "headquarters", "lion's den"])
@pytest.mark.parametrize(
    ("sentence", "intent"),
    [
        ("set the lights in X to 30 percent", "HassLightSet"),
        ("lights off in X please", "HassTurnOff"), ("dim X to half", "HassLightSet"),
        ("how warm is it in X", "HassClimateGetTemperature"),
    ],
)  # fmt: skip
def test_a_name_for_a_room_is_that_room(name: str, sentence: str, intent: str) -> None:
    (found,) = asked(sentence.replace("X", name), knowing(concept(name, area="Bedroom")))

    assert (found.intent, found.slot("area")) == (intent, "Bedroom")


@pytest.mark.parametrize("name", ["bat mode", "lazy sunday", "cosy"])
def test_most_ways_to_use_a_name_are_understood(name: str) -> None:
    context = knowing(concept(name, *CALM))
    found = patterns()

    right = [
        [(r.intent, slots(r)) for r in asked(pattern.replace("X", name), context)] == meant
        for pattern, meant in found
    ]

    assert len(found) > 100
    assert sum(right) / len(right) >= 0.93


@settings(max_examples=30)
@given(st.lists(WORDS, min_size=1, max_size=3), st.sampled_from(SURE))
def test_whatever_was_taught_is_found_in_the_usual_sentences(
    words: list[str], pattern: str
) -> None:
    name = " ".join(words)
    context = knowing(concept(name, *CALM))
    assume(not UNDERSTANDING._whole(pattern.replace("X", name), context))

    found = asked(pattern.replace("X", name), context)

    assert [(r.intent, slots(r)) for r in found] == wanted(pattern)
    assert [r.slot("concept") for r in found] == [name]


@given(
    st.lists(st.sampled_from(["rock", "and", "roll", "on", "off", "the", "blue", "movie", ","]),
             min_size=1, max_size=4),
    st.lists(st.sampled_from(["turn", "on", "the", "X", "and", "in", ",", "X."]), max_size=8),
)  # fmt: skip
def test_a_name_is_put_back_as_it_was_typed(words: list[str], around: list[str]) -> None:
    name = " ".join(words).replace(" ,", ",").strip(", ")
    names = ConceptNames((concept(name, *CALM),))
    assume(names)
    sentence = " ".join(around).replace("X", name)
    tokens = tokenize(sentence)
    saids = names.find(tokens, Gazetteer(furnished_home()).flags(tokens))
    assume(saids)

    put = replaced(sentence, tokens, saids)

    assert put.span([(0, len(put.text.split()))]) == ((0, len(sentence.split())),)
    assert len(put.text.split()) == len(put.origins) == len(put.owners)
    restored = put.restored(put.text, range(len(saids)))
    assert _spoken(restored) == _spoken(sentence)


def _spoken(sentence: str) -> list[str]:
    """Words without marks and articles."""
    words = (token.text for token in tokenize(sentence) if not token.mark)
    return [word for word in words if word != "the"]


@settings(max_examples=20)
@given(WORDS, WORDS, st.sampled_from(["and", "then", "or", "plus"]), st.sampled_from(SURE))
def test_a_name_with_a_joint_in_it_is_never_cut(
    one: str, other: str, joint: str, pattern: str
) -> None:
    name = f"{one} {joint} {other}"
    context = knowing(concept(name, *CALM))
    assume(not UNDERSTANDING._whole(pattern.replace("X", name), context))

    (found,) = asked(pattern.replace("X", name), context)

    assert found.intent in USES
    assert found.slot("concept") == name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("party", "play some party music"),
        ("morning", "good morning"),
        ("dinner", "set a dinner timer for ten minutes"),
        ("warm", "how warm is it"),
        ("cosy", "it's so cosy in here"),
        ("storm", "is there a storm coming"),
        ("focus", "don't turn on focus"),
        ("movie", "turn on movie night"),
        ("bat mode", "add bat mode to the shopping list"),
    ],
)
def test_a_name_in_a_sentence_about_something_else_is_no_use(name: str, sentence: str) -> None:
    found = asked(sentence, knowing(concept(name, *CALM)))

    assert found
    assert not {r.intent for r in found} & USES


def test_a_name_is_known_in_other_forms_of_its_words() -> None:
    context = knowing(concept("reading mode", *CALM), concept("lazy sundays", *CALM))

    for said in ("read-mode please", "Reading Mode", "turn on reading-mode."):
        assert [r.slot("concept") for r in asked(said, context)] == ["reading mode"]
    assert asked("lazy sunday", context)[0].slot("concept") == "lazy sundays"


def test_a_short_form_counts_where_the_sentence_means_nothing_else() -> None:
    context = knowing(concept("zen mode", *CALM), concept("office mode", *CALM))

    assert asked("put the bedroom in zen", context)[0].slot("concept") == "zen mode"
    assert asked("turn on the light in the office", context)[0].intent == "HassTurnOn"


def test_a_use_for_later_keeps_the_owners_words_and_their_meaning() -> None:
    context = knowing(concept("rock and roll mode", *CALM))

    (later,) = asked("in ten minutes put the kitchen in rock and roll mode", context)

    command = "put the kitchen in rock and roll mode"
    assert later.slot("conversation_command") == command
    assert [(r.intent, slots(r)) for r in later.later] == [("SetConcept", {"area": "Kitchen"})]


def test_a_declarative_said_word_for_word_is_what_it_means() -> None:
    gloom = replace(concept("the gloom bothers me", *CALM), kind=Kind.DECLARATIVE)

    (found,) = asked("The gloom bothers me.", knowing(gloom))

    assert (found.intent, found.slot("concept")) == ("SetConcept", "the gloom bothers me")


@pytest.mark.parametrize(
    ("sentence", "devices"),
    [
        ("turn off the lights in the lions den", ["Office/Ceiling light", "Desk lamp"]),
        ("turn off the reading corner", ["Reading lamp", "Floor lamp"]),
        ("is the reading corner on?", ["Reading lamp", "Floor lamp"]),
        ("turn on old faithful", ["Radio"]),
        ("set my lamp to 20 percent", ["Bedroom/Ceiling light"]),
    ],
)
def test_taught_names_of_things_and_rooms_are_names_of_the_home(
    sentence: str, devices: list[str]
) -> None:
    context = knowing(
        concept("reading corner", devices=("Reading lamp", "Floor lamp")),
        concept("old faithful", devices=("Radio",)),
        concept("my lamp", devices=("Bedroom/Ceiling light",)),
        concept("lions den", area="Office"),
    )

    (found,) = asked(sentence, context)

    home = context.home
    assert [home.label(d) for d in targets(found, context).devices] == devices


def test_a_name_for_devices_on_two_floors_is_a_name_and_nothing_broad() -> None:
    fred = concept("fred", devices=("Desk lamp", "Kitchen light"))

    (found,) = asked("turn on fred", knowing(fred))

    there = targets(found, knowing(fred))
    assert {d.name for d in there.devices} == {"Desk lamp", "Kitchen light"}
    assert not there.broad


def test_what_is_left_out_may_be_a_taught_name() -> None:
    context = knowing(concept("reading corner", devices=("Reading lamp", "Floor lamp")))

    (found,) = asked("turn off all the lights in the living room but the reading corner", context)

    assert [d.name for d in targets(found, context).devices] == ["Ceiling light"]


def test_somebody_elses_names_mean_nothing() -> None:
    hers = replace(concept("bat mode", *CALM), person="Anna")
    context = knowing(hers)

    assert asked("bat mode", context)[0].intent not in USES
    assert asked("bat mode", replace(context, person="Anna"))[0].intent == "SetConcept"


def test_nothing_is_looked_up_where_nothing_was_taught() -> None:
    context = seen_from("Living Room")
    names, same = UNDERSTANDING._reader.learned(context)

    assert not names
    assert same.home == context.home
    assert len(FLAGS) == Gazetteer(context.home).flags(tokenize("turn on")).shape[1]
