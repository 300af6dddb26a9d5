import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.nlu.names import likeness
from device.nlu.places import LIKE

names = st.text("abcdefg hlmnorst", min_size=1, max_size=14)


@given(one=names, other=names)
def test_likeness_is_a_share_and_has_no_direction(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) <= 1.0
    assert abs(likeness(one, other) - likeness(other, one)) < 1e-9


@pytest.mark.parametrize(
    ("said", "name"),
    [("kitchen lite", "Kitchen light"), ("bed side lamp", "Bedside lamp"),
     ("the living rooms", "Living Room"), ("livingroom", "Living Room"),
     ("lamp desk", "Desk lamp"), ("sealing light", "Ceiling light"), ("TV", "tv"),
     ("annas lamp", "Anna's lamp"), ("thermastat", "Thermostat")],
)  # fmt: skip
def test_slips_and_sound_alikes_are_the_name(said: str, name: str) -> None:
    assert likeness(said, name) >= LIKE


@pytest.mark.parametrize(
    ("said", "name"),
    [("bedroom", "Bathroom"), ("front door", "Back door"), ("lamp 1", "Lamp 2"),
     ("left blind", "Right blind"), ("lamp two", "Lamp 3"), ("hall", "Hallway"),
     ("office light", "Office lamp"), ("lamp", "Lamp 2")],
)  # fmt: skip
def test_other_names_are_other_names(said: str, name: str) -> None:
    assert likeness(said, name) < LIKE
