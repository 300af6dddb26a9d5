"""How a sentence falls apart into requests.

After "Parsing coordination for spoken language understanding" (Agarwal et al., SLT 2018):
every word gets a label, the labels a linear-chain CRF, and each coordinated item is put back
into the words that all share.

    turn on the kitchen light and the fan
    O    O  B   I       I     C   B   I     -> "turn on the kitchen light", "turn on the fan"

K marks connectives between requests and N the first word of a further request. A unit of time
that only one item says is every item's: "a pizza timer for five minutes and a pasta timer for
ten".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from device.events import Span
from device.models import Manifest, Run
from device.nlu.crf import viterbi
from device.nlu.embedding import Floats, WordTable
from device.nlu.inflection import singular
from device.nlu.leftout import LeftOut, kept
from device.nlu.numbers import number
from device.nlu.tagger import check_flags
from device.nlu.times import duration
from device.nlu.windows import run_words
from device.nlu.words import Token, bare, ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One request, completed with the words that it shares with others."""

    text: str
    """Its words, separated by single spaces, without the marks around them."""
    span: Span
    """Where in the sentence they stand."""


class Chunker:
    """Splits sentences."""

    def __init__(self, run: Run, manifest: Manifest, table: WordTable) -> None:
        """Take the model.

        Args:
            run: From vectors, flags and mask to label scores.
            manifest: Its labels, and the transitions of the CRF in its settings.
            table: The word vectors it was trained with.

        Raises:
            ModelError: The manifest names flags that this version does not know.
        """
        self._run = run
        self._table = table
        self._labels = manifest.labels
        self._length = manifest.inputs[0].shape[1]
        self._transitions = np.asarray(manifest.settings["transitions"], np.float32)
        self._start = np.asarray(manifest.settings["start"], np.float32)
        check_flags(manifest)

    def labels(self, tokens: Sequence[Token], flags: Floats) -> list[str]:
        """One label for each token."""
        if not tokens:
            return []
        scores, _ = run_words(self._run, self._table.vectors(tokens), flags, self._length)
        path = viterbi(scores, self._transitions, self._start)
        return [self._labels[i] for i in path]

    def split(
        self,
        sentence: str,
        tokens: Sequence[Token],
        flags: Floats,
        lists: Sequence[LeftOut] = (),
    ) -> tuple[Chunk, ...]:
        """The requests of a sentence, in the order of their own words.

        Args:
            sentence: The sentence.
            tokens: `tokenize(sentence)`.
            flags: The home's flags of them.
            lists: What the sentence lists as left out: shared by all requests that it follows.
        """
        rest = kept(len(tokens), lists)
        labels = ["O"] * len(tokens)
        for at, label in zip(
            rest, self.labels([tokens[i] for i in rest], flags[rest]), strict=True
        ):
            labels[at] = label
        return assemble(sentence, tokens, _compounded(labels, tokens, flags))


def _compounded(labels: list[str], tokens: Sequence[Token], flags: Floats) -> list[str]:
    """The labels with two words that only stand side by side as one item.

    "Drill bits" are a sort of bits: who means two things says "and", or more of them. A plural
    is no sort of anything ("apples bananas"), and what the home knows by name stands for itself.
    """
    begun = [at for at, label in enumerate(labels) if label == "B"]
    if len(begun) != 2 or begun[1] != begun[0] + 1 or "I" in labels[begun[1] + 1 : begun[1] + 2]:
        return labels
    one, other = (tokens[at].text for at in begun)
    named = flags[begun].any()
    counted = any(number([word]) is not None or not word.isalpha() for word in (one, other))
    plural = one.endswith("s") and singular(one) != one
    if named or counted or plural:
        return labels
    return [*labels[: begun[1]], "I", *labels[begun[1] + 1 :]]


