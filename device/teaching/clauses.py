"""The parts of an answer: which values go with which devices.

    the floor lamp at 20 | and the TV off      two clauses, each a device and its value
    turn off the TV and the fan                one clause: one value for two devices
    20 percent and orange                      one clause without a device

The model marks where a new clause begins. Where it marks none although devices and values take
turns, they are paired in the order in which they were said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from device.nlu.tagger import Span
from device.nlu.words import Token

CLAUSE, TARGET, AREA, DENIED = "clause", "target", "area", "denied"
CONCEPT, NOW, ALSO = "concept", "now", "also"
"""Labels of the model that are no values."""

FAR = 6
"""Words between a room and what is said of it."""
PARTS = frozenset({CLAUSE, TARGET, AREA, DENIED, ALSO})
"""Labels that say of what, and not what is said of it."""
_NO_VALUES = PARTS | {CONCEPT, NOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A value as it was said."""

    label: str
    """The capability, or "amount", "step"."""
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Devices, and what is said of all of them."""

    targets: tuple[str, ...] = ()
    """As they were said."""
    area: str | None = None
    """The room, as it was said."""
    values: tuple[Said, ...] = ()
    denied: tuple[str, ...] = ()
    """What is left out, as it was said."""
    concepts: tuple[str, ...] = ()
    """Names of what was taught before, as they were said."""
    now: bool = False
    """Whether it refers to how things stand."""

    @property
    def says(self) -> bool:
        """Whether it says anything of its devices."""
        return bool(self.values or self.denied or self.concepts or self.now)


def clauses(tokens: Sequence[Token], spans: Sequence[Span]) -> tuple[Clause, ...]:
    """The clauses of an answer, in order.

    Args:
        tokens: The answer.
        spans: What the model marked, in order, without overlaps.
    """
    cut: list[list[Span]] = [[]]
    for span in _near(spans):
        if span.label == CLAUSE:
            cut.append([])
        elif span.label != ALSO:
            cut[-1].append(span)
    parts = [part for marked in cut for part in _paired(marked)]
    return _joined([_clause(tokens, part) for part in parts if part])


def _near(spans: Sequence[Span]) -> list[Span]:
    """The spans without rooms that stand far from all others: those are part of a story."""
    rest = [s for s in spans if s.label != AREA]
    return [
        s
        for s in spans
        if s.label != AREA
        or not rest
        or min(max(s.start - r.stop, r.start - s.stop) for r in rest) <= FAR
    ]


def _paired(marked: Sequence[Span]) -> list[list[Span]]:
    """One clause cut where devices and values take turns more than once."""
    found: list[list[Span]] = [[]]
    order = ""
    for span in marked:
        side = _side(span)
        turns = order[-1:] != side
        if turns and len(order) == 2:
            found.append([])
            order = ""
        order += side if order[-1:] != side else ""
        found[-1].append(span)
    if len(found) > 1 and {_side(s) for s in found[-1]} == {"V"}:
        last = found.pop()
        named = [at for at, s in enumerate(found[-1]) if s.label == TARGET]
        if _side(found[-1][0]) == "V" and len(named) > 1:  # "20 on the lamp the fan off"
            last = found[-1][named[1] :] + last
            found[-1] = found[-1][: named[1]]
            found.append(last)
        else:
            found[-1] += last
    return found


def _side(span: Span) -> str:
    return "T" if span.label in (TARGET, AREA) else "V"


def _clause(tokens: Sequence[Token], part: Sequence[Span]) -> Clause:
    def words(span: Span) -> tuple[str, ...]:
        return tuple(t.text for t in tokens[span.start : span.stop] if not t.mark)

    def all_of(label: str) -> tuple[str, ...]:
        return tuple(" ".join(words(s)) for s in part if s.label == label and words(s))

    areas = all_of(AREA)
    return Clause(
        targets=all_of(TARGET),
        area=areas[0] if areas else None,
        values=tuple(
            Said(label=s.label, words=words(s))
            for s in part
            if s.label not in _NO_VALUES and words(s)
        ),
        denied=all_of(DENIED),
        concepts=all_of(CONCEPT),
        now=any(s.label == NOW for s in part),
    )


def _joined(found: Sequence[Clause]) -> tuple[Clause, ...]:
    """Devices of which nothing is said go with the next clause, or with the one before."""
    made: list[Clause] = []
    waiting: Clause | None = None
    for clause in found:
        if waiting is not None:
            clause = _together(waiting, clause)
            waiting = None
        if clause.says or not clause.targets:
            made.append(clause)
        else:
            waiting = clause
    if waiting is not None:
        if made and made[-1].targets:
            made[-1] = _together(made[-1], waiting)
        else:
            made.append(waiting)
    return tuple(made)


def _together(one: Clause, other: Clause) -> Clause:
    return Clause(
        targets=one.targets + other.targets,
        area=one.area or other.area,
        values=one.values + other.values,
        denied=one.denied + other.denied,
        concepts=one.concepts + other.concepts,
        now=one.now or other.now,
    )
