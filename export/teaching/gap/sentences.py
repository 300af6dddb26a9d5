"""Sentences with words that no speaker knows, and sentences that only look like these.

    gap       a template of templates.yaml with a made-up name, perhaps among other requests
    clear     the same templates with what the home knows, ordinary requests, taught names
    given up  a request that somebody breaks off
    misheard  a request some of whose words sound like others, or a mumble
    beyond    what other assistants are asked, and devices and rooms that this home lacks

What the speaker's understanding makes of a sentence is added by `export.teaching.gap.draw`.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from device.context import Home
from device.nlu.words import bare
from device.teaching.gap import Verdict
from export.teaching.gap.manners import Sentence, confident, typed
from export.teaching.gap.mishearing import misheard, mumbled
from export.teaching.gap.names import listed
from export.teaching.gap.requests import KINDS, absent, gap, known_gap, ordinary
from export.teaching.gap.strangers import declared, public
from export.teaching.texts import key
from simulator.homes import Split

_BANNED = ("studymode", "toodarkinhere", "darkinhere", "cantseea", "usuallystudy", "warriors")
"""What issue 7 gives as examples, in letters; nothing with it is generated."""

Maker = Callable[[Random, Home, Split], Sentence]


def sentence(rng: Random, home: Home, split: Split) -> Sentence:
    """A sentence of a random sort that is none of the issue's own examples."""
    while True:
        maker = rng.choices([m for m, _ in _MAKERS], weights=[w for _, w in _MAKERS])[0]
        made = maker(rng, home, split)
        letters = key(made.text)
        if made.words and not any(part in letters for part in _BANNED):
            return made


def _given_up(rng: Random, home: Home, split: Split) -> Sentence:
    """A request that breaks off."""
    maker = rng.choice((gap, ordinary, known_gap))
    begun = maker(rng, home, split)
    words = [bare(word) for word in begun.words]
    stop = rng.randint(min(2, len(words)), len(words))
    if begun.gap[0] > 1 and rng.random() < 0.5:
        stop = begun.gap[0]  # before the word that does not come to mind
    ending: list[str] = []
    for _ in range(rng.choice((0, 1, 1, 2))):
        ending += _hesitation(rng).split()
    if rng.random() < 0.7 or not ending:
        ending += rng.choice(listed("give_up", split)).split()
    elif stop == len(words):
        stop = max(1, stop - 1)
    if rng.random() < 0.4 and stop:
        words[stop - 1] += rng.choice((",", "...", "..", ","))
    made = Sentence(words=(*words[:stop], *ending), verdict=Verdict.GIVEN_UP)
    return confident(rng, made) if rng.random() < 0.3 else typed(rng, made)


def _hesitation(rng: Random) -> str:
    """One of the listed, or a sound of any length: "uhhm"."""
    if rng.random() < 0.7:
        return rng.choice(listed("hesitations"))
    sound = rng.choice(("u", "e", "", "a", "ee", "uu"))
    return sound + "h" * rng.randint(0, 3) + rng.choice(("m", "r", "m")) * rng.randint(1, 4)


def _misheard(rng: Random, home: Home, split: Split) -> Sentence:
    """A request some of whose words were heard as others, or nothing but sounds."""
    if rng.random() < 0.3:
        words, sure = mumbled(rng, split)
        return Sentence(words=words, verdict=Verdict.MISHEARD, confidences=sure)
    begun = rng.choice((ordinary, known_gap))(rng, home, split)
    words = tuple(bare(w).lower() for w in begun.words)
    heard, sure = misheard(rng, words, names=_names(home))
    if heard == words:
        return replace(begun, words=words)
    made = replace(begun, words=heard, verdict=Verdict.MISHEARD, confidences=sure)
    return replace(made, confidences=()) if rng.random() < 0.15 else made


def _names(home: Home) -> frozenset[str]:
    found = {w for d in home.devices for w in d.name.lower().split()}
    return frozenset(found | {w for r in home.rooms for w in r.name.lower().split()} | {*KINDS})


_MAKERS: tuple[tuple[Maker, float], ...] = (
    (gap, 42),
    (known_gap, 11),
    (ordinary, 11),
    (public, 14),
    (absent, 4),
    (declared, 4),
    (_given_up, 7),
    (_misheard, 6),
)
