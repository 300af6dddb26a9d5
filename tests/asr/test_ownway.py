"""How somebody says a name: what the sound tells beats a guess, where it tells enough."""

from itertools import groupby, product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.ownway import bigrams, forward, own_ways
from device.asr.phonemes import BLANK, LABELS, indices

ZOGBERT = indices(["Z", "AA", "G", "B", "ER", "T"])
ZOGBEAR = indices(["Z", "OW", "G", "B", "EH", "R"])

few_scores = st.integers(1, 5).flatmap(
    lambda steps: st.lists(
        st.lists(st.floats(-6, 0), min_size=3, max_size=3), min_size=steps, max_size=steps
    )
)


def said(way: tuple[int, ...], sure: float = 0.9) -> npt.NDArray[np.float32]:
    """Log probabilities of a clear voice: each sound for two steps, a blank between."""
    labels = [BLANK, *(label for sound in way for label in (sound, sound, BLANK))]
    probs = np.full((len(labels), len(LABELS)), (1 - sure) / (len(LABELS) - 1), np.float32)
    probs[np.arange(len(labels)), labels] = sure
    log_probs: npt.NDArray[np.float32] = np.log(probs)
    return log_probs


@given(scores=few_scores, way=st.lists(st.integers(1, 2), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_forward_score_is_the_sum_over_all_paths(
    scores: list[list[float]], way: list[int]
) -> None:
    table = np.array(scores, np.float32)
    paths = [
        sum(table[step, label] for step, label in enumerate(path))
        for path in product(range(3), repeat=len(table))
        if [label for label, _ in groupby(path) if label != BLANK] == way
    ]

    found = forward(table, way)

    if paths:
        assert found == pytest.approx(float(np.logaddexp.reduce(paths)), abs=1e-3)
    else:
        assert found < -1e20


def test_what_is_clearly_said_beats_what_the_spelling_suggests() -> None:
    (best, *_) = own_ways([said(ZOGBEAR)], [ZOGBERT])

    assert best.sounds == ZOGBEAR
    assert not best.guessed


def test_a_guess_that_was_said_stays() -> None:
    (best, *_) = own_ways([said(ZOGBERT)], [ZOGBERT, ZOGBEAR])

    assert best.sounds == ZOGBERT
    assert best.guessed


def test_mere_noise_leaves_the_guess() -> None:
    noise = np.log(np.full((18, len(LABELS)), 1 / len(LABELS), np.float32))

    (best, *_) = own_ways([noise], [ZOGBERT])

    assert best.guessed


def test_a_second_recording_counts_as_much_as_the_first() -> None:
    blurred = said(ZOGBERT, sure=0.3)

    (best, *_) = own_ways([blurred, said(ZOGBEAR)], [ZOGBERT])

    assert best.sounds == ZOGBEAR


def test_without_sound_the_guesses_are_all_there_is() -> None:
    assert [way.sounds for way in own_ways([], [ZOGBERT])] == [ZOGBERT]
    assert own_ways([], []) == ()


@given(
    way=st.lists(st.integers(1, len(LABELS) - 1), min_size=1, max_size=8).map(tuple),
    most=st.integers(1, 4),
)
@settings(max_examples=20, deadline=None)
def test_any_clear_string_of_sounds_is_among_the_ways(way: tuple[int, ...], most: int) -> None:
    found = own_ways([said(way, sure=0.99)], [], most=most)

    assert len(found) <= most
    assert found[0].sounds == way
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_the_bigram_is_a_distribution_that_knows_english() -> None:
    table = bigrams()

    assert np.exp(table).sum(axis=1) == pytest.approx(np.ones(len(LABELS)), abs=1e-4)
    after_t, after_ng = table[indices(["T"])[0]], table[indices(["NG"])[0]]
    (r, dh) = indices(["R", "DH"])
    assert after_t[r] > after_t[dh]
    assert after_ng[BLANK] > after_t[BLANK]
