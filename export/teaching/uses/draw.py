"""Sentences as the model of uses sees them: as the device puts the stand-in in them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import numpy as np

from device.concepts import Concept, Kind, Meaning, Setting
from device.models import read_manifest
from device.nlu.conceptnames import ConceptNames
from device.nlu.embedding import Floats, WordTable, load_table
from device.nlu.gazetteer import Gazetteer
from device.nlu.standins import places, replaced
from device.nlu.uses import LABELS, WISHES, features
from device.nlu.windows import windows
from device.nlu.words import tokenize
from export.quantize import SHIPPED
from export.teaching.sizes import LENGTH, UNTOLD, Rows
from export.teaching.uses.sentences import NAME, Sentence, sentence
from simulator.homefile import furnished_home
from simulator.homes import Split, random_home

SENTENCES_OF_A_HOME = 50
FURNISHED = 0.1
"""Share of homes that are the furnished house."""

_NAMES = ConceptNames(
    (
        Concept(
            name=NAME,
            kind=Kind.ENTITY,
            meaning=Meaning(settings=(Setting(capability="power", value="on"),)),
            at=datetime(2026, 11, 21, tzinfo=UTC),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Sentences with their truth, ready to be learned."""

    rows: Rows
    texts: tuple[str, ...]
    """Of each row, for a look at the mistakes."""


def tagger_table() -> WordTable:
    """The tagger's word vectors."""
    settings = read_manifest(SHIPPED / "tagger.json").settings
    return load_table(SHIPPED, settings["table"], settings["table_sha256"])


def drawn(count: int, seed: int, split: Split) -> Drawn:
    """Rows of random sentences in random homes.

    Args:
        count: Sentences.
        seed: The same seed gives the same rows.
        split: "test" for templates that training never sees.
    """
    rng, table = Random(seed), tagger_table()
    home, names = furnished_home(), Gazetteer(furnished_home())
    inputs: list[tuple[Floats, ...]] = []
    labels = np.full((count, LENGTH), UNTOLD, np.int32)
    wishes = np.zeros(count, np.int32)
    texts: list[str] = []
    while len(texts) < count:
        if len(texts) % SENTENCES_OF_A_HOME == 0:
            home = furnished_home() if rng.random() < FURNISHED else random_home(rng, split)
            names = Gazetteer(home)
        made = sentence(rng, home, split)
        row = _row(made, names, table)
        if row is None:
            continue
        inputs.append(row[0])
        labels[len(texts), : len(row[1])] = row[1]
        wishes[len(texts)] = WISHES.index(made.wish)
        texts.append(made.text)
    arrays = tuple(np.concatenate([one[i] for one in inputs]) for i in range(3))
    return Drawn(Rows(arrays, (labels, wishes)), tuple(texts))


def _row(
    made: Sentence, names: Gazetteer, table: WordTable
) -> tuple[tuple[Floats, ...], list[int]] | None:
    """Inputs and labels of a sentence; None where it is too long."""
    tokens = tokenize(made.text)
    saids = _NAMES.find(tokens, names.flags(tokens))
    put = replaced(made.text, tokens, saids)
    tokens = tokenize(put.text)
    if not 0 < len(tokens) <= LENGTH:
        return None
    where = places(tokens, put.scene)
    given = features(names.flags(tokens), where[-1:])
    start, stop = made.lasting
    inside = [all(start <= at < stop for at in put.origins[token.word]) for token in tokens]
    labels = [
        LABELS.index("O" if not is_in else "I-lasting" if i and inside[i - 1] else "B-lasting")
        for i, is_in in enumerate(inside)
    ]
    return windows(table.vectors(tokens), given, LENGTH)[0], labels
