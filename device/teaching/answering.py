"""What an answer comes to in a lesson: makes the event that the lesson takes.

words -> a definition, yes, no ... (`device.teaching.answers`)
-> or a request besides: a question, a command, one with a word that nobody knows
-> what was defined, against the question, the home and the need: an offer or a problem
"""

from collections.abc import Sequence
from dataclasses import replace

from device.concepts import Kind, Meaning
from device.context import Context
from device.events import Request, Source
from device.nlu.deeds import deed
from device.nlu.intents import OUT_OF_SCOPE
from device.nlu.targets import targets
from device.nlu.words import plain
from device.teaching import lesson
from device.teaching.answer import Answer, Scope
from device.teaching.carrying import SET_CONCEPT
from device.teaching.examiner import INCOMPLETE, LIKELY, SURE, stand_in
from device.teaching.gap import Gap, Lacks
from device.teaching.objections import objection
from device.teaching.parts import Diagnoses, Reads, Understand, Wishes
from device.teaching.preferences import corrected, offered
from device.teaching.questions import questions
from device.teaching.rehearing import otherwise, outvotes
from device.teaching.subjects import offering
from device.teaching.wording import Wording

Open = lesson.AwaitDefinition | lesson.AwaitConsent

SURE_SETTLED = 0.8
"""Confidence from which other words than a plain no end a lesson, 0 to 1."""

SURE_AGREED = 0.65
"""Confidence from which other words than a plain yes or no settle an offer, 0 to 1."""

MOST_TURNS = 4
"""Turns before this one in which a misheard word is looked for."""

SURE_LEFT = 0.5
"""Confidence from which words say that the lesson is not wanted any more, 0 to 1."""

_UNDECIDED = frozenset({Scope.VAGUE, Scope.UNSURE, Scope.ELSEWHERE})


