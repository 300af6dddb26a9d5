"""Small changes at the end of English words: which are one word to a list or a template.

The forms are keys to compare, not words:

singular("potatoes") -> "potato"      lists: only plurals and owners
stem("making")       -> "mak"         templates: also what verbs end in
"""

import re
from functools import lru_cache

_SHORTEST = 3
"""Letters that stay when an ending is taken off."""

_PLURAL = re.compile(r"(?<=[^siu])s$|(?<=[hl]i)s$")
_SILENT = re.compile(r"(?<=[oxz])e$|(?<=ch|sh|ss|us)e$")
_VERBAL = re.compile(r"(?:ing|ed)$")
_DOUBLED = re.compile(r"([bdgklmnprt])\1$")


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """A word of a name without the endings of the plural and of owners.

    Only forms of one word have the same key: "plan" and "plane" have not.
    """
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > _SHORTEST:
        word = _PLURAL.sub("", word)
    if len(word) > _SHORTEST and word.endswith("ie"):
        return f"{word[:-2]}y"
    return _SILENT.sub("", word) if len(word) > _SHORTEST else word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What is left of a word without its endings; equal for "play", "plays", "playing"."""
    word = singular(word)
    bare = _VERBAL.sub("", word)
    if len(bare) >= _SHORTEST and re.search("[aeiouy]", bare):
        word = bare
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST else word
