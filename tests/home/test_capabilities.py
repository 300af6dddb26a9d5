import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Capability, Device
from device.errors import HomeError
from device.home.capabilities import RULES, STOP, check, checked, matches, tidy

LAMP = Device(
    id="1",
    name="Lamp",
    room=None,
    kind="light",
    capabilities=(
        Capability(name="power"),
        Capability(name="brightness", minimum=0, maximum=100),
        Capability(name="color_temperature", minimum=2000, maximum=6536),
        Capability(name="color"),
        Capability(name="temperature", settable=False),
    ),
)
anything = st.one_of(
    st.text(max_size=8), st.integers(), st.floats(), st.sampled_from(["on", "off", STOP, "red"])
)


def test_words_and_numbers_come_back_in_their_canonical_form() -> None:
    assert check(LAMP, "power", "ON") == "on"
    assert check(LAMP, "brightness", 40.0) == 40
    assert isinstance(check(LAMP, "brightness", 40.0), int)
    assert check(LAMP, "color", "Dark Blue") == "darkblue"


@pytest.mark.parametrize(
    ("capability", "value", "words"),
    [
        ("brightness", 101, "must lie in 0 to 100 %, found 101"),
        ("brightness", -1, "must lie in 0 to 100 %, found -1"),
        ("brightness", "half", "must be a number, found 'half'"),
        ("brightness", float("nan"), "must be a number"),
        ("brightness", 10**400, "must be a number"),
        ("color_temperature", 1500, "must lie in 2000 to 6536 K, found 1500"),
        ("power", "maybe", "must be on, off, found 'maybe'"),
        ("color", "beige-ish", "found 'beige-ish'"),
        ("temperature", 20, "has no temperature that can be set"),
        ("volume", 20, "it can set power, brightness, color_temperature, color"),
    ],
)
def test_what_a_device_cannot_take_is_refused_in_a_sentence(
    capability: str, value: str | float, words: str
) -> None:
    with pytest.raises(HomeError, match=words.replace("(", r"\(")):
        check(LAMP, capability, value)


@given(name=st.sampled_from(sorted(RULES)), value=anything)
def test_a_checked_value_stays_as_it_is_and_matches_itself(name: str, value: str | float) -> None:
    capability = Capability(name=name, options=("heat", "off") if name == "mode" else ())
    try:
        found = checked("Thing", capability, value)
    except HomeError:
        return

    assert checked("Thing", capability, found) == found
    assert matches(name, found, found)


@given(wanted=st.integers(0, 100), reported=st.integers(0, 100))
def test_another_brightness_is_not_what_was_asked(wanted: int, reported: int) -> None:
    assert matches("brightness", wanted, reported) == (abs(wanted - reported) <= 1)


def test_lamps_that_count_in_mireds_are_believed() -> None:
    assert matches("color_temperature", 2707, 2710)
    assert matches("color_temperature", 6500, 6536)
    assert not matches("color_temperature", 2700, 2800)
    assert not matches("color_temperature", 2700, 0)


def test_a_number_never_matches_a_word() -> None:
    assert not matches("brightness", 50, "50")
    assert not matches("color", "red", 7)


@pytest.mark.parametrize(("number", "written"), [(21.0, 21), (20.456, 20.46), (0.1 + 0.2, 0.3)])
def test_numbers_are_written_as_json_wants_them(number: float, written: float) -> None:
    assert repr(tidy(number)) == repr(written)
