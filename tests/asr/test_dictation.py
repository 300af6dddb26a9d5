"""Any words are heard: against exhaustive search on small vocabularies, and with real words."""

from itertools import pairwise, product
from math import inf

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from device.asr.dictation import Dictation
from device.asr.phonemes import BLANK, LABELS
from device.asr.prior import corrections
from device.asr.settings import Dictating, Search
from device.asr.wordtree import word_tree
from tests.asr.spoken import PRONOUNCER, labels_of, log_probs

Float32Array = npt.NDArray[np.float32]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

WORDS = ("to", "two", "in", "noon", "tin", "a")
EVERYTHING = Dictating(
    beam=80.0, most_tokens=100_000, most_places=1_000, alternatives=12, word_cost=0.3
)


class Pairs:
    """A language model of pairs of words: a context is the word before, the last one the start."""

    def __init__(self, costs: Float32Array, words: tuple[str, ...] = WORDS) -> None:
        """Rows of `costs` are contexts, columns words and, last, the end."""
        self.words = words
        self.start = len(words)
        self.table = costs.astype(np.float32)

    def unigram(self) -> Float32Array:
        least: Float32Array = self.table[:, :-1].min(axis=0)
        return least

    def costs(self, contexts: Int64Array, words: Int32Array) -> tuple[Float32Array, Int64Array]:
        return self.table[contexts, words], words.astype(np.int64)

    def final(self, contexts: Int64Array) -> Float32Array:
        ends: Float32Array = self.table[contexts, -1]
        return ends


def pairs(seed: int) -> Pairs:
    costs = np.random.default_rng(seed).exponential(2.0, (len(WORDS) + 1, len(WORDS) + 1))
    return Pairs(costs.astype(np.float32))


def dictation(
    language: Pairs, *, search: Search | None = None, dictating: Dictating = EVERYTHING
) -> Dictation:
    tree = word_tree(language.words, language.unigram(), PRONOUNCER)
    return Dictation(tree, language, search=search, dictating=dictating)


def noise(steps: int, seed: int) -> Float32Array:
    logits = np.random.default_rng(seed).normal(0.0, 3.0, (steps, len(LABELS)))
    found: Float32Array = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return found.astype(np.float32)


def heard(dictates: Dictation, rows: Float32Array) -> list[tuple[str, ...]]:
    dictates.reset()
    dictates.feed(rows)
    return [dictates.texts(path) for path in dictates.finish()]


def best_alignment(
    sounds: list[tuple[int, ...]], scores: Float32Array, idle: Float32Array
) -> float:
    """The likeliest alignment of some words in a row, by dynamic programming.

    States are the waits before, between and behind words, the sounds, and blanks within words.
    """
    states: list[int | None] = [None]
    for word in sounds:
        for at, sound in enumerate(word):
            states += [sound] if at == 0 else [BLANK, sound]
        states.append(None)
    before = np.full(len(states), -inf)
    for step, row in enumerate(scores):
        after = np.full(len(states), -inf)
        for at, state in enumerate(states):
            ways = [before[at], before[at - 1] if at else -inf]
            if at % 2 and at > 1 and state != states[at - 2]:
                ways.append(before[at - 2])
            reached = max(ways) if step else (0.0 if at < 2 else -inf)
            after[at] = reached + (idle[step] if state is None else row[state])
        before = after
    return float(before[-2:].max())


