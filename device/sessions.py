"""The sessions of Hermes, and what clients are told and asked in them.

Clients hear of every turn. What no skill of the speaker's own answers, they may answer, each
in a session of its own; the turn waits for them.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence

from device.config import HermesConfig
from device.draft import Asked, Draft
from device.effects import ANYBODY, Ending, Outside, Response
from device.events import Ask, Hypothesis, Reply, Request
from device.hermes import events as happened
from device.hermes.bulletin import Bulletin
from device.hermes.calls import WHOLE, Calls
from device.hermes.dialogue import step
from device.hermes.session import Call, Dialogue, Expects, Reason, Session, Waiting
from device.nlu.intents import OUT_OF_SCOPE
from device.ports import Ports
from device.routing.agenda import Agenda
from device.skills.packskill import PackSkill
from device.talk import Talk

NO_WORDS = Hypothesis(text="", score=0.0)
TOO_LATE = "too late: nobody waits for this answer any more"


class Sessions:
    """Moves the dialogue, and does what it says."""

    def __init__(
        self,
        config: HermesConfig,
        ports: Ports,
        talk: Talk,
        bulletin: Bulletin,
        *,
        listens: Callable[[], bool],
    ) -> None:
        """Begin without a session.

        Args:
            config: What the owner set.
            ports: The world.
            talk: Ears and mouth.
            bulletin: Where clients are told.
            listens: Whether the microphone is on.
        """
        self._config = config
        self._ports = ports
        self._talk = talk
        self._bulletin = bulletin
        self._listens = listens
        self._count = 0
        self._turn = ""
        """The session of the turn under way."""
        self._reason = Reason.NOMINAL
        """How that session ends when the turn does."""
        self._words = NO_WORDS
        """What was said to begin it."""
        self._calls = Calls(config.answer_ms)
        self.dialogue = Dialogue()
        """Where the talk with clients stands."""

    @property
    def awaited(self) -> bool:
        """Whether the turn under way waits for a client."""
        return isinstance(self.dialogue.phase, Waiting)

    @property
    def responses(self) -> Mapping[int, Response]:
        """Place of a request in the turn under way -> what came of asking clients for it."""
        return self._calls.responses

    @property
    def declined(self) -> tuple[tuple[int, str], ...]:
        """Requests of the turn that whoever was asked does not know, and what they said."""
        return tuple(
            (place, response.text)
            for place, response in self.responses.items()
            if response.ending is Ending.DECLINED and place != WHOLE
        )

    def new(self) -> Session:
        """A session that has not begun, with an id that nobody guesses who was not told it."""
        self._count += 1
        now = self._ports.clock.now()
        name = f"{self._config.site_id}-{now:%Y%m%dT%H%M%S}-{self._count}"
        mark = hmac.digest(self._ports.secret, name.encode(), "sha256").hex()[:20]
        return Session(id=f"{name}-{mark}")

    def hears(self, session: str) -> bool:
        """Whether what is said in a session, or in none (""), answers the turn under way."""
        phase = self.dialogue.phase
        if not isinstance(phase, Waiting):
            return False
        if not session:
            return len(phase.calls) == 1
        return any(call.session.id == session for call in phase.calls)

    def about(self, session: str) -> tuple[Outside, Request | None]:
        """Who is asked in a session, and what, as far as that is known."""
        now = self.dialogue.session
        before = Expects() if now is None or now.id != session else now.expects
        return self._calls.about(session) or (before.outside, before.pending)

    # A turn -------------------------------------------------------------------------------

    def began(self, asked: Asked, draft: Draft) -> None:
        """A turn began: tell what was heard and what it means; wait where a client is needed."""
        typed, answers = asked.asr_ms is None, asked.expects is not None
        self.step(happened.Began(session=self.new(), typed=typed, answers=answers))
        session = self.dialogue.session
        assert session is not None
        self._turn = session.id
        self._calls.begin(self._ports.clock.monotonic_ms())
        self._words = next((h for h in draft.hypotheses if h.text == draft.text), NO_WORDS)
        if asked.asr_ms is not None:
            self._bulletin.captured(self._words, session, asr_ms=asked.asr_ms, wake=asked.wake)
        expects = asked.expects or Expects()
        self._reason = _reason(draft, expects)
        if self._reason is Reason.NOT_RECOGNIZED:
            self._bulletin.not_recognized(draft.text, session, goes_on=expects.tells)
            if expects.tells and self._waits:
                whole = self._call(session, (WHOLE,), ANYBODY, None)
                self.step(happened.Handed(id=session.id, calls=(whole,)))
        elif draft.agenda.question is None:
            self._tell(draft.agenda, range(len(draft.agenda.steps)), session)

    def again(self, agenda: Agenda, place: int) -> None:
        """A request that a client declined goes somewhere else, or nowhere."""
        self._calls.withdraw(place)
        session = self.dialogue.session
        if session is not None and session.id == self._turn:
            self._tell(agenda, (place,), session, again=True)
        elif agenda.steps[place].plan.outside is not None:
            self._calls.failed(place, Ending.BROKEN_OFF)

    def ended(self, error: str | None, *, asks: bool = False) -> None:
        """The turn is over.

        Args:
            error: What went wrong, in one sentence.
            asks: Whether it ends with a question of the speaker's own.
        """
        reason = Reason.ERROR if error is not None else self._reason
        self.step(happened.Finished(id=self._turn, reason=reason, asks=asks))

    def leave(self) -> None:
        """The speaker goes: who waits for it, or is waited for, is told."""
        self.step(happened.Leaves())

    def _tell(
        self, agenda: Agenda, places: Sequence[int], session: Session, *, again: bool = False
    ) -> None:
        """Tell what some requests of a turn mean, and wait for those that clients answer."""
        where = self._ask(agenda, places, session, again=again) if self._waits else {}
        for place in places:
            part = agenda.steps[place]
            request, outside = part.route.request, part.plan.outside
            # What goes to a pack is told to that pack alone, and what all declined to nobody.
            given_up = part.skill is None and bool(part.route.declined)
            inside = outside is None and (given_up or isinstance(part.skill, PackSkill))
            if request.intent == OUT_OF_SCOPE or inside or part.plan.question is not None:
                continue
            topic = None if outside is None else outside.topic
            if outside is not None and not self._ports.bus.connected:
                self._calls.failed(place, Ending.LOST)
            self._bulletin.intent(request, self._words, where.get(place, session), topic=topic)

    def _ask(
        self, agenda: Agenda, places: Sequence[int], session: Session, *, again: bool
    ) -> dict[int, Session]:
        """Begin to wait for what clients are to answer; gives the session of each.

        A request that a client claims belongs to the session in which it was asked for. Else
        each has one of its own, so that nobody can answer for anybody else.
        """
        asked = {
            place: agenda.steps[place]
            for place in places
            if agenda.steps[place].plan.outside is not None
        }
        claimed = tuple(place for place, part in asked.items() if part.asked is None)
        alone = len(agenda.steps) == 1 and not again
        calls: list[Call] = []
        where: dict[int, Session] = {}
        for place, part in asked.items():
            where[place] = session if alone or place in claimed else self.new()
            if place not in claimed[1:]:
                answers = claimed if place in claimed else (place,)
                outside = part.plan.outside or ANYBODY
                request = part.route.request
                calls.append(self._call(where[place], answers, outside, request, again=again))
        self.step(happened.Handed(id=session.id, calls=tuple(calls)))
        return where

    def _call(
        self,
        session: Session,
        places: tuple[int, ...],
        outside: Outside,
        request: Request | None,
        *,
        again: bool = False,
    ) -> Call:
        now_ms = self._ports.clock.monotonic_ms()
        return self._calls.call(session, places, outside, request, now_ms=now_ms, again=again)

    @property
    def _waits(self) -> bool:
        """Whether clients can be waited for."""
        return bool(self._config.answer_ms) and self._ports.bus.connected

    # The dialogue -------------------------------------------------------------------------

    def step(self, event: happened.Event) -> None:
        """Something happened."""
        now_ms = self._ports.clock.monotonic_ms()
        self.dialogue, effects = step(self.dialogue, event, now_ms)
        for effect in effects:
            match effect:
                case happened.Started(session=session):
                    self._bulletin.started(session)
                case happened.Queued(session=session):
                    self._bulletin.queued(session)
                case happened.Ended(session=session, reason=reason):
                    self._bulletin.ended(session, reason)
                case happened.Speak(text=text, asks=asks):
                    reply = Reply(text=text, asks=Ask.MISSING if asks else None)
                    self._talk.say(reply, listens=self._listens())
                case happened.Answered(id=id_, response=response):
                    self._calls.answered(id_, response)
                case happened.CloseEars():
                    self._talk.stop_hearing()
                case happened.Refused(id=id_, why=why):
                    why = TOO_LATE if self._calls.too_late(id_) else why
                    self._bulletin.complain("dialogueManager", id_, why)


def _reason(draft: Draft, expects: Expects) -> Reason:
    """How the session of a turn ends, if nothing else comes of it."""
    if not draft.hypotheses:
        return Reason.TIMEOUT
    if draft.error is not None:
        return Reason.ERROR
    question = draft.agenda.question
    meant = () if question is not None else draft.requests
    meant = tuple(request for request in meant if request.intent != OUT_OF_SCOPE)
    asks_back = question is not None and question.kind is not Ask.REPEAT
    if not (meant or asks_back or (draft.prefix and not draft.agenda.steps)):
        return Reason.NOT_RECOGNIZED
    turned_away = expects.intents is not None and not any(expects.takes(r) for r in meant)
    if turned_away or any(request.intent == "HassNevermind" for request in meant):
        return Reason.ABORTED
    return Reason.NOMINAL
