"""The guided round of questions: which ones fit this home, and what the answers come to.

The round itself is `device.teaching.round`; here its events are made. An answer is read as in a
lesson (`device.teaching.answers`); what it does not read, such as "nice and warm" or the name of
a band, is read as a preference.
"""

from collections.abc import Sequence
from typing import Protocol

from device.concepts import Concept, Meaning
from device.context import Context
from device.effects import Question
from device.events import Ask, Request, Slot, Value
from device.nlu.intents import CONTINUED, CORRECTED, OUT_OF_SCOPE, VERBATIM
from device.nlu.words import plain
from device.teaching import round as rounds
from device.teaching.answer import Answer, Scope
from device.teaching.gap import Gap, Lacks
from device.teaching.lesson import Asks
from device.teaching.notice import NOT_MEANT
from device.teaching.preferences import CAPABILITIES, Preferences, told
from device.teaching.round import Reply, Topic

LEARN_PREFERENCES = "LearnPreferences"
"""The intent that starts a round."""

SURE = 0.6
"""A request this confident is a new one, not an answer, 0 to 1."""
LIKELY = 0.5
"""Likewise for one that no answer could be taken for."""
LONGEST = 60
"""Characters of what somebody likes; what is longer is a story."""

_TOPICS: tuple[tuple[str, Topic], ...] = (
    (
        "brightness",
        Topic(
            about="light",
            when="evening",
            text="How bright do you like the light in the evening, in percent?",
        ),
    ),
    (
        "target_temperature",
        Topic(about="temperature", when="", text="What temperature do you like during the day?"),
    ),
    (
        "target_temperature",
        Topic(about="temperature", when="night", text="And what temperature at night?"),
    ),
    ("color", Topic(about="color", text="What is your favorite color?")),
    ("volume", Topic(about="volume", text="How loud do you like music, in percent?")),
    ("media", Topic(about="music", text="What music do you like?")),
)
"""What is asked about, where a device of the home can do something with the answer."""

_INTENTS = {
    "temperature": "HassClimateSetTemperature",
    "volume": "HassSetVolume",
}
_SWITCHES = frozenset({"HassTurnOn", "HassTurnOff", "HassToggle", "HassGetState"})
_INCOMPLETE = frozenset({OUT_OF_SCOPE, CONTINUED, CORRECTED})
_NO_ANSWER = frozenset({Scope.CANCEL, Scope.ELSEWHERE, Scope.NO, Scope.UNSURE})
_SKIPS = frozenset({"skip", "next", "pass", "skip it", "skip that", "next question", "next one"})


class Reads(Protocol):
    """What reads answers: `device.teaching.answers.Answers`."""

    def read(
        self, text: str, gap: Gap, context: Context, proposed: Meaning | None = None
    ) -> Answer:
        """An answer to a question."""
        ...


