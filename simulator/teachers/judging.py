"""Whether what was learned is what an owner has in mind."""

from collections.abc import Mapping

from device.concepts import Concept, Kind
from device.context import Context
from device.events import Value
from simulator.teachers.situations import helps
from simulator.teachers.wishes import Topic, Wish


def right(
    wish: Wish, stored: tuple[Concept, ...], context: Context, *, misheard: bool = False
) -> bool:
    """Whether exactly what an owner has in mind was learned, and nothing else.

    Args:
        wish: What he has in mind.
        stored: What was learned.
        context: The home, and where the speaker stands.
        misheard: Whether words were lost on the way: a whole sentence is then kept as it was
            heard, and known again by what it means.
    """
    if len(stored) != 1:
        return False
    if not wish.need:
        return meant(wish, stored[0])
    named = misheard or bare(stored[0].name) == bare(wish.name)
    return named and stored[0].kind is Kind.DECLARATIVE and helpful(wish, stored[0], context)


def meant(wish: Wish, concept: Concept) -> bool:
    """Whether a concept is exactly what an owner has in mind."""
    meaning = concept.meaning
    if concept.kind is not Kind.ENTITY or bare(concept.name) != bare(wish.name):
        return False
    if wish.devices:
        return set(meaning.devices) == set(wish.devices) and not meaning.settings
    if wish.area:
        return meaning.area == wish.area and not (meaning.settings or meaning.devices)
    if meaning.devices or meaning.area or not meaning.settings:
        return False
    found: dict[tuple[str, Value], frozenset[str]] = {}
    for s in meaning.settings:
        key = (s.capability, s.value)
        found[key] = found.get(key, frozenset()) | frozenset(s.devices)
    if wish.topic is Topic.EXAMPLE:
        return _as_it_is(wish, found)
    wanted: dict[tuple[str, Value], set[str]] = {}
    for part in wish.parts:
        wanted.setdefault((part.capability, part.value), set()).update(
            {part.device} if part.device else ()
        )
    if set(wanted) != set(found):
        return False
    return all(
        found[key] in (devices, _all(wish, key[0]) if len(devices) < 2 else devices)
        or (not found[key] and devices == _all(wish, key[0]))
        for key, devices in wanted.items()
    )


def _all(wish: Wish, capability: str) -> set[str]:
    """The one device that the request names.

    Where it names a room, what is taught holds in others too, and no device belongs to it.
    """
    return set(wish.covered.get(capability, ())) if "thing" in wish.target else set()


def helpful(wish: Wish, concept: Concept, context: Context) -> bool:
    """Whether what was learned for a declarative helps where the speaker stands: all of it."""
    home = context.home
    here = [device for device in home.devices if device.room == context.room]
    by_label = {home.label(device): device for device in home.devices}
    settings = concept.meaning.settings
    return bool(settings) and all(
        any(helps(wish.need, device, setting.capability, setting.value) for device in devices)
        for setting in settings
        if (devices := [by_label[label] for label in setting.devices] or here)
    )


def _as_it_is(wish: Wish, found: Mapping[tuple[str, Value], frozenset[str]]) -> bool:
    """Whether the brightness of the lamp is kept, and nothing that it is not."""
    lamp = {part.device for part in wish.parts}
    shown = {(part.capability, part.value) for part in wish.parts}
    own = {part.capability for part in wish.parts}
    bright = next((part.capability, part.value) for part in wish.parts if part.value != "on")
    return (
        bright in found
        and all(key in shown or key[0] not in own for key in found)
        and all(devices <= lamp for devices in found.values())
    )


def bare(name: str) -> str:
    """Without article, marks and case."""
    words = name.lower().replace(",", "").replace("?", "").split()
    return " ".join(words[1:] if words and words[0] in ("the", "my", "our", "a") else words)
