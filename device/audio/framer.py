"""Sound in blocks of any length becomes whole frames."""

from device.errors import AudioError
from device.events import FRAME_BYTES, FRAME_MS, AudioFrame


class Framer:
    """Stage from raw PCM bytes to whole frames; holds back an unfinished tail."""

    def __init__(self) -> None:
        self._tail = b""
        self._count = 0

    def feed(self, item: bytes) -> list[AudioFrame]:
        """Take sound in blocks of any length.

        Args:
            item: Little-endian int16 mono PCM at 16 kHz, any even number of bytes.

        Returns:
            The frames completed by this block, oldest first.

        Raises:
            AudioError: The block splits a sample (odd number of bytes); nothing is taken.
        """
        if len(item) % 2:
            raise AudioError(f"PCM block of {len(item)} bytes splits a 16-bit sample")
        sound = self._tail + item
        whole = len(sound) // FRAME_BYTES
        frames = [
            AudioFrame(
                pcm=sound[i * FRAME_BYTES : (i + 1) * FRAME_BYTES],
                start_ms=(self._count + i) * FRAME_MS,
            )
            for i in range(whole)
        ]
        self._tail = sound[whole * FRAME_BYTES :]
        self._count += whole
        return frames

    def finish(self) -> list[AudioFrame]:
        """The stream has ended: the tail as a last frame, filled up with silence."""
        if not self._tail:
            return []
        return self.feed(bytes(FRAME_BYTES - len(self._tail)))

    def reset(self) -> None:
        """Forget the tail and start counting time from zero."""
        self._tail = b""
        self._count = 0
