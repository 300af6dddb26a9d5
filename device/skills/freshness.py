"""How far what a device told can still be believed, in words.

What is measured is told every few minutes to an hour, so silence means that something is wrong.
What is told only when it changes may be long ago and still true, as long as somebody tells
when the device cannot be reached (`Device.watched`); battery devices that nobody watches report
at least daily.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from device.context import Context, Device, Reading
from device.skills.phrases import ago, be, called, capital, listed, stands

NAMED = 3
"""How many devices are named; others are only counted."""

_MEASURED = timedelta(minutes=90)
_CHANGED = timedelta(hours=25)
_FRESH = {
    "temperature": _MEASURED,
    "humidity": _MEASURED,
    "illuminance": _MEASURED,
    "battery": timedelta(days=8),
}
"""How long what is told counts as true; `_CHANGED` for everything else."""


class Doubt(StrEnum):
    """Why a value may not be true any more."""

    OLD = "old"
    AGE_UNKNOWN = "age_unknown"
    UNREACHABLE = "unreachable"


def doubt(device: Device, capability: str, reading: Reading, context: Context) -> Doubt | None:
    """Why a value may not be true any more, or None.

    Args:
        device: Who told it.
        capability: What it is.
        reading: The value.
        context: Gives the time.
    """
    if not device.available:
        return Doubt.UNREACHABLE
    fresh = _FRESH.get(capability, _CHANGED)
    late = context.now - reading.at > fresh
    # Who is watched and there stands as the broker kept it, until silence says otherwise.
    if device.watched and (not late or fresh != _MEASURED):
        return None
    if reading.kept:
        return Doubt.AGE_UNKNOWN
    return Doubt.OLD if late else None


def aged(reply: str, used: Sequence[tuple[Device, str]], context: Context) -> str:
    """An answer with what must be known about its age.

    Args:
        reply: What the values say.
        used: The values that it rests on: each device with the capability that was told.
        context: Holds the values.

    Returns:
        The same where nothing is in doubt. Example: "The climate sensor reports 21 degrees. I last
        heard from it 2 hours ago."
    """
    doubtful: dict[Doubt, list[tuple[Device, str, Reading]]] = {}
    for device, capability in used:
        reading = context.reading(device.id, capability)
        found = None if reading is None else doubt(device, capability, reading, context)
        if reading is not None and found is not None:
            doubtful.setdefault(found, []).append((device, capability, reading))
    if not doubtful:
        return reply
    if len(used) == 1:
        ((found, ((device, capability, reading),)),) = doubtful.items()
        return _of_one(reply, found, device, capability, reading, context)
    said = [_of_several(found, told, context) for found, told in doubtful.items()]
    return " ".join((reply, *said))


def _of_one(
    reply: str,
    found: Doubt,
    device: Device,
    capability: str,
    reading: Reading,
    context: Context,
) -> str:
    who = called(context.home, device)
    many = be([device.name]) == "are"
    it, was = ("they", "were") if many else ("it", "was")
    stood = f"{was} {stands(capability, reading.value)}"
    when = ago(context.now - reading.at)
    match found:
        case Doubt.UNREACHABLE if reading.kept:
            return f"I can't reach {who}; {it} {stood} when {it} last reported."
        case Doubt.UNREACHABLE:
            return f"I can't reach {who}; {when} {it} {stood}."
        case Doubt.AGE_UNKNOWN:
            return capital(f"{who} {stood} when {it} last reported; I don't know when that was.")
        case Doubt.OLD:
            named = who in f"{reply[:1].lower()}{reply[1:]}"
            whom = who if not named else "them" if many else "it"
            return f"{reply} I last heard from {whom} {when}."


def _of_several(found: Doubt, told: Sequence[tuple[Device, str, Reading]], context: Context) -> str:
    names = [called(context.home, device) for device, _, _ in told]
    who = listed(names) if len(names) <= NAMED else f"{len(names)} of them"
    match found:
        case Doubt.UNREACHABLE:
            return f"I can't reach {who} now."
        case Doubt.AGE_UNKNOWN:
            return f"I don't know how long ago {who} told me so."
        case Doubt.OLD:
            newest = ago(context.now - max(reading.at for _, _, reading in told))
            return f"I last heard from {who} {newest}{' or earlier' if len(told) > 1 else ''}."
