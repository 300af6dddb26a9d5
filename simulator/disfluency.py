"""Speech as it comes: fillers, repeated words, slips that are mended, half a sentence.

"um, turn on, uh, the lamp", "turn on the, no, off the kitchen light", "and the bedroom". What is
taken back (the reparandum), a word or two that say so, then what was meant: Levelt, "Monitoring
and self-repair in speech", 1983; Shriberg, "Preliminaries to a theory of speech disfluencies",
1994. Labelled phrases keep the labels of what was meant; commas and corrections join nothing, so
whatever is mended asks for one thing.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from simulator.coordination import Compound, Marked, joined, single, tokens_of
from simulator.fillings import Filler
from simulator.sentences import Phrase, Piece

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

_NEGATIONS = ("don't", "do not", "please don't", "you don't need to", "never", "no don't")
_ASKING = ("Get", "Status", "ListItems", "ListHas", "WhatCanYouDo", "HassRespond", "RepeatThat")
NEVER_MIND = "HassNevermind"


def disfluent(phrase: Phrase, rng: Random, filler: Filler) -> Phrase:
    """The same request with one disfluency.

    Args:
        phrase: A fluent one.
        rng: The only source of chance.
        filler: Gives other names and rooms to begin with by mistake.
    """
    style = rng.random()
    if style < 0.45:
        return _filled(phrase, rng)
    if style < 0.6:
        return _repeated(phrase, rng)
    if style < 0.8:
        return _switched(phrase, rng) or _filled(phrase, rng)
    return _renamed(phrase, rng, filler) or _switched(phrase, rng) or _filled(phrase, rng)


def negated(phrase: Phrase, rng: Random) -> Phrase:
    """The request not to do it, which asks for nothing; questions stay as they are."""
    if any(part in phrase.intent for part in _ASKING):
        return phrase
    first = Piece(f"{rng.choice(_NEGATIONS)} ")
    return Phrase(pieces=(first, *phrase.pieces), intent=NEVER_MIND)


def _filled(phrase: Phrase, rng: Random) -> Phrase:
    """A filler at the beginning or between two plain words."""
    word = rng.choice(FILLERS) + ("," if rng.random() < 0.3 else "")
    gaps = [i for i, piece in enumerate(phrase.pieces) if i and not piece.label]
    at = rng.choice([0, *gaps])
    pieces = (*phrase.pieces[:at], Piece(f" {word} "), *phrase.pieces[at:])
    return replace(phrase, pieces=pieces)


def _repeated(phrase: Phrase, rng: Random) -> Phrase:
    """A plain word twice: "turn the the light on"."""
    plain = [i for i, p in enumerate(phrase.pieces) if not p.label and p.text.strip()]
    if not plain:
        return phrase
    at = rng.choice(plain)
    words = phrase.pieces[at].text.split(" ")
    spot = rng.choice([i for i, word in enumerate(words) if word])
    words.insert(spot, words[spot])
    piece = Piece(" ".join(words))
    return replace(phrase, pieces=(*phrase.pieces[:at], piece, *phrase.pieces[at + 1 :]))


def _switched(phrase: Phrase, rng: Random) -> Phrase | None:
    """The wrong direction first: "turn on the, no, off the light"."""
    first = phrase.pieces[0]
    words = first.text.split()
    at = next((i for i, word in enumerate(words) if word in OPPOSITES), None)
    if first.label or at is None:
        return None
    back, comma = rng.choice(EDITS), "," if rng.random() < 0.4 else ""
    wrong = [*words[:at], OPPOSITES[words[at]]]
    if words[at + 1 :] and rng.random() < 0.5:
        wrong.append(words[at + 1])
    again = words[: at + 1] if at and rng.random() < 0.4 else [words[at]]
    text = " ".join([*wrong, f"{back}{comma}", *again, *words[at + 1 :]])
    return replace(phrase, pieces=(Piece(f"{text}{comma} "), *phrase.pieces[1:]))


def _renamed(phrase: Phrase, rng: Random, filler: Filler) -> Phrase | None:
    """A wrong room, name or number first; only what was meant is labelled."""
    fitting = [i for i, p in enumerate(phrase.pieces) if p.label in ("name", "area", "brightness")]
    if not fitting:
        return None
    at = rng.choice(fitting)
    right = phrase.pieces[at]
    wrong = _another(right.label, rng, filler)
    if wrong == right.text:
        return None
    comma = "," if rng.random() < 0.4 else ""
    article = "the " if right.label != "brightness" and rng.random() < 0.6 else ""
    slip = Piece(f"{wrong}{comma} {rng.choice(EDITS)}{comma} {article}")
    return replace(phrase, pieces=(*phrase.pieces[:at], slip, *phrase.pieces[at:]))


def _another(label: str, rng: Random, filler: Filler) -> str:
    """Some other value of the same kind."""
    if label == "area":
        return filler.area()
    if label == "brightness":
        return str(rng.choice(range(10, 100, 10)))
    names = [d.name.lower() for d in filler.home.devices]
    return rng.choice(names) if names else "lamp"


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
