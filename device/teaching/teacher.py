"""Whoever teaches: finds what is not understood, reads answers, and holds the lesson.

    examine   new requests -> they go on, perhaps changed; or a lesson opens; or one is not clear
    hear      words, while a lesson is open -> a question, what was learned, or nothing of it
    begin     whoever else has a reason opens a lesson: one entry for all

The lesson itself is `device.teaching.lesson`; here its events are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from device.concepts import Concept, Kind, Meaning, Setting
from device.concepts import learned as learned_with
from device.context import Context
from device.effects import Question
from device.events import Ask, Hypothesis, Request, Source
from device.nlu.intents import CONTINUED, CORRECTED, INTENTS, OUT_OF_SCOPE
from device.nlu.targets import targets
from device.teaching import lesson
from device.teaching.answer import Answer, Scope
from device.teaching.carrying import SET_CONCEPT, carrying, given_up
from device.teaching.gap import Gap, Lacks, Verdict
from device.teaching.liking import remembering
from device.teaching.needs import NEEDS, Need
from device.teaching.objections import objection
from device.teaching.parts import Diagnoses, Likes, Reads, Understand, Wishes
from device.teaching.preferences import KNOWN, corrected, kept, offered
from device.teaching.questions import questions
from device.teaching.wording import Wording

LONGEST_NAME = 100
"""Characters of a name; what is longer is no name."""

SURE = 0.6
"""A request this confident is a new one, not an answer; and a verdict this confident that words
were misheard or taken back holds. 0 to 1."""

SURE_CLEAR = 0.95
"""A request this confident was not misheard, nor taken back: "forget what I said today"."""

SURE_SETTLED = 0.8
"""Confidence from which other words than a plain yes or no settle something, 0 to 1."""

UNCLEAR = "Sorry, I did not get that. Please say it again."

_TALK = frozenset({"conversation", "assist_satellite"})
"""Domains of requests about the talk, records and the microphone."""
_INCOMPLETE = frozenset({OUT_OF_SCOPE, CONTINUED, CORRECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceeds:
    """The requests go on."""

    requests: tuple[Request, ...]
    remark: str = ""
    """What is said besides: why nothing is done about some of them."""
    meant: tuple[Concept, ...] = ()
    """What was taught, as it is meant here and now where that is something else."""


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
        self._gaps = gaps
        self._answers = answers
        self._needs = needs
        self._understand = understand
        self._likes = likes
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
        going: list[Request] = []
        remarks: list[str] = []
        meant: list[Concept] = []
        for asked in requests:
            # A need or a liking is read in the words that were said, not as a follow-up's.
            declared = replace(asked, text=said.text) if len(requests) == 1 else asked
            match self._declared(declared, said, context, served, learned) or self._examined(
                asked, said, context, served, learned
            ):
                case lesson.Asks() as question:
                    return question
                case Request() as request:
                    going.append(request)
                case Concept() as concept:
                    going.append(carrying(asked, concept))
                    meant.append(concept)
                case remark:
                    remarks.append(remark)
        return Proceeds(requests=tuple(going), remark=" ".join(remarks), meant=tuple(meant))

    def begin(
        self, subject: lesson.Subject, context: Context, offer: lesson.Offer | None = None
    ) -> lesson.Asks:
        """Open a lesson, in place of one that is open.

        Args:
            subject: What it is about.
            context: The home now.
            offer: What to ask first, where there is something to agree to.
        """
        effect = self._step(lesson.Opens(subject=subject, offer=offer), context.now_ms)
        assert isinstance(effect, lesson.Asks)
        return effect

    def subject(self, gap: Gap, said: str, context: Context) -> lesson.Subject:
        """What a lesson about a gap is about.

        Args:
            gap: What is not understood.
            said: The words that it stood in; they are carried out at the end.
            context: The home now.
        """
        name = " ".join(gap.words.casefold().split())
        return lesson.Subject(
            gap=gap,
            name=name,
            kind=Kind.DECLARATIVE if gap.lacks is Lacks.NEED else Kind.ENTITY,
            questions=questions(gap, name, context, self._wording),
            said=said,
            turns=context.turns,
            person=context.person,
            patience_ms=self._patience_ms,
        )

    def _declared(
        self,
        asked: Request,
        said: Hypothesis,
        context: Context,
        served: Callable[[Request], bool],
        learned: str,
    ) -> Request | Concept | lesson.Asks | str | None:
        """What comes of a request that says how it is, or what somebody likes; None for others."""
        if asked.intent == SET_CONCEPT:
            known = _declarative(asked, context)
            if known is None or known.name == learned or known.meaning.need not in NEEDS:
                return None
            need = Need(need=known.meaning.need, confidence=1.0)
            return self._wished(asked, need, known, said, context)
        # Who names a device says what to do with it, however it sounds: "unlock the front door".
        found = None if _names_device(asked, context) else self._needs.read(asked.text, context)
        if found is not None and not served(asked):
            known = self._needs.known(asked.text, found, context)
            return self._wished(asked, found, known, said, context)
        liked = self._likes.read(asked.text, context)
        if liked is None or served(asked):
            return None
        if kept(liked.concept, context):
            return KNOWN
        subject, offer = remembering(asked, liked, context, patience_ms=self._patience_ms)
        return self.begin(subject, context, offer)

    def _examined(
        self,
        asked: Request,
        said: Hypothesis,
        context: Context,
        served: Callable[[Request], bool],
        learned: str,
    ) -> Request | lesson.Asks | str:
        """One request as it goes on, the question that it raises, or why nothing is done."""
        if asked.intent == SET_CONCEPT:
            return asked
        if _about_talk(asked):
            return asked
        diagnosis = self._gaps.diagnose(asked, context, said)
        if diagnosis.verdict in (Verdict.CLEAR, Verdict.BEYOND) or served(asked):
            return asked
        gap = diagnosis.gap
        clear = asked.intent != OUT_OF_SCOPE and asked.confidence >= SURE_CLEAR
        if gap is None and (diagnosis.confidence < SURE or clear):
            return asked
        if diagnosis.verdict is Verdict.GIVEN_UP:
            return given_up(asked)
        if gap is None:
            again = Question(kind=Ask.REPEAT, text=UNCLEAR, request=asked)
            return lesson.Asks(question=again)
        name = gap.words.casefold().strip()
        if not name or len(name) > LONGEST_NAME or name == learned:
            return asked
        gap = self._read_again(gap, said.text, context)
        return self.begin(self.subject(gap, said.text, context), context)

    def _read_again(self, gap: Gap, said: str, context: Context) -> Gap:
        """The gap with its request read as if the words were known.

        What words that nobody knows do to a reading is anybody's guess: a mode makes it a
        thermostat's. With a meaning in their place the others say what it is about.
        """
        unknown = targets(gap.request, context).unknown or ""
        if set(gap.words.casefold().split()) < set(unknown.casefold().split()):
            return replace(gap, words=unknown, lacks=_named(gap, unknown))
        if gap.lacks is not Lacks.SETTING:
            return gap
        name = gap.words.casefold()
        likely = Meaning(settings=(Setting(capability="brightness", value=50),))
        concept = Concept(name=name, kind=Kind.ENTITY, meaning=likely, at=context.now)
        known = replace(context, taught=learned_with(context.taught, concept))
        found = (r for r in self._understand(said, known) if r.slot("concept") == name)
        return replace(gap, request=next(found, gap.request))

    def _wished(
        self,
        asked: Request,
        need: Need,
        known: Concept | None,
        said: Hypothesis,
        context: Context,
    ) -> Concept | lesson.Asks | str:
        """What is done about a need: what was taught, else what is agreed to now."""
        gap = Gap(words=asked.text, lacks=Lacks.NEED, request=asked, confidence=need.confidence)
        subject = self.subject(gap, said.text, context)
        proposals = self._needs.proposals(need, context)
        if known is not None:
            now = self._needs.answer_now(known, need, context)
            if now is None:
                return self._needs.helpless(need, context)
            meaning, taught = now
            if taught:
                return replace(known, meaning=meaning)
            subject, proposals = replace(subject, keeps=False, questions=()), (meaning,)
        if not proposals:
            first, *others = subject.questions
            first = f"{self._needs.helpless(need, context)} {first}"
            return self.begin(replace(subject, questions=(first, *others)), context)
        text = self._offered(subject, proposals[0], context)
        offer = lesson.Offer(meaning=proposals[0], text=text, ours=True)
        return self.begin(subject, context, offer)

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
        event = self._event(text, requests, context, plain)
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

    def _event(
        self, text: str, requests: Sequence[Request], context: Context, plain: Scope | None
    ) -> lesson.Heard:
        """What somebody said, as the lesson takes it."""
        phase = self._phase
        assert not isinstance(phase, lesson.NoLesson)
        subject = phase.subject
        proposed = phase.offer.meaning if isinstance(phase, lesson.AwaitConsent) else None
        answer = _sure(self._answers.read(text, subject.gap, context, proposed), plain, phase)
        new = any(r.intent not in _INCOMPLETE and r.confidence >= SURE for r in requests)
        if any(r.source is Source.SENTENCE for r in requests):
            # "Forget movie night" names what could be meant, and yet is word for word a request.
            answer = replace(answer, scope=Scope.ELSEWHERE, meaning=None)
        elif answer.scope is Scope.DEFINES and self._asks_anew(answer, requests, subject, context):
            answer, new = replace(answer, scope=Scope.ELSEWHERE, meaning=None, problem=""), True
        meaning, problem = answer.meaning, answer.problem
        if meaning is None or problem:
            return lesson.Heard(answer=answer, problem=problem, new=new)
        if subject.kind is Kind.PREFERENCE and proposed is not None:
            mended = corrected(proposed, meaning)
            offer = lesson.Offer(meaning=mended, text=offered(mended))
            return lesson.Heard(answer=answer, offer=offer, new=new)
        gap = subject.gap
        if not meaning.settings and self._names(meaning, subject, context):
            gap = replace(gap, lacks=Lacks.DEVICES)
        problem = objection(meaning, gap, context, self._wording)
        if problem:
            return lesson.Heard(answer=answer, problem=problem, new=new)
        if gap.lacks is Lacks.NEED:
            need = self._needs.read(subject.gap.request.text, context)
            if need is not None:
                meaning = replace(meaning, need=need.need)
                objected = isinstance(phase, lesson.AwaitDefinition) and phase.objected == meaning
                if not objected and not self._needs.fits(meaning, need, context):
                    problem = "I don't think that would help."
                    return lesson.Heard(answer=answer, problem=problem, unhelpful=meaning, new=new)
        offer = lesson.Offer(meaning=meaning, text=self._offered(subject, meaning, context))
        return lesson.Heard(answer=answer, offer=offer, new=new)

    def _asks_anew(
        self,
        answer: Answer,
        requests: Sequence[Request],
        subject: lesson.Subject,
        context: Context,
    ) -> bool:
        """Whether what sets nothing is a request with another word that nobody knows."""
        if answer.meaning is not None and answer.meaning.settings:
            return False
        gaps = (self._gaps.diagnose(request, context).gap for request in requests)
        return any(gap is not None and gap.words.casefold() != subject.name for gap in gaps)

    def _names(self, meaning: Meaning, subject: lesson.Subject, context: Context) -> bool:
        """Whether the words can be a name for what was defined: with it, they make sense."""
        if subject.gap.lacks is not Lacks.SETTING or not subject.said:
            return False
        concept = Concept(name=subject.name, kind=subject.kind, meaning=meaning, at=context.now)
        known = replace(context, taught=learned_with(context.taught, concept))
        words = set(subject.name.split())
        return any(
            slot.name in ("name", "area") and words <= set(slot.text.casefold().split())
            for request in self._understand(subject.said, known)
            if request.confidence >= SURE and targets(request, known).devices
            for slot in request.slots
        )

    def _offered(self, subject: lesson.Subject, meaning: Meaning, context: Context) -> str:
        """The question whether a definition is right."""
        if subject.gap.lacks is Lacks.NEED:
            when = " when you say that" if subject.keeps else ""
            return f"Shall I {self._wording.deeds(meaning, context.home)}{when}?"
        name = subject.name[:1].upper() + subject.name[1:]
        return f"{name}: {self._wording.worded(meaning, context.home)}. Is that right?"

    def _step(self, event: lesson.Event, now_ms: int) -> lesson.Effect:
        self._phase, effect = lesson.step(self._phase, event, now_ms)
        return effect


def _declarative(asked: Request, context: Context) -> Concept | None:
    """What was taught for the sentence that a request is."""
    name = asked.slot("concept")
    found = (c for c in context.concepts if c.kind is Kind.DECLARATIVE and c.name == name)
    return next(found, None)


def _names_device(asked: Request, context: Context) -> bool:
    """Whether a request names a device of the home."""
    name = str(asked.slot("name") or "").casefold()
    return any(
        name in (d.name.casefold(), *map(str.casefold, d.aliases)) for d in context.home.devices
    )


def _sure(answer: Answer, plain: Scope | None, phase: lesson.Phase) -> Answer:
    """The answer, without a yes or a no that would settle something and is doubtful."""
    if answer.meaning is not None or answer.scope is Scope.CANCEL:
        return answer
    if plain is not None:
        return Answer(scope=plain, confidence=1.0)
    offered = isinstance(phase, lesson.AwaitConsent)
    settles = Scope.YES if offered else Scope.NO
    if answer.scope is settles and answer.confidence < SURE_SETTLED:
        return replace(answer, scope=Scope.UNSURE)
    return answer


def _named(gap: Gap, unknown: str) -> Lacks:
    """What an unknown name stands for, as it was read."""
    if gap.lacks is not Lacks.SETTING:
        return gap.lacks
    return Lacks.DEVICES if gap.request.slot("name") == unknown else Lacks.PLACE


def _about_talk(asked: Request) -> bool:
    """Whether a request is surely about what is said, heard and kept: no word of it is taught."""
    kind = INTENTS.get(asked.intent)
    known = kind is not None and kind.domain in _TALK and asked.intent not in _INCOMPLETE
    return known and asked.confidence >= SURE
