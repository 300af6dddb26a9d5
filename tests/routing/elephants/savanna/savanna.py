"""Says what the animal says, and who says so."""

from device.context import Context
from device.events import Request


def answer(request: Request, context: Context) -> str | None:
    """What the animal says; None where nobody knows."""
    animal = request.slot("animal")
    return None if animal in ("parrot",) else f"Savanna radio: the {animal}."
