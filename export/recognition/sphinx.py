"""PocketSphinx 5 (Huggins-Daines and others, 2006), the free local engine to beat.

It gets the same grammar as JSGF, its own acoustic model and dictionary as they come in its
wheel, and each sentence whole, which is the best it can be given.
"""

from typing import Any

from device.asr.phonemes import LABELS
from device.asr.trees import Pronouncer
from device.errors import GrammarError, ModelError
from device.events import RATE_HZ
from export.recognition.jsgf import Jsgf
from export.recognition.spoken import Int16Array

_SEARCH = "sentences"


class Sphinx:
    """PocketSphinx with one grammar at a time."""

    def __init__(self, pronouncer: Pronouncer) -> None:
        """Load its model.

        Args:
            pronouncer: Tells how words are said that its dictionary lacks.

        Raises:
            ModelError: pocketsphinx is not installed.
        """
        try:
            from pocketsphinx import Decoder
        except ImportError as exc:
            raise ModelError("pocketsphinx is missing: pip install 'inglenook[dev]'") from exc
        self._decoder: Any = Decoder(lm=None, loglevel="FATAL", samprate=RATE_HZ)
        self._pronouncer = pronouncer
        self._grammar: Jsgf | None = None

    def use(self, grammar: Jsgf) -> None:
        """Hear these sentences from now on.

        Raises:
            GrammarError: PocketSphinx cannot compile them.
        """
        if self._grammar is not None:
            self._decoder.remove_search(_SEARCH)
        for token, word in grammar.words.items():
            self._learn(token, word)
        try:
            self._decoder.add_jsgf_string(_SEARCH, grammar.text)
            self._decoder.activate_search(_SEARCH)
        except (RuntimeError, ValueError) as exc:
            raise GrammarError(f"PocketSphinx cannot compile the grammar: {exc}") from exc
        self._grammar = grammar

    def hear(self, samples: Int16Array) -> str:
        """What somebody said, in the words of the grammar; "" where nothing fits.

        Raises:
            GrammarError: No grammar is in use.
        """
        if self._grammar is None:
            raise GrammarError("PocketSphinx has no grammar yet")
        self._decoder.start_utt()
        self._decoder.process_raw(samples.astype("<i2").tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        tokens = found.hypstr.split() if found is not None else []
        return " ".join(self._grammar.words[token] for token in tokens)

    def spans(self, samples: Int16Array, text: str) -> list[tuple[str, float, float]]:
        """Forced alignment: when each word of a known text is said.

        Args:
            samples: The recording.
            text: Its words in lower case.

        Returns:
            Words with start and end in seconds; none where it cannot be aligned.
        """
        for word in text.split():
            self._learn(word, word)
        try:
            self._decoder.set_align_text(text)
            self._decoder.start_utt()
            self._decoder.process_raw(samples.astype("<i2").tobytes(), full_utt=True)
            self._decoder.end_utt()
            frame_s = 1.0 / self._decoder.config["frate"]
            found = [
                (
                    part.word.split("(")[0],
                    part.start_frame * frame_s,
                    (part.end_frame + 1) * frame_s,
                )
                for part in self._decoder.seg() or ()
            ]
        except RuntimeError:
            return []
        return [part for part in found if not part[0].startswith(("<", "[", "+"))]

    def _learn(self, token: str, word: str) -> None:
        """Tell it how a word is said that it does not know."""
        if self._decoder.lookup_word(token) is not None:
            return
        ways = self._pronouncer.sounds(word)
        if not ways:
            raise GrammarError(f"nobody can say {word!r}")
        for number, way in enumerate(ways, start=1):
            entry = token if number == 1 else f"{token}({number})"
            sounds = " ".join(LABELS[sound] for sound in way)
            self._decoder.add_word(entry, sounds, number == len(ways))
