"""The names of a home as lists that sentence templates refer to."""

from collections.abc import Iterable

from hassil.intents import SlotList, TextSlotList

from device.context import Home
from device.nlu.words import plain
from device.settled import Known

SKILL_NAMES = "skill_name"
"""The list that the skills fill in."""

CONCEPTS = "concept"
"""The list that the owner fills in by teaching: what settings and things are called."""

DECLARED = "declared"
"""Likewise: whole sentences that something is done about; for recognition."""

PERSONS = "person"
"""The list that the people fill in who live here."""

HOME_LISTS = frozenset(
    {"name", "area", "floor", "home_word", SKILL_NAMES, CONCEPTS, DECLARED, PERSONS}
)
"""Lists that the home, its skills and its owner fill in."""


def home_lists(home: Home) -> dict[str, SlotList]:
    """The home's names as hassil slot lists.

    Aliases are further inputs whose output is the name; each name carries its device's kind
    as context, so that `requires_context: {domain: light}` holds for lights only.

    Returns:
        `name` of devices, `area`, `floor`, and `home_word`: every name and every single word
        of one, as written.
    """
    names = [
        (said, device.name, {"domain": device.kind, "device_class": device.device_class})
        for device in home.devices
        for said in (device.name, *device.aliases)
        if plain(said)
    ]
    areas = [
        (said, room.name) for room in home.rooms for said in (room.name, *room.aliases)
        if plain(said)
    ]  # fmt: skip
    floors = {room.floor: room.floor for room in home.rooms if room.floor and plain(room.floor)}
    words = home_words(home)
    make = TextSlotList.from_tuples
    return {
        "name": make(names, allow_template=False, name="name"),
        "area": make(areas, allow_template=False, name="area"),
        "floor": make(floors.items(), allow_template=False, name="floor"),
        "home_word": make(zip(words, words, strict=True), allow_template=False, name="home_word"),
        SKILL_NAMES: skill_names(()),
        CONCEPTS: concept_names(()),
        DECLARED: concept_names((), DECLARED),
        PERSONS: person_names(()),
    }


def concept_names(names: Iterable[str], listed: str = CONCEPTS) -> SlotList:
    """What was taught, by name, as a hassil slot list."""
    each = [(name, name) for name in dict.fromkeys(names) if plain(name)]
    return TextSlotList.from_tuples(each, allow_template=False, name=listed)


def person_names(names: Iterable[str]) -> SlotList:
    """Those who live here, by name, as a hassil slot list."""
    each = [(name, name) for name in dict.fromkeys(names) if plain(name)]
    return TextSlotList.from_tuples(each, allow_template=False, name=PERSONS)


def skill_names(skills: Iterable[Known]) -> SlotList:
    """What packs are called, as a hassil slot list; aliases give the name.

    The speaker's own skills are called as their devices are ("lights"), so nobody means them.
    """
    names = [
        (said, known.name)
        for known in skills
        for said in (known.name, *known.aliases)
        if plain(said) and not known.builtin
    ]
    return TextSlotList.from_tuples(names, allow_template=False, name=SKILL_NAMES)


def home_words(home: Home) -> tuple[str, ...]:
    """All names and the words that they are made of, each once whatever its capitals.

    Example: a device "Zogbert's lamp" -> "Zogbert's lamp", "Zogbert's", "lamp", "Zogbert"
    """
    names = [" ".join(name.split()) for name in _names(home)]
    words = [word for name in names for word in name.split()]
    owners = [word[:-2] for word in words if word.casefold().endswith(("'s", "\u2019s"))]
    found: dict[str, str] = {}
    for word in (*names, *words, *owners):
        if any(letter.isalpha() for letter in plain(word)):
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def _names(home: Home) -> Iterable[str]:
    for device in home.devices:
        yield from (device.name, *device.aliases)
    for room in home.rooms:
        yield from (room.name, *room.aliases)
        yield room.floor or ""