class Answering:
    """Makes events of answers."""

    def __init__(
        self,
        gaps: Diagnoses,
        answers: Reads,
        needs: Wishes,
        *,
        understand: Understand,
        wording: Wording,
    ) -> None:
        """Take the models; as `Teacher` does."""
        self._gaps = gaps
        self._answers = answers
        self._needs = needs
        self._understand = understand
        self._wording = wording

    def taken(
        self,
        text: str,
        requests: Sequence[Request],
        context: Context,
        *,
        phase: Open,
        plain: Scope | None,
    ) -> lesson.Heard:
        """What somebody said, as the lesson takes it.

        Args:
            text: What was said.
            requests: What understanding made of it.
            context: The home now.
            phase: Where the lesson is.
            plain: Set where it is a yes or a no and nothing else.
        """
        proposed = phase.offer.meaning if isinstance(phase, lesson.AwaitConsent) else None
        renamed = self._heard_otherwise(text, phase.subject, context)
        phase = replace(phase, subject=renamed or phase.subject)
        read = self._answers.read(text, phase.subject.gap, context, proposed)
        answer = _sure(read, plain, phase)
        new = any(r.intent not in INCOMPLETE and r.confidence >= SURE for r in requests)
        if renamed is not None and not _answers(answer.meaning, renamed.gap.lacks):
            offer = self._offer_again(phase, renamed, context)
            return lesson.Heard(answer=answer, offer=offer, subject=renamed, again=True)
        if self._said_again(text, answer, phase, context):
            later = replace(phase.subject, said=text, turns=context.turns)
            return lesson.Heard(answer=answer, subject=later, again=True)
        anew = self._asks_anew(answer, requests, phase, context)
        if anew or self._besides(answer, requests, phase.subject, new=new):
            answer = replace(answer, scope=Scope.ELSEWHERE, meaning=None, problem="")
            return lesson.Heard(answer=answer, new=new or anew)
        meaning, problem = answer.meaning, answer.problem
        if meaning is None or problem:
            return lesson.Heard(answer=answer, problem=problem, new=new)
        if phase.subject.kind is Kind.PREFERENCE and proposed is not None:
            mended = corrected(proposed, meaning)
            offer = lesson.Offer(meaning=mended, text=offered(mended))
            return lesson.Heard(answer=answer, offer=offer, new=new)
        return self._defined(text, replace(answer, meaning=meaning), phase, context, new=new)

    def _defined(
        self, text: str, answer: Answer, phase: Open, context: Context, *, new: bool
    ) -> lesson.Heard:
        """A definition as it is offered, or what speaks against it."""
        subject, gap, meaning = phase.subject, phase.subject.gap, answer.meaning
        assert meaning is not None
        if not meaning.settings and gap.lacks is Lacks.SETTING and subject.said:
            meaning, gap = self._named(text, meaning, subject, context)
        problem = objection(meaning, gap, context, self._wording)
        if problem:
            return lesson.Heard(answer=answer, problem=problem, new=new)
        need = None
        if gap.lacks is Lacks.NEED:
            need = self._needs.read(subject.gap.request.text, context)
        if need is not None:
            meaning = replace(meaning, need=need.need)
            objected = isinstance(phase, lesson.AwaitDefinition) and phase.objected == meaning
            if not objected and not self._needs.fits(meaning, need, context):
                problem = "I don't think that would help."
                return lesson.Heard(answer=answer, problem=problem, unhelpful=meaning, new=new)
        words = offering(subject, meaning, context, self._wording)
        offer = lesson.Offer(meaning=meaning, text=words)
        return lesson.Heard(answer=answer, offer=offer, new=new, subject=subject)

    def _heard_otherwise(
        self, text: str, subject: lesson.Subject, context: Context
    ) -> lesson.Subject | None:
        """The subject by another name, where the one it has was misheard."""
        if subject.name in text.casefold() or not _waits(subject):
            return None
        before = [turn.text for turn in context.turns[-MOST_TURNS:]]
        for name in otherwise(text, subject.name, context):
            if outvotes(name, subject.name, (*before, text)):
                said = subject.said.casefold().replace(subject.name, name)
                return self._by_name(name, replace(subject, said=said), context)
            if self._asked_for(name, text, subject, context):
                again = replace(subject, said=text, turns=context.turns)
                return self._by_name(name, again, context)
        return None

    def _by_name(self, name: str, subject: lesson.Subject, context: Context) -> lesson.Subject:
        gap = replace(subject.gap, words=name)
        ask = questions(gap, name, context, self._wording)
        return replace(subject, gap=gap, name=name, questions=ask)

    def _offer_again(
        self, phase: Open, subject: lesson.Subject, context: Context
    ) -> lesson.Offer | None:
        """What is on offer, by another name."""
        if isinstance(phase, lesson.AwaitDefinition):
            return None
        words = offering(subject, phase.offer.meaning, context, self._wording)
        return replace(phase.offer, text=words)

    def _besides(
        self, answer: Answer, requests: Sequence[Request], subject: lesson.Subject, *, new: bool
    ) -> bool:
        """Whether what could be an answer is a request all the same."""
        if any(r.source is Source.SENTENCE for r in requests):
            return True  # "Forget movie night" is word for word one, whatever it names.
        # A command can be what to do about a need, a question cannot.
        may_answer = answer.scope not in (Scope.YES, Scope.NO, Scope.CANCEL)
        return may_answer and subject.gap.lacks is Lacks.NEED and new and _asks(requests)

    def _asks_anew(
        self, answer: Answer, requests: Sequence[Request], phase: Open, context: Context
    ) -> bool:
        """Whether what sets nothing is a request with another word that nobody knows."""
        if not _open(answer, phase) or (answer.meaning is not None and answer.meaning.settings):
            return False
        # What is surely no request only tells something: "the name stands for the floor lamp".
        asking = (r for r in requests if r.intent != OUT_OF_SCOPE or r.confidence < SURE)
        gaps = (self._gaps.diagnose(request, context).gap for request in asking)
        return any(gap is not None and gap.words.casefold() != phase.subject.name for gap in gaps)

    def _said_again(self, text: str, answer: Answer, phase: Open, context: Context) -> bool:
        """Whether the same word is asked for once more, perhaps elsewhere or later."""
        subject = phase.subject
        if subject.name not in text.casefold() or not _waits(subject):
            return False
        said = plain(subject.said)
        longer = said != subject.name and said in plain(text)
        may_answer = _answers(answer.meaning, subject.gap.lacks) or not _open(answer, phase)
        if may_answer and not longer:
            return False
        return self._asked_for(subject.name, text, subject, context)

    def _asked_for(self, name: str, text: str, subject: lesson.Subject, context: Context) -> bool:
        """Whether a sentence makes sense as a request with a name that is being taught."""
        if subject.gap.lacks is Lacks.SETTING:
            found = self._understand(text, stand_in(name, LIKELY, context))
            asked = (one for r in found if r.confidence >= SURE for one in (r, *r.later))
            return any(r.intent == SET_CONCEPT for r in asked)
        devices = tuple(context.home.label(d) for d in context.home.devices[:1])
        found = self._understand(text, stand_in(name, Meaning(devices=devices), context))
        return any(_called(r, name) and not _asks((r,)) for r in found)

    def _named(
        self, text: str, meaning: Meaning, subject: lesson.Subject, context: Context
    ) -> tuple[Meaning, Gap]:
        """What sets nothing as a name, of a room or of devices, where it makes sense as one."""
        place = replace(subject.gap, lacks=Lacks.PLACE)
        room = self._answers.read(text, place, context).meaning
        if room is not None and room.area is not None and self._names(room, subject, context):
            return room, place
        if self._names(meaning, subject, context):
            return meaning, replace(subject.gap, lacks=Lacks.DEVICES)
        return meaning, subject.gap

    def _names(self, meaning: Meaning, subject: lesson.Subject, context: Context) -> bool:
        """Whether the words can be a name for what was defined: with it, they make sense."""
        known = stand_in(subject.name, meaning, context)
        found = (r for r in self._understand(subject.said, known) if r.confidence >= SURE)
        return any(_called(r, subject.name) and targets(r, known).devices for r in found)


