"""What the speaker's own understanding makes of the sentences: features that are true.

Understanding needs a TFLite runtime and training needs tensorflow: sentences are drawn in a
process of their own (`export/teaching/gap/__main__.py`).
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np

from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context, Home
from device.effects import Notebook
from device.events import Hypothesis, Request, Source, Word
from device.models import load
from device.nlu.embedding import Floats, WordTable, load_table
from device.nlu.intents import OUT_OF_SCOPE, USES
from device.nlu.understanding import Understanding
from device.nlu.windows import windows
from device.nlu.words import bare
from device.teaching.evidence import Evidence, Witness
from device.teaching.gap import Lacks, Verdict
from device.teaching.gaps import LABELS, VERDICTS
from export.quantize import ROOT, SHIPPED
from export.teaching.gap.manners import Sentence
from export.teaching.gap.sentences import sentence
from export.teaching.gap.strangers import measured, stranger, strangers
from export.teaching.sizes import LENGTH, UNTOLD, Rows
from simulator.homefile import furnished_home
from simulator.homes import Split, random_home

CACHE = ROOT / "export" / ".cache" / "teaching"
NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
SENTENCES_OF_A_HOME = 60
FURNISHED = 0.2
"""Share of homes that are the furnished house."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Requests with their truth, ready to be learned."""

    rows: Rows
    texts: tuple[str, ...]
    """Of each row, for a look at the mistakes."""
    lacks: tuple[str, ...]
    """What each row lacks, "" where nothing is lacking."""


