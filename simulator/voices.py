"""Pretend people: text to sound with the speech programs that a desktop can install.

flite, espeak-ng and festival are small rule-driven or statistical synthesizers; together, at
several speeds and pitches, they stand for strangers in tests and widen the words of training.
Whichever of them is on PATH is used.
"""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from device.errors import AudioError

RATE_HZ = 16_000
_FLITE = {"awb": 122.0, "rms": 96.0, "slt": 172.0, "kal16": 105.0}
"""Voices of flite with their own mean pitch in Hz."""
_ESPEAK_ACCENTS = ("en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-029")
_ESPEAK_VARIANTS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "f1", "f2", "f3", "f4", "f5")
_ESPEAK_WORDS_PER_MINUTE = 160
_ESPEAK_PITCH = 50
_TIME_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A synthetic talker and the way he or she talks."""

    engine: str
    """flite, espeak-ng or festival."""

    name: str
    """The voice, in the words of its program."""

    speed: float = 1.0
    """Times the voice's own speed, 0.5 to 2."""

    pitch: float = 1.0
    """Times the voice's own pitch, 0.5 to 2."""

    def __post_init__(self) -> None:
        for what, value in (("speed", self.speed), ("pitch", self.pitch)):
            if not 0.5 <= value <= 2.0:
                raise ValueError(f"{what} must lie between 0.5 and 2, got {value}")


@lru_cache(maxsize=1)
def engines() -> tuple[str, ...]:
    """Speech programs that are on PATH."""
    programs = {"flite": "flite", "espeak-ng": "espeak-ng", "festival": "text2wave"}
    return tuple(engine for engine, program in programs.items() if shutil.which(program))


def choose(random: np.random.Generator) -> Voice:
    """Pick a talker; the same generator state picks the same one.

    Raises:
        AudioError: No speech program is installed.
    """
    there = [engine for engine in engines() if engine != "festival"] or list(engines())
    if not there:
        raise AudioError("no speech program found: install flite, espeak-ng or festival")
    engine = there[0] if len(there) == 1 or random.random() < 0.6 else there[1]
    speed = float(np.clip(random.normal(1.0, 0.14), 0.7, 1.5))
    pitch = float(np.clip(random.normal(1.0, 0.12), 0.7, 1.4))
    if engine == "flite":
        name = str(random.choice(list(_FLITE)))
    elif engine == "espeak-ng":
        name = f"{random.choice(_ESPEAK_ACCENTS)}+{random.choice(_ESPEAK_VARIANTS)}"
    else:
        name = "kal_diphone"
    return Voice(engine=engine, name=name, speed=speed, pitch=pitch)


def voice_called(name: str, *, speed: float = 1.0, pitch: float = 1.0) -> Voice:
    """A voice by a short name.

    Args:
        name: A voice of flite ("slt", "awb", "rms", "kal16"), "festival", or "espeak" with
            a voice of espeak-ng: "espeak en-gb+f3".
        speed: Times the voice's own speed, 0.5 to 2.
        pitch: Times the voice's own pitch, 0.5 to 2.

    Raises:
        ValueError: There is no such voice.
    """
    first, _, rest = name.strip().partition(" ")
    engine, voice = {
        "espeak": ("espeak-ng", rest.strip() or "en-us"),
        "espeak-ng": ("espeak-ng", rest.strip() or "en-us"),
        "festival": ("festival", rest.strip() or "kal_diphone"),
    }.get(first, ("flite", name.strip()))
    if engine == "flite" and voice not in _FLITE:
        raise ValueError(
            f"no voice is called {name!r}: {', '.join(_FLITE)}, festival, "
            "or espeak with a voice of espeak-ng, such as 'espeak en-gb+f3'"
        )
    return Voice(engine=engine, name=voice, speed=speed, pitch=pitch)


def _command(text: str, voice: Voice, wav: Path) -> list[str]:
    match voice.engine:
        case "flite":
            pitch_hz = _FLITE.get(voice.name, 110.0) * voice.pitch
            return [
                *("flite", "-voice", voice.name, "-o", str(wav)),
                *("--setf", f"duration_stretch={1 / voice.speed:.3f}"),
                *("--setf", f"int_f0_target_mean={pitch_hz:.1f}", "-t", text),
            ]
        case "espeak-ng":
            speed = round(_ESPEAK_WORDS_PER_MINUTE * voice.speed)
            pitch = round(min(99, _ESPEAK_PITCH * voice.pitch))
            return [
                *("espeak-ng", "-v", voice.name, "-s", str(speed), "-p", str(pitch)),
                *("-w", str(wav), "--", text),
            ]
        case "festival":
            stretch = f"(Parameter.set 'Duration_Stretch {1 / voice.speed:.3f})"
            return ["text2wave", "-o", str(wav), "-eval", stretch]
        case _:
            raise AudioError(f"unknown speech program {voice.engine!r}")


def speak(text: str, voice: Voice) -> npt.NDArray[np.int16]:
    """Say a sentence.

    Args:
        text: English, one sentence.
        voice: Who says it; the same voice says the same text the same way.

    Returns:
        Mono sound at RATE_HZ.

    Raises:
        AudioError: The speech program is missing or made no sound.
    """
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "speech.wav"
        try:
            subprocess.run(
                _command(text, voice, wav),
                input=text.encode() if voice.engine == "festival" else None,
                capture_output=True,
                check=True,
                timeout=_TIME_LIMIT_S,
            )
            sound, rate_hz = soundfile.read(wav, dtype="float32", always_2d=True)
        except (OSError, subprocess.SubprocessError, soundfile.LibsndfileError) as exc:
            raise AudioError(f"{voice.engine} could not say {text!r}: {exc}") from exc
    mono = sound.mean(axis=1)
    if rate_hz != RATE_HZ:
        mono = soxr.resample(mono, rate_hz, RATE_HZ)
    if not np.any(mono):
        raise AudioError(f"{voice.engine} made no sound for {text!r}")
    samples: npt.NDArray[np.int16] = np.clip(np.rint(mono * 32767), -32768, 32767).astype(np.int16)
    return samples
