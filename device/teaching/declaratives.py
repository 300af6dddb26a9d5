"""Sentences that say how it is, or what somebody likes: what the model "declarative" makes of them.

One small int8 network over the words of a sentence and its vector (`device.nlu.encoder`) gives
what the sentence declares, what a preference is about, and which words say what is liked and
when. Its confidences are softmax values scaled with a temperature that was fitted on sentences
held out from training (Guo et al., 2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from device.errors import ModelError
from device.models import Model
from device.nlu.crf import softmax
from device.nlu.embedding import Floats
from device.nlu.encoder import Encoder
from device.nlu.words import bare

NONE = "none"
"""The class of sentences that declare nothing: requests, questions, chatter."""
PREFERENCE = "preference"
"""The class of sentences that say what somebody likes."""
STANDS_OUT = 0.4
"""Share of all that speaks for needs which the best one must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a sentence declares."""

    label: str
    """One of `device.teaching.needs.NEEDS`, PREFERENCE or NONE."""
    confidence: float
    """Calibrated, 0 to 1; of a need that it is one at all."""
    about: str
    """Of a preference: what it is about, one of the manifest's topics."""
    liked: str
    """Of a preference: the words that say what is liked; "" where none do."""
    when: str
    """Of a preference: the words that say at which part of the day; "" where none do."""


class Declaratives:
    """Reads sentences."""

    def __init__(self, model: Model, encoder: Encoder) -> None:
        """Take the models.

        Args:
            model: As `device.models.load("declarative")` gives it.
            encoder: The one that it was trained with.

        Raises:
            ModelError: It was trained with another encoder's word vectors.
        """
        settings = model.manifest.settings
        if settings.get("table_sha256") != encoder.table_sha256:
            raise ModelError(
                f"model {model.manifest.name} was trained with other word vectors than the "
                "encoder's; make it again with `python -m export teaching --only declarative`"
            )
        self._run = model.run
        self._encoder = encoder
        self._labels: Sequence[str] = model.manifest.labels
        self._topics: Sequence[str] = settings["topics"]
        self._marks: Sequence[str] = settings["marks"]
        self._temperature = float(settings["temperature"])
        self.sure = float(settings["sure"])
        """Confidence from which a sentence declares a need, 0 to 1."""
        self.sure_of_preference = float(settings["sure_of_preference"])
        """Confidence from which it says what somebody likes, 0 to 1."""
        self.alike = float(settings["alike"])
        """Cosine of two sentences' vectors from which they say the same need the same way."""

    def read(self, text: str) -> Declared:
        """What one sentence declares.

        Args:
            text: Any text; without a word it declares nothing.
        """
        tokens = self._encoder.tokens(text)
        if not tokens:
            return Declared(label=NONE, confidence=1.0, about="", liked="", when="")
        words, mask = self._encoder.look_up(text)
        labels, marks, topics = self._run([evened(words), mask, self.vector(text)[None]])
        sure = softmax(labels, self._temperature)
        best, needs = int(sure[0].argmax()), self._labels.index(PREFERENCE)
        confidence = float(of_needs(sure, needs)[0]) if best < needs else float(sure[0, best])
        said = [self._marks[i] for i in marks[0, : len(tokens)].argmax(axis=-1)]
        words_said = [bare(text.split()[token.word]) for token in tokens]
        return Declared(
            label=self._labels[best],
            confidence=confidence,
            about=self._topics[int(topics[0].argmax())],
            liked=_longest("like", words_said, said),
            when=_longest("when", words_said, said),
        )

    def vector(self, text: str) -> Floats:
        """The direction of a sentence's meaning, shape (size,), length 1 or 0."""
        return self._encoder.encode(text)

    def likeness(self, one: str, other: str) -> float:
        """Cosine of two sentences' vectors."""
        return float(np.dot(self.vector(one), self.vector(other)))


def evened(words: Floats) -> Floats:
    """The same directions, all of one length: a mean square of 1 for each word.

    A word without a row of its own has a short vector: in int8, beside long ones, little of it
    would be left.

    Args:
        words: Vectors of words, shape (..., values); zeros where there is no word.
    """
    lengths = np.sqrt(np.mean(np.square(words), axis=-1, keepdims=True))
    return np.asarray(words / np.maximum(lengths, 1e-6), np.float32)


def of_needs(sure: Floats, needs: int) -> Floats:
    """How sure it is that sentences declare a need.

    All needs together count against the rest: that somebody is uncomfortable may be plain where
    the reason is less so. But one of them must stand out, or nobody knows what would help.

    Args:
        sure: Probabilities, shape (sentences, labels); those of the needs come first.
        needs: How many these are.

    Returns:
        Shape (sentences,), 0 where no need stands out.
    """
    all_needs, best = sure[:, :needs].sum(axis=1), sure[:, :needs].max(axis=1)
    return np.asarray(np.where(best >= STANDS_OUT * all_needs, all_needs, 0.0), np.float32)


def _longest(mark: str, words: Sequence[str], marks: Sequence[str]) -> str:
    """The longest run of words that bear a mark, "" where none does.

    A word of several tokens, such as "ten-minute", is said once.
    """
    runs = [
        " ".join(word for word, _ in groupby(word for word, _ in run))
        for found, run in groupby(zip(words, marks, strict=True), key=lambda pair: pair[1])
        if found == mark
    ]
    return max(runs, key=len, default="")
