"""Which words of a request the speaker does not understand, and whether a lesson would help.

A small int8 network reads the words' vectors and the evidence of `device.teaching.evidence`,
labels each word (what it lacks, in BIO) and tells a verdict on the request. A verdict that keeps a
request from being carried out must be surer than its threshold in the manifest: one for each sort
of request, fitted so that ordinary requests are left alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from device.context import Context
from device.errors import ModelError
from device.events import Hypothesis, Request, Source
from device.models import Model
from device.nlu.crf import FORBIDDEN, bio_transitions, softmax, viterbi
from device.nlu.embedding import Floats, WordTable
from device.nlu.intents import USES
from device.nlu.names import ARTICLES
from device.nlu.windows import run_words
from device.nlu.words import bare
from device.teaching.evidence import FEATURES, SORTS, Evidence, Witness
from device.teaching.gap import Diagnosis, Gap, Lacks, Verdict

TAUGHT = (Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE)
"""What words can lack; that a whole sentence names a need is told by `device.teaching.needs`."""

LABELS = ("O", *(f"{mark}-{lacks}" for lacks in TAUGHT for mark in "BI"))
VERDICTS = tuple(Verdict)
_GAP = VERDICTS.index(Verdict.GAP)


class Gaps:
    """Finds gaps."""

    def __init__(self, model: Model, table: WordTable) -> None:
        """Take the model.

        Args:
            model: As `device.models.load("gap")` gives it.
            table: The tagger's words.

        Raises:
            ModelError: The model was trained for other features, labels or verdicts.
        """
        manifest = model.manifest
        settings = manifest.settings
        for what, named, ours in (
            ("features", settings.get("features", ()), FEATURES),
            ("labels", manifest.labels, LABELS),
            ("verdicts", settings.get("verdicts", ()), VERDICTS),
        ):
            if tuple(named) != tuple(ours):
                raise ModelError(
                    f"model {manifest.name} has other {what} than this version; "
                    f"make it again with `python -m export teaching --only gap`"
                )
        self._run = model.run
        self._length = manifest.inputs[0].shape[1]
        self._temperature = float(settings.get("temperature", 1.0))
        self._least = thresholds(settings)
        self._table = table
        self._witness = Witness(table)
        self._transitions, self._start = bio_transitions(LABELS)

    def diagnose(
        self, request: Request, context: Context, heard: Hypothesis | None = None
    ) -> Diagnosis:
        """What is the matter with one request of a turn.

        Args:
            request: As understanding gave it.
            context: The home, and what was taught.
            heard: The sentence that it came from, where it was heard and not typed.

        Returns:
            The likeliest verdict. With a gap come its words: at least one of them is neither
            part of a name that the home or an owner gave nor a value that was read. A sentence
            that was known word for word, and one that uses what was taught, is clear.
        """
        if request.source is Source.SENTENCE or request.intent in USES:
            return Diagnosis(verdict=Verdict.CLEAR, confidence=1.0)
        seen = self._witness.evidence(request, context, heard)
        if not seen.tokens:
            return Diagnosis(verdict=Verdict.MISHEARD, confidence=1.0)
        vectors = self._table.vectors(seen.tokens)
        scores, further = run_words(self._run, vectors, seen.features, self._length)
        sure = softmax(further[0], self._temperature)
        enough = sure >= self._least[seen.sort]
        gap = self._gap(scores, seen, request, float(sure[_GAP])) if enough[_GAP] else None
        if gap is not None:
            return Diagnosis(verdict=Verdict.GAP, gap=gap, confidence=gap.confidence)
        rest = np.where(enough, sure, 0.0)
        rest[_GAP] = 0.0
        best = int(rest.argmax())
        return Diagnosis(verdict=VERDICTS[best], confidence=float(sure[best]))

    def _gap(self, scores: Floats, seen: Evidence, request: Request, sure: float) -> Gap | None:
        """The words that are not understood."""
        no_name = seen.taught | np.array([t.mark for t in seen.tokens])
        scores = scores.copy()
        scores[no_name, 1:] = FORBIDDEN
        found = self._found(scores, seen)
        strange = ~(seen.known | no_name)
        if not found and strange.any():
            # Something is not understood, says the verdict; then it is what looks most like it.
            margin = np.where(strange, scores[:, 1:].max(axis=1) - scores[:, 0], FORBIDDEN)
            scores[int(margin.argmax()), 0] = FORBIDDEN
            found = self._found(scores, seen)
        if not found:
            return None
        _, start, stop, lacks = max(found)
        return Gap(
            words=_words(request, seen, start, stop),
            lacks=lacks,
            request=request,
            confidence=sure,
        )

    def _found(self, scores: Floats, seen: Evidence) -> list[tuple[float, int, int, Lacks]]:
        """Stretches that lack something: confidence, first token, token after, what they lack."""
        path = viterbi(scores, self._transitions, self._start)
        told = softmax(scores)[np.arange(len(path)), path]
        found = []
        for begin, end, lacks in _spans([LABELS[i] for i in path]):
            start, stop = _trimmed(begin, end, seen)
            if start < stop and not seen.known[start:stop].all():
                found.append((float(told[start:stop].mean()), start, stop, lacks))
        return found


def thresholds(settings: Mapping[str, Any]) -> dict[str, Floats]:
    """How sure each verdict must be, for each sort of request; shape (len(VERDICTS),).

    Args:
        settings: Of the manifest.
    """
    told = settings.get("thresholds", {})
    return {
        sort: np.array([told.get(sort, {}).get(v, 0.0) for v in VERDICTS], np.float32)
        for sort in SORTS
    }


def _spans(labels: Sequence[str]) -> list[tuple[int, int, Lacks]]:
    """Runs of labels as (first token, token after, what they lack)."""
    found: list[tuple[int, int, Lacks]] = []
    for at, label in enumerate(labels):
        if label.startswith("B-"):
            found.append((at, at + 1, Lacks(label[2:])))
        elif label.startswith("I-"):
            start, _, lacks = found[-1]
            found[-1] = (start, at + 1, lacks)
    return found


def _trimmed(start: int, stop: int, seen: Evidence) -> tuple[int, int]:
    """A span without the articles before it."""
    while start < stop and seen.tokens[start].text in ARTICLES:
        start += 1
    return start, stop


def _words(request: Request, seen: Evidence, start: int, stop: int) -> str:
    """The words of a span as they were said, in lower case."""
    said = request.text.split()
    at = dict.fromkeys(token.word for token in seen.tokens[start:stop])
    return " ".join(filter(None, (bare(said[i]).lower() for i in at)))
