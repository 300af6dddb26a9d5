"""The arms of the ablation: what each learns from, on one drawn catalogue."""

import logging
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from device.nlu.embedding import Floats
from export.routing.adam import sigmoid
from export.routing.catalogue import Catalogue, Requests, loose
from export.routing.corpus import Bools, Corpus, Ints
from export.routing.grasp import Grasp, Words
from export.routing.metrics import (
    best_threshold,
    counted,
    holding,
    listed,
    recall_at,
    top1,
)
from export.routing.pseudolabels import EPOCHS, Firsts, Streaks
from export.routing.reranker import Reranker, features
from export.routing.shortlister import Shortlister
from export.routing.training import Declined, Schedule, fit, tune

LOG = logging.getLogger(__name__)
K = 10
SHORTLIST = Schedule(epochs=12, rate=5e-3, fine_epochs=2, fine_rate=5e-4, trust=0.3, negative=0.5)
RERANK = Schedule(epochs=8, rate=3e-3, fine_epochs=2, fine_rate=5e-4, trust=0.3, negative=0.5)
SURE = 0.5
"""Probability that a skill must have to become the label of a request without one."""
HONEST = (0.9, 0.02)
"""How often a skill declines what it does not serve, and what it does serve."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the first training, that of the baseline, found out for the other arms."""

    pseudo: Bools
    """Pseudo-labels of the labelled requests, shape (requests, skills)."""
    semi: Requests
    """Requests without a label that got one."""


Figures = dict[str, float]


class Ground:
    """One catalogue and everything that is the same for all arms."""

    def __init__(
        self, corpus: Corpus, vectors: Floats, words: Words, catalogue: Catalogue, seed: int
    ) -> None:
        self.vectors, self.catalogue, self.seed = vectors, catalogue, seed
        self._grasp = Grasp(words, catalogue.samples)
        self.unlabelled = catalogue.withheld.joined(loose(corpus, len(catalogue.chosen), seed))
        one = np.bincount(catalogue.train.label, minlength=catalogue.skills)
        self.often = (one / one.sum()).astype(np.float32)

    def inputs(self, requests: Requests, rows: Ints) -> tuple[Floats, Ints]:
        """What the shortlister takes."""
        return self.vectors[requests.at[rows]], self.catalogue.chosen[requests.owner[rows]]

    def scores(self, model: Shortlister, requests: Requests) -> Floats:
        """Scores of all skills."""
        blocks = np.array_split(np.arange(len(requests)), max(1, len(requests) // 2_000))
        return np.concatenate([model.scores(*self.inputs(requests, rows)) for rows in blocks])

    def labels(self, requests: Requests) -> Bools:
        """The one label of each request."""
        found = np.zeros((len(requests), self.catalogue.skills), bool)
        found[np.arange(len(requests)), requests.label] = True
        return found

    def declines(self, requests: Requests, choice: Ints) -> Ints:
        """Rows of the requests that the chosen skills say that they do not know."""
        rng = np.random.default_rng(self.seed + 7)
        serves = self.catalogue.serves[choice, requests.need]
        return np.flatnonzero(rng.random(len(choice)) < np.where(serves, HONEST[1], HONEST[0]))

    def features(self, requests: Requests, scores: Floats, lists: Ints) -> Floats:
        """Features of lists of skills."""
        sure, known = self._grasp.of(requests.at, lists)
        chosen = (
            (self.catalogue.chosen[requests.owner][:, None, :] == lists[:, :, None])
            .any(axis=2)
            .astype(np.float32)
        )
        of_lists = np.take_along_axis(scores, lists, axis=1)
        return features(of_lists, sure, known, chosen, self.catalogue.popularity[lists])


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


@dataclass(frozen=True, slots=True)
class Lists:
    """Shortlists with their features."""

    scores: Floats
    """Of all skills, shape (requests, skills)."""
    skills: Ints
    """Shape (requests, K)."""
    given: Floats
    """Shape (requests, K, features)."""


def lists(ground: Ground, model: Shortlister, requests: Requests) -> Lists:
    """What a shortlister hands to the re-ranker."""
    scores = ground.scores(model, requests)
    skills = listed(scores, K)
    return Lists(scores, skills, ground.features(requests, scores, skills))


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


def measured(ground: Ground, first: Shortlister, second: Reranker) -> Figures:
    """Figures of both models on the test part, with thresholds from the dev part."""
    catalogue = ground.catalogue
    dev, test = (lists(ground, first, some) for some in (catalogue.dev, catalogue.test))
    truth_dev, truth = catalogue.truth(catalogue.dev), catalogue.truth(catalogue.test)
    found: Figures = {}
    for name, on_dev, on_test in (
        ("shortlister", sigmoid(dev.scores), sigmoid(test.scores)),
        ("re-ranker", _ranked(second, dev), _ranked(second, test)),
    ):
        threshold = best_threshold(on_dev, truth_dev)
        tuned, half = counted(on_test, truth, threshold), counted(on_test, truth, 0.5)
        found |= {
            f"{name} F1": tuned.f1,
            f"{name} precision": tuned.precision,
            f"{name} recall": tuned.recall,
            f"{name} F1 at 0.5": half.f1,
            f"{name} top-1": top1(on_test, truth),
            f"{name} own": float((on_test.argmax(axis=1) == catalogue.test.label).mean()),
            f"{name} threshold": threshold,
        }
    for k in (3, 5, K):
        found[f"recall at {k}"] = recall_at(test.skills[:, :k], truth)
        found[f"hit at {k}"] = holding(test.skills[:, :k], truth)
    return found


def _ranked(model: Reranker, some: Lists) -> Floats:
    """Probabilities of all skills, 0 for those that are not listed."""
    found = np.zeros(some.scores.shape, np.float32)
    np.put_along_axis(found, some.skills, sigmoid(model.scores(some.given)), axis=1)
    return found


def learned_figures(ground: Ground, first: Shortlister, learned: Learned) -> Figures:
    """How many labels the first training found and how many are right; usable lists by length."""
    catalogue = ground.catalogue
    train = catalogue.train
    truth, known = catalogue.truth(train), ground.labels(train)
    told = learned.semi.need >= 0
    right = catalogue.serves[learned.semi.label[told], learned.semi.need[told]]
    found = {
        "skills": float(catalogue.skills),
        "labelled": float(len(train)),
        "shared": catalogue.shared(train),
        "pseudo-labels": float(learned.pseudo.sum()),
        "requests with pseudo-labels": float(learned.pseudo.any(axis=1).mean()),
        "precision of pseudo-labels": float(truth[learned.pseudo].mean()),
        "unknown labels found": float(
            (learned.pseudo & truth).sum() / max(1, (truth & ~known).sum())
        ),
        "semi-supervised": float(len(learned.semi)),
        "precision of semi-supervised": float(right.mean()) if len(right) else 0.0,
    }
    scores = ground.scores(first, train)
    for k in (3, 5, K):
        some = listed(scores, k)
        found[f"usable at {k} before"] = holding(some, known)
        found[f"usable at {k} after"] = holding(some, known | learned.pseudo)
        found[f"usable at {k} in truth"] = holding(some, truth)
    return found
