"""The devices that a request with unknown words is about, for all that its other words say."""

from dataclasses import replace

from device.context import Context, Device
from device.events import Request, Slot
from device.nlu.targets import targets
from device.teaching.gap import Gap

_PLACES = ("name", "area", "floor", "domain", "device_class")


def known_places(gap: Gap) -> tuple[Slot, ...]:
    """The slots that say where or which device, in words other than those nobody understands."""
    unknown = gap.words.casefold().split()
    return tuple(
        slot
        for slot in gap.request.slots
        if slot.name in _PLACES
        and not (slot.text and set(slot.text.casefold().split()) <= set(unknown))
    )


def said_where(gap: Gap) -> bool:
    """Whether the request says which devices or which room it is about."""
    return bool(known_places(gap) or gap.request.meant or gap.request.rivals)


def concerned(gap: Gap, context: Context) -> tuple[Device, ...]:
    """The devices that a definition without a device would be for.

    Returns:
        What the request names; else what stands in the speaker's room; else everything. Never
        what only tells something.
    """
    meant = _meant(gap.request, known_places(gap), context)
    here = tuple(d for d in context.home.devices if d.room == context.room)
    found = (_settable(devices) for devices in (meant, here, context.home.devices))
    return next((devices for devices in found if devices), ())


def _meant(request: Request, places: tuple[Slot, ...], context: Context) -> tuple[Device, ...]:
    if not (places or request.meant or request.rivals):
        return ()
    bare = replace(request, intent="HassTurnOn", slots=places)
    found = targets(bare, context)
    labels = frozenset(found.choices)
    rivals = (d for d in context.home.devices if context.home.label(d) in labels)
    return found.devices or tuple(rivals)


def _settable(devices: tuple[Device, ...]) -> tuple[Device, ...]:
    return tuple(d for d in devices if any(c.settable for c in d.capabilities))
