"""What goes to the loudspeaker: replies and signals, at the speaker's volume."""

import logging

from device.errors import AudioError
from device.events import Reply
from device.ports import Loudspeaker
from device.speech.sound import Sound
from device.speech.voice import Voice

logger = logging.getLogger(__name__)


class Speaking:
    """Says and plays; without a loudspeaker it stays silent."""

    def __init__(
        self,
        voice: Voice | None,
        loudspeaker: Loudspeaker | None,
        volume: int,
        *,
        signals: int = 100,
    ) -> None:
        self._voice = voice
        self._signals = signals
        self._loudspeaker = loudspeaker
        self.volume = volume
        """Loudness of what is said from now on, 0 to 100."""

    def say(self, reply: Reply) -> int:
        """Say a reply; gives its length in milliseconds, 0 when nothing is said."""
        sounds = [] if self._voice is None else self._voice.feed(reply)
        for sound in sounds:
            self.play(sound)
        return sum(sound.ms for sound in sounds)

    def play(self, sound: Sound) -> None:
        """Play a sound, at once; a loudspeaker that is gone is only logged."""
        if self._loudspeaker is None:
            return
        sound = sound.at_volume(self.volume)
        try:
            self._loudspeaker.play(sound.pcm, rate_hz=sound.rate_hz)
        except AudioError as exc:
            logger.warning("%s", exc)

    def signal(self, sound: Sound) -> None:
        """Play a sign of listening: softer than replies, or not at all, as the owner set it."""
        if self._signals:
            self.play(sound.at_volume(self._signals))

    def stop(self) -> None:
        """Fall silent at once."""
        if self._loudspeaker is not None:
            self._loudspeaker.stop()
