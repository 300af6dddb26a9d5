"""What was said comes back, from ideal and from noisy log probabilities, whole and in pieces."""

from itertools import pairwise
from math import inf

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from device.asr.automaton import WordAutomaton
from device.asr.decoder import Decoder
from device.asr.grammar import GrammarCompiler, Source
from device.asr.graph import Graph, graph
from device.asr.phonemes import BLANK, LABELS
from device.asr.prior import corrections
from device.asr.settings import Costs, Search
from device.asr.subsets import automaton
from tests.asr.spoken import PRONOUNCER, labels_of, log_probs, walk, words
from tests.asr.test_grammar import LISTS, expressions, intents

RULES = {"polite": "(please|[be] kind)"}
HOME = [
    "turn (on|off) [the] [kitchen|bedroom] (light[s]|fan|lamp)",
    "set [the] thermostat to {level} degrees",
    "[please] (open;[all] [the];(blinds|curtains))",
    "add {item} to my list",
]


def machine_of(sentences: list[str], *, joinable: bool = False) -> WordAutomaton:
    lists = {**LISTS, "item": {"wildcard": True}}
    parsed = intents(sentences, expansion_rules=RULES, lists=lists)
    source = Source(intents=parsed, joinable=joinable)
    compiler = GrammarCompiler({"": ("milk", "peanut", "butter", "eggs")}, Costs())
    return automaton(compiler.compile([source]))


HOME_MACHINE = machine_of(HOME, joinable=True)
HOME_GRAPH = graph(HOME_MACHINE, PRONOUNCER)
FREE_MACHINE = machine_of(HOME[:3])
"""Without joined requests and open words, which cost something."""
FREE_GRAPH = graph(FREE_MACHINE, PRONOUNCER)


def sounds_like(found: list[str], said: list[str]) -> bool:
    """Whether two texts can be said alike, word by word ("two" and "to" sound alike)."""

    def whole(text: list[str]) -> set[tuple[int, ...]]:
        ways: set[tuple[int, ...]] = {()}
        for word in text:
            ways = {way + more for way in ways for more in PRONOUNCER.sounds(word)}
        return ways

    return found == said or bool(whole(found) & whole(said))


def heard(net: Graph, rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[str]:
    decoder = Decoder(net)
    decoder.feed(rows)
    best = decoder.finish(1)
    return list(decoder.texts(best[0])) if best else []


@settings(max_examples=60)
@given(templates=st.lists(expressions, min_size=1, max_size=3), seed=st.integers(0, 10_000))
def test_every_sentence_of_every_grammar_comes_back_from_ideal_sound(
    templates: list[str], seed: int
) -> None:
    machine = machine_of(templates)
    said = walk(machine, seed=seed, most_words=8)

    found = heard(graph(machine, PRONOUNCER), log_probs(labels_of(said, seed=seed)))

    assert sounds_like(found, said)


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000))
def test_a_request_comes_back_from_noisy_sound(seed: int) -> None:
    said = walk(HOME_MACHINE, seed=seed, most_words=12)
    rows = log_probs(labels_of(said, seed=seed), noise=1.0, seed=seed)

    assert sounds_like(heard(HOME_GRAPH, rows), said)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    cuts=st.lists(st.integers(0, 60), max_size=6).map(sorted),
)
def test_it_does_not_matter_how_the_sound_is_cut(seed: int, cuts: list[int]) -> None:
    said = walk(HOME_MACHINE, seed=seed, most_words=10)
    rows = log_probs(labels_of(said, seed=seed), noise=2.5, seed=seed)
    whole, pieces = Decoder(HOME_GRAPH), Decoder(HOME_GRAPH)

    whole.feed(rows)
    for first, last in pairwise([0, *cuts, len(rows)]):
        pieces.feed(rows[first : max(first, last)])

    if not cuts or cuts[-1] <= len(rows):
        assert pieces.finish() == whole.finish()
        assert pieces.partial() == whole.partial()


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_hypotheses_differ_and_fall_in_score_and_words_stand_in_order(seed: int) -> None:
    said = walk(HOME_MACHINE, seed=seed, most_words=10)
    rows = log_probs(labels_of(said, seed=seed), noise=3.0, seed=seed)
    decoder = Decoder(HOME_GRAPH)
    decoder.feed(rows)

    paths = decoder.finish(8)

    texts = [decoder.texts(path) for path in paths]
    assert len(set(texts)) == len(texts)
    assert all(HOME_MACHINE.accepts(text) for text in texts)
    scores = [path.score for path in paths]
    assert scores == sorted(scores, reverse=True)
    assert all(score <= decoder.free_score(0, len(rows)) + 1e-2 for score in scores)
    for path in paths:
        times = [(word.start_step, word.end_step) for word in path.words]
        assert all(0 <= start <= end <= len(rows) for start, end in times)
        assert all(a[0] <= b[0] for a, b in pairwise(times))


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000))
@example(seed=1815)
def test_the_best_score_is_that_of_the_best_alignment(seed: int) -> None:
    """The decoder against plain dynamic programming over one sentence (wide beam)."""
    said = walk(FREE_MACHINE, seed=seed, most_words=8)
    rows = log_probs(labels_of(said, seed=seed), noise=2.0, seed=seed)
    decoder = Decoder(FREE_GRAPH, Search(beam=60.0, filler=inf))
    decoder.feed(rows)

    (best, *_) = decoder.finish(1)

    found = decoder.texts(best)
    aligned = max(
        aligned_score(rows + corrections(decoder.search.prior), way, decoder.search.blank_penalty)
        for way in sayings(found)
    )
    assert best.score == pytest.approx(aligned, abs=1e-2)


