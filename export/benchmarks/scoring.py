"""The figures that papers on these sets report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


def entities(labels: Sequence[str]) -> set[tuple[int, int, str]]:
    """Slots as (first token, token after, name), by the rules of CoNLL's `conlleval`.

    An I- that follows no label of its own name begins a slot, however ill-formed that is.
    """
    found: set[tuple[int, int, str]] = set()
    begun: tuple[int, str] | None = None
    for at, label in enumerate((*labels, "O")):
        mark, _, name = label.partition("-")
        if begun and (mark != "I" or name != begun[1]):
            found.add((begun[0], at, begun[1]))
            begun = None
        if mark == "B" or (mark == "I" and begun is None):
            begun = (at, name)
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model, or a person, says of a sentence."""

    labels: tuple[str, ...]
    intents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares between 0 and 1."""

    intent: float
    """Sentences with exactly the right intents."""
    slot_f1: float
    """Over all slots of all sentences: name and both ends must be right."""
    sentence: float
    """Sentences with the right intents and exactly the right slots."""


def figures(pairs: Iterable[tuple[Reading, Reading]]) -> Figures:
    """Intent accuracy, slot F1 and whole-sentence accuracy.

    Args:
        pairs: What was said and what was understood, at least one. Fewer labels than tokens
            count as "O".
    """
    count = right = found = wanted = intents = whole = 0
    for truth, guess in pairs:
        there, here = entities(truth.labels), entities(guess.labels)
        same = truth.intents == guess.intents
        right, found, wanted = right + len(here & there), found + len(here), wanted + len(there)
        count, intents, whole = count + 1, intents + same, whole + (same and here == there)
    return Figures(
        intent=intents / count,
        slot_f1=2 * right / max(1, found + wanted),
        sentence=whole / count,
    )
