"""What somebody answers in a lesson: the entry to interpretation.

    answer -> words, with what home, gap and question tell -> one pass of an int8 model
           -> scope of the answer, and spans -> clauses -> a meaning in this home

The model tags words and classifies the answer in one pass, as the tagger does with requests.
"""

from collections.abc import Sequence

import numpy as np

from device.concepts import Meaning
from device.context import Context, Home
from device.errors import ModelError
from device.models import Model
from device.nlu.crf import bio_transitions, softmax
from device.nlu.embedding import Floats, WordTable
from device.nlu.gazetteer import Gazetteer
from device.nlu.tagger import Span, marked
from device.nlu.windows import run_windows
from device.nlu.words import Token, tokenize
from device.teaching.aims import about
from device.teaching.answer import Answer, Scope
from device.teaching.answerwords import ANSWER_FLAGS, answer_flags, content, taught
from device.teaching.clauses import ALSO, TARGET, clauses
from device.teaching.definitions import Reader
from device.teaching.gap import Gap, Lacks

LONGEST = 400
"""Words of an answer that are read; a minute of fast speech has half as many."""

_AGREEING: dict[bool, tuple[Scope, ...]] = {True: (Scope.YES, Scope.NO), False: ()}
"""Whether something was offered -> scopes of answers that may correct it."""
_UNDECIDED = frozenset({Scope.YES, Scope.VAGUE, Scope.UNSURE})
LIKELY = 0.2
"""How likely it must be that an answer defines, where values were marked and it seems to say
little, 0 to 1: what it defines is offered, not done."""

CLEAR = 0.45
"""How sure a yes must be, 0 to 1; a doubtful one is none."""

SURE = 0.5
"""How sure the model must be that a part of a long answer defines something, 0 to 1."""


class Answers:
    """Reads answers."""

    def __init__(self, model: Model, table: WordTable) -> None:
        """Take the model.

        Args:
            model: As `device.models.load("concept")` gives it.
            table: The word vectors it was trained with, the tagger's.

        Raises:
            ModelError: The model does not fit this version.
        """
        settings = model.manifest.settings
        if tuple(settings.get("flags", ())) != ANSWER_FLAGS:
            raise ModelError(
                "model concept was trained with other flags than this version computes; "
                "make it again with `python -m export teaching --only concept`"
            )
        self._run = model.run
        self._table = table
        self._labels = model.manifest.labels
        self._scopes = tuple(Scope(name) for name in settings["scopes"])
        self._temperature = float(settings.get("temperature", 1.0))
        self._length = model.manifest.inputs[0].shape[1]
        self._transitions, self._start = bio_transitions(self._labels)
        self._names: tuple[Home, Gazetteer] | None = None

    def read(
        self, text: str, gap: Gap, context: Context, proposed: Meaning | None = None
    ) -> Answer:
        """What an answer says about the words that are not understood.

        Args:
            text: As it was heard or typed; anything at all.
            gap: What is being taught.
            context: The home.
            proposed: What a yes-or-no question offered. Where the answer corrects it, the
                meaning is the whole, as corrected.

        Returns:
            The answer. A meaning holds nothing that was not said, offered, taught before or
            seen in the home.
        """
        names = self._gazetteer(context)
        tokens = names.mended(content(tokenize(text)[:LONGEST]), self._table)
        if not any(not token.mark for token in tokens):
            return Answer(scope=Scope.UNSURE, confidence=1.0)
        found = about(gap, context)
        flags = answer_flags(tokens, names, gap, context, found, proposed)
        scopes, spans = self._understood(tokens, flags)
        own = taught(flags)
        spans = tuple(s for s in spans if not all(own[s.start : s.stop]))
        scope = max(scopes, key=lambda one: scopes[one])
        if scope is Scope.YES and scopes[scope] < CLEAR:
            scope = max((s for s in scopes if s is not Scope.YES), key=lambda one: scopes[one])
        unsure = scope in _UNDECIDED or (
            # A command for a device of this home is what to do about it, not a request besides.
            scope is Scope.ELSEWHERE
            and gap.lacks is Lacks.NEED
            and any(span.label == TARGET for span in spans)
        )
        likely = unsure and proposed is None and scopes[Scope.DEFINES] >= LIKELY
        meaning, problem = None, ""
        if scope in (Scope.DEFINES, *_AGREEING[proposed is not None]) or (likely and spans):
            instead = scope is Scope.NO and not any(span.label == ALSO for span in spans)
            reader = Reader(gap, context, found, proposed)
            meaning, problem = reader.read(clauses(tokens, spans), instead=instead)
        if likely and meaning is not None:
            scope = Scope.DEFINES
        elif scope is Scope.DEFINES and meaning is None and not problem:
            scope = Scope.VAGUE
        sure = scopes[scope]
        if meaning is not None and spans:
            sure *= float(np.mean([span.confidence for span in spans]))
        return Answer(
            scope=scope, meaning=meaning, problem=problem, confidence=round(min(1.0, sure), 4)
        )

    def _understood(
        self, tokens: Sequence[Token], flags: Floats
    ) -> tuple[dict[Scope, float], tuple[Span, ...]]:
        """How likely each scope is, and what was marked.

        A long answer is read in windows, most of which tell a story. It breaks off where its end
        does; it defines where one of its windows does.
        """
        vectors = self._table.vectors(tokens)
        scores, further = run_windows(self._run, vectors, flags, self._length)
        sure = softmax(further[0], self._temperature)
        spans = marked(scores, self._labels, self._transitions, self._start)
        likely: Floats = sure.mean(axis=0)
        if len(sure) > 1:
            defines, cancels = (self._scopes.index(s) for s in (Scope.DEFINES, Scope.CANCEL))
            telling = int(sure[:, defines].argmax())
            if sure[-1, cancels] > SURE:
                likely = sure[-1]
            elif sure[telling, defines] > SURE and spans:
                likely = sure[telling]
        return dict(zip(self._scopes, map(float, likely), strict=True)), spans

    def _gazetteer(self, context: Context) -> Gazetteer:
        """The home's names, indexed once for each home."""
        if self._names is None or self._names[0] != context.home:
            self._names = (context.home, Gazetteer(context.home))
        return self._names[1]
