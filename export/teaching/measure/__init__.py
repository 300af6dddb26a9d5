"""`python -m export evaluate teaching`: what teaching is worth, on wordings that nobody trained on.

Simulated owners (`simulator.teachers`) say the words; half of the wordings are held back from
whoever makes the models, and the figures are of that half.
"""

import argparse
import logging
from pathlib import Path

from device.runtimes import runtime
from export.quantize import ROOT
from export.tagger.texts import TEXTS
from export.teaching.measure.ordinary import FOLD, ordinary_tables
from export.teaching.measure.parts import part_tables
from export.teaching.measure.whole import lesson_tables
from simulator.teachers.bank import Share

PAGE = ROOT / "docs" / "teaching-figures.md"
PARTS = ("ordinary", "parts", "lessons")

HEAD = """# Figures of teaching

What is measured, and on what: simulated owners (`simulator/teachers`) with something in mind and
a way of speaking talk to the real speaker in the furnished house and in random homes. Their
wordings were written without a look at the training text of the models. Half of them, chosen by
a hash of their letters, were never shown to who made the models; all figures are of that half.
"""


def evaluate(argv: list[str]) -> None:
    """Measure, print, and write docs/teaching-figures.md."""
    parser = argparse.ArgumentParser(prog="python -m export evaluate teaching")
    parser.add_argument("--lessons", type=int, default=400, help="whole lessons")
    parser.add_argument("--sentences", type=int, default=1_000, help="sentences of each part")
    parser.add_argument("--seed", type=int, default=71)
    parser.add_argument("--share", choices=("shown", "held"), default="held")
    parser.add_argument("--only", choices=PARTS, help="one part; the page is left as it is")
    parser.add_argument("--failures", type=Path, help="folder for what went wrong, to read")
    parser.add_argument(
        "--folds", type=int, nargs="+", default=[FOLD], help="of HWU64, for false offers"
    )
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    asked = parser.parse_args(argv)
    logging.getLogger("device").setLevel(logging.WARNING)
    share: Share = asked.share
    tables: list[str] = []
    for part in PARTS if asked.only is None else (asked.only,):
        match part:
            case "ordinary":
                tables += ordinary_tables(
                    asked.texts,
                    asked.sentences,
                    asked.seed,
                    share,
                    asked.failures,
                    asked.folds,
                )
            case "parts":
                tables += part_tables(asked.sentences, asked.seed, share, asked.failures)
            case _:
                tables += lesson_tables(asked.lessons, asked.seed, share, asked.failures)
    command = " ".join(["python -m export evaluate teaching", *argv])
    text = "\n\n".join([f"Measured by `{command}` in {runtime()}.", *tables])
    print(text)  # noqa: T201
    if asked.only is None and share == "held" and asked.folds == [FOLD]:
        PAGE.write_text(f"{HEAD}\n{text}\n", encoding="utf-8")
