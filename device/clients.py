"""Other people's programs on the bus: what they are told in Hermes, and what they may do.

They hear of every turn. What no skill of the speaker's own answers, they may answer; the
turn waits for it. They may speak and ask, one after another and within limits. What is
answered to them is theirs, and never a yes to a question of the speaker's own.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable

from device.config import HermesConfig
from device.errors import HermesError
from device.events import Reply, Request
from device.events import Wake as WakeWord
from device.hermes import events as happened
from device.hermes.bulletin import Bulletin
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
from device.hermes.session import Expects, Opening, Session
from device.nlu.intents import OUT_OF_SCOPE
from device.ports import BusDown, BusMessage, BusUp, Item, Ports
from device.sessions import Sessions
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
        self._bulletin = Bulletin(config.site_id, ports)
        self.sessions = Sessions(config, ports, talk, self._bulletin, listens=listens)
        self._free = False
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
        return self.sessions.dialogue.expects

    def woke(self, wake: WakeWord) -> bool:
        """The wake word was heard; gives False where it is to be passed over."""
        if self._deaf_until_ms is not None and self._clock.monotonic_ms() < self._deaf_until_ms:
            return False
        session = self.sessions.new()
        self._bulletin.woke(wake, session)
        self.sessions.step(happened.Wake(session=session))
        return True

    def unanswered(self) -> None:
        """The ears were open for an answer, and nobody spoke."""
        self.sessions.step(happened.Unanswered())

    def hushed(self) -> bool:
        """Somebody said stop, or the microphone is off or gone.

        Returns:
            Whether that ended a session.
        """
        before = self.sessions.dialogue.session
        self.sessions.step(happened.Hushed())
        return self.sessions.dialogue.session is not before

    def look(self, *, free: bool) -> None:
        """Do what is due.

        Args:
            free: Whether the speaker has nothing else to say, to hear or to do.
        """
        self.sessions.step(happened.Tick())
        self._free = free and self._talk.quiet
        if not self._talk.quiet:
            return
        if self._saying is not None:
            self._bulletin.said(self._saying)
            self._saying = None
        if free and self._texts and self.sessions.dialogue.session is None:
            self._saying = self._texts.popleft()
            self._talk.say(Reply(text=spoken(self._saying.text)), listens=False)
        else:
            self.sessions.step(happened.Silent(free=free))

    # What clients want --------------------------------------------------------------------

    def take(self, item: Item) -> bool:
        """Take what happened on the bus; gives True where it was a client's message."""
        match item:
            case BusUp():
                self._bulletin.broker_back()
            case BusDown():
                self.sessions.step(happened.Lost())
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
            case EndSession(session_id=id_, text=words, custom_data=data, declined=declined):
                if self._may_speak(id_, words):
                    text = spoken(words)
                    self.sessions.step(
                        happened.Ends(id=id_, text=text, custom_data=data, declined=declined)
                    )
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
        elif self.sessions.hears(session):
            self.sessions.step(happened.Says(id=session, text=text))
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
            id=self.sessions.new().id,
            client=True,
            custom_data=asked.custom_data or "",
            expects=Expects(
                intents=init.intent_filter, tells=bool(init.send_intent_not_recognized)
            ),
        )
        text = spoken(init.text) or (ASKED_SILENTLY if asks else "")
        opening = Opening(session=session, text=text, asks=asks)
        may_wait = not asks or init.can_be_enqueued is not False
        self.sessions.step(happened.Starts(opening=opening, may_wait=may_wait, free=self._free))

    def _continue(self, asked: ContinueSession) -> None:
        if not self._may_speak(asked.session_id, asked.text):
            return
        outside, pending = self.sessions.about(asked.session_id)
        expects = Expects(
            intents=asked.intent_filter,
            slot=asked.slot or "",
            pending=pending,
            tells=bool(asked.send_intent_not_recognized),
            outside=outside,
        )
        question = happened.Continues(
            id=asked.session_id,
            text=spoken(asked.text) or ASKED_SILENTLY,
            expects=expects,
            custom_data=asked.custom_data,
        )
        self.sessions.step(question)

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
