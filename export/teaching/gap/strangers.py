"""What people say to other assistants, and what they say of how it is: no words are missing."""

from functools import cache
from random import Random

from device.context import Home
from device.teaching.gap import Verdict
from export.tagger.texts import OURS, TEXTS
from export.teaching.declarative.rows import Told, own
from export.teaching.gap.manners import Sentence, confident, typed
from export.teaching.texts import Said, key, said, slurp_aside
from simulator.homes import Split

_OURS_IN_HWU = ("alarm", "lists", "datetime", "weather", "audio", "iot", "general_commandstop")
MEASURED = 4
"""One sentence of SLURP in so many is kept for thresholds."""
_UNSURE = "clinc/smart_home"
"""Sentences of the shared text in which a name that nobody knows may stand, unmarked."""


def public(rng: Random, _home: Home, split: Split) -> Sentence:
    """What people say to other assistants."""
    return stranger(rng, rng.choice(strangers(split)))


def stranger(rng: Random, row: Said) -> Sentence:
    """A sentence of the shared text, typed or heard."""
    name, _, intent = row.intent.partition("/")
    served = intent in OURS if name == "clinc" else intent.startswith(_OURS_IN_HWU)
    verdict = Verdict.CLEAR if served else Verdict.BEYOND
    made = Sentence(words=tuple(row.text.split()), verdict=verdict if intent else None)
    return confident(rng, made) if rng.random() < 0.15 else typed(rng, made)


@cache
def strangers(split: Split) -> tuple[Said, ...]:
    """Sentences of the shared text: all of HWU64, part of the others."""
    rows = said("train" if split == "train" else "dev", TEXTS)
    sure = [r for r in rows if r.intent.startswith("clinc/") and r.intent != _UNSURE]
    slurp = [r for r in rows if r.intent.startswith("slurp/")]
    return (
        *(r for r in rows if r.intent.startswith("hwu/")),
        *sure[::4],
        *[r for r in rows if r.intent.startswith("snips/")][::12],
        *(row for i, row in enumerate(slurp) if i % MEASURED),
    )


@cache
def measured() -> tuple[str, ...]:
    """What strangers ask, none of it learned by any model that reads them: for thresholds."""
    found = [row.text for row in said("dev", TEXTS) if row.intent.startswith("hwu/")]
    slurp = [row.text for row in said("train", TEXTS) if row.intent.startswith("slurp/")]
    found += slurp[::MEASURED]
    kept_out = {key(row.text) for row in (*strangers("train"), *said("dev", TEXTS))}
    return (*found, *(text for text in slurp_aside(TEXTS) if key(text) not in kept_out))


def declared(rng: Random, _home: Home, split: Split) -> Sentence:
    """How it is, or what somebody likes: `device.teaching.needs` knows what to do about it."""
    told = rng.choice(_declarations(split))
    return typed(rng, Sentence(words=told.tokens, verdict=None))


@cache
def _declarations(split: Split) -> tuple[Told, ...]:
    return tuple(own("train" if split == "train" else "tuning", 7, scale=0.15))
