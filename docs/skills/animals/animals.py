"""A skill pack in Python: says what animals say, and leaves those it does not know to others."""

SAYS = {"cow": "moo", "dog": "woof", "cat": "meow", "sheep": "baa", "duck": "quack"}


def answer(request, context):
    animal = request.slot("animal")
    if animal not in SAYS:
        return None  # I don't know that one.
    return f"The {animal} says {SAYS[animal]}."
