"""Word vectors from plain text: what stands in the same places lies close together."""

from collections.abc import Sequence
from functools import cache
from random import Random

import numpy as np

from device.nlu.embedding import Floats
from export.subwords import Subwords, skipgram

ROOMS = ["kitchen", "bedroom", "bathroom", "hallway"]
FRUIT = ["apples", "pears", "plums", "grapes"]


def household(seed: int) -> Sequence[tuple[str, ...]]:
    """Sentences in which rooms and fruit stand in places of their own."""
    rng = Random(seed)
    lit: list[tuple[str, ...]] = [
        ("turn", "on", "the", rng.choice(ROOMS), "light", "now") for _ in range(600)
    ]
    bought: list[tuple[str, ...]] = [
        ("please", "buy", "fresh", rng.choice(FRUIT), "and", "milk") for _ in range(600)
    ]
    return lit + bought


@cache
def learned(seed: int = 1) -> Subwords:
    return skipgram(household(3), size=12, buckets=200, epochs=30, seed=seed)


def near(one: Floats, other: Floats) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_words_of_the_same_places_lie_closer_than_others() -> None:
    vectors = learned()
    kitchen, bedroom, apples, pears = map(vectors.vector, ("kitchen", "bedroom", "apples", "pears"))

    assert near(kitchen, bedroom) > near(kitchen, apples) + 0.1
    assert near(apples, pears) > near(bedroom, pears) + 0.1


def test_a_word_that_the_text_never_had_lives_from_its_ngrams() -> None:
    vectors = learned()
    unheard = vectors.vector("bathrooms")

    assert not vectors.rows_of(["bathrooms"]).any()
    assert near(unheard, vectors.vector("bathroom")) > near(unheard, vectors.vector("plums"))


def test_the_same_text_and_seed_give_the_same_vectors() -> None:
    one, other = learned(), skipgram(household(3), size=12, buckets=200, epochs=30, seed=1)

    assert np.array_equal(one.rows, other.rows)
    assert np.array_equal(one.grams, other.grams)
    assert not np.array_equal(one.rows, learned(seed=2).rows)


def test_a_vector_is_the_row_of_the_word_and_the_mean_of_its_ngrams() -> None:
    vectors = Subwords(
        ("fan",), np.full((1, 2), 3.0, np.float32), np.array([[1, 1], [1, 1]], np.float32)
    )

    assert vectors.vector("fan").tolist() == [4.0, 4.0]
    assert vectors.vector("tv").tolist() == [1.0, 1.0]
