"""Wordings of owners who teach, and the half of them that is kept for measuring."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Share = Literal["shown", "held", "all"]
"""Wordings whose failures are shown to who makes the models, those that nobody is shown, both."""

_FOLDER = Path(__file__).parent


@cache
def wordings(topic: str, kind: str, share: Share = "all") -> tuple[str, ...]:
    """The wordings of one kind.

    Args:
        topic: names, requests, definitions, remarks or needs: a file beside this one.
        kind: A key of it.
        share: Which of them. A wording is held or shown by its own letters alone.

    Raises:
        KeyError: There is no such kind.
    """
    return tuple(w for w in _table(topic)[kind] if share == "all" or held(w) == (share == "held"))


def kinds(topic: str) -> tuple[str, ...]:
    """The kinds of wordings of a topic."""
    return tuple(_table(topic))


def held(wording: str) -> bool:
    """Whether it is kept for measuring alone."""
    return hashlib.sha256(wording.encode()).digest()[0] % 2 == 1


@cache
def _table(topic: str) -> dict[str, list[str]]:
    text = (_FOLDER / f"{topic}.yaml").read_text(encoding="utf-8")
    table: dict[str, list[str]] = yaml.safe_load(text)
    return table