def _sure(answer: Answer, plain: Scope | None, phase: Open) -> Answer:
    """The answer, without what would settle something and is doubtful."""
    if answer.meaning is not None:
        return answer
    if plain is not None and answer.scope is not Scope.CANCEL:
        return Answer(scope=plain, confidence=1.0)
    least = {Scope.CANCEL: SURE_LEFT}
    if isinstance(phase, lesson.AwaitConsent):
        least |= {Scope.YES: SURE_AGREED, Scope.NO: SURE_AGREED}
    else:
        least[Scope.NO] = SURE_SETTLED
    if answer.confidence < least.get(answer.scope, 0.0):
        return replace(answer, scope=Scope.UNSURE)
    return answer


def _open(answer: Answer, phase: Open) -> bool:
    """Whether an answer may be about something else: nobody agreed to anything with it."""
    offered = isinstance(phase, lesson.AwaitConsent)
    return answer.scope is Scope.DEFINES or (offered and answer.scope in _UNDECIDED)


def _answers(meaning: Meaning | None, lacks: Lacks) -> bool:
    """Whether a meaning holds what the question is about: settings, or what a name is for."""
    if meaning is None:
        return False
    if lacks in (Lacks.DEVICES, Lacks.PLACE):
        named = bool(meaning.devices) or meaning.area is not None
        return named or any(setting.devices for setting in meaning.settings)
    return bool(meaning.settings)


def _waits(subject: lesson.Subject) -> bool:
    """Whether a request waits for what the word of a lesson means."""
    return subject.kind is Kind.ENTITY and bool(subject.said)


def _asks(requests: Sequence[Request]) -> bool:
    """Whether requests do nothing to devices: "is the bedroom light on?"."""
    return all(deed(request) in (None, "state", "warmth") for request in requests)


def _called(request: Request, name: str) -> bool:
    """Whether a request takes a name for that of devices or of a room."""
    slots = (slot for slot in request.slots if slot.name in ("name", "area"))
    return any({*name.split()} <= {*slot.text.casefold().split()} for slot in slots)
