"""Sentences as words, the same for templates, names, training and the device.

A sentence's words are what stands between spaces; spans of requests count those. The models
read tokens, which are smaller: "5-minute" is two, "50%," is "50", "%" and ",". Every token
remembers the word that it came from.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_UNITS = (
    r"a\.?m\.?|p\.?m\.?|%|°|°c|°f|c|f|k|kelvin|degrees?|percent|"
    r"s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|o'clock"
)
_NUMBER_UNIT = re.compile(rf"^([-+]?\d+(?:[.:]\d+)*)({_UNITS})$")
_HYPHEN = re.compile(r"(?<=\w)[-\u2013/](?=\w)|(?<=[a-z])_(?=[a-z])")
_FRACTION = re.compile(r"^\d+/\d+$")
_LIST_MARKS = ",;:"
_END_MARKS = ".!?\u2026"
_QUOTES = "\"'`()[]{}<>*\u201c\u201d\u201e\u00ab\u00bb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The unit that the models read."""

    text: str
    """Lower case, without the marks around it; "," or "." for a mark."""
    word: int
    """Index of the word (between spaces) that it came from."""

    @property
    def mark(self) -> bool:
        """Whether it is punctuation."""
        return self.text in (",", ".")


def tokenize(sentence: str) -> tuple[Token, ...]:
    """Cut a sentence into tokens.

    Every word gives at least one token; a mark at the very end of the sentence gives none.

    Args:
        sentence: Any text.

    Returns:
        Tokens in order; `Token.word` grows from 0 without gaps.
    """
    tokens: list[Token] = []
    words = sentence.split()
    for index, raw in enumerate(words):
        core, after = _strip(raw.lower().replace("\u2019", "'"))
        pieces = _pieces(core) if core else []
        if after and (index + 1 < len(words) or not pieces):
            pieces.append(after)
        tokens += [Token(text=piece, word=index) for piece in pieces or ["."]]
    return tuple(tokens)


@lru_cache(maxsize=4_000)
def plain(text: str) -> str:
    """A name as the models see it: "Kids' Wi-Fi lamp" gives "kids wi fi lamp"."""
    return " ".join(t.text.strip("'") for t in tokenize(text) if not t.mark)


def bare(word: str) -> str:
    """A word of a sentence without the marks around it, as completed texts are written."""
    return _strip(word)[0]


def shape(token: str) -> str:
    """The key under which the models know a token: digits become 0."""
    return re.sub(r"\d", "0", token)


def ranges(indices: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Rising indices as half-open ranges: [0, 1, 4] gives ((0, 2), (4, 5))."""
    found: list[tuple[int, int]] = []
    for index in indices:
        if found and index == found[-1][1]:
            found[-1] = (found[-1][0], index + 1)
        elif not found or index > found[-1][1]:
            found.append((index, index + 1))
    return tuple(found)


def _strip(raw: str) -> tuple[str, str]:
    """The word without the marks around it, and the mark after it: a comma, a stop or nothing."""
    core = raw.lstrip(_QUOTES + _LIST_MARKS + _END_MARKS + "-")
    if not core or core[0].isdigit():
        kept = raw.lstrip(_QUOTES + _LIST_MARKS)
        signed = re.match(r"^[-.]?\d", kept)
        core = kept if signed else core
    head = core.rstrip(_QUOTES + _LIST_MARKS + _END_MARKS + "-")
    tail = core[len(head) :] if head else raw
    after = ""
    if any(mark in tail for mark in _LIST_MARKS):
        after = ","
    if any(mark in tail for mark in _END_MARKS):
        after = "."
    return head, after


def _pieces(core: str) -> list[str]:
    if core in ("&", "+"):
        return ["and"]
    if _FRACTION.match(core):
        return [core]
    pieces: list[str] = []
    for part in _HYPHEN.sub(" ", core).split():
        if len(part) > 1 and part[-1] in "%\u00b0" and not part[0].isdigit():
            word = part.rstrip("%\u00b0")
            pieces += [*filter(None, [_strip(word)[0]]), *part[len(word) :]]
            continue
        unit = _NUMBER_UNIT.match(part)
        pieces += [unit[1], _unit(unit[2])] if unit else [_unit(part)]
    return pieces


def _unit(text: str) -> str:
    return {"a.m": "am", "p.m": "pm", "a.m.": "am", "p.m.": "pm"}.get(text, text)
