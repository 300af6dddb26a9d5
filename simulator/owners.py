"""People who have several skills for the same request, and what they want from which.

Somebody has tastes: of the skills that truly serve a need they like one better,
perhaps another one in the evening, in the bedroom or when somebody else speaks. What they want
is drawn with chances that are written here (a random-utility model; "Conditional logit analysis
of qualitative choice behavior", McFadden, 1974), so that a model that sees their history can
learn no more certainty than people give it: between two skills that are equal in everything, an
owner who never used either wants each as often as the other.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import numpy as np
import numpy.typing as npt

from device.routing.standing import Acquaintance

Floats = npt.NDArray[np.float32]
Encode = Callable[[str], Floats]
"""From a text to its unit vector."""

DAYS = 30
NEAR_H = 2.0
"""Hours within which two times of day are the same part of the day."""

_TASTE = 1.6
_ENABLED = 2.0
_BUILTIN = 3.5
_AT_WORK = 0.9
_HERE = 0.8
_LATEST = 1.0
_LATEST_MIN = 15.0
_VERBATIM = 1.5
_AT_TIMES = 3.0
_WHIM = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A skill as its owner sees it."""

    skill: str
    serves: frozenset[str]
    """Needs that it truly answers."""
    builtin: bool = False
    enabled: bool = False
    kinds: float = 1.0
    """Share of the kinds of devices that it needs which the home has; at 0 it serves nothing."""
    here: float = 1.0
    active: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When somebody speaks, where, and who."""

    at: datetime
    room: str | None
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A skill answered."""

    skill: str
    moment: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The owner settled on a skill for a request, or turned it down."""

    skill: str
    vector: Floats
    chosen: bool


@dataclass(frozen=True, slots=True)
class _Habitude:
    """Another taste at some hours, in a room, or of a person."""

    skill: str
    hour: float | None = None
    room: str | None = None
    person: str | None = None

    def holds(self, moment: Moment) -> bool:
        if self.hour is not None:
            return _same_part(_hour(moment.at), self.hour)
        return (self.room, self.person) in ((moment.room, None), (None, moment.person))


@dataclass(slots=True)
class Owner:
    """Somebody with skills, tastes and a past."""

    rng: Random
    offers: Sequence[Offer]
    rooms: Sequence[str | None]
    persons: Sequence[str | None]
    uses: list[Use] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    _tastes: dict[tuple[str, str], float] = field(default_factory=dict)
    _habitudes: dict[str, _Habitude | None] = field(default_factory=dict)

    def serving(self, need: str) -> list[Offer]:
        """The skills that truly answer a need in this home."""
        return [offer for offer in self.offers if need in offer.serves and offer.kinds > 0]

    def wants(
        self, need: str, moment: Moment, *, verbatim: frozenset[str] = frozenset()
    ) -> str | None:
        """The skill that should answer now; None where none of them can.

        Args:
            need: What they need now.
            moment: Now.
            verbatim: Skills that have the very sentence.
        """
        offers = self.serving(need)
        if not offers:
            return None
        worth = [self._worth(need, o, moment, o.skill in verbatim) for o in offers]
        best = max(worth)
        weights = [math.exp((w - best) / _WHIM) for w in worth]
        return self.rng.choices(offers, weights=weights)[0].skill

    def live(self, needs: Sequence[str], say: Callable[[str], str], encode: Encode,
             now: datetime, times: int) -> None:  # fmt: skip
        """Let somebody have asked for things in the last days.

        Args:
            needs: The most usual first.
            say: From a need to a sentence.
            encode: From a sentence to its vector.
            now: When it ends.
            times: How often something was asked.
        """
        rng = self.rng
        weights = [1 / (1 + i) for i in range(len(needs))]
        ago = sorted((rng.uniform(0, DAYS * 1_440) for _ in range(times)), reverse=True)
        for minutes in ago:
            need = rng.choices(needs, weights=weights)[0]
            moment = self.moment(now - timedelta(minutes=minutes))
            wanted = self.wants(need, moment)
            if wanted is None:
                continue
            others = [o.skill for o in self.serving(need) if o.skill != wanted]
            self.uses.append(Use(skill=wanted, moment=moment))
            if not others:
                continue
            style = rng.random()
            if style < 0.08:
                self.settle(wanted, encode(say(need)), chosen=True)
            elif style < 0.18:
                wrong, vector = rng.choice(others), encode(say(need))
                self.uses.append(Use(skill=wrong, moment=moment))
                self.settle(wrong, vector, chosen=False)
                if rng.random() < 0.7:
                    self.settle(wanted, vector, chosen=True)

    def settle(self, skill: str, vector: Floats, *, chosen: bool) -> None:
        """Let the owner have said which skill is right for a request, or is not."""
        self.verdicts.append(Verdict(skill=skill, vector=vector, chosen=chosen))

    def moment(self, at: datetime) -> Moment:
        """Somebody of the home speaks somewhere."""
        rng = self.rng
        return Moment(at=at, room=rng.choice(self.rooms), person=rng.choice(self.persons))

    def acquaintance(self, skill: str, vector: Floats, moment: Moment) -> Acquaintance:
        """What the speaker knows about this owner and a skill when a request comes."""
        mine = [u for u in self.uses if u.skill == skill and u.moment.at <= moment.at]
        ages = [(moment.at - u.moment.at).total_seconds() / 60 for u in mine]
        hour = _hour(moment.at)
        offer = next((o for o in self.offers if o.skill == skill), None)
        here = [u for u in mine if _together(u.moment, moment)]
        return Acquaintance(
            enabled=offer is not None and offer.enabled,
            uses=len(mine),
            uses_now=sum(_same_part(_hour(u.moment.at), hour) for u in mine),
            uses_here=len(here),
            last_ago_min=min(ages, default=None),
            chosen=self._nearest(skill, vector, chosen=True),
            refused=self._nearest(skill, vector, chosen=False),
        )

    def _nearest(self, skill: str, vector: Floats, *, chosen: bool) -> float:
        noted = [v.vector for v in self.verdicts if v.skill == skill and v.chosen == chosen]
        return max(0.0, min(1.0, max((float(n @ vector) for n in noted), default=0.0)))

    def _worth(self, need: str, offer: Offer, moment: Moment, verbatim: bool) -> float:
        taste = self._tastes.get((need, offer.skill))
        if taste is None:
            taste = self._tastes[need, offer.skill] = self.rng.gauss(0.0, _TASTE)
        habitude = self._habitude(need)
        held = habitude is not None and habitude.skill == offer.skill and habitude.holds(moment)
        age = min(
            ((moment.at - u.moment.at).total_seconds() / 60
             for u in self.uses[-3:] if u.skill == offer.skill),
            default=math.inf,
        )  # fmt: skip
        return (
            taste
            + _ENABLED * offer.enabled
            + _BUILTIN * offer.builtin
            + _AT_WORK * offer.active
            + _HERE * offer.here
            + _VERBATIM * verbatim
            + _AT_TIMES * held
            + _LATEST * (0 <= age < _LATEST_MIN)
        )

    def _habitude(self, need: str) -> _Habitude | None:
        """Whether this owner wants another skill for it at times, and when."""
        if need not in self._habitudes:
            rng, serving = self.rng, self.serving(need)
            style = rng.random()
            made: _Habitude | None = None
            if len(serving) > 1 and style < 0.55:
                made = _Habitude(rng.choice(serving).skill)
                if style < 0.25:
                    made = replace(made, hour=rng.uniform(6, 23))
                elif style < 0.4:
                    made = replace(made, room=rng.choice(self.rooms))
                else:
                    made = replace(made, person=rng.choice(self.persons))
            self._habitudes[need] = made
        return self._habitudes[need]


def _together(one: Moment, other: Moment) -> bool:
    """Whether the same person, where known, spoke in the same room."""
    strangers = one.person is not None and other.person is not None and one.person != other.person
    return one.room == other.room and not strangers


def _hour(at: datetime) -> float:
    return at.hour + at.minute / 60


def _same_part(one: float, other: float) -> bool:
    apart = abs(one - other) % 24
    return min(apart, 24 - apart) <= NEAR_H
