"""A skill called by its name."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Room
from device.nlu.words import plain
from device.routing.calls import Call, Names
from device.settled import Known
from tests.skills.rooms import HOME

SKILLS = (
    Known(id="zoo", name="Zoo sounds", aliases=("the zoo",)),
    Known(id="zoo-deluxe", name="Zoo sounds deluxe"),
    Known(id="safari", name="Safari"),
    Known(id="garage", name="Garage"),
)
NAMES = Names(SKILLS)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("ask zoo sounds for an elephant", Call("zoo", "an elephant")),
        ("Ask Zoo Sounds to make an elephant sound.", Call("zoo", "make an elephant sound")),
        ("please ask the zoo sounds skill what a lion says", Call("zoo", "what a lion says")),
        ("could you tell safari to roar", Call("safari", "roar")),
        ("open zoo sounds", Call("zoo", "")),
        ("start safari", Call("safari", "")),
        ("open safari and roar", Call("safari", "roar")),
        ("with zoo sounds make a lion sound", Call("zoo", "make a lion sound")),
        ("make a lion sound with zoo sounds", Call("zoo", "make a lion sound")),
        ("ask zoo sounds deluxe for a lion", Call("zoo-deluxe", "a lion")),
        ("zoo sounds", Call("zoo", "")),
        ("ask the zoo for a lion", Call("zoo", "a lion")),
        ("ask garage for news", Call("garage", "news")),
    ],
)
def test_names_are_called_as_people_call_them(text: str, call: Call) -> None:
    assert NAMES.called(text, HOME) == call


@pytest.mark.parametrize(
    "text",
    [
        "",
        "i like zoo sounds very much",
        "the safari was great",
        "ask zoo soundscape for a lion",
        "open the garage",
        "turn on the light in the garage",
        "garage",
    ],
)
def test_a_name_in_a_sentence_is_no_call_and_a_rooms_name_is_the_rooms(text: str) -> None:
    assert NAMES.called(text, HOME) is None


def test_where_no_room_has_the_name_it_is_called_as_any_other() -> None:
    bare = replace(HOME, rooms=(Room(name="Kitchen"),), devices=())

    assert NAMES.called("open the garage", bare) == Call("garage", "")


@given(
    name=st.from_regex(r"[a-z]{2,8}( [a-z]{2,8}){0,2}", fullmatch=True),
    rest=st.from_regex(r"[a-z]{2,8}( [a-z]{2,8}){0,3}", fullmatch=True),
)
def test_whatever_a_skill_is_called_asking_it_by_name_reaches_it(name: str, rest: str) -> None:
    names = Names([Known(id="it", name=name)])

    call = names.called(f"ask {name} to {rest}", HOME)

    assert call is not None
    assert (call.skill, call.rest) == ("it", rest)


@given(st.text(max_size=60))
def test_any_text_is_a_call_or_none_and_never_stumbles(text: str) -> None:
    call = NAMES.called(text, HOME)

    assert call is None or any(plain(k.name) in plain(text) for k in SKILLS)
