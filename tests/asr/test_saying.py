"""Which word of a name was said otherwise: the sounds of the whole name are cut between them."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.lexicon import Lexicon
from device.asr.ownway import apart
from device.asr.phonemes import BLANK, indices
from device.asr.saying import cut, learned, taught_words
from device.errors import TeachingError
from tests.asr.spoken import Float32Array, log_probs

LEXICON = Lexicon()

sounds = st.lists(st.integers(1, 5), max_size=9).map(tuple)


def said(text: str) -> Float32Array:
    """A clear voice that says these phonemes."""
    return log_probs([label for one in indices(text.split()) for label in (one, one, BLANK)])


@given(whole=sounds, parts=st.lists(sounds, min_size=1, max_size=3))
def test_the_pieces_are_the_whole_and_none_could_be_nearer(
    whole: tuple[int, ...], parts: list[tuple[int, ...]]
) -> None:
    pieces = cut(whole, parts)

    assert len(pieces) == len(parts)
    assert sum(pieces, ()) == whole
    apart_in_pieces = sum(apart(p, part) for p, part in zip(pieces, parts, strict=True))
    assert apart_in_pieces == apart(whole, sum(parts, ()))


def test_a_word_that_is_said_otherwise_is_learned() -> None:
    way = "Z OW G B EH R"

    assert learned("Zogbert", [said(way), said(way)], LEXICON) == {"zogbert": tuple(way.split())}


@pytest.mark.parametrize("name", ["Zogbert's lamp", "Zogbert\u2019s lamp", "lamp Zogbert's"])
def test_beside_words_of_the_dictionary_only_the_odd_one_is_learned_without_its_s(
    name: str,
) -> None:
    odd, lamp = "Z OW G B EH R Z", "L EH M P"
    way = f"{odd} {lamp}" if name.endswith("lamp") else f"{lamp} {odd}"

    found = learned(name, [said(way)], LEXICON)

    assert found == {"zogbert": ("Z", "OW", "G", "B", "EH", "R")}
    heard = Lexicon({word: (one,) for word, one in found.items()}).pronounce("Zogbert's")
    assert heard[0] == tuple(odd.split())


def test_a_name_of_dictionary_words_may_be_learned_where_it_differs() -> None:
    way = "T OW M AA T OW"

    assert learned("tomato lamp", [said(f"{way} L AE M P")], LEXICON) == (
        {"tomato": tuple(way.split())}
    )


def test_what_is_said_as_it_is_written_teaches_nothing() -> None:
    usual = " ".join(LEXICON.pronounce("zogbert")[0])

    assert learned("Zogbert", [said(usual)], LEXICON) == {}


@pytest.mark.parametrize("way", ["Z", "Z OW G B EH R " * 3])
def test_what_cannot_have_been_this_name_is_refused(way: str) -> None:
    with pytest.raises(TeachingError, match="did not sound like Zogbert"):
        learned("Zogbert", [said(way)], LEXICON)


def test_a_name_without_a_sound_is_refused() -> None:
    with pytest.raises(TeachingError, match="which sounds"):
        learned("!!", [said("Z OW")], LEXICON)


def test_a_number_within_a_name_stays_what_it_is() -> None:
    found = learned("Zogbert 2", [said("Z OW G B EH R T UW")], LEXICON)

    assert set(found) == {"zogbert"}


@settings(max_examples=30)
@given(
    name=st.text("ab z'\u20192-é", min_size=1, max_size=12),
    seed=st.integers(0, 99),
    steps=st.integers(1, 12),
)
def test_any_name_and_any_noise_gives_words_with_sounds_or_one_sentence(
    name: str, seed: int, steps: int
) -> None:
    noise = log_probs([0] * steps, noise=6.0, seed=seed)

    with suppress(TeachingError):
        found = learned(name, [noise], LEXICON)

        assert set(found) <= set(taught_words(name))
        assert all(found.values())


def test_forgetting_a_name_forgets_what_it_is_derived_from() -> None:
    assert taught_words("Zogbert's lamp") == ("zogbert's", "lamp", "zogbert")
