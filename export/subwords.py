"""`python -m export subwords` learns word vectors from plain text, to start other trainings from.

Skip-gram with negative sampling over words and their character n-grams, "Enriching word vectors
with subword information" (Bojanowski et al., TACL 2017), in the very form that the device looks
words up: a row for the word plus the mean of its n-grams' rows (`device.nlu.embedding`). In one
pair of five the word's own row is left out, so that n-grams learn to stand alone.

Usage:

    rows, grams = vectors_for(words)
"""

import argparse
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from device.nlu.embedding import ngrams
from device.nlu.words import shape
from export.chunker.texts import compounds
from export.language.texts import SPEECH, corpora
from export.quantize import ROOT
from export.tagger.sizes import BUCKETS, SIZE
from export.tagger.texts import TEXTS, examples

LOG = logging.getLogger(__name__)
CACHE = ROOT / "export" / ".cache"
GENERATED = 16_000
"""Sentences of the project's own, and as many that ask for several things at once."""
WINDOW = 5
NEGATIVES = 96
"""Words that all pairs of a batch are told apart from; each counts as `APART / NEGATIVES`."""
APART = 5.0
BATCH = 8_192
RATE = 0.1
"""Step of Adagrad (Duchi et al., 2011)."""
OFTEN = 1e-3
"""Share of the text above which a word is left out at random, as in word2vec."""
ALONE = 0.2
"""Share of the pairs in which the word's own row is left out."""
SPREAD = 0.1
"""Standard deviation of a word vector as given: that of a random start."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Subwords:
    """Vectors learned from text."""

    words: tuple[str, ...]
    """Words with a row of their own, as `device.nlu.words.shape` gives them."""
    rows: Floats
    """Shape (len(words), size)."""
    grams: Floats
    """Shape (buckets, size)."""

    def rows_of(self, words: Sequence[str]) -> Floats:
        """Rows of these words, zeros for one without; shape (len(words), size)."""
        at = {word: i for i, word in enumerate(self.words)}
        found = np.zeros((len(words), self.rows.shape[1]), np.float32)
        for i, word in enumerate(words):
            if word in at:
                found[i] = self.rows[at[word]]
        return found

    def vector(self, word: str) -> Floats:
        """The whole vector of any word, shape (size,)."""
        grams = self.grams[ngrams(word, len(self.grams))].mean(axis=0)
        return np.asarray(grams + self.rows_of([word])[0], np.float32)


def vectors_for(
    words: Sequence[str], *, texts: Path = TEXTS, speech: Path = SPEECH
) -> tuple[Floats, Floats]:
    """Where the training of a model's word table can start.

    Args:
        words: Keys as `device.nlu.words.shape` gives them.
        texts: Folder of public text sets.
        speech: Folder of public speech sets, for what is read there.

    Returns:
        Rows of these words (zeros for a word that the text does not have), shape
        (len(words), SIZE), and rows of all n-grams, shape (BUCKETS, SIZE).
    """
    learned = subwords(texts, speech)
    return learned.rows_of(words), learned.grams


def subwords(texts: Path = TEXTS, speech: Path = SPEECH) -> Subwords:
    """The vectors, from the cache where they have been learned before."""
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    path = CACHE / f"subwords-{key}.npz"
    if path.exists():
        with np.load(path) as file:
            words = tuple(bytes(file["words"]).decode().split("\n"))
            return Subwords(words, file["rows"], file["grams"])
    made = skipgram(sentences(texts, speech))
    path.parent.mkdir(parents=True, exist_ok=True)
    joined = np.frombuffer("\n".join(made.words).encode(), np.uint8)
    np.savez(path, words=joined, rows=made.rows, grams=made.grams)
    return made


def sentences(texts: Path = TEXTS, speech: Path = SPEECH) -> list[tuple[str, ...]]:
    """Training text that may go into shipped models, as keys of the word tables.

    SNIPS, HWU64 (folds 1 to 8), CLINC150, SLURP, read sentences, and the project's own; no
    sentence of a development or test part is in it.
    """
    table = json.loads((texts / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    tests = [text for part in ("test", "oos_test", "val", "oos_val") for text, _ in table[part]]
    slurp = (texts / "slurp" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    tests += [json.loads(line)["sentence"] for line in slurp]
    tests += (texts / "snips" / "test" / "seq.in").read_text(encoding="utf-8").splitlines()
    held = {"".join(filter(str.isalnum, text.lower())) for text in tests}
    public = corpora(count=0, seed=1, texts=texts, speech=speech)
    found = [s for s in (*public.requests, *public.english) if _letters(s) not in held]
    found += [row.tokens for row in examples(GENERATED, 21, "train")]
    found += [row.tokens for row in compounds(GENERATED, 22, "train")]
    return [tuple(map(shape, sentence)) for sentence in found]


def _letters(sentence: Sequence[str]) -> str:
    return "".join(filter(str.isalnum, "".join(sentence)))


def skipgram(
    text: Sequence[Sequence[str]],
    *,
    size: int = SIZE,
    buckets: int = BUCKETS,
    epochs: int = 8,
    rarest: int = 2,
    seed: int = 1,
) -> Subwords:
    """Learn vectors that tell which words stand near each other.

    Args:
        text: Sentences of keys.
        size: Values of a vector.
        buckets: Rows for n-grams.
        epochs: Passes over the text.
        rarest: How often a word must occur to have a row of its own.
        seed: Of all chance; the same text and seed give the same vectors.
    """
    rng = np.random.default_rng(seed)
    counts = Counter(word for sentence in text for word in sentence)
    words = sorted(counts)
    own = [word for word in words if counts[word] >= rarest]
    composed = _composition(words, own, buckets)
    ids = {word: i for i, word in enumerate(words)}
    numbered = [np.array([ids[word] for word in sentence]) for sentence in text if sentence]
    often = np.array([counts[word] for word in words], np.float64)
    inner = rng.normal(0, 0.5 / size**0.5, (composed.shape[1], size)).astype(np.float32)
    outer = np.zeros((len(words), size), np.float32)
    slopes = np.full_like(inner, 1e-6), np.full_like(outer, 1e-6)
    noise = (often**0.75) / (often**0.75).sum()
    for epoch in range(epochs):
        rate = RATE * (1.0 - epoch / epochs)
        for near, far in _pairs(numbered, often, rng):
            row = near + len(words) * (rng.random(len(near)) < ALONE)
            wrong = rng.choice(len(words), NEGATIVES, p=noise)
            _step(composed, inner, outer, slopes, (row, far, wrong), rate)
        LOG.info("subwords, pass %d of %d", epoch + 1, epochs)
    whole = composed[: len(words)] @ inner
    inner *= SPREAD / float(whole.std())
    return Subwords(tuple(own), inner[: len(own)], inner[len(own) :])


def _composition(words: Sequence[str], own: Sequence[str], buckets: int) -> csr_array:
    """How each word's vector is made of rows: first with its own row, then without."""
    at = {word: i for i, word in enumerate(own)}
    rows, columns, shares = [], [], []
    for i, word in enumerate(words):
        grams = ngrams(word, buckets)
        rows += [i] * len(grams)
        columns += [len(own) + g for g in grams]
        shares += [1.0 / len(grams)] * len(grams)
    wide = (len(words), len(own) + buckets)
    alone = csr_array((np.array(shares, np.float32), (rows, columns)), shape=wide)
    mine = [(i, at[word]) for i, word in enumerate(words) if word in at]
    ones = np.ones(len(mine), np.float32)
    single = csr_array((ones, tuple(np.array(mine).reshape(-1, 2).T)), shape=wide)
    return csr_array(vstack([alone + single, alone]))


