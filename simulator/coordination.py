"""Coordination: several items put into the place of one, as people say and as software hears it."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from device.nlu.words import tokenize
from simulator.homes import lexicon

LABELS = ("O", "B", "I", "C", "K", "N")

Marked = list[tuple[str, str]]
"""Tokens with their labels."""

DETERMINERS = ("the", "my", "our", "a", "an")
_PREPOSITIONS = ("in", "on", "at", "to", "from", "for", "of")
LIMIT = 44
"""Tokens of the longest sentence."""


@dataclass(frozen=True, slots=True)
class Compound:
    """A sentence and how it falls apart."""

    tokens: tuple[str, ...]
    labels: tuple[str, ...]
    kind: str
    """"single", "items", "tails", "verbs" or "requests"."""
    count: int
    """How many things it asks for."""


def joined(
    rng: Random,
    before: tuple[str, ...],
    values: Sequence[tuple[str, ...]],
    after: tuple[str, ...],
    *,
    loose: bool,
    style: str = "",
) -> Compound | None:
    """Shared words, the items with what stands between them, shared words."""
    lead, before = _lead(before, rng)
    items = [_item(value, lead, i, rng) for i, value in enumerate(values)]
    if lead and not any(len(item) > len(v) for item, v in zip(items, values, strict=True)):
        before = (*before, *lead)
    elif lead and len(items[0]) == len(values[0]):
        items[0] = (*lead, *values[0])
    marked: Marked = [(t, "O") for t in before]
    style = (
        style
        or rng.choices(
            ("commas", "oxford", "and", "one and", "none", "plus"),
            weights=(3, 2, 3, 4 if loose else 1.2, 0.8 if loose else 0.15, 0.5),
        )[0]
    )
    for index, item in enumerate(items):
        if index:
            link = _between(style, last=index == len(items) - 1, rng=rng)
            marked += [(t, "C") for t in link]
        marked += [(t, "I" if i else "B") for i, t in enumerate(item)]
    marked += [(t, "O") for t in after]
    marked = _polite(marked, rng)
    if len(marked) > LIMIT:
        return None
    tokens, labels = zip(*marked, strict=True)
    return Compound(tokens, labels, "items", len(items))


def _lead(before: tuple[str, ...], rng: Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The determiner (and sometimes the preposition) that each item may repeat."""
    cut = len(before)
    if cut and before[cut - 1] in DETERMINERS:
        cut -= 1
    if cut > 1 and before[cut - 1] in _PREPOSITIONS and rng.random() < 0.22:
        cut -= 1
    return before[cut:], before[:cut]


def _item(
    value: tuple[str, ...], lead: tuple[str, ...], index: int, rng: Random
) -> tuple[str, ...]:
    if not lead or (index and rng.random() < 0.3):
        return value
    return (*lead, *value) if index else value


def _polite(marked: Marked, rng: Random) -> Marked:
    if rng.random() < 0.2:
        prefix = rng.choice(lexicon()["prefixes"])
        marked = [*((t, "O") for t in tokens_of(prefix)), *marked]
    if rng.random() < 0.1:
        suffix = rng.choice(("please", "now", "for me", "thanks", "please"))
        marked = [*marked, *((t, "O") for t in tokens_of(suffix))]
    return marked


def _between(style: str, *, last: bool, rng: Random) -> tuple[str, ...]:
    if style == "none":
        return ()
    if style == "one and":
        return ("and",) if last else ()
    if style == "and":
        return ("and",)
    if style == "plus":
        return tuple(rng.choice(("plus", "as well as", "and also", "along with", "and")).split())
    if not last:
        return (",",)
    return (",", "and") if style == "oxford" else ("and",)


def tokens_of(text: str) -> tuple[str, ...]:
    """The texts of a sentence's tokens."""
    return tuple(t.text for t in tokenize(text))