class Interview:
    """Holds one round of questions at a time."""

    def __init__(
        self,
        answers: Reads,
        preferences: Preferences,
        *,
        patience_ms: int,
    ) -> None:
        """Take the models.

        Args:
            answers: Reads values, yes and no.
            preferences: Reads what somebody likes.
            patience_ms: How long each answer is awaited, milliseconds.
        """
        self._answers = answers
        self._preferences = preferences
        self._patience_ms = patience_ms
        self._phase: rounds.Phase = rounds.NoRound()
        self._asked: Question | None = None
        """The question that is open, the same object as long as it is."""

    def question(self, now_ms: int) -> Question | None:
        """The question that is open."""
        phase = self._phase
        if isinstance(phase, rounds.NoRound) or now_ms >= phase.until_ms:
            return None
        return self._asked

    def listens_to(self, context: Context) -> bool:
        """Whether a round is open with whoever speaks."""
        phase = self._phase
        return self.question(context.now_ms) is not None and (
            not isinstance(phase, rounds.NoRound) and phase.person == context.person
        )

    def forget(self) -> None:
        """Drop the round."""
        self._phase = rounds.NoRound()

    def listens(self, now_ms: int, patience_ms: int) -> None:
        """The microphone is open for an answer: patience counts from now."""
        self._step(rounds.Listens(patience_ms=patience_ms), now_ms)

    def tick(self, now_ms: int) -> None:
        """Time passed: a round that nobody goes on with ends."""
        self._step(rounds.Tick(), now_ms)

    def begin(self, context: Context) -> Asks | rounds.Ends:
        """Start a round, in place of one that is open.

        Returns:
            Its first question, or one sentence where this home leaves nothing to ask.
        """
        topics = fitting(context)
        if not topics:
            return rounds.Ends(reply="There is nothing in this home that I could ask you about.")
        starts = rounds.Starts(topics=topics, person=context.person, patience_ms=self._patience_ms)
        self._step(starts, context.now_ms)
        return self._asks("You can say skip or stop any time.")

    def hear(
        self, text: str, requests: Sequence[Request], context: Context
    ) -> Asks | rounds.Learns | rounds.Ends | rounds.Elsewhere:
        """Take what was said while a round is open.

        Args:
            text: What was said.
            requests: What understanding made of it.
            context: The home now.
        """
        effect = self._step(self._event(text, requests, context), context.now_ms)
        if isinstance(effect, rounds.Asks):
            return self._asks(effect.before)
        assert effect is not None
        return effect

    def _event(self, text: str, requests: Sequence[Request], context: Context) -> rounds.Heard:
        """What somebody said, as the round takes it."""
        phase = self._phase
        if isinstance(phase, rounds.NoRound):
            return rounds.Heard(reply=Reply.ELSEWHERE)
        topic = phase.topics[0] if isinstance(phase, rounds.Asking) else None
        proposed = phase.told[-1].meaning if isinstance(phase, rounds.Agreeing) else None
        if plain(text) in _SKIPS:
            return rounds.Heard(reply=Reply.SKIPS)
        answer = self._answers.read(text, _gap(topic), context, proposed)
        new = any(r.intent not in _INCOMPLETE and r.confidence >= SURE for r in requests)
        apart = any(_apart(r) and r.confidence >= LIKELY for r in requests)
        if topic is not None and answer.scope not in _NO_ANSWER and not apart:
            concept = self._concept(topic, answer, text, context)
            if concept is not None:
                return rounds.Heard(reply=Reply.GIVES, concept=concept)
        if apart or (new and answer.scope in (Scope.ELSEWHERE, Scope.VAGUE)):
            return rounds.Heard(reply=Reply.ELSEWHERE)
        replies = {
            Scope.YES: Reply.YES,
            Scope.NO: Reply.NO,
            Scope.UNSURE: Reply.SKIPS,
            Scope.CANCEL: Reply.STOPS,
        }
        return rounds.Heard(reply=replies.get(answer.scope, Reply.UNCLEAR))

    def _concept(self, topic: Topic, answer: Answer, text: str, context: Context) -> Concept | None:
        """What an answer to a question comes to, None where it gives nothing."""
        capability = CAPABILITIES.get(topic.about)
        value: Value | None = None
        if answer.meaning is not None:
            settings = answer.meaning.settings
            value = next((s.value for s in settings if s.capability == capability), None)
        if capability is None and answer.scope is Scope.YES:
            return None
        if len(text) > LONGEST and value is None:
            return None
        return self._preferences.answered(topic.about, topic.when, text, value, context)

    def _asks(self, before: str) -> Asks:
        """Put the question that is open now, with something before it."""
        phase = self._phase
        assert not isinstance(phase, rounds.NoRound)
        if isinstance(phase, rounds.Asking):
            text, kind = phase.topics[0].text, Ask.TEACH
        else:
            said = "; ".join(told(concept.meaning) for concept in phase.told)
            text, kind = f"So you like {said}. Shall I remember that?", Ask.CONFIRM
        request = Request(
            text="learn my preferences",
            span=(),
            domain="",
            intent=LEARN_PREFERENCES,
            slots=(),
            confidence=1.0,
        )
        self._asked = Question(kind=kind, text=f"{before} {text}".strip(), request=request)
        return Asks(question=self._asked)

    def _step(self, event: rounds.Event, now_ms: int) -> rounds.Effect:
        self._phase, effect = rounds.step(self._phase, event, now_ms)
        return effect


def _apart(request: Request) -> bool:
    """Whether a request is none that an answer could be taken for.

    It is word for word one about the talk, or switches something that it names: "twenty in the
    bedroom" is an answer.
    """
    told = request.intent in VERBATIM and request.intent != NOT_MEANT
    named = any(request.slot(slot) is not None for slot in ("name", "domain", "device_class"))
    return told or (named and request.intent in _SWITCHES)


def fitting(context: Context) -> tuple[Topic, ...]:
    """The topics that a device of this home can do something about."""
    able = {c.name for d in context.home.devices for c in d.capabilities if c.settable}
    return tuple(topic for capability, topic in _TOPICS if capability in able)


def _gap(topic: Topic | None) -> Gap:
    """A question of the round as the gap that an answer fills."""
    about = topic.about if topic is not None else "preferences"
    words = f"{topic.when} {about}".strip() if topic is not None else about
    slot = Slot(name="name", value=words, text=words)
    request = Request(
        text=f"set it to {words}",
        span=(),
        domain="",
        intent=_INTENTS.get(about, "HassLightSet"),
        slots=(slot,),
        confidence=1.0,
    )
    return Gap(words=words, lacks=Lacks.SETTING, request=request, confidence=1.0)
