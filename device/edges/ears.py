"""The microphone that fills the inbox, with its switch.

One thread opens the card and reads it; whoever switches it off closes the stream himself, so
that nothing is heard from then on.
"""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from device.edges.inbox import Inbox
from device.errors import AudioError
from device.ports import Microphone, SoundBlock, SoundFound, SoundLost, SoundMissed

logger = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
"""Pauses before a microphone that is gone is looked for again; each is twice the last."""
READ_MS = 200


class Card(Microphone, Protocol):
    """A microphone that knows itself."""

    name: str
    rate_hz: int
    channels: int

    @property
    def overruns(self) -> int:
        """How often sound was lost because nobody read it in time."""
        ...


class Panel(Protocol):
    """A button and a light."""

    @property
    def button(self) -> bool:
        """Whether there is a button."""
        ...

    def show(self, *, muted: bool) -> None:
        """Light the light while the microphone is off."""
        ...


class CardEars:
    """The Ears port: opens the card when it is switched on, and again when it comes back.

    Args:
        open_card: Opens the microphone; raises AudioError while there is none.
        inbox: Where sound goes.
        panel: Button and light, where there are any.
        first_pause_s: The first pause after the microphone was lost, seconds.
    """

    def __init__(
        self,
        open_card: Callable[[], Card],
        inbox: Inbox,
        *,
        panel: Panel | None = None,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._open_card = open_card
        self._inbox = inbox
        self._panel = panel
        self._first_pause_s = first_pause_s
        self._wanted = threading.Event()
        self._changed = threading.Event()
        """Ends a pause early."""
        self._closing = False
        self._guard = threading.RLock()
        """Held while the card is opened and closed."""
        self._card: Card | None = None
        self._thread = threading.Thread(target=self._run, name="microphone", daemon=True)
        self._thread.start()

    @property
    def button(self) -> bool:
        """Whether there is a button that people can press."""
        return self._panel is not None and self._panel.button

    @property
    def card(self) -> Card | None:
        """The microphone that is open, if one is."""
        return self._card

    def listen(self, *, on: bool) -> None:
        """Open the microphone, or close it: once this returns with it off, no stream is open."""
        if on:
            self._wanted.set()
        else:
            self._wanted.clear()
            self._shut()
        self._changed.set()
        if self._panel is not None:
            self._panel.show(muted=not on)

    def close(self) -> None:
        """Stop for good."""
        self._closing = True
        self.listen(on=False)
        self._wanted.set()
        self._thread.join(timeout=2.0)

    def _shut(self) -> None:
        with self._guard:
            card, self._card = self._card, None
            if card is not None:
                card.close()

    def _run(self) -> None:
        """Our own thread: hold a microphone open as long as one is wanted."""
        lost = False
        pause_s = self._first_pause_s
        while not self._closing:
            self._wanted.wait()
            self._changed.clear()
            card: Card | None = None
            try:
                with self._guard:
                    if self._closing or not self._wanted.is_set():
                        continue
                    card = self._card = self._open_card()
                found = SoundFound(name=card.name, rate_hz=card.rate_hz, channels=card.channels)
                self._inbox.put(found)
                lost, pause_s = False, self._first_pause_s
                self._read(card)
            except AudioError as exc:
                with self._guard:
                    if card is not None and self._card is not card:
                        continue  # It was switched off.
                    self._shut()
                if not lost:
                    lost = True
                    self._inbox.put(SoundLost(reason=str(exc)))
                self._changed.wait(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _read(self, card: Card) -> None:
        """Hand on what is heard until the card is closed.

        Raises:
            AudioError: It is gone, or was closed.
        """
        tell_at = 1
        dropped = self._inbox.dropped
        while True:
            block = card.read(READ_MS)
            if block:
                self._inbox.put(SoundBlock(pcm=block))
            missed = card.overruns + self._inbox.dropped - dropped
            if missed >= tell_at:
                self._inbox.put(SoundMissed(count=missed))
                tell_at = 10 * tell_at if missed < 10 * tell_at else 10 * missed
