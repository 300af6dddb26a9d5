"""A skill pack in Python: says what animals say, and leaves those it does not know to others."""

from device.context import Context
from device.events import Request

SAYS = {"cow": "moo", "dog": "woof", "cat": "meow", "sheep": "baa", "duck": "quack"}


def answer(request: Request, context: Context) -> str | None:
    """What an animal says; None is "I don't know that one"."""
    animal = str(request.slot("animal"))
    return f"The {animal} says {SAYS[animal]}." if animal in SAYS else None
