"""Sentences -> rows: own paraphrases of needs and preferences, and what is neither.

What is neither comes from own templates (requests, questions, what is past or elsewhere) and from
the shared text: what people say to assistants.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from device.models import SHIPPED, read_manifest
from device.nlu.embedding import Floats, load_table
from device.nlu.words import shape, tokenize
from device.teaching.declaratives import NONE, PREFERENCE, evened
from device.teaching.needs import NEEDS
from export.encoder.sizes import LENGTH, SIZE
from export.quantize import run_shipped
from export.tagger.texts import examples
from export.teaching import texts
from export.teaching.declarative.rendering import Part, Sentence, apart_from_templates, read
from export.teaching.sizes import UNTOLD, Ints, Rows
from simulator.homes import Split

LABELS = (*NEEDS, PREFERENCE, NONE)
TOPICS = tuple(read("preferences").by_label)
MARKS = ("", "like", "when")

OF_A_NEED = 1_500
"""Sentences of each need, at most."""
OF_A_TOPIC = 250
"""Sentences of each kind of preference, at most."""
OF_A_NONE = 800
"""Sentences of each kind of what is neither, at most."""

AMBIGUOUS = frozenset({"hwu/music_likeness", "hwu/iot_hue_lightup"})
"""Intents of the shared text with sentences that are preferences or needs."""

EXAMPLES = (
    *("it's dark in here", "it's too dark in here", "it is dark in here", "it is too dark in here"),
    *("i can't see anything", "i can't see a thing", "i cannot see a thing", "warriors"),
    *("i like it warm in the morning", "i cannot see anything"),
)
"""What people will try first: none of it is learned, so that trying it tells something."""

SAME = 0.75
"""Share of two sentences' words that both have, from which they say the same."""

DECLARED = re.compile(
    r"\b(i|we|it|that|there)('m|'re|'s|'ve| am| are| is| feel| feels| can't| need| want| have)\b"
    r"|\b(is|are) (so|too|way|much|far|really|very)\b|\b(needs?|must|privacy|dust|crumbs)\b"
)
"""Requests that say how it is besides, or instead: "it's too loud", "we need privacy"."""

BEFORE = (
    *("well", "honestly", "you know", "ugh", "hey", "oh", "man", "um", "okay", "listen", "gosh"),
    *("i think", "i feel like", "i must say", "i'm afraid", "by the way", "to be honest", "boy"),
    *("hey there", "oh my", "seriously", "i have to say", "sorry but", "look", "wow", "so", "hmm"),
)
AFTER = (
    *("you know", "honestly", "again", "today", "tonight", "right now", "at the moment", "somehow"),
    *("i think", "don't you think", "to be honest", "sorry", "as always", "i guess", "or so"),
    *("this evening", "this morning", "all of a sudden", "as usual", "you see", "really"),
)
VARIED = 0.35
"""How often something is said before or after."""
MISHEARD = 0.12
"""How often a word of a sentence is heard wrongly or not at all."""

REWORDED = 0.3
"""How often a sentence of a need or preference is said with a word that means nearly the same."""
NEAREST = 6
"""Such words for each word, at most."""
NEAR = 0.6
"""Cosine from which words mean nearly the same."""
SHORTEST = 4
"""Letters of a word that can be said otherwise: shorter ones hold the sentence together."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with its label and what its words are."""

    tokens: tuple[str, ...]
    marks: tuple[int, ...]
    label: int
    topic: int

    @property
    def text(self) -> str:
        """Its tokens in a row."""
        return " ".join(self.tokens)


def own(part: Part, seed: int, *, scale: float = 1.0) -> list[Told]:
    """Sentences of own templates.

    Args:
        part: Whose templates.
        seed: The same seed gives the same sentences.
        scale: How many, as a share of the most.
    """
    rng = Random(seed)
    found: list[Told] = []
    for name, most in (("needs", OF_A_NEED), ("preferences", OF_A_TOPIC), ("none", OF_A_NONE)):
        drawn = read(name).part(part).sentences(max(1, int(most * scale)), rng)
        found += [_told(s, name) for s in drawn if not reserved(s.text)]
    return found


