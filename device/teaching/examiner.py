"""Examines new requests: is each understood, and what comes of those that are not?

    request -> what was taught for it, or a need or a liking that it declares
            -> else words that nobody knows, words misheard, or a request that was broken off
            -> it goes on, perhaps changed; or a lesson opens; or it is to be said again

Nothing is held here: whatever opens is held by `device.teaching.teacher`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from device.concepts import Concept, Kind, Meaning, Setting
from device.concepts import learned as learned_with
from device.context import Context
from device.effects import Question
from device.events import Ask, Hypothesis, Request
from device.nlu.intents import OUT_OF_SCOPE, VERBATIM
from device.nlu.targets import targets
from device.teaching import lesson
from device.teaching.carrying import SET_CONCEPT, carrying, given_up
from device.teaching.gap import Gap, Lacks, Verdict
from device.teaching.liking import remembering
from device.teaching.needs import NEEDS, Need
from device.teaching.parts import Diagnoses, Likes, Understand, Wishes
from device.teaching.plainly import (
    INCOMPLETE,
    SURE,
    SURE_CLEAR,
    about_no_room,
    about_talk,
    is_item,
    is_named,
    likely,
    names_device,
    names_kind,
)
from device.teaching.preferences import KNOWN, kept
from device.teaching.subjects import offering, subject_of
from device.teaching.wording import Wording

LONGEST_NAME = 100
"""Characters of a name; what is longer is no name."""

UNCLEAR = "Sorry, I did not get that. Please say it again."

UNTAUGHT = "I don't know what {} is. Use it in a request, and I will ask you."

SURE_HELPLESS = 0.9
"""Confidence from which a need is spoken of for which nothing here can do anything, 0 to 1."""

LIKELY = Meaning(settings=(Setting(capability="brightness", value=50),))
"""What stands in for a meaning."""

_ABOUT = frozenset({"DescribeConcept", "ForgetConcept"})
"""Intents about a word rather than with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceeds:
    """The requests go on."""

    requests: tuple[Request, ...]
    remark: str = ""
    """What is said besides: why nothing is done about some of them."""
    meant: tuple[Concept, ...] = ()
    """What was taught, as it is meant here and now where that is something else."""


Found = Proceeds | lesson.Opens | Question
"""What examining requests comes to; a question is to say it again."""


