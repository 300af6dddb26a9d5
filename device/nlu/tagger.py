"""What one request means: intent and slots of its words, from one pass of an int8 model.

Joint intent detection and slot filling (Liu and Lane, 2016) over word vectors, character
n-grams and the home's names. Confidences are softmax values, scaled with a temperature that
was fitted on held-out sentences (Guo et al., 2017) and stands in the manifest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from device.errors import ModelError
from device.models import Manifest, Run
from device.nlu.crf import bio_transitions, softmax, viterbi
from device.nlu.embedding import Floats, WordTable
from device.nlu.gazetteer import FLAGS
from device.nlu.intents import INTENTS, OUT_OF_SCOPE
from device.nlu.windows import run_words
from device.nlu.words import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Tokens that fill one slot."""

    label: str
    """The tagger's name of the slot, such as "name", "duration", "scope"."""
    start: int
    """First token."""
    stop: int
    """Token after the last."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """One request as the model reads it."""

    intent: str
    domain: str | None
    """What the verb tells about the domain: "cover" for "open", "lock" for "lock"."""
    confidence: float
    """Of the intent, calibrated, 0 to 1."""
    spans: tuple[Span, ...]
    """In order, without overlaps."""


class Tagger:
    """Reads requests."""

    def __init__(self, run: Run, manifest: Manifest, table: WordTable) -> None:
        """Take the model.

        Args:
            run: From vectors, flags and mask to slot scores and intent scores.
            manifest: Its labels and settings.
            table: The word vectors it was trained with.

        Raises:
            ModelError: The manifest names flags or intents that this version does not know.
        """
        settings = manifest.settings
        self._run = run
        self._table = table
        self._labels = manifest.labels
        self._length = manifest.inputs[0].shape[1]
        self._intents: list[str] = list(settings.get("intents", ()))
        self._temperature = float(settings.get("temperature", 1.0))
        self._transitions, self._start = bio_transitions(self._labels)
        check_flags(manifest)
        unknown = [i for i in self._intents if i.split("/")[0] not in INTENTS]
        if unknown or not self._intents:
            raise ModelError(f"model {manifest.name} names intents that are not known: {unknown}")

    def tag(self, tokens: Sequence[Token], flags: Floats) -> Tagging:
        """Intent and slots of one request.

        Args:
            tokens: Its tokens; nothing at all is out of scope.
            flags: The home's flags of them, shape (tokens, flags).
        """
        if not tokens:
            return Tagging(intent=OUT_OF_SCOPE, domain=None, confidence=1.0, spans=())
        vectors = self._table.vectors(tokens)
        scores, further = run_words(self._run, vectors, flags, self._length)
        sure = softmax(further[0], self._temperature)
        best = int(sure.argmax())
        intent, _, domain = self._intents[best].partition("/")
        return Tagging(
            intent=intent,
            domain=domain or None,
            confidence=float(self._together(sure, intent)),
            spans=marked(scores, self._labels, self._transitions, self._start),
        )

    def _together(self, sure: Floats, intent: str) -> float:
        """Probability of an intent over all its variants."""
        return float(
            sum(p for p, name in zip(sure, self._intents, strict=True) if _stem(name) == intent)
        )


def marked(
    scores: Floats, labels: Sequence[str], transitions: Floats, start: Floats
) -> tuple[Span, ...]:
    """The spans that label scores mark, in order, without overlaps.

    Args:
        scores: Shape (tokens, labels).
        labels: "O", "B-name", "I-name" ...
        transitions: Between labels, as `device.nlu.crf.bio_transitions` gives them.
        start: Of labels in first place, likewise.
    """
    path = viterbi(scores, transitions, start)
    sure = softmax(scores)[np.arange(len(path)), path]
    spans: list[Span] = []
    for at, label in enumerate(labels[i] for i in path):
        if label.startswith("B-"):
            spans.append(Span(label=label[2:], start=at, stop=at + 1, confidence=float(sure[at])))
        elif label.startswith("I-"):
            last = spans[-1]
            least = min(last.confidence, float(sure[at]))
            spans[-1] = Span(label=last.label, start=last.start, stop=at + 1, confidence=least)
    return tuple(spans)


def check_flags(manifest: Manifest) -> None:
    """Make sure that a model was trained with the flags that this version computes.

    Raises:
        ModelError: It was not.
    """
    named = tuple(manifest.settings.get("flags", ()))
    if named != FLAGS:
        raise ModelError(
            f"model {manifest.name} wants the flags {', '.join(named) or 'of no home'}; "
            f"this version computes {', '.join(FLAGS)}"
        )


def _stem(intent: str) -> str:
    return intent.partition("/")[0]
