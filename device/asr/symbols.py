"""The classes of names in the language model, and what fills them in a home."""

from collections.abc import Iterable, Mapping

from device.context import Home

AREA, FLOOR, ITEM, NAME, OTHER = "{area}", "{floor}", "{item}", "{name}", "{other}"
CLASSES = (AREA, FLOOR, ITEM, NAME, OTHER)
"""Names of areas, floors, things on lists, devices of any kind; and all that nobody knew."""

BOUNDARY = ""
"""The symbol for the start and the end of a sentence, always the last one."""

Names = Mapping[str, tuple[str, ...]]
"""What fills each class, in lower case, as written."""


def of_kind(kind: str) -> str:
    """The class of the names of devices of one kind.

    Example: "light" -> "{light}"
    """
    return "{" + kind + "}"


def names_of(home: Home, known: Iterable[str] = (), others: Iterable[str] = ()) -> Names:
    """What fills the classes in a home.

    Args:
        home: Its devices, rooms and floors.
        known: Things on its lists.
        others: Words that the owner taught, wherever they may stand.
    """
    found: dict[str, list[str]] = {AREA: [], FLOOR: [], ITEM: list(known), OTHER: list(others)}
    for device in home.devices:
        for name in (device.name, *device.aliases):
            found.setdefault(NAME, []).append(name)
            found.setdefault(of_kind(device.kind), []).append(name)
    for room in home.rooms:
        found[AREA] += [room.name, *room.aliases]
        found[FLOOR].append(room.floor or "")
    return {name: _each_once(texts) for name, texts in found.items()}


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    plain = (" ".join(text.lower().split()) for text in texts)
    return tuple(dict.fromkeys(text for text in plain if text))
