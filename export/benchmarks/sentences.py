"""Sentences of the public sets, all in one form, and the readers of their files."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from device.errors import ModelError
from device.nlu.embedding import Floats

OUT_OF_SCOPE = "oos"
"""CLINC150's name of what no intent covers."""

_SLOT = re.compile(r"\[(\w+)\s*:\s*([^\]]+)\]")
_PIECE = re.compile(r"\w+|'\w*|[^\w\s]")
"""A token where the set itself has no tokens: "nineteenth's" is two."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words, their slots and what they ask for."""

    tokens: tuple[str, ...]
    """Lower case, at least one."""
    labels: tuple[str, ...]
    """One for each token: "O", "B-name", "I-name"."""
    intents: frozenset[str]
    """All that is asked for."""

    def __post_init__(self) -> None:
        if not self.tokens or len(self.tokens) != len(self.labels):
            raise ValueError(f"words and labels do not fit: {self}")

    @property
    def flags(self) -> Floats:
        """What the models are told of each word besides its vector: whether it has a digit."""
        return np.array([[any(c.isdigit() for c in t)] for t in self.tokens], np.float32)


def sentence(tokens: Sequence[str], labels: Sequence[str], intents: Iterable[str]) -> Sentence:
    """A sentence as a set writes it, in lower case."""
    return Sentence(tuple(t.lower() for t in tokens), tuple(labels), frozenset(intents))


def read_columns(folder: Path) -> list[Sentence]:
    """A part of SNIPS, ATIS or a Mix set: `seq.in`, `seq.out` and `label`, a sentence a line.

    Raises:
        ModelError: A file is missing, or the three do not fit together.
    """
    words, slots, intents = (_lines(folder / name) for name in ("seq.in", "seq.out", "label"))
    try:
        return [
            sentence(w.split(), s.split(), i.strip().split("#"))
            for w, s, i in zip(words, slots, intents, strict=True)
        ]
    except ValueError as exc:
        raise ModelError(f"{folder} does not hold labelled sentences: {exc}") from exc


def read_hwu64(path: Path) -> list[tuple[int, Sentence]]:
    """HWU64 with the fold, 1 to 10, of each sentence."""
    rows = [json.loads(line) for line in _lines(path)]
    return [
        (
            row["fold"],
            spanned(
                row["text"],
                [(e["start"], e["end"], e["entity"]) for e in row["entities"]],
                row["intent"],
            ),
        )
        for row in rows
    ]


def read_slurp(path: Path) -> list[Sentence]:
    """Annotated sentences of SLURP; intents are `scenario_action`."""
    made = []
    for line in _lines(path):
        row = json.loads(line)
        text, spans, at = "", [], 0
        for found in _SLOT.finditer(row["annotation"]):
            text += row["annotation"][at : found.start()]
            spans.append((len(text), len(text) + len(found[2]), found[1]))
            text, at = text + found[2], found.end()
        text += row["annotation"][at:]
        made.append(spanned(text, spans, f"{row['scenario']}_{row['action']}"))
    return made


def read_clinc150(path: Path, *parts: str) -> list[Sentence]:
    """Parts of CLINC150, such as "train" and "oos_train"; it has no slots."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ModelError(_MISSING.format(path)) from exc
    rows = [(_PIECE.findall(text), intent) for part in parts for text, intent in table[part]]
    return [sentence(tokens, ["O"] * len(tokens), [intent]) for tokens, intent in rows if tokens]


def normalized(tokens: Sequence[str]) -> str:
    """Letters and digits of a sentence, for telling whether two sets share it."""
    return "".join(c for token in tokens for c in token if c.isalnum())


def spanned(text: str, spans: Iterable[tuple[int, int, str]], intent: str) -> Sentence:
    """A sentence whose slots are ranges of characters; a token in part of one is in it.

    Tokens are cut without a look at the slots, so that the cuts tell nothing about them.

    Args:
        text: With at least one letter, digit or mark.
        spans: First character, character after the last, and name of each slot.
        intent: Of the sentence.
    """
    pieces = list(_PIECE.finditer(text))
    labels = ["O"] * len(pieces)
    for start, stop, name in spans:
        inside = [i for i, p in enumerate(pieces) if p.start() < stop and start < p.end()]
        for i in inside:
            labels[i] = f"{'B' if i == inside[0] else 'I'}-{name}"
    return sentence([p[0] for p in pieces], labels, [intent])


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise ModelError(_MISSING.format(path)) from exc


_MISSING = "text set {} is missing; --texts names the folder with all of them"
