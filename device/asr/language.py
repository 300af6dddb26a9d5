"""How likely people here say each word after others: the language model of free speech.

Two models over words and classes of names are interpolated: the general one, which ships, knows
how people put requests and the built-in sentences; the home's own is counted at start from the
owner's sentences. The classes (`{light}`, `{area}`, ...) are filled with this home's names, so
that a name is as likely as its place in the sentence is (Brown et al., "Class-based n-gram models
of natural language", 1992). How much the home's model counts depends on how much of the context
it knows (Jelinek and Mercer, 1980).
"""

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from device import models
from device.asr.kneserney import kneser_ney
from device.asr.ngram import Ngrams
from device.asr.symbols import BOUNDARY, OTHER, Names
from device.errors import ModelError
from device.models import SHIPPED

Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]


_MOST_NEW_WORDS = 10_000
_SHORTEST_NAME = 3
"""Letters of a word that may be a name, or a part of one."""


class LanguageModel(Protocol):
    """What each word costs after what was said before."""

    words: tuple[str, ...]
    """Everything that can be said, as written in lower case; a name of several words is one."""
    start: int
    """The context at the beginning of a sentence."""

    def unigram(self) -> Float32Array:
        """Nats of each word wherever it may stand, shape (len(words),)."""
        ...

    def costs(self, contexts: Int64Array, words: Int32Array) -> tuple[Float32Array, Int64Array]:
        """Nats of each word after each context and the context after it, all of shape (n,)."""
        ...

    def final(self, contexts: Int64Array) -> Float32Array:
        """Nats for ending after each context, shape (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class General:
    """The model that ships."""

    symbols: tuple[str, ...]
    """Words and classes; the last but one is `OTHER`, the last `BOUNDARY`."""
    ngrams: Ngrams
    weights: tuple[float, ...]
    """Share of the home's own model by how many words of the context that knows, 0 to 2."""


def load_general(folder: Path = SHIPPED) -> General:
    """Read the general model.

    Args:
        folder: Where `language.json` and the file that it names lie.

    Raises:
        ModelError: It is missing or damaged.
    """
    manifest, content = models.content("language", folder=folder)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        symbols = tuple(bytes(arrays["symbols"]).decode().split("\n"))
        weights = tuple(map(float, manifest.settings["weights"]))
        return General(symbols, Ngrams.of(arrays), weights)
    except (KeyError, TypeError, ValueError, EOFError, BadZipFile) as exc:
        raise ModelError(f"{folder / manifest.file} is not a language model: {exc}") from exc


def likeliest(general: General, most: int = 2_000) -> tuple[str, ...]:
    """The words that are said most often, likeliest first; none of fewer than three letters."""
    symbols = np.arange(len(general.symbols))
    costs, _ = general.ngrams.costs(np.full(len(symbols), general.ngrams.nothing), symbols)
    ordered = (general.symbols[at] for at in np.argsort(costs, kind="stable"))
    words = [word for word in ordered if len(word) >= _SHORTEST_NAME and word.isalpha()]
    return tuple(words[:most])


