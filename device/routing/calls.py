"""A skill called by its name: "ask zoo sounds for an elephant", "open zoo sounds".

Names are what the owner put there, so they are looked for as they are written, and only where
people call somebody: after "ask" or "open", before or after "with", or as all that is said.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from device.context import Home
from device.nlu.words import plain
from device.settled import Known

_ASKED = "ask|tell|have|get|let|try|use|consult"
_OPENED = "open|start|launch|run|begin|play|call|talk to|speak to"
_WAYS = "with|using|via|through|from|on|in"
_LINKS = "to|for|about|of|that|if|what|and|whether"
_POLITE = "(?:(?:please|can you|could you|would you|will you|i want to|i'd like to) )*"


@dataclass(frozen=True, slots=True)
class Call:
    """A skill that was called."""

    skill: str
    """Its id."""
    rest: str
    """What is asked of it besides; "" where it was only called."""


def called(text: str, skills: Iterable[Known], home: Home) -> Call | None:
    """The skill that a text calls by its name.

    Args:
        text: What was said.
        skills: Those that can be called.
        home: A name that a room or device bears as well calls the skill only after "ask" or
            "tell".

    Returns:
        The call with the longest name; None where no skill is called.
    """
    words = plain(text)
    found: list[tuple[int, Call]] = []
    for skill in skills:
        for name in (skill.name, *skill.aliases):
            said = plain(name)
            if said and f" {said} " in f" {words} ":
                patterns = _patterns(said)
                if said in _names(home):
                    patterns = patterns[:1]
                rest = next((m[1] or "" for p in patterns if (m := p.fullmatch(words))), None)
                if rest is not None:
                    found.append((len(said), Call(skill.id, rest)))
    return max(found, key=lambda one: one[0], default=(0, None))[1]


def skill_named(name: str, skills: Iterable[Known]) -> Known | None:
    """The skill that somebody means by a name; "the safari one", "zoo sounds"."""
    wanted = plain(name)
    for skill in skills:
        if wanted in (plain(one) for one in (skill.id, skill.name, *skill.aliases)):
            return skill
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


@lru_cache(maxsize=4)
def _names_of(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain(name) for name in names)


def _names(home: Home) -> frozenset[str]:
    """Everything in a home that bears a name."""
    rooms = (name for room in home.rooms for name in (room.name, *room.aliases))
    devices = (name for device in home.devices for name in (device.name, *device.aliases))
    return _names_of((*rooms, *devices))
