"""The PortAudio library, loaded when a sound card is first wanted.

Typed requests and recordings need no sound card, so nothing imports this library before.

PortAudio looks for cards only when it is initialized. To find one that was plugged in
later it has to be ended and begun anew, which makes every open stream invalid; whoever
has one is therefore in `OPEN` and works under `LOCK`.
"""

import threading
from collections.abc import Iterator
from typing import Any, Literal, Protocol
from weakref import WeakSet

from device.errors import AudioError

Kind = Literal["input", "output"]
Device = str | int | None


class Opened(Protocol):
    """What has a stream of PortAudio."""

    @property
    def playing(self) -> bool:
        """Whether closing it would be heard."""
        ...

    def close(self) -> None:
        """Close the stream; the next use opens another one."""
        ...


LOCK = threading.RLock()
"""Held while streams are opened, started and closed."""
OPEN: WeakSet[Opened] = WeakSet()
"""Who has a stream."""

_NAMES: dict[Kind, str] = {"input": "microphone", "output": "loudspeaker"}
_OTHER_RATES_HZ = (48_000, 44_100, 32_000, 16_000)
_MOST_REAL_CHANNELS = 16
"""Sound servers claim to have 32 or 128 channels; a real array has at most so many."""


def library() -> Any:  # noqa: ANN401 - sounddevice has no types
    """The sounddevice module.

    Raises:
        AudioError: sounddevice or the PortAudio library under it is not installed.
    """
    try:
        import sounddevice
    except OSError as exc:
        raise AudioError(
            "sound cards need the PortAudio library, which is not installed; "
            "install the Debian package libportaudio2"
        ) from exc
    except ImportError as exc:
        raise AudioError("sound cards need sounddevice; install it with pip") from exc
    return sounddevice


def look_again() -> bool:
    """Look for cards that were plugged in since PortAudio was loaded.

    Returns:
        Whether it looked; it does not while something is playing or recording.

    Raises:
        AudioError: PortAudio is not installed.
    """
    sounddevice = library()
    with LOCK:
        if any(opened.playing for opened in OPEN):
            return False
        for opened in list(OPEN):
            opened.close()
        # No public function does this; both have kept their names since version 0.3.
        sounddevice._terminate()  # noqa: SLF001
        sounddevice._initialize()  # noqa: SLF001
        return True


def device_info(kind: Kind, device: Device) -> dict[str, Any]:
    """What PortAudio says about a sound card.

    Args:
        kind: Which side of it.
        device: Its number, or a part of its name; None takes the default one.

    Raises:
        AudioError: There is none; the message lists what there is.
    """
    sounddevice = library()
    name = _NAMES[kind]
    try:
        found: dict[str, Any] = dict(sounddevice.query_devices(device, kind))
    except (ValueError, sounddevice.PortAudioError) as exc:
        there = ", ".join(cards(kind))
        if device is None or not there:
            raise AudioError(
                f"no {name} found; plug one in" + (f" or choose one of: {there}" if there else "")
            ) from exc
        raise AudioError(f"no {name} {device!r} found; there are: {there}") from exc
    if found[f"max_{kind}_channels"] < 1:
        raise AudioError(f"{found['name']} is no {name}; there are: {', '.join(cards(kind))}")
    return found


def cards(kind: Kind) -> list[str]:
    """Names of the sound cards that have an input or an output.

    Raises:
        AudioError: PortAudio is not installed.
    """
    sounddevice = library()
    try:
        found = list(sounddevice.query_devices())
    except sounddevice.PortAudioError:
        return []
    return [str(card["name"]) for card in found if card[f"max_{kind}_channels"] > 0]


def formats(kind: Kind, info: dict[str, Any], *, wanted: int) -> Iterator[tuple[int, int]]:
    """Rates in hertz and numbers of channels to try, best first.

    Args:
        kind: Which side of the card.
        info: What `device_info` said.
        wanted: Channels at least; a real card is opened with all that it has, because many
            refuse anything else.
    """
    most = int(info[f"max_{kind}_channels"])
    counts = [most if most <= _MOST_REAL_CHANNELS else max(2, wanted), wanted]
    own_hz = int(info["default_samplerate"])
    rates_hz = [own_hz, *(hz for hz in _OTHER_RATES_HZ if hz != own_hz)]
    for rate_hz in rates_hz:
        for channels in dict.fromkeys(counts):
            if wanted <= channels <= most:
                yield rate_hz, channels
