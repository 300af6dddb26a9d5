"""What an answer in a lesson defines, with the shipped model, in the furnished house."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device.concepts import Meaning, Setting
from device.errors import ModelError
from device.models import Model, load
from device.nlu.numbers import spelled
from device.nlu.words import tokenize
from device.teaching.answer import Scope
from device.teaching.answers import Answers
from device.teaching.gap import Gap
from device.teaching.saidvalues import AMOUNT, value_of
from tests.teaching.lessons_at_home import (
    CAVE,
    CONTEXT,
    CORNER,
    GLOOM,
    HEATING,
    LAMP,
    LIGHTS,
    SCENE,
    meant,
    offered,
    read,
    scopes,
    standing,
    table,
)

CEILING = "Living Room/Ceiling light"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("forty", {"brightness": 40}),
        ("85 percent", {"brightness": 85}),
        ("purple", {"color": "purple"}),
        ("soft white", {"color_temperature": 2700}),
        ("three thousand kelvin", {"color_temperature": 3000}),
        ("a quarter", {"brightness": 25}),
        ("as dim as possible", {"brightness": 1}),
        ("off", {"power": "off"}),
        (
            "oh my aunt knits here on Thursdays so we have them at fifteen percent and rather pink",
            {"brightness": 15, "color": "pink"},
        ),
        ("twenty, no wait, thirty percent", {"brightness": 30}),
    ],
)
def test_values_without_a_device_are_for_whatever_is_asked(
    said: str, means: dict[str, object]
) -> None:
    found = read(said)

    assert found.scope is Scope.DEFINES
    assert meant(found) == means


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("the lights at 35 percent", {"brightness": 35}),
        (
            "the floor lamp at 35 and the TV off",
            {"Floor lamp": {"brightness": 35}, "TV": {"power": "off"}},
        ),
        (
            "switch off the TV and set the reading lamp to sixty percent",
            {"TV": {"power": "off"}, "Reading lamp": {"brightness": 60}},
        ),
        (
            "the lights at ten and the curtains closed",
            {"brightness": 10, "position": 0},
        ),
        (
            "the living room ceiling light off, the floor lamp purple",
            {CEILING: {"power": "off"}, "Floor lamp": {"color": "purple"}},
        ),
    ],
)
def test_other_devices_keep_their_names(said: str, means: dict[str, object]) -> None:
    assert meant(read(said)) == means


def test_a_kind_needs_no_device_where_only_it_can_be_meant() -> None:
    """Off is another matter: it would turn off the lights as well."""
    fan = read("the lights at ten and the fan at 30 percent")
    off = read("the lights at ten and the fan off")

    assert meant(fan) == {"brightness": 10, "fan_speed": 30}
    assert meant(off) == {"brightness": 10, "Fan": {"power": "off"}}


def test_the_device_of_the_request_needs_no_name() -> None:
    assert meant(read("the floor lamp at seventy percent", LAMP)) == {"brightness": 70}
    assert meant(read("the floor lamp at seventy percent", LIGHTS)) == {
        "Floor lamp": {"brightness": 70}
    }


@pytest.mark.parametrize(
    ("said", "about", "means"),
    [
        ("nineteen", HEATING, {"target_temperature": 19}),
        ("seventeen and a half degrees", HEATING, {"target_temperature": 17.5}),
        ("the lights at forty percent", SCENE, {"brightness": 40}),
        ("switch the kitchen light on please", GLOOM, {"Kitchen light": {"power": "on"}}),
        ("set the floor lamp to 80 percent", GLOOM, {"Floor lamp": {"brightness": 80}}),
    ],
)
def test_a_number_is_what_the_request_is_about(
    said: str, about: Gap, means: dict[str, object]
) -> None:
    assert meant(read(said, about)) == means


def test_names_stand_for_devices_and_rooms() -> None:
    both = read("that's the floor lamp and the reading lamp", CORNER)
    room = read("it's what we call the office", CAVE)

    assert meant(both) == {"devices": ["Floor lamp", "Reading lamp"]}
    assert meant(room) == {"area": "Office"}


def test_how_it_stands_now_is_a_definition() -> None:
    assert meant(read("exactly as it is now", LAMP)) == {"brightness": 50}
    assert meant(read("a bit brighter than it is now", LAMP)) == {"brightness": 60}
    assert read("exactly as it is now", HEATING).problem != ""


def test_what_was_taught_before_is_a_definition() -> None:
    assert meant(read("the same as harbor hour")) == {"brightness": 20, "color": "orange"}
    assert meant(read("like harbor hour but at 45 percent")) == {
        "brightness": 45,
        "color": "orange",
    }


@pytest.mark.parametrize(
    ("said", "about", "names"),
    [
        ("the lamps by the fireplace at 20 percent", LIGHTS, "fireplace"),
        ("brightness 300 percent", LIGHTS, "300"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(said: str, about: Gap, names: str) -> None:
    found = read(said, about)

    assert found.meaning is None
    assert names in found.problem
    assert found.problem.count(".") == 1
    assert found.problem.endswith(".")


@pytest.mark.parametrize(
    ("said", "scope", "means"),
    [
        ("yes that's right", Scope.YES, None),
        ("no that's wrong", Scope.NO, None),
        ("no, seventy", Scope.NO, {"brightness": 70, "color": "purple"}),
        ("make it green", None, {"brightness": 30, "color": "green"}),
        ("without the color", None, {"brightness": 30}),
        (
            "and also the TV off",
            None,
            {"brightness": 30, "color": "purple", "TV": {"power": "off"}},
        ),
        ("yes but at sixty percent", Scope.YES, {"brightness": 60, "color": "purple"}),
        ("a bit brighter", None, {"brightness": 40, "color": "purple"}),
    ],
)
def test_an_offer_is_agreed_to_or_corrected(
    said: str, scope: Scope | None, means: dict[str, object] | None
) -> None:
    found = read(said, proposed=offered(brightness=30, color="purple"))

    assert scope is None or found.scope is scope
    assert meant(found) == means


def test_no_and_something_else_leaves_nothing_of_the_offer() -> None:
    assert meant(read("no, purple", proposed=offered(brightness=30))) == {"color": "purple"}


def test_an_offer_for_one_device_is_corrected_by_its_name() -> None:
    tv = Meaning(settings=(Setting(capability="volume", value=20, devices=("TV",)),))

    assert meant(read("no the TV at volume 35", proposed=tv)) == {"TV": {"volume": 35}}


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        ("yes please", Scope.YES),
        ("sure, I can do that", Scope.YES),
        ("nope", Scope.NO),
        ("I have no idea to be honest", Scope.UNSURE),
        ("what do you mean", Scope.UNSURE),
        ("forget about it", Scope.CANCEL),
        ("I don't feel like explaining that today", Scope.CANCEL),
        ("make it comfortable and pretty", Scope.VAGUE),
        ("when we play dominoes", Scope.VAGUE),
        ("will it rain on Saturday", Scope.ELSEWHERE),
        ("set a timer for nine minutes", Scope.ELSEWHERE),
        ("the minister told the paper that he would resign in spring", Scope.ELSEWHERE),
    ],
)
def test_an_answer_is_put_in_its_place(said: str, scope: Scope) -> None:
    found = read(said)

    assert found.scope is scope
    assert found.meaning is None


def test_nothing_said_is_no_answer() -> None:
    for said in ("", "   ", "...", "um, uh"):
        assert read(said).scope is Scope.UNSURE
        assert read(said).meaning is None


def test_a_definition_is_found_in_a_minute_of_talk() -> None:
    before = (
        "well you have to know that we moved here from the coast in the spring and my sister "
        "stayed with us for a while because her flat was being painted and she had brought all "
        "those plants with her and a parrot that would not stop talking and in the evenings we "
        "used to sit together and tell each other stories about the old school and the teachers "
    )
    after = (
        "and then her children came along as well and the dog of course who sleeps wherever he "
        "likes and my brother in law always brings his accordion which nobody wants to hear but "
        "everybody is too polite to tell him and that is how it has been with us ever since then"
    )

    found = read(f"{before} so I want the lights at thirty five percent and orange {after}")

    assert found.scope is Scope.DEFINES
    assert meant(found) == {"brightness": 35, "color": "orange"}


FRAMES = (
    "it means {}",
    "that's when my cousin visits so I have them at {}",
    "well usually I want the lights at {}",
    "make it {} please",
)


@given(
    percent=st.integers(1, 100),
    words=st.booleans(),
    frame=st.sampled_from(FRAMES),
    color=st.sampled_from(["", " and purple", " and green", " and warm white"]),
)
def test_whatever_values_are_woven_in_come_out(
    percent: int, words: bool, frame: str, color: str
) -> None:
    number = spelled(percent) if words else str(percent)

    found = meant(read(frame.format(f"{number} percent{color}")))

    wanted: dict[str, object] = {"brightness": percent}
    if "white" in color:
        wanted["color_temperature"] = 2700
    elif color:
        wanted["color"] = color.split()[-1]
    assert found == wanted


READ = (
    *(AMOUNT, "power", "color", "color_temperature", "target_temperature", "fan_speed"),
    *("position", "lock", "media", "mode"),
)
SOME = (
    "lights lamp fan fifty 20 percent off blue no not and the at on curtains degrees 300 yes "
    "but warmer kitchen floor closed , like now half 2700 kelvin without everything"
)
WORDS = st.sampled_from(SOME.split(" "))


@given(said=st.text(max_size=80) | st.lists(WORDS, max_size=30).map(" ".join))
@example(said="make the lights turquoise, no wait have the lights violet")
@example(said="\x00 \ud800 50 percent")
def test_nothing_is_defined_that_was_not_said(said: str) -> None:
    dark = replace(CONTEXT, state={}, taught=())

    found = read(said, context=dark)

    assert 0 <= found.confidence <= 1
    words = [token.text for token in tokenize(said)]
    parts = [words[a : a + n] for a in range(len(words)) for n in range(1, 7)]
    said_values = {v for part in parts for label in READ if (v := value_of(label, part))}
    moves = {"off": 0, "on": 100, "closed": 0, "open": 100}  # of a curtain
    said_values |= {moves[word] for word in words if word in moves}
    for setting in found.meaning.settings if found.meaning else ():
        assert setting.value in said_values


@given(said=st.lists(WORDS, min_size=1, max_size=12).map(" ".join))
def test_a_correction_keeps_or_says_every_value(said: str) -> None:
    found = read(said, proposed=offered(brightness=30, color="purple"))

    for setting in found.meaning.settings if found.meaning else ():
        assert isinstance(setting.value, str | int | float)
        assert setting.capability


def test_a_model_with_other_flags_is_refused() -> None:
    model = load("concept")
    manifest = model.manifest
    other = Model.__new__(Model)
    other.manifest = type(manifest)(
        **{
            **{field: getattr(manifest, field) for field in manifest.__struct_fields__},
            "settings": {**manifest.settings, "flags": ["near"]},
        }
    )

    with pytest.raises(ModelError, match="make it again"):
        Answers(other, table(), scopes())


def test_the_state_of_a_lamp_that_is_off_is_off() -> None:
    off = replace(CONTEXT, state=standing(Floor_lamp={"power": "off", "brightness": 50}))

    assert meant(read("just the way it is right now", LAMP, off)) == {"power": "off"}


def test_a_number_alone_corrects_the_one_device_that_was_offered_one() -> None:
    offer = Meaning(
        settings=(
            Setting(capability="brightness", value=75, devices=("Counter lights",)),
            Setting(capability="power", value="on", devices=("Coffee maker",)),
        )
    )

    found = meant(read("no, sixty five", SCENE, proposed=offer))

    assert found == {"Counter lights": {"brightness": 65}, "Coffee maker": {"power": "on"}}


def test_everything_else_is_what_was_not_named() -> None:
    others = ("Living Room/Ceiling light", "Floor lamp", "Fan", "TV")
    off: dict[str, object] = {name: {"power": "off"} for name in others}

    said = "the reading lamp at thirty percent and everything else off"
    assert meant(read(said)) == {**off, "Reading lamp": {"brightness": 30}}
    assert meant(read("turn everything off except the reading lamp")) == off


def test_what_the_device_before_cannot_do_is_for_what_was_asked() -> None:
    found = meant(
        read("the living room thermostat at sixteen degrees and brightness fifty percent")
    )

    assert found is not None
    assert found["brightness"] == 50


def test_a_step_takes_no_more_than_half() -> None:
    assert meant(read("the same as harbor hour but dimmer")) == {
        "brightness": 10,
        "color": "orange",
    }


def test_another_device_takes_the_place_of_the_one_that_was_offered() -> None:
    lamp = Meaning(
        settings=(Setting(capability="power", value="on", devices=("Reading lamp",)),),
        need="more_light",
    )

    assert meant(read("no, the floor lamp", GLOOM, proposed=lamp)) == {
        "Floor lamp": {"power": "on"},
        "need": "more_light",
    }
    assert meant(read("yes but only at thirty percent", GLOOM, proposed=lamp)) == {
        "Reading lamp": {"brightness": 30},
        "need": "more_light",
    }
