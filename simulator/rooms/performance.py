"""What happens in a room, as the microphone of the speaker there hears it.

Chance is drawn from one seed for each thing of its own (places, noise, hiss), so that another
noise does not move the people.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from device.edges.echo import Echo
from device.edges.recordings import read_whole
from device.errors import AudioError
from device.speech.espeak import DEFAULT_PITCH, DEFAULT_VOICE, DEFAULT_WORDS_PER_MINUTE
from simulator import voices
from simulator.acoustics import RATE_HZ, Sound, from_pcm, reverberate, speech_level, to_pcm
from simulator.rooms.heard import Heard
from simulator.rooms.noises import NOISES
from simulator.rooms.responses import responses
from simulator.rooms.room import Place, RoomSound
from simulator.soundcard import BLOCK, PretendCard

SPEECH_DBFS = -26.0
"""How loud the direct sound of ordinary speech arrives from 1 m, dB of full scale."""
HISS_DBFS = -80.0
"""The microphone's own noise."""
ARRAY_M = 0.032
"""From the middle of the speaker to each of its microphones, metres."""
LOUDSPEAKER_M = 0.09
"""From the loudspeaker to the microphones, metres."""
_ECHO_DB = -9.0
"""How much softer the speaker hears itself than it would at full scale."""
_OWN_VOICE = voices.Voice(
    engine="espeak-ng",
    name=DEFAULT_VOICE,
    speed=DEFAULT_WORDS_PER_MINUTE / 160,
    pitch=DEFAULT_PITCH / 50,
)

Int16Array = npt.NDArray[np.int16]


def performed(heard: Heard, seed: int) -> Int16Array:
    """What the speaker hears.

    Args:
        heard: What happens.
        seed: Of everything that is left open, 0 or more; the same gives the same sound.

    Returns:
        Mono sound at 16 kHz, as long as the speech with `before_s` and `behind_s`.

    Raises:
        AudioError: The voice's program is missing, or the recording cannot be read.
        ValueError: Nobody can stand as far away in the room.
    """
    (near,) = _near(heard, seed, 1)
    if heard.reply:
        near = _beside_echo(near, heard, seed)
    return to_pcm(near)


def performed_to_array(heard: Heard, seed: int, microphones: int) -> Int16Array:
    """What several microphones on a circle hear; the first is the one of `performed`.

    Args:
        heard: What happens; the speaker itself says nothing meanwhile.
        seed: As in `performed`.
        microphones: How many, 1 to 8.

    Returns:
        Sound of shape (samples, microphones) at 16 kHz.

    Raises:
        AudioError: As in `performed`.
        ValueError: As in `performed`, or the speaker speaks itself.
    """
    if heard.reply:
        raise ValueError("echo is heard by one microphone, not by an array")
    return np.stack([to_pcm(one) for one in _near(heard, seed, microphones)], axis=1)


def _near(heard: Heard, seed: int, microphones: int) -> list[Sound]:
    """All but the echo, for each microphone."""
    places, noises, *hisses = (
        np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(2 + microphones)
    )
    middle, mouth = _stand(heard, places)
    array = _array(middle, microphones)
    gain = np.float32(10 ** ((SPEECH_DBFS + heard.loudness_db) / 20))
    said = gain * _speech(heard)
    arriving = _arriving(said, heard.room, mouth, array, seed)
    if heard.noise is not None:
        length = len(said)
        sources = NOISES[heard.noise](length, noises)
        noise = [np.zeros(length, np.float32) for _ in array]
        for number, source in enumerate(sources):
            at = _noise_place(heard, middle, places, first=number == 0)
            ways = _arriving(source, heard.room, at, array, seed + number + 1)
            noise = [total + way for total, way in zip(noise, ways, strict=True)]
        wanted = speech_level(arriving[0]) if heard.spoken else _usual(gain, middle, mouth)
        level = float(np.sqrt(np.mean(np.square(noise[0], dtype=np.float64))))
        scale = np.float32(wanted / max(level, 1e-9) * 10 ** (-heard.snr_db / 20))
        arriving = [one + scale * more for one, more in zip(arriving, noise, strict=True)]
    hiss = np.float32(10 ** (HISS_DBFS / 20))
    return [
        one + hiss * random.standard_normal(len(one)).astype(np.float32)
        for one, random in zip(arriving, hisses, strict=True)
    ]


