"""`python -m export evaluate routing` measures learning from labels that are incomplete.

It draws catalogues from the public sets, trains every arm on each of them, and writes the tables
of docs/routing-labels.md. With `--figures` it measures what ships instead, against the number of
skills, into docs/routing-figures.md.
"""

import argparse
import logging
from pathlib import Path

import msgspec

from export.quantize import ROOT
from export.tagger.texts import TEXTS

LOG = logging.getLogger(__name__)
DOCS = ROOT / "docs"
SHARES = (0.6, 0.3, 0.1)
"""Shares of shared requests; all arms are measured with the first."""
BRIEF = ("one label", "pseudo-labels", "pseudo-labels + negative + distillation")
"""Arms that are measured with the others."""


def evaluate(argv: list[str]) -> None:
    """Measure, print, and write the tables and plots into docs/."""
    parser = argparse.ArgumentParser(prog="python -m export evaluate routing")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--seeds", type=int, default=5, help="catalogues drawn for each share")
    parser.add_argument("--figures", action="store_true", help="of what ships, by size")
    asked = parser.parse_args(argv)
    if asked.figures:
        from export.routing.growth import measure_growth

        measure_growth(asked.texts, DOCS)
        return
    from export.routing.page import write_page

    write_page(ablation(asked.texts, asked.seeds), DOCS)


def ablation(texts: Path, seeds: int) -> "list[Drawn]":
    """Train and measure all arms; what was measured before with the same code's cache is kept."""
    from export.routing.arms import ARMS, Ground, run
    from export.routing.catalogue import catalogue
    from export.routing.corpus import read_corpus
    from export.routing.grasp import words_of
    from export.routing.vectors import encoded

    corpus = read_corpus(texts)
    vectors, words = encoded(corpus.texts), words_of(corpus.texts)
    found = []
    for share in SHARES:
        arms = ARMS if share == SHARES[0] else {name: ARMS[name] for name in BRIEF}
        for seed in range(1, seeds + 1):
            drawn = catalogue(corpus, vectors, shared=share, seed=seed)
            figures = run(Ground(corpus, vectors, words, drawn, seed), arms)
            found.append(Drawn(shared=share, seed=seed, arms=figures))
            LOG.info("%d %% shared, seed %d: %s", 100 * share, seed, figures[BASELINE])
    return found
