from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from device.context import Device, Home
from device.events import Hypothesis, Request
from device.models import load
from device.nlu.gazetteer import Gazetteer
from device.nlu.leftout import left_out
from device.nlu.targets import targets
from device.nlu.understanding import Understanding
from device.nlu.words import tokenize
from simulator.homefile import furnished_home
from simulator.homes import random_home
from tests.nlu.houses import seen_from

UNDERSTANDING = Understanding(
    tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
)
HOME = furnished_home()
HOMES = [HOME, *(random_home(Random(seed), "test") for seed in range(3))]
HELD_OUT = [
    (row, said)
    for row in yaml.safe_load(
        (Path(__file__).parents[2] / "docs" / "held-out.yaml").read_text(encoding="utf-8")
    )
    if "excepted" in row
    for said in row["say"]
]


def asked(sentence: str, home: Home = HOME) -> tuple[Request, ...]:
    said = Hypothesis(text=sentence, score=1.0)
    return UNDERSTANDING.understand([said], seen_from("Living Room", home)).requests


def touched(requests: tuple[Request, ...], home: Home = HOME) -> list[Device]:
    """The devices that any request is for."""
    context = seen_from("Living Room", home)
    return [device for r in requests for device in targets(r, context).devices]


def lists(sentence: str, home: Home = HOME) -> list[list[str]]:
    """Each list of what is left out, as words."""
    tokens = tokenize(sentence)
    flags = Gazetteer(home).flags(tokens)
    return [
        [" ".join(t.text for t in tokens[start:stop]) for start, stop in one.names]
        for one in left_out(tokens, flags)
    ]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("turn off everything but the tv and the radio", ["tv", "radio"]),
        ("turn on the floor lamp but not the fan", ["fan"]),
        ("all the lights off except in the kitchen, the hall and the office",
         ["kitchen", "hall", "office"]),
        ("turn everything except the tv the radio and the fan off", ["tv", "radio", "fan"]),
        ("except for the desk lamp turn off all the lights", ["desk lamp"]),
        ("turn off everything but the toaster and the radio", ["toaster", "radio"]),
        ("turn off everything but the tv and the radio and lock the front door", ["tv", "radio"]),
        ("turn off all the lights but the kitchen and bedroom ones", ["kitchen", "bedroom"]),
        ("leave the tv on but leave out the fan", ["fan"]),
    ],
)  # fmt: skip
def test_names_after_a_word_that_leaves_out_are_one_list(sentence: str, names: list[str]) -> None:
    assert lists(sentence) == [names]


@pytest.mark.parametrize(
    "sentence",
    [
        "turn off the lamp but turn on the fan",
        "turn off everything but open the blinds",
        "turn the floor lamp off but the fan on",
        "turn on the floor lamp and the fan",
        "set the thermostat to minus 5",
        "add milk but not much",
        "turn off everything except",
        "",
    ],
)
def test_other_words_behind_but_leave_nothing_out(sentence: str) -> None:
    assert lists(sentence) == []


HEADS = ["turn off everything", "turn off all the lights", "switch everything off"]
OPENINGS = ["except", "but", "but not", "apart from", "besides", "other than", "except for"]
JOINTS = [" and the ", ", the ", " or the ", " and not the "]


@settings(max_examples=60)
@given(
    home=st.sampled_from(HOMES),
    head=st.sampled_from(HEADS),
    opening=st.sampled_from(OPENINGS),
    joint=st.sampled_from(JOINTS),
    data=st.data(),
)
def test_what_is_left_out_is_never_touched(
    home: Home, head: str, opening: str, joint: str, data: st.DataObject
) -> None:
    everything = sorted({device.name for device in home.devices})
    names = data.draw(st.lists(st.sampled_from(everything), min_size=1, max_size=4, unique=True))

    requests = asked(f"{head} {opening} the {joint.join(names)}", home)

    assert {device.name for device in touched(requests, home)}.isdisjoint(names)


@pytest.mark.parametrize(("row", "said"), HELD_OUT, ids=[said for _, said in HELD_OUT])
def test_no_held_out_exception_is_touched(row: dict[str, list[str]], said: str) -> None:
    out = {word.removesuffix("s") if word == "lights" else word for word in row["excepted"]}

    assert all({d.name, d.room, d.kind}.isdisjoint(out) for d in touched(asked(said)))


@pytest.mark.parametrize(
    ("sentence", "command"),
    [
        ("in ten minutes turn off everything but the tv and the radio",
         "turn off everything but the tv and the radio"),
        ("turn off everything but the tv in ten minutes", "turn off everything but the tv"),
    ],
)  # fmt: skip
def test_a_command_for_later_keeps_what_it_leaves_out(sentence: str, command: str) -> None:
    (request,) = asked(sentence)

    assert request.slot("conversation_command") == command
    (later,) = request.later
    assert "TV" in later.excepted


def test_a_list_goes_with_every_request_that_it_follows() -> None:
    found = asked("turn off the bedroom lights and the kitchen lights but not the bedside lamp")

    assert [r.slot("area") for r in found] == ["Bedroom", "Kitchen"]
    assert [r.excepted for r in found] == [("Bedside lamp",)] * 2


def test_what_follows_a_list_is_a_request_of_its_own() -> None:
    off, locked = asked("turn off everything but the tv and the radio and lock the front door")

    assert off.excepted == ("TV", "Radio")
    assert (locked.slot("name"), locked.excepted) == ("Front door", ())


@pytest.mark.parametrize("device", ["leak sensor", "front door sensor", "hallway motion"])
def test_the_battery_of_a_thing_is_a_reading_of_the_thing(device: str) -> None:
    (request,) = asked(f"what is the battery level of the {device}")

    assert request.slot("attribute") == "battery"
    assert str(request.slot("name")).casefold() == device
