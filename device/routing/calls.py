"""A skill called by its name: "ask zoo sounds for an elephant", "open zoo sounds".

Names are what the owner put there, so they are looked for as they are written, and only where
people call somebody: after "ask" or "open", before or after "with", or as all that is said.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from device.context import Home
from device.nlu.words import plain
from device.settled import Known

_ASKED = "ask|tell|have|get|let|try|use|consult"
_OPENED = "open|start|launch|run|begin|play|call|talk to|speak to"
_WAYS = "with|using|via|through|from|on|in"
_LINKS = "to|for|about|of|that|if|whether|and"
_POLITE = "(?:(?:please|can you|could you|would you|will you|i want to|i'd like to) )*"


@dataclass(frozen=True, slots=True)
class Call:
    """A skill that was called."""

    skill: str
    """Its id."""
    rest: str
    """What is asked of it besides; "" where it was only called."""


class Names:
    """The names that skills are called by."""

    def __init__(self, skills: Iterable[Known]) -> None:
        """Take those that can be called."""
        self._skills: dict[str, str] = {}
        self._starting: defaultdict[str, list[str]] = defaultdict(list)
        for skill in skills:
            for name in (skill.name, *skill.aliases):
                said = plain(name)
                if said and said not in self._skills:
                    self._skills[said] = skill.id
                    self._starting[said.split()[0]].append(said)

    def called(self, text: str, home: Home) -> Call | None:
        """The skill that a text calls by its name.

        Args:
            text: What was said.
            home: A name that a room or device bears as well calls the skill only after "ask"
                or "tell".

        Returns:
            The call with the longest name; None where no skill is called.
        """
        words = plain(text)
        padded = f" {words} "
        names = [n for word in dict.fromkeys(words.split()) for n in self._starting.get(word, ())]
        for name in sorted(names, key=len, reverse=True):
            if f" {name} " not in padded:
                continue
            patterns = _patterns(name)[: 1 if name in _borne(home) else None]
            found = next((m for p in patterns if (m := p.fullmatch(words)) is not None), None)
            if found is not None:
                return Call(self._skills[name], found[1] or "")
        return None


@lru_cache(maxsize=256)
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    """How a name is called; the group is what is asked besides."""
    known = rf"(?:the |my )?{re.escape(name)}(?: skill)?"
    polite = _POLITE
    return (
        re.compile(rf"{polite}(?:{_ASKED}) {known}(?: (?:{_LINKS}))?(?: (.*))?"),
        re.compile(rf"{polite}(?:{_OPENED}) {known}(?: (?:{_LINKS}) (.*))?"),
        re.compile(rf"(?:{_WAYS}) {known} (.+)"),
        re.compile(rf"(.+) (?:{_WAYS}) {known}"),
        re.compile(rf"{known}()"),
    )


def _borne(home: Home) -> frozenset[str]:
    """Everything in a home that bears a name."""
    rooms = [name for room in home.rooms for name in (room.name, *room.aliases)]
    devices = [name for device in home.devices for name in (device.name, *device.aliases)]
    return frozenset(plain(name) for name in (*rooms, *devices))
