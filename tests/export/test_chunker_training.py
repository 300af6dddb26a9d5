"""Training of the chunker: its sentences, and the adversary that stays behind."""

import json
import re
import subprocess
import sys
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.models import SHIPPED, read_manifest
from device.nlu.chunker import assemble
from device.nlu.words import Token
from export.chunker import SETS, VECTOR_SETS, training_sets
from export.chunker.public import alone, coordinated, public
from export.chunker.report import ambiguous, by_marks, measured
from export.chunker.texts import Row
from export.tagger.texts import TEXTS
from simulator.compounds import Compounder
from simulator.coordination import DOMAINS, LABELS, STYLES, Compound, joined, tokens_of
from simulator.disfluency import fragment, hesitant, mended
from simulator.homes import random_home
from simulator.sentences import Phrase, Piece

needs_texts = pytest.mark.skipif(not TEXTS.exists(), reason="the public text sets are not here")
ITEM = st.sampled_from(
    ["milk", "peanut butter", "hall light", "7 pm", "greek yogurt", "zelmo", "the cafe", "a b"]
)
ITEMS = st.lists(ITEM, min_size=2, max_size=6, unique=True)


def parts(compound: Compound | Row) -> list[str]:
    tokens = [Token(text=text, word=i) for i, text in enumerate(compound.tokens)]
    return [c.text for c in assemble(" ".join(compound.tokens), tokens, compound.labels)]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_every_generated_sentence_falls_into_what_it_counts(seed: int) -> None:
    rng = Random(seed)

    made = Compounder(rng, random_home(rng)).compound()

    assert len(made.tokens) == len(made.labels) > 0
    assert set(made.labels) <= set(LABELS)
    assert made.domains <= set(DOMAINS)
    assert len(parts(made)) == made.count
    assert (made.count == 1) == (made.kind == "single") or made.kind == "items"
    for before, label in zip(("O", *made.labels), made.labels, strict=False):
        assert label != "I" or before in ("B", "I")


@given(items=ITEMS, style=st.sampled_from(STYLES), seed=st.integers(0, 999))
def test_items_that_are_joined_come_apart_again(items: list[str], style: str, seed: int) -> None:
    values = [tokens_of(item) for item in items]

    made = joined(Random(seed), ("buy",), values, ("today",), domain="items", style=style)

    assert made is not None
    assert made.domains == {"items"}
    for text, item in zip(parts(made), items, strict=True):
        assert f"buy {item} today" in text


@given(items=ITEMS, seed=st.integers(0, 999), data=st.data())
def test_the_order_of_items_does_not_change_the_set(
    items: list[str], seed: int, data: st.DataObject
) -> None:
    other = data.draw(st.permutations(items))

    one, two = (
        joined(
            Random(seed), ("buy",), [tokens_of(i) for i in order], (), domain="items", style="and"
        )
        for order in (items, other)
    )

    assert one is not None
    assert two is not None
    assert sorted(parts(one)) == sorted(parts(two))


@given(seed=st.integers(0, 9_999))
@settings(max_examples=60, deadline=None)
def test_fillers_change_neither_the_number_of_requests_nor_their_other_words(seed: int) -> None:
    rng = Random(seed)
    smooth = Compounder(rng, random_home(rng)).compound()

    rough = hesitant(rng, smooth)

    assert len(parts(rough)) == len(parts(smooth))
    rest = iter(rough.tokens)
    assert all(any(word == other for other in rest) for word in smooth.tokens)


def test_a_slip_that_is_mended_is_one_request() -> None:
    slip = Phrase((Piece("turn on the "), Piece("hall light", "name"), Piece(" now")), "HassTurnOn")
    meant = Phrase((Piece("turn on the "), Piece("desk lamp", "name"), Piece(" now")), "HassTurnOn")

    said = {" ".join(made.tokens) for s in range(99) if (made := mended(Random(s), slip, meant))}

    assert any(re.fullmatch("turn on the hall light .* the desk lamp now", text) for text in said)
    assert any(re.fullmatch("turn off (the )?.* on the desk lamp now", text) for text in said)
    assert all(text.endswith("desk lamp now") for text in said)


def test_half_a_sentence_is_one_request_and_a_list_in_it_several() -> None:
    for seed in range(30):
        assert parts(fragment(Random(seed), "bedroom", domain="rooms"))[0].count("bedroom") == 1
        assert len(parts(fragment(Random(seed), "hall", domain="rooms", others=["bar"]))) == 2


