# ruff: noqa: RUF001, RUF002, SIM905
"""The sounds that the acoustic model tells apart: ARPAbet without stress, and the CTC blank.

ARPAbet in the form of the CMU pronouncing dictionary; index 0 is the blank of connectionist
temporal classification (Graves and others, 2006), which stands for "nothing new".
"""

from collections.abc import Iterable

BLANK = 0
PHONEMES = tuple(
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V"
    " W Y Z ZH".split()
)
LABELS = ("_", *PHONEMES)
"""What each output of the model means, in order."""

_INDEX = {label: index for index, label in enumerate(LABELS)}

# Longest first where one begins like another; stress, length and ties are taken off before.
_IPA = {
    "aɪə": "AY AH", "aɪɚ": "AY ER", "aʊ": "AW", "aɪ": "AY", "eɪ": "EY", "ɔɪ": "OY", "oʊ": "OW",
    "əʊ": "OW", "dʒ": "JH", "tʃ": "CH", "ɑɹ": "AA R", "ɔɹ": "AO R", "oɹ": "AO R", "ɪɹ": "IH R",
    "ɛɹ": "EH R", "ʊɹ": "UH R", "ɚɹ": "ER", "ɜɹ": "ER", "əl": "AH L",
    "iə": "IY AH", "n̩": "AH N", "l̩": "AH L",
    "ɡ": "G", "g": "G", "ŋ": "NG", "θ": "TH", "ð": "DH", "ʃ": "SH", "ʒ": "ZH", "ɹ": "R",
    "r": "R", "ɾ": "T", "ʔ": "T", "j": "Y", "h": "HH", "x": "K", "ɬ": "L", "ɲ": "N Y",
    "ɑ": "AA", "a": "AA", "ɒ": "AA", "æ": "AE", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ɔ": "AO",
    "o": "OW", "ɛ": "EH", "e": "EY", "ɜ": "ER", "ɝ": "ER", "ɚ": "ER", "ɪ": "IH", "ᵻ": "IH",
    "ɨ": "IH", "i": "IY", "ʊ": "UH", "u": "UW", "y": "UW", "ø": "ER", "œ": "ER",
    "b": "B", "d": "D", "f": "F", "k": "K", "l": "L", "m": "M", "n": "N", "p": "P", "s": "S",
    "t": "T", "v": "V", "w": "W", "ʍ": "W", "z": "Z", "β": "V", "ç": "HH", "ɫ": "L", "ʁ": "R",
}  # fmt: skip
_LONGEST = max(map(len, _IPA))
_DROPPED = str.maketrans("", "", "\nˈˌːˑ‍͡_ ʲˤʰ")


def index(phoneme: str) -> int:
    """Number of a phoneme among the outputs of the model.

    Raises:
        ValueError: It is not one of PHONEMES.
    """
    try:
        return _INDEX[phoneme]
    except KeyError:
        raise ValueError(f"unknown phoneme {phoneme!r}; known: {' '.join(PHONEMES)}") from None


def indices(phonemes: Iterable[str]) -> tuple[int, ...]:
    """Numbers of several phonemes.

    Example: ("K", "AE", "T") -> (20, 2, 31)
    """
    return tuple(index(phoneme) for phoneme in phonemes)


def unstressed(symbol: str) -> str:
    """The phoneme behind a symbol of the dictionary.

    Example: "AH0" -> "AH"
    """
    return symbol.rstrip("012")


def from_ipa(ipa: str) -> tuple[str, ...]:
    """ARPAbet for a transcription in the International Phonetic Alphabet, American English.

    Signs that are not sounds of English are left out.

    Example: "kˈɪtʃən" -> ("K", "IH", "CH", "AH", "N")
    """
    text = ipa.translate(_DROPPED)
    found: list[str] = []
    at = 0
    while at < len(text):
        for length in range(min(_LONGEST, len(text) - at), 0, -1):
            if (sounds := _IPA.get(text[at : at + length])) is not None:
                found.extend(sounds.split())
                at += length
                break
        else:
            at += 1
    return tuple(found)
