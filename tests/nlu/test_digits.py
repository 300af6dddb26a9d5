"""Rows of digits, however they are said."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.nlu.digits import LONGEST, MOST_READINGS, readings, says_digits, words_of
from device.nlu.numbers import spelled

ONES = dict(zip("0123456789", map(spelled, range(10)), strict=True))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("one two three four", "1234"),
        ("twelve thirty four", "1234"),
        ("1234", "1234"),
        ("12-34", "1234"),
        ("1 2 3 4", "1234"),
        ("double oh seven nine", "0079"),
        ("nineteen eighty four", "1984"),
        ("twenty twenty", "2020"),
        ("triple five two", "5552"),
    ],
)
def test_digits_are_read(said: str, meant: str) -> None:
    assert meant in readings(words_of(said))


@pytest.mark.parametrize("said", ["", "banana", "one banana", "double", "minus one", "١٢٣٤"])
def test_nothing_else_is(said: str) -> None:
    assert readings(words_of(said)) == ()


@given(digits=st.text("0123456789", min_size=1, max_size=12), pick=st.data())
def test_any_pin_can_be_said_one_by_one_or_in_pairs(digits: str, pick: st.DataObject) -> None:
    words: list[str] = []
    rest = digits
    while rest:
        size = pick.draw(st.sampled_from([1, 2] if len(rest) > 1 and rest[0] != "0" else [1]))
        head, rest = rest[:size], rest[size:]
        number = ONES[head] if size == 1 else spelled(int(head))
        words += pick.draw(st.sampled_from([number.split(), [head]]))

    found = readings(words)

    assert all(says_digits(word) for word in words)
    assert len(found) <= MOST_READINGS
    assert all(reading.isdecimal() for reading in found)
    open_ends = sum(a.endswith("ty") and b in ONES.values() for a, b in pairwise(words))
    assert digits in found or 2**open_ends > MOST_READINGS
    if not open_ends:
        assert found == (digits,)


@given(text=st.text(max_size=60))
def test_any_text_is_read_without_harm(text: str) -> None:
    found = readings(words_of(text))

    assert all(reading.isascii() and reading.isdecimal() for reading in found)
    assert len(words_of(text)) <= LONGEST or not found
