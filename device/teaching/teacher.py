"""Whoever teaches: holds the lesson, and reads what is answered in it.

    examine   new requests -> they go on, perhaps changed; or a lesson opens; or one is not clear
    hear      words, while a lesson is open -> a question, what was learned, or nothing of it
    begin     whoever else has a reason opens a lesson: one entry for all

The lesson itself is `device.teaching.lesson`; here its events are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from device.concepts import Concept
from device.context import Context
from device.effects import Question
from device.events import Hypothesis, Request
from device.teaching import lesson
from device.teaching.answer import Scope
from device.teaching.answering import Answering
from device.teaching.examiner import Examiner, Proceeds
from device.teaching.gap import Gap
from device.teaching.parts import Diagnoses, Likes, Reads, Understand, Wishes
from device.teaching.subjects import subject_of
from device.teaching.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A lesson ended with a yes."""

    concept: Concept
    subject: lesson.Subject


Found = Proceeds | lesson.Asks
"""What examining requests comes to."""

Heard = lesson.Asks | lesson.Leaves | lesson.Elsewhere | Learned
"""What words come to in a lesson."""


class Teacher:
    """Holds one lesson at a time."""

    def __init__(
        self,
        gaps: Diagnoses,
        answers: Reads,
        needs: Wishes,
        likes: Likes,
        *,
        understand: Understand,
        wording: Wording,
        patience_ms: int,
    ) -> None:
        """Take the models.

        Args:
            gaps: Finds what is not understood.
            answers: Reads definitions, yes and no.
            needs: Knows what sentences declare, and what helps.
            likes: Reads what somebody says that he likes.
            understand: Gives the requests of a sentence.
            wording: How the speaker says what words mean.
            patience_ms: How long each answer is awaited, milliseconds.
        """
        self._understand = understand
        self._needs = needs
        self._answering = Answering(gaps, answers, needs, understand=understand, wording=wording)
        self._examiner = Examiner(
            gaps, needs, likes, understand=understand, wording=wording, patience_ms=patience_ms
        )
        self._wording = wording
        self._patience_ms = patience_ms
        self._phase: lesson.Phase = lesson.NoLesson()

    def question(self, now_ms: int) -> Question | None:
        """The question of the lesson that is open."""
        return lesson.awaited(self._phase, now_ms)

    def listens_to(self, context: Context) -> bool:
        """Whether a lesson is open with whoever speaks."""
        if isinstance(self._phase, lesson.NoLesson) or self.question(context.now_ms) is None:
            return False
        return self._phase.subject.person == context.person

    def forget(self) -> None:
        """Drop the lesson."""
        self._phase = lesson.NoLesson()

    def listens(self, now_ms: int, patience_ms: int) -> None:
        """The microphone is open for an answer: patience counts from now."""
        self._step(lesson.Listens(patience_ms=patience_ms), now_ms)

    def tick(self, now_ms: int) -> None:
        """Time passed: a lesson that nobody goes on with ends."""
        self._step(lesson.Tick(), now_ms)

    # New requests -----------------------------------------------------------------------------

    def examine(
        self,
        requests: Sequence[Request],
        said: Hypothesis,
        context: Context,
        *,
        served: Callable[[Request], bool],
        learned: str = "",
    ) -> Found:
        """Look for what is not understood in the requests of one breath.

        Args:
            requests: What understanding made of it.
            said: The words, as they were heard.
            context: The home now.
            served: Whether a skill pack answers a request; then nothing is missing.
            learned: What was learned just before: nobody is asked about it again.

        Returns:
            The requests as they go on, or the first question that must be answered before
            anything of the breath is done.
        """
        found = self._examiner.examine(requests, said, context, served=served, learned=learned)
        match found:
            case lesson.Opens():
                return self._opened(found, context)
            case Question():
                return lesson.Asks(question=found)
        return found

    def begin(
        self, subject: lesson.Subject, context: Context, offer: lesson.Offer | None = None
    ) -> lesson.Asks:
        """Open a lesson, in place of one that is open.

        Args:
            subject: What it is about.
            context: The home now.
            offer: What to ask first, where there is something to agree to.
        """
        return self._opened(lesson.Opens(subject=subject, offer=offer), context)

    def subject(self, gap: Gap, said: str, context: Context) -> lesson.Subject:
        """What a lesson about a gap is about.

        Args:
            gap: What is not understood.
            said: The words that it stood in; they are carried out at the end.
            context: The home now.
        """
        return subject_of(gap, said, context, wording=self._wording, patience_ms=self._patience_ms)

    def declares(self, text: str, context: Context) -> float:
        """How surely a sentence declares a need, 0 to 1."""
        need = self._needs.read(text, context)
        return 0.0 if need is None else need.confidence

    def understood(self, text: str, context: Context) -> Sequence[Request]:
        """What words ask for; nothing of it is done."""
        return self._understand(text, context)

    # A lesson ---------------------------------------------------------------------------------

    def hear(
        self,
        text: str,
        requests: Sequence[Request],
        context: Context,
        *,
        plain: Scope | None = None,
    ) -> Heard:
        """Take what was said while a lesson is open.

        Args:
            text: What was said.
            requests: What understanding made of it.
            context: The home now.
            plain: Set where it is a yes or a no and nothing else.
        """
        assert not isinstance(self._phase, lesson.NoLesson)
        event = self._answering.taken(text, requests, context, phase=self._phase, plain=plain)
        effect = self._step(event, context.now_ms)
        if isinstance(effect, lesson.Learns):
            subject = effect.subject
            concept = Concept(
                name=subject.name,
                kind=subject.kind,
                meaning=effect.meaning,
                person=context.person,
                room=context.room,
                at=context.now,
            )
            return Learned(concept=concept, subject=subject)
        assert effect is not None
        return effect

    def guess(self, text: str, context: Context) -> lesson.Asks | None:
        """Take what was hardly heard, where a definition is awaited and it can be offered as one.

        Args:
            text: What may have been said.
            context: The home now.

        Returns:
            The offer; None where nothing came of it, and the lesson is where it was.
        """
        before = self._phase
        if not isinstance(before, lesson.AwaitDefinition) or not self.listens_to(context):
            return None
        effect = self.hear(text, (), context)
        if isinstance(effect, lesson.Asks) and isinstance(self._phase, lesson.AwaitConsent):
            return effect
        self._phase = before
        return None

    def _opened(self, opens: lesson.Opens, context: Context) -> lesson.Asks:
        effect = self._step(opens, context.now_ms)
        assert isinstance(effect, lesson.Asks)
        return effect

    def _step(self, event: lesson.Event, now_ms: int) -> lesson.Effect:
        self._phase, effect = lesson.step(self._phase, event, now_ms)
        return effect
