"""However a quantity is spelled, it means the same, and what a request lacks is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.nlu import times, values
from device.nlu.numbers import number, spelled
from device.nlu.words import tokenize
from tests.nlu.test_resolve import slots_of

FRACTIONS = {
    25: ["a quarter", "one quarter", "1/4", "¼"],
    33: ["a third", "one third", "1/3", "⅓"],
    50: ["half", "a half", "one half", "1/2", "½", "halfway"],
    67: ["two thirds", "2/3", "⅔"],
    75: ["three quarters", "3/4", "¾"],
    100: ["full", "maximum", "all the way", "all the way up", "completely"],
}


def words(text: str) -> list[str]:
    return [t.text for t in tokenize(text)]


@given(value=st.integers(0, 100))
def test_any_spelling_of_a_percentage_means_the_percentage(value: int) -> None:
    said = [f"{n}{unit}" for n in (str(value), spelled(value))
            for unit in ("", " %", " percent", " per cent")]  # fmt: skip

    assert {values.level(words(text)) for text in [*said, f"{value}%"]} == {value}


@pytest.mark.parametrize(("percent", "spellings"), FRACTIONS.items())
def test_fractions_are_percentages(percent: int, spellings: list[str]) -> None:
    assert {values.level(words(text)) for text in spellings} == {percent}


@given(hours=st.integers(1, 23), ratio=st.sampled_from([("half", "1/2", "½", 30),
                                                        ("quarter", "1/4", "¼", 15)]))  # fmt: skip
def test_any_spelling_of_hours_and_a_part_means_the_duration(
    hours: int, ratio: tuple[str, str, str, int]
) -> None:
    word, digits, sign, minutes = ratio
    said = [
        f"{spelled(hours)} and a {word} hours",
        f"{hours} and a {digits} hours",
        f"{hours} {digits} hours",
        f"{hours}{sign} hours",
        f"{spelled(hours)} hours and a {word}",
        f"{hours} hours {minutes} minutes",
        f"{spelled(hours)} hours {spelled(minutes)}",
        f"{hours + minutes / 60} hours",
    ]

    assert [times.duration(words(text)) for text in said] == [
        {"hours": hours, "minutes": minutes}
    ] * len(said)


@given(hour=st.integers(1, 12))
def test_a_quarter_to_is_a_quarter_of_and_fifteen_before(hour: int) -> None:
    said = [f"{quarter} {link} {name}" for quarter in ("quarter", "a quarter", "fifteen minutes")
            for link in ("to", "before") for name in (str(hour), spelled(hour))]  # fmt: skip
    said += [f"a quarter of {hour}", f"{(hour - 2) % 12 + 1}:45"]

    meant = [times.clock(words(text)) for text in said]

    assert meant == [{"time": f"{(hour - 2) % 12 + 1:02d}:45"}] * len(said)


@given(whole=st.integers(0, 999), sign=st.sampled_from(["½", "¼", "¾"]))
def test_a_fraction_sign_is_part_of_its_number(whole: int, sign: str) -> None:
    part = {"½": 0.5, "¼": 0.25, "¾": 0.75}[sign]

    assert number([f"{whole}{sign}"]) == number([str(whole), sign]) == whole + part


@given(by=st.integers(1, 99))
def test_a_change_takes_its_direction_from_any_word_that_tells_it(by: int) -> None:
    assert values.step([[str(by)]], ["turn", "down", "the", "volume", "by"]) == -by
    assert values.step([[str(by)]], ["turn", "up", "the", "volume", "by"]) == by
    assert values.step([["up"], [str(by)]], ["turn", "off"]) == by


@pytest.mark.parametrize(
    ("said", "direction"),
    [("too dim", "up"), ("too bright", "down"), ("too loud", "down"), ("too slow", "up"),
     ("warm up", "up"), ("cool down", "down"), ("cold", "up"), ("boiling", "down")],
)  # fmt: skip
def test_a_complaint_asks_for_the_opposite(said: str, direction: str) -> None:
    assert values.step([words(said)]) == direction


@pytest.mark.parametrize(
    ("intent", "marked", "slots"),
    [
        ("HassLightSet", "[floor lamp]name red", {"name": "Floor lamp", "color": "red"}),
        ("HassLightSet", "full brightness on the [floor lamp]name",
         {"name": "Floor lamp", "brightness": 100}),
        ("HassLightSet", "[floor lamp]name all the way up",
         {"name": "Floor lamp", "brightness": 100}),
        ("HassLightSet", "soften it a bit less bright [floor lamp]name",
         {"name": "Floor lamp", "brightness_step": "down"}),
        ("HassClimateSetTemperature", "[bedroom]area to eighteen",
         {"area": "Bedroom", "temperature": 18}),
        ("HassSetVolume", "[fifty]volume_step percent volume", {"volume_level": 50}),
        ("HassSetVolumeRelative", "more volume", {"volume_step": "up"}),
        ("HassFanSetSpeed", "the [fan]name harder", {"name": "Fan", "percentage_step": "up"}),
    ],
)  # fmt: skip
def test_a_value_that_the_tagger_missed_is_read_where_there_would_be_none(
    intent: str, marked: str, slots: dict[str, object]
) -> None:
    assert slots_of(intent, marked)[0] == slots


def test_a_value_that_was_marked_is_not_looked_for_elsewhere() -> None:
    slots = slots_of("HassLightSet", "red [floor lamp]name to [20]brightness")[0]

    assert slots == {"name": "Floor lamp", "brightness": 20}


@pytest.mark.parametrize(
    ("said", "state"),
    [("open", "on"), ("shut", "off"), ("closed", "off"), ("triggered", "on"), ("clear", "off")],
)
def test_a_binary_sensor_is_on_or_off_whatever_its_states_are_called(said: str, state: str) -> None:
    slots = slots_of("HassGetState", f"is the [kitchen window]name [{said}]state")[0]

    assert slots == {"name": "Kitchen window", "state": state}


def test_a_garage_door_is_a_kind_of_door_also_beside_a_room_called_garage() -> None:
    asked = "which [garage]area [doors]device_class are [open]state"

    assert slots_of("HassGetState", asked)[0] == {
        "domain": "cover", "device_class": "garage", "state": "open",
    }  # fmt: skip


def test_a_garage_door_can_stand_in_another_room() -> None:
    doors = slots_of("HassTurnOff", "close the [kitchen garage]area [door]device_class", "cover")[0]
    locks = "is a [garage]area [door]domain [unlocked]state in the [kitchen]area"

    assert doors == {"area": "Kitchen", "domain": "cover", "device_class": "garage"}
    assert slots_of("HassGetState", locks)[0] == {
        "area": "Kitchen", "domain": "lock", "state": "unlocked",
    }  # fmt: skip


def test_what_no_room_is_called_is_the_name_of_a_timer() -> None:
    assert slots_of("HassPauseTimer", "pause the [yoga]area timer")[0] == {"name": "yoga"}
    assert slots_of("HassPauseTimer", "pause the [kitchen]area timer")[0] == {"area": "Kitchen"}


def test_people_are_asked_for_by_sensors_in_rooms_and_by_themselves_at_home() -> None:
    at_home = slots_of("HassGetState", "is [anyone]device_class [home]state")[0]
    in_a_room = slots_of("HassGetState", "is [anyone]device_class in the [garage]area")[0]

    assert at_home == {"domain": "person", "state": "home"}
    assert in_a_room == {"area": "Garage", "domain": "binary_sensor", "device_class": "occupancy"}
