"""Lessons that the owner begins: "when I say X, do this", and "change X to that".

The words that say what X means are heard as the first answer of a lesson about it, so that they
are read, checked and offered like any other.
"""

from collections.abc import Sequence
from dataclasses import replace

from device.concepts import Concept, Kind
from device.context import Context
from device.events import Ask, Request
from device.nlu.explanations import TEACH
from device.nlu.words import plain
from device.teaching import lesson
from device.teaching.examiner import INCOMPLETE, LONGEST_NAME
from device.teaching.gap import Gap, Lacks
from device.teaching.teacher import Teacher

SURE_NEED = 0.8
"""Confidence from which what is taught is a sentence that declares a need, 0 to 1."""

LONGEST_CUT = 6
"""Words of a name behind which nothing tells that it is over."""


class Telling:
    """Opens lessons with what somebody says of his own accord."""

    def __init__(self, teacher: Teacher) -> None:
        """Take who holds lessons."""
        self._teacher = teacher

    def begin(self, asked: Request, context: Context) -> lesson.Asks | None:
        """The first question of a lesson in which somebody explains a word.

        Args:
            asked: Names what is taught, or was taught, and says in its "definition" what it means.
            context: The home, and what was taught.

        Returns:
            The offer of the meaning where the words define one, else a question for it; None
            where the request is none of this, or the words want something else.
        """
        word, definition = asked.slot("concept"), asked.slot("definition")
        if asked.intent == TEACH:
            word, definition = self._told(asked, context)
        if word is None or len(str(word)) > LONGEST_NAME:
            return None
        known = next((c for c in context.concepts if plain(c.name) == plain(str(word))), None)
        if known is not None and not known.meaning.likes and definition is not None:
            return self._anew(known, str(definition), asked, context)
        if known is not None or asked.intent != TEACH:
            return None
        word = str(word).casefold()
        return self._new(word, None if definition is None else str(definition), asked, context)

    def _anew(
        self, known: Concept, definition: str, asked: Request, context: Context
    ) -> lesson.Asks | None:
        """What was taught before, explained anew: all of it, or a part that joins or leaves it."""
        subject = self._subject(known.name, _stands_for(known), asked, context)
        part, value = asked.slot("part"), asked.slot("value")
        words = definition if value is None else f"{definition} to {value}"
        if part is None:
            return self._heard(subject, words, context)
        if not known.meaning.settings:
            return self._heard(subject, _listed(known, words, without=part == "without"), context)
        offer = lesson.Offer(meaning=known.meaning, text="")
        words = f"without {words}" if part == "without" else f"and also {words}"
        return self._heard(subject, words, context, offer)

    def _new(
        self, word: str, definition: str | None, asked: Request, context: Context
    ) -> lesson.Asks | None:
        """A word that nobody knows: what sets something, else a name."""
        need = self._teacher.declares(word, context) >= SURE_NEED
        lacks = (Lacks.NEED,) if need else (Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE)
        if definition is None:
            return self._teacher.begin(self._subject(word, lacks[0], asked, context), context)
        for one in lacks:
            found = self._heard(self._subject(word, one, asked, context), definition, context)
            if found is not None and found.question.kind is Ask.CONFIRM:
                return found
        return self._heard(self._subject(word, lacks[0], asked, context), definition, context)

    def _subject(self, word: str, lacks: Lacks, asked: Request, context: Context) -> lesson.Subject:
        """What the lesson is about."""
        if lacks is Lacks.NEED:
            asked = replace(asked, text=word)
        gap = Gap(words=word, lacks=lacks, request=asked, confidence=1.0)
        subject = replace(self._teacher.subject(gap, "", context), name=word)
        if lacks is Lacks.NEED:
            return subject
        return replace(subject, questions=subject.questions[1:])

    def _heard(
        self,
        subject: lesson.Subject,
        words: str,
        context: Context,
        offer: lesson.Offer | None = None,
    ) -> lesson.Asks | None:
        """A lesson with its first answer; None where that is no answer."""
        self._teacher.begin(subject, context, offer)
        found = self._teacher.hear(words, (), context)
        if isinstance(found, lesson.Asks):
            return found
        self._teacher.forget()
        return None

    def _told(self, asked: Request, context: Context) -> tuple[str | None, str | None]:
        """The word and what it means; cut where what follows makes most sense as a request."""
        unsplit = asked.slot("unsplit")
        if unsplit is None:
            word, definition = asked.slot("word"), asked.slot("definition")
            return (
                None if word is None else str(word),
                None if definition is None else str(definition),
            )
        words = str(unsplit).split()
        cuts = range(1, min(LONGEST_CUT, len(words) - 1) + 1)
        rests = {at: " ".join(words[at:]) for at in cuts}
        sense = {at: _sense(self._teacher.understood(rest, context)) for at, rest in rests.items()}
        best = max(sense, key=lambda at: sense[at], default=None)
        if best is None or sense[best] == 0.0:
            return str(unsplit), None
        return " ".join(words[:best]), rests[best]


def _listed(known: Concept, words: str, *, without: bool) -> str:
    """What a name is for, with something more or without something, as it would be said."""
    things = [label.split("/")[-1] for label in known.meaning.devices]
    if without:
        said = f" {plain(words)} "
        return " and ".join(thing for thing in things if f" {plain(thing)} " not in said)
    return " and ".join((*things, words))


def _sense(requests: Sequence[Request]) -> float:
    """How surely words ask for something, 0 to 1."""
    if any(request.intent in INCOMPLETE for request in requests):
        return 0.0
    return min((request.confidence for request in requests), default=0.0)


def _stands_for(concept: Concept) -> Lacks:
    """What a definition of a concept has to say."""
    if concept.kind is Kind.DECLARATIVE:
        return Lacks.NEED
    if concept.meaning.settings:
        return Lacks.SETTING
    return Lacks.DEVICES if concept.meaning.area is None else Lacks.PLACE
