from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import HomeError
from device.home import colors
from device.home.codecs import (
    Codec,
    ColorHs,
    ColorXy,
    Mireds,
    Number,
    Scale,
    Steps,
    Words,
    roundest_kelvin,
)
from device.home.payloads import Json

json: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "hue", "saturation", "hex"]), inner)
    ),
    max_leaves=6,
)
CODECS: list[Codec] = [
    Words(sent=MappingProxyType({"on": "ON", "off": "OFF"})),
    Words(sent=MappingProxyType({"closed": True, "open": False})),
    Scale(high=254),
    Scale(low=1, high=4),
    Number(),
    Mireds(),
    Steps(words=("low", "medium", "high"), rest=("off",)),
    ColorXy(),
    ColorHs(),
]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: type(codec).__name__)
@given(raw=json)
def test_anything_at_all_is_read_as_a_value_or_as_nothing(codec: Codec, raw: Json) -> None:
    value = codec.read(raw)

    assert value is None or isinstance(value, str | int | float)
    assert value == value, "nan would never equal what was asked"


@given(percent=st.integers(0, 100), high=st.integers(100, 65_535))
def test_percent_survives_every_scale_of_a_hundred_steps_or_more(percent: int, high: int) -> None:
    scale = Scale(high=high)

    assert scale.read(scale.write(percent)) == percent


@given(kelvin=st.integers(1_500, 7_000))
def test_kelvin_comes_back_within_one_mired(kelvin: int) -> None:
    found = Mireds().read(Mireds().write(kelvin))

    assert isinstance(found, int)
    assert abs(1e6 / found - 1e6 / kelvin) <= 1


@given(mireds=st.integers(100, 600))
def test_the_roundest_kelvin_is_still_those_mireds(mireds: int) -> None:
    assert round(1e6 / roundest_kelvin(mireds)) == mireds


@pytest.mark.parametrize("kelvin", [2000, 2200, 2700, 3000, 3500, 4000, 5000, 6500])
def test_the_usual_whites_read_back_as_they_were_set(kelvin: int) -> None:
    assert Mireds().read(Mireds().write(kelvin)) == kelvin


@pytest.mark.parametrize(
    ("percent", "word"),
    [(0, "off"), (10, "low"), (33, "low"), (50, "medium"), (67, "medium"), (84, "high")],
)
def test_a_fan_of_three_speeds_takes_the_nearest(percent: int, word: str) -> None:
    assert Steps(words=("low", "medium", "high"), rest=("off",)).write(percent) == word


@given(name=st.sampled_from(sorted(set(colors.CSS_COLORS) - {"black"})))
def test_colours_survive_both_ways_of_sending_them(name: str) -> None:
    for codec in (ColorXy(), ColorHs()):
        found = codec.read(codec.write(name))
        assert isinstance(found, str)
        assert colors.alike(found, name, tolerance=0.02), (name, found)


def test_no_lamp_shines_black() -> None:
    with pytest.raises(HomeError, match="black"):
        ColorXy().write("black")


def test_words_are_heard_in_any_case_but_one_is_not_true() -> None:
    switch = Words(sent=MappingProxyType({"on": "ON", "off": "OFF"}))
    contact = Words(sent=MappingProxyType({"closed": True, "open": False}))

    assert switch.read("on") == "on"
    assert switch.read(True) is None
    assert contact.read(1) is None
    assert contact.read(True) == "closed"
