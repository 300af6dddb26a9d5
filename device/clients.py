"""Other people's programs on the bus: what they are told in Hermes, and what they may do.

They hear of every turn. What no skill of the speaker's own answers, they may answer; the
turn waits for it. They may speak and ask, one after another and within limits. What is
answered to them is theirs, and never a yes to a question of the speaker's own.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable

from device.config import HermesConfig
from device.draft import Asked, Draft
from device.errors import HermesError
from device.events import Ask, Hypothesis, Reply, Request
from device.events import Wake as WakeWord
from device.hermes import events as happened
from device.hermes.bulletin import Bulletin
from device.hermes.dialogue import step
from device.hermes.limits import Bucket
from device.hermes.messages import (
    SERVED,
    ContinueSession,
    EndSession,
    HotwordOff,
    HotwordOn,
    Query,
    Say,
    StartSession,
    read,
    spoken,
)
from device.hermes.session import Dialogue, Expects, Opening, Reason, Session, Waiting
from device.nlu.intents import OUT_OF_SCOPE
from device.ports import BusDown, BusMessage, BusUp, Item, Ports
from device.talk import Talk

logger = logging.getLogger(__name__)

MOST_TEXTS = 8
"""Texts that may wait to be said."""
SPEECH = (2_000, 5.0)
"""Characters that are said for clients at once, and in a second in the long run: at most a
third of the time, as about 15 are said in a second."""
SESSIONS = (10, 1 / 6)
"""Sessions that clients may start at once, and in a second."""
QUERIES = (50, 5.0)
"""Sentences that are understood for clients at once, and in a second."""
DEAF_MS = 600_000
"""How long the wake word is passed over at most: a client that is gone leaves nobody deaf."""
ASKED_SILENTLY = "Yes?"
"""What is said where a client wants to listen without a word: ears never open in silence."""
NO_WORDS = Hypothesis(text="", score=0.0)


class Clients:
    """The speaker's side of Hermes."""

    def __init__(
        self,
        config: HermesConfig,
        ports: Ports,
        talk: Talk,
        *,
        understand: Callable[[str], tuple[Request, ...]],
        listens: Callable[[], bool],
    ) -> None:
        """Listen to clients.

        Args:
            config: What the owner set.
            ports: The world.
            talk: Ears and mouth.
            understand: What a sentence asks for; nothing of it is done.
            listens: Whether the microphone is on.
        """
        self._config = config
        self._bus = ports.bus
        self._clock = ports.clock
        self._talk = talk
        self._understand = understand
        self._listens = listens
        self._bulletin = Bulletin(config.site_id, ports)
        self._dialogue = Dialogue()
        self._count = 0
        self._free = False
        self._turn = ""
        """The session of the turn under way."""
        self._reason = Reason.NOMINAL
        """How that session ends when the turn does."""
        self._outside: tuple[Request, ...] = ()
        """What of that turn only clients answer."""
        self.answer: Reply | None = None
        """What a client said to the turn under way; None where none did."""
        self._texts: deque[Say] = deque()
        self._saying: Say | None = None
        self._deaf_until_ms: int | None = None
        self._speech = Bucket(SPEECH[0], per_s=SPEECH[1])
        self._sessions = Bucket(SESSIONS[0], per_s=SESSIONS[1])
        self._queries = Bucket(QUERIES[0], per_s=QUERIES[1])
        self.dropped: Counter[str] = Counter()
        """Messages that could not be read, by topic."""
        ports.bus.subscribe(list(SERVED))

    # What the speaker does ----------------------------------------------------------------

    @property
    def expects(self) -> Expects | None:
        """What a client wants to hear; None where no client's question is open."""
        return self._dialogue.expects

    @property
    def awaited(self) -> bool:
        """Whether the turn under way waits for a client."""
        return isinstance(self._dialogue.phase, Waiting)

    def woke(self, wake: WakeWord) -> bool:
        """The wake word was heard; gives False where it is to be passed over."""
        if self._deaf_until_ms is not None and self._clock.monotonic_ms() < self._deaf_until_ms:
            return False
        session = self._new_session()
        self._bulletin.woke(wake, session)
        self._step(happened.Wake(session=session))
        return True

    def unanswered(self) -> None:
        """The ears were open for an answer, and nobody spoke."""
        self._step(happened.Unanswered())

    def hushed(self) -> bool:
        """Somebody said stop, or the microphone is off or gone.

        Returns:
            Whether that ended a session.
        """
        before = self._dialogue.session
        self._step(happened.Hushed())
        return self._dialogue.session is not before

    def began(self, asked: Asked, draft: Draft) -> None:
        """A turn began: tell what was heard and what it means; wait where a client is needed."""
        typed, answers = asked.asr_ms is None, asked.expects is not None
        self._step(happened.Began(session=self._new_session(), typed=typed, answers=answers))
        session = self._dialogue.session
        assert session is not None
        self._turn, self.answer = session.id, None
        words = next((h for h in draft.hypotheses if h.text == draft.text), NO_WORDS)
        if asked.asr_ms is not None:
            self._bulletin.captured(words, session, asr_ms=asked.asr_ms, wake=asked.wake)
        meant = () if draft.agenda.question is not None else draft.requests
        meant = tuple(request for request in meant if request.intent != OUT_OF_SCOPE)
        for request in meant:
            self._bulletin.intent(request, words, session)
        steps = draft.agenda.steps
        self._outside = tuple(s.route.request for s in steps if s.plan.outside is not None)
        expects = asked.expects or Expects()
        self._reason = _reason(draft, meant, expects)
        lost = self._reason is Reason.NOT_RECOGNIZED
        if lost:
            self._bulletin.not_recognized(draft.text, session, goes_on=expects.tells)
        needed = bool(self._outside) or (lost and expects.tells)
        if needed and self._config.answer_ms and self._bus.connected:
            self._step(happened.Handed(id=session.id, patience_ms=self._config.answer_ms))

    def ended(self, error: str | None) -> None:
        """The turn is over."""
        reason = Reason.ERROR if error is not None else self._reason
        self._step(happened.Finished(id=self._turn, reason=reason))

    def look(self, *, free: bool) -> None:
        """Do what is due.

        Args:
            free: Whether the speaker has nothing else to say, to hear or to do.
        """
        self._step(happened.Tick())
        self._free = free and self._talk.quiet
        if not self._talk.quiet:
            return
        if self._saying is not None:
            self._bulletin.said(self._saying)
            self._saying = None
        if free and self._texts and self._dialogue.session is None:
            self._saying = self._texts.popleft()
            self._talk.say(Reply(text=spoken(self._saying.text)), listens=False)
        else:
            self._step(happened.Silent(free=free))

    # What clients want --------------------------------------------------------------------

    def take(self, item: Item) -> bool:
        """Take what happened on the bus; gives True where it was a client's message."""
        match item:
            case BusUp():
                self._bulletin.broker_back()
            case BusDown():
                self._step(happened.Lost())
                self._texts.clear()
            case BusMessage(topic=topic) if topic in SERVED:
                self._serve(item)
                return True
        return False

    def _serve(self, message: BusMessage) -> None:
        """Do what a client asks for; whatever arrives, nothing is raised."""
        if message.retained:
            self._drop(message.topic, "a retained message is ignored")
            return
        try:
            asked = read(message.topic, message.payload)
        except HermesError as exc:
            self._drop(message.topic, str(exc))
            return
        ours = isinstance(asked, ContinueSession | EndSession) or asked.site == self._config.site_id
        if not ours:
            return
        match asked:
            case Say():
                self._say(asked)
            case Query():
                self._query(asked)
            case StartSession():
                self._start(asked)
            case ContinueSession():
                self._continue(asked)
            case EndSession(session_id=id_, text=words, custom_data=data):
                if self._may_speak(id_, words):
                    self._step(happened.Ends(id=id_, text=spoken(words), custom_data=data))
            case HotwordOff():
                self._deaf_until_ms = self._clock.monotonic_ms() + DEAF_MS
            case HotwordOn():
                self._deaf_until_ms = None

    def _say(self, asked: Say) -> None:
        text, session = spoken(asked.text), asked.session_id or ""
        if not text:
            self._bulletin.said(asked)
        elif len(self._texts) >= MOST_TEXTS:
            self._bulletin.complain("tts", session, f"{MOST_TEXTS} texts are waiting already")
        elif not self._may_speak(session, text, "tts"):
            return
        elif self.awaited and session in ("", self._turn):
            self._step(happened.Says(id=session, text=text))
            self._bulletin.said(asked)
        else:
            self._texts.append(asked)

    def _query(self, asked: Query) -> None:
        if not self._queries.take(self._clock.monotonic_ms()):
            self._bulletin.complain("nlu", asked.session_id or "", "too many sentences at once")
            return
        text = " ".join(asked.input.split())
        wanted = asked.intent_filter
        requests = [
            request
            for request in self._understand(text)
            if request.intent != OUT_OF_SCOPE and (wanted is None or request.intent in wanted)
        ]
        self._bulletin.parsed(asked, text, requests)

    def _start(self, asked: StartSession) -> None:
        if not self._sessions.take(self._clock.monotonic_ms()):
            self._bulletin.complain("dialogueManager", "", "too many sessions at once")
            return
        if not self._may_speak("", asked.init.text):
            return
        init, asks = asked.init, asked.init.type == "action"
        session = Session(
            id=self._new_session().id,
            client=True,
            custom_data=asked.custom_data or "",
            expects=Expects(
                intents=init.intent_filter, tells=bool(init.send_intent_not_recognized)
            ),
        )
        text = spoken(init.text) or (ASKED_SILENTLY if asks else "")
        opening = Opening(session=session, text=text, asks=asks)
        may_wait = not asks or init.can_be_enqueued is not False
        self._step(happened.Starts(opening=opening, may_wait=may_wait, free=self._free))

    def _continue(self, asked: ContinueSession) -> None:
        if not self._may_speak(asked.session_id, asked.text):
            return
        pending = next(iter(self._outside), None) if asked.session_id == self._turn else None
        expects = Expects(
            intents=asked.intent_filter,
            slot=asked.slot or "",
            pending=pending,
            tells=bool(asked.send_intent_not_recognized),
        )
        question = happened.Continues(
            id=asked.session_id,
            text=spoken(asked.text) or ASKED_SILENTLY,
            expects=expects,
            custom_data=asked.custom_data,
        )
        self._step(question)

    def _may_speak(self, session: str, text: str | None, where: str = "dialogueManager") -> bool:
        if self._speech.take(self._clock.monotonic_ms(), len(text or "")):
            return True
        self._bulletin.complain(where, session, "too much to say at once")
        return False

    def _drop(self, topic: str, why: str) -> None:
        self.dropped[topic] += 1
        times = self.dropped[topic]
        if str(times).rstrip("0") == "1":
            logger.warning("%s: %s (%d times so far)", topic, why, times)

    # The dialogue -------------------------------------------------------------------------

    def _step(self, event: happened.Event) -> None:
        self._dialogue, effects = step(self._dialogue, event, self._clock.monotonic_ms())
        for effect in effects:
            match effect:
                case happened.Started(session=session):
                    self._bulletin.started(session)
                case happened.Queued(session=session):
                    self._bulletin.queued(session)
                case happened.Ended(session=session, reason=reason):
                    self._bulletin.ended(session, reason)
                case happened.Speak(text=text, asks=asks):
                    self._talk.say(_reply(text, asks=asks), listens=self._listens())
                case happened.Answer(text=text, asks=asks):
                    self.answer = None if text is None else _reply(text, asks=asks)
                case happened.CloseEars():
                    self._talk.stop_hearing()
                case happened.Refused(id=id_, why=why):
                    self._bulletin.complain("dialogueManager", id_, why)

    def _new_session(self) -> Session:
        self._count += 1
        now = self._clock.now()
        return Session(id=f"{self._config.site_id}-{now:%Y%m%dT%H%M%S}-{self._count}")


def _reply(text: str, *, asks: bool) -> Reply:
    return Reply(text=text, asks=Ask.MISSING if asks else None)


def _reason(draft: Draft, meant: tuple[Request, ...], expects: Expects) -> Reason:
    """How the session of a turn ends, if nothing else comes of it."""
    if not draft.hypotheses:
        return Reason.TIMEOUT
    if draft.error is not None:
        return Reason.ERROR
    asks_back = draft.agenda.question is not None and draft.agenda.question.kind is not Ask.REPEAT
    if not (meant or asks_back or (draft.prefix and not draft.agenda.steps)):
        return Reason.NOT_RECOGNIZED
    turned_away = expects.intents is not None and not any(expects.takes(r) for r in meant)
    if turned_away or any(request.intent == "HassNevermind" for request in meant):
        return Reason.ABORTED
    return Reason.NOMINAL
