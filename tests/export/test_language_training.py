"""Training the general language model: smoothing, mixing, keeping it in plain arrays, texts."""

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.kneserney import kneser_ney
from device.asr.language import General, HomeLanguage
from device.asr.ngram import Counted, Ngrams
from device.asr.symbols import NAME, OTHER, of_kind
from device.context import Device, Home
from export.language.make import train, triples
from export.language.measure import Place, Reader, best_shares, foreseen
from export.language.mix import best_weights, mixed
from export.language.plain import SortedNgrams, SortedPairs, write_arpa
from export.language.texts import (
    Corpora,
    corpora,
    domain,
    held_out,
    household,
    loosened,
    tuning,
)
from export.tagger.texts import TEXTS

Array = npt.NDArray[Any]

WORDS = 8
BOUNDARY = WORDS - 1
said = st.lists(st.lists(st.integers(0, BOUNDARY - 1), max_size=6), max_size=20)
needs_texts = pytest.mark.skipif(
    not TEXTS.is_dir(), reason="needs the public text sets, which are not part of the project"
)


def everything() -> tuple[Array, Array, Array]:
    first, second, third = np.meshgrid(*[np.arange(WORDS)] * 3, indexing="ij")
    return first.ravel(), second.ravel(), third.ravel()


def sums(counted: Counted) -> Array:
    """Sum of the probabilities of all words after each two words."""
    costs = SortedNgrams(counted).after_two(*everything()).astype(np.float64)
    return np.asarray(np.exp(-costs).reshape(-1, WORDS).sum(axis=1))


def test_kneser_ney_gives_the_probabilities_worked_out_by_hand() -> None:
    # "a b" twice and "c b" once; boundary 3. With so few counts every discount is half a count.
    counted = kneser_ney([[0, 1], [0, 1], [2, 1]], 4, 3)
    pairs = {tuple(row): at for at, row in enumerate(counted.pairs.tolist())}

    single = np.exp(-counted.costs.astype(np.float64))
    double = np.exp(-counted.pair_costs.astype(np.float64))

    # Words follow 1 (a), 2 (b), 1 (c), 1 (end) different ones.
    assert sorted(pairs) == [(0, 1), (1, 3), (2, 1), (3, 0), (3, 2)]
    assert single.sum() == pytest.approx(1, abs=1e-6)
    assert single[1] == max(single), "b follows two different words"
    assert single[0] == pytest.approx(single[2]), "how often is no matter, after how many is"
    assert double[pairs[3, 0]] > double[pairs[3, 2]], "at the start it matters how often"


@settings(max_examples=40)
@given(said, said, st.floats(0.05, 0.95))
def test_mixed_models_are_models_and_give_the_mean_where_either_saw_something(
    one: list[list[int]], two: list[list[int]], share: float
) -> None:
    models = [kneser_ney(part, WORDS, BOUNDARY) for part in (one, two)]

    made = mixed(models, np.array([share, 1 - share]))

    assert sums(made) == pytest.approx(1, abs=1e-3)
    parts = [np.exp(-SortedNgrams(m).after_two(*made.triples.T)) for m in models]
    assert np.exp(-made.triple_costs) == pytest.approx(
        share * parts[0] + (1 - share) * parts[1], rel=1e-3
    )


@settings(max_examples=30)
@given(said.filter(lambda s: sum(map(len, s)) > 5))
def test_leaving_triples_out_leaves_a_model(sentences: list[list[int]]) -> None:
    model = kneser_ney(sentences, WORDS, BOUNDARY)

    fewer = mixed([model], np.array([1.0]), least=20.0)

    assert sums(fewer) == pytest.approx(1, abs=1e-3)
    assert len(fewer.triples) <= len(model.triples)


def test_the_model_that_foresees_best_gets_the_most_weight() -> None:
    right = kneser_ney([[0, 1, 2]] * 9, WORDS, BOUNDARY)
    wrong = kneser_ney([[3, 4, 5]] * 9, WORDS, BOUNDARY)

    weights = best_weights([wrong, right], [triples([[0, 1, 2]], BOUNDARY)])

    assert weights[1] > 0.9
    assert weights.sum() == pytest.approx(1)


@settings(max_examples=40)
@given(said)
def test_hash_plain_arrays_and_bisection_give_the_same_costs(sentences: list[list[int]]) -> None:
    counted = kneser_ney(sentences, WORDS, BOUNDARY)
    first, second, third = everything()
    expected = SortedNgrams(counted).after_two(first, second, third)

    for model in (Ngrams.build(counted), Ngrams.build(counted, SortedPairs.build)):
        found, _ = model.costs(model.costs(first, second)[1], third)

        assert found == pytest.approx(expected, abs=1e-4)


