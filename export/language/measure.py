"""How well language models foresee what is said: perplexity, and words that they do not know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from device.asr.language import General, HomeLanguage
from device.asr.ngram import Floats
from device.asr.pairhash import Ints
from device.asr.samples import Sentence, said
from device.asr.symbols import names_of
from device.context import Home

UNKNOWN = -1
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a model makes of some sentences."""

    nats: float
    """Of all known words and ends."""
    known: int
    """Spoken words that the model knows, and one end for each sentence."""
    unknown: int

    @property
    def perplexity(self) -> float:
        """Words between which the model was in doubt, on the geometric mean."""
        return float(np.exp(self.nats / max(self.known, 1)))

    @property
    def unknown_share(self) -> float:
        """Share of spoken words and ends that the model does not know, 0 to 1."""
        return self.unknown / max(self.known + self.unknown, 1)

    def __add__(self, other: "Foreseen") -> "Foreseen":
        return Foreseen(
            self.nats + other.nats, self.known + other.known, self.unknown + other.unknown
        )


@dataclass(frozen=True, slots=True)
class Events:
    """Each word of some sentences where it stands; the end is `len(words)`."""

    contexts: Ints
    words: Ints


class Reader:
    """Reads sentences the way a language model takes them."""

    def __init__(self, language: HomeLanguage) -> None:
        self._language = language
        self._number = {word: at for at, word in enumerate(language.words)}
        self._longest = max(len(word.split()) for word in language.words)
        self._lengths = [max(len(said(word)), 1) for word in language.words]

    def split(self, text: str) -> list[int]:
        """A text as indices of words, the longest names first; UNKNOWN for unknown ones."""
        tokens = [token.strip(".,!?") for token in text.lower().split()]
        found: list[int] = []
        at = 0
        while at < len(tokens):
            for size in range(min(self._longest, len(tokens) - at), 0, -1):
                whole = " ".join(tokens[at : at + size])
                if whole in self._number:
                    found.append(self._number[whole])
                    break
            else:
                size = 1
                found += [self._number.get(word, UNKNOWN) for word in said(tokens[at])]
            at += size
        return found

    def foreseen(self, texts: Iterable[str | Sentence]) -> Foreseen:
        """Measure."""
        sentences = [self.split(t if isinstance(t, str) else " ".join(t)) for t in texts]
        nats = sum(float(costs.sum()) for _, costs in self._walked(sentences))
        flat = [word for sentence in sentences for word in sentence]
        known = sum(self._lengths[word] for word in flat if word != UNKNOWN)
        return Foreseen(nats, known + len(sentences), flat.count(UNKNOWN))

    def events(self, texts: Iterable[str | Sentence]) -> Events:
        """Every known word and every end, with its context."""
        sentences = [self.split(t if isinstance(t, str) else " ".join(t)) for t in texts]
        walked = [events for events, _ in self._walked(sentences)]
        return Events(
            np.concatenate([events.contexts for events in walked]),
            np.concatenate([events.words for events in walked]),
        )

    def costs(self, events: Events) -> Floats:
        """Nats of each event."""
        ends = events.words == len(self._language.words)
        costs = np.empty(len(ends), np.float32)
        costs[ends] = self._language.final(events.contexts[ends])
        words = events.words[~ends].astype(np.int32)
        costs[~ends] = self._language.costs(events.contexts[~ends], words)[0]
        return costs

    def _walked(self, sentences: Sequence[Sequence[int]]) -> Iterable[tuple[Events, Floats]]:
        """Events and costs, all first words at once, then all second words, and so on."""
        language = self._language
        contexts = np.full(len(sentences), language.start)
        lengths = np.array([len(sentence) for sentence in sentences])
        for at in range(int(lengths.max(initial=0)) + 1):
            ends = np.flatnonzero(lengths == at)
            finish = Events(contexts[ends], np.full(len(ends), len(language.words)))
            yield finish, language.final(contexts[ends])
            rows = np.flatnonzero(lengths > at)
            words = np.array([sentences[row][at] for row in rows], np.int64)
            contexts[rows[words == UNKNOWN]] = language.anywhere
            rows, words = rows[words != UNKNOWN], words[words != UNKNOWN]
            before = contexts[rows]
            costs, contexts[rows] = language.costs(before, words.astype(np.int32))
            yield Events(before, words), costs


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said, and what."""

    home: Home
    texts: Sequence[str | Sentence]
    own: Sequence[Sentence] = ()
    """Draws from the owner's sentences."""


def foreseen(
    general: General,
    places: Iterable[Place],
    *,
    weights: Sequence[float] | None = None,
    names: bool = True,
) -> Foreseen:
    """Measure sentences, each in its home.

    Args:
        general: The model that ships.
        places: What is said where.
        weights: See `HomeLanguage`.
        names: Whether the home's names fill the classes.
    """
    total = Foreseen(0.0, 0, 0)
    for place in places:
        filled = names_of(place.home) if names else {}
        language = HomeLanguage(general, filled, place.own, weights=weights)
        total += Reader(language).foreseen(place.texts)
    return total


def best_shares(general: General, places: Sequence[Place]) -> list[float]:
    """Shares of the home's own model that make sentences likeliest (expectation maximization).

    Args:
        general: The model that ships.
        places: What is said where; each place counts alike.

    Returns:
        A share for each number of words of the context that the home's own model knows.
    """
    rows: list[tuple[Ints, Floats, Floats, Floats]] = []
    for place in places:
        names = names_of(place.home)
        whole, alone, home = (
            HomeLanguage(general, names, place.own, weights=weights)
            for weights in ((0.2, 0.4, 0.6), (0, 0, 0), (1, 1, 1))
        )
        events = Reader(whole).events(place.texts)
        rows.append(
            (
                whole.depth(events.contexts),
                np.exp(-Reader(alone).costs(events)),
                np.exp(-Reader(home).costs(events)),
                np.full(len(events.words), 1 / len(events.words), np.float32),
            )
        )
    depths, general_says, home_says, weights = (np.concatenate(c) for c in zip(*rows, strict=True))
    shares: list[float] = []
    for depth in range(3):
        share, there = 0.5, depths == depth
        weight = weights[there] / max(float(weights[there].sum()), 1e-9)
        for _ in range(_ROUNDS):
            ours = share * home_says[there]
            both = ours + (1 - share) * general_says[there]
            share = float((weight * ours / np.maximum(both, 1e-30)).sum())
        shares.append(round(min(max(share, 0.01), 0.95), 3))
    return shares
