"""What the encoder learned from, and the few-shot figures that its manifest claims."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from device.models import SHIPPED, read_manifest
from device.nlu.embedding import Floats
from export.encoder.augment import both, courteously, plainly, tersely
from export.encoder.fewshot import accuracy, held_out
from export.encoder.report import Known
from export.encoder.sizes import LENGTH, OUT, SIZE
from export.encoder.texts import HELD_DOMAINS, labelled, outside, slurp, unlabelled

WORDS = ["elephant", "tulip", "mortgage", "violin"]


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def test_nothing_that_is_measured_is_learned_from() -> None:
    learned = {letters(t) for t in unlabelled(WORDS, generated=50, exchanged=500)}
    learned |= {letters(row.text) for row in labelled("train") if not row.held}

    asked = [row.text for row in labelled("test")] + outside("test")
    shared = {letters(text) for text in asked} & learned
    # HWU64 repeats some of its sentences from fold to fold, and CLINC150 has a few twice.
    assert len(shared) < 0.02 * len(asked)
    of_held = {
        letters(row.text) for part in ("train", "test") for row in labelled(part) if row.held
    }
    assert len(of_held & learned) < 0.005 * len(of_held)


def test_three_whole_domains_of_clinc150_are_held_out() -> None:
    intents = {row.intent for row in held_out("clinc", "train")}

    assert intents == {f"clinc/{i}" for domain in HELD_DOMAINS.values() for i in domain}
    assert len(intents) == 45
    assert intents == {row.intent for row in held_out("clinc", "test")}


def test_sentences_made_of_others_are_the_same_every_time_and_have_new_words() -> None:
    made = unlabelled(WORDS, generated=0, exchanged=300)

    assert made == unlabelled(WORDS, generated=0, exchanged=300)
    assert sum("mortgage" in text for text in made) > 30


def test_slurp_is_read_without_its_test_part() -> None:
    assert len(slurp()) > 5_000


@given(st.lists(st.text("abc the", min_size=1).filter(str.strip), min_size=1))
def test_augmentation_keeps_every_sample_and_makes_no_empty_one(texts: list[str]) -> None:
    for way in (plainly, courteously, tersely, both):
        made = way(texts)

        assert set(texts) <= set(made)
        assert all(text.strip() for text in made)


def test_an_encoder_that_knows_nothing_finds_held_out_intents_by_chance_only() -> None:
    def blind(texts: list[str]) -> Floats:
        vectors = np.random.default_rng(0).normal(size=(len(texts), 8)).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    assert accuracy(blind, "hwu", 5, part="dev")[0] < 0.3  # type: ignore[arg-type]


def test_the_shipped_encoder_finds_held_out_intents_as_its_manifest_says() -> None:
    manifest = read_manifest(SHIPPED / "encoder.json")
    found, _ = accuracy(Known(), "hwu", 10, part="dev")

    assert abs(found - manifest.metrics["hwu_held_out_10_samples_int8"]) < 0.01
    assert manifest.inputs[0].shape == (1, LENGTH, SIZE)
    assert manifest.outputs[0].shape == (1, OUT)
    assert manifest.metrics["cosine_float_int8"] > 0.98
