"""What sentences may refer to: names of the home and its skills, the room, who answered last."""

from hassil.intents import SlotList

from device.context import Context
from device.nlu.homelists import SKILL_NAMES, skill_names
from device.nlu.templates import lists_of
from device.settled import Known

_PLACES = ("name", "area", "floor", "domain", "device_class")


class _Names:
    """The names of the last home and the last skills, made anew only for others."""

    def __init__(self) -> None:
        self._home: dict[str, SlotList] = {}
        self._skills: tuple[Known, ...] = ()
        self._lists: dict[str, SlotList] = {}

    def __call__(self, context: Context) -> dict[str, SlotList]:
        home = lists_of(context.home)
        if home is not self._home or context.skills is not self._skills:
            self._home, self._skills = home, context.skills
            self._lists = {**home, SKILL_NAMES: skill_names(context.skills)}
        return self._lists


names_of = _Names()
"""The names of a home and its skills as hassil slot lists; the same object while they stay."""


def circumstances(context: Context) -> dict[str, str]:
    """What templates may require (`requires_context`).

    Returns:
        `area`, the speaker's room, and `answered: pack` where packs might have answered what was
        asked last and no device or room was named in it.
    """
    found = {"area": context.room} if context.room is not None else {}
    if _packs_answered(context):
        found["answered"] = "pack"
    return found


def _packs_answered(context: Context) -> bool:
    routes = context.turns[-1].routes if context.turns else ()
    if not routes:
        return False
    last = routes[-1]
    pointed = last.request.meant or any(last.request.slot(s) is not None for s in _PLACES)
    return last.pack or (not pointed and any(c.pack for c in last.candidates))
