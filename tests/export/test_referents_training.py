"""Situations as training data, and the shipped model of references in both runtimes."""

from collections import Counter

import numpy as np

from device.models import SHIPPED, load, read_manifest
from device.nlu.situation import GROUPS
from export.quantize import run_shipped
from export.referents.report import CONTEXTS
from export.referents.texts import arrays, situations
from simulator.situations import KINDS

DRAWN = situations(300, 11, "test")
HELD = arrays(DRAWN)


def test_every_kind_of_situation_occurs_and_nearly_all_can_be_learned_from() -> None:
    assert set(HELD.kinds) == set(KINDS)
    assert len(HELD.truth) > 0.93 * len(DRAWN)


def test_the_same_seed_gives_the_same_situations_and_another_gives_others() -> None:
    again, other = situations(20, 11, "test"), situations(20, 12, "test")

    assert [s.request for s in again] == [s.request for s in DRAWN[:20]]
    assert [s.meant for s in other] != [s.meant for s in DRAWN[:20]]


def test_what_is_meant_cannot_be_told_from_the_place_in_the_list() -> None:
    places = Counter(HELD.truth.tolist())

    assert places.most_common(1)[0][1] < 0.5 * len(HELD.truth)


def test_the_shipped_model_reads_situations_that_it_has_never_seen_alike_in_both_runtimes() -> None:
    inputs = [HELD.features[:, None], HELD.masks[:, None]]
    guesses = []
    for runtime in ("ai-edge-litert", "tflite-runtime"):
        scores = run_shipped(SHIPPED, "referents", inputs, runtime=runtime)[0]
        there = HELD.masks[..., 0] > 0
        guesses.append(np.where(there, scores.reshape(there.shape), -1e4).argmax(-1))

    assert (guesses[0] == guesses[1]).mean() > 0.97
    assert (guesses[0] == HELD.truth).mean() > 0.8


def test_the_manifest_counts_the_features_and_every_kind_of_context_has_columns() -> None:
    manifest = load("referents").manifest

    assert manifest.settings["features"] == {name: len(c) for name, c in GROUPS.items()}
    assert all(GROUPS[group] for groups in CONTEXTS.values() for group in groups)
    metrics = read_manifest(SHIPPED / "referents.json").metrics
    assert metrics["right_float"] - metrics["right_int8"] < 0.015
    assert metrics["ece_int8"] < 0.05
