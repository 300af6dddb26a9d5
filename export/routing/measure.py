"""Figures of the arms, against the full truth."""

import numpy as np

from device.nlu.embedding import Floats
from export.routing.adam import sigmoid
from export.routing.ground import Ground, K, Learned, Lists, lists
from export.routing.metrics import best_threshold, counted, holding, listed, recall_at, top1
from export.routing.reranker import Reranker
from export.routing.shortlister import Shortlister

Figures = dict[str, float]


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
