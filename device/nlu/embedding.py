"""Words as vectors: a row for each known word plus the mean of its character n-grams.

As in "Enriching word vectors with subword information" (Bojanowski et al., 2017): a word
that training never saw still has its n-grams. The look-up happens here and not in the
models, because an Edge TPU cuts its graph at the first gather.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from device.errors import ModelError
from device.nlu.words import Token, shape

NGRAMS = (3, 4)
"""Lengths of the n-grams, in characters, with `<` and `>` around the word."""
MOST_NGRAMS = 14
"""N-grams of a word that count, first ones first."""

_REMEMBERED = 2_000
"""Words whose vectors are kept, so that memory stays bounded."""

Floats = npt.NDArray[np.float32]


def ngrams(word: str, buckets: int) -> list[int]:
    """Buckets of the word's character n-grams.

    Args:
        word: A key as `device.nlu.words.shape` gives it.
        buckets: Rows of the table of n-grams.

    Returns:
        At most MOST_NGRAMS numbers below `buckets`, in the order of the word; never empty.
    """
    marked = f"<{word}>"
    grams = [
        marked[start : start + length]
        for start in range(max(1, len(marked) - 2))
        for length in NGRAMS
        if start + length <= len(marked)
    ] or [marked]
    return [_fnv1a(gram) % buckets for gram in grams[:MOST_NGRAMS]]


def _fnv1a(text: str) -> int:
    """The 32-bit hash of Fowler, Noll and Vo: the same in every process and on every machine."""
    value = 2_166_136_261
    for byte in text.encode("utf-8", "surrogatepass"):
        value = (value ^ byte) * 16_777_619 & 0xFFFFFFFF
    return value


class WordTable:
    """The look-up table of one model, int8."""

    def __init__(
        self, words: Sequence[str], rows: npt.NDArray[np.int8], scale: float, buckets: int
    ) -> None:
        """Take what the file holds.

        Args:
            words: Known words, in the order of their rows.
            rows: Shape (len(words) + buckets, size): first words, then n-grams.
            scale: Size of one integer step.
            buckets: Number of n-gram rows.
        """
        self._index = {word: i for i, word in enumerate(words)}
        self._rows = rows
        self._scale = np.float32(scale)
        self._buckets = buckets
        self.size = int(rows.shape[1])
        self._known: dict[str, Floats] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """Known words, in the order of their rows."""
        return tuple(self._index)

    def __contains__(self, word: object) -> bool:
        """Whether the word has a row of its own."""
        return isinstance(word, str) and shape(word) in self._index

    def vector(self, word: str) -> Floats:
        """The vector of one word, shape (size,)."""
        known = self._known.get(word)
        if known is not None:
            return known
        first = len(self._index)
        grams = [first + g for g in ngrams(word, self._buckets)]
        total = self._rows[grams].astype(np.float32).mean(axis=0)
        at = self._index.get(word)
        if at is not None:
            total += self._rows[at]
        made = np.asarray(total * self._scale, np.float32)
        if len(self._known) < _REMEMBERED:
            self._known[word] = made
        return made

    def vectors(self, tokens: Sequence[Token]) -> Floats:
        """Vectors of tokens, shape (len(tokens), size)."""
        if not tokens:
            return np.zeros((0, self.size), np.float32)
        return np.stack([self.vector(shape(t.text)) for t in tokens])


def load_table(folder: Path, name: str, sha256: str) -> WordTable:
    """Read the table that belongs to a model.

    Args:
        folder: Where `name` lies.
        name: File name, as the manifest's settings say.
        sha256: Checksum from there.

    Raises:
        ModelError: The file is missing, damaged or not a table.
    """
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise ModelError(f"word table {path} cannot be read: {exc.strerror}") from exc
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelError(
            f"word table {path} is damaged: its SHA-256 is {found[:12]}..., "
            f"the manifest says {sha256[:12]}..."
        )
    try:
        with np.load(path, allow_pickle=False) as file:
            words = bytes(file["words"]).decode().split("\n")
            return WordTable(words, file["rows"], float(file["scale"]), int(file["buckets"]))
    except (KeyError, ValueError, BadZipFile) as exc:
        raise ModelError(f"{path} is not a word table: {exc}") from exc


def save_table(path: Path, words: Sequence[str], rows: Floats, buckets: int) -> str:
    """Write a table in int8 and return its SHA-256; the same table gives the same file.

    Args:
        path: An `.npz` file.
        words: Known words, in the order of their rows; none holds a line break.
        rows: Real values, words first, then n-grams.
        buckets: Number of n-gram rows.
    """
    scale = float(np.abs(rows).max()) / 127.0 or 1.0
    steps = np.clip(np.rint(rows / scale), -127, 127).astype(np.int8)
    joined = np.frombuffer("\n".join(words).encode(), np.uint8)
    np.savez(path, words=joined, rows=steps, scale=np.float64(scale), buckets=np.int64(buckets))
    return hashlib.sha256(path.read_bytes()).hexdigest()
