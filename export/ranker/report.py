"""What the re-ranker is worth: `python -m export evaluate ranker` writes docs/ranker.md.

Everything is measured on needs that neither encoder nor re-ranker saw in training, with the
public sets' test sentences as requests, in homes with names that training never saw.
"""

import argparse
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from device.models import load
from device.routing.features import GROUPS, Floats
from device.runtimes import runtime
from export.quantize import ROOT
from export.ranker.lessons import cost, lessons
from export.ranker.lists import MISSED, Lists, lists
from export.ranker.situations import STYLES, Situation, situations, village
from export.ranker.texts import utterance_encoder
from export.tagger import calibration_error
from export.understanding import write

DOCS = ROOT / "docs" / "ranker.md"

CONTEXTS = {
    "enabled skills": ("enabled",),
    "habits": ("uses", "uses at this hour", "uses here"),
    "time of day": ("time of day", "uses at this hour"),
    "room and person": ("uses here",),
    "device types": ("devices",),
    "device state": ("device state", "situation"),
    "last skill": ("last skill",),
    "what was chosen": ("chosen",),
    "what was refused": ("refused",),
}
"""Kind of context -> the groups of features that carry it."""

BINS = (0.0, 0.3, 0.5, 0.7, 0.9, 0.97, 1.001)

Ranks = Callable[[Lists], Floats]


def evaluate(argv: list[str]) -> None:
    """Measure, print, and write the figures into docs/ranker.md."""
    parser = argparse.ArgumentParser(prog="python -m export evaluate ranker")
    parser.add_argument("--homes", type=int, default=60)
    asked = parser.parse_args(argv)
    encoder = utterance_encoder()
    tried = village("dev", encoder.encode, encoder.size)
    tuning = situations(tried, "test", homes=30, seed=302)
    place = village("test", encoder.encode, encoder.size)
    drawn = situations(place, "test", homes=asked.homes, seed=301)
    held = lists(drawn)
    sure = _ranks(held)
    parts = [
        f"Measured by `python -m export evaluate ranker --homes {asked.homes}`: {len(drawn)} "
        f"requests, int8, in {runtime()}.",
        _by_style(drawn, held, sure, tuning),
        _by_context(drawn, held),
        _by_margin(drawn, held, sure),
        _by_confidence(held, sure),
        _outside(drawn, sure),
        lessons(drawn),
        cost(drawn, held),
    ]
    text = "\n\n".join(parts)
    write(text, DOCS)
    print(text)  # noqa: T201


def _ranks(held: Lists) -> Floats:
    """Probabilities of shape (requests, MOST_RIVALS + 1), zero where there is no rival."""
    model = load("ranker")
    temperature = float(model.manifest.settings["temperature"])
    scores = np.stack(
        [
            model.run([x[None], mask[None]])[0].reshape(-1)
            for x, mask in zip(held.features, held.masks, strict=True)
        ]
    )
    there = np.concatenate([held.masks[..., 0] > 0, np.ones((len(scores), 1), bool)], 1)
    heat = np.where(there, scores / temperature, -np.inf)
    weights = np.exp(heat - heat.max(-1, keepdims=True))
    made: Floats = (weights / weights.sum(-1, keepdims=True)).astype(np.float32)
    return made


def _by_style(
    drawn: Sequence[Situation], held: Lists, sure: Floats, tuning: Sequence[Situation]
) -> str:
    right = sure.argmax(-1) == held.truth
    floor = _best_floor(tuning)
    alone = np.array([_shortlisted(one, floor) == one.wanted for one in drawn])
    styles = np.array([one.style for one in drawn])
    lines = []
    for style in (*STYLES, "all"):
        mine = styles == style if style != "all" else np.ones(len(styles), bool)
        able = mine & (held.truth != MISSED)
        lines.append(
            f"| {style} | {mine.sum()} | {100 * alone[mine].mean():.1f} % | "
            f"{100 * right[mine].mean():.1f} % | {100 * right[able].mean():.1f} % |"
        )
    listed = 100 * (held.truth != MISSED).mean()
    return "\n".join(
        [
            "### The skill that is wanted, or none",
            "",
            f"The shortlister alone takes the first of its list, and none below the similarity "
            f"({floor:.2f}) that is best for it on the validation sentences. In {listed:.1f} % "
            f"of all requests the list holds what is wanted; the last column counts only those.",
            "",
            "| requests | number | shortlister alone | with the re-ranker | of usable lists |",
            "| --- | --- | --- | --- | --- |",
            *lines,
        ]
    )


def _shortlisted(one: Situation, floor: float) -> str | None:
    """The first of the shortlist, if it is near enough."""
    skill, score = one.first
    return skill if score >= floor else None


def _best_floor(tuning: Sequence[Situation]) -> float:
    """The similarity below which the shortlister alone is right to give up."""
    floors: list[float] = np.linspace(0.0, 1.0, 51).tolist()
    return max(
        floors,
        key=lambda floor: float(np.mean([_shortlisted(s, floor) == s.wanted for s in tuning])),
    )


