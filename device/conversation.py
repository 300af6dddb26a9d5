"""What is open between two turns: a question or a lesson, never both."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from device.context import Context
from device.effects import Question
from device.events import Ask, DeviceCommand, Hypothesis, Request, Turn
from device.routing import dialogue
from device.routing.answers import No, Yes, read
from device.teaching import doubt, lesson
from device.teaching import round as rounds
from device.teaching.answer import Scope
from device.teaching.carrying import undoing
from device.teaching.examiner import Proceeds
from device.teaching.interview import LEARN_PREFERENCES, Interview
from device.teaching.notice import NOT_MEANT
from device.teaching.noticing import Noticing
from device.teaching.teacher import Found, Learned, Teacher
from device.teaching.telling import Telling

Effect = dialogue.Effect | Found | lesson.Leaves | Learned | rounds.Learns | rounds.Ends
"""What is to be done with what was said."""

Served = Callable[[Sequence[Request]], tuple[Request, ...]]
"""Those of some requests that a skill pack answers."""


class Conversation:
    """Remembers what was asked, and reads what is said after it."""

    def __init__(
        self,
        teacher: Teacher | None,
        noticing: Noticing | None = None,
        interview: Interview | None = None,
        *,
        patience_ms: int,
        longest_ms: int,
    ) -> None:
        """Begin with nothing open.

        Args:
            teacher: Asks about what is not understood; None where nothing is taught.
            noticing: Offers lessons at the right moment; None where nobody does.
            interview: Asks what somebody likes; None where nobody does.
            patience_ms: How long an answer to a question is awaited.
            longest_ms: How long somebody may speak.
        """
        self._teacher = teacher
        self._noticing = noticing
        self._interview = interview
        self._telling = None if teacher is None else Telling(teacher)
        self._patience_ms = patience_ms
        self._longest_ms = longest_ms
        self._phase: dialogue.Phase = dialogue.NoQuestion()
        self._doubt: doubt.Phase = doubt.NoDoubt()

    def question(self, now_ms: int) -> Question | None:
        """The question that is open."""
        asked = dialogue.awaited(self._phase, now_ms) or self._taught(now_ms)
        return asked or doubt.awaited(self._doubt, now_ms)

    def any_words(self, now_ms: int) -> bool:
        """Whether it may be answered in any words, as a definition may."""
        return self._taught(now_ms) is not None or dialogue.open_ended(self._phase, now_ms)

    def wants_pin(self, now_ms: int) -> bool:
        """Whether a PIN is awaited: what is said now must not be written down."""
        return dialogue.wants_pin(self._phase, now_ms)

    def wants_sounds(self, now_ms: int) -> bool:
        """Whether a sound is awaited that need not be words that anybody knows."""
        return dialogue.teaching(self._phase, now_ms)

    def forget(self) -> None:
        """Drop what is open."""
        self._phase, self._doubt = dialogue.NoQuestion(), doubt.NoDoubt()
        for part in self._teaching:
            part.forget()

    def listens(self, now_ms: int) -> None:
        """The microphone is open for an answer: patience counts from now."""
        self._phase, _ = dialogue.step(self._phase, dialogue.Listens(), now_ms)
        self._doubt = doubt.listened(self._doubt, now_ms, dialogue.SPOKEN_PATIENCE_MS)
        for part in self._teaching:
            # Who explains something goes on for a while after the first word.
            part.listens(now_ms, dialogue.SPOKEN_PATIENCE_MS + self._longest_ms)

    def tick(self, now_ms: int) -> None:
        """Time passed: what nobody answered ends, and what was heard for it goes."""
        self._phase, _ = dialogue.step(self._phase, dialogue.Tick(), now_ms)
        for part in self._teaching:
            part.tick(now_ms)

    def ask(self, asked: dialogue.Asked, now_ms: int) -> None:
        """A question is put, in place of whatever was open."""
        self.forget()
        asked = replace(asked, patience_ms=self._patience_ms)
        self._phase, _ = dialogue.step(self._phase, asked, now_ms)

    def hear(
        self, heard: dialogue.Heard, said: Hypothesis, context: Context, served: Served
    ) -> Effect:
        """Take what was said: an answer to what is open, or new requests.

        Args:
            heard: What was said, and what understanding made of it.
            said: The same as it was heard.
            context: The home now.
            served: Asks the skill packs.
        """
        verdict = self._verdict(said.text, context)
        if verdict is not None:
            return verdict
        if self._interview is not None and self._interview.listens_to(context):
            told = self._interview.hear(said.text, heard.requests, context)
            if not isinstance(told, rounds.Elsewhere):
                return told
        elif self._teacher is not None and self._teacher.listens_to(context):
            plain = self._plainly(said.text, context.now_ms)
            answered = self._teacher.hear(said.text, heard.requests, context, plain=plain)
            if not isinstance(answered, lesson.Elsewhere):
                return answered
        else:
            if self.question(context.now_ms) is not None:
                heard = replace(heard, served=served(heard.requests))
            self._phase, effect = dialogue.step(self._phase, heard, context.now_ms)
            new = isinstance(effect, dialogue.Carry) and effect.requests is heard.requests
            if not (new and heard.requests):
                return effect
        return self.examine(heard.requests, said, context, served)

    def guess(self, text: str, context: Context) -> lesson.Asks | None:
        """Take what was hardly heard; as `Teacher.guess`."""
        return None if self._teacher is None else self._teacher.guess(text, context)

    def _plainly(self, text: str, now_ms: int) -> Scope | None:
        """A yes or no that is nothing else, read as in answer to any question."""
        question = self.question(now_ms)
        if question is None:
            return None
        match read(replace(question, kind=Ask.CONFIRM), text):
            case Yes():
                return Scope.YES
            case No():
                return Scope.NO
        return None

    def examine(
        self,
        requests: tuple[Request, ...],
        said: Hypothesis,
        context: Context,
        served: Served,
        learned: str = "",
    ) -> Found | rounds.Ends:
        """Look for what is not understood in new requests; as `Teacher.examine`."""
        if self._teacher is None:
            return Proceeds(requests=requests)
        if self._noticing is not None and [r.intent for r in requests] == [NOT_MEANT]:
            return self._wrong(self._noticing, requests[0], context)
        if self._telling is not None and len(requests) == 1:
            told = self._telling.begin(requests[0], context)
            if told is not None:
                return told
        if self._interview is not None and [r.intent for r in requests] == [LEARN_PREFERENCES]:
            return self._interview.begin(context)
        return self._teacher.examine(
            requests,
            said,
            context,
            served=lambda request: bool(served((request,))),
            learned=learned,
        )

    def again(
        self,
        heard: Hypothesis,
        requests: Sequence[Request],
        turn: Turn,
        commands: Sequence[DeviceCommand],
        context: Context,
    ) -> lesson.Asks | None:
        """Offer a lesson in place of failing once more; as `Noticing.again`."""
        if self._noticing is None or self._phase != dialogue.NoQuestion():
            return None
        return self._noticing.again(heard, requests, turn, commands, context)

    def doubts(self, turn: Turn, context: Context) -> Question | None:
        """Ask whether what a turn did was right, where that is worth a question.

        Args:
            turn: Its record.
            context: The home before it.
        """
        if self._noticing is None or self.question(context.now_ms) is not None:
            return None
        if not doubt.doubtful(turn, context):
            return None
        self._doubt = doubt.asked(turn, now_ms=context.now_ms, patience_ms=self._patience_ms)
        return self._doubt.question

    def _verdict(self, text: str, context: Context) -> Effect:
        """What an answer to "Did I get that right?" comes to; None where there is none."""
        phase, self._doubt = self._doubt, doubt.NoDoubt()
        question = doubt.awaited(phase, context.now_ms)
        if question is None or isinstance(phase, doubt.NoDoubt) or phase.person != context.person:
            return None
        match read(question, text):
            case Yes():
                return dialogue.Carry(requests=(), reply=doubt.SETTLED)
            case No() if self._noticing is not None:
                return self._wrong(self._noticing, question.request, context)
        return None

    @property
    def _teaching(self) -> tuple[Teacher | Interview, ...]:
        return tuple(part for part in (self._teacher, self._interview) if part is not None)

    def _taught(self, now_ms: int) -> Question | None:
        """The question of a lesson or of a round."""
        asked = (part.question(now_ms) for part in self._teaching)
        return next((question for question in asked if question is not None), None)

    def _wrong(self, noticing: Noticing, asked: Request, context: Context) -> Found:
        """What is done about what somebody says was wrong."""
        match noticing.wrong(context):
            case lesson.Asks() as question:
                return question
            case None:
                return Proceeds(requests=(asked,))
        return Proceeds(requests=(undoing(asked),), remark="Sorry.")
