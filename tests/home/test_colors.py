import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import HomeError
from device.home import colors

names = st.sampled_from(sorted(colors.CSS_COLORS))
codes = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
LIGHT = {name for name, code in colors.CSS_COLORS.items() if code != "#000000"}


def test_css_has_its_148_names_and_known_codes() -> None:
    assert len(colors.CSS_COLORS) == 148
    assert colors.CSS_COLORS["rebeccapurple"] == "#663399"
    assert colors.CSS_COLORS["tomato"] == "#ff6347"


def test_the_corners_of_srgb_have_their_published_chromaticities() -> None:
    assert colors.xy_of("red") == pytest.approx((0.64, 0.33), abs=0.001)
    assert colors.xy_of("lime") == pytest.approx((0.30, 0.60), abs=0.001)
    assert colors.xy_of("blue") == pytest.approx((0.15, 0.06), abs=0.001)
    assert colors.xy_of("white") == pytest.approx(colors.WHITE_XY, abs=0.001)


@pytest.mark.parametrize("name", sorted(LIGHT))
def test_every_named_light_survives_the_way_over_x_and_y(name: str) -> None:
    assert colors.alike(colors.from_xy(*colors.xy_of(name)), name, tolerance=0.005)


@given(code=codes)
def test_hue_and_saturation_lead_back_to_the_same_light(code: str) -> None:
    hue, saturation = colors.hs_of(code)

    again = colors.hs_of(colors.from_hs(hue, saturation))

    assert again[1] == pytest.approx(saturation, abs=1)
    turn = abs(again[0] - hue) % 360
    assert min(turn, 360 - turn) <= 2 or saturation < 5


@given(name=names)
def test_names_are_read_with_spaces_and_capitals(name: str) -> None:
    spaced = name.replace("dark", "Dark ").replace("light", "LIGHT_").replace("gray", " Gray")

    assert colors.named(spaced) == name


@given(text=st.text(max_size=12).filter(lambda text: "#" not in text))
def test_what_is_no_colour_is_refused_with_what_was_found(text: str) -> None:
    with pytest.raises(HomeError) as caught:
        colors.code_of(f"no-{text}-colour")

    assert repr(f"no-{text}-colour") in str(caught.value)


@given(x=st.floats(-1, 2) | st.floats(), y=st.floats(-1, 2) | st.floats())
def test_any_chromaticity_is_a_colour_or_refused(x: float, y: float) -> None:
    try:
        found = colors.from_xy(x, y)
    except HomeError:
        return
    assert colors.named(found) == found


def test_different_colours_are_not_alike() -> None:
    assert not colors.alike("red", "orange")
    assert not colors.alike("white", "yellow")
    assert colors.alike("maroon", "red")
