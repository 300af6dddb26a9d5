"""Where sound comes from: pretend people, recordings that ship, files that are handed in."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from device.edges.recordings import read_blocks
from device.errors import AudioError
from device.events import RATE_HZ
from simulator.voices import Voice, engines, speak

SOUNDS = Path(__file__).parent.parent / "sounds"

VOICES = (
    Voice(engine="flite", name="slt"),
    Voice(engine="flite", name="rms"),
    Voice(engine="flite", name="awb"),
    Voice(engine="flite", name="kal16"),
    Voice(engine="espeak-ng", name="en-us+m3"),
    Voice(engine="espeak-ng", name="en-us+f3"),
    Voice(engine="espeak-ng", name="en-gb+f2"),
    Voice(engine="espeak-ng", name="en-gb-scotland+m7"),
    Voice(engine="espeak-ng", name="en-us+m3", speed=1.4),
    Voice(engine="espeak-ng", name="en-us+f5", pitch=1.3),
)
"""Voices on offer, where their programs are installed."""

BLOCK_BYTES = 2 * RATE_HZ // 10


def title(voice: Voice) -> str:
    """What a voice is called on the page.

    Example: Voice(engine="flite", name="slt", speed=1.4) -> "flite slt, fast".
    """
    words = [f"{voice.engine} {voice.name}"]
    words += ["fast"] if voice.speed > 1 else ["slow"] if voice.speed < 1 else []
    words += ["high"] if voice.pitch > 1 else ["low"] if voice.pitch < 1 else []
    return ", ".join(words)


def voices() -> dict[str, Voice]:
    """The voices that can speak on this machine, by their titles."""
    return {title(voice): voice for voice in VOICES if voice.engine in engines()}


def sounds() -> dict[str, Path]:
    """The recordings that come with the simulator, by their names."""
    return {path.stem: path for path in sorted(SOUNDS.glob("*.ogg"))}


def spoken(text: str, voice: str) -> Iterator[bytes]:
    """A sentence as a voice says it, in blocks.

    Raises:
        AudioError: There is no such voice here, or it made no sound.
    """
    known = voices()
    if voice not in known:
        there = ", ".join(known) or "none; install flite or espeak-ng"
        raise AudioError(f"there is no voice {voice!r} here ({there})")
    pcm = speak(text, known[voice]).astype("<i2").tobytes()
    return (pcm[at : at + BLOCK_BYTES] for at in range(0, len(pcm), BLOCK_BYTES))


def shipped(name: str) -> Iterator[bytes]:
    """A recording that comes with the simulator, in blocks.

    Raises:
        AudioError: There is none of that name.
    """
    path = sounds().get(name)
    if path is None:
        raise AudioError(f"no recording {name!r} comes with the simulator")
    return read_blocks(path)


def handed_in(name: str, content: bytes) -> Iterator[bytes]:
    """A sound file that somebody handed in, in blocks.

    Args:
        name: What the file was called, for the sentence that says what is wrong with it.
        content: All of it.

    Raises:
        AudioError: It is no sound, or damaged.
    """
    with tempfile.TemporaryDirectory(prefix="inglenook-") as folder:
        path = Path(folder) / "sound"
        path.write_bytes(content)
        try:
            yield from read_blocks(path)
        except AudioError as exc:
            raise AudioError(str(exc).replace(str(path), f"the file {name}")) from exc
