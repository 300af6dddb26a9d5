"""What people say to other assistants, and what they say of how it is: no words are missing."""

from functools import cache
from random import Random

from device.context import Home
from device.teaching.gap import Verdict
from export.tagger.texts import OURS, TEXTS
from export.teaching.declarative.rows import Told, own
from export.teaching.gap.manners import Sentence, confident, typed
from export.teaching.texts import Said, said
from simulator.homes import Split

_OURS_IN_HWU = ("alarm", "lists", "datetime", "weather", "audio", "iot", "general_commandstop")
_LIT = frozenset(str.split("light lights lamp lamps color colors colour colours lighting"))
_UNSURE = ("hwu/iot_hue_lightchange", "clinc/smart_home")
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
    sure = [r for r in rows if not r.intent.startswith(_UNSURE)]
    others = [r for r in sure if r.intent == "slurp/" and not _LIT & set(r.text.split())]
    return (
        *(r for r in sure if r.intent.startswith("hwu/")),
        *[r for r in sure if r.intent.startswith("clinc/")][::4],
        *[r for r in sure if r.intent.startswith("snips/")][::12],
        *others[::2],
    )


def declared(rng: Random, _home: Home, split: Split) -> Sentence:
    """How it is, or what somebody likes: `device.teaching.needs` knows what to do about it."""
    told = rng.choice(_declarations(split))
    return typed(rng, Sentence(words=told.tokens, verdict=None))


@cache
def _declarations(split: Split) -> tuple[Told, ...]:
    return tuple(own("train" if split == "train" else "tuning", 7, scale=0.15))
