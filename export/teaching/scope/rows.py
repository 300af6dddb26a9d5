"""Answers as the scope model reads them, and as arrays for the network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from device.models import SHIPPED, read_manifest
from device.nlu.embedding import WordTable, load_table
from device.nlu.words import Token, tokenize
from device.teaching.answer import Scope
from device.teaching.answerwords import answer_flags
from device.teaching.scopes import parts_of
from export.encoder.sizes import LENGTH, SIZE
from export.teaching.concept.corrections import offer
from export.teaching.concept.grammar import Piece
from export.teaching.concept.rows import drawn
from export.teaching.concept.sayings import Drawn
from export.teaching.concept.scenes import places, scene
from export.teaching.declarative.rows import encoded
from export.teaching.gap.mishearing import misheard
from export.teaching.sizes import UNTOLD, Rows
from simulator.homes import Split

SHARES: dict[str, int] = {
    "definition": 24,
    "command": 5,
    "correction": 13,
    Scope.YES: 13,
    Scope.NO: 11,
    Scope.CANCEL: 12,
    Scope.UNSURE: 12,
    Scope.VAGUE: 13,
    Scope.ELSEWHERE: 21,
}
MISHEARD = 0.3
"""Share of answers that recognition got wrong in places."""
WRONG = 0.12
"""Share of their words that are others."""
SHORT_WRONG = 0.2
"""The same of short answers, which lose no word: "not that" is heard as "night that", no yes."""
GARBLED = 0.12
"""Share of answers of somebody unsure that are any words at all: nobody can tell what they say."""
LOST = 0.03
"""Share of their words that it did not hear."""
PLAIN = 4
"""Words from which a yes is long enough to be known with one word misheard."""
HOMES = 300
"""Pretend homes in which answers to learn from are given."""
OFFERED, WILLING = "offered-", "willing"
"""Kinds of sentences that were written apart: said to an offer, and to "can you teach me?"."""
SCENES = 4
"""Lessons in which each sentence that was written apart is said."""


@dataclass(frozen=True, slots=True)
class Row:
    """An answer with its truth."""

    tokens: tuple[Token, ...]
    bears: tuple[bool, ...]
    """Which of the tokens are part of what it defines."""
    drawn: Drawn


def answers(count: int, seed: int, split: Split, folder: Path) -> list[Row]:
    """Answers to lessons in pretend homes.

    Args:
        count: How many.
        seed: The same seed gives the same answers.
        split: "test" for frames, words and sentences that training never sees.
        folder: Of the public texts.
    """
    rng = Random(f"{seed} scopes")
    homes = HOMES if split == "train" else HOMES // 3
    return [
        _heard(rng, _row(made, pieces))
        for made, pieces in drawn(rng, count, split, folder, homes=homes, shares=SHARES)
    ]


def strangers() -> list[Row]:
    """The sentences that were written apart, for measuring only, each in several lessons."""
    path = Path(__file__).parent / "strangers.yaml"
    table: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    rng = Random("strangers")
    inside = places(rng, "test", HOMES // 5)
    found = []
    for kind, said in table.items():
        scope = Scope.YES if kind == WILLING else Scope(kind.removeprefix(OFFERED))
        for text in said:
            for _ in range(SCENES):
                at = scene(rng, rng.choice(inside), "test")
                settings = offer(rng, at) if kind.startswith(OFFERED) else None
                pieces = (Piece(text),)
                proposed = None if settings is None else settings.meaning
                made = Drawn(kind=kind, pieces=pieces, scope=scope, scene=at, proposed=proposed)
                found.append(_row(made, pieces))
    return found


def arrays(rows: Sequence[Row], scopes: Sequence[Scope]) -> Rows:
    """What the network reads and is to give; a long answer is several rows."""
    table = _table()
    words: list[npt.NDArray[Any]] = []
    masks: list[npt.NDArray[Any]] = []
    flags: list[npt.NDArray[Any]] = []
    truths: list[int] = []
    for row in rows:
        at = row.drawn.scene
        flagged = answer_flags(
            row.tokens, at.gazetteer, at.gap, at.context, at.about, row.drawn.proposed
        )
        parts = parts_of(row.tokens, flagged, LENGTH)
        bearing = parts_of(row.tokens, np.array(row.bears, np.float32)[:, None], LENGTH)
        for (text, padded), (_, bears) in zip(parts, bearing, strict=True):
            tokens = [t for t in tokenize(text) if not t.mark][:LENGTH]
            x = np.zeros((LENGTH, SIZE), np.float16)
            m = np.zeros((LENGTH, 1), np.float16)
            x[: len(tokens)] = table.vectors(tokens)
            m[: len(tokens)] = 1.0
            words.append(x)
            masks.append(m)
            flags.append(padded[0].astype(np.float16))
            silent = len(parts) > 1 and row.drawn.scope is Scope.DEFINES and not bears.any()
            truths.append(UNTOLD if silent else scopes.index(row.drawn.scope))
    said, mask = np.stack(words), np.stack(masks)
    return Rows((said, mask, np.stack(flags), encoded(said, mask)), (np.array(truths, np.int32),))


def _row(made: Drawn, pieces: Sequence[Piece]) -> Row:
    tokens: list[Token] = []
    bears: list[bool] = []
    for piece in pieces:
        words = tokenize(piece.text)
        tokens += words
        bears += [bool(piece.label)] * len(words)
    if all(token.mark for token in tokens):
        tokens, bears = list(tokenize("um")), [False]
    return Row(tokens=tuple(tokens), bears=tuple(bears), drawn=made)


def _heard(rng: Random, row: Row) -> Row:
    """An answer as recognition could have heard it; what it defines is heard rightly.

    A short yes is, too: what sounds like one is none.
    """
    short = len(row.tokens) < PLAIN
    if row.drawn.scope is Scope.UNSURE and rng.random() < GARBLED:
        some = [rng.choice(_words()) for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4)))]
        return _row(row.drawn, [Piece(" ".join(some))])
    if (short and row.drawn.scope is Scope.YES) or rng.random() >= MISHEARD:
        return row
    share = SHORT_WRONG if short else WRONG
    words, _ = misheard(rng, tuple(t.text for t in row.tokens), names=frozenset(), share=share)
    lost = 0.0 if short else LOST
    kept = [i for i, bears in enumerate(row.bears) if bears or rng.random() >= lost]
    tokens = tuple(
        row.tokens[i] if row.bears[i] else replace(row.tokens[i], text=words[i]) for i in kept
    )
    if not any(not token.mark for token in tokens):
        return row
    return Row(tokens=tokens, bears=tuple(row.bears[i] for i in kept), drawn=row.drawn)


@cache
def _table() -> WordTable:
    """The word vectors of the shipped encoder."""
    settings = read_manifest(SHIPPED / "encoder.json").settings
    return load_table(SHIPPED, settings["table"], settings["table_sha256"])


@cache
def _words() -> tuple[str, ...]:
    """Words that somebody could seem to say."""
    return tuple(word for word in _table().words if word.isalpha() and len(word) > 2)
