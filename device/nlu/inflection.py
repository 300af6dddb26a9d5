"""Small changes at the end of English words: which words are the same word to a list or template.

singular("foxes")  -> "fox"       lists: only plurals and owners
stem("making")     -> "mak"       templates: also what verbs end in; not a word, only a key
"""

import re
from functools import lru_cache

_SHORTEST = 3
"""Letters that stay when an ending is taken off."""

_HISSING = re.compile(r"(?:s|x|z|ch|sh)es$")
_VERBAL = re.compile(r"(?:ing|ed)$")
_DOUBLED = re.compile(r"([bdgklmnprt])\1$")


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """A word of a name without the endings of the plural and of owners."""
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) <= _SHORTEST or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST + 1:
        return f"{word[:-3]}y"
    return word[:-2] if _HISSING.search(word) else word[:-1]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What is left of a word without its endings; equal for "play", "plays", "playing"."""
    word = singular(word)
    bare = _VERBAL.sub("", word)
    if bare != word and len(bare) >= _SHORTEST and re.search("[aeiouy]", bare):
        word = _DOUBLED.sub(r"\1", bare)
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST else word
