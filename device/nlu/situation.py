"""A request in its situation, as numbers: what the model of references sees.

Every candidate has one row. The groups let an evaluation hide one kind of context at a time.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from device.context import Context, Habit
from device.events import Request
from device.nlu.candidates import MOST, Breadth, Candidate, kind_said
from device.nlu.deeds import DEEDS, deed
from device.nlu.embedding import WordTable
from device.nlu.facts import Facts
from device.nlu.gazetteer import KIND_FLAGS
from device.nlu.mentions import Mention
from device.nlu.words import shape, tokenize

Floats = npt.NDArray[np.float32]

_AGES_S = (15.0, 60.0, 300.0)
_CHANGES_S = (30.0, 120.0, 600.0)
_USUAL_HOURS = 1.5
_RINGING_S = 300.0
_WORDS = 40

_LAYOUT = (
    ("deed", len(DEEDS)),
    ("words", 7),
    ("topic", _WORDS),
    ("clock", 2),
    ("turns", len(_AGES_S) + 1),
    ("events", 1),
    ("breadth", len(Breadth) + 1),
    ("kind", len(KIND_FLAGS)),
    ("screen", 2),
    ("room", 2),
    ("turns", 6),
    ("state", 4),
    ("changes", len(_CHANGES_S)),
    ("habits", 4),
    ("names", 3),
    ("title", _WORDS),
)

GROUPS = MappingProxyType(
    {
        name: tuple(
            at
            for i, (other, size) in enumerate(_LAYOUT)
            if other == name
            for at in range(sum(s for _, s in _LAYOUT[:i]), sum(s for _, s in _LAYOUT[: i + 1]))
        )
        for name, _ in _LAYOUT
    }
)
"""Name of a group of features -> their columns."""

_SHARED = sum(size for _, size in _LAYOUT[:6])
"""Columns that all candidates share."""

WIDTH = sum(size for _, size in _LAYOUT)
"""Columns of a row."""


def rows(
    request: Request,
    found: Sequence[Candidate],
    context: Context,
    spoken_of: Sequence[Mention],
    table: WordTable,
) -> tuple[Floats, Floats]:
    """The features of all candidates.

    Args:
        request: What was asked.
        found: What it could be about.
        context: How the home stands.
        spoken_of: What was spoken of lately, newest first.
        table: Word vectors of size 40.

    Returns:
        Features of shape (MOST, WIDTH), between -1 and 1, zero beyond the last candidate, and
        a mask of shape (MOST, 1).
    """
    features, mask = np.zeros((MOST, WIDTH), np.float32), np.zeros((MOST, 1), np.float32)
    facts = Facts(request, context, spoken_of, found)
    habits = _Habits(request, context, found)
    features[: len(found), :_SHARED] = _shared(request, context, spoken_of, table)
    for i, candidate in enumerate(found):
        features[i, _SHARED:-_WORDS] = _own(candidate, facts, habits, spoken_of)
        if candidate.breadth is Breadth.ONE:
            features[i, -_WORDS:] = _mean(_words_of_name(candidate.devices[0].name), table)
    mask[: len(found)] = 1.0
    return np.clip(features, -1.0, 1.0), mask


def _shared(
    request: Request, context: Context, spoken_of: Sequence[Mention], table: WordTable
) -> Floats:
    """What is the same for all candidates."""
    doing, said = deed(request), kind_said(request)
    topic = str(request.slot("name") or request.slot("search_query") or "")
    words = [
        *(request.scope == scope for scope in ("it", "other", "implied", "here")),
        bool(said),
        bool(topic),
        request.slot("search_query") is not None,
    ]
    day = 2 * math.pi * (context.now.hour + context.now.minute / 60) / 24
    age = spoken_of[0].age_s if spoken_of else math.inf
    rang = any(
        turn.events and 0 <= (context.now - turn.at).total_seconds() < _RINGING_S
        for turn in context.turns[-6:]
    )
    return np.concatenate(
        [
            [float(doing == d) for d in DEEDS],
            np.array(words, np.float32),
            _vector(topic, table),
            [math.sin(day), math.cos(day)],
            [*(float(age < limit) for limit in _AGES_S), float(bool(spoken_of))],
            [float(rang)],
        ]
    ).astype(np.float32)


def _own(
    candidate: Candidate, facts: Facts, habits: "_Habits", spoken_of: Sequence[Mention]
) -> list[float]:
    """What is a candidate's own, but for its title."""
    devices = candidate.devices
    shares = facts.shares(devices)
    kinds, rest = shares[: len(KIND_FLAGS)], shares[len(KIND_FLAGS) :]
    changed = facts.least(devices, facts.changed)
    return [
        *(float(candidate.breadth is b) for b in Breadth),
        min(1.0, math.log2(1 + len(devices)) / 5),
        *kinds,
        *(rest[0], facts.screens),
        *rest[1:3],
        *_spoken(candidate, spoken_of, rest[3:5]),
        *rest[5:],
        *(float(changed < limit) for limit in _CHANGES_S),
        *habits.of(candidate),
        facts.most(devices, facts.alike),
        facts.most(devices, facts.common),
        float(bool(devices) and all(d.available for d in devices)),
    ]


def _spoken(
    candidate: Candidate, spoken_of: Sequence[Mention], near: Sequence[float]
) -> list[float]:
    """How a candidate stands to what was spoken of; `near` are its shares of room and kind."""
    if not spoken_of or not candidate.devices:
        return [0.0] * 6
    ids, last = candidate.ids, spoken_of[0].devices
    before = spoken_of[1].devices if len(spoken_of) > 1 else frozenset[str]()
    return [
        len(ids & last) / len(ids),
        float(ids == last),
        len(ids & before) / len(ids),
        *near,
        float(bool(last) and ids > last),
    ]


class _Habits:
    """How often each device was used like this."""

    def __init__(self, request: Request, context: Context, found: Sequence[Candidate]) -> None:
        doing, hour = deed(request), context.now.hour + context.now.minute / 60
        same = [h for h in context.habits if h.deed == doing and h.person in (context.person, None)]
        self._now = Counter(h.devices for h in same if _near(h, hour))
        self._ever = Counter(h.devices for h in same)
        self._most_now = max((self._now[c.ids] for c in found if c.devices), default=0)
        self._most_ever = max((self._ever[c.ids] for c in found if c.devices), default=0)

    def of(self, candidate: Candidate) -> list[float]:
        """Two counts, and the two shares of the most usual candidate's."""
        ids = candidate.ids
        now, ever = (self._now[ids], self._ever[ids]) if ids else (0, 0)
        return [
            min(1.0, math.log2(1 + now) / 5),
            min(1.0, math.log2(1 + ever) / 6),
            now / self._most_now if self._most_now else 0.0,
            ever / self._most_ever if self._most_ever else 0.0,
        ]


def _near(habit: Habit, hour: float) -> bool:
    """Whether it was at about this time of day."""
    hours = (habit.at.hour + habit.at.minute / 60) - hour
    return min(hours % 24, -hours % 24) <= _USUAL_HOURS


def _vector(text: str, table: WordTable) -> Floats:
    """The mean of the vectors of the words, zeros without any."""
    return _mean(_words_of(text), table)


def _mean(words: Sequence[str], table: WordTable) -> Floats:
    vectors = [table.vector(word) for word in words]
    return np.mean(vectors, axis=0) if vectors else np.zeros(_WORDS, np.float32)


def _words_of(text: str) -> tuple[str, ...]:
    return tuple(shape(t.text) for t in tokenize(text) if not t.mark)


_words_of_name = lru_cache(maxsize=4_000)(_words_of)
"""The same for names, which come again and again."""
