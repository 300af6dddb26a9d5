"""The hash of pairs against a dictionary, the back-off model against its textbook definition."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.kneserney import kneser_ney
from device.asr.ngram import Counted, Ngrams
from device.asr.pairhash import LANES, PairHash

Array = npt.NDArray[Any]
Costs = dict[tuple[int, ...], float]

WORDS = 9
BOUNDARY = WORDS - 1

Sentences = list[list[int]]
said = st.lists(st.lists(st.integers(0, BOUNDARY - 1), max_size=7), max_size=25)


@st.composite
def pair_sets(draw: st.DrawFn) -> tuple[tuple[int, int], Array]:
    """A shape and different pairs within it, often nearly all of them."""
    rows, columns = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    most = rows * columns
    few = draw(st.booleans())
    count = draw(st.integers(0, min(most, 30) if few else most))
    order = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).permutation(most)
    return (rows, columns), order[:count]


def everything(shape: tuple[int, int]) -> tuple[Array, Array]:
    keys = np.arange(shape[0] * shape[1])
    return keys // shape[1], keys % shape[1]


@settings(max_examples=40)
@given(pair_sets())
def test_exactly_the_pairs_that_were_put_in_are_found_each_in_a_slot_of_its_own(
    made: tuple[tuple[int, int], Array],
) -> None:
    shape, keys = made
    table, slots = PairHash.build(keys // shape[1], keys % shape[1], shape=shape)

    found = table.find(*everything(shape))

    expected = np.full(shape[0] * shape[1], -1)
    expected[keys] = slots
    assert (found == expected).all()
    assert len(set(slots.tolist())) == len(keys)
    assert ((slots >= 0) & (slots < table.slots)).all()


def test_a_large_full_table_finds_all_pairs_and_no_other() -> None:
    random = np.random.default_rng(5)
    rows, columns = 70_000, 10_000
    keys = np.unique(random.integers(0, rows * columns, 120_000))
    kept, strangers = keys[::2], keys[1::2]
    table, slots = PairHash.build(kept // columns, kept % columns, shape=(rows, columns))

    assert (table.find(kept // columns, kept % columns) == slots).all()
    assert (table.find(strangers // columns, strangers % columns) == -1).all()
    looks = table.looks(kept // columns, kept % columns)
    assert set(looks.tolist()) == {1, 2}, "no pair was moved: the table was never full"
    assert looks.mean() < 1.5


def test_a_full_table_wastes_little() -> None:
    random = np.random.default_rng(6)
    keys = random.permutation(np.unique(random.integers(0, 60_000_000, 50_000)))

    table, _ = PairHash.build(keys // 9_000, keys % 9_000, shape=(7_000, 9_000))

    assert table.slots / len(keys) < 1.3
    assert table.buckets.nbytes == table.slots // LANES * 8


@pytest.mark.parametrize(
    ("rows", "columns", "shape"),
    [([3], [0], (3, 3)), ([0], [-1], (3, 3)), ([1, 1], [2, 2], (3, 3)), ([0], [0], (0, 3))],
)
def test_pairs_out_of_range_or_given_twice_are_refused(
    rows: list[int], columns: list[int], shape: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="pairs"):
        PairHash.build(np.array(rows), np.array(columns), shape=shape)


def test_more_pairs_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot tell"):
        PairHash(np.zeros(3, np.uint64), rows=1_000, columns=1_000)
    with pytest.raises(ValueError, match="there must be"):
        PairHash(np.zeros(3, np.uint64), rows=100_000, columns=100_000)


class Reference:
    """The back-off model by its definition, in dictionaries, one query at a time."""

    def __init__(self, counted: Counted) -> None:
        self.costs: list[float] = counted.costs.tolist()
        self.backoffs: list[float] = counted.backoffs.tolist()
        pairs = [tuple(row) for row in counted.pairs.tolist()]
        triples = [tuple(row) for row in counted.triples.tolist()]
        self.pairs: Costs = dict(zip(pairs, counted.pair_costs.tolist(), strict=True))
        self.pair_backoffs: Costs = dict(zip(pairs, counted.pair_backoffs.tolist(), strict=True))
        self.triples: Costs = dict(zip(triples, counted.triple_costs.tolist(), strict=True))

    def cost(self, before: list[int], word: int) -> float:
        """Nats of a word after all that was said."""
        context = tuple(before[-2:])
        if len(context) == 2:
            if (*context, word) in self.triples:
                return self.triples[*context, word]
            return self.pair_backoffs.get(context, 0.0) + self.cost(before[-1:], word)
        if len(context) == 1:
            if (*context, word) in self.pairs:
                return self.pairs[*context, word]
            return self.backoffs[context[0]] + self.costs[word]
        return self.costs[word]


def after(model: Ngrams, words: list[int], start: int) -> int:
    """The context after some words."""
    context = np.array([start])
    for word in words:
        _, context = model.costs(context, np.array([word]))
    return int(context[0])


@settings(max_examples=40)
@given(said, st.lists(st.integers(0, BOUNDARY - 1), max_size=6), st.booleans())
def test_costs_are_those_of_the_definition_after_any_words(
    sentences: Sentences, before: list[int], from_start: bool
) -> None:
    counted = kneser_ney(sentences, WORDS, BOUNDARY)
    model = Ngrams.build(counted)
    history = [BOUNDARY, *before] if from_start else before
    context = after(model, before, model.after(BOUNDARY) if from_start else model.nothing)

    costs, _ = model.costs(np.full(WORDS, context), np.arange(WORDS))

    reference = Reference(counted)
    assert costs == pytest.approx([reference.cost(history, w) for w in range(WORDS)], abs=1e-4)


@settings(max_examples=40)
@given(said, st.lists(st.integers(0, BOUNDARY - 1), max_size=6))
def test_probabilities_of_all_words_after_any_words_sum_to_one(
    sentences: Sentences, before: list[int]
) -> None:
    model = Ngrams.build(kneser_ney(sentences, WORDS, BOUNDARY))
    context = after(model, before, model.after(BOUNDARY))

    costs, _ = model.costs(np.full(WORDS, context), np.arange(WORDS))

    assert math.isclose(float(np.exp(-costs).sum()), 1.0, abs_tol=1e-4)


@settings(max_examples=40)
@given(said, st.data())
def test_any_set_of_ngrams_is_kept_whatever_its_costs(
    sentences: Sentences, data: st.DataObject
) -> None:
    shape = kneser_ney(sentences, WORDS, BOUNDARY)
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))

    def nats(like: Array) -> Array:
        return random.integers(0, 200, like.shape).astype(np.float32) / 16

    begins = {tuple(row) for row in shape.triples[:, :2].tolist()}
    kept = np.array([tuple(row) in begins for row in shape.pairs.tolist()], bool)
    counted = replace(
        shape,
        costs=nats(shape.costs),
        backoffs=nats(shape.backoffs),
        pair_costs=nats(shape.pair_costs),
        pair_backoffs=np.where(kept, nats(shape.pair_backoffs), np.float32(0)),
        triple_costs=nats(shape.triple_costs),
    )
    model, reference = Ngrams.build(counted), Reference(counted)
    before = data.draw(st.lists(st.integers(0, WORDS - 2), max_size=4))

    context = after(model, before, model.nothing)
    costs, _ = model.costs(np.full(WORDS, context), np.arange(WORDS))

    assert costs == pytest.approx([reference.cost(before, w) for w in range(WORDS)], abs=1e-5)


@settings(max_examples=40)
@given(said)
def test_a_file_of_its_arrays_gives_the_same_model(sentences: Sentences) -> None:
    model = Ngrams.build(kneser_ney(sentences, WORDS, BOUNDARY))
    again = Ngrams.of(model.arrays())
    contexts = np.repeat(np.arange(WORDS + 1), WORDS)
    words = np.tile(np.arange(WORDS), WORDS + 1)

    first, second = model.costs(contexts, words), again.costs(contexts, words)

    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()


def test_a_file_with_a_part_of_another_model_is_refused() -> None:
    arrays = Ngrams.build(kneser_ney([[0, 1, 2]], WORDS, BOUNDARY)).arrays()
    other = Ngrams.build(kneser_ney([[0, 1]] * 3, WORDS + 1, WORDS)).arrays()

    with pytest.raises(ValueError, match="codes"):
        Ngrams.of(
            {**arrays, "costs_codes": other["costs_codes"]}
            | {"backoffs_codes": other["costs_codes"][:2]}
        )


@pytest.mark.parametrize("draw", [lambda r: r.gamma(2, 3, 6_000), lambda r: r.normal(6, 1, 6_000)])
def test_bytes_lose_little_of_many_different_costs(
    draw: Callable[[np.random.Generator], Array],
) -> None:
    costs = draw(np.random.default_rng(1)).astype(np.float32)
    none = np.zeros((0, 2), np.int64)
    empty = np.zeros(0, np.float32)
    counted = Counted(
        costs=costs, backoffs=np.zeros(len(costs), np.float32), pairs=none, pair_costs=empty,
        pair_backoffs=empty, triples=np.zeros((0, 3), np.int64), triple_costs=empty,
    )  # fmt: skip

    kept, _ = Ngrams.build(counted).costs(np.full(len(costs), len(costs)), np.arange(len(costs)))

    assert np.abs(kept - costs).mean() < 0.03
    assert np.abs(kept - costs).max() < 0.25


def test_a_triple_without_its_pair_is_refused() -> None:
    counted = kneser_ney([[0, 1, 2]], WORDS, BOUNDARY)

    with pytest.raises(ValueError, match="1 triples begin with pairs that are missing"):
        Ngrams.build(replace(counted, triples=np.array([[5, 5, 1], *counted.triples[1:].tolist()])))


def test_contexts_that_make_no_difference_are_one() -> None:
    model = Ngrams.build(kneser_ney([[0, 1, 2], [3, 1, 2], [4, 5]], WORDS, BOUNDARY))

    seen, unseen = after(model, [0, 7, 1], model.nothing), after(model, [7, 1], model.nothing)

    assert seen == unseen
    assert model.depth(np.array([model.nothing, model.after(7), model.after(1)])).tolist() == [
        0,
        0,
        1,
    ]
    assert model.depth(np.array([after(model, [0, 1], model.nothing)])).tolist() == [2]


def test_a_pair_that_begins_nothing_is_forgotten() -> None:
    counted = kneser_ney([[0, 1, 2], [3, 1, 4]], WORDS, BOUNDARY)
    other = (counted.triples[:, :2] != [0, 1]).any(axis=1)
    pruned = replace(
        counted, triples=counted.triples[other], triple_costs=counted.triple_costs[other]
    )

    whole, fewer = Ngrams.build(counted), Ngrams.build(pruned)

    assert after(whole, [0, 1], whole.nothing) != after(whole, [1], whole.nothing)
    assert after(fewer, [0, 1], fewer.nothing) == after(fewer, [1], fewer.nothing)
    assert after(fewer, [3, 1], fewer.nothing) != after(fewer, [1], fewer.nothing)


@settings(max_examples=30)
@given(said)
def test_what_was_said_is_likelier_than_its_parts_make_it(sentences: Sentences) -> None:
    counted = kneser_ney(sentences, WORDS, BOUNDARY)
    reference = Reference(counted)

    for (first, second, third), cost in reference.triples.items():
        backed = reference.pair_backoffs[first, second] + reference.cost([second], third)
        assert cost < backed