class HomeLanguage:
    """The language model of one home; satisfies `LanguageModel`.

    Besides `start` it has the context `anywhere`, in which nothing is known of what was said.
    """

    def __init__(
        self,
        general: General,
        names: Names,
        said: Iterable[Sequence[str]] = (),
        *,
        weights: Sequence[float] | None = None,
    ) -> None:
        """Count what is said here and fill the classes.

        Args:
            general: The model that ships.
            names: What fills the classes.
            said: Sentences that may be said here besides the built-in ones, as words and
                classes (`device.asr.samples`).
            weights: Instead of the general model's: share of the home's own model by how many
                words of the context it knows, each 0 to 1.
        """
        sentences = [tuple(sentence) for sentence in said]
        symbols = (*general.symbols, *_new_words(sentences, set(general.symbols)))
        number = {symbol: at for at, symbol in enumerate(symbols)}
        other = number[OTHER]
        self._general = general.ngrams
        self._boundary = number[BOUNDARY]
        self._home = None
        self.start, self.anywhere = self._general.after(self._boundary), self._general.nothing
        if sentences:
            numbers = ([number.get(word, other) for word in sentence] for sentence in sentences)
            counted = kneser_ney(numbers, len(symbols), self._boundary)
            self._home = Ngrams.build(counted)
            self.start += self._home.after(self._boundary) * self._general.contexts
            self.anywhere += self._home.nothing * self._general.contexts
        shares = np.clip(general.weights if weights is None else weights, 1e-12, 1 - 1e-12)
        self._shares = -np.log(np.stack([1 - shares, shares])).astype(np.float32)
        self._fill(symbols, len(general.symbols), names)

    def unigram(self) -> Float32Array:
        """Nats of each word wherever it may stand, shape (len(words),)."""
        nowhere = np.full(len(self.words), self.anywhere)
        return self.costs(nowhere, np.arange(len(self.words), dtype=np.int32))[0]

    def costs(self, contexts: Int64Array, words: Int32Array) -> tuple[Float32Array, Int64Array]:
        """What words cost after contexts.

        Args:
            contexts: `start` or what an earlier call gave, shape (n,).
            words: Indices of `words`, one after each context, shape (n,).

        Returns:
            Nats, shape (n,), and the contexts after the words, shape (n,). Where a word may
            stand for itself and for names, its cost counts all of that, and the context is
            that of the likeliest.
        """
        counts = self._counts[words]
        starts = np.cumsum(counts) - counts
        rows = np.repeat(np.arange(len(words)), counts)
        readings = self._firsts[words][rows] + np.arange(len(rows)) - starts[rows]
        costs, after = self._read(contexts[rows], readings)
        if len(rows) == len(words):
            return costs, after
        least = np.minimum.reduceat(costs, starts)
        best = np.flatnonzero(costs == least[rows])
        chosen = best[np.searchsorted(rows[best], np.arange(len(words)))]
        return -np.logaddexp.reduceat(-costs, starts), after[chosen]

    def final(self, contexts: Int64Array) -> Float32Array:
        """Nats for ending after contexts, shape (n,)."""
        ends = np.full(len(contexts), len(self._symbols) - 1)
        return self._read(contexts, ends)[0]

    def depth(self, contexts: Int64Array) -> Int64Array:
        """How many words of each context the home's own model knows, 0 to 2, shape (n,)."""
        if self._home is None:
            return np.zeros(len(contexts), np.int64)
        return self._home.depth(contexts // self._general.contexts)

    def _read(self, contexts: Int64Array, readings: Int64Array) -> tuple[Float32Array, Int64Array]:
        """Nats of readings, which are words as themselves or as names of a class."""
        ours = contexts // self._general.contexts
        general, after = self._general.costs(
            contexts - ours * self._general.contexts, self._in_general[readings]
        )
        general += self._in_general_costs[readings]
        if self._home is None:
            return general, after
        home, ours_after = self._home.costs(ours, self._symbols[readings])
        home += self._class_costs[readings]
        share = self._shares[:, self._home.depth(ours)]
        costs = -np.logaddexp(-(general + share[0]), -(home + share[1]))
        return costs, after + ours_after * self._general.contexts

    def _fill(self, symbols: Sequence[str], shared: int, names: Names) -> None:
        """Write down what each word may stand for.

        Args:
            symbols: Of both models.
            shared: How many of them the general model has.
            names: What fills the classes.
        """
        number = {symbol: at for at, symbol in enumerate(symbols)}
        readings: dict[str, list[tuple[int, int, float, float]]] = {}
        other = number[OTHER]
        strangers = np.log(len(symbols) - shared + len(names.get(OTHER, ())) or 1)
        for symbol, at in number.items():
            if symbol != BOUNDARY and not symbol.startswith("{"):
                known = at < shared
                reading = (at, at, 0.0, 0.0) if known else (at, other, 0.0, strangers)
                readings.setdefault(symbol, []).append(reading)
        for name, texts in names.items():
            for text in texts if name in number else ():
                place, cost = number[name], float(np.log(len(texts)))
                general = strangers if place == other else cost
                readings.setdefault(text, []).append((place, place, cost, general))
        self.words = tuple(readings)
        self._counts = np.array([len(ways) for ways in readings.values()], np.int64)
        self._firsts = np.cumsum(self._counts) - self._counts
        flat = [way for ways in readings.values() for way in ways]
        flat.append((self._boundary, self._boundary, 0.0, 0.0))
        self._symbols = np.array([way[0] for way in flat], np.int64)
        self._in_general = np.array([way[1] for way in flat], np.int64)
        self._class_costs = np.array([way[2] for way in flat], np.float32)
        self._in_general_costs = np.array([way[3] for way in flat], np.float32)


def _new_words(sentences: Iterable[Sequence[str]], known: set[str]) -> list[str]:
    """Words that the general model does not know, the most frequent if there are very many."""
    counts = Counter(word for sentence in sentences for word in sentence if word not in known)
    return sorted(word for word, _ in counts.most_common(_MOST_NEW_WORDS))
