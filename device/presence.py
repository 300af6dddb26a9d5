"""The speaker as others see it on the bus: what it shows of itself, and what is typed to it.

    inglenook/speaker/<client_id>/availability   online or offline, retained, the last will
    inglenook/speaker/<client_id>/request        the last request, retained, if shown at all
    inglenook/speaker/<client_id>/reply          the last reply, likewise
    inglenook/speaker/<client_id>/request/set    a request in words, at most 255 characters

Its dealings with other people's programs are in `device.clients`.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from device.announcement import STATE_CHARACTERS, Topics, entities, state
from device.clients import Clients
from device.config import Config
from device.draft import Asked, Draft
from device.effects import Response
from device.errors import BusError
from device.events import Hypothesis, Request, Turn, Wake
from device.hermes.limits import Bucket
from device.hermes.messages import spoken
from device.ports import BusMessage, BusUp, Item, Ports
from device.routing.agenda import Agenda
from device.talk import Talk

logger = logging.getLogger(__name__)

TYPED = (20, 1.0)
"""Typed requests at once, and in a second."""
ANNOUNCED = (3, 0.1)
"""Announcements at once, and in a second, however often Home Assistant comes and goes."""


def will(client_id: str) -> BusMessage:
    """What the broker is to say when the speaker vanishes."""
    return BusMessage(topic=Topics.of(client_id).availability, payload=b"offline", retained=True)


class Presence:
    """What the speaker says and hears on the bus about itself."""

    def __init__(
        self,
        config: Config,
        ports: Ports,
        talk: Talk,
        *,
        understand: Callable[[str], tuple[Request, ...]],
        listens: Callable[[], bool],
    ) -> None:
        """Listen to the bus.

        Args:
            config: What the owner set.
            ports: The world.
            talk: Ears and mouth.
            understand: What a sentence asks for; nothing of it is done.
            listens: Whether the microphone is on.
        """
        self._config = config.announce
        self._ports = ports
        self._keep = timedelta(days=config.records.keep_days)
        speaker = config.speaker
        self._topics = Topics.of(config.broker.client_id)
        prefix = config.home.homeassistant
        self._entities = {}
        if prefix:
            self._entities = entities(config.broker.client_id, speaker.name, speaker.room, prefix)
        self._birth = f"{prefix}/status"
        self._clients = None
        if config.hermes.enabled:
            self._clients = Clients(
                config.hermes, ports, talk, understand=understand, listens=listens
            )
        self._typed = Bucket(TYPED[0], per_s=TYPED[1])
        self._announced = Bucket(ANNOUNCED[0], per_s=ANNOUNCED[1])
        self._asked_remotely = False
        """Whether the last question was put to somebody who types on the bus."""
        self._shown: dict[str, bytes] = {}
        """What the topics of the last request and the last reply say."""
        self._shown_at: datetime | None = None
        self._refused = 0
        if self._config.homeassistant:
            ports.bus.subscribe([self._birth, self._topics.typed])

    # What comes in ------------------------------------------------------------------------

    def take(self, item: Item) -> tuple[Asked, ...] | None:
        """Take what happened on the bus.

        Returns:
            What is asked with it; None where it is no message for the speaker itself.
        """
        if self._clients is not None and self._clients.take(item):
            return ()
        match item:
            case BusUp():
                self._send(self._topics.availability, b"online")
                self._announce()
            case BusMessage(topic=self._birth, payload=b"online", retained=False):
                self._announce()
                return ()
            case BusMessage(topic=self._topics.typed) if self._config.homeassistant:
                asked = self._read(item)
                return () if asked is None else (asked,)
        return None

    def woke(self, wake: Wake) -> bool:
        """The wake word was heard; gives False where it is to be passed over."""
        return self._clients is None or self._clients.woke(wake)

    def unanswered(self) -> None:
        """The ears were open for an answer, and nobody spoke."""
        if self._clients is not None:
            self._clients.unanswered()

    def hushed(self) -> bool:
        """Somebody said stop, or the microphone is off or gone: whether a session ended by it."""
        return self._clients is not None and self._clients.hushed()

    # A turn -------------------------------------------------------------------------------

    @property
    def awaited(self) -> bool:
        """Whether the turn under way waits for a client."""
        return self._clients is not None and self._clients.sessions.awaited

    @property
    def responses(self) -> Mapping[int, Response]:
        """Place of a request in the turn under way -> what came of asking clients for it."""
        return {} if self._clients is None else self._clients.sessions.responses

    @property
    def declined(self) -> tuple[tuple[int, str], ...]:
        """Requests of the turn that whoever was asked does not know, and what they said."""
        return () if self._clients is None else self._clients.sessions.declined

    def again(self, agenda: Agenda, place: int) -> None:
        """A request that a client declined goes somewhere else, or nowhere."""
        if self._clients is not None:
            self._clients.sessions.again(agenda, place)

    @property
    def asks(self) -> bool:
        """Whether a client's question is open."""
        return self._clients is not None and self._clients.expects is not None

    @property
    def any_words(self) -> bool:
        """Whether the question that a client asked may be answered in any words."""
        expects = None if self._clients is None else self._clients.expects
        return expects is not None and bool(expects.slot)

    def addressed(self, asked: Asked) -> Asked:
        """What is asked now, with the client's question that is open now."""
        if asked.scheduled:
            return asked
        return replace(asked, expects=None if self._clients is None else self._clients.expects)

    def current(self, asked: Asked) -> Asked:
        """What has waited for its turn, without a client's question that is open no more.

        An answer counts only where the question was put: what is typed on the bus never
        agrees to what the speaker asked aloud, nor the other way round.
        """
        expects = None if self._clients is None else self._clients.expects
        elsewhere = asked.remote != self._asked_remotely
        return replace(
            asked,
            expects=expects if asked.expects is expects else None,
            scheduled=asked.scheduled or elsewhere,
        )

    def began(self, asked: Asked, draft: Draft) -> None:
        """A turn began."""
        if draft.agenda.question is not None:
            self._asked_remotely = asked.remote
        if self._clients is not None:
            self._clients.sessions.began(asked, draft)

    def ended(self, turn: Turn, *, kept: bool = True, asks: bool = False) -> None:
        """A turn is over.

        Args:
            turn: What happened.
            asks: Whether it ends with a question of the speaker's own.
            kept: Whether it may be remembered; False where it deleted what was said.
        """
        if self._clients is not None:
            self._clients.sessions.ended(turn.error, asks=asks)
        if kept:
            self.announced(turn)
        else:
            self._clear()

    def dropped(self) -> None:
        """A turn was given up."""
        if self._clients is not None:
            self._clients.sessions.ended("the turn was given up")

    def announced(self, turn: Turn) -> None:
        """Something was said: show it, and what it was said to."""
        if not self._shows:
            return
        at = turn.at.isoformat(timespec="seconds")
        if turn.text:
            self._show(self._topics.request, state(turn.text, at=at), turn.at)
        reply = state(turn.reply.text, at=at, asks=turn.reply.asks)
        self._show(self._topics.reply, reply, turn.at)

    def look(self, *, free: bool) -> None:
        """Do what is due.

        Args:
            free: Whether the speaker has nothing else to say, to hear or to do.
        """
        if self._clients is not None:
            self._clients.look(free=free)
        at = self._shown_at
        if at is not None and self._ports.clock.now() - at > self._keep:
            self._clear()

    def leave(self) -> None:
        """Say goodbye: the will is for those who cannot."""
        if self._clients is not None:
            self._clients.sessions.leave()
        self._send(self._topics.availability, b"offline")

    # Home Assistant -----------------------------------------------------------------------

    @property
    def _shows(self) -> bool:
        return self._config.homeassistant and self._config.requests and bool(self._keep)

    def _announce(self) -> None:
        """Announce what is shown, and take back what is not."""
        if not self._announced.take(self._ports.clock.monotonic_ms()):
            return
        shown = {"typed"} if self._config.homeassistant else set()
        if self._config.homeassistant and self._ports.ears is not None:
            shown.add("microphone")
        if self._shows:
            shown |= {"request", "reply"}
        for key, entity in self._entities.items():
            self._send(entity.topic, entity.payload if key in shown else b"")
        for topic in (self._topics.request, self._topics.reply):
            self._send(topic, self._shown.get(topic, b""))

    def _show(self, topic: str, payload: bytes, at: datetime) -> None:
        self._shown[topic], self._shown_at = payload, at
        self._send(topic, payload)

    def _clear(self) -> None:
        """Take what was last said off the broker."""
        self._shown.clear()
        self._shown_at = None
        for topic in (self._topics.request, self._topics.reply):
            self._send(topic, b"")

    def _read(self, message: BusMessage) -> Asked | None:
        """A request that somebody typed; None where it cannot be one."""
        try:
            text = spoken(message.payload.decode("utf-8"))
        except UnicodeDecodeError:
            text = ""
        now_ms = self._ports.clock.monotonic_ms()
        fits = 0 < len(text) <= STATE_CHARACTERS
        if message.retained or not fits or not self._typed.take(now_ms):
            self._refused += 1
            if str(self._refused).rstrip("0") == "1":
                logger.warning(
                    "%s takes up to %d characters, not retained, one request a second; "
                    "ignored what came (%d times so far)",
                    *(message.topic, STATE_CHARACTERS, self._refused),
                )
            return None
        return Asked(hypotheses=(Hypothesis(text=text, score=1.0),), remote=True)

    def _send(self, topic: str, payload: bytes) -> None:
        """Publish, retained; what cannot be sent now is sent when the broker is back."""
        if not self._ports.bus.connected:
            return
        try:
            self._ports.bus.publish(BusMessage(topic=topic, payload=payload, retained=True))
        except BusError as exc:
            logger.warning("%s", exc)