def _pairs(
    text: Sequence[Ints], often: npt.NDArray[np.float64], rng: np.random.Generator
) -> Iterator[tuple[Ints, Ints]]:
    """Batches of words and of words that stand near them, shuffled."""
    share = often / often.sum()
    kept = np.minimum(1.0, np.sqrt(OFTEN / share))
    near: list[Ints] = []
    far: list[Ints] = []
    for sentence in text:
        thin = sentence[rng.random(len(sentence)) < kept[sentence]]
        reach = rng.integers(1, WINDOW + 1, len(thin))
        for gap in range(1, min(WINDOW, len(thin) - 1) + 1):
            left, right = thin[:-gap], thin[gap:]
            near += [left[reach[:-gap] >= gap], right[reach[gap:] >= gap]]
            far += [right[reach[:-gap] >= gap], left[reach[gap:] >= gap]]
    one, other = np.concatenate(near), np.concatenate(far)
    order = rng.permutation(len(one))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        yield one[batch], other[batch]


def _step(
    composed: csr_array,
    inner: Floats,
    outer: Floats,
    slopes: tuple[Floats, Floats],
    batch: tuple[Ints, Ints, Ints],
    rate: float,
) -> None:
    """One step of Adagrad on a batch of (words, neighbours, words that are none)."""
    row, far, wrong = batch
    chosen = composed[row]
    vectors = chosen @ inner
    good = _sigmoid(np.einsum("ij,ij->i", vectors, outer[far])) - 1.0
    bad = _sigmoid(vectors @ outer[wrong].T) * np.float32(APART / len(wrong))
    down = good[:, None] * outer[far] + bad @ outer[wrong]
    columns = np.arange(len(row))
    onto = csr_array((np.ones(len(row), np.float32), (far, columns)), shape=(len(outer), len(row)))
    up = onto @ (good[:, None] * vectors)
    np.add.at(up, wrong, bad.T @ vectors)
    for table, slope, change in ((inner, slopes[0], chosen.T @ down), (outer, slopes[1], up)):
        change /= BATCH
        slope += change * change
        table -= rate * change / np.sqrt(slope)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-x)), np.float32)


def main(argv: list[str]) -> None:
    """Learn the vectors and show what stands near a few words."""
    parser = argparse.ArgumentParser(prog="python -m export subwords")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of public speech sets")
    parser.add_argument("words", nargs="*", default=["kitchen", "lamp", "butter", "jazz", "seven"])
    asked = parser.parse_args(argv)
    learned = subwords(asked.texts, asked.speech)
    table = np.stack([learned.vector(word) for word in learned.words])
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    for word in asked.words:
        mine = learned.vector(word)
        near = np.argsort(-(table @ (mine / np.linalg.norm(mine))))[:8]
        LOG.info("%s: %s", word, " ".join(learned.words[i] for i in near))