def drawn(count: int, seed: int, split: Split | Literal["ordinary"]) -> Drawn:
    """Rows of `count` sentences, read by understanding in another process.

    Args:
        count: Sentences.
        seed: The same seed gives the same rows.
        split: "test" for templates and names that training never sees; "ordinary" for the
            first `count` requests of `measured`, in the furnished house.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"gap-{split}-{count}-{seed}.npz"
    arguments = [str(count), str(seed), split, str(path)]
    subprocess.run([sys.executable, "-m", "export.teaching.gap", *arguments], check=True, cwd=ROOT)
    return read(path)


def read(path: Path) -> Drawn:
    """Rows that were drawn before."""
    with np.load(path, allow_pickle=False) as kept:
        inputs = tuple(kept[n].astype(np.float32) for n in ("vectors", "features", "mask"))
        truths = tuple(kept[n].astype(np.int32) for n in ("labels", "verdicts"))
        texts, lacks = (tuple(bytes(kept[n]).decode().split("\n")) for n in ("texts", "lacks"))
    return Drawn(Rows(inputs, truths), texts, lacks)


@dataclass(frozen=True, slots=True)
class Reader:
    """The shipped understanding and the evidence that gaps are found by."""

    understanding: Understanding
    table: WordTable
    witness: Witness

    @classmethod
    def shipped(cls) -> "Reader":
        """With the models that ship."""
        tagger = load("tagger")
        settings = tagger.manifest.settings
        table = load_table(SHIPPED, settings["table"], settings["table_sha256"])
        understanding = Understanding(
            tagger=tagger, chunker=load("chunker"), referents=load("referents")
        )
        return cls(understanding, table, Witness(table))


@dataclass(frozen=True, slots=True)
class Row:
    """One request of a sentence."""

    seen: Evidence
    labels: tuple[str, ...]
    verdict: Verdict
    text: str
    lacks: str


def rows_of(asked: Sentence, home: Home, reader: Reader) -> Iterator[Row]:
    """The requests of a sentence with their truth; those that cut the gap in two are left out."""
    context = Context(home=home, now=NOW, notebook=Notebook(), taught=_concepts(asked.taught))
    words = tuple(
        Word(text=w, start_ms=0, end_ms=0, confidence=c)
        for w, c in zip(asked.words, asked.confidences, strict=False)
    )
    score = sum(asked.confidences) / len(asked.confidences) if asked.confidences else 1.0
    heard = Hypothesis(text=asked.text, score=score, words=words)
    for request in reader.understanding.understand([heard], context).requests:
        if request.source is Source.SENTENCE or request.intent in USES:
            continue  # clear, without a model
        at = _places(asked, request)
        seen = reader.witness.evidence(request, context, heard)
        if at is None or not 0 < len(seen.tokens) <= LENGTH:
            continue
        inside = [asked.gap[0] <= at[t.word] < asked.gap[1] for t in seen.tokens]
        covered = {at[t.word] for t, is_in in zip(seen.tokens, inside, strict=True) if is_in}
        if covered and covered != {*range(*asked.gap)}:
            continue
        foreign = request.intent == OUT_OF_SCOPE
        verdict = asked.verdict or (Verdict.BEYOND if foreign else Verdict.CLEAR)
        if verdict is Verdict.GAP and not covered:
            verdict = Verdict.CLEAR
        lacks = str(asked.lacks) if asked.lacks and covered else ""
        yield Row(seen, _labels(inside, asked.lacks), verdict, request.text, lacks)


def _places(asked: Sentence, request: Request) -> list[int] | None:
    """Which word of the sentence each word of a request is; None where that is not plain."""
    at = [i for start, stop in request.span for i in range(start, min(stop, len(asked.words)))]
    words = request.text.split()
    if [bare(asked.words[i]).lower() for i in at] != [bare(w).lower() for w in words]:
        return None
    return at


def _labels(inside: Sequence[bool], lacks: Lacks | None) -> tuple[str, ...]:
    found = []
    for i, is_in in enumerate(inside):
        begins = is_in and (i == 0 or not inside[i - 1])
        found.append(f"{'B' if begins else 'I'}-{lacks}" if is_in and lacks else "O")
    return tuple(found)


def _concepts(names: Sequence[str]) -> tuple[Concept, ...]:
    meaning = Meaning(settings=(Setting(capability="brightness", value=30),))
    return tuple(Concept(name=n, kind=Kind.ENTITY, meaning=meaning, at=NOW) for n in names)


def rows(count: int, seed: int, split: Split) -> Iterator[Row]:
    """Rows of random sentences in random homes; in training, of all strangers' besides."""
    rng, reader = Random(seed), Reader.shipped()
    others = strangers(split) if split == "train" else ()
    home = furnished_home()
    for number in range(count + len(others)):
        if number % SENTENCES_OF_A_HOME == 0:
            home = furnished_home() if rng.random() < FURNISHED else random_home(rng, split)
        made = (
            sentence(rng, home, split) if number < count else stranger(rng, others[number - count])
        )
        yield from rows_of(made, home, reader)


def ordinary(count: int) -> Iterator[Row]:
    """Requests of strangers to an assistant, whatever they ask."""
    reader, home = Reader.shipped(), furnished_home()
    for text in measured()[:count]:
        words = tuple(text.split())
        yield from rows_of(Sentence(words=words, verdict=Verdict.CLEAR), home, reader)


def write(found: Sequence[Row], table: WordTable, path: Path) -> None:
    """Rows as arrays in a file."""
    inputs: list[tuple[Floats, Floats, Floats]] = []
    labels = np.full((len(found), LENGTH), UNTOLD, np.int8)
    for i, row in enumerate(found):
        vectors = table.vectors(row.seen.tokens)
        inputs.append(windows(vectors, row.seen.features, LENGTH)[0])
        labels[i, : len(row.labels)] = [LABELS.index(label) for label in row.labels]
    arrays = [np.concatenate([made[i] for made in inputs]).astype(np.float16) for i in range(3)]
    verdicts = np.array([VERDICTS.index(row.verdict) for row in found], np.int8)
    texts, lacks = ("\n".join(getattr(r, n) for r in found) for n in ("text", "lacks"))
    np.savez(
        path,
        vectors=arrays[0],
        features=arrays[1],
        mask=arrays[2],
        labels=labels,
        verdicts=verdicts,
        texts=np.frombuffer(texts.encode(), np.uint8),
        lacks=np.frombuffer(lacks.encode(), np.uint8),
    )