def sayings(text: tuple[str, ...]) -> set[tuple[int, ...]]:
    ways: set[tuple[int, ...]] = {()}
    for word in text:
        ways = {way + more for way in ways for more in PRONOUNCER.sounds(word)}
    return ways


def aligned_score(
    rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    sounds: tuple[int, ...],
    blank_penalty: float,
) -> float:
    """Viterbi alignment of one sound sequence with the CTC topology of its original paper."""
    states = [BLANK]
    for sound in sounds:
        states += [sound, BLANK]
    emitted = rows[:, states].astype(np.float64)
    emitted[:, np.array(states) == BLANK] -= blank_penalty
    skips = np.array([i >= 2 and s != BLANK and s != states[i - 2] for i, s in enumerate(states)])
    score = np.full(len(states), -np.inf)
    score[0] = 0.0
    for step, row in enumerate(emitted):
        one = np.concatenate([[-np.inf], score[:-1]])
        two = np.where(skips, np.concatenate([[-np.inf, -np.inf], score[:-2]]), -np.inf)
        if step == 0:
            two = np.full(len(states), -np.inf)
            one = np.where(np.arange(len(states)) == 1, 0.0, -np.inf)
        score = np.maximum(np.maximum(score, one), two) + row
    return float(max(score[-1], score[-2] if len(states) > 1 else -np.inf))


def test_silence_says_nothing_that_fits() -> None:
    decoder = Decoder(HOME_GRAPH)

    decoder.feed(log_probs([BLANK] * 50))

    assert decoder.finish() == ()
    assert decoder.partial().words == ()


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10_000),
    fillers=st.lists(st.sampled_from(["M HH M", "ER", "HH ER"]), min_size=1, max_size=3),
    at=st.lists(st.integers(0, 30), min_size=3, max_size=3),
)
def test_an_um_or_a_cough_between_words_forces_no_word(
    seed: int, fillers: list[str], at: list[int]
) -> None:
    said = walk(FREE_MACHINE, seed=seed, most_words=8)
    spoken = [labels_of([word], seed=seed) for word in said]
    for place, filler in zip(at, fillers, strict=False):
        noise = [LABELS.index(sound) for sound in words(filler)]
        spoken.insert(place % (len(spoken) + 1), [BLANK, *noise, BLANK])

    decoder = Decoder(FREE_GRAPH, Search(filler=4.0))
    decoder.feed(log_probs([label for some in spoken for label in some]))

    assert sounds_like(list(decoder.texts(decoder.finish(1)[0])), said)


def test_nothing_said_at_all_gives_nothing() -> None:
    assert Decoder(HOME_GRAPH).finish() == ()


def test_partial_results_grow_with_the_sound() -> None:
    said = words("turn on the kitchen light")
    rows = log_probs(labels_of(said, seed=3))
    decoder = Decoder(HOME_GRAPH)
    seen: list[tuple[str, ...]] = []

    for row in rows:
        decoder.feed(row)
        now = decoder.texts(decoder.partial())
        if not seen or now != seen[-1]:
            seen.append(now)

    assert seen[-1] == tuple(said)
    assert all(text == tuple(said[: len(text)]) for text in seen)
    assert len(seen) > 3


def test_a_decoder_that_was_reset_hears_as_if_new() -> None:
    rows = log_probs(labels_of(words("turn off the fan"), seed=5), noise=2.0)
    decoder = Decoder(HOME_GRAPH)
    decoder.feed(log_probs(labels_of(words("open all the blinds"), seed=6)))
    decoder.finish()

    decoder.reset()
    decoder.feed(rows)
    fresh = Decoder(HOME_GRAPH)
    fresh.feed(rows)

    assert decoder.finish() == fresh.finish()


def test_equal_sounds_in_a_row_need_a_blank_between_them() -> None:
    net = graph(machine_of(["bad dog", "bad og"]), PRONOUNCER)
    b, ae, d, ao, g = (LABELS.index(sound) for sound in words("B AE D AO G"))

    assert heard(net, log_probs([b, ae, d, BLANK, d, ao, g])) == ["bad", "dog"]
    assert heard(net, log_probs([b, ae, d, d, ao, g])) != ["bad", "dog"]


@pytest.mark.parametrize("seed", range(3))
def test_a_small_machine_may_bound_the_search(seed: int) -> None:
    said = walk(HOME_MACHINE, seed=seed, most_words=8)
    decoder = Decoder(HOME_GRAPH, Search(most_nodes=25, most_places=5))

    decoder.feed(log_probs(labels_of(said, seed=seed), noise=1.0))

    assert sounds_like(list(decoder.texts(decoder.finish(1)[0])), said)
