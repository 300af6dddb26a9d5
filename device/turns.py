"""One turn: from hypotheses to what is to be done, and from what became of it to the reply.

    begin   understand -> an answer to the open question, or new requests -> the agenda
    end     what became of the agenda's commands -> the reply of the whole turn

In between the speaker sends the commands and waits for the devices. Nothing here reads a
clock: the context and a stopwatch are handed in.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from device.concepts import Concept
from device.context import Context, Sounds
from device.conversation import Conversation, Effect
from device.draft import Asked, Draft, Lap
from device.effects import Ending, LearnConcept, Question
from device.errors import InglenookError
from device.events import (
    Ask,
    Hypothesis,
    Outcome,
    Reply,
    Request,
    Turn,
)
from device.hermes.calls import WHOLE
from device.planning import NOTHING_EXPECTED, REMEMBERED, Planning, Understands
from device.routing import dialogue
from device.routing.agenda import Agenda, asking
from device.routing.pin import Attempt, Pin
from device.routing.reply import reply_to
from device.routing.router import Router
from device.settled import Known
from device.skills import notebook as notebooks
from device.skills.undo import before
from device.teaching import round as rounds
from device.teaching.carrying import undoing
from device.teaching.examiner import Proceeds
from device.teaching.interview import Interview
from device.teaching.lesson import Asks, Leaves
from device.teaching.likings import with_likings
from device.teaching.noticing import Noticing
from device.teaching.teacher import Learned, Teacher

SURE = 0.2
"""Recognition score below which the speaker asks to hear it again, 0 to 1."""

SURE_TO_OFFER = 0.05
"""The same where somebody explains a word: what it is taken for is only offered, never done."""

SURE_IN_LESSON = 0.7
"""Scores of all hypotheses together from which what is said in a lesson are words rather than
the name that was asked for, 0 to 1."""

AGAIN = Reply(text="Sorry, I did not catch that. Please say it again.", asks=Ask.REPEAT)
NOTHING_SAID = Reply(text="I did not hear anything.")

NO_WORDS = Hypothesis(text="", score=0.0)


class Turns:
    """Begins and ends turns; remembers the question that is open between them."""

    def __init__(
        self,
        understanding: Understands,
        router: Router,
        *,
        pin: Pin | None = None,
        teacher: Teacher | None = None,
        noticing: Noticing | None = None,
        interview: Interview | None = None,
        patience_ms: int = dialogue.TYPED_PATIENCE_MS,
        longest_ms: int = 0,
    ) -> None:
        """Join understanding and routing.

        Args:
            understanding: Texts to requests.
            router: Holds the skills.
            pin: What is asked for before anything risky; None where a yes is enough.
            teacher: Asks about what is not understood; None where nothing is taught.
            noticing: Offers lessons at the right moment; None where nobody does.
            interview: Asks what somebody likes; None where nobody does.
            patience_ms: How long an answer to a question is awaited.
            longest_ms: How long somebody may speak.
        """
        self._understanding = understanding
        self._router = router
        self._pin = pin
        self._talk = Conversation(
            teacher, noticing, interview, patience_ms=patience_ms, longest_ms=longest_ms
        )
        self._planning = Planning(understanding, router, self._talk)
        self._count = 0

    @property
    def skills(self) -> tuple[Known, ...]:
        """The skills that can be asked; the same until packs change."""
        return self._router.known

    def forget(self) -> None:
        """Drop the open question or lesson."""
        self._talk.forget()

    def listens(self, now_ms: int) -> None:
        """The microphone is open for an answer: patience counts from now."""
        self._talk.listens(now_ms)

    def awaits_any_words(self, now_ms: int) -> bool:
        """Whether the question that is open may be answered in any words."""
        return self._talk.any_words(now_ms)

    def asks(self, now_ms: int) -> bool:
        """Whether a question is open."""
        return self.question(now_ms) is not None

    def question(self, now_ms: int) -> Question | None:
        """The question that is open."""
        return self._talk.question(now_ms)

    def tick(self, now_ms: int) -> None:
        """Time passed: a question that nobody answered ends, and what was heard for it goes."""
        self._talk.tick(now_ms)

    def name(self, context: Context) -> str:
        """A name for a turn that begins now: time and number."""
        self._count += 1
        return f"{context.now:%Y%m%dT%H%M%S.%f}-{self._count}"

    def announce(self, events: Sequence[str], context: Context) -> Turn:
        """A turn of the speaker's own: something fell due."""
        return Turn(
            id=self.name(context),
            at=context.now,
            text="",
            reply=Reply(text=" ".join(events)),
            room=context.room,
        )

    def understand(self, hypotheses: Sequence[Hypothesis], context: Context) -> tuple[Request, ...]:
        """What words ask for; nothing of it is done, and no question is answered by it."""
        return self._understanding.understand(hypotheses, context).requests

    def begin(self, asked: Asked, context: Context, *, lap: Lap) -> Draft:
        """Understand, answer or ask, route and plan.

        Args:
            asked: What was heard or typed.
            context: The home now.
            lap: The stopwatch.

        Returns:
            The turn so far; its `commands` are to be sent and their outcomes given to `end`.
        """
        asked, attempt = self._hidden(asked, context)
        hypotheses = asked.hypotheses
        draft = Draft(
            before=context,
            hypotheses=hypotheses,
            wake=asked.wake,
            remote=asked.remote,
            started_ms=lap(),
        )
        if asked.asr_ms is not None:
            draft.ms["asr"] = asked.asr_ms
        lesson = self._talk.wants_sounds(context.now_ms) and asked.sounds is not None
        if not hypotheses and not lesson:
            draft.reply = NOTHING_SAID
        elif not lesson and hypotheses[0].score < SURE:
            self._guess(draft, asked)
        else:
            try:
                self._think(draft, lap, asked, asked.sounds if lesson else None, attempt)
            except InglenookError as exc:
                draft.error = str(exc)
                draft.reply = Reply(text=f"Something went wrong: {exc}")
        draft.error = draft.error or asked.problem
        draft.sent_ms = lap()
        return draft

    def end(self, draft: Draft, outcomes: Sequence[Outcome], context: Context, *, lap: Lap) -> Turn:
        """Put the turn's record together once every command has its outcome.

        Args:
            draft: What `begin` gave.
            outcomes: One for each of its commands, in their order.
            context: The home now.
            lap: The stopwatch.
        """
        reply = draft.reply or self._reply(draft, outcomes, context)
        ended_ms = lap()
        draft.ms["home"] = ended_ms - draft.sent_ms
        draft.ms["total"] = ended_ms - draft.started_ms + draft.ms.get("asr", 0.0)
        agenda, was = draft.agenda, draft.before
        changed = agenda.notebook is not None
        turn = Turn(
            id=self.name(was),
            at=was.now,
            text=draft.text,
            hypotheses=draft.hypotheses,
            requests=draft.requests,
            routes=draft.routes,
            outcomes=tuple(outcomes),
            reply=reply,
            ms=draft.ms,
            error=draft.error,
            wake=draft.wake,
            room=was.room,
            person=was.person,
            lists=notebooks.lists_json(context.notebook) if agenda.shows_lists else None,
            timers=notebooks.timers_json(context.notebook, context.now_ms)
            if agenda.shows_timers
            else None,
            concepts=_page(context) if agenda.shows_concepts else None,
            before=before(agenda.commands, was),
            notebooks=(was.notebook, agenda.notebook) if changed and agenda.notebook else None,
            volume_before=was.volume if agenda.volume is not None else None,
            learned=_without(context.taught, was.taught) if agenda.taught else (),
            unlearned=_without(was.taught, context.taught) if agenda.taught else (),
        )
        doubt = None if draft.remote else self._talk.doubts(turn, was)
        if doubt is None:
            return turn
        return replace(turn, reply=Reply(text=f"{reply.text} {doubt.text}", asks=doubt.kind))

    def _hidden(self, asked: Asked, context: Context) -> tuple[Asked, Attempt | None]:
        """What was asked without the PIN in it, and what became of a PIN that was asked for.

        It happens before anything else, so that no stage, record or log ever sees the PIN.
        """
        if self._pin is None:
            return asked, None
        awaited = self._talk.wants_pin(context.now_ms)
        heard, said = self._pin.hide(asked.hypotheses, awaited=awaited)
        attempt = None
        if said is not None and heard[0].score >= SURE and asked.answers:
            attempt = self._pin.attempt(said, now_ms=context.now_ms)
        return replace(asked, hypotheses=heard), attempt

    def _guess(self, draft: Draft, asked: Asked) -> None:
        """Offer what was hardly heard where it can be the definition that is awaited."""
        said = draft.hypotheses[0]
        draft.text = said.text
        offered = None
        if asked.answers and said.score >= SURE_TO_OFFER:
            offered = self._talk.guess(said.text, draft.before)
        if offered is None:
            draft.reply = AGAIN
        else:
            draft.agenda = asking(offered.question)

    def _think(
        self,
        draft: Draft,
        lap: Lap,
        asked: Asked,
        shown: Sounds | None,
        attempt: Attempt | None,
    ) -> None:
        """Fill in what the words mean and what is to be done.

        Args:
            draft: What is filled in.
            lap: The stopwatch.
            asked: What was heard or typed.
            shown: The sound of it, where a name was to be said; then it need not be words.
            attempt: What became of the PIN that was said; then it is nothing else.
        """
        context, expects = draft.before, asked.expects or NOTHING_EXPECTED
        requests: tuple[Request, ...] = ()
        said = draft.hypotheses[0] if draft.hypotheses else NO_WORDS
        sure = shown is None or sum(h.score for h in draft.hypotheses) >= SURE_IN_LESSON
        if asked.requests:
            draft.text, requests = draft.hypotheses[0].text, asked.requests
        elif attempt is not None:
            draft.text = draft.hypotheses[0].text
        elif sure:
            understood = self._understanding.understand(draft.hypotheses, context)
            said, draft.text = understood.hypothesis, understood.hypothesis.text
            requests = with_likings(understood.requests, context, self._reworded(context))
            requests = self._router.meant(draft.text, requests, context)
        draft.ms["nlu"] = lap() - draft.started_ms
        requests = expects.filled(draft.text, requests)
        effect: Effect = dialogue.Carry(requests=requests)
        if asked.answers:
            heard = dialogue.Heard(
                text=draft.text, requests=requests, sounds=shown, attempt=attempt
            )
            effect = self._talk.hear(heard, said, context, self._planning.serving(context))
        match effect:
            case dialogue.Carry(requests=requests, agreed=agreed, reply=prefix, lesson=lesson):
                draft.prefix = prefix
                self._planning.plan(draft, requests, agreed, lesson, expects=expects)
            case Proceeds():
                self._planning.proceed(draft, effect, context)
                self._planning.notice(draft, said)
            case Asks(question=question):
                draft.agenda = asking(question)
                self._planning.notice(draft, said)
            case Leaves(reply=reply, subject=subject):
                draft.prefix = reply
                if subject.corrects:
                    self._planning.plan(draft, (undoing(subject.gap.request),), frozenset())
            case rounds.Ends(reply=reply):
                draft.prefix = reply
            case rounds.Learns(concepts=concepts):
                draft.prefix = REMEMBERED
                learned = tuple(LearnConcept(concept=concept) for concept in concepts)
                draft.agenda = replace(draft.agenda, learned=learned)
            case Learned(concept=concept, subject=subject):
                self._planning.taught(draft, concept, subject)
            case dialogue.Reword(text=text, requests=waiting, agreed=agreed):
                reworded = (Hypothesis(text=text, score=1.0),)
                more = self._understanding.understand(reworded, context).requests
                self._planning.plan(draft, (*waiting, *more), agreed)
            case dialogue.AskAgain(question=question):
                draft.agenda = asking(question)
        draft.ms["routing"] = lap() - draft.started_ms - draft.ms["nlu"]

    def _reworded(self, context: Context) -> Callable[[str], tuple[Request, ...]]:
        """What understands a request in other words."""
        return lambda text: self.understand((Hypothesis(text=text, score=1.0),), context)

    def again(self, draft: Draft, place: int, excuse: str, context: Context) -> Agenda:
        """Plan a request anew that was declined from outside; as `Planning.again`."""
        return self._planning.again(draft, place, excuse, context)

    def _reply(self, draft: Draft, outcomes: Sequence[Outcome], context: Context) -> Reply:
        if not draft.agenda.steps and draft.prefix:
            return Reply(text=draft.prefix)
        whole = draft.responses.get(WHOLE)
        if whole is not None and whole.ending is Ending.ANSWERED:
            return Reply(text=whole.text, asks=Ask.MISSING if whole.asks else None)
        reply = reply_to(draft.agenda, outcomes, context, responses=draft.responses)
        text = " ".join(part for part in (draft.prefix, reply.text) if part)
        return Reply(text=text, asks=reply.asks)


def _page(context: Context) -> tuple[dict[str, object], ...]:
    """The page of lessons: those of who speaks and the home's, never another person's."""
    return tuple(c.json() for c in context.taught if c.person in (None, context.person))


def _without(concepts: Sequence[Concept], others: Sequence[Concept]) -> tuple[Concept, ...]:
    return tuple(concept for concept in concepts if concept not in others)
