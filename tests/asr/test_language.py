"""The language model of a home, with the model that ships and real homes."""

import hashlib
import json
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.language import General, HomeLanguage, LanguageModel, load_general
from device.asr.samples import MOST, said, samples
from device.asr.symbols import AREA, ITEM, NAME, OTHER, names_of, of_kind
from device.context import Device, Home, Room
from device.errors import ModelError
from device.models import SHIPPED
from device.nlu.templates import Sentences, builtin_sentences, load_sentences
from simulator.homes import random_home

HOME = Home(
    rooms=(Room(name="Kitchen", floor="Ground floor"), Room(name="Snoozery", aliases=("den",))),
    devices=(
        Device(id="1", name="Kitchen light", room="Kitchen", kind="light"),
        Device(id="2", name="Zogbert's lamp", room="Snoozery", kind="light", aliases=("zog",)),
        Device(id="3", name="Vault", room="Snoozery", kind="lock"),
    ),
)
ORDER = """
language: en
intents:
  Order:
    data:
      - sentences: ["order [a|one] {size} {drink} [for {name}]", "no more {drink}"]
lists:
  size: {values: [tiny, {in: "(grande|venti)", out: big}]}
  drink: {values: [macchiato, cortado, flat white, 7up]}
"""


@cache
def general() -> General:
    return load_general()


def language(**more: object) -> HomeLanguage:
    return HomeLanguage(general(), names_of(HOME, ["oat milk"], ["glorp"]), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Sentences:
    path = tmp_path_factory.mktemp("own") / "order.yaml"
    path.write_text(ORDER, encoding="utf-8")
    return load_sentences([path])


def cost(model: LanguageModel, words: list[str]) -> list[float]:
    """Nats of each word, and of the end."""
    contexts = np.array([model.start])
    found = []
    for word in words:
        nats, contexts = model.costs(contexts, np.array([model.words.index(word)], np.int32))
        found.append(float(nats[0]))
    return [*found, float(model.final(contexts)[0])]


def test_names_of_the_home_are_words_from_the_start_and_fit_where_such_names_fit() -> None:
    model = language()

    lamp = cost(model, ["turn", "on", "zogbert's lamp"])[2]
    vault = cost(model, ["turn", "on", "vault"])[2]

    assert {"kitchen light", "zog", "snoozery", "den", "ground floor", "oat milk", "glorp"} <= set(
        model.words
    )
    assert lamp < vault, "a light is switched on rather than a lock"
    assert cost(model, ["unlock", "the", "vault"])[2] < cost(model, ["unlock", "the", "zog"])[2]
    assert lamp < 8.0


def test_usual_requests_are_likelier_than_their_words_in_another_order() -> None:
    model = language()

    for text in ("what is the weather tomorrow", "set a timer for ten minutes", "play some jazz"):
        words = text.split()
        assert sum(cost(model, words)) + 6 < sum(cost(model, words[::-1])), text


@settings(max_examples=15)
@given(st.lists(st.integers(0, 10**6), max_size=5), st.booleans())
def test_probabilities_sum_to_one_at_most_whatever_was_said(picks: list[int], own: bool) -> None:
    model = language(said=[("buy", "a", NAME), ("buy", "frobs")] if own else [])
    contexts = np.array([model.start])
    for pick in picks:
        word = np.array([pick % len(model.words)], np.int32)
        _, contexts = model.costs(contexts, word)

    everything = np.arange(len(model.words), dtype=np.int32)
    nats, _ = model.costs(np.repeat(contexts, len(everything)), everything)

    total = np.exp(-nats.astype(np.float64)).sum() + np.exp(-model.final(contexts)[0])
    assert 0.2 < total < 1.02


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.data())
def test_many_queries_at_once_give_what_each_gives_alone(seed: int, data: st.DataObject) -> None:
    own = data.draw(st.booleans())
    model = language(said=[("buy", "a", NAME)] if own else [])
    random = np.random.default_rng(seed)
    words = random.integers(0, len(model.words), 30).astype(np.int32)
    names = [model.words.index(w) for w in ("zog", "kitchen", "vault", "den")]
    words[::4] = random.choice(names, len(words[::4]))
    contexts = np.full(30, model.start)
    for _ in range(3):
        nats, after = model.costs(contexts, words)
        alone = [model.costs(contexts[i : i + 1], words[i : i + 1]) for i in range(30)]

        assert nats == pytest.approx([float(n[0]) for n, _ in alone], abs=1e-5)
        assert after.tolist() == [int(a[0]) for _, a in alone]
        contexts = random.permutation(after)


def test_a_word_that_is_a_name_too_counts_as_both() -> None:
    words = ["lights", "in", "the", "kitchen"]
    here = language()
    elsewhere = HomeLanguage(general(), names_of(Home()))
    many = HomeLanguage(general(), {AREA: ("kitchen", *(f"room {n}" for n in range(400)))})

    assert cost(here, words)[3] < cost(many, words)[3] < cost(elsewhere, words)[3]


