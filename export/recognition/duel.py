"""One grammar, two engines: this recognizer and PocketSphinx hear the same sound."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from device.asr.recognizer import Recognizer
from export.recognition.figures import Errors, Heard, heard, seconds, word_errors, word_pairs
from export.recognition.sphinx import Sphinx
from export.recognition.spoken import Saying, plain_words

Same = Callable[[str, str], bool]
"""Whether what was heard is as good as what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one engine made of some sentences; adds up."""

    sentences: int = 0
    right: int = 0
    words: Errors = field(default_factory=Errors)
    computing_s: float = 0.0
    sound_s: float = 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            sentences=self.sentences + other.sentences,
            right=self.right + other.right,
            words=self.words + other.words,
            computing_s=self.computing_s + other.computing_s,
            sound_s=self.sound_s + other.sound_s,
        )

    @property
    def cells(self) -> str:
        """Cells of a table: sentences right, word errors, seconds for a second of sound."""
        if not self.sentences:
            return "- | - | -"
        share = self.right / self.sentences
        return f"{share:.1%} | {self.words.rate:.1%} | {self.computing_s / self.sound_s:.3f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """Both engines on the same sentences; adds up."""

    ours: Score = field(default_factory=Score)
    theirs: Score = field(default_factory=Score)
    pairs: tuple[tuple[float, bool], ...] = ()
    """Confidence of each of our best hypotheses, and whether it was right."""
    word_pairs: tuple[tuple[float, bool], ...] = ()
    """The same for each word."""
    misses: tuple[tuple[str, str], ...] = ()
    """What was said and what we heard, where that was not right."""

    def __add__(self, other: "Duel") -> "Duel":
        return Duel(
            ours=self.ours + other.ours,
            theirs=self.theirs + other.theirs,
            pairs=self.pairs + other.pairs,
            word_pairs=self.word_pairs + other.word_pairs,
            misses=self.misses + other.misses,
        )


HEADS = "right | word errors | computing | PocketSphinx: right | word errors | computing"


def same_words(found: str, wanted: str) -> bool:
    """Whether both are said alike."""
    return plain_words(found) == plain_words(wanted)


def duel(
    recognizer: Recognizer, sphinx: Sphinx | None, sayings: Sequence[Saying], same: Same
) -> Duel:
    """Let both hear the same sentences; their graphs and grammars are in use already.

    Args:
        recognizer: Ours.
        sphinx: Theirs; None where it cannot be given the grammar.
        sayings: What is said.
        same: What counts as right, for both alike.
    """
    found, spent_s = heard(recognizer, sayings)
    theirs = Score()
    if sphinx is not None:
        began = time.process_time()
        texts = [sphinx.hear(one.samples) for one in sayings]
        theirs = _score(texts, sayings, same, time.process_time() - began)
    right = [same(one.best, one.text) for one in found]
    return Duel(
        ours=_score([one.best for one in found], sayings, same, spent_s),
        theirs=theirs,
        pairs=tuple((one.score, ok) for one, ok in zip(found, right, strict=True)),
        word_pairs=tuple(word_pairs(found)),
        misses=tuple(_miss(one) for one, ok in zip(found, right, strict=True) if not ok),
    )


def _score(texts: Sequence[str], sayings: Sequence[Saying], same: Same, spent_s: float) -> Score:
    wanted = [one.text for one in sayings]
    return Score(
        sentences=len(texts),
        right=sum(map(same, texts, wanted)),
        words=sum(map(word_errors, texts, wanted), Errors()),
        computing_s=spent_s,
        sound_s=seconds(sayings),
    )


def _miss(one: Heard) -> tuple[str, str]:
    return one.text, one.best or "(nothing)"