def _by_context(drawn: Sequence[Situation], held: Lists) -> str:
    usable = held.truth != MISSED
    several = usable & np.array([len(one.serving) > 1 for one in drawn])
    context = sorted({g for groups in CONTEXTS.values() for g in groups})

    def right(hidden: Sequence[str]) -> tuple[float, float, float]:
        features = held.features.copy()
        features[..., [c for group in hidden for c in GROUPS[group]]] = 0.0
        found = _ranks(Lists(features, held.masks, held.truth))
        good = found.argmax(-1) == held.truth
        told = found[np.arange(len(found)), held.truth][usable]
        loss = float(-np.log(told + 1e-9).mean())
        return 100 * float(good[usable].mean()), 100 * float(good[several].mean()), loss

    whole, nothing = right(()), right(context)
    lines = [
        f"| {name} | {of[0]:.1f} % | {of[1]:.1f} % | {of[2]:.3f} | | |"
        for name, of in (("all of it", whole), ("none of it", nothing))
    ]
    for name, groups in CONTEXTS.items():
        without = right(groups)
        alone = right([group for group in context if group not in groups])
        lines.append(
            f"| {name} | {without[0]:.1f} % | {without[1]:.1f} % | {without[2]:.3f} "
            f"| {alone[0] - nothing[0]:+.1f} | {alone[1] - nothing[1]:+.1f} |"
        )
    return "\n".join(
        [
            "### What each kind of context is worth",
            "",
            f'Usable lists only; "several" are the {several.sum()} requests that several skills '
            "truly serve. The first two rows are with all context and with none; below, what is "
            "right without one kind, and by how many points it alone is better than none. The "
            "loss is the mean negative logarithm of the probability of what was wanted.",
            "",
            "| context | right without it | several | loss | alone, points | several |",
            "| --- | --- | --- | --- | --- | --- |",
            *lines,
        ]
    )


def _by_margin(drawn: Sequence[Situation], held: Lists, sure: Floats) -> str:
    several = np.array([len(one.serving) > 1 for one in drawn]) & (held.truth != MISSED)
    ranked = np.sort(sure, -1)
    margin = ranked[:, -1] - ranked[:, -2]
    right = sure.argmax(-1) == held.truth
    order = np.argsort(-sure, -1)
    second = (order[:, 1] == held.truth) | right
    lines = []
    for low, high in ((0.0, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.7), (0.7, 1.01)):
        mine = several & (margin >= low) & (margin < high)
        if mine.any():
            lines.append(
                f"| {low:.1f} to {min(high, 1.0):.1f} | {100 * mine.sum() / several.sum():.1f} % | "
                f"{100 * right[mine].mean():.1f} % | {100 * second[mine].mean():.1f} % |"
            )
    return "\n".join(
        [
            "### Where several skills truly serve the request",
            "",
            "How far the best is ahead of the second, and how often it is the one that this "
            "owner wants: the nearer the two, the more a question is worth.",
            "",
            "| ahead by | share | the best is wanted | one of the two is |",
            "| --- | --- | --- | --- |",
            *lines,
        ]
    )


def _by_confidence(held: Lists, sure: Floats) -> str:
    usable = held.truth != MISSED
    best, right = sure.max(-1), sure.argmax(-1) == held.truth
    lines = []
    for low, high in pairwise(BINS):
        mine = usable & (best >= low) & (best < high)
        if mine.any():
            lines.append(
                f"| {low:.2f} to {min(high, 1.0):.2f} | {100 * mine.sum() / usable.sum():.1f} % "
                f"| {best[mine].mean():.2f} | {right[mine].mean():.2f} |"
            )
    error = calibration_error(sure[usable], held.truth[usable])
    return "\n".join(
        [
            "### Calibration",
            "",
            f"Expected calibration error {100 * error:.1f} % (15 bins, usable lists).",
            "",
            "| probability of the best | share | mean | right |",
            "| --- | --- | --- | --- |",
            *lines,
        ]
    )


def _outside(drawn: Sequence[Situation], sure: Floats) -> str:
    none = sure[:, -1]
    served = np.array([one.wanted is not None for one in drawn])
    lines = []
    for name, kept in (
        ("CLINC150's out-of-scope requests", np.array([s.style == "foreign" for s in drawn])),
        ("needs that no skill here serves", np.array([s.style == "stranger" for s in drawn])),
    ):
        mine = kept & ~served
        ranks = _auroc(none[mine], none[served])
        lines.append(
            f"| {name} | {mine.sum()} | {ranks:.3f} | {100 * (none[mine] >= 0.5).mean():.1f} % |"
        )
    lost = 100 * (none[served] >= 0.5).mean()
    return "\n".join(
        [
            "### What no skill serves",
            "",
            f"Of the requests that a skill serves, {lost:.1f} % are given up (none of them is at "
            "least as probable as all skills together).",
            "",
            "| requests | number | AUROC | given up |",
            "| --- | --- | --- | --- |",
            *lines,
        ]
    )


def _auroc(high: Floats, low: Floats) -> float:
    """Chance that one of `high` lies above one of `low`."""
    order = np.sort(low)
    below = np.searchsorted(order, high, side="left")
    ties = np.searchsorted(order, high, side="right") - below
    return float((below + 0.5 * ties).mean() / len(low))
