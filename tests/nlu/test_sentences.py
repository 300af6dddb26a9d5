"""The generated sentences, which train and measure the models, are labelled as they should be."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from device.nlu.chunker import assemble
from device.nlu.words import Token
from simulator.compounds import Compounder
from simulator.coordination import LABELS, Compound
from simulator.homes import lexicon, random_home, words
from simulator.sentences import random_phrase, sources

seeds = st.integers(0, 2**32 - 1)


def tokens_of(compound: Compound) -> list[Token]:
    return [Token(text=text, word=i) for i, text in enumerate(compound.tokens)]


@settings(max_examples=60)
@given(seed=seeds)
def test_a_home_has_rooms_and_names_that_can_be_said(seed: int) -> None:
    home = random_home(Random(seed))

    assert home.rooms
    assert home.devices
    assert {d.room for d in home.devices} <= {r.name for r in home.rooms}
    assert all(d.name.strip() and d.capabilities for d in home.devices)
    assert len({d.id for d in home.devices}) == len(home.devices)


@settings(max_examples=100)
@given(seed=seeds, name=st.sampled_from(sorted(sources())))
def test_a_phrase_is_its_pieces_and_the_same_seed_says_the_same(seed: int, name: str) -> None:
    home = random_home(Random(seed))

    phrase = random_phrase(name, Random(seed), home)

    assert phrase == random_phrase(name, Random(seed), home)
    assert phrase.intent == name
    assert [w for w, _ in phrase.words()] == phrase.text.split()
    for word, piece in phrase.words():
        assert piece == -1 or phrase.pieces[piece].label
        assert piece == -1 or set(word) & set(phrase.pieces[piece].text)


@settings(max_examples=100)
@given(seed=seeds)
def test_a_compound_falls_apart_into_as_many_things_as_it_asks_for(seed: int) -> None:
    rng = Random(seed)
    compound = Compounder(rng, random_home(rng)).compound()

    assert len(compound.tokens) == len(compound.labels)
    assert set(compound.labels) <= set(LABELS)
    chunks = assemble(" ".join(compound.tokens), tokens_of(compound), compound.labels)
    assert len(chunks) == compound.count


@settings(max_examples=100)
@given(seed=seeds)
def test_items_begin_before_they_go_on(seed: int) -> None:
    rng = Random(seed)
    labels = Compounder(rng, random_home(rng)).compound().labels

    for before, label in zip(["O", *labels], labels, strict=False):
        assert label != "I" or before in "BI"
        assert label != "C" or before in "BIC"


def test_test_words_are_never_training_words() -> None:
    checked = 0
    for name, entries in lexicon().items():
        if len(entries) >= 20:
            assert not set(words(name, "train")) & set(words(name, "test"))
            assert set(words(name, "train")) | set(words(name, "test")) == set(entries)
            checked += 1
    assert checked > 10