def _stand(heard: Heard, random: np.random.Generator) -> tuple[Place, Place]:
    """Where the speaker stands, and where somebody's mouth is."""
    if heard.room is None:
        return (0.0, 0.0, 0.0), (0.0, heard.distance_m, 0.0)
    for _ in range(_TABLES):
        middle = heard.room.speaker(random)
        if heard.person_m is not None:
            return middle, heard.person_m
        mouth = heard.room.away_from(middle, heard.distance_m, random)
        if mouth is not None:
            return middle, mouth
    raise ValueError(
        f"nobody can stand {heard.distance_m:g} m from the speaker in a room of {heard.room.size}"
    )


_TABLES = 20
"""How many places for the speaker are tried until somebody finds a place far enough away."""


def _array(middle: Place, microphones: int) -> tuple[Place, ...]:
    """Microphones on a level circle; the first is in the same place whatever their number."""
    turns = 2 * np.pi * np.arange(microphones) / microphones
    return tuple(
        (
            float(middle[0] + ARRAY_M * np.cos(turn)),
            float(middle[1] + ARRAY_M * np.sin(turn)),
            middle[2],
        )
        for turn in turns
    )


def _noise_place(heard: Heard, middle: Place, random: np.random.Generator, *, first: bool) -> Place:
    if heard.room is None:
        turn = float(random.uniform(0, 2 * np.pi))
        return (3 * float(np.cos(turn)), 3 * float(np.sin(turn)), 0.0)
    if first and heard.room.noise_m is not None:
        return heard.room.noise_m
    places = [heard.room.anywhere(random) for _ in range(8)]
    return max(places, key=lambda place: float(np.linalg.norm(np.subtract(place, middle))))


def _arriving(
    sound: Sound, room: RoomSound | None, source: Place, array: tuple[Place, ...], seed: int
) -> list[Sound]:
    return [reverberate(sound, way) for way in responses(room, source, array, seed)]


def _usual(gain: np.float32, middle: Place, mouth: Place) -> float:
    """How loud somebody who is not there would be."""
    return float(gain / np.linalg.norm(np.subtract(middle, mouth)))


def _speech(heard: Heard) -> Sound:
    """What is said, of level 1 while somebody speaks, with quiet before and behind."""
    before, behind = (round(s * RATE_HZ) for s in (heard.before_s, heard.behind_s))
    if heard.file is not None:
        said = _recorded(heard.file)
    elif heard.text:
        said = _said(heard.text, heard.talker)
    else:
        return np.zeros(before + behind, np.float32)
    return np.pad(said, (before, behind))


@lru_cache(maxsize=256)
def _said(text: str, voice: voices.Voice) -> Sound:
    return _of_level_1(from_pcm(voices.speak(text, voice)))


def _recorded(path: Path) -> Sound:
    return _of_level_1(from_pcm(np.frombuffer(read_whole(path), "<i2")))


def _of_level_1(sound: Sound) -> Sound:
    found: Sound = sound / np.float32(max(speech_level(sound), 1e-9))
    found.setflags(write=False)
    return found


def _beside_echo(near: Sound, heard: Heard, seed: int) -> Sound:
    """The same while the speaker talks itself: a pretend card plays what it hears."""
    places = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0])
    middle, _ = _stand(heard, places)
    (microphone,) = _array(middle, 1)
    loudspeaker = (microphone[0], microphone[1], microphone[2] - LOUDSPEAKER_M)
    (way,) = responses(heard.room, loudspeaker, (microphone,), seed)
    loud = np.float32(10 ** (_ECHO_DB / 20) / np.abs(way).max())
    card = PretendCard(loud * way, echo=_canceller() if heard.cancels else None)
    card.play(voices.speak(heard.reply, _OWN_VOICE).tobytes(), rate_hz=RATE_HZ)
    blocks = -(-len(near) // BLOCK) + 1  # the canceller may hold back a part of the last
    pcm = b"".join(card.hear(np.pad(near, (0, blocks * BLOCK - len(near)))))
    return from_pcm(np.frombuffer(pcm, "<i2"))[: len(near)]


def _canceller() -> Echo | None:
    """None where the speaker would run without, too."""
    try:
        return Echo()
    except AudioError:
        return None
