"""Answers as the model reads them: words, labels, scopes, arrays."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from device.nlu.words import tokenize
from device.teaching.answer import Scope
from device.teaching.answerwords import content
from device.teaching.gap import Lacks
from export.teaching.concept.asides import aside, hesitant, misheard
from export.teaching.concept.commands import command
from export.teaching.concept.corrections import correction
from export.teaching.concept.drawn import definition
from export.teaching.concept.grammar import Piece
from export.teaching.concept.remarks import remark
from export.teaching.concept.sayings import Drawn
from export.teaching.concept.scenes import Scene, places, scene
from export.teaching.texts import said
from simulator.homes import Split
from simulator.sentences import dressed, random_phrase

PLACES = 300
"""Pretend homes of one set of examples."""

_SHARES: dict[str, int] = {
    "definition": 46,
    "command": 10,
    "correction": 22,
    Scope.YES: 7,
    Scope.NO: 6,
    Scope.CANCEL: 6,
    Scope.UNSURE: 6,
    Scope.VAGUE: 8,
    Scope.ELSEWHERE: 12,
}
_PUBLIC: dict[Scope, frozenset[str]] = {
    Scope.YES: frozenset({"clinc/yes", "hwu/general_affirm"}),
    Scope.NO: frozenset({"clinc/no", "hwu/general_negate"}),
    Scope.CANCEL: frozenset({"clinc/cancel", "hwu/general_commandstop"}),
    Scope.UNSURE: frozenset(
        {"clinc/maybe", "hwu/general_explain", "clinc/repeat", "hwu/general_dontcare"}
    ),
}
"""Intents of the public sets that are answers as well."""
_ANSWERING = frozenset().union(*_PUBLIC.values()) | {
    *("hwu/general_confirm", "hwu/general_repeat", "hwu/general_praise", "hwu/general_quirky"),
    *("clinc/smart_home", "clinc/change_volume"),
}
_DEFINING = ("hwu/iot_", "hwu/audio_volume", "slurp/")
"""Intents that could define something, or that nobody told."""
_ORDINARY = (
    *("HassStartTimer", "HassGetState", "HassGetWeather", "HassGetCurrentTime", "HassTimerStatus"),
    *("HassListAddItem", "HassMediaNext", "AlarmStatus", "ReminderStatus", "HassGetCurrentDate"),
)
"""Requests of the speaker's own that define nothing."""
MISHEARD = 0.2
"""Share of answers that recognition got wrong in places."""
WRONG = 0.1
"""Share of their words that are others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An answer with its truth."""

    drawn: Drawn
    text: str
    tokens: tuple[str, ...]
    labels: tuple[str, ...]


def examples(
    count: int, seed: int, split: Split, folder: Path, *, homes: int = PLACES
) -> list[Example]:
    """Answers to lessons in pretend homes.

    Args:
        count: How many.
        seed: The same seed gives the same answers.
        split: "test" for frames, words and sentences that training never sees.
        folder: Of the public texts.
        homes: Pretend homes in which they are given.
    """
    rng = Random(seed)
    return [
        _example(rng, made, pieces)
        for made, pieces in drawn(rng, count, split, folder, homes=homes, shares=_SHARES)
    ]


def drawn(
    rng: Random,
    count: int,
    split: Split,
    folder: Path,
    *,
    homes: int,
    shares: Mapping[str, int],
) -> Iterator[tuple[Drawn, list[Piece]]]:
    """Answers to lessons in pretend homes, and all that is said, with stories and hesitations.

    Args:
        rng: The only source of chance.
        count: How many.
        split: As for `examples`.
        folder: Of the public texts.
        homes: Pretend homes in which they are given.
        shares: How often what is drawn: "definition", "correction", "command" (what to do about
            how it is), or a scope.
    """
    inside = places(rng, split, homes)
    public = _public("train" if split == "train" else "dev", folder)
    found = 0
    while found < count:
        what = rng.choices([*shares], weights=[*shares.values()])[0]
        at = scene(rng, rng.choice(inside), split, Lacks.NEED if what == "command" else None)
        made = _drawn(rng, at, split, str(what), public)
        if made is not None:
            found += 1
            yield made, _said(rng, made, split, public[Scope.ELSEWHERE])


