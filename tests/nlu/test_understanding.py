from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from device.context import Device, Home, Room
from device.events import Hypothesis, Request
from device.models import load
from device.nlu.deeds import deed
from device.nlu.gazetteer import Gazetteer
from device.nlu.reader import MOST_REQUESTS
from device.nlu.targets import targets
from device.nlu.templates import load_sentences
from device.nlu.understanding import Understanding
from device.nlu.words import tokenize
from simulator.homefile import furnished_home
from simulator.homes import invented
from tests.nlu.houses import seen_from

EXAMPLES = yaml.safe_load(
    (Path(__file__).parents[2] / "docs" / "examples.yaml").read_text(encoding="utf-8")
)
UNDERSTANDING = Understanding(
    tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
)
HOME = furnished_home()


def asked(sentence: str, home: Home = HOME) -> tuple[Request, ...]:
    said = Hypothesis(text=sentence, score=1.0)
    return UNDERSTANDING.understand([said], seen_from("Living Room", home)).requests


def meaning(request: Request) -> dict[str, Any]:
    return {"intent": request.intent, "slots": {s.name: s.value for s in request.slots}}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["say"])
def test_an_example_of_the_documentation_becomes_its_requests(example: dict[str, Any]) -> None:
    found = asked(example["say"])

    assert [meaning(r) for r in found] == [
        {"intent": r["intent"], "slots": r["slots"]} for r in example["requests"]
    ]
    for request, wanted in zip(found, example["requests"], strict=True):
        assert request.text == wanted.get("text", request.text)
        assert [list(part) for part in request.span] == wanted.get(
            "span", [list(part) for part in request.span]
        )
        assert request.scope == wanted.get("scope", request.scope)


@pytest.mark.parametrize(
    ("sentence", "room"),
    [
        ("turn on the lights in the aft cabin and close the blinds", "Aft Cabin"),
        ("turn on the lights in the mezzanine", "Mezzanine"),
        ("mezzanine lights off", "Mezzanine"),
        ("set the basement to 20 percent", "Basement"),
    ],
)
def test_a_room_is_that_room_whatever_the_model_takes_its_words_for(
    sentence: str, room: str
) -> None:
    new = tuple(Room(name=name) for name in ("Aft Cabin", "Mezzanine", "Basement"))
    lamps = tuple(
        Device(id=r.name, name=f"Lamp {n}", kind="light", room=r.name) for n, r in enumerate(new)
    )
    home = Home(rooms=(*HOME.rooms, *new), devices=(*HOME.devices, *lamps))

    first = meaning(asked(sentence, home)[0])

    assert (first["slots"].get("area"), first["slots"].get("floor")) == (room, None)


def test_there_are_examples_for_every_kind_of_request() -> None:
    intents = {r["intent"] for e in EXAMPLES for r in e["requests"]}

    assert len(EXAMPLES) > 40
    assert len(intents) > 25


@settings(max_examples=60)
@given(
    text=st.text(max_size=80)
    | st.lists(
        st.sampled_from(["turn", "on", "the", "lamp", "and", ",", "milk", "50%", "...", "\u20ac"]),
        max_size=90,
    ).map(" ".join)
)
def test_no_sentence_crashes_and_every_word_is_accounted_for(text: str) -> None:
    requests = asked(text)

    count = len(text.split())
    assert bool(requests) == bool(count)
    for request in requests:
        assert all(0 <= start < stop <= count for start, stop in request.span)
        assert 0.0 <= request.confidence <= 1.0


def test_what_nobody_means_to_ask_in_one_breath_is_refused_as_a_whole() -> None:
    items = " and ".join(f"item {n}" for n in range(MOST_REQUESTS + 8))

    assert len(asked("turn on the fan and the printer")) == 2
    assert [r.intent for r in asked(f"add {items} to the shopping list")] == ["OutOfScope"]


