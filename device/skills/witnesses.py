"""Who can tell how something stands, where it cannot tell itself."""

from device.context import Context, Device


def witness(device: Device, state: str, context: Context) -> Device:
    """The device that tells whether another is open.

    A lock tells whether a door is locked; whether it is open, the one contact in its room
    that bears its name tells.

    Example: "Front door" (a lock), "open" -> "Front door sensor" (a contact).
    """
    if state not in ("open", "closed") or device.kind != "lock":
        return device
    words = set(device.name.casefold().split())
    contacts = [
        other
        for other in context.home.devices
        if other.room == device.room
        and other.capability("contact") is not None
        and words <= set(other.name.casefold().split())
    ]
    return contacts[0] if len(contacts) == 1 else device
