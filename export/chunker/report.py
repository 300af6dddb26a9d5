"""`python -m export evaluate chunker` measures what each part is worth, into docs/coordination.md.

The ablations of "Parsing coordination for spoken language understanding" (Agarwal et al., SLT
2018), each trained on the same sentences with the same short schedule. Two domains are held out:
no training sentence speaks of songs or times, so that what is measured there is learned from
other things.
"""

import argparse
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from device.nlu.chunker import assemble, at_marks
from device.nlu.crf import viterbi
from device.nlu.words import Token
from export.chunker.texts import Row, mixture
from export.quantize import ROOT
from export.tagger.texts import TEXTS
from simulator.coordination import DOMAINS, LABELS

if TYPE_CHECKING:
    from export.chunker.train import Trained

LOG = logging.getLogger(__name__)
DOCS = ROOT / "docs" / "coordination.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
HELD_OUT = frozenset({"songs", "times"})
COUNTS = ("1", "2", "3", "4+")

Texts = list[str]
Split = Callable[[Sequence[Row]], list[Texts]]
"""From sentences to the texts of the requests that each falls into."""
Shares = Mapping[str, Sequence[bool]]
"""By group of sentences: which were split rightly."""

_PARTS = {
    "everything": {},
    "without characters": {"characters": False},
    "without the CRF": {"crf": False},
    "without adversarial training": {"adversary": 0.0},
    "four times as much adversarial training": {"adversary": 0.2},
    "random word vectors at the start": {"subwords": False},
}
"""What is left out or changed, as fields of `export.chunker.train.Recipe`."""


def evaluate(argv: list[str]) -> None:
    """Train each variant, measure, print, and write the figures into docs/coordination.md."""
    from export.chunker.train import Recipe, train

    parser = argparse.ArgumentParser(prog="python -m export evaluate chunker")
    parser.add_argument("--rows", type=int, default=16_000, help="generated sentences")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--sentences", type=int, default=4_000, help="test sentences")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    asked = parser.parse_args(argv)
    everything = mixture(asked.rows, 31, "train", asked.texts)
    rows = [row for row in everything if not row.topics & HELD_OUT]
    tests = mixture(asked.sentences, 131, "test", asked.texts)
    found: dict[str, Shares] = {}
    for name, fields in _PARTS.items():
        LOG.info("%s", name)
        recipe = Recipe(epochs=asked.epochs, **fields)  # type: ignore[arg-type]
        found[name] = measured(tests, by_labels(train(rows, tests, recipe)))
        LOG.info("%s", _row(name, found[name]))
    found['splitting at "and" and commas'] = measured(tests, by_marks)
    text = "\n\n".join(
        [
            f"Measured by `python -m export evaluate chunker` on {len(tests)} sentences; each "
            f"variant was trained on the same {len(rows)} sentences in {asked.epochs} passes, "
            f"none of which speaks of {' or '.join(sorted(HELD_OUT))}. Float models.",
            ablations(found),
            domains(found["everything"]),
            undecidable(rows, tests),
        ]
    )
    write(text)
    print(text)  # noqa: T201


def write(text: str, path: Path = DOCS) -> None:
    """Put the figures between their marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def by_labels(made: "Trained") -> Split:
    """Splitting as the device does, with the scores of a float model."""

    def split(rows: Sequence[Row]) -> list[Texts]:
        transitions, start = np.asarray(made.crf.transitions), np.asarray(made.crf.start)
        found = []
        for row, scores in zip(rows, made.scores(rows), strict=True):
            path = viterbi(scores[: len(row.tokens)], transitions, start)
            found.append(_put_together(row, [LABELS[i] for i in path]))
        return found

    return split


def by_marks(rows: Sequence[Row]) -> list[Texts]:
    """Splitting at "and" and at commas."""
    return [[c.text for c in at_marks(" ".join(row.tokens), _tokens(row.tokens))] for row in rows]


def measured(rows: Sequence[Row], split: Split) -> Shares:
    """Which sentences are split exactly, by number of things asked, place and domain."""
    found: dict[str, list[bool]] = defaultdict(list)
    for row, texts in zip(rows, split(rows), strict=True):
        exact = texts == _put_together(row, row.labels)
        count = COUNTS[min(row.count, 4) - 1]
        place = "held out" if row.domains and row.domains <= HELD_OUT else "seen"
        if place == "seen" and row.topics & HELD_OUT:
            continue
        found[f"{place} {count}"].append(exact)
        if row.kind == "items" and len(row.domains) == 1:
            found[min(row.domains)].append(exact)
    return found


def ablations(found: Mapping[str, Shares]) -> str:
    """Exact match of each variant, in domains seen and held out."""
    columns = [f"seen {c}" for c in COUNTS] + [f"held out {c}" for c in COUNTS[1:]]
    first = next(iter(found.values()))
    heads = [f"{c} ({len(first.get(c, ()))})" for c in columns]
    lines = [_row(name, shares) for name, shares in found.items()]
    return "\n".join(
        [
            "### Exact match of all requests of a sentence, by number of things asked",
            "",
            f"| chunker | {' | '.join(heads)} |",
            f"| --- |{' --- |' * len(columns)}",
            *lines,
        ]
    )


def domains(shares: Shares) -> str:
    """Exact match of one value replaced by several, by domain."""
    lines = [
        f"| {name}{' (held out)' if name in HELD_OUT else ''} | {len(shares[name])} "
        f"| {_percent(shares[name])} |"
        for name in DOMAINS
        if shares.get(name)
    ]
    title = "### Several values in the place of one, by domain"
    return "\n".join([title, "", "| domain | number | everything |", "| --- | --- | --- |", *lines])


def undecidable(train: Sequence[Row], tests: Sequence[Row]) -> str:
    """How many sentences not even a person could split who knows the training words only."""
    known = {word for row in train for word in row.tokens}
    listed = [row for row in tests if row.kind == "items"]
    open_ = [row for row in listed if ambiguous(row, known)]
    return (
        f"{100 * len(open_) / len(listed):.1f} % of the {len(listed)} lists have, with nothing "
        "between them, two items that touch in a word which training never had: where one ends "
        "is a guess."
    )


def ambiguous(row: Row, known: frozenset[str] | set[str]) -> bool:
    """Whether two items stand side by side and a word at their seam is not known."""
    return any(
        label == "B" and row.labels[at - 1] in "BI" and not {row.tokens[at - 1], word} <= known
        for at, (word, label) in enumerate(zip(row.tokens, row.labels, strict=True))
        if at
    )


def _row(name: str, shares: Shares) -> str:
    columns = [f"seen {c}" for c in COUNTS] + [f"held out {c}" for c in COUNTS[1:]]
    return f"| {name} | {' | '.join(_percent(shares.get(c, ())) for c in columns)} |"


def _percent(exact: Sequence[bool]) -> str:
    return f"{100 * np.mean(exact):.1f} %" if len(exact) else "-"


def _put_together(row: Row, labels: Sequence[str]) -> Texts:
    return [c.text for c in assemble(" ".join(row.tokens), _tokens(row.tokens), labels)]


def _tokens(texts: Sequence[str]) -> list[Token]:
    return [Token(text=text, word=i) for i, text in enumerate(texts)]
