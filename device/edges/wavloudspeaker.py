"""A loudspeaker that writes what is said into a wav file."""

import wave
from pathlib import Path

from device.edges.resampling import Resampler, from_pcm
from device.errors import AudioError


class WavLoudspeaker:
    """The Loudspeaker port on a wav file: sounds are written one after another.

    The file is whole after each of them.

    Args:
        path: Replaced when it is there.

    Raises:
        AudioError: The file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._raw = path.open("wb")
        except OSError as exc:
            raise AudioError(f"sound file {path} cannot be written: {exc.strerror}") from exc
        self._path = path
        self._file: wave.Wave_write | None = None

    def play(self, pcm: bytes, *, rate_hz: int) -> None:
        """Write int16 mono PCM; the first sound decides the rate of the file.

        Raises:
            AudioError: The disk is full or gone.
        """
        try:
            if self._file is None:
                self._file = wave.open(self._raw, "wb")  # noqa: SIM115 - closed by `close`
                self._file.setparams((1, 2, rate_hz, 0, "NONE", ""))
            resampler = Resampler(rate_hz, self._file.getframerate())
            self._file.writeframes(resampler.feed(from_pcm(pcm)) + resampler.finish())
            self._raw.flush()
        except OSError as exc:
            raise AudioError(f"sound file {self._path} cannot be written: {exc.strerror}") from exc

    def stop(self) -> None:
        """A file is silent already."""

    def close(self) -> None:
        """Close the file; one without any sound is removed."""
        if self._file is None:
            self._path.unlink(missing_ok=True)
        else:
            self._file.close()
        self._raw.close()
