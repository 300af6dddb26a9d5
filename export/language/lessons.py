"""What is said in lessons, for the language model: definitions, corrections, how a room is."""

import re
from pathlib import Path

from device.asr.samples import Sentence, said, samples
from device.asr.symbols import AREA, of_kind
from device.context import Home
from device.nlu.templates import answer_sentences
from device.teaching.answer import Scope
from export.teaching.concept.rows import examples
from export.teaching.declarative.rows import own

DEFINITIONS = 9_000
DECLARED = 0.35
"""Share of the sentences about how a room is and what somebody likes."""
ANSWERS = 2_000
"""Sentences of the templates that recognition compiles for answers."""


def lessons(seed: int, texts: Path) -> list[Sentence]:
    """Sentences of lessons, with classes for the names of the home.

    Args:
        seed: The same seed gives the same.
        texts: Folder of the public texts.
    """
    drawn = examples(DEFINITIONS, seed, "train", texts)
    answers = [
        _classed(one.text, one.drawn.scene.context.home)
        for one in drawn
        if one.drawn.scope is not Scope.ELSEWHERE
    ]
    declared = [said(told.text) for told in own("train", seed, scale=DECLARED)]
    return [*map(said, answers), *declared, *samples(answer_sentences(), count=ANSWERS, seed=seed)]


def _classed(text: str, home: Home) -> str:
    """A text with the classes of names in their places, longest names first."""
    classes = {d.name.lower(): of_kind(d.kind) for d in home.devices}
    classes |= {room.name.lower(): AREA for room in home.rooms}
    names = sorted(classes, key=len, reverse=True)
    pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names if name)
    if not pattern:
        return text
    return re.sub(pattern, lambda found: classes[found[0]], text.lower())
