"""How a word that no dictionary has is probably said: the rules of espeak-ng."""

import ctypes
import threading
from functools import lru_cache

from device.asr.phonemes import from_ipa

_SYNCHRONOUS = 2
_UTF8 = 1
_IPA = 2
_VOICE = b"en-us"


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    """Load espeak-ng, once and only when a word needs it."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_int,
        ctypes.c_int,
    ]
    data = str(espeakng_loader.get_data_path()).encode()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0) < 0:
        raise OSError(f"espeak-ng cannot read its data in {data.decode()}")
    return library


_LOCK = threading.Lock()
"""espeak-ng keeps one voice and one text for the whole process."""


def guess(word: str) -> tuple[str, ...]:
    """Pronounce any spelling by rule.

    Args:
        word: A word or several, letters or digits.

    Returns:
        ARPAbet phonemes without stress; empty when nothing in it can be said.
    """
    with _LOCK:
        library = _library()
        library.espeak_SetVoiceByName(_VOICE)
        rest = ctypes.c_char_p(word.replace("\0", " ").encode())
        parts: list[bytes] = []
        while rest.value:
            parts.append(library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA) or b"")
    return from_ipa(b" ".join(parts).decode(errors="ignore"))
