"""Numbers, signs and odd spellings become words that a lexicon can say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.asr.spelling import integer, number, spoken, written
from tests.asr.spoken import words

_ONES = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_VALUES = {word: value for value, word in enumerate(_ONES)}
_VALUES |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}


def value_of(said: tuple[str, ...]) -> int:
    """What English number words mean, read independently of how they were made."""
    sign = -1 if said[0] == "minus" else 1
    total = part = 0
    for word in said:
        if word in _VALUES:
            part += _VALUES[word]
        elif word == "a":
            part = 1
        elif word == "hundred":
            part *= 100
        elif word == "thousand":
            total += part * 1000
            part = 0
        else:
            assert word in ("and", "minus")
    return sign * (total + part)


@given(st.integers(-999_999, 999_999))
def test_every_way_to_say_a_number_means_that_number(value: int) -> None:
    ways = integer(value)

    assert ways
    assert len(set(ways)) == len(ways)
    assert all(value_of(way) == value for way in ways)


@given(st.integers(-200, 200).map(lambda tenths: tenths / 10))
def test_decimals_are_said_after_a_point(value: float) -> None:
    for way in number(value):
        if "point" in way:
            whole, digit = way[: way.index("point")], way[way.index("point") + 1 :]
            assert abs(value_of(whole)) + _VALUES[digit[0]] / 10 == pytest.approx(abs(value))
            assert len(digit) == 1


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("21", "twenty one"),
        ("105", "one hundred and five"),
        ("20.5", "twenty and a half"),
        ("1500", "fifteen hundred"),
        ("2024", "twenty twenty four"),
        ("50%", "fifty percent"),
        ("21°C", "twenty one degrees celsius"),
        ("7up", "seven up"),
        ("21st", "twenty first"),
        ("40th", "fortieth"),
        ("12th", "twelfth"),
        ("7:05", "seven oh five"),
        ("7:30", "seven thirty"),
        ("m&m's", "m and m's"),
        ("wi-fi", "wi-fi"),
        ("007", "zero zero seven"),
        ("-5", "minus five"),
        ("café", "café"),
    ],
)
def test_a_written_word_is_said_as_people_say_it(token: str, said: str) -> None:
    assert tuple(words(said)) in spoken(token)


@given(st.text(max_size=12))
def test_whatever_is_written_is_said_in_plain_words_or_not_at_all(token: str) -> None:
    for way in spoken("".join(token.split())):
        assert way
        assert all(word and not any(sign.isdecimal() for sign in word) for word in way)


@given(st.integers(-10_000, 10_000))
def test_whole_numbers_are_written_without_a_point(value: int) -> None:
    assert written(float(value)) == str(value)
