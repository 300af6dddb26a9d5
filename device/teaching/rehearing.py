"""A word that was heard otherwise the second time, as recognition errs.

"set the bedroom to blue moon"   heard "... blue noon": "I don't know what blue noon is."
"set the bedroom to blue moon"   heard well: what was said last is believed
"blue moon is 20 percent"        the hearing that stands in more of the sentences is
"""

from collections.abc import Sequence

from device.context import Context
from device.nlu.names import likeness
from device.nlu.words import plain

ALIKE = 0.6
"""Likeness from which two hearings can be of the same word, 0 to 1."""

LEAST_LETTERS = 4
"""Of a word; shorter ones are like too many others."""


def otherwise(text: str, name: str, context: Context) -> tuple[str, ...]:
    """What can be another hearing of a name, the likest first.

    Args:
        text: What was heard.
        name: What was heard before.
        context: The home: names of its devices and rooms are what they say.
    """
    words, length = plain(text).split(), len(name.split())
    known = {plain(d.name) for d in context.home.devices} | {
        plain(room.name) for room in context.home.rooms
    }
    windows = (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))
    found = {w: likeness(w, name) for w in windows if len(w) >= LEAST_LETTERS and w not in known}
    alike = [w for w, like in found.items() if like >= ALIKE and w != plain(name)]
    return tuple(sorted(alike, key=lambda w: -found[w]))


def outvotes(other: str, name: str, texts: Sequence[str]) -> bool:
    """Whether one hearing stands in more than one of some sentences, and in more than another."""
    heard = [f" {plain(text)} " for text in texts]
    votes = sum(f" {other} " in text for text in heard)
    return votes > max(1, sum(f" {plain(name)} " in text for text in heard))
