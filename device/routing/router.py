"""Which skill answers a request.

A skill's score is how sure the understanding is, times how well what the request covers fits
what the skill can do: `HassTurnOn` goes to the locks when the device is a lock and to the
covers when it is a cover. Learned scores take the place of `fit` without another change.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from device.context import Context, Device
from device.events import Candidate, Request, Route
from device.nlu.intents import INTENTS, OUT_OF_SCOPE
from device.nlu.targets import targets
from device.skills.skill import Skill

THRESHOLD = 0.35
"""Scores below it are no answer."""

MARGIN = 0.03
"""Two scores closer than this are a tie, which the person decides."""

ANY_KIND = "*"
"""Among a skill's kinds: it takes whatever device there is."""

_ANY_KIND_FIT = 0.9
_RIGHT_DOMAIN_FIT = 0.95
_WRONG_DOMAIN_FIT = 0.3
_STOPS = frozenset(
    {"HassNevermind", "HassMediaPause", "HassTurnOff", "HassStopMoving", "HassMediaPlayerMute"}
    | {"HassCancelTimer", "HassCancelAllTimers", "CancelAlarm", "HassPauseTimer"}
)
"""What "stop", "enough" or "turn it off" may be taken for when nothing is named."""

_PLACES = ("name", "area", "floor", "domain")


class Router:
    """Ranks the skills for a request."""

    def __init__(
        self,
        skills: Sequence[Skill],
        *,
        threshold: float = THRESHOLD,
        margin: float = MARGIN,
    ) -> None:
        """Take the skills.

        Args:
            skills: With names that differ; earlier ones win ties of the same kind of device.
            threshold: Scores below it are no answer, 0 to 1.
            margin: Closer scores are a tie, 0 to 1.
        """
        self._skills = {skill.name: skill for skill in skills}
        if len(self._skills) != len(skills):
            raise ValueError(f"skills with the same name: {[skill.name for skill in skills]}")
        self._threshold = threshold
        self._margin = margin

    @property
    def skills(self) -> tuple[Skill, ...]:
        """All skills, in their order."""
        return tuple(self._skills.values())

    def skill(self, name: str) -> Skill:
        """The skill with this name."""
        return self._skills[name]

    def route(self, request: Request, context: Context, *, without: Collection[str] = ()) -> Route:
        """Rank the skills for one request.

        Args:
            request: One thing asked. Where a tie was decided by the person, its slot "skill"
                holds the name.
            context: The home and the speaker's room.
            without: Names of skills that are not asked, as those that declined it.

        Returns:
            All skills that know the intent, best first, and the winner; no winner when none
            knows it, none is sure enough, or two are equally good.
        """
        request = _silencing(request, context)
        if request.intent == OUT_OF_SCOPE:
            return Route(request=request, skill=None)
        able = [
            skill
            for name, skill in self._skills.items()
            if request.intent in skill.intents and name not in without
        ]
        devices = _covered(request, context) if any(skill.kinds for skill in able) else ()
        scored = [
            Candidate(skill=skill.name, score=round(request.confidence * part, 4))
            for skill in able
            if (part := fit(skill, able, request, devices)) > 0
        ]
        ranked = tuple(sorted(scored, key=lambda candidate: -candidate.score))
        decided = request.slot("skill")
        if any(candidate.skill == decided for candidate in ranked):
            return Route(request=request, skill=str(decided), candidates=ranked)
        if not ranked or ranked[0].score < self._threshold or len(self.tied(ranked)) > 1:
            return Route(request=request, skill=None, candidates=ranked)
        return Route(request=request, skill=ranked[0].skill, candidates=ranked)

    def tied(self, ranked: Sequence[Candidate]) -> tuple[str, ...]:
        """The names of the skills that are about as good as the best, if any is good enough."""
        if not ranked or ranked[0].score < self._threshold:
            return ()
        best = ranked[0].score
        return tuple(c.skill for c in ranked if best - c.score < self._margin)


def _silencing(request: Request, context: Context) -> Request:
    """While something rings, a bare "stop" or "turn it off" is about that and nothing else."""
    bare = not request.slots and not request.scope
    if context.notebook.ringing and bare and request.intent in _STOPS:
        return replace(request, intent="StopRinging", domain=INTENTS["StopRinging"].domain)
    return request


def fit(skill: Skill, able: Sequence[Skill], request: Request, devices: Sequence[Device]) -> float:
    """How well what a request covers fits what a skill can do.

    Args:
        skill: One that knows the intent.
        able: All that know it.
        request: What was asked.
        devices: What it covers, or would cover once chosen.

    Returns:
        0 to 1. A skill without devices (the speaker's own volume) fits when no place or
        device was named; one with devices by the share of the devices that are its kind.
    """
    pointed = bool(request.meant or request.rivals)
    placed = pointed or any(request.slot(slot) is not None for slot in _PLACES)
    rivals_need_devices = any(bool(other.kinds) for other in able)
    if not skill.kinds:
        return _WRONG_DOMAIN_FIT if placed and rivals_need_devices else 1.0
    rivals_need_none = any(not other.kinds for other in able)
    if rivals_need_none and not placed:
        return _WRONG_DOMAIN_FIT
    if ANY_KIND in skill.kinds:
        return _ANY_KIND_FIT if len(able) > 1 else 1.0
    by_domain = _RIGHT_DOMAIN_FIT if request.slot("domain") in skill.kinds else 0.0
    if devices:
        share = sum(device.kind in skill.kinds for device in devices) / len(devices)
        alone = _RIGHT_DOMAIN_FIT if request.meant and len(able) == 1 else 0.0
        return max(share, by_domain) if share > 0 else alone
    if request.domain in skill.kinds or len(able) == 1:
        return _RIGHT_DOMAIN_FIT
    return max(by_domain, _WRONG_DOMAIN_FIT)


def _covered(request: Request, context: Context) -> tuple[Device, ...]:
    """The devices that a request covers or, where it must choose, might cover."""
    found = targets(request, context)
    if found.devices or not found.choices:
        return found.devices
    home = context.home
    return tuple(d for d in home.devices if home.label(d) in found.choices)