def test_arpa_text_holds_the_model_as_kenlm_reads_it(tmp_path: Path) -> None:
    counted = kneser_ney([[0, 1], [0, 1], [2, 1]], 4, 3)

    write_arpa(tmp_path / "x.arpa", counted, ["a", "b", "c", ""], 3)

    text = (tmp_path / "x.arpa").read_text(encoding="utf-8")
    assert "ngram 1=6\nngram 2=5\nngram 3=4\n" in text
    assert f"{-counted.pair_costs[0] / np.log(10):.6f}\ta b\t" in text
    assert "\ta b </s>\n" in text
    assert "\t<s> c b\n" in text
    kenlm = pytest.importorskip("kenlm", reason="kenlm is not installed")
    found = kenlm.Model(str(tmp_path / "x.arpa")).score("a b") * -np.log(10)
    costs = SortedNgrams(counted)
    rows = [np.array([n]) for n in (3, 0, 1, 3)]
    start = costs.after_one(*rows[:2])
    rest = costs.after_two(*rows[:3]) + costs.after_two(*rows[1:])
    assert found == pytest.approx(float((start + rest)[0]), abs=1e-3)


def tiny() -> Corpora:
    light = of_kind("light")
    return Corpora(
        requests=[("play", "some", "jazz"), ("play", "some", "music"), ("stop", "the", "music")],
        household=[("turn", "on", light), ("turn", "off", light), ("turn", "on", NAME)] * 3,
        english=[("once", "upon", "a", "time")],
    )


def test_a_trained_model_knows_classes_and_keeps_strangers_apart() -> None:
    made = train(tiny(), [[("play", "some", "jazz")], [("turn", "on", of_kind("light"))]], least=0)

    assert made.words[-2:] == (OTHER, "")
    assert {of_kind("light"), NAME, "music", "milk"} <= set(made.words)
    assert made.numbers([("play", "xyzzy")])[0][1] == made.words.index(OTHER)
    assert made.weights.sum() == pytest.approx(1)


def test_perplexity_is_that_of_the_costs_and_counts_spoken_words() -> None:
    made = train(tiny(), [[("play", "some", "jazz")]], least=0)
    general = General(made.words, Ngrams.build(made.counted), (0.1, 0.3, 0.6))
    lamp = Device(id="1", name="big 2nd lamp", room=None, kind="light")
    place = Place(Home(devices=(lamp,)), ["Turn on the big 2nd lamp!", "play xyzzy music"])

    found = foreseen(general, [place])
    without = foreseen(general, [place], names=False)

    # turn on the [big second lamp] end; play (xyzzy) music end.
    assert (found.known, found.unknown) == (10, 1)
    assert without.unknown > found.unknown
    assert found.perplexity == pytest.approx(np.exp(found.nats / found.known))
    assert (found + without).known == found.known + without.known


def test_the_share_of_own_sentences_is_high_where_they_are_said_and_low_elsewhere() -> None:
    made = train(tiny(), [[("play", "some", "jazz")]], least=0)
    general = General(made.words, Ngrams.build(made.counted), (0.1, 0.3, 0.6))
    own = [("brew", "a", "macchiato")] * 5

    said_here = best_shares(general, [Place(Home(), ["brew a macchiato"] * 3, own)])
    elsewhere = best_shares(general, [Place(Home(), ["play some music"] * 3, own)])

    assert said_here[2] > 0.8
    assert elsewhere[1] < 0.2


def test_a_reader_takes_the_longest_names() -> None:
    made = train(tiny(), [[("play", "some", "jazz")]], least=0)
    general = General(made.words, Ngrams.build(made.counted), (0.1, 0.3, 0.6))
    model = HomeLanguage(general, {NAME: ("play", "play some music")})

    assert [model.words[at] for at in Reader(model).split("play some music, play")] == [
        "play some music",
        "play",
    ]


def test_sampled_requests_have_classes_and_the_same_seed_gives_the_same() -> None:
    drawn = household(300, 5)
    words = {word for sentence in drawn for word in sentence}

    assert drawn == household(300, 5) != household(300, 6)
    assert {"{light}", "{area}", "{item}", "the"} <= words
    assert all(w.startswith("{") or w.replace("'", "").isalpha() for w in words)


def test_domains_that_only_a_file_knows_are_drawn_and_loosely_said() -> None:
    made = domain("counter", 60, seed=3)

    assert len(made.spoken) == 60
    assert {w for s in made.own for w in s} >= {"latte", "muffin", "croissant"}
    assert set(made.spoken) - set(made.own), "nothing was said loosely"
    assert loosened(("stop",), Random(1)), "a sentence never becomes empty"


@needs_texts
def test_nothing_that_is_measured_or_tuned_on_is_trained_on() -> None:
    parts = corpora(count=50, seed=1)
    trained = {sentence for part in parts.parts() for sentence in part}
    held = {sentence for part in held_out().values() for sentence in part}

    assert min(map(len, parts.parts())) > 50
    assert len(held) > 3_000
    assert not trained & held
    assert not trained & set(tuning())
    assert not set(tuning()) & held
