"""What is to be done in a turn: the agenda of its requests, also where a lesson comes before it.

plan      requests -> the agenda; a question in it opens the dialogue
proceed   the same, of requests that were looked at for what is not understood
taught    a lesson ended well: what failed is understood again and goes on
notice    in place of failing once more, a lesson is offered
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from device.concepts import Concept, learned
from device.context import Context, Sounds
from device.conversation import Conversation, Served
from device.draft import Draft
from device.effects import Agreeable, LearnConcept
from device.events import Ask, Hypothesis, Reply, Request, Turn
from device.hermes.session import Expects
from device.routing import dialogue
from device.routing.agenda import Agenda, asking, instead, lay_out
from device.routing.router import Router
from device.teaching.carrying import with_concept
from device.teaching.examiner import Proceeds
from device.teaching.lesson import Asks, Subject

REMEMBERED = "I'll remember that."

NOTHING_EXPECTED = Expects()


class Understood(Protocol):
    """What understanding gives."""

    @property
    def hypothesis(self) -> Hypothesis: ...

    @property
    def requests(self) -> tuple[Request, ...]: ...


class Understands(Protocol):
    """What turns texts into requests."""

    def understand(self, hypotheses: Sequence[Hypothesis], context: Context) -> Understood: ...


class Planning:
    """Fills the agenda of a turn."""

    def __init__(self, understanding: Understands, router: Router, talk: Conversation) -> None:
        """Join what plans.

        Args:
            understanding: Texts to requests.
            router: Holds the skills.
            talk: Remembers the question that is open between two turns.
        """
        self._understanding = understanding
        self._router = router
        self._talk = talk

    def serving(self, context: Context) -> Served:
        """Which requests a skill pack answers."""
        return lambda requests: self._router.served(requests, context)

    def plan(
        self,
        draft: Draft,
        requests: tuple[Request, ...],
        agreed: frozenset[Agreeable],
        lesson: tuple[Sounds, ...] = (),
        *,
        expects: Expects = NOTHING_EXPECTED,
        context: Context | None = None,
    ) -> None:
        """Lay out the agenda; a question in it opens the dialogue."""
        context = replace(context or draft.before, lesson=lesson)
        agenda = lay_out(requests, context, self._router, agreed=agreed, claimed=expects.claims)
        draft.agenda, draft.agreed = agenda, agreed
        self._open(agenda, requests, agreed, lesson, context)

    def proceed(self, draft: Draft, going: Proceeds, context: Context) -> None:
        """Plan requests that were looked at, with what was taught as it is meant here."""
        draft.prefix = " ".join(part for part in (draft.prefix, going.remark) if part)
        for concept in going.meant:
            context = replace(context, taught=learned(context.taught, concept))
        self.plan(draft, going.requests, frozenset(), context=context)

    def taught(self, draft: Draft, concept: Concept, subject: Subject) -> None:
        """A lesson ended well: what failed is understood again and goes on."""
        context = replace(draft.before, taught=learned(draft.before.taught, concept))
        draft.prefix = REMEMBERED if subject.keeps else ""
        if subject.said:
            words = Hypothesis(text=subject.said, score=1.0)
            then = replace(context, turns=subject.turns)
            requests = self._understanding.understand((words,), then).requests
            requests = self._router.meant(subject.said, requests, then)
            requests = with_concept(requests, subject, concept)
            if subject.corrects and requests:
                first, *others = requests
                requests = (replace(first, corrects=subject.corrects), *others)
            serving = self.serving(context)
            match self._talk.examine(requests, words, context, serving, learned=concept.name):
                case Asks(question=question):
                    draft.agenda = asking(question)
                case Proceeds() as going:
                    self.proceed(draft, going, context)
        if subject.keeps:
            draft.agenda = replace(draft.agenda, learned=(LearnConcept(concept=concept),))

    def notice(self, draft: Draft, said: Hypothesis) -> None:
        """Ask for a lesson in place of failing, or doing what was taken back, once more."""
        agenda, context = draft.agenda, draft.before
        question = agenda.question
        if question is not None and question.kind is not Ask.REPEAT:
            return
        if any(step.plan.effects for step in agenda.steps):
            return
        reply = Reply(text="", asks=None if question is None else question.kind)
        turn = Turn(
            id="", at=context.now, text=draft.text, requests=draft.requests,
            routes=draft.routes, reply=reply,
        )  # fmt: skip
        asks = self._talk.again(said, draft.requests, turn, agenda.commands, context)
        if asks is not None:
            draft.prefix, draft.agenda = "", asking(asks.question)

    def again(self, draft: Draft, place: int, excuse: str, context: Context) -> Agenda:
        """Plan a request anew that was declined from outside.

        Args:
            draft: The turn; its agenda is changed.
            place: Which of its steps was declined.
            excuse: What was said with it.
            context: The home now.

        Returns:
            What is to be done now.
        """
        agreed = draft.agreed
        more = instead(draft.agenda, place, excuse, context, self._router, agreed=agreed)
        draft.agenda = draft.agenda.replaced(place, more)
        requests = tuple(step.asked for step in more.steps if step.asked is not None)
        self._open(more, requests, agreed, (), context)
        return more

    def _open(
        self,
        agenda: Agenda,
        requests: tuple[Request, ...],
        agreed: frozenset[Agreeable],
        lesson: tuple[Sounds, ...],
        context: Context,
    ) -> None:
        """Open the dialogue with the question of an agenda, where it has one."""
        if agenda.question is not None:
            asked = dialogue.Asked(
                question=agenda.question,
                requests=agenda.waiting,
                proposed=agenda.proposed,
                agreed=agreed,
                lesson=lesson,
            )
            self._talk.ask(asked, context.now_ms)
