"""Microphone and loudspeaker through PortAudio, at whatever rate the card has."""

import queue
import threading
from typing import Any

import numpy as np

from device.edges.beam import Beam
from device.edges.echo import Echo
from device.edges.playback import Playback
from device.edges.portaudio import LOCK, OPEN, Device, device_info, formats, library, look_again
from device.edges.resampling import Resampler, from_pcm, mono
from device.errors import AudioError
from device.events import RATE_HZ

BLOCK_MS = 20
QUEUE_BLOCKS = 500
"""Blocks that may wait to be read: 10 seconds. Later ones are lost and counted."""
DEAD_MS = 2_000
"""A microphone that gives nothing for so long is gone."""


class CardMicrophone:
    """The Microphone port on a sound card.

    PortAudio's thread only puts blocks on the queue; mixing and resampling happen in the
    thread that reads.

    Args:
        device: Number or part of the name of the card; None takes the default one.
        channel: Which channel to listen to, from 0; several are aimed at who speaks; None
            mixes all.
        echo: Takes out what the loudspeaker plays.

    Raises:
        AudioError: There is no such microphone, or it cannot be opened.
    """

    def __init__(
        self,
        device: Device = None,
        *,
        channel: int | tuple[int, ...] | None = None,
        echo: Echo | None = None,
    ) -> None:
        if isinstance(channel, tuple):
            channel = channel[0] if len(channel) == 1 else channel or None
        self._channel = channel
        self._echo = echo
        self._blocks: queue.Queue[tuple[bytes, float]] = queue.Queue(maxsize=QUEUE_BLOCKS)
        self._overruns = 0
        self._taken = self._given = 0
        """Samples that came in and that went out."""
        self._waited_ms = 0
        with LOCK:
            try:
                self._stream = self._open(device)
            except AudioError:
                # It may have been plugged in a moment ago.
                if not look_again():
                    raise
                self._stream = self._open(device)
            OPEN.add(self)
        self._resampler = Resampler(self.rate_hz, RATE_HZ)
        self._beam = Beam(self.rate_hz, len(channel) if isinstance(channel, tuple) else 1)

    @property
    def playing(self) -> bool:
        """Whether sound is coming in."""
        return bool(self._stream.active)

    @property
    def overruns(self) -> int:
        """How often sound was lost because nobody read it in time."""
        return self._overruns

    def read(self, timeout_ms: int) -> bytes | None:
        """Wait for the next block: int16 mono PCM at RATE_HZ; None when nothing came.

        Raises:
            AudioError: The microphone is gone.
        """
        try:
            block, at_s = self._blocks.get(timeout=timeout_ms / 1000)
        except queue.Empty:
            self._waited_ms += max(1, timeout_ms)
            if not self._stream.active or self._waited_ms >= DEAD_MS:
                raise AudioError(f"microphone {self.name} is gone; is it unplugged?") from None
            return None
        self._waited_ms = 0
        samples = from_pcm(block).reshape(-1, self.channels)
        heard_s = at_s - self._taken / self.rate_hz + self._given / RATE_HZ
        if isinstance(self._channel, tuple):
            one = self._beam.feed(samples[:, self._channel])
            heard_s -= self._beam.latency / self.rate_hz
        else:
            one = mono(samples, self._channel)
        pcm = self._resampler.feed(one)
        self._taken += len(samples)
        self._given += len(pcm) // 2
        return pcm if self._echo is None else self._echo.cancel(pcm, at_s=heard_s)

    def close(self) -> None:
        """Stop listening."""
        with LOCK:
            self._stream.close(ignore_errors=True)
            OPEN.discard(self)

    def _open(self, device: Device) -> Any:  # noqa: ANN401
        sounddevice = library()
        info = device_info("input", device)
        self.name = str(info["name"])
        most = int(info["max_input_channels"])
        last = max(self._channel) if isinstance(self._channel, tuple) else self._channel
        if last is not None and last >= most:
            raise AudioError(f"microphone {self.name} has no channel {last}, only 0 to {most - 1}")
        reason = "no format fits"
        wanted = 1 if last is None else last + 1
        for self.rate_hz, self.channels in formats("input", info, wanted=wanted):
            stream = None
            try:
                stream = sounddevice.RawInputStream(
                    samplerate=self.rate_hz,
                    blocksize=self.rate_hz * BLOCK_MS // 1000,
                    device=info["index"],
                    channels=self.channels,
                    dtype="int16",
                    callback=self._keep,
                )
                stream.start()
            except sounddevice.PortAudioError as exc:
                reason = _first_line(exc)
                if stream is not None:
                    stream.close(ignore_errors=True)
                continue
            return stream
        raise AudioError(f"microphone {self.name} cannot be opened: {reason}")

    def _keep(self, block: Any, _frames: int, time: Any, status: Any) -> None:  # noqa: ANN401
        """Runs in PortAudio's thread."""
        if status.input_overflow:
            self._overruns += 1
        try:
            at_s = time.inputBufferAdcTime or time.currentTime
            self._blocks.put_nowait((bytes(block), at_s))
        except queue.Full:
            self._overruns += 1


