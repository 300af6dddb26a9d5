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

from device.routing.experience import Wording, small
from device.settled import Settled, Use, Verdict

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
_SETTLED_FIRST = 0.35
_SETTLED_LATER = 0.04
_CORRECTED = 0.08
"""Chances that the owner is asked which skill is meant, when a need first comes and later, and
that the wrong skill answers and is turned down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A skill as its owner sees it."""

    skill: str
    serves: frozenset[str]
    """Needs that it truly answers."""
    builtin: bool = False
    enabled: bool = False
    place: tuple[float, float, float] = (1.0, 1.0, 0.0)
    """Of the kinds of devices that it needs, the shares that the home has (at 0 it serves
    nothing), that are in the speaker's room, and that are at work (`device.routing.rivals`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When somebody speaks, where, and who."""

    at: datetime
    room: str | None
    person: str | None


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
    settled: list[Settled] = field(default_factory=list)
    _tastes: dict[tuple[str, str], float] = field(default_factory=dict)
    _habitudes: dict[str, _Habitude | None] = field(default_factory=dict)

    def serving(self, need: str) -> list[Offer]:
        """The skills that truly answer a need in this home."""
        return [offer for offer in self.offers if need in offer.serves and offer.place[0] > 0]

    def wants(
        self,
        need: str,
        moment: Moment,
        *,
        among: Sequence[Offer] | None = None,
        verbatim: frozenset[str] = frozenset(),
    ) -> str | None:
        """The skill that should answer now; None where none of them can.

        Args:
            need: What they need now.
            moment: Now.
            among: Those that truly answer; None for all that serve the need.
            verbatim: Skills that have the very sentence.
        """
        offers = self.serving(need) if among is None else among
        if not offers:
            return None
        worth = [self._worth(need, o, moment, o.skill in verbatim) for o in offers]
        best = max(worth)
        weights = [math.exp((w - best) / _WHIM) for w in worth]
        return self.rng.choices(offers, weights=weights)[0].skill

    def live(
        self,
        needs: Sequence[str],
        say: Callable[[str], str],
        word: Callable[[str], Wording],
        now: datetime,
        times: int,
    ) -> None:
        """Let somebody have asked for things in the last days.

        Args:
            needs: The most usual first.
            say: From a need to a sentence.
            word: From a sentence to how it is compared with what was settled.
            now: When it ends.
            times: How often something was asked.
        """
        rng = self.rng
        weights = [1 / (1 + i) for i in range(len(needs))]
        ago = sorted((rng.uniform(0, DAYS * 1_440) for _ in range(times)), reverse=True)
        met: set[str] = set()
        for minutes in ago if needs else ():
            need = rng.choices(needs, weights=weights)[0]
            moment = self.moment(now - timedelta(minutes=minutes))
            wanted = self.wants(need, moment)
            if wanted is None:
                continue
            others = [o.skill for o in self.serving(need) if o.skill != wanted]
            self.use(wanted, moment)
            if not others:
                continue
            style, asked_before = rng.random(), need in met
            met.add(need)
            if style < (_SETTLED_LATER if asked_before else _SETTLED_FIRST):
                self.settle(wanted, word(say(need)), Verdict.CHOSEN, moment)
            elif style > 1 - _CORRECTED:
                wrong, asked = rng.choice(others), word(say(need))
                self.use(wrong, moment)
                self.settle(wrong, asked, Verdict.REFUSED, moment)
                if rng.random() < 0.7:
                    self.settle(wanted, asked, Verdict.CHOSEN, moment)

    def use(self, skill: str, moment: Moment) -> None:
        """Let a skill have answered."""
        self.uses.append(Use(skill=skill, at=moment.at, person=moment.person, room=moment.room))

    def settle(self, skill: str, asked: Wording, verdict: Verdict, moment: Moment) -> None:
        """Let it have been settled whether a skill is right for a request."""
        self.settled.append(
            Settled(
                words=asked.words,
                vector=small(asked.vector),
                skill=skill,
                verdict=verdict,
                at=moment.at,
                person=moment.person,
                room=moment.room,
            )
        )

    def moment(self, at: datetime) -> Moment:
        """Somebody of the home speaks somewhere."""
        rng = self.rng
        return Moment(at=at, room=rng.choice(self.rooms), person=rng.choice(self.persons))

    def _worth(self, need: str, offer: Offer, moment: Moment, verbatim: bool) -> float:
        taste = self._tastes.get((need, offer.skill))
        if taste is None:
            taste = self._tastes[need, offer.skill] = self.rng.gauss(0.0, _TASTE)
        habitude = self._habitude(need)
        held = habitude is not None and habitude.skill == offer.skill and habitude.holds(moment)
        ages = [
            (moment.at - use.at).total_seconds() / 60
            for use in self.uses[-3:]
            if use.skill == offer.skill
        ]
        _, here, active = offer.place
        return (
            taste
            + _ENABLED * offer.enabled
            + _BUILTIN * offer.builtin
            + _AT_WORK * active
            + _HERE * here
            + _VERBATIM * verbatim
            + _AT_TIMES * held
            + _LATEST * any(0 <= age < _LATEST_MIN for age in ages)
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


def _hour(at: datetime) -> float:
    return at.hour + at.minute / 60


def _same_part(one: float, other: float) -> bool:
    apart = abs(one - other) % 24
    return min(apart, 24 - apart) <= NEAR_H
