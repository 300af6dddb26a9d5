"""`python -m export teaching` makes the models of teaching, each or all of them.

python -m export teaching                        gap, concept, scope, declarative and uses
python -m export teaching --only gap             one of them
python -m export teaching --only gap --resume    train on from the weights in export/weights
python -m export teaching --no-training          convert the weights in export/weights again
python -m export evaluate teaching               all figures, docs/teaching-figures.md

Each part is a package `export.teaching.NAME` with a `make(asked)`.
"""

import argparse
import importlib
from dataclasses import dataclass
from pathlib import Path

from export.quantize import SHIPPED
from export.tagger.texts import TEXTS

COMMAND = "python -m export teaching"
PARTS = ("gap", "concept", "scope", "declarative", "uses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks of each part."""

    epochs: int | None
    """Passes over the training rows; None for the part's own number."""
    resume: bool
    """Whether training goes on from the kept weights."""
    training: bool
    """Whether it trains at all; else the kept weights are only converted."""
    texts: Path
    """Folder of the public text sets."""
    folder: Path
    """Where the models are written."""
    command: str
    """As the manifest names it."""

    def passes(self, own: int) -> int:
        """Epochs to train, where a part takes `own` of them unless asked otherwise."""
        if not self.training:
            return 0
        return own if self.epochs is None else self.epochs

    @property
    def restored(self) -> bool:
        """Whether the kept weights are where it begins."""
        return self.resume or not self.training


def evaluate(argv: list[str]) -> None:
    """Measure, and write docs/teaching-figures.md."""
    importlib.import_module("export.teaching.measure").evaluate(argv)


def main(argv: list[str]) -> None:
    """Make the models.

    Raises:
        ModelError: A model does not pass its gates; it is not written.
    """
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--only", choices=PARTS, help="one of the models")
    parser.add_argument("--epochs", type=int, help="passes over the training rows")
    parser.add_argument("--resume", action="store_true", help="go on from the kept weights")
    parser.add_argument("--no-training", action="store_true", help="convert the kept weights")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    given = parser.parse_args(argv)
    asked = Asked(
        epochs=given.epochs,
        resume=given.resume,
        training=not given.no_training,
        texts=given.texts,
        folder=given.folder,
        command=" ".join([COMMAND, *argv]),
    )
    for part in PARTS:
        if given.only in (None, part):
            importlib.import_module(f"export.teaching.{part}").make(asked)
