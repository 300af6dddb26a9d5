"""How right the verdicts and spans are, and how sure a verdict must be to hold a request up."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from device.nlu.crf import bio_transitions, viterbi
from device.nlu.embedding import Floats
from device.teaching.evidence import SORTS, sort
from device.teaching.gap import Verdict
from device.teaching.gaps import LABELS, VERDICTS
from export.tagger import spans
from export.teaching.gap.draw import Drawn

GAP = VERDICTS.index(Verdict.GAP)
MOST_OFFERS = 2.5
"""False offers per 1,000 strangers' ordinary requests that the thresholds allow."""
MOST_OWN_OFFERS = 40.0
"""Likewise of our own, many of which were made to look as if they had a gap."""
MOST_HELD_UP = 3.0
"""Requests per 1,000 that may be wrongly asked again or taken for given up."""
LEAST = {"named": 0.6, "unknown": 0.6, "device": 0.6, "foreign": 0.6, "other": 0.9}
"""The lowest thresholds of these; what is asked besides devices has words like "forget" and
"never mind" of its own ("forget what I said today")."""
BOUNDS = {
    "named": (0.0, 1.0),
    "unknown": (0.0, 1.0),
    "device": (0.0, 1.0),
    "foreign": (0.0, 1.0),
    "other": (0.72, 1.0),
}
"""Between which the threshold of a gap may be; what is asked besides devices seldom has a gap."""
_STEPS = (0.35, 0.45, 0.55, 0.65, 0.72, 0.78, 0.82, 0.86, 0.89, 0.92, 0.94, 0.96, 0.98)

Thresholds = Mapping[str, Floats]
"""Of each sort of request, how sure each verdict must be."""


@dataclass(frozen=True)
class Judged:
    """Rows and how sure the model is of each verdict."""

    sure: Floats
    """Shape (rows, len(VERDICTS))."""
    drawn: Drawn

    @cached_property
    def sorts(self) -> np.ndarray[Any, Any]:
        """One of SORTS for each row."""
        return np.array([sort(features) for features in self.drawn.rows.inputs[1]])

    @property
    def truths(self) -> np.ndarray[Any, Any]:
        """The right verdicts, by number."""
        return self.drawn.rows.truths[1]

    def said(self, least: Thresholds) -> np.ndarray[Any, Any]:
        """The verdicts as `device.teaching.gaps` decides, by number."""
        enough = self.sure >= np.stack([least[s] for s in self.sorts])
        offered = np.where(enough[:, GAP], 2.0, 0.0)
        rest = np.where(enough, self.sure, 0.0)
        rest[:, GAP] = offered
        return np.asarray(rest.argmax(-1))


def fitted(ours: Judged, strangers: Judged) -> dict[str, dict[str, float]]:
    """Thresholds that find most gaps and leave ordinary requests alone.

    Args:
        ours: Our own sentences.
        strangers: Requests of strangers, none of which has a gap.

    Returns:
        For each sort of request the lowest confidence of the verdicts that hold it up.
    """
    ordinary = np.isin(ours.truths, [VERDICTS.index(v) for v in (Verdict.CLEAR, Verdict.BEYOND)])
    found = _gap_thresholds(ours, ordinary, strangers)
    for verdict, name in product((Verdict.MISHEARD, Verdict.GIVEN_UP), SORTS):
        sure = ours.sure[ordinary & (ours.sorts == name), VERDICTS.index(verdict)]
        lowest = float(np.quantile(sure, 1.0 - MOST_HELD_UP / 1000.0))
        found[name][str(verdict)] = round(min(max(lowest, LEAST[name]), 0.97), 4)
    return found


def _gap_thresholds(
    ours: Judged, ordinary: np.ndarray[Any, Any], strangers: Judged
) -> dict[str, dict[str, float]]:
    """By trying all of them, where settings, devices and places count alike."""
    lacks = np.array(ours.drawn.lacks)
    worth = np.zeros(len(lacks))
    for lacking in set(lacks) - {""}:
        worth[lacks == lacking] = 1.0 / (lacks == lacking).sum()
    hits, own, foreign = (
        {
            name: [
                float(weights[(judged.sorts == name) & (judged.sure[:, GAP] >= at)].sum())
                for at in _STEPS
            ]
            for name in SORTS
        }
        for judged, weights in (
            (ours, worth),
            (ours, ordinary.astype(float)),
            (strangers, np.ones(len(strangers.sure))),
        )
    )
    best: tuple[float, float, tuple[int, ...]] = (-1.0, 0.0, ())
    allowed = [
        [i for i, at in enumerate(_STEPS) if BOUNDS[name][0] <= at <= BOUNDS[name][1]]
        for name in SORTS
    ]
    for steps in product(*allowed):
        false = sum(foreign[n][i] for n, i in zip(SORTS, steps, strict=True))
        wrong = sum(own[n][i] for n, i in zip(SORTS, steps, strict=True))
        if false > MOST_OFFERS / 1000.0 * len(strangers.sure):
            continue
        if wrong > MOST_OWN_OFFERS / 1000.0 * ordinary.sum():
            continue
        right = sum(hits[n][i] for n, i in zip(SORTS, steps, strict=True))
        best = max(best, (right, -false - wrong, steps))
    return {n: {str(Verdict.GAP): _STEPS[i]} for n, i in zip(SORTS, best[2], strict=True)}


def figures(judged: Judged, scores: Floats, least: Thresholds, name: str) -> dict[str, float]:
    """Precision, recall and F1 of spans with what they lack, and the share of right verdicts."""
    right = found = wanted = words = 0
    said, labels = judged.said(least), judged.drawn.rows.truths[0]
    for i, verdict in enumerate(said):
        told = [LABELS[n] for n in labels[i] if n >= 0]
        there = spans(told)
        here = _decoded(scores[i, : len(told)]) if verdict == GAP else set()
        right += len(here & there)
        words += len({s[:2] for s in here} & {s[:2] for s in there})
        found += len(here)
        wanted += len(there)
    return {
        f"span_f1_{name}": 2 * right / max(1, found + wanted),
        f"words_f1_{name}": 2 * words / max(1, found + wanted),
        f"span_precision_{name}": right / max(1, found),
        f"span_recall_{name}": right / max(1, wanted),
        f"verdict_{name}": float((said == judged.truths).mean()),
    }


def _decoded(scores: Floats) -> set[tuple[int, int, str]]:
    return spans([LABELS[n] for n in viterbi(scores, *bio_transitions(LABELS))])


def mistaken(judged: Judged, least: Thresholds) -> dict[str, float]:
    """Of each true verdict, the share that is taken for each other one."""
    said = judged.said(least)
    return {
        f"{VERDICTS[truth]}_taken_for_{VERDICTS[other]}": float(
            (said[judged.truths == truth] == other).mean()
        )
        for truth in range(len(VERDICTS))
        for other in range(len(VERDICTS))
        if truth != other
    }
