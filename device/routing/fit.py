"""Which of the speaker's own skills a request is for: those that know its intent, by its devices.

A skill's score is how sure the understanding is, times how well what the request covers fits
what the skill can do: `HassTurnOn` goes to the locks when the device is a lock and to the
covers when it is a cover.
"""

from collections.abc import Sequence
from dataclasses import replace

from device.context import Context, Device
from device.events import Candidate, Request
from device.nlu.intents import INTENTS, OUT_OF_SCOPE
from device.nlu.targets import targets
from device.skills.skill import Skill

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


def silencing(request: Request, context: Context) -> Request:
    """While something rings, a bare "stop" or "turn it off" is about that and nothing else."""
    bare = not request.slots and not request.scope
    if context.notebook.ringing and bare and request.intent in _STOPS:
        return replace(request, intent="StopRinging", domain=INTENTS["StopRinging"].domain)
    return request


def fitting(skills: Sequence[Skill], request: Request, context: Context) -> tuple[Candidate, ...]:
    """The skills that know the intent, best first; of equals the earlier one.

    Args:
        skills: The speaker's own.
        request: What was asked.
        context: The home and the speaker's room.
    """
    if request.intent == OUT_OF_SCOPE:
        return ()
    able = [skill for skill in skills if request.intent in skill.intents]
    devices = _covered(request, context) if any(skill.kinds for skill in able) else ()
    scored = [
        Candidate(
            skill=skill.name,
            score=round(request.confidence * part, 4),
            intent=request.intent,
            slots=request.slots,
        )
        for skill in able
        if (part := fit(skill, able, request, devices)) > 0
    ]
    return tuple(sorted(scored, key=lambda candidate: -candidate.score))


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
