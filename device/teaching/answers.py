"""What somebody answers in a lesson: the entry to interpretation.

answer -> words, with what home, gap and question tell
-> one int8 model: the scope of the answer (`scopes`)
-> another: spans -> clauses -> a meaning in this home
"""

from collections.abc import Sequence

import numpy as np

from device.concepts import Meaning
from device.context import Context, Home
from device.errors import ModelError
from device.models import Model
from device.nlu.crf import bio_transitions
from device.nlu.embedding import Floats, WordTable
from device.nlu.gazetteer import Gazetteer
from device.nlu.tagger import Span, marked
from device.nlu.windows import run_words
from device.nlu.words import Token, tokenize
from device.teaching.aims import about
from device.teaching.answer import Answer, Scope
from device.teaching.answerwords import ANSWER_FLAGS, answer_flags, content, taught
from device.teaching.clauses import ALSO, PARTS, TARGET, clauses
from device.teaching.definitions import Reader
from device.teaching.gap import Gap, Lacks
from device.teaching.scopes import Scopes

LONGEST = 400
"""Words of an answer that are read; a minute of fast speech has half as many."""

_AGREEING: dict[bool, tuple[Scope, ...]] = {True: (Scope.YES, Scope.NO), False: ()}
"""Whether something was offered -> scopes of answers that may correct it."""
_UNDECIDED = frozenset({Scope.YES, Scope.VAGUE, Scope.UNSURE, Scope.CANCEL})
LIKELY = 0.2
"""How likely it must be that an answer defines, where something was marked and it seems to say
little, 0 to 1: what it defines is offered, not done."""

TOLD = 0.1
"""The same where a value was marked surely, whatever the answer seems to say."""

SURELY_MARKED = 0.5
"""Confidence from which a value was marked surely, 0 to 1."""


class Answers:
    """Reads answers."""

    def __init__(self, model: Model, table: WordTable, scopes: Scopes) -> None:
        """Take the models.

        Args:
            model: As `device.models.load("concept")` gives it.
            table: The word vectors it was trained with, the tagger's.
            scopes: Tell what an answer does.

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
        self._scopes = scopes
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
        whole = names.mended(tokenize(text)[:LONGEST], self._table)
        if all(token.mark for token in whole):
            return Answer(scope=Scope.UNSURE, confidence=1.0)
        found = about(gap, context)
        every = answer_flags(whole, names, gap, context, found, proposed)
        scopes = self._scopes.read(whole, every)
        tokens = content(whole)
        flags = answer_flags(tokens, names, gap, context, found, proposed)
        spans = self._marked(tokens, flags) if tokens else ()
        own = taught(flags)
        spans = tuple(s for s in spans if not all(own[s.start : s.stop]))
        scope = max(scopes, key=lambda one: scopes[one])
        doubtful = proposed is not None and scopes[scope] < self._scopes.sure_yes
        if scope is Scope.YES and doubtful:
            scope = Scope.UNSURE
        unsure = scope in _UNDECIDED or (
            # A command for a device of this home is what to do about it, not a request besides.
            scope is Scope.ELSEWHERE
            and gap.lacks is Lacks.NEED
            and any(span.label == TARGET for span in spans)
        )
        told = any(s.label not in PARTS and s.confidence >= SURELY_MARKED for s in spans)
        apart = scope is Scope.ELSEWHERE and gap.lacks is not Lacks.NEED
        enough = scopes[Scope.DEFINES] >= (TOLD if told and not apart else LIKELY)
        likely = proposed is None and (told or unsure) and enough
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

    def _marked(self, tokens: Sequence[Token], flags: Floats) -> tuple[Span, ...]:
        """What is said of which devices."""
        scores, _ = run_words(self._run, self._table.vectors(tokens), flags, self._length)
        return marked(scores, self._labels, self._transitions, self._start)

    def _gazetteer(self, context: Context) -> Gazetteer:
        """The home's names, indexed once for each home."""
        if self._names is None or self._names[0] != context.home:
            self._names = (context.home, Gazetteer(context.home))
        return self._names[1]
