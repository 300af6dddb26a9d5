"""The espeak-ng library, bound by ctypes: text to sound, and text to phonemes.

The C library keeps its state in globals, so it is loaded and initialized once for the
whole process and this module is the only one that calls it. It is not safe to call from
two threads at once; the one thread that owns the core does.
"""

import ctypes
from functools import lru_cache
from pathlib import Path
from typing import Any

import espeakng_loader

from device.errors import AudioError

LONGEST_TEXT = 2_000
"""Characters that are read at most (about two minutes of speech); the rest is left out."""
LONGEST_SPEECH_S = 180
DEFAULT_VOICE = "en-us"
DEFAULT_WORDS_PER_MINUTE = 165
DEFAULT_PITCH = 45

_OTHER_NAMES = {"en-gb": "en"}
"""Languages whose voice file has another name."""
_OUTPUT_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_UTF8 = 1
_IPA = 2
_RATE, _PITCH = 1, 3
_OK = 0

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class _Library:
    """The initialized library and the sound that its callback collects."""

    def __init__(self) -> None:
        try:
            # The wheel of Linux also carries the versioned name that the loader may need.
            self.c: Any = ctypes.CDLL(espeakng_loader.get_library_path())
            folder = Path(espeakng_loader.get_data_path()).parent
        except (OSError, RuntimeError) as exc:
            raise AudioError(
                f"the espeak-ng library cannot be loaded ({exc}); reinstall espeakng-loader"
            ) from exc
        self.c.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.rate_hz = int(
            self.c.espeak_Initialize(
                _OUTPUT_SYNCHRONOUS, 0, str(folder).encode(), ctypes.c_int(_DO_NOT_EXIT)
            )
        )
        if self.rate_hz <= 0:
            raise AudioError(f"espeak-ng finds no voices in {folder}; reinstall espeakng-loader")
        self.blocks: list[bytes] = []
        self._samples = 0
        self._callback = _Callback(self._collect)

    def choose(self, voice: str) -> None:
        """Speak with this voice; the library forgets it when anything else uses it.

        Raises:
            AudioError: espeak-ng has no such voice.
        """
        language, plus, variant = voice.partition("+")
        name = (_OTHER_NAMES.get(language.lower(), language) + plus + variant).encode(
            "utf-8", "replace"
        )
        if b"\0" in name or not name or self.c.espeak_SetVoiceByName(name) != _OK:
            raise AudioError(f"espeak-ng has no voice {voice!r}; try en-us, en-gb or en-us+f3")
        self.c.espeak_SetSynthCallback(self._callback)

    def begin(self) -> None:
        """Forget the sound of the last call."""
        self.blocks.clear()
        self._samples = 0

    def _collect(self, samples: int | None, count: int, _events: object) -> int:
        if samples and count > 0:
            self.blocks.append(ctypes.string_at(samples, 2 * count))
            self._samples += count
        return int(self._samples > LONGEST_SPEECH_S * self.rate_hz)


@lru_cache(maxsize=1)
def _library() -> _Library:
    return _Library()


def check(voice: str) -> None:
    """Make sure that the library is there and has a voice.

    Raises:
        AudioError: It is not, or has none of that name.
    """
    _library().choose(voice)


def synthesize(
    text: str,
    *,
    voice: str = DEFAULT_VOICE,
    words_per_minute: int = DEFAULT_WORDS_PER_MINUTE,
    pitch: int = DEFAULT_PITCH,
) -> tuple[bytes, int]:
    """Say a text.

    Args:
        text: Plain text, no markup; what is beyond LONGEST_TEXT characters is left out.
        voice: An espeak-ng voice, with a variant after a plus sign: "en-us", "en-gb+f3".
        words_per_minute: 80 to 450.
        pitch: 0 to 99.

    Returns:
        Little-endian int16 mono PCM and its rate in hertz; empty for a text without a word.

    Raises:
        AudioError: The library is missing, has no such voice, or gave up.
    """
    library = _library()
    library.choose(voice)
    written = clean(text).encode("utf-8")
    if not written:
        return b"", library.rate_hz
    library.begin()
    library.c.espeak_SetParameter(_RATE, ctypes.c_int(words_per_minute), 0)
    library.c.espeak_SetParameter(_PITCH, ctypes.c_int(pitch), 0)
    size = ctypes.c_size_t(len(written) + 1)
    if library.c.espeak_Synth(written, size, 0, 0, 0, ctypes.c_uint(_UTF8), None, None) != _OK:
        raise AudioError(f"espeak-ng cannot say {text[:40]!r}")
    library.c.espeak_Synchronize()
    pcm = b"".join(library.blocks)
    library.begin()
    return pcm, library.rate_hz


def phonemes(text: str, *, voice: str = DEFAULT_VOICE) -> str:
    """Say a text in the International Phonetic Alphabet.

    Args:
        text: Plain text; what is beyond LONGEST_TEXT characters is left out.
        voice: An espeak-ng voice.

    Returns:
        IPA with stress marks, words separated by spaces, clauses by line ends.

    Raises:
        AudioError: The library is missing or has no such voice.
    """
    library = _library()
    library.choose(voice)
    written = ctypes.create_string_buffer(clean(text).encode("utf-8"))
    rest = ctypes.c_void_p(ctypes.addressof(written))
    clauses: list[str] = []
    while rest.value:
        said = library.c.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA)
        if said is None:
            break
        clauses.append(said.decode("utf-8", "replace").strip())
    return "\n".join(clause for clause in clauses if clause)


def clean(text: str) -> str:
    """What the C library is given: printable text on one line, not too long.

    Zero bytes would end a C string, lone surrogates cannot be encoded.
    """
    shown = "".join(sign if sign.isprintable() else " " for sign in text[: 4 * LONGEST_TEXT])
    words = shown.encode("utf-8", "ignore").decode("utf-8").split()
    line = " ".join(words)
    if len(line) <= LONGEST_TEXT:
        return line
    return line[: LONGEST_TEXT + 1].rsplit(" ", 1)[0][:LONGEST_TEXT]