def assemble(sentence: str, tokens: Sequence[Token], labels: Sequence[str]) -> tuple[Chunk, ...]:
    """Put requests together from labels.

    Labels that make no sense (a conjunction beside no item, a connective without a request
    after it) count as shared words, so that every word stays in a request or a connective.

    Args:
        sentence: The sentence.
        tokens: `tokenize(sentence)`.
        labels: One of O, B, I, C, K, N for each token.

    Returns:
        At least one chunk where the sentence has a word.
    """
    words = sentence.split()
    chunks: list[Chunk] = []
    for segment in _segments(tokens, labels):
        for members in _members(segment, tokens, labels):
            spoken = tuple(dict.fromkeys(tokens[i].word for i in members if not tokens[i].mark))
            if spoken:
                text = " ".join(filter(None, (bare(words[i]) for i in spoken)))
                chunks.append(Chunk(text=text, span=ranges(sorted(spoken))))
    if not chunks and words:
        span = ((0, len(words)),)
        return (Chunk(text=" ".join(filter(None, map(bare, words))), span=span),)
    return tuple(chunks)


def _segments(tokens: Sequence[Token], labels: Sequence[str]) -> list[list[int]]:
    """Token indices of each request in one breath, connectives left out."""
    segments: list[list[int]] = [[]]
    held: list[int] = []
    for at, label in enumerate(labels):
        if label == "K":
            held.append(at)
            continue
        if label == "N" and any(not tokens[i].mark for i in segments[-1]):
            segments.append([])
        elif held and segments != [[]]:
            segments[-1] += held
        held = []
        segments[-1].append(at)
    if held and any(not tokens[i].mark for i in segments[-1]):
        return segments  # a connective at the end joins nothing
    segments[-1] += held
    return segments


def _members(segment: list[int], tokens: Sequence[Token], labels: Sequence[str]) -> list[list[int]]:
    """The tokens of each coordinated request of a segment, in the order of its text."""
    items: list[list[int]] = []
    for at in segment:
        if labels[at] == "B" and not tokens[at].mark:
            items.append([at])
        elif labels[at] == "I" and items and _follows(items[-1][-1], at, segment):
            items[-1].append(at)
    if len(items) < 2:
        return [segment]
    inside = {at for item in items for at in item}
    first, last = items[0][0], items[-1][-1]
    between = {at for at in segment if labels[at] == "C" and first < at < last}
    shared = [at for at in segment if at not in inside and at not in between]
    return [
        [at for at in sorted([*shared, *item]) if at <= item[-1]]
        + _borrowed(item, items, tokens)
        + [at for at in shared if at > item[-1]]
        for item in items
    ]


def _borrowed(item: list[int], items: list[list[int]], tokens: Sequence[Token]) -> list[int]:
    """The unit of time that an item leaves out and another says after the same word."""
    word = _before_number(item, tokens)
    if word is None:
        return []
    for other in items:
        unit = other[-1]
        alone = tokens[unit].word != tokens[unit - 1].word
        timed = number([tokens[unit].text]) is None and duration(["2", tokens[unit].text])
        if timed and alone and _before_number(other[:-1], tokens) == word:
            return [unit]
    return []


def _before_number(item: list[int], tokens: Sequence[Token]) -> str | None:
    """The word before the number that an item ends with, "" for none; None without a number."""
    start = len(item)
    while start and number([tokens[item[start - 1]].text]) is not None:
        start -= 1
    if start == len(item):
        return None
    return tokens[item[start - 1]].text if start else ""


def _follows(before: int, at: int, segment: list[int]) -> bool:
    return segment.index(at) == segment.index(before) + 1


def at_marks(sentence: str, tokens: Sequence[Token]) -> tuple[Chunk, ...]:
    """What other local assistants could do at best: split at "and" and at commas."""
    words = sentence.split()
    pieces = [
        [t.word for t in group]
        for joint, group in groupby(tokens, key=lambda t: t.mark or t.text in ("and", "then"))
        if not joint
    ]
    return tuple(
        Chunk(text=" ".join(bare(words[i]) for i in dict.fromkeys(p)), span=ranges(sorted(set(p))))
        for p in pieces
    )