def exhaustive(language: Pairs, rows: Float32Array, search: Search) -> dict[tuple[str, ...], float]:
    """Every row of words that fits into the time, with the score of its best alignment."""
    scores = rows + corrections(search.prior)
    scores[:, BLANK] -= search.blank_penalty
    idle = np.maximum(scores[:, BLANK], scores.max(axis=1) - search.filler)
    found = {}
    shortest = min(len(way) for word in WORDS for way in PRONOUNCER.sounds(word))
    for count in range(len(rows) // shortest + 1):
        for numbers in product(range(len(WORDS)), repeat=count):
            ways = [PRONOUNCER.sounds(WORDS[number]) for number in numbers]
            if sum(min(map(len, way)) for way in ways) > len(rows):
                continue
            fit = max(best_alignment(list(way), scores, idle) for way in product(*ways))
            contexts = [language.start, *numbers]
            cost = sum(float(language.table[a, b]) for a, b in pairwise(contexts))
            cost += float(language.table[contexts[-1], -1]) + EVERYTHING.word_cost * count
            found[tuple(WORDS[number] for number in numbers)] = fit - cost
    return found


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), steps=st.integers(1, 4), filler=st.sampled_from([2.0, inf]))
@example(seed=1000, steps=3, filler=inf)
@example(seed=3791, steps=4, filler=inf)
def test_the_best_words_are_those_of_exhaustive_search(
    seed: int, steps: int, filler: float
) -> None:
    search = Search(filler=filler)
    language, rows = pairs(seed), noise(steps, seed)
    dictates = dictation(language, search=search)
    dictates.feed(rows)

    found = dictates.finish(1)

    everything = exhaustive(language, rows, search)
    best = max(everything, key=lambda words: everything[words])
    assert bool(found) == bool(best), "silence fits best where nothing is found"
    for path in found:
        assert path.score == pytest.approx(everything[best], abs=1e-3)
        assert everything[dictates.texts(path)] == pytest.approx(path.score, abs=1e-3)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(0, 40), max_size=5).map(sorted))
def test_it_does_not_matter_how_the_sound_is_cut(seed: int, cuts: list[int]) -> None:
    rows = noise(40, seed)
    whole, pieces = dictation(pairs(seed)), dictation(pairs(seed))

    whole.feed(rows)
    for first, last in pairwise([0, *cuts, len(rows)]):
        pieces.feed(rows[first:last])

    assert pieces.finish() == whole.finish()
    assert whole.finish()


@settings(max_examples=30)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), seed=st.integers(0, 10_000))
def test_readings_differ_and_fall_in_score_and_their_words_stand_in_order(
    words: list[str], seed: int
) -> None:
    dictates = dictation(pairs(seed))
    rows = log_probs(labels_of(words, seed=seed), noise=2.0, seed=seed)
    dictates.feed(rows)

    paths = dictates.finish(6)

    texts = [dictates.texts(path) for path in paths]
    assert len(set(texts)) == len(texts) > 1
    assert [path.score for path in paths] == sorted((p.score for p in paths), reverse=True)
    for path in paths:
        times = [(word.start_step, word.end_step) for word in path.words]
        assert all(0 <= start <= end <= len(rows) for start, end in times)
        assert all(a[1] <= b[0] for a, b in pairwise(times))


@pytest.mark.parametrize("second", ["to", "two"])
def test_words_that_sound_alike_are_told_apart_by_the_words_around(second: str) -> None:
    costs = np.full((len(WORDS) + 1, len(WORDS) + 1), 5.0)
    costs[WORDS.index("noon"), WORDS.index(second)] = 1.0
    rows = log_probs(labels_of(["noon", second]))

    assert heard(dictation(Pairs(costs)), rows)[0] == ("noon", second)


def test_equal_sounds_in_a_row_need_a_blank_between_them() -> None:
    tin, noon = (PRONOUNCER.sounds(word)[0] for word in ("tin", "noon"))
    dictates = dictation(pairs(1))

    apart = heard(dictates, log_probs([*tin, BLANK, *noon]))
    joined = heard(dictates, log_probs([*tin, *noon[1:]]))

    assert apart[0] == ("tin", "noon")
    assert joined[0] != ("tin", "noon")


@pytest.mark.parametrize("steps", [0, 1, 100])
def test_silence_gives_nothing(steps: int) -> None:
    assert heard(dictation(pairs(2)), log_probs([BLANK] * steps)) == []


def test_a_reset_forgets_everything() -> None:
    used, new = dictation(pairs(3)), dictation(pairs(3))
    used.feed(noise(30, 4))
    used.reset()

    for one in (used, new):
        one.feed(noise(20, 5))

    assert used.finish() == new.finish()


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_a_small_machine_may_bound_the_search(seed: int) -> None:
    narrow = Dictating(beam=80.0, most_tokens=20, most_places=4, alternatives=2)
    dictates = dictation(pairs(seed), dictating=narrow)
    words = ["noon", "to", "tin", "in"]

    found = heard(dictates, log_probs(labels_of(words, seed=seed)))

    assert found
    assert abs(len(found[0]) - len(words)) <= 1, "what is cut off may cost a word, no more"
