"""Texts with choices, as the YAML files of this folder write them.

expand("(set|put) it [please]", rng)  -> "put it", "set it please", ...
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from simulator.homes import Split

FOLDER = Path(__file__).parent
_INNERMOST = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
_HELD_SHARE = 0.15
_HELD_MOST = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """Words with one label."""

    text: str
    label: str = ""


@cache
def texts(name: str) -> dict[str, Any]:
    """One of the YAML files."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def lines(found: list[str], split: Split) -> list[str]:
    """The lines of one split.

    A seventh of the lines, five at most, are kept from training, chosen by their letters. Lists of
    less than six lines are whole in both splits, and so is a line that says nothing of its own
    ("{d}") or that is there twice because it is common.
    """
    kept = _kept(tuple(found))
    return (
        [line for line in found if line not in kept] if split == "train" else _tested(found, kept)
    )


def _tested(found: list[str], kept: frozenset[str]) -> list[str]:
    return [line for line in found if line in kept] or found


@cache
def _kept(found: tuple[str, ...]) -> frozenset[str]:
    """The lines that training never sees."""
    own = [x for x in found if found.count(x) == 1 and re.sub(r"\{\w+\}|[^a-z]", "", x)]
    if len(own) < 6:
        return frozenset()
    ordered = sorted(own, key=lambda line: hashlib.sha256(line.encode()).digest())
    return frozenset(ordered[: min(round(len(own) * _HELD_SHARE), _HELD_MOST) or 1])


def expand(line: str, rng: Random) -> str:
    """A line with its choices made; places such as {t} stay."""
    while match := _INNERMOST.search(line):
        options = (match[1] if match[1] is not None else match[2]).split("|")
        chosen = rng.choice(options)
        if match[2] is not None and rng.random() < 0.5:
            chosen = ""
        line = line[: match.start()] + chosen + line[match.end() :]
    return " ".join(line.split())


def filled(line: str, places: dict[str, list[Piece]]) -> list[Piece]:
    """A line whose places are filled with pieces.

    Raises:
        KeyError: Nothing is there for a place.
    """
    made: list[Piece] = []
    for at, part in enumerate(re.split(r"\{(\w+)\}", line)):
        if at % 2:
            made += places[part]
        elif part.strip():
            made.append(Piece(part.strip()))
    return made
