"""The speaker's voice: replies become sound."""

from device.events import Reply
from device.speech import espeak
from device.speech.sound import Sound


class Voice:
    """Stage from replies to sound.

    Raises:
        AudioError: espeak-ng is missing or has no such voice; said at once, not at the
            first reply.
    """

    def __init__(
        self,
        *,
        voice: str = espeak.DEFAULT_VOICE,
        words_per_minute: int = espeak.DEFAULT_WORDS_PER_MINUTE,
    ) -> None:
        self._voice = voice
        self._words_per_minute = words_per_minute
        espeak.check(voice)

    def feed(self, item: Reply) -> list[Sound]:
        """Say one reply; nothing comes of one without a word."""
        pcm, rate_hz = espeak.synthesize(
            item.text, voice=self._voice, words_per_minute=self._words_per_minute
        )
        return [Sound(pcm=pcm, rate_hz=rate_hz)] if pcm else []

    def reset(self) -> None:
        """Nothing is remembered between replies."""
