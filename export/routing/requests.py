"""What people ask for in the public sets, in the parts that may be learned from and measured.

HWU64 (CC BY 4.0) folds 1 to 8 are learned from, fold 9 is tuned on, fold 10 is measured; CLINC150
(CC BY 3.0) and SNIPS (CC0) have parts of their own. SLURP's lm.txt (CC BY 4.0) gives requests
without labels.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from export.benchmarks.sentences import (
    OUT_OF_SCOPE,
    Sentence,
    normalized,
    read_clinc150,
    read_columns,
    read_hwu64,
)
from export.routing.needs import need_of

Part = Literal["train", "dev", "test"]
TUNED_FOLD, MEASURED_FOLD = 9, 10
MOST_OF_A_NEED = {"train": 900, "dev": 60, "test": 120}
"""Requests of one need that count: SNIPS has 1,870 of each, CLINC150 a hundred."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and what it asks for."""

    text: str
    """Lower case, tokens between spaces."""
    need: str
    part: Part


def public_requests(texts: Path) -> list[Asked]:
    """All requests of the three sets, none of the training part in the others.

    Raises:
        ModelError: A set is missing.
    """
    found: list[Asked] = []
    for fold, row in read_hwu64(texts / "hwu64" / "folds.jsonl"):
        part: Part = "test" if fold == MEASURED_FOLD else "dev" if fold == TUNED_FOLD else "train"
        found += _asked("hwu64", [row], part)
    parts: tuple[tuple[Part, str, str], ...] = (
        ("train", "train", "train"), ("dev", "val", "valid"), ("test", "test", "test"),
    )  # fmt: skip
    for part, clinc, snips in parts:
        found += _asked(
            "clinc150", read_clinc150(texts / "clinc150" / "data_full.json", clinc), part
        )
        found += _asked("snips", read_columns(texts / "snips" / snips), part)
    return _capped(_apart(found))


def outside_requests(texts: Path, part: Part) -> list[str]:
    """CLINC150's requests that no skill serves."""
    name = {"train": "oos_train", "dev": "oos_val", "test": "oos_test"}[part]
    rows = read_clinc150(texts / "clinc150" / "data_full.json", name)
    return [" ".join(row.tokens) for row in rows if row.intents == {OUT_OF_SCOPE}]


def loose_requests(texts: Path, known: Iterable[Asked]) -> list[str]:
    """Requests of SLURP's lm.txt without labels, each once, none that is tuned on or measured."""
    held = {normalized(row.text) for row in known if row.part != "train"}
    lines = (texts / "slurp" / "lm.txt").read_text(encoding="utf-8").splitlines()
    found = {normalized(line.lower()): line.lower() for line in lines}
    return [line for key, line in found.items() if key and key not in held]


def _asked(source: str, rows: Sequence[Sentence], part: Part) -> list[Asked]:
    found = []
    for row in rows:
        (intent,) = row.intents
        need = need_of(source, intent)
        if need is not None:
            found.append(Asked(" ".join(row.tokens), need, part))
    return found


def _apart(rows: Sequence[Asked]) -> list[Asked]:
    """Each sentence once, and a sentence of a later part in no earlier one."""
    part_of = {
        normalized(row.text): row.part
        for part in ("train", "dev", "test")
        for row in rows
        if row.part == part
    }
    kept: dict[str, Asked] = {}
    for row in rows:
        key = normalized(row.text)
        if part_of[key] == row.part:
            kept.setdefault(key, row)
    return list(kept.values())


def _capped(rows: Sequence[Asked]) -> list[Asked]:
    """At most so many of a need and part, drawn once for all."""
    groups: dict[tuple[str, Part], list[Asked]] = defaultdict(list)
    for row in rows:
        groups[row.need, row.part].append(row)
    rng = Random(1)
    kept = []
    for (_, part), group in groups.items():
        most = MOST_OF_A_NEED[part]
        kept += rng.sample(group, most) if len(group) > most else group
    return kept
