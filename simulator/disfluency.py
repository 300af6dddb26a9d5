"""How people really put one request: with fillers, with a slip that they mend, as half a sentence.

"um, turn on, uh, the lamp", "turn on the, no, off the kitchen light", "and the bedroom". Commas
and corrections in them join nothing: whatever is mended asks for one thing (Levelt, "Monitoring
and self-repair in speech", 1983: what is to be mended, an editing term, the repair).
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from simulator.coordination import Compound, Marked, joined, single, tokens_of
from simulator.sentences import Phrase

FILLERS = ("um", "uh", "er", "erm", "hmm", "ah", "well", "like", "you know", "let's see")
EDITS = (
    *("no", "no", "no wait", "wait no", "i mean", "sorry", "or rather", "actually", "make that"),
    *("no sorry", "no i mean", "oh no", "i meant", "scratch that", "correction", "rather"),
)
"""What stands between a slip and its repair."""

OPENINGS = (
    *("and", "and", "and also", "also", "what about", "and what about", "how about", "no", "no"),
    *("and in", "not", "only", "just", "but", "or", "no not", "no only", "i mean", "or maybe"),
)
"""How a sentence begins that goes on from the one before."""

_OPPOSITES = {"on": "off", "up": "down", "open": "close", "lock": "unlock", "start": "stop"}
OPPOSITES = {**_OPPOSITES, **{b: a for a, b in _OPPOSITES.items()}}


def hesitant(rng: Random, said: Compound) -> Compound:
    """The same with one to three fillers at places where no item begins or ends."""
    marked: Marked = list(zip(said.tokens, said.labels, strict=True))
    for _ in range(rng.choice((1, 1, 2, 3))):
        places = [
            at
            for at, (_, label) in enumerate(marked)
            if label == "I" or (label == "O" and (at == 0 or marked[at - 1][1] in "ON"))
        ]
        if not places:
            break
        at = rng.choice(places)
        before = [","] if at and rng.random() < 0.5 else []
        after = [","] if before or rng.random() < 0.2 else []
        words = [*before, *rng.choice(FILLERS).split(), *after]
        marked[at:at] = [(word, marked[at][1]) for word in words]
    tokens, labels = zip(*marked, strict=True)
    return replace(said, tokens=tokens, labels=labels)


def mended(rng: Random, slip: Phrase, meant: Phrase) -> Compound | None:
    """One request with a slip that is mended; None where the two do not differ.

    Args:
        rng: The only source of chance.
        slip: What comes out first.
        meant: The same walk through the templates with other fillings.
    """
    edit = _edit(rng)
    right = tokens_of(meant.text)
    places = [i for i, word in enumerate(right[:4]) if word in OPPOSITES]
    if places and rng.random() < 0.3:
        at = places[0]
        later = right[at + 1 : at + 1 + rng.choice((0, 1, 1))]
        return _one((*right[:at], OPPOSITES[right[at]], *later, *edit, *right[at:]))
    wrong = tokens_of(slip.text)
    start = next((i for i, (a, b) in enumerate(zip(wrong, right, strict=False)) if a != b), None)
    if start is None:
        return None
    if rng.random() < 0.25:
        start = 0  # the whole request once more
    elif start and right[start - 1] in ("the", "my", "our", "a", "an") and rng.random() < 0.6:
        start -= 1
    stop = len(wrong)
    while stop > start + 1 and stop > 1 and wrong[stop - 1 :] == right[stop - 1 - len(wrong) :]:
        stop -= 1
    cut = stop if rng.random() < 0.5 else len(wrong)
    return _one((*wrong[:cut], *edit, *right[start:]))


def fragment(rng: Random, value: str, *, domain: str, others: Sequence[str] = ()) -> Compound:
    """Half a sentence that goes on from the last turn: "and the bedroom", "no, the other lamp"."""
    opening = [*rng.choice(OPENINGS).split()]
    if rng.random() < 0.25:
        opening.append(",")
    if rng.random() < 0.6:
        opening.append(rng.choice(("the", "the", "my")))
    if others:
        values = [tokens_of(v) for v in (value, *others)]
        made = joined(rng, tuple(opening), values, (), domain=domain, style="and")
        if made:
            return made
    ending = rng.choice(("", "", "", "too", "as well", "instead", "please", "again"))
    return single(f"{' '.join(opening)} {value} {ending}")


def _edit(rng: Random) -> tuple[str, ...]:
    words = tuple(rng.choice(EDITS).split())
    style = rng.random()
    if style < 0.3:
        return (",", *words, ",")
    if style < 0.5:
        return (",", *words)
    return ("uh", *words) if style < 0.55 else words


def _one(tokens: tuple[str, ...]) -> Compound:
    return Compound(tokens, ("O",) * len(tokens), "single", 1, frozenset())
