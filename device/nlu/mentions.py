"""What was spoken of lately: the devices that "it" and "the other one" can point at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from device.context import Context, Device
from device.events import Request
from device.nlu.conceptcover import used
from device.nlu.deeds import deed
from device.nlu.intents import USES
from device.nlu.targets import targets

MOST = 3
"""How many mentions count."""

_PLACES = ("name", "area", "floor", "domain")

JUST_S = 120.0
"""Seconds for which what was spoken of is "it" before anything else."""

FORGOTTEN_S = 3_600.0
"""Seconds after which nobody goes on from a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Devices that a request was about."""

    devices: frozenset[str]
    """Their ids."""
    age_s: float
    """Seconds since it was asked; 0 within the same sentence."""


def mentions(context: Context, before: Sequence[Request] = ()) -> tuple[Mention, ...]:
    """The last mentions of devices, newest first.

    Args:
        context: Holds the recent turns.
        before: Earlier requests of the same sentence.
    """
    found: list[Mention] = []
    for request, age_s in spoken(context, before):
        if len(found) == MOST or age_s > FORGOTTEN_S:
            break
        devices = about(request, context)
        if devices:
            ids = frozenset(d.id for d in devices)
            found.append(Mention(devices=ids, age_s=age_s))
    return tuple(found)


def about(request: Request, context: Context) -> tuple[Device, ...]:
    """The devices that a request was about; none where it was the speaker's own volume."""
    if request.intent in USES:
        return used(request, context)
    doing = deed(request)
    own = doing == "volume" and not any(request.slot(s) is not None for s in _PLACES)
    if doing is None or (own and not request.meant):
        return ()
    return targets(request, context).devices


def spoken(context: Context, before: Sequence[Request] = ()) -> Iterator[tuple[Request, float]]:
    """Requests, newest first, each with the seconds since it was asked.

    A clock that jumped back makes a turn old rather than new.
    """
    for request in reversed(before):
        yield request, 0.0
    for turn in reversed(context.turns):
        passed = (context.now - turn.at).total_seconds()
        age_s = passed if passed >= 0 else FORGOTTEN_S + 1
        for request in reversed(turn.requests):
            yield request, age_s
