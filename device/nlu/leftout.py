"""Where a sentence lists what it leaves out: "everything but THE TV AND THE RADIO".

Such a list is no list of things asked, and splitting it does the opposite of what was asked. It
begins with one of few words, all known, and goes on as long as names follow each other; neither
chunker nor tagger is asked about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from device.nlu import vocabulary
from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS
from device.nlu.names import ARTICLES
from device.nlu.words import Token

_JOINTS = frozenset({"and", "or", "nor", ","})
_STATES = frozenset({"on", "off", "up", "down", "out", "open", "shut", "closed"})
_GROUPS = frozenset(
    {"all", "every", "everything", "everywhere", "each", "whole", "any", "anything"}
)
_ENDS = frozenset({"please", "thanks", "then", "now", "to", "at", "for", "when", "until", "."})
_MOST_WORDS: Final = 4
"""Of a name that the home does not have."""
_BEGINS, _INSIDE = (
    [FLAGS.index(f"{what}_{part}") for what in ("name", "area", "floor")]
    for part in ("begin", "in")
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A list of what is left out, as token indices."""

    start: int
    """The word that begins it: "but"."""
    stop: int
    names: tuple[tuple[int, int], ...]
    """Each room, device or kind in it."""


def left_out(tokens: Sequence[Token], flags: Floats) -> tuple[LeftOut, ...]:
    """All such lists of a sentence.

    Args:
        tokens: The sentence.
        flags: The home's, shape (tokens, flags): which tokens are part of a name.
    """
    words = [token.text for token in tokens]
    found: list[LeftOut] = []
    at = 0
    while at < len(words):
        one = _begun(words, flags, at)
        if one is not None:
            found.append(one)
        at = at + 1 if one is None else one.stop
    return tuple(found)


def _begun(words: Sequence[str], flags: Floats, at: int) -> LeftOut | None:
    after = _opened(words, at)
    if after is None:
        return None
    group = not _GROUPS.isdisjoint(words[:at])
    names: list[tuple[int, int]] = []
    stop = after
    while after < len(words):
        start = _to_name(words, after)
        end = _name(words, flags, start, group=group)
        if end is None:
            break
        names.append((start, end))
        stop = after = end
        while after < len(words) and words[after] in _JOINTS:
            after += 1
        following = after + (after < len(words) and words[after] in ARTICLES)
        if after == stop and not (following < len(words) and _known(words, flags, following)):
            break
    turned = stop < len(words) and words[stop] in _STATES
    if not names or (turned and not _STATES.isdisjoint(words[:at])):
        return None  # "turn the lamp on but the fan off" leaves nothing out
    return LeftOut(at, stop, tuple(names))


def _opened(words: Sequence[str], at: int) -> int | None:
    """Behind the words that begin such a list at `at`, or None."""
    two = tuple(words[at : at + 2])
    if two in (("apart", "from"), ("aside", "from"), ("other", "than"), ("save", "for")):
        return at + 2
    if words[at] in vocabulary.EXCEPTING:
        return at + 3 if tuple(words[at + 1 : at + 3]) == ("leave", "out") else at + 1
    return None


def _to_name(words: Sequence[str], at: int) -> int:
    """Past the small words before a name: "not the ones in the"."""
    while at < len(words) and (
        words[at] in vocabulary.BETWEEN or words[at] in vocabulary.EXCEPTING
    ):
        at += 1
    return at


def _name(words: Sequence[str], flags: Floats, start: int, *, group: bool) -> int | None:
    """Behind the name that begins at `start`, or None where none does."""
    if start >= len(words):
        return None
    if _known(words, flags, start):
        stop = start + 1
        while stop < len(words) and flags[stop, _INSIDE].any() and not _fresh(flags, stop):
            stop += 1
        while stop < len(words) and _kind(words[stop]):
            stop += 1
        return stop
    if not group or words[start - 1] not in ARTICLES:
        return None
    stop = start
    while stop < len(words) and stop - start < _MOST_WORDS and not _over(words[stop]):
        stop += 1
    return stop if stop > start and (stop == len(words) or _over(words[stop])) else None


def _known(words: Sequence[str], flags: Floats, at: int) -> bool:
    """Whether a name begins here: of the home or, where it is no verb ("lock the"), of a kind."""
    verb = at + 1 < len(words) and (words[at + 1] in ARTICLES or _fresh(flags, at + 1))
    return _fresh(flags, at) or (_kind(words[at]) and not verb)


def _fresh(flags: Floats, at: int) -> bool:
    """Whether a name of the home begins here."""
    return bool(flags[at, _BEGINS].any())


def _kind(word: str) -> bool:
    one = vocabulary.singular([word])
    return one in vocabulary.DOMAINS or one in vocabulary.COVER_CLASSES


def _over(word: str) -> bool:
    """Whether a name that the home does not have ends before this word."""
    return word in _JOINTS | _STATES | _ENDS | ARTICLES | vocabulary.EXCEPTING


def kept(length: int, lists: Sequence[LeftOut]) -> list[int]:
    """Indices of the tokens outside such lists."""
    return [at for at in range(length) if not any(one.start <= at < one.stop for one in lists)]
