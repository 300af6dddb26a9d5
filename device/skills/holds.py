"""Going back from a use of a concept: to how it was before, where that is known.

Every use is kept in the notebook with the values before it, so that a restart changes nothing.
A device goes back only while it stands as the use left it: what somebody has changed since is
his.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from device.context import Context
from device.effects import Hold, Notebook, Timer
from device.events import DeviceCommand, Request, Value
from device.skills.undo import before

MOST = 30
"""How many uses are kept; the oldest goes first."""

_CLOSE = 0.02
"""By what share a reported number may differ from what was sent, for devices that round."""


def held(
    name: str, commands: Sequence[DeviceCommand], context: Context, book: Notebook
) -> Notebook:
    """The notebook with a use of a concept in it, and without its earlier uses there.

    Args:
        name: Of the concept.
        commands: What is about to be sent.
        context: The home before it.
        book: The notebook.
    """
    devices = {command.device for command in commands}
    earlier = {
        (command.device, command.capability): command
        for hold in book.holds
        if hold.concept == name
        for command in hold.was
        if command.device in devices and stands(hold, command.device, context)
    }
    now = {(command.device, command.capability): command for command in before(commands, context)}
    again = {device for device, _ in earlier}
    was = (*earlier.values(), *(c for key, c in now.items() if key[0] not in again))
    left = without(name, devices, book)
    hold = Hold(id=left.next_id, concept=name, was=was, sent=tuple(commands))
    return replace(left, holds=(*left.holds, hold)[-MOST:], next_id=left.next_id + 1)


def without(name: str, devices: Collection[str], book: Notebook) -> Notebook:
    """The notebook without the uses of a concept on these devices, and what would end them."""
    holds: list[Hold] = []
    for hold in book.holds:
        kept = tuple(c for c in hold.sent if hold.concept != name or c.device not in devices)
        if kept:
            was = tuple(c for c in hold.was if c.device in {k.device for k in kept})
            holds.append(hold if kept == hold.sent else replace(hold, was=was, sent=kept))
    timers = tuple(t for t in book.timers if not _ends(t, name, devices))
    return replace(book, holds=tuple(holds), timers=timers)


def back(
    name: str, devices: Collection[str] | None, context: Context
) -> tuple[tuple[DeviceCommand, ...], frozenset[str]]:
    """What leads back to before a concept was used.

    Args:
        name: Of the concept.
        devices: Ids of the devices that should go back; None for all of them.
        context: The home.

    Returns:
        The commands, and the devices that were held, also those that were changed since.
    """
    commands: dict[tuple[str, str], DeviceCommand] = {}
    found: set[str] = set()
    for hold in context.notebook.holds:
        if hold.concept != name:
            continue
        for device in dict.fromkeys(command.device for command in hold.sent):
            if devices is not None and device not in devices:
                continue
            found.add(device)
            if stands(hold, device, context):
                own = (command for command in hold.was if command.device == device)
                commands |= {(c.device, c.capability): c for c in own}
    return tuple(commands.values()), frozenset(found)


def stands(hold: Hold, device: str, context: Context) -> bool:
    """Whether a device stands as a use of a concept left it."""
    own = [command for command in hold.sent if command.device == device]
    off = context.value(device, "power") == "off"
    if off and all(command.capability != "power" for command in own):
        return False  # Somebody turned it off; its brightness would turn it on again.
    return all(alike(context.value(device, c.capability), c.value) for c in own)


def alike(reported: Value | None, wanted: Value) -> bool:
    """Whether a reported value is the one that was sent, for devices that round."""
    if isinstance(reported, str) or isinstance(wanted, str) or reported is None:
        return reported == wanted
    return abs(reported - wanted) <= max(1.0, _CLOSE * abs(wanted))


def _ends(timer: Timer, name: str, devices: Collection[str]) -> bool:
    """Whether a timer ends a use of a concept on these devices and nothing else."""
    return bool(timer.requests) and all(
        _leaves(request, name) and set(request.meant) <= set(devices) for request in timer.requests
    )


def _leaves(request: Request, name: str) -> bool:
    return request.intent == "LeaveConcept" and request.slot("concept") == name