def _public(part: str, folder: Path) -> dict[Scope, list[str]]:
    rows = said("train" if part == "train" else "dev", folder)
    found = {
        scope: [row.text for row in rows if row.intent in intents]
        for scope, intents in _PUBLIC.items()
    }
    asked = [
        row.text
        for row in rows
        if row.intent not in _ANSWERING and not row.intent.startswith(_DEFINING)
    ]
    stories = _stories(part, folder.parent / "speech")
    share = max(1, len(asked) // (4 * max(1, len(stories))))
    found[Scope.ELSEWHERE] = asked + stories * share
    return found


def _stories(part: str, speech: Path) -> list[str]:
    """Sentences of books, as somebody in the room or on television says them."""
    found: list[str] = []
    for name in ("librispeech", "kathleen"):
        path = speech / name / "manifest.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        rows = [json.loads(line) for line in lines]
        told = [str(row["text"]).lower() for row in rows if row.get("split") == "train"]
        found += [text for i, text in enumerate(told) if (i % 10 == 9) == (part == "dev")]
    return [text for text in found if len(text.split()) < 30]


def _drawn(
    rng: Random, at: Scene, split: Split, what: str, public: dict[Scope, list[str]]
) -> Drawn | None:
    if what == "definition":
        return definition(rng, at, split)
    if what == "command":
        return command(rng, at, split)
    if what == "correction":
        return correction(rng, at, split)
    scope = Scope(what)
    made = remark(rng, at, split, scope)
    real = public.get(scope, [])
    style = rng.random()
    if real and style < (0.65 if scope is Scope.ELSEWHERE else 0.4):
        pieces: tuple[Piece, ...] = (Piece(rng.choice(real)),)
    elif scope is Scope.ELSEWHERE and style < 0.8:
        phrase = random_phrase(rng.choice(_ORDINARY), rng, at.home, split)
        pieces = (Piece(" ".join(dressed(phrase, rng).text.split())),)
    else:
        pieces = made.pieces
    return Drawn(kind=made.kind, pieces=pieces, scope=scope, scene=at, proposed=made.proposed)


def _said(rng: Random, drawn: Drawn, split: Split, chatter: Sequence[str]) -> list[Piece]:
    pieces = list(drawn.pieces)
    if drawn.scope is Scope.DEFINES and drawn.kind != "a correction":
        if rng.random() < 0.3:
            link = rng.choice(("", "", ",", "so", "and", "and then", ".", "anyway", "well"))
            story = aside(rng, drawn.scene, split, chatter)
            pieces = [*story, *([Piece(link)] if link else []), *pieces]
        if rng.random() < 0.12:
            pieces = [*pieces, *([Piece(",")] if rng.random() < 0.4 else [])]
            pieces += aside(rng, drawn.scene, split, chatter)
    return hesitant(rng, pieces) if rng.random() < 0.28 else pieces


def _example(rng: Random, drawn: Drawn, pieces: Sequence[Piece]) -> Example:
    tokens, labels = words_of(pieces)
    if rng.random() < MISHEARD:
        tokens = [
            misheard(rng, t) if label == "O" and rng.random() < WRONG else t
            for t, label in zip(tokens, labels, strict=True)
        ]
    if rng.random() < 0.5:
        kept = [i for i, t in enumerate(tokens) if t not in (",", ".")]
        tokens, labels = [tokens[i] for i in kept], _moved(labels, kept)
    text = " ".join(tokens).replace(" ,", ",").replace(" .", ".")
    return Example(drawn=drawn, text=text, tokens=tuple(tokens), labels=tuple(labels))


def _moved(labels: Sequence[str], kept: Sequence[int]) -> list[str]:
    """The labels of what is kept; where a clause began with a mark, it begins with a word."""
    found = [labels[i] for i in kept]
    for before, after in pairwise(kept):
        begins = any(labels[i] == "B-clause" for i in range(before + 1, after))
        at = kept.index(after)
        if begins and found[at] == "O":
            found[at] = "B-clause"
    return found


def words_of(pieces: Sequence[Piece]) -> tuple[list[str], list[str]]:
    """Tokens and BIO labels of pieces; a mark at the end is none."""
    tokens: list[str] = []
    labels: list[str] = []
    for piece in pieces:
        words = [t.text for t in content(tokenize(f"{piece.text} x")[:-1])]
        if piece.text in (",", "."):
            words = [piece.text]
        for at, word in enumerate(words):
            if word == "," and tokens[-1:] == [","]:
                continue
            plain = not piece.label or (word in (",", ".") and piece.label != "clause")
            labels.append("O" if plain else f"{'I' if at else 'B'}-{piece.label}")
            tokens.append(word)
    while tokens and tokens[-1] in (",", "."):
        tokens.pop()
        labels.pop()
    return tokens or ["um"], labels or ["O"]


def labels_of(rows: Sequence[Example]) -> tuple[str, ...]:
    """All labels, "O" first."""
    names = sorted({label[2:] for row in rows for label in row.labels if label != "O"})
    return ("O", *(f"{mark}-{name}" for name in names for mark in "BI"))
