"""What was spoken of lately: the devices that "it" and "the other one" can point at."""

from collections.abc import Sequence
from dataclasses import dataclass

from device.context import Context
from device.events import Request
from device.nlu.deeds import deed
from device.nlu.targets import targets

MOST = 3
"""How many mentions count."""

FORGOTTEN_S = 3_600.0
"""Seconds after which nobody goes on from a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Devices that a request was about."""

    devices: frozenset[str]
    """Their ids."""
    request: Request
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
        devices = targets(request, context).devices if deed(request) is not None else ()
        if devices:
            ids = frozenset(d.id for d in devices)
            found.append(Mention(devices=ids, request=request, age_s=age_s))
    return tuple(found)


def spoken(context: Context, before: Sequence[Request] = ()) -> list[tuple[Request, float]]:
    """Requests, newest first, each with the seconds since it was asked.

    A clock that jumped back makes a turn old rather than new.
    """
    found = [(request, 0.0) for request in reversed(before)]
    for turn in reversed(context.turns):
        passed = (context.now - turn.at).total_seconds()
        age_s = passed if passed >= 0 else FORGOTTEN_S + 1
        found += [(request, age_s) for request in reversed(turn.requests)]
    return found
