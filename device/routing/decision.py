"""Who answers, from how probable each rival is: the owner decides where nothing else does.

1. Who was called, or chosen for this very request, answers.
2. What the speaker's own skills read with confidence stays theirs, unless a pack has the very
   sentence or is clearly likelier.
3. Where nothing is read with confidence, the only one that has the very sentence answers.
4. Where it is likelier that none is meant than the best or one of its equals, nobody answers
   but the speaker's own reading, where it is sure enough by itself.
5. Of rivals that are about as likely, those that the owner enabled go before those that are
   only there; between the rest somebody chooses.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from device.events import Candidate

THRESHOLD = 0.35
"""Scores of the speaker's own reading below it are no answer."""

SURE = 0.7
"""Score of the speaker's own reading from which it is read with confidence."""

CLEARLY = 0.8
"""How much more probable than a confident reading a pack must be to take its place."""

LIKELIER = 0.6
"""Of two rivals one of which is meant, the chance of the better below which somebody chooses."""

MOST_CHOICES = 3
"""Skills between which somebody can choose by ear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What comes of it; neither where none is meant."""

    winner: Candidate | None = None
    tied: tuple[str, ...] = ()
    """Skills between which somebody must choose."""


def decide(
    ranked: Sequence[Candidate],
    own: Candidate | None,
    own_score: float,
    *,
    chosen: str | None = None,
    verbatim: Collection[str] = (),
    enabled: Collection[str] | None = None,
    threshold: float = THRESHOLD,
) -> Decision:
    """Decide between rivals.

    Args:
        ranked: At least one, best first, with probabilities that are 1 together with that of
            "none of them".
        own: The one of them that is the speaker's own reading; None where it has none, or
            none of its skills has anything to do with it in this home.
        own_score: How sure that reading is by itself, 0 to 1.
        chosen: A skill that was called or chosen.
        verbatim: Skills that have the very sentence.
        enabled: Skills that the owner chose; None where all are.
        threshold: `own_score` below it is no answer.
    """
    for candidate in ranked:
        if candidate.skill == chosen:
            return Decision(winner=candidate)
    others = [candidate for candidate in ranked if candidate is not own]
    if own_score >= SURE:
        mine = 0.0 if own is None else own.score
        clear = (c.skill in verbatim or c.score - mine >= CLEARLY for c in others)
        if not any(clear):
            return Decision(winner=own)
    exact = [candidate for candidate in others if candidate.skill in verbatim]
    if len(exact) == 1 and own_score < SURE:
        return Decision(winner=exact[0])
    best = ranked[0]
    level = [c for c in ranked if c is best or best.score < LIKELIER * (best.score + c.score)]
    nobody = 1.0 - sum(candidate.score for candidate in ranked)
    if sum(candidate.score for candidate in level) < nobody:
        return Decision(winner=own if own_score >= threshold else None)
    level = [c for c in level if enabled is None or c.skill in enabled] or level
    if len(level) > 1:
        return Decision(tied=tuple(c.skill for c in level[:MOST_CHOICES]))
    return Decision(winner=level[0])
