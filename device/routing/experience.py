"""What the owner settled and did so far, as far as it bears on one request and one skill.

A request is the same as one that was settled when its words are, or when the utterance encoder
reads both within `SAME` of each other. What was settled about the very same request is certain:
a skill that was refused is not asked again while another can answer, one that was chosen is.
About requests that are only alike the re-ranker is told how alike they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from device.context import Context
from device.routing.standing import Acquaintance
from device.settled import Settled, Use, Verdict

Floats = npt.NDArray[np.float32]

SAME = 0.95
"""Cosine from which two requests count as the same, whatever their words."""

USED_WITHIN = timedelta(days=30)
"""How far back uses count."""

SAME_HOUR_MIN = 120
"""How far apart two times of the day are the same part of it, minutes."""

_DAY_MIN = 24 * 60


def small(vector: Floats) -> bytes:
    """A unit vector, shape (SIZE,), in int8."""
    whole: npt.NDArray[np.int8] = np.rint(np.clip(vector, -1, 1) * 127).astype(np.int8)
    return whole.tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A request as it is compared with what was settled."""

    words: str
    """As `device.nlu.words.plain` gives them."""
    vector: Floats
    """Unit vector of the utterance encoder, shape (SIZE,)."""


class Experience:
    """Everything settled and every use, ready to be asked about one skill."""

    def __init__(self, settled: Sequence[Settled], uses: Sequence[Use]) -> None:
        """Take what was settled and the uses, oldest first."""
        self._settled: dict[str, _Examples] = {}
        by_skill: defaultdict[str, list[tuple[int, Settled]]] = defaultdict(list)
        for order, one in enumerate(settled):
            by_skill[one.skill].append((order, one))
        for skill, examples in by_skill.items():
            self._settled[skill] = _Examples(tuple(examples))
        self._uses: defaultdict[str, list[Use]] = defaultdict(list)
        for use in uses:
            self._uses[use.skill].append(use)

    def chosen(self, asked: Wording, skills: Iterable[str], context: Context) -> str | None:
        """The skill that was chosen for this very request, of several the one chosen last.

        Args:
            asked: The request.
            skills: Those that might answer it.
            context: Who speaks: what somebody settled does not bind another.
        """
        settled = {skill: self._verdict(asked, skill, context) for skill in skills}
        chosen = {s: v for s, v in settled.items() if v is not None and v[1] is Verdict.CHOSEN}
        return max(chosen, key=lambda skill: chosen[skill][0], default=None)

    def refused(self, asked: Wording, skills: Iterable[str], context: Context) -> frozenset[str]:
        """The skills that were turned down for this very request, or turned it down.

        Args:
            asked: The request.
            skills: Those that might answer it.
            context: Who speaks.
        """
        settled = {skill: self._verdict(asked, skill, context) for skill in skills}
        return frozenset(
            s for s, v in settled.items() if v is not None and v[1] is not Verdict.CHOSEN
        )

    def _verdict(self, asked: Wording, skill: str, context: Context) -> tuple[int, Verdict] | None:
        """What was settled last about the nearest request that counts as the same, and when."""
        examples = self._settled.get(skill)
        if examples is None:
            return None
        best, found = SAME, None
        rows = zip(examples.settled, examples.alike(asked), strict=True)
        for (order, one), near in rows:
            if near >= best and _concerns(one, context):
                best, found = float(near), (order, one.verdict)
        return found

    def acquaintance(
        self, asked: Wording, skill: str, context: Context, *, enabled: bool
    ) -> Acquaintance:
        """What the re-ranker is told of a skill.

        Args:
            asked: The request.
            skill: Name or id.
            context: Time, room and person.
            enabled: Whether the owner chose the skill.
        """
        uses = [use for use in self._uses.get(skill, ()) if context.now - use.at <= USED_WITHIN]
        ago = (context.now - uses[-1].at).total_seconds() / 60 if uses else None
        chosen, refused = self._nearest(asked, skill, context)
        return Acquaintance(
            enabled=enabled,
            uses=len(uses),
            uses_now=sum(_same_hour(use, context) for use in uses),
            uses_here=sum(_here(use, context) for use in uses),
            last_ago_min=None if ago is None else max(ago, 0.0),
            chosen=chosen,
            refused=refused,
        )

    def _nearest(self, asked: Wording, skill: str, context: Context) -> tuple[float, float]:
        """Cosine to the nearest request that was settled on the skill, and against it."""
        examples = self._settled.get(skill)
        if examples is None:
            return 0.0, 0.0
        nearest = {True: 0.0, False: 0.0}
        for (_, one), near in zip(examples.settled, examples.alike(asked), strict=True):
            if _concerns(one, context):
                chosen = one.verdict is Verdict.CHOSEN
                nearest[chosen] = max(nearest[chosen], float(near))
        return nearest[True], nearest[False]


class _Examples:
    """What was settled about one skill, each with its place among all, oldest first."""

    def __init__(self, settled: tuple[tuple[int, Settled], ...]) -> None:
        self.settled = settled

    @cached_property
    def _words(self) -> npt.NDArray[np.str_]:
        return np.array([one.words for _, one in self.settled])

    @cached_property
    def _vectors(self) -> Floats:
        """Unit vectors, shape (examples, SIZE)."""
        whole = [np.frombuffer(one.vector, np.int8) for _, one in self.settled]
        rows: Floats = np.array(whole, np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1.0)
        return rows

    def alike(self, asked: Wording) -> Floats:
        """Cosines, 0 to 1, shape (examples,); the same words are 1."""
        near: Floats = np.clip(self._vectors @ asked.vector, 0.0, 1.0)
        near[self._words == asked.words] = 1.0
        return near


def _concerns(one: Settled, context: Context) -> bool:
    """Whether it was settled by who speaks now, as far as anybody knows."""
    return one.person is None or context.person is None or one.person == context.person


def _same_hour(use: Use, context: Context) -> bool:
    then = use.at.astimezone(context.now.tzinfo)
    apart = abs((then.hour * 60 + then.minute) - (context.now.hour * 60 + context.now.minute))
    return min(apart, _DAY_MIN - apart) <= SAME_HOUR_MIN


def _here(use: Use, context: Context) -> bool:
    strangers = None not in (use.person, context.person) and use.person != context.person
    return use.room == context.room and not strangers
