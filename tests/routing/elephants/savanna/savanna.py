"""Says what the animal says, and who says so."""


def answer(request, context):
    animal = request.slot("animal")
    return None if animal in ("parrot",) else f"Savanna radio: the {animal}."