def varied(told: Sequence[Told], seed: int) -> list[Told]:
    """The same sentences as people say them, and as recognition hears them."""
    rng = Random(seed)
    vocabulary = sorted({token for row in told for token in row.tokens})
    alike = neighbours([row for row in told if row.topic != UNTOLD or row.label < len(NEEDS)])
    said = (_misheard(_padded(_reworded(row, alike, rng), rng), vocabulary, rng) for row in told)
    return [row for row in said if not reserved(row.text)]


def shared(part: texts.Part, folder: Path, *, every: int = 1, home: bool = False) -> list[Told]:
    """What people say to assistants: nothing of it declares anything.

    Args:
        part: "train" or "dev".
        folder: Of the public sets.
        every: One of so many sentences is taken.
        home: Only what is said to home assistants: HWU64.
    """
    none = LABELS.index(NONE)
    found = []
    for said in texts.said(part, folder)[::every]:
        if home and not said.intent.startswith("hwu/"):
            continue
        tokens = tokens_of(said.text)
        if said.intent not in AMBIGUOUS and tokens and not reserved(said.text):
            found.append(Told(tokens, (UNTOLD,) * len(tokens), none, UNTOLD))
    return found


def requests(count: int, seed: int, split: Split) -> list[Told]:
    """What people ask speakers to do in pretend homes; those that name a need are left out.

    Args:
        count: How many are drawn.
        seed: The same seed gives the same requests.
        split: "test" for names that training never sees.
    """
    none = LABELS.index(NONE)
    drawn = {" ".join(row.tokens) for row in examples(count, seed, split)}
    found = [tokens_of(text) for text in sorted(drawn) if not DECLARED.search(text)]
    return [Told(tokens, (UNTOLD,) * len(tokens), none, UNTOLD) for tokens in found if tokens]


def apart(name: str) -> list[Told]:
    """The sentences of one file that were written apart, for measuring only.

    Args:
        name: "strangers" or "visitors".
    """
    return [
        Told(tokens, (UNTOLD,) * len(tokens), LABELS.index(label), UNTOLD)
        for label, said in apart_from_templates(name).items()
        for tokens in map(tokens_of, said)
    ]


def reserved(text: str) -> bool:
    """Whether a sentence is kept out of training.

    It says one of the EXAMPLES, with whatever around it, or nearly what a sentence says that is
    for measuring.
    """
    said = tokens_of(text)
    if any(example in " ".join(said) for example in EXAMPLES):
        return True
    words = frozenset(said)
    return any(
        len(words & one) >= SAME * len(words | one)
        for word in words
        for one in _measuring().get(word, ())
    )


@cache
def _measuring() -> Mapping[str, Sequence[frozenset[str]]]:
    """The words of the sentences written apart, under each of their words."""
    found: dict[str, list[frozenset[str]]] = {}
    for name in ("strangers", "visitors"):
        for row in apart(name):
            for word in set(row.tokens):
                found.setdefault(word, []).append(frozenset(row.tokens))
    return found


def rows(told: Sequence[Told]) -> Rows:
    """Arrays of sentences: word vectors, mask and the encoder's vector; label, marks, topic."""
    settings = read_manifest(SHIPPED / "encoder.json").settings
    table = load_table(SHIPPED, settings["table"], settings["table_sha256"])
    words = np.zeros((len(told), LENGTH, SIZE), np.float32)
    mask = np.zeros((len(told), LENGTH, 1), np.float32)
    marks = np.full((len(told), LENGTH), UNTOLD, np.int32)
    for i, row in enumerate(told):
        count = min(len(row.tokens), LENGTH)
        words[i, :count] = [table.vector(shape(token)) for token in row.tokens[:count]]
        mask[i, :count] = 1.0
        marks[i, :count] = row.marks[:count]
    labels: Ints = np.array([row.label for row in told], np.int32)
    topics: Ints = np.array([row.topic for row in told], np.int32)
    return Rows((evened(words), mask, encoded(words, mask)), (labels, marks, topics))


