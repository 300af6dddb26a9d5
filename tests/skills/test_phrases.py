"""Values become words: digits, AM and PM, one "and"."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.events import Value
from device.skills import phrases
from tests.skills.rooms import HOME, NOW


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], ""),
        (["milk"], "milk"),
        (["milk", "eggs"], "milk and eggs"),
        (["milk", "eggs", "bread"], "milk, eggs and bread"),
    ],
)
def test_parts_are_joined_as_they_are_spoken(parts: list[str], said: str) -> None:
    assert phrases.listed(parts) == said


@pytest.mark.parametrize(
    ("ms", "said", "before_a_noun"),
    [
        (300_000, "5 minutes", "5 minute"),
        (1_000, "1 second", "1 second"),
        (59_999, "1 minute", "1 minute"),
        (5_400_000, "1 hour and 30 minutes", "1 hour 30 minute"),
        (3_661_000, "1 hour, 1 minute and 1 second", "1 hour 1 minute 1 second"),
        (0, "0 seconds", "0 second"),
        (-5, "0 seconds", "0 second"),
    ],
)
def test_a_length_of_time_is_told_in_hours_minutes_seconds(
    ms: int, said: str, before_a_noun: str
) -> None:
    assert phrases.duration(ms) == said
    assert phrases.adjective(ms) == before_a_noun


@given(seconds=st.integers(1, 400_000))
def test_a_length_of_time_loses_nothing(seconds: int) -> None:
    units = {"hour": 3600, "minute": 60, "second": 1}

    words = phrases.duration(1000 * seconds).replace(" and ", ", ").split(", ")

    counts = [part.split(" ") for part in words]
    assert sum(int(n) * units[unit.removesuffix("s")] for n, unit in counts) == seconds
    assert all((n == "1") is not unit.endswith("s") for n, unit in counts)


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(0, 5, "12:05 AM"), (12, 0, "12:00 PM"), (21, 30, "9:30 PM"), (7, 0, "7:00 AM")],
)
def test_a_time_of_day_has_am_or_pm(hour: int, minute: int, said: str) -> None:
    assert phrases.clock_time(NOW.replace(hour=hour, minute=minute)) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (3, "on Monday"),
        (6, "on Thursday"),
        (7, "on Friday, November 27"),
        (60, "on Tuesday, January 19, 2027"),
    ],
)
def test_a_day_is_told_from_today(days: int, said: str) -> None:
    assert phrases.calendar_day(NOW.date() + timedelta(days=days), NOW.date()) == said


def test_a_moment_leaves_today_out() -> None:
    assert phrases.moment(NOW.replace(hour=23), NOW) == "11:30 PM"
    assert phrases.moment(datetime(2026, 11, 21, 7, tzinfo=NOW.tzinfo), NOW) == "7:00 AM tomorrow"
    assert phrases.calendar_day(date(2026, 11, 20), NOW.date()) == "today"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Kitchen light", "the kitchen light"),
        ("TV", "the TV"),
        ("Anna's lamp", "Anna's lamp"),
        ("The big one", "The big one"),
        ("iMac plug 2", "the iMac plug 2"),
    ],
)
def test_names_get_an_article_and_keep_their_own_spelling(name: str, said: str) -> None:
    assert phrases.the(name) == said


def test_a_name_that_is_not_unique_is_told_with_its_room() -> None:
    told = {phrases.called(HOME, device) for device in HOME.devices}

    assert {"the living room lamp", "the bedroom lamp", "the kitchen light"} <= told
    assert len(told) == len(HOME.devices)


@pytest.mark.parametrize(
    ("capability", "value", "said"),
    [
        ("power", "on", "on"),
        ("brightness", 40, "at 40 %"),
        ("position", 0, "closed"),
        ("position", 100.0, "open"),
        ("position", 30, "30 % open"),
        ("target_temperature", 21.0, "set to 21 degrees"),
        ("target_temperature", 21.55, "set to 21.6 degrees"),
        ("occupancy", "off", "empty"),
        ("leak", "off", "reporting no leak"),
        ("mode", "fan_only", "set to fan only"),
        ("soil_moisture", 12, "at soil moisture 12"),
    ],
)
def test_a_value_tells_how_a_device_stands(capability: str, value: Value, said: str) -> None:
    assert phrases.stands(capability, value) == said


@pytest.mark.parametrize(
    ("noun", "several"), [("light", "lights"), ("switch", "switches"), ("battery", "batteries")]
)
def test_nouns_are_counted(noun: str, several: str) -> None:
    assert phrases.counted(1, noun) == f"1 {noun}"
    assert phrases.counted(2, noun) == f"2 {several}"


@pytest.mark.parametrize(
    ("names", "verb"),
    [
        (["the fan"], "is"),
        (["the counter lights"], "are"),
        (["the glass"], "is"),
        (["the Anna's"], "is"),
        (["the fan", "the TV"], "are"),
    ],
)
def test_the_verb_fits_the_names(names: list[str], verb: str) -> None:
    assert phrases.be(names) == verb
