"""What clients are told: every publication of this site, never retained."""

import logging

import msgspec

from device.errors import BusError
from device.events import Hypothesis, Request, Wake
from device.hermes import publications as told
from device.hermes.intents import Intent, IntentMessage, level, slots_of, tokens_of
from device.hermes.limits import Bucket
from device.hermes.messages import Query, Say
from device.hermes.session import Reason, Session
from device.ports import BusMessage, Ports

logger = logging.getLogger(__name__)

COMPLAINTS = (10, 1.0)
"""Errors that are published at once, and in a second."""


class Bulletin:
    """Publishes.

    While the broker is away nothing is told, and of all that nothing is told later but the
    end of a session whose beginning was told.
    """

    def __init__(self, site: str, ports: Ports) -> None:
        """Speak for a site.

        Args:
            site: Its name, `siteId`.
            ports: The world.
        """
        self._site = site
        self._bus = ports.bus
        self._clock = ports.clock
        self._open: set[str] = set()
        """Sessions that clients were told of, and that are not over."""
        self._owed: list[tuple[Session, Reason]] = []
        """Ends of these that fell into a time without a broker."""
        self._complaints = Bucket(COMPLAINTS[0], per_s=COMPLAINTS[1])

    def woke(self, wake: Wake, session: Session) -> None:
        """The wake word was heard."""
        heard = told.Woken(
            site_id=self._site,
            session_id=session.id,
            model_id=wake.model,
            current_sensitivity=round(wake.score, 4),
        )
        self._publish(told.WOKEN.format(level(wake.model)), heard)

    def started(self, session: Session) -> None:
        """A session began."""
        if self._publish(told.STARTED, told.talking(session, self._site)):
            self._open.add(session.id)

    def queued(self, session: Session) -> None:
        """A session waits for its turn."""
        self._publish(told.QUEUED, told.talking(session, self._site))

    def ended(self, session: Session, reason: Reason) -> None:
        """A session is over: told once, and only where its beginning was told."""
        if session.id not in self._open:
            return
        if self._publish(told.ENDED, told.over(session, reason, self._site)):
            self._open.discard(session.id)
        else:
            self._owed.append((session, reason))

    def broker_back(self) -> None:
        """Tell of the sessions that ended meanwhile."""
        owed, self._owed = self._owed, []
        for session, reason in owed:
            self.ended(session, reason)

    def captured(
        self, words: Hypothesis, session: Session, *, asr_ms: float, wake: Wake | None
    ) -> None:
        """What was heard."""
        captured = told.Captured(
            site_id=self._site,
            session_id=session.id,
            text=words.text,
            likelihood=round(words.score, 4),
            seconds=round(asr_ms / 1000, 3),
            wakeword_id="" if wake is None else wake.model,
        )
        self._publish(told.CAPTURED, captured)

    def intent(
        self, request: Request, words: Hypothesis, session: Session, *, topic: str | None = None
    ) -> None:
        """One request of a turn.

        Args:
            request: What is asked.
            words: What was said altogether.
            session: Where it may be answered.
            topic: Where it is told; None is the topic of its intent.
        """
        message = IntentMessage(
            input=request.text,
            intent=_intent(request),
            slots=slots_of(request),
            site_id=self._site,
            session_id=session.id,
            custom_data=session.custom_data,
            asr_tokens=(tokens_of(words.text, words.words, words.score),),
            asr_confidence=round(words.score, 4),
        )
        self._publish(topic or told.INTENT.format(level(request.intent)), message)

    def not_recognized(self, text: str, session: Session, *, goes_on: bool) -> None:
        """Words that nobody here makes sense of.

        Args:
            text: The words.
            session: Where they were said.
            goes_on: Whether the session's client wants to go on from here.
        """
        words = told.NotRecognized(
            site_id=self._site,
            session_id=session.id,
            input=text,
            custom_data=session.custom_data,
        )
        self._publish(told.NOT_RECOGNIZED, words)
        if goes_on:
            self._publish(told.NOT_UNDERSTOOD, words)

    def parsed(self, query: Query, text: str, requests: list[Request]) -> None:
        """What a client's sentence means, or that it means nothing."""
        session, id_ = query.session_id or "", query.id or ""
        for request in requests:
            message = IntentMessage(
                input=request.text,
                intent=_intent(request),
                slots=slots_of(request),
                site_id=self._site,
                session_id=session,
                asr_tokens=(tokens_of(text, (), 1.0),),
                id=id_,
            )
            self._publish(told.PARSED, message)
        if not requests:
            nothing = told.NotRecognized(
                site_id=self._site, session_id=session, input=query.input, id=id_
            )
            self._publish(told.NOT_RECOGNIZED, nothing)

    def said(self, say: Say) -> None:
        """A client's text was said."""
        done = told.SayFinished(
            site_id=self._site, session_id=say.session_id or "", id=say.id or ""
        )
        self._publish(told.SAID, done)

    def complain(self, where: str, session: str, why: str) -> None:
        """Tell a client why not, unless clients were told so much already."""
        if self._complaints.take(self._clock.monotonic_ms()):
            trouble = told.Trouble(site_id=self._site, session_id=session, error=why)
            self._publish(told.ERROR.format(where), trouble)

    def _publish(self, topic: str, payload: msgspec.Struct) -> bool:
        """Send; gives False where the broker is away."""
        if not self._bus.connected:
            return False
        try:
            self._bus.publish(BusMessage(topic=topic, payload=msgspec.json.encode(payload)))
        except BusError as exc:
            logger.warning("%s", exc)
            return False
        return True


def _intent(request: Request) -> Intent:
    return Intent(intent_name=request.intent, confidence_score=round(request.confidence, 4))
