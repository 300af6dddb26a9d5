"""The words of an answer as the model sees them: what the home, the gap and the question tell.

Beside the home's names (`device.nlu.gazetteer`) a word may belong to what the failed request was
about, to something taught before, or to the words that are being taught; it may be readable as a
number or a colour. What the question was is the same for every word.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from device.concepts import Meaning
from device.context import Context
from device.nlu import values
from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS, Gazetteer
from device.nlu.numbers import number
from device.nlu.words import Token, plain
from device.teaching.aims import About
from device.teaching.gap import Gap, Lacks

SOUNDS = frozenset({"um", "umm", "uh", "uhm", "er", "erm", "hm", "hmm", "mm", "mhm", "ah", "eh"})
"""Sounds of somebody who thinks; nothing is read from them."""

_ASIDES = (("you", "know"), ("let's", "see"))
"""Words of somebody who thinks, anywhere in what he says: "the extractor you know fan"."""

KINDS = ("light", "climate", "cover", "fan", "media_player")
"""Kinds of devices of which values are asked for."""

ANSWER_FLAGS = (
    *FLAGS,
    *("near", "concept_begin", "concept_in", "taught", "number", "color", "proposed"),
    *(f"lacks_{lacks}" for lacks in Lacks),
    *(f"about_{kind}" for kind in KINDS),
    "about_other",
)
"""Meaning of each flag of a token, in order; the manifest repeats it."""

_INDEX = {flag: at for at, flag in enumerate(ANSWER_FLAGS)}


def content(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without sounds of thinking, and without the marks around those."""
    words = [token.text for token in tokens]
    pairs = [at for at, pair in enumerate(pairwise(words)) if pair in _ASIDES]
    aside = {at + i for at in pairs for i in (0, 1)}
    kept: list[Token] = []
    for at, token in enumerate(tokens):
        thinking = at in aside or token.text in SOUNDS
        if thinking or (token.mark and (not kept or kept[-1].mark)):
            continue
        kept.append(token)
    return kept


def answer_flags(
    tokens: Sequence[Token],
    names: Gazetteer,
    gap: Gap,
    context: Context,
    about: About,
    proposed: Meaning | None,
) -> Floats:
    """Flags of each token of an answer.

    Args:
        tokens: The answer.
        names: The home's.
        gap: What is being taught.
        context: The home.
        about: What the failed request is about.
        proposed: What the question offered.

    Returns:
        Shape (tokens, len(ANSWER_FLAGS)), zeros and ones.
    """
    found = np.zeros((len(tokens), len(ANSWER_FLAGS)), np.float32)
    found[:, : len(FLAGS)] = names.flags(tokens)
    said = [t.text for t in tokens]
    for name in about.names:
        for at in _places(said, name):
            found[at : at + len(name), _INDEX["near"]] = 1.0
    for name in _split(c.name for c in context.concepts):
        for at in _places(said, name):
            found[at, _INDEX["concept_begin"]] = 1.0
            found[at : at + len(name), _INDEX["concept_in"]] = 1.0
    for name in _split([gap.words]):
        for at in _places(said, name):
            found[at : at + len(name), _INDEX["taught"]] = 1.0
    found[:, _INDEX["number"]] = [number([word]) is not None for word in said]
    found[:, _INDEX["color"]] = [values.color([word]) is not None for word in said]
    found[:, _INDEX["proposed"]] = proposed is not None
    found[:, _INDEX[f"lacks_{gap.lacks}"]] = 1.0
    found[:, _INDEX[f"about_{about.kind if about.kind in KINDS else 'other'}"]] = 1.0
    return found


def taught(flags: Floats) -> list[bool]:
    """Which tokens are the words that are being taught; they say nothing about themselves."""
    return [bool(flag) for flag in flags[:, _INDEX["taught"]]]


def _split(names: Iterable[str]) -> list[tuple[str, ...]]:
    return [words for name in names if (words := tuple(plain(name).split()))]


def _places(said: Sequence[str], name: Sequence[str]) -> list[int]:
    """Where a name begins among the words."""
    last = len(said) - len(name)
    return [at for at in range(last + 1) if [*said[at : at + len(name)]] == [*name]]