def test_shapes_and_look_ahead_are_as_promised() -> None:
    model = language()

    nothing = model.costs(np.zeros(0, np.int64), np.zeros(0, np.int32))

    assert len(set(model.words)) == len(model.words)
    assert all(word == word.lower() and word and "{" not in word for word in model.words)
    assert model.unigram().shape == (len(model.words),)
    assert model.unigram().dtype == nothing[0].dtype == np.float32
    assert np.exp(-model.unigram()).sum() < 1.02
    assert nothing[0].shape == nothing[1].shape == model.final(nothing[1]).shape == (0,)


def test_what_the_owner_wrote_becomes_likely_and_all_else_stays_possible(order: Sentences) -> None:
    plain, own = language(), language(said=samples(order))

    assert {"macchiato", "cortado", "venti"} <= set(own.words)
    assert "cortado" not in plain.words, "the example is no news to the general model"
    assert sum(cost(own, ["order", "a", "grande", "cortado"])) < 10
    request = ["what", "is", "the", "weather", "tomorrow"]
    assert sum(cost(own, request)) < sum(cost(plain, request)) + 4
    assert cost(own, ["order", "tiny", "macchiato", "for", "vault"])[4] < 4


def test_draws_hold_every_value_and_the_classes_of_names_but_nothing_unspoken(
    order: Sentences,
) -> None:
    drawn = samples(order, count=300)
    words = {word for sentence in drawn for word in sentence}

    assert words == {
        "order", "a", "one", "tiny", "grande", "venti", "macchiato", "cortado", "flat", "white",
        "seven", "up", "for", "no", "more", "and", "the", NAME,
        "please", "can", "could", "would", "you", "hey",
    }  # fmt: skip
    follow = {pair for sentence in drawn for pair in pairwise(sentence)}
    assert {(s, d) for s in ("tiny", "venti") for d in ("macchiato", "cortado", "seven")} <= follow
    assert 300 <= len(drawn) <= MOST
    assert samples(order, count=300) == drawn != samples(order, count=300, seed=2)


def test_built_in_sentences_are_drawn_with_the_classes_of_their_kinds() -> None:
    drawn = samples(builtin_sentences(), count=3_000)
    follow = {pair for sentence in drawn for pair in pairwise(sentence)}

    symbols = {w for sentence in drawn for w in sentence if w.startswith("{")}
    assert (
        {of_kind("light"), of_kind("lock"), AREA, ITEM, NAME} <= symbols <= set(general().symbols)
    )
    assert ("unlock", of_kind("lock")) in follow
    assert ("unlock", of_kind("light")) not in follow
    assert all(word.isascii() and word == word.lower() for s in drawn for word in s)


@given(st.text(max_size=30))
def test_any_text_is_said_in_plain_lower_case_words(text: str) -> None:
    for word in said(text):
        assert word.startswith("{") or word.strip("abcdefghijklmnopqrstuvwxyz'") == ""


def test_numbers_signs_and_classes_are_said_as_people_say_them() -> None:
    assert said("Set {light} to 21%, Zogbert\u2019s!") == (
        "set", "{light}", "to", "twenty", "one", "percent", "zogbert's",
    )  # fmt: skip


def test_classes_hold_each_name_once_and_nothing_empty() -> None:
    names = names_of(HOME, ["Oat  milk", "oat milk", " "])

    assert names[of_kind("light")] == ("kitchen light", "zogbert's lamp", "zog")
    assert names[NAME] == ("kitchen light", "zogbert's lamp", "zog", "vault")
    assert names[AREA] == ("kitchen", "snoozery", "den")
    assert names[ITEM] == ("oat milk",)
    assert names[OTHER] == ()


@pytest.mark.parametrize("seed", range(3))
def test_any_home_can_be_spoken_about(seed: int) -> None:
    home = random_home(Random(seed), "test")
    model = HomeLanguage(general(), names_of(home))

    for device in home.devices:
        name = " ".join(device.name.lower().split())
        assert all(np.isfinite(cost(model, ["is", "the", name, "on"]))), name
    assert home.devices


def test_very_many_words_of_an_owner_are_bounded() -> None:
    own = [(f"w{n}", f"v{n}", f"u{n}") for n in range(6_000)]

    model = language(said=own)

    assert len(model.words) < len(general().symbols) + 10_100
    assert np.isfinite(cost(model, ["turn", "on", "zog"])).all()


def test_a_damaged_model_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for name in ("language.json", "language.npz"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    content = bytearray((tmp_path / "language.npz").read_bytes())
    content[-200] ^= 1
    (tmp_path / "language.npz").write_bytes(bytes(content))

    with pytest.raises(ModelError, match=r"language\.npz is damaged: its SHA-256"):
        load_general(tmp_path)
    (tmp_path / "language.npz").unlink()
    with pytest.raises(ModelError, match=r"language\.npz is missing"):
        load_general(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"{}"])
def test_a_file_that_is_no_model_is_refused_even_where_the_manifest_agrees(
    tmp_path: Path, content: bytes
) -> None:
    manifest = json.loads((SHIPPED / "language.json").read_bytes())
    manifest["sha256"] = hashlib.sha256(content).hexdigest()
    (tmp_path / "language.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "language.npz").write_bytes(content)

    with pytest.raises(ModelError, match=r"language\.npz is not a language model"):
        load_general(tmp_path)


def test_the_model_that_ships_is_small_enough() -> None:
    assert (SHIPPED / "language.npz").stat().st_size < 2_500_000
    assert 8_000 < len(general().symbols) < 12_000
