"""Speech as it comes: fillers, repeated words, and corrections of what was just said.

After "Preliminaries to a theory of speech disfluencies" (Shriberg, 1994): what is taken back
(the reparandum), a word or two that say so (the interregnum), then what was meant.

    turn on the    no wait    off the kitchen light
    set the bedroom    i mean    the office lamp to 50 percent
"""

from dataclasses import replace
from random import Random

from simulator.fillings import Filler
from simulator.sentences import Phrase, Piece

FILLERS = ("um", "uh", "er", "erm", "hmm", "like", "you know", "let's see", "well")
TAKING_BACK = (
    *("no", "no wait", "wait no", "i mean", "sorry", "sorry i mean", "uh no", "actually"),
    *("or rather", "oh no", "no sorry", "i meant", "scratch that", "make that"),
)
_OPPOSITES = {"on": "off", "off": "on", "up": "down", "down": "up"}
_VERBS = {"open": "close", "close": "open", "lock": "unlock", "unlock": "lock"}
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
    if first.label or not words:
        return None
    back = rng.choice(TAKING_BACK)
    comma = "," if rng.random() < 0.4 else ""
    for i, word in enumerate(words):
        if word in _VERBS:
            again = words[: i + 1] if i == 0 else words[i : i + 1]
            wrong = [*words[:i], _VERBS[word]]
        elif word in _OPPOSITES and i:
            wrong = [*words[:i], _OPPOSITES[word]]
            again = words[: i + 1] if rng.random() < 0.4 else [word]
        else:
            continue
        if words[i + 1 :] and rng.random() < 0.5:
            wrong.append(words[i + 1])
        text = " ".join([*wrong, f"{back}{comma}", *again, *words[i + 1 :]])
        return replace(phrase, pieces=(Piece(f"{text}{comma} "), *phrase.pieces[1:]))
    return None


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
    slip = Piece(f"{wrong}{comma} {rng.choice(TAKING_BACK)}{comma} {article}")
    return replace(phrase, pieces=(*phrase.pieces[:at], slip, *phrase.pieces[at:]))


def _another(label: str, rng: Random, filler: Filler) -> str:
    """Some other value of the same kind."""
    if label == "area":
        return filler.area()
    if label == "brightness":
        return str(rng.choice(range(10, 100, 10)))
    names = [d.name.lower() for d in filler.home.devices]
    return rng.choice(names) if names else "lamp"
