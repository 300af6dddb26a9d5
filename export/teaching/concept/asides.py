"""What people say around an answer: stories, hesitations, and what recognition makes of it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from random import Random

from device.nlu.names import key
from device.nlu.numbers import number as read
from export.referents.texts import tagger_table
from export.teaching.concept.grammar import Piece, expand, filled, lines, texts
from export.teaching.concept.scenes import COLORS, Scene
from simulator.disfluency import FILLERS
from simulator.fillings import number
from simulator.homes import Split, lexicon, words

_CLOCKS = ("in the evening", "o'clock", "pm", "p m", "at night", "in the morning", "", "am", "")


def told(
    rng: Random, scene: Scene, split: Split, line: str, places: dict[str, list[Piece]]
) -> list[Piece]:
    """A line with its own places filled, and those that are the same for all: {activity} ..."""
    line = expand(line, rng)
    return filled(line, {**places_of(rng, scene, split, line), **places})


def places_of(rng: Random, scene: Scene, split: Split, line: str) -> dict[str, list[Piece]]:
    """Fillings of a line's places that carry no label."""
    table = texts("definitions")

    def some(name: str) -> str:
        return expand(rng.choice(table[name]), rng)

    def said(name: str) -> str:
        if name == "activity":
            return some("activities")
        if name == "noun":
            return some("nouns")
        if name == "people":
            return said_in(some("people"))
        if name == "person":
            return rng.choice(words("people", split))
        if name == "words":
            return scene.gap.words
        if name == "clock":
            hour = number(rng, rng.randint(1, 12), digits=0.4)
            half = rng.choice(("", "", "half past ", "quarter past "))
            return f"{half}{hour} {'' if half else rng.choice(_CLOCKS)}".strip()
        if name in ("count", "n"):
            return number(rng, rng.choice((2, 3, 4, 5, 10, 15, 20, 30)))
        if name == "year":
            return number(rng, rng.randint(1990, 2025))
        if name == "item":
            return rng.choice(lexicon()["items"])
        if name == "mood":
            return expand(rng.choice(texts("scopes")["moods"]), rng)
        if name == "digression":
            return said_in(expand(rng.choice(lines(table["digressions"], split)), rng))
        return ""

    def said_in(inner: str) -> str:
        return "".join(p if i % 2 == 0 else said(p) for i, p in enumerate(_split(inner)))

    names = _split(line)[1::2]
    return {name: [Piece(text)] if (text := said(name)) else [] for name in names}


def _split(line: str) -> list[str]:
    return re.split(r"\{(\w+)\}", line)


def aside(rng: Random, scene: Scene, split: Split, chatter: Sequence[str]) -> list[Piece]:
    """A sentence or several beside the answer, sometimes real ones."""
    found: list[Piece] = []
    for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 3, 5))):
        if found:
            found.append(Piece(rng.choice((",", ".", "and", "so", "because", "well", "then"))))
        if chatter and rng.random() < 0.2:
            found.append(Piece(rng.choice(chatter)))
        else:
            found += told(rng, scene, split, "{digression}", {})
    return found


def hesitant(rng: Random, pieces: Sequence[Piece]) -> list[Piece]:
    """With one to three fillers between words that carry no label, or between pieces."""
    found = list(pieces)
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randint(0, len(found))
        filler = rng.choice(FILLERS)
        comma = rng.random()
        text = f", {filler}," if comma < 0.15 else f"{filler}," if comma < 0.3 else filler
        if at < len(found) and not found[at].label and " " in found[at].text:
            parts = found[at].text.split()
            cut = rng.randint(0, len(parts))
            inside = [" ".join(parts[:cut]), text, " ".join(parts[cut:])]
            found[at : at + 1] = [Piece(part) for part in inside if part]
        else:
            found.insert(at, Piece(text))
    return found


@cache
def _alike() -> dict[str, list[str]]:
    """Words by how they sound; numbers and colours are no mistakes for other words."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in tagger_table().words:
        if word.isalpha() and len(word) > 2:
            found[key(word)[:3]].append(word)
    return found


def misheard(rng: Random, word: str) -> str:
    """A word that sounds about the same, or the word itself."""
    if read([word]) is not None or word in COLORS:
        return word
    pool = [
        w
        for w in _alike().get(key(word)[:3], ())
        if w != word and read([w]) is None and w not in COLORS
    ]
    return rng.choice(pool) if pool else word
