"""How often English says each phoneme, and what that takes off the acoustic model's scores.

A model trained on little speech leans towards the phonemes that it heard most. The decoder
wants the likelihood of the sound given the phoneme, so part of the phoneme's own frequency is
divided out, as hybrid recognizers do (Bourlard and Morgan, 1994).
"""

import numpy as np
import numpy.typing as npt

from device.asr.phonemes import BLANK, LABELS, PHONEMES

PER_MILLE = {
    "AA": 23.1, "AE": 26.2, "AH": 88.7, "AO": 15.3, "AW": 6.6, "AY": 22.8, "B": 14.3, "CH": 5.5,
    "D": 41.6, "DH": 25.7, "EH": 29.5, "ER": 22.3, "EY": 20.0, "F": 19.2, "G": 8.3, "HH": 14.4,
    "IH": 52.7, "IY": 40.1, "JH": 5.0, "K": 35.1, "L": 43.3, "M": 38.3, "N": 68.4, "NG": 9.5,
    "OW": 12.9, "OY": 0.7, "P": 23.1, "R": 43.3, "S": 47.7, "SH": 6.4, "T": 80.2, "TH": 4.1,
    "UH": 5.3, "UW": 24.4, "V": 17.3, "W": 21.9, "Y": 10.0, "Z": 26.4, "ZH": 0.3,
}  # fmt: skip
"""Share of each phoneme among a thousand, counted over 117,000 words (the training sentences of
Mini LibriSpeech, CC BY 4.0, and the requests of HWU64, CC BY 4.0)."""

_RAREST = 2.0
"""Rarer ones count as being so frequent: their own share was hardly measured."""


def corrections(strength: float) -> npt.NDArray[np.float32]:
    """What to add to log probabilities of the LABELS.

    Args:
        strength: Share of the frequencies that is divided out, 0 to 1.

    Returns:
        Shape (len(LABELS),): nats, above zero for rare phonemes, zero for the blank.
    """
    shares = np.array([max(PER_MILLE[phoneme], _RAREST) for phoneme in PHONEMES])
    added = np.zeros(len(LABELS), np.float32)
    added[BLANK + 1 :] = -strength * (np.log(shares) - np.log(shares).mean())
    return added
