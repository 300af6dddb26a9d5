"""`python -m export evaluate routing` measures learning from labels that are incomplete.

It draws catalogues from the public sets, trains every arm on each of them, and writes the tables
of docs/routing-labels.md. With `--figures` it measures what ships instead, against the number of
skills, into docs/routing-figures.md.
"""

import argparse
from pathlib import Path

from export.quantize import ROOT
from export.tagger.texts import TEXTS

DOCS = ROOT / "docs"


def evaluate(argv: list[str]) -> None:
    """Measure, print, and write the tables and plots into docs/.

    Raises:
        ModelError: A public set or a shipped model is missing.
    """
    parser = argparse.ArgumentParser(prog="python -m export evaluate routing")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--figures", action="store_true", help="of what ships, by size")
    parser.add_argument("--seeds", type=int, default=5, help="catalogues with all arms")
    parser.add_argument(
        "--resume", action="store_true", help="keep the catalogues of an interrupted run"
    )
    asked = parser.parse_args(argv)
    if asked.figures:
        from export.routing.growth import measure_growth
        from export.routing.growthpage import write_growth

        write_growth(*measure_growth(asked.texts), DOCS)
        return
    from export.routing.ablation import ablation
    from export.routing.page import write_page

    write_page(ablation(asked.texts, asked.seeds, resume=asked.resume), DOCS)