class CardLoudspeaker:
    """The Loudspeaker port on a sound card.

    Sounds that are played while others last are mixed with them. One that was unplugged
    and has come back is found when a microphone is opened, or when none is open.

    Args:
        device: Number or part of the name of the card; None takes the default one.
        echo: Is told what is played.

    Raises:
        AudioError: There is no such loudspeaker.
    """

    def __init__(self, device: Device = None, *, echo: Echo | None = None) -> None:
        self._device = device
        self._echo = echo
        self.name = str(device_info("output", device)["name"])
        self._playback = Playback()
        self._guard = threading.Lock()
        self._running = False
        """Whether the callback will ask for more; like the playback under the guard."""
        self._stream: Any = None
        self._rate_hz, self._channels = RATE_HZ, 1

    @property
    def playing(self) -> bool:
        """Whether something is being played."""
        with self._guard:
            return self._running

    def play(self, pcm: bytes, *, rate_hz: int) -> None:
        """Play int16 mono PCM, at once, without waiting for its end.

        Raises:
            AudioError: The loudspeaker is gone.
        """
        if not pcm:
            return
        with LOCK:
            if self._stream is None:
                self._open()
            resampler = Resampler(rate_hz, self._rate_hz)
            sound = from_pcm(resampler.feed(from_pcm(pcm)) + resampler.finish())
            with self._guard:
                self._playback.add(sound)
                running, self._running = self._running, True
            if not running:
                self._start()

    def stop(self) -> None:
        """Fall silent at once."""
        with LOCK:
            with self._guard:
                self._playback.clear()
                self._running = False
            if self._stream is not None:
                self._stream.abort(ignore_errors=True)

    def close(self) -> None:
        """Give the card back; the next sound opens it again."""
        with LOCK:
            self.stop()
            if self._stream is not None:
                self._stream.close(ignore_errors=True)
                self._stream = None
            OPEN.discard(self)

    def _open(self) -> None:
        try:
            info = device_info("output", self._device)
        except AudioError:
            if not look_again():
                raise
            info = device_info("output", self._device)
        sounddevice = library()
        reason = "no format fits"
        for rate_hz, channels in formats("output", info, wanted=1):
            try:
                self._stream = sounddevice.RawOutputStream(
                    samplerate=rate_hz,
                    device=info["index"],
                    channels=channels,
                    dtype="float32",
                    callback=self._fill,
                )
            except sounddevice.PortAudioError as exc:
                reason = _first_line(exc)
                continue
            self._rate_hz, self._channels = rate_hz, channels
            OPEN.add(self)
            return
        raise AudioError(f"loudspeaker {self.name} cannot be opened: {reason}")

    def _start(self) -> None:
        """Start the stream; one that ended by itself has to be stopped first."""
        try:
            self._stream.stop()
            self._stream.start()
        except library().PortAudioError as exc:
            self.close()
            raise AudioError(
                f"loudspeaker {self.name} is gone ({_first_line(exc)}); is it unplugged?"
            ) from exc

    def _fill(self, block: Any, frames: int, time: Any, _status: Any) -> None:  # noqa: ANN401
        """Runs in PortAudio's thread; ends the stream when all is played."""
        with self._guard:
            sound = self._playback.take(frames)
            self._running = self._running and not self._playback.silent
            running = self._running
        block[:] = np.repeat(sound, self._channels).tobytes()
        if self._echo is not None:
            at_s = time.outputBufferDacTime or time.currentTime
            self._echo.played(sound, rate_hz=self._rate_hz, at_s=at_s)
        if not running:
            raise library().CallbackStop


def _first_line(exc: Exception) -> str:
    return (str(exc).splitlines() or ["no reason given"])[0]
