"""The arms of the ablation: what each learns from, on one drawn catalogue."""

import logging
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from device.nlu.embedding import Floats
from export.routing.adam import sigmoid
from export.routing.catalogue import Requests
from export.routing.corpus import Bools, Ints
from export.routing.ground import Ground, Learned, lists
from export.routing.measure import Figures, learned_figures, measured
from export.routing.pseudolabels import EPOCHS, Firsts, Streaks
from export.routing.reranker import Reranker
from export.routing.shortlister import Shortlister
from export.routing.training import Declined, Schedule, fit, tune

LOG = logging.getLogger(__name__)
SHORTLIST = Schedule(epochs=12, rate=5e-3, fine_epochs=2, fine_rate=5e-4, trust=0.3, negative=0.5)
RERANK = Schedule(epochs=8, rate=3e-3, fine_epochs=2, fine_rate=5e-4, trust=0.3, negative=0.5)
SURE = 0.5
"""Probability that a skill must have to become the label of a request without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What is learned from besides the one label."""

    pseudo: bool = False
    """Pseudo-labels."""
    reranker_only: bool = False
    """They are kept from the shortlister."""
    negative: bool = False
    """Fine tuning away from what was declined."""
    distill: bool = False
    """Self-distillation."""
    semi: bool = False
    """Requests without a label, labelled by the first training."""
    whole: bool = False
    """The full truth: what no one has."""


ARMS = {
    "one label": Arm(),
    "pseudo-labels": Arm(pseudo=True),
    "pseudo-labels, re-ranker only": Arm(pseudo=True, reranker_only=True),
    "negative examples": Arm(negative=True),
    "self-distillation": Arm(distill=True),
    "pseudo-labels + negative + distillation": Arm(pseudo=True, negative=True, distill=True),
    "semi-supervised": Arm(semi=True),
    "all labels known": Arm(whole=True),
}
BASELINE = "one label"


def first_training(ground: Ground) -> tuple[Shortlister, Learned]:
    """Train the baseline's shortlister, and watch which skills it prefers to the labels."""
    catalogue = ground.catalogue
    streaks = Streaks(catalogue.train.label, catalogue.skills)
    firsts = Firsts(len(ground.unlabelled), sure=SURE)
    model = Shortlister(ground.vectors.shape[1], ground.often, ground.seed)

    def settled(epoch: int) -> bool:
        # Before, what stands above a label is mostly what has not been learned yet.
        return epoch >= SHORTLIST.epochs - EPOCHS

    def seen(epoch: int, rows: Ints, scores: Floats) -> None:
        if settled(epoch):
            streaks.see(rows, scores)

    def after(epoch: int) -> None:
        if settled(epoch):
            firsts.see(sigmoid(ground.scores(model, ground.unlabelled)))

    targets = ground.labels(catalogue.train).astype(np.float32)
    plain = replace(SHORTLIST, trust=0.0)

    def inputs(rows: Ints) -> tuple[Any, ...]:
        return ground.inputs(catalogue.train, rows)

    fit(model, inputs, targets, plain, seed=ground.seed, seen=seen, after=after)
    tune(model, inputs, targets, plain, seed=ground.seed)
    found = firsts.labels()
    kept = np.flatnonzero(found >= 0)
    some = ground.unlabelled
    semi = Requests(
        at=some.at[kept], need=some.need[kept], owner=some.owner[kept], label=found[kept]
    )
    return model, Learned(pseudo=streaks.labels(), semi=semi)


@dataclass(frozen=True, slots=True)
class _Taught:
    """What an arm learns from."""

    requests: Requests
    labels: Bools


def _taught(ground: Ground, arm: Arm, learned: Learned, *, pseudo: bool) -> _Taught:
    train = ground.catalogue.train
    labels = ground.catalogue.truth(train) if arm.whole else ground.labels(train)
    if pseudo:
        labels = labels | learned.pseudo
    if not arm.semi:
        return _Taught(train, labels)
    labels = np.concatenate([labels, ground.labels(learned.semi)])
    return _Taught(train.joined(learned.semi), labels)


def shortlister(ground: Ground, arm: Arm, learned: Learned) -> Shortlister:
    """Train the shortlister of an arm."""
    taught = _taught(ground, arm, learned, pseudo=arm.pseudo and not arm.reranker_only)
    model = Shortlister(ground.vectors.shape[1], ground.often, ground.seed)
    schedule = SHORTLIST if arm.distill else replace(SHORTLIST, trust=0.0)

    def inputs(rows: Ints) -> tuple[Any, ...]:
        return ground.inputs(taught.requests, rows)

    targets = fit(model, inputs, taught.labels.astype(np.float32), schedule, seed=ground.seed)
    declined = None
    if arm.negative:
        asked = ground.catalogue.withheld
        choice = ground.scores(model, asked).argmax(axis=1)
        rows = ground.declines(asked, choice)
        declined = Declined(
            inputs=lambda some: ground.inputs(asked, rows[some]), columns=choice[rows]
        )
    tune(model, inputs, targets, schedule, seed=ground.seed, declined=declined)
    return model


def reranker(
    ground: Ground, arm: Arm, learned: Learned, before: Shortlister
) -> tuple[Reranker, float]:
    """Train the re-ranker of an arm on the lists that hold a label.

    Returns:
        It, and how many of the labelled requests gave such a list.
    """
    taught = _taught(ground, arm, learned, pseudo=arm.pseudo)
    made = lists(ground, before, taught.requests)
    targets = np.take_along_axis(taught.labels, made.skills, axis=1)
    usable = np.flatnonzero(targets.any(axis=1))
    labelled = float((usable < len(ground.catalogue.train)).sum())
    given = made.given[usable]
    model = Reranker(given, ground.seed)
    schedule = RERANK if arm.distill else replace(RERANK, trust=0.0)

    def inputs(rows: Ints) -> tuple[Any, ...]:
        return (given[rows],)

    wanted = targets[usable].astype(np.float32)
    wanted = fit(model, inputs, wanted, schedule, seed=ground.seed)
    declined = None
    if arm.negative:
        asked = ground.catalogue.withheld
        theirs = lists(ground, before, asked)
        best = model.scores(theirs.given).argmax(axis=1)
        choice = theirs.skills[np.arange(len(best)), best]
        rows = ground.declines(asked, choice)
        declined = Declined(inputs=lambda some: (theirs.given[rows[some]],), columns=best[rows])
    tune(model, inputs, wanted, schedule, seed=ground.seed, declined=declined)
    return model, labelled


def run(ground: Ground, arms: dict[str, Arm]) -> dict[str, Figures]:
    """Train and measure arms on one catalogue."""
    first, learned = first_training(ground)
    found = {}
    for name, arm in arms.items():
        alone = not (arm.pseudo or arm.negative or arm.distill or arm.semi or arm.whole)
        keeps = alone or arm.reranker_only
        model = first if keeps else shortlister(ground, arm, learned)
        second, usable = reranker(ground, arm, learned, model)
        found[name] = {
            **measured(ground, model, second),
            "usable lists": usable,
        }
        LOG.info("%s: %s", name, {k: round(v, 4) for k, v in found[name].items()})
    found[BASELINE] |= learned_figures(ground, first, learned)
    return found
