"""The shipped re-ranker in both runtimes, and what its figures count."""

import numpy as np

from device.models import SHIPPED, read_manifest
from device.routing.features import EVIDENCE, GROUPS, OWN, WIDTH, Floats
from device.routing.rivals import MOST_RIVALS
from export.quantize import run_shipped
from export.ranker.lists import MISSED, Lists
from export.ranker.report import CONTEXTS

MANIFEST = read_manifest(SHIPPED / "ranker.json")


def random_lists(count: int) -> tuple[Floats, Floats]:
    """Lists of every length whose features are anything that can be expressed."""
    rng = np.random.default_rng(5)
    features = rng.uniform(0, 1, (count, MOST_RIVALS, WIDTH)).astype(np.float32)
    features *= rng.random((count, MOST_RIVALS, WIDTH)) < 0.4
    features[..., list(GROUPS["refused"])] *= -1
    masks = (np.arange(MOST_RIVALS) < rng.integers(1, MOST_RIVALS + 1, (count, 1))).astype(
        np.float32
    )
    return features * masks[..., None], masks[..., None]


def test_the_shipped_model_ranks_alike_in_both_runtimes() -> None:
    features, masks = random_lists(300)
    inputs = [features[:, None], masks[:, None]]
    there = np.concatenate([masks[..., 0] > 0, np.ones((300, 1), bool)], 1)

    scores = [
        np.where(there, run_shipped(SHIPPED, "ranker", inputs, runtime=r)[0].reshape(300, -1), -1e4)
        for r in ("ai-edge-litert", "tflite-runtime")
    ]

    step = MANIFEST.outputs[0].scale
    apart = np.abs(scores[0] - scores[1])[there]
    assert apart.mean() <= step
    assert apart.max() <= 8 * step
    assert (scores[0].argmax(-1) == scores[1].argmax(-1)).mean() > 0.9


def test_the_manifest_counts_the_features_and_every_kind_of_context_has_columns() -> None:
    assert MANIFEST.settings["features"] == {name: len(c) for name, c in GROUPS.items()}
    assert all(GROUPS[group] for groups in CONTEXTS.values() for group in groups)
    assert 0 < OWN < EVIDENCE < WIDTH


def test_int8_loses_little_and_says_how_sure_it_is() -> None:
    metrics = MANIFEST.metrics

    assert metrics["right_float"] - metrics["right_int8"] < 0.015
    assert metrics["ece_int8"] < 0.05
    assert (SHIPPED / MANIFEST.file).stat().st_size < 60_000


def test_a_list_that_misses_what_is_wanted_can_be_left_out() -> None:
    features, masks = random_lists(4)
    held = Lists(features, masks, np.array([0, MISSED, MOST_RIVALS, MISSED]))

    kept = held.only(held.truth != MISSED)

    assert kept.truth.tolist() == [0, MOST_RIVALS]
    assert (kept.features == features[[0, 2]]).all()
