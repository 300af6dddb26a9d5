"""How long a slower processor thinks: an estimate, from what one core of a server takes.

The figures are medians of `inglenook bench` on one thread of a shared 2.5 GHz Xeon in a busy
minute; a Raspberry Pi 4 is four to six times slower than that (DESIGN, section 5). Nothing is
measured while a scenario runs, so that it comes out the same everywhere.
"""

from device.errors import ConfigError

TYPED_MS = 5.5
"""From a typed request to its commands, milliseconds."""
HEARD_MS = 22.8
"""The same from the end of speech."""
RECOGNITION = 0.104
"""Recognition, seconds of computing for each second of speech."""


class Pace:
    """A processor that is so many times slower than the one above."""

    def __init__(self, slower: float) -> None:
        """Take the factor.

        Args:
            slower: How many times slower, above 0.

        Raises:
            ConfigError: It is not above 0.
        """
        if not slower > 0:
            raise ConfigError(f"a processor is slower by a factor above 0, found {slower:g}")
        self._slower = slower

    @property
    def typed_ms(self) -> int:
        """From a typed request to its commands."""
        return round(TYPED_MS * self._slower)

    def heard_ms(self, sound_ms: int) -> int:
        """From the end of speech to its commands.

        Args:
            sound_ms: How long the recording is. Where recognition is slower than speech, it has
                fallen behind by then.
        """
        behind = max(RECOGNITION * self._slower - 1, 0) * sound_ms
        return round(HEARD_MS * self._slower + behind)
