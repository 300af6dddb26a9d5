"""The rivals for one request as numbers: what the re-ranker sees.

Every rival has one row. The first columns are *evidence*: more of it never speaks against a
rival (the model is built so that this holds exactly, `export.ranker.train`). The last of these
compare it with its rivals. The rest is *free*: circumstances under which evidence counts more or
less. A real number that matters everywhere is spread over ramps, so that one int8 step of it is
small ("On embeddings for numerical features in tabular deep learning", Gorishniy et al., 2022).
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from device.context import Context
from device.events import Request, Source
from device.nlu.intents import OUT_OF_SCOPE
from device.routing.rivals import MOST_RIVALS, Rival

Floats = npt.NDArray[np.float32]

_SIMILARITY = (0.0, 0.3, 0.5, 0.65, 0.8, 1.0)
_CONFIDENCE = (0.0, 0.35, 0.7, 0.9, 1.0)
_LIKENESS = (0.3, 0.5, 0.65, 0.8, 1.0)
_AGES_MIN = (2.0, 15.0, 120.0, 1_440.0)
_STEEP = 4.0
_MANY_USES = 100.0
_LONG = 12.0
_OPEN_S = 30.0

_OWN = (
    ("match", len(_SIMILARITY) - 1),
    ("own confidence", 2 * (len(_CONFIDENCE) - 1)),
    ("slots", 1),
    ("verbatim", 1),
    ("named", 1),
    ("devices", 2),
    ("enabled", 1),
    ("uses", 1),
    ("uses at this hour", 1),
    ("uses here", 1),
    ("chosen", len(_LIKENESS) - 1),
    ("refused", len(_LIKENESS) - 1),
)
_COMPARED = (("match", 1),)
_FREE = (
    ("builtin", 1),
    ("filled", 1),
    ("device state", 1),
    ("last skill", len(_AGES_MIN) + 1),
    ("time of day", 2),
    ("situation", 4),
    ("reading", 4),
    ("list", 2),
)
_LAYOUT = (*_OWN, *_COMPARED, *_FREE)

OWN = sum(size for _, size in _OWN)
"""Columns of evidence that are a rival's own; they come first."""

EVIDENCE = OWN + sum(size for _, size in _COMPARED)
"""These and the columns of evidence that depend on the other rivals, which follow."""

WIDTH = sum(size for _, size in _LAYOUT)
"""Columns of a row."""

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


def rows(rivals: Sequence[Rival], request: Request, context: Context) -> tuple[Floats, Floats]:
    """The features of all rivals.

    Args:
        rivals: At most MOST_RIVALS; their order changes nothing but the order of the rows.
        request: What was asked, as the speaker's own understanding reads it.
        context: The home and how it stands.

    Returns:
        Features of shape (MOST_RIVALS, WIDTH), between -1 and 1, zero beyond the last rival,
        and a mask of shape (MOST_RIVALS, 1).

    Raises:
        ValueError: There are more than MOST_RIVALS.
    """
    if len(rivals) > MOST_RIVALS:
        raise ValueError(f"at most {MOST_RIVALS} rivals can be ranked, got {len(rivals)}")
    features = np.zeros((MOST_RIVALS, WIDTH), np.float32)
    mask = np.zeros((MOST_RIVALS, 1), np.float32)
    if not rivals:
        return features, mask
    count = len(rivals)
    mask[:count] = 1.0
    leads = _leads([rival.similarity for rival in rivals])
    ages = [rival.acquaintance.last_ago_min for rival in rivals]
    newest = min((age for age in ages if age is not None), default=None)
    shared = _shared(request, context, count)
    for i, rival in enumerate(rivals):
        features[i] = [
            *_evidence(rival),
            leads[i],
            float(rival.builtin),
            min(1.0, len(rival.slots) / 4),
            rival.active,
            *_recency(ages[i], newest),
            *shared,
        ]
    return np.clip(features, -1.0, 1.0), mask


def _evidence(rival: Rival) -> list[float]:
    """What never speaks against a rival, whoever the others are."""
    known = rival.acquaintance
    none = [0.0] * (len(_CONFIDENCE) - 1)
    sure = _ramps(rival.confidence, _CONFIDENCE)
    slots = [slot.confidence for slot in rival.slots]
    return [
        *_ramps(rival.similarity, _SIMILARITY),
        *(sure if rival.builtin else none),
        *(none if rival.builtin else sure),
        sum(slots) / len(slots) if slots else 0.0,
        float(rival.verbatim),
        float(rival.named),
        rival.kinds,
        rival.here,
        float(known.enabled),
        _often(known.uses),
        _often(known.uses_now),
        _often(known.uses_here),
        *_ramps(known.chosen, _LIKENESS),
        *(-step for step in _ramps(known.refused, _LIKENESS)),
    ]


def _ramps(value: float, knots: Sequence[float]) -> list[float]:
    """How far a value has come between each two knots, 0 to 1 each.

    Example: value=0.6, knots=(0.0, 0.5, 0.7) -> [1.0, 0.5]
    """
    return [min(1.0, max(0.0, (value - low) / (high - low))) for low, high in pairwise(knots)]


def _often(uses: int) -> float:
    """A count on a logarithmic scale, 1 from a hundred on."""
    return min(1.0, math.log1p(max(0, uses)) / math.log1p(_MANY_USES))


def _leads(values: Sequence[float]) -> list[float]:
    """How far each value lies above the highest of the others, steeper and cut at -1 and 1."""
    first, second = (*sorted(values, reverse=True), 0.0)[:2]
    return [max(-1.0, min(1.0, _STEEP * (v - (second if v == first else first)))) for v in values]


def _recency(age: float | None, newest: float | None) -> list[float]:
    """How long ago the skill answered, and whether it was the last of these to do so."""
    if age is None:
        return [0.0] * (len(_AGES_MIN) + 1)
    return [*(float(age < limit) for limit in _AGES_MIN), float(age == newest)]


def _shared(request: Request, context: Context, count: int) -> list[float]:
    """What is the same for all rivals."""
    day = 2 * math.pi * (context.now.hour + context.now.minute / 60) / 24
    foreign = request.intent == OUT_OF_SCOPE
    return [
        math.sin(day),
        math.cos(day),
        float(_asked(context)),
        float(any(r.value == "playing" for s in context.state.values() for r in s.values())),
        float(bool(context.notebook.timers)),
        float(bool(context.notebook.ringing)),
        float(foreign),
        request.confidence if foreign else 0.0,
        0.0 if foreign else request.confidence,
        float(request.source is Source.SENTENCE),
        count / MOST_RIVALS,
        min(1.0, len(request.text.split()) / _LONG),
    ]


def _asked(context: Context) -> bool:
    """Whether the speaker's last words, just now, were a question."""
    if not context.turns or context.turns[-1].reply.asks is None:
        return False
    return 0 <= (context.now - context.turns[-1].at).total_seconds() < _OPEN_S
