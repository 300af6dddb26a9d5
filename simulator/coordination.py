"""Coordination: several items put into the place of one, as people say and as software hears it."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from device.nlu.words import tokenize
from simulator.homes import lexicon

LABELS = ("O", "B", "I", "C", "K", "N")

DOMAINS = ("items", "devices", "rooms", "times", "songs", "places")
"""What is coordinated, where it is values of one kind."""

Marked = list[tuple[str, str]]
"""Tokens with their labels."""

DETERMINERS = ("the", "my", "our", "a", "an")
_PREPOSITIONS = ("in", "on", "at", "to", "from", "for", "of")
_PARTICLED = frozenset(
    {"turn", "switch", "put", "flip", "power", "toggle", "get", "run", "out", "pull", "bring", "go"}
)
"""Words that "on", "in" or "of" behind them belongs to; nobody repeats it before each item."""
LIMIT = 44
"""Tokens of the longest sentence."""

STYLES = ("commas", "oxford", "and", "one and", "none", "plus")
"""What stands between items: "one and" has nothing but a conjunction before the last one."""


@dataclass(frozen=True, slots=True)
class Compound:
    """A sentence and how it falls apart."""

    tokens: tuple[str, ...]
    labels: tuple[str, ...]
    kind: str
    """"single", "items", "tails", "verbs" or "requests"."""
    count: int
    """How many things it asks for."""
    domains: frozenset[str]
    """Of what is coordinated, some of DOMAINS; empty where nothing is."""
    topics: frozenset[str] = frozenset()
    """Those of DOMAINS that it speaks of, coordinated or not, where its maker knows them."""


def single(text: str) -> Compound:
    """A sentence that asks for one thing."""
    tokens = tokens_of(text)
    return Compound(tokens, ("O",) * len(tokens), "single", 1, frozenset())


def joined(
    rng: Random,
    before: tuple[str, ...],
    values: Sequence[tuple[str, ...]],
    after: tuple[str, ...],
    *,
    domain: str,
    style: str = "",
) -> Compound | None:
    """Shared words, the items with what stands between them, shared words.

    Args:
        rng: The only source of chance.
        before: Tokens before the first item.
        values: Tokens of each item.
        after: Tokens after the last item.
        domain: One of DOMAINS; "" where whole ends of requests are coordinated.
        style: One of STYLES; any that fits the domain where it is empty.

    Returns:
        None where the sentence would be longer than LIMIT tokens.
    """
    lead, before = _lead(before, rng)
    items = [_item(value, lead, i, rng) for i, value in enumerate(values)]
    if lead and not any(len(item) > len(v) for item, v in zip(items, values, strict=True)):
        before = (*before, *lead)
    elif lead and len(items[0]) == len(values[0]):
        items[0] = (*lead, *values[0])
    marked: Marked = [(t, "O") for t in before]
    style = style or _style(domain, rng)
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
    return Compound(tokens, labels, "items", len(items), frozenset({domain} - {""}))


def _style(domain: str, rng: Random) -> str:
    weights = {
        "items": (3, 2, 3, 4, 0.8, 0.5),
        "": (3, 2, 4, 0, 0, 0.5),
        # "Hall and Oates" is one: two songs in a row are mostly told apart by more than "and".
        "songs": (4, 3, 1, 0.5, 0, 2),
    }
    return rng.choices(STYLES, weights=weights.get(domain, (3, 2, 3, 1.2, 0.05, 0.5)))[0]


def _lead(before: tuple[str, ...], rng: Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The determiner (and sometimes the preposition) that each item may repeat."""
    cut = len(before)
    if cut and before[cut - 1] in DETERMINERS:
        cut -= 1
    repeats = cut > 1 and before[cut - 1] in _PREPOSITIONS and before[cut - 2] not in _PARTICLED
    if repeats and rng.random() < 0.22:
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