def tokens_of(text: str) -> tuple[str, ...]:
    """A sentence as the encoder reads it."""
    return tuple(token.text for token in tokenize(text) if not token.mark)


def encoded(words: npt.NDArray[Any], mask: npt.NDArray[Any]) -> Floats:
    """The shipped encoder's vectors, shape (sentences, 128), of length 1.

    Args:
        words: Vectors of the words, shape (sentences, LENGTH, SIZE), float32 or float16.
        mask: Shape (sentences, LENGTH, 1).
    """
    found = []
    for at in range(0, len(words), 8_000):
        part = [words[at : at + 8_000, None], mask[at : at + 8_000, None]]
        found.append(run_shipped(SHIPPED, "encoder", part)[0][:, 0])
    return _unit(np.concatenate(found))


def _told(sentence: Sentence, file: str) -> Told:
    tokens = [t for t in tokenize(sentence.text) if not t.mark]
    label = {"preferences": PREFERENCE, "none": NONE}.get(file, sentence.label)
    known = file == "preferences"
    return Told(
        tokens=tuple(t.text for t in tokens),
        marks=tuple(MARKS.index(sentence.marks[t.word]) if known else UNTOLD for t in tokens),
        label=LABELS.index(label),
        topic=TOPICS.index(sentence.label) if known else UNTOLD,
    )


def neighbours(told: Sequence[Told]) -> Mapping[str, Sequence[str]]:
    """Words that mean nearly the same as a word of these sentences and stand in none of them.

    By the encoder's word vectors, which a large encoder taught. Words of the templates are no
    neighbours: "hot" lies close to "cold", and both are there.
    """
    settings = read_manifest(SHIPPED / "encoder.json").settings
    table = load_table(SHIPPED, settings["table"], settings["table_sha256"])
    said = sorted({token for row in told for token in row.tokens if token.isalpha()})
    others = [w for w in table.words if w.isalpha() and w not in set(said)]
    theirs = _unit(np.stack([table.vector(word) for word in others]))
    found = {}
    for word in said:
        if len(word) >= SHORTEST:
            like = theirs @ _unit(table.vector(word)[None])[0]
            best = np.argsort(-like)[:NEAREST]
            near = [others[i] for i in best if like[i] >= NEAR]
            if near:
                found[word] = near
    return found


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)


def _reworded(row: Told, alike: Mapping[str, Sequence[str]], rng: Random) -> Told:
    """The sentence with one word in other words, now and then."""
    places = [i for i, token in enumerate(row.tokens) if token in alike]
    if not places or rng.random() >= REWORDED:
        return row
    tokens = list(row.tokens)
    for at in rng.sample(places, min(len(places), rng.choice((1, 1, 2)))):
        tokens[at] = rng.choice(alike[tokens[at]])
    return Told(tuple(tokens), row.marks, row.label, row.topic)


def _padded(row: Told, rng: Random) -> Told:
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    if rng.random() < VARIED:
        before = tokens_of(rng.choice(BEFORE))
    if rng.random() < VARIED / 2:
        after = tokens_of(rng.choice(AFTER))
    blank = UNTOLD if UNTOLD in row.marks else 0
    marks = ((blank,) * len(before), row.marks, (blank,) * len(after))
    return Told((*before, *row.tokens, *after), sum(marks, ()), row.label, row.topic)


def _misheard(row: Told, vocabulary: Sequence[str], rng: Random) -> Told:
    if len(row.tokens) < 4 or rng.random() >= MISHEARD:
        return row
    at = rng.randrange(len(row.tokens))
    instead = (rng.choice(vocabulary),) if rng.random() < 0.5 else ()
    mark = row.marks[at : at + len(instead)]
    return Told(
        (*row.tokens[:at], *instead, *row.tokens[at + 1 :]),
        (*row.marks[:at], *mark, *row.marks[at + 1 :]),
        row.label,
        row.topic,
    )