class Examiner:
    """Looks for what is not understood."""

    def __init__(
        self,
        gaps: Diagnoses,
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
            needs: Knows what sentences declare, and what helps.
            likes: Reads what somebody says that he likes.
            understand: Gives the requests of a sentence.
            wording: How the speaker says what words mean.
            patience_ms: How long each answer is awaited, milliseconds.
        """
        self._gaps = gaps
        self._needs = needs
        self._likes = likes
        self._understand = understand
        self._wording = wording
        self._patience_ms = patience_ms

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
            The requests as they go on, or what must be answered before anything of the breath is
            done.
        """
        going: list[Request] = []
        remarks: list[str] = []
        meant: list[Concept] = []
        for asked in requests:
            if self._is_reason(asked, requests, context):
                continue
            # A need or a liking is read in the words that were said, not as a follow-up's.
            declared = replace(asked, text=said.text) if len(requests) == 1 else asked
            match self._declared(declared, said, context, served, learned) or self._examined(
                asked, said, context, served, learned
            ):
                case lesson.Opens() | Question() as opens:
                    return opens
                case Request() as request:
                    going.append(request)
                case Concept() as concept:
                    going.append(carrying(asked, concept))
                    meant.append(concept)
                case remark:
                    remarks.append(remark)
        return Proceeds(requests=tuple(going), remark=" ".join(remarks), meant=tuple(meant))

    def _is_reason(self, asked: Request, requests: Sequence[Request], context: Context) -> bool:
        """Whether it only says why another request of the breath is made.

        "Close the curtains, people are staring in": what helps is asked for already.
        """
        if len(requests) == 1 or names_device(asked, context):
            return False
        need = self._needs.read(asked.text, context)
        others = (r for r in requests if r is not asked and r.intent not in INCOMPLETE)
        return need is not None and any(self._serves(other, need, context) for other in others)

    def _serves(self, request: Request, need: Need, context: Context) -> bool:
        """Whether a request is about devices that can do something for a need."""
        return any(self._needs.serves(d, need) for d in targets(request, context).devices)

    def _declared(
        self,
        asked: Request,
        said: Hypothesis,
        context: Context,
        served: Callable[[Request], bool],
        learned: str,
    ) -> Request | Concept | lesson.Opens | str | None:
        """What comes of a request that says how it is, or what somebody likes; None for others."""
        if asked.intent == SET_CONCEPT:
            known = _declarative(asked, context)
            if known is None or known.name == learned or known.meaning.need not in NEEDS:
                return None
            need = Need(need=known.meaning.need, confidence=1.0)
            return self._wished(asked, need, known, said, context)
        if asked.intent in VERBATIM:
            return None
        # Who names a device says what to do with it, however it sounds: "unlock the front door".
        none = names_device(asked, context) or about_no_room(asked)
        found = None if none else self._needs.read(asked.text, context, otherwise=likely(asked))
        if found is not None and names_kind(asked) and self._serves(asked, found, context):
            return None
        known = None if found is None else self._needs.known(asked.text, found, context)
        if found is not None and (known is not None or self._worth(found, context)):
            return None if served(asked) else self._wished(asked, found, known, said, context)
        liked = self._likes.read(asked.text, context)
        if liked is None or served(asked):
            return None
        if kept(liked.concept, context):
            return KNOWN
        subject, offer = remembering(asked, liked, context, patience_ms=self._patience_ms)
        return lesson.Opens(subject=subject, offer=offer)

    def _worth(self, need: Need, context: Context) -> bool:
        """Whether to speak of a need: something would help, or it is surely one."""
        return need.confidence >= SURE_HELPLESS or bool(self._needs.proposals(need, context))

    def _examined(
        self,
        asked: Request,
        said: Hypothesis,
        context: Context,
        served: Callable[[Request], bool],
        learned: str,
    ) -> Request | lesson.Opens | Question | str:
        """One request as it goes on, the question that it raises, or why nothing is done."""
        if asked.intent == SET_CONCEPT:
            return asked
        unknown = self._untaught(asked, said.text, context)
        if unknown:
            return UNTAUGHT.format(unknown)
        if about_talk(asked):
            return asked
        diagnosis = self._gaps.diagnose(asked, context, said)
        if diagnosis.verdict in (Verdict.CLEAR, Verdict.BEYOND) or served(asked):
            return asked
        gap = diagnosis.gap
        clear = asked.intent != OUT_OF_SCOPE and asked.confidence >= SURE_CLEAR
        if gap is None and (diagnosis.confidence < SURE or clear):
            return asked
        if gap is not None and (is_item(gap, asked) or is_named(gap, context)):
            return asked
        if diagnosis.verdict is Verdict.GIVEN_UP:
            return given_up(asked)
        if gap is None:
            return Question(kind=Ask.REPEAT, text=UNCLEAR, request=asked)
        name = gap.words.casefold().strip()
        if not name or len(name) > LONGEST_NAME or name == learned:
            return asked
        gap = self._read_again(gap, said.text, context)
        return lesson.Opens(subject=self._subject(gap, said.text, context))

    def _untaught(self, asked: Request, said: str, context: Context) -> str:
        """The word that a sentence asks about or forgets, where nobody taught it, or no more."""
        text, taught = said.casefold(), {c.name for c in context.concepts}
        gone = (c.name for turn in context.turns for c in turn.unlearned)
        names = (*gone, targets(asked, context).unknown or "")
        for name in (n.casefold() for n in names):
            if name and name in text and name not in taught:
                found = self._understand(said, stand_in(name, LIKELY, context))
                if any(r.intent in _ABOUT and r.slot("concept") == name for r in found):
                    return name
        return ""

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
        known = stand_in(name, LIKELY, context)
        found = (r for r in self._understand(said, known) if r.slot("concept") == name)
        return replace(gap, request=next(found, gap.request))

    def _wished(
        self,
        asked: Request,
        need: Need,
        known: Concept | None,
        said: Hypothesis,
        context: Context,
    ) -> Concept | lesson.Opens | str:
        """What is done about a need: what was taught, else what is agreed to now."""
        gap = Gap(words=asked.text, lacks=Lacks.NEED, request=asked, confidence=need.confidence)
        subject = self._subject(gap, said.text, context)
        proposals = self._needs.proposals(need, context)
        if known is not None:
            now = self._needs.answer_now(known, need, context)
            if now is None:
                return self._needs.helpless(need, context)
            meaning, taught = now
            if taught:
                return replace(known, meaning=meaning)
            subject, proposals = replace(subject, keeps=False, questions=()), (meaning,)
        if not proposals and need.area is None and context.room is None:
            # Without a room nothing that could be taught would help there.
            return self._needs.helpless(need, context)
        if not proposals:
            first, *others = subject.questions
            first = f"{self._needs.helpless(need, context)} {first}"
            return lesson.Opens(subject=replace(subject, questions=(first, *others)))
        text = offering(subject, proposals[0], context, self._wording)
        offer = lesson.Offer(meaning=proposals[0], text=text, ours=True)
        return lesson.Opens(subject=subject, offer=offer)

    def _subject(self, gap: Gap, said: str, context: Context) -> lesson.Subject:
        return subject_of(gap, said, context, wording=self._wording, patience_ms=self._patience_ms)


def stand_in(name: str, meaning: Meaning, context: Context) -> Context:
    """The context as if a word had been taught, to see what the rest of a sentence says."""
    concept = Concept(name=name, kind=Kind.ENTITY, meaning=meaning, at=context.now)
    return replace(context, taught=learned_with(context.taught, concept))


def _declarative(asked: Request, context: Context) -> Concept | None:
    """What was taught for the sentence that a request is."""
    name = asked.slot("concept")
    found = (c for c in context.concepts if c.kind is Kind.DECLARATIVE and c.name == name)
    return next(found, None)


def _named(gap: Gap, unknown: str) -> Lacks:
    """What an unknown name stands for, as it was read."""
    if gap.lacks is not Lacks.SETTING:
        return gap.lacks
    return Lacks.DEVICES if gap.request.slot("name") == unknown else Lacks.PLACE
