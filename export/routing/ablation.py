"""All arms on all catalogues."""

import logging
from pathlib import Path

import msgspec

from export.routing.arms import ARMS, BASELINE, run
from export.routing.catalogue import catalogue
from export.routing.corpus import read_corpus
from export.routing.grasp import words_of
from export.routing.ground import Ground
from export.routing.report import Drawn
from export.routing.vectors import CACHE, encoded

LOG = logging.getLogger(__name__)
SHARES = (0.6, 0.3, 0.1)
"""Shares of shared requests; all arms are measured with the first."""
FEWER = 3
"""Catalogues of the other shares, at most."""
BRIEF = (BASELINE, "pseudo-labels", "negative examples")
"""Arms that are measured with the others."""
RESULTS = CACHE / "ablation.json"


def ablation(texts: Path, seeds: int, *, resume: bool = False) -> list[Drawn]:
    """Train and measure all arms, catalogue by catalogue.

    Args:
        texts: Folder of the public sets.
        seeds: Catalogues drawn for the first share.
        resume: Whether what was written down before is kept; the models and the code must be
            those of that time.

    Returns:
        Share by share, those with all arms first.

    Raises:
        ModelError: A public set or the encoder is missing.
    """
    corpus = read_corpus(texts)
    vectors, words = encoded(corpus.texts), words_of(corpus.texts)
    found: list[Drawn] = []
    if resume and RESULTS.exists():
        found = msgspec.json.decode(RESULTS.read_bytes(), type=list[Drawn])
    for share in SHARES:
        arms = ARMS if share == SHARES[0] else {name: ARMS[name] for name in BRIEF}
        count = seeds if share == SHARES[0] else min(seeds, FEWER)
        for seed in range(1, count + 1):
            if any((one.shared, one.seed) == (share, seed) for one in found):
                continue
            LOG.info("catalogue %d with %.0f %% shared requests", seed, 100 * share)
            drawn = catalogue(corpus, vectors, shared=share, seed=seed)
            figures = run(Ground(corpus, vectors, words, drawn, seed), arms)
            found.append(Drawn(shared=share, seed=seed, arms=figures))
            RESULTS.write_bytes(msgspec.json.encode(found))
    return sorted(found, key=lambda one: (-one.shared, one.seed))