NAMES = ["kitchen light", "reading lamp", "floor lamp", "desk lamp", "star lamp", "coffee maker"]


@settings(max_examples=25)
@given(names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
def test_the_order_of_items_does_not_change_what_is_asked(names: list[str]) -> None:
    def said(order: list[str]) -> set[str]:
        spoken = [f"the {n}" for n in order]
        return {
            str(meaning(r)) for r in asked(f"turn on {', '.join(spoken[:-1])} and {spoken[-1]}")
        }

    assert said(names) == said(names[::-1])
    assert len(said(names)) == len(names)


@settings(max_examples=25)
@given(
    name=st.sampled_from(["Hugo", "Window lamp", "Bathtub fan", "Pantry", "Blue thing", "Zelmo"]),
    kind=st.sampled_from(["light", "switch", "fan", "cover", "lock"]),
    room=st.sampled_from([r.name for r in HOME.rooms]),
    sentence=st.sampled_from(
        ["turn on the kitchen light", "lock the front door", "open the office blinds",
         "set the reading lamp to 40 percent", "turn off the upstairs lights"]
    ),
)  # fmt: skip
def test_a_new_device_does_not_change_sentences_that_name_others(
    name: str, kind: str, room: str, sentence: str
) -> None:
    new = Device(id="new", name=name, room=room, kind=kind)
    bigger = Home(rooms=HOME.rooms, devices=(*HOME.devices, new))

    assert [meaning(r) for r in asked(sentence, bigger)] == [meaning(r) for r in asked(sentence)]


@pytest.mark.parametrize("name", ["Hugo", "Zelmo", "The Colonel", "Wintermute"])
@pytest.mark.parametrize("kind", ["light", "switch", "cover", "lock"])
def test_a_name_that_nobody_heard_before_is_understood_at_once(name: str, kind: str) -> None:
    new = Device(id="new", name=name, room="Office", kind=kind)
    home = Home(rooms=HOME.rooms, devices=(*HOME.devices, new))
    verb = {"cover": "open", "lock": "lock"}.get(kind, "turn on")

    (request,) = asked(f"{verb} {name.lower()}", home)

    assert meaning(request) == {"intent": "HassTurnOn", "slots": {"name": name}}
    assert request.domain == kind


@settings(max_examples=60)
@given(
    verb=st.sampled_from(
        ["turn on", "switch off", "open", "close", "lock", "unlock", "dim", "toggle", "start"]
    ),
    seed=st.integers(0, 10_000),
)
def test_a_name_that_the_home_does_not_have_touches_no_device(verb: str, seed: int) -> None:
    rng = Random(seed)
    name = f"{invented(rng)} {invented(rng)}"
    context = seen_from("Living Room", HOME)
    tokens = tokenize(name)
    assume(Gazetteer(HOME).mended(tokens, ()) == tokens)  # sounds like no word of the home

    for request in asked(f"{verb} the {name}"):
        assert deed(request) is None or targets(request, context).devices == ()


@settings(max_examples=60)
@given(text=st.text(min_size=1, max_size=40))
@example(text="00 \x84C \x840")
@example(text="00\x85\x8d")
def test_no_text_without_a_word_of_the_home_covers_more_than_what_could_be_meant_here(
    text: str,
) -> None:
    context = seen_from("Living Room", HOME)

    for request in asked(text):
        covered = targets(request, context).devices if deed(request) is not None else ()
        kinds = {d.kind for d in covered}
        assert not kinds & {"lock", "cover", "valve", "alarm_control_panel"}


def test_a_number_alone_still_sets_what_was_meant() -> None:
    assert [meaning(r) for r in asked("50 percent")] == [
        {"intent": "HassLightSet", "slots": {"brightness": 50}}
    ]


@pytest.mark.parametrize("sentence", ["turn fan light off", "fan light off", "turn off fan light"])
def test_no_device_is_taken_for_one_whose_name_is_the_beginning_of_its_name(sentence: str) -> None:
    new = (
        Device(id="fan", name="Fan", room="Office", kind="fan"),
        Device(id="light", name="Fan light", room="Living Room", kind="light"),
    )
    others = tuple(d for d in HOME.devices if "fan" not in d.name.casefold())

    (request,) = asked(sentence, Home(rooms=HOME.rooms, devices=(*others, *new)))

    assert meaning(request) == {"intent": "HassTurnOff", "slots": {"name": "Fan light"}}


def test_an_unknown_name_stays_as_it_was_said() -> None:
    assert [meaning(r) for r in asked("unlock the back door")] == [
        {"intent": "HassTurnOff", "slots": {"name": "back door"}}
    ]


def test_the_reading_that_makes_sense_is_taken() -> None:
    heard = [
        Hypothesis(text="turn on the kitten fright", score=0.5),
        Hypothesis(text="turn on the kitchen light", score=0.48),
    ]

    understood = UNDERSTANDING.understand(heard, seen_from("Living Room"))

    assert understood.hypothesis is heard[1]
    assert len(understood.interpretations) == len(understood.requests) == 1


def test_a_custom_sentence_is_one_request_whatever_it_says(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "language: en\nintents:\n  Film:\n    data:\n"
        "      - sentences: ['lights out and roll the [big] film']\n",
        encoding="utf-8",
    )
    mine = Understanding(
        tagger=load("tagger"),
        chunker=load("chunker"),
        referents=load("referents"),
        sentences=load_sentences([file]),
    )

    understood = mine.understand(
        [Hypothesis(text="Lights out and roll the film!", score=1.0)], seen_from(None)
    )

    assert [(r.intent, r.source, r.span) for r in understood.requests] == [
        ("Film", "sentence", ((0, 6),))
    ]


ROOMS = [room.name for room in HOME.rooms]


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "sentence",
    ["turn off all the lights in the {}", "turn off everything in the {}",
     "turn everything off in the {}", "turn on all the lights in the {}"],
)  # fmt: skip
def test_all_of_a_room_is_never_all_but_the_room(sentence: str, room: str) -> None:
    (request,) = asked(sentence.format(room.lower()))

    assert request.slot("area") == room
    assert request.excepted == ()


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "sentence",
    ["turn off all the lights but the {}", "turn off all the lights except in the {}",
     "turn on all lights other than the {}", "turn off all the lights apart from the {}"],
)  # fmt: skip
def test_all_but_a_room_is_never_the_room(sentence: str, room: str) -> None:
    (request,) = asked(sentence.format(room.lower()))

    assert request.slot("area") is None
    assert request.excepted == (room,)


@pytest.mark.parametrize("name", ["tv", "bedside lamp", "coffee maker"])
def test_everything_but_a_device_leaves_it_alone(name: str) -> None:
    (request,) = asked(f"turn off everything except the {name}")

    kept = {d.name.casefold() for d in targets(request, seen_from("Living Room", HOME)).devices}

    assert len(kept) > 10
    assert name not in kept


@pytest.mark.parametrize("kind", ["light", "thermostat", "lights", "fan"])
def test_everything_but_a_kind_leaves_the_kind_alone(kind: str) -> None:
    (request,) = asked(f"turn off everything except the {kind}")

    kept = targets(request, seen_from("Living Room", HOME)).devices

    assert len(kept) > 10
    kinds = {"thermostat": "climate"}
    if kind == "fan":  # one is called so, and there is another
        assert "Fan" not in {d.name for d in kept}
    else:
        assert kinds.get(kind, kind.removesuffix("s")) not in {d.kind for d in kept}


def test_the_other_one_and_a_new_command_leave_nothing_out() -> None:
    assert [r.excepted for r in asked("turn on the other lamp")] == [()]
    assert [r.excepted for r in asked("turn off the lamp but turn on the fan")] == [(), ()]