@needs_texts
def test_public_sentences_keep_their_domains_and_training_never_sees_the_test_values() -> None:
    train, test = public("train"), public("test")
    for slot, values in test.values.items():
        assert not set(values) & set(train.values.get(slot, ()))
    seen, unseen = ({f for fs in p.frames.values() for f in fs} for p in (train, test))
    assert unseen
    assert not unseen & seen
    rng = Random(4)
    for _ in range(200):
        made = coordinated(rng, "train")
        assert len(parts(made)) == made.count > 1
        assert parts(alone(rng, "train"))


def row(text: str, labels: str, *domains: str) -> Row:
    tokens, found = tuple(text.split()), tuple(labels)
    count = max(1, labels.count("B"))
    flags = np.zeros((len(tokens), 1), np.float32)
    return Row(tokens, found, flags, "items" if count > 1 else "single", count, frozenset(domains))


def test_the_report_counts_by_number_place_and_domain() -> None:
    rows = [
        row("buy milk and eggs", "OBCB", "items"),
        row("play abba and queen", "OBCB", "songs"),
        row("wake me at six and lock up", "OOOOOOO"),
    ]

    found = measured(rows, by_marks)

    assert found == {
        "seen 2": [False],
        "items": [False],
        "held out 2": [False],
        "songs": [False],
        "seen 1": [False],
    }
    assert measured(rows, lambda many: [parts(r) for r in many])["held out 2"] == [True]


def test_a_seam_between_items_is_open_only_where_a_word_is_unknown() -> None:
    side_by_side = row("buy milk eggs and jam", "OBBCB", "items")

    assert ambiguous(side_by_side, {"milk", "buy"})
    assert not ambiguous(side_by_side, {"milk", "eggs"})
    assert not ambiguous(row("buy milk and eggs", "OBCB", "items"), set())


def test_the_gradient_is_turned_round_and_nothing_of_the_adversary_ships() -> None:
    code = """
import json, sys
import numpy as np, tensorflow as tf
from export.chunker.adversary import DomainLoss, Reversal, domains_of
from export.chunker.texts import compounds
from export.chunker.train import Recipe, train
x = tf.Variable([[1.0, -2.0]])
with tf.GradientTape() as tape:
    same = Reversal(0.5)(x)
    loss = tf.reduce_sum(same * [3.0, 4.0])
turned = tape.gradient(loss, x).numpy().tolist()
judge = DomainLoss(1.0)
values = np.random.default_rng(1).normal(size=(6, 4, 8)).astype("float32")
features, mask = tf.Variable(values), tf.ones((6, 4, 1))
told = tf.constant([0, 1, 2, 0, -1, 1])
with tf.GradientTape() as tape:
    hard = tf.reduce_mean(judge((features, mask, told)))
slope = tape.gradient(hard, features)
harder = tf.reduce_mean(judge((features - 0.5 * slope / tf.norm(slope), mask, told)))
rows = compounds(24, 1, "train")
made = train(rows, rows[:20], Recipe(epochs=1, subwords=False, adversary=0.1))
paths = [w.path for w in made.device_model().weights]
kept = [w.path for w in made.model.weights]
print(json.dumps([same.numpy().tolist(), turned, float(hard), float(harder), paths, kept,
    [o.shape[-1] for o in made.device_model().outputs], domains_of(rows).tolist()]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    same, turned, hard, harder, ships, kept, wide, told = json.loads(done.stdout.splitlines()[-1])

    assert same == [[1.0, -2.0]]
    assert turned == [[-1.5, -2.0]]
    assert harder > hard, "features that follow the gradient are harder to tell apart"
    assert ships
    assert not [p for p in (*ships, *kept) if "domain" in p or "hidden" in p]
    assert wide == [len(LABELS)]
    assert set(told) <= set(range(-1, len(DOMAINS)))
    assert min(told) == -1 < max(told)


def test_a_resumed_model_keeps_what_it_was_made_from_and_claims_no_more() -> None:
    shipped = read_manifest(SHIPPED / "chunker.json").training_sets

    resumed = training_sets(resume=True)

    assert set(shipped) | set(SETS) == set(resumed)
    assert len(set(resumed)) == len(resumed)
    assert set(training_sets(resume=False)) == {*SETS, *VECTOR_SETS}
