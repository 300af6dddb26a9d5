"""How a word that no dictionary has is probably said: the rules of espeak-ng."""

from device.asr.phonemes import from_ipa
from device.speech import espeak


def guess(word: str) -> tuple[str, ...]:
    """Pronounce any spelling by rule.

    Args:
        word: A word or several, letters or digits.

    Returns:
        ARPAbet phonemes without stress; empty when nothing in it can be said.

    Raises:
        AudioError: espeak-ng cannot be loaded.
    """
    return from_ipa(espeak.phonemes(word))
