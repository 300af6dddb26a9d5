from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.nlu import times, values
from device.nlu.numbers import number, spelled
from device.nlu.words import tokenize
from simulator.fillings import spell

FRIDAY = date(2026, 11, 20)


def words(text: str) -> list[str]:
    return [t.text for t in tokenize(text)]


@given(value=st.integers(0, 9_999), hyphen=st.booleans(), conjunction=st.booleans())
def test_any_spelling_of_a_number_means_the_number(
    value: int, hyphen: bool, conjunction: bool
) -> None:
    spellings = [
        str(value),
        f"{value:,}",
        spelled(value),
        spell(value, hyphen=hyphen, conjunction=conjunction),
        spell(value, hyphen=hyphen, conjunction=conjunction).title(),
    ]

    assert [number(words(s)) for s in spellings] == [value] * len(spellings)


@given(value=st.integers(1, 99), half=st.sampled_from(["and a half", "and one half"]))
def test_a_half_more_is_a_half_more(value: int, half: str) -> None:
    assert number(words(f"{spelled(value)} {half}")) == value + 0.5
    assert number(words(f"{value}.5")) == value + 0.5
    assert number(words(f"{value} point five".replace(str(value), spelled(value)))) == value + 0.5


@given(text=st.text(max_size=30) | st.lists(st.sampled_from(
    ["two", "and", "a", "half", "hundred", "point", "1/2", "5", "minutes", "hour", "past", "to",
     "quarter", "thousand", "pm", "oh", ",", "\u00b9"]), max_size=8).map(" ".join))  # fmt: skip
def test_no_words_crash_a_reader(text: str) -> None:
    said = words(text)
    for read in (number, values.amount, values.level, values.speed, values.color, values.kelvin,
                 times.duration, times.clock, times.days):  # fmt: skip
        read(said)
    times.day(said, FRIDAY)
    values.step([said])


@given(
    hours=st.integers(1, 23), minutes=st.integers(1, 59), seconds=st.integers(1, 59),
    digits=st.booleans(), link=st.sampled_from([" ", " and ", ", "]),
)  # fmt: skip
def test_durations_say_what_they_count(
    hours: int, minutes: int, seconds: int, digits: bool, link: str
) -> None:
    write = str if digits else spelled
    parts = [f"{write(hours)} hours", f"{write(minutes)} minutes", f"{write(seconds)} seconds"]

    assert times.duration(words(link.join(parts))) == {
        "hours": hours, "minutes": minutes, "seconds": seconds,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("an hour and a half", {"hours": 1, "minutes": 30}),
        ("half an hour", {"minutes": 30}),
        ("90 seconds", {"seconds": 90}),
        ("5 minutes 30", {"minutes": 5, "seconds": 30}),
        ("one and a half hours", {"hours": 1, "minutes": 30}),
        ("a quarter of an hour", {"minutes": 15}),
        ("2 days", {"hours": 48}),
        ("banana", None),
    ],
)
def test_durations_in_everyday_words(text: str, meaning: dict[str, int] | None) -> None:
    assert times.duration(words(text)) == meaning


@given(hour=st.integers(1, 12), minute=st.integers(0, 59), part=st.sampled_from(["am", "pm"]))
def test_any_spelling_of_a_clock_time_means_the_time(hour: int, minute: int, part: str) -> None:
    day_hour = hour % 12 + (12 if part == "pm" else 0)
    wanted = {"time": f"{day_hour:02d}:{minute:02d}", "meridiem": part}
    spellings = [f"{hour}:{minute:02d} {part}", f"{hour}:{minute:02d}{part}"]
    if minute >= 10:
        spellings.append(f"{spelled(hour)} {spelled(minute)} {part}")
    elif minute == 0:
        spellings += [f"{hour} {part}", f"{spelled(hour)} o'clock {part}"]
    else:
        spellings.append(f"{spelled(hour)} oh {spelled(minute)} {part}")

    assert [times.clock(words(s)) for s in spellings] == [wanted] * len(spellings)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("half past seven", {"time": "07:30"}),
        ("quarter to six", {"time": "05:45"}),
        ("quarter to one", {"time": "12:45"}),
        ("twenty past 3 pm", {"time": "15:20", "meridiem": "pm"}),
        ("noon", {"time": "12:00", "meridiem": "pm"}),
        ("a quarter to midnight", {"time": "23:45", "meridiem": "pm"}),
        ("ten past noon", {"time": "12:10", "meridiem": "pm"}),
        ("19:45", {"time": "19:45", "meridiem": "pm"}),
        ("9 in the evening", {"time": "21:00", "meridiem": "pm"}),
        ("25", None),
    ],
)
def test_clock_times_in_everyday_words(text: str, meaning: dict[str, str] | None) -> None:
    assert times.clock(words(text)) == meaning


@given(ahead=st.integers(0, 6), by=st.sampled_from(["", "on ", "this "]))
def test_a_weekday_is_the_next_one(ahead: int, by: str) -> None:
    wanted = FRIDAY + timedelta(days=ahead)
    found = times.day(words(by + times.WEEKDAYS[wanted.weekday()]), FRIDAY)

    assert found == (wanted.isoformat(), None)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("tomorrow", "2026-11-21"),
        ("the day after tomorrow", "2026-11-22"),
        ("on the 5th of march", "2027-03-05"),
        ("december twenty first", "2026-12-21"),
        ("next friday", "2026-11-27"),
    ],
)
def test_dates(text: str, meaning: str) -> None:
    assert times.day(words(text), FRIDAY) == (meaning, None)


@pytest.mark.parametrize(
    ("text", "percent"),
    [("50%", 50), ("half", 50), ("a quarter", 25), ("max", 100), ("three quarters", 75),
     ("fully", 100), ("1 percent", 1), ("halfway", 50), ("all the way", 100), ("soon", None)],
)  # fmt: skip
def test_levels(text: str, percent: int | None) -> None:
    assert values.level(words(text)) == percent


def test_changes_have_a_direction_and_a_size() -> None:
    assert values.step([["dim"], ["20", "percent"]]) == -20
    assert values.step([["up"]]) == "up"
    assert values.step([["colder"]]) == "down"
    assert values.step([["ten"]]) == 10
    assert values.color(["light", "blue"]) == "lightblue"
    assert times.days(words("every monday and friday")) == "monday friday"
