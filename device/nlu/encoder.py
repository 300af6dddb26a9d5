"""A sentence as a vector: what is meant alike lies close together, whatever the words.

The words' vectors go through a small int8 network that learned from a large sentence encoder
what lies close together (`export.encoder`).
"""

from collections import OrderedDict

import numpy as np

from device.models import Manifest, Run
from device.nlu.embedding import Floats, WordTable
from device.nlu.words import Token, tokenize

_REMEMBERED = 256
"""Sentences whose vectors are kept: one is asked for several times in a turn."""


class Encoder:
    """Encodes."""

    def __init__(self, run: Run, manifest: Manifest, table: WordTable) -> None:
        """Take the model.

        Args:
            run: From word vectors and mask to one vector.
            manifest: Its settings.
            table: The word vectors that it was trained with.
        """
        self._run = run
        self._table = table
        self.words = int(manifest.inputs[0].shape[1])
        """Words that are read; what follows them is not."""
        self.size = int(manifest.outputs[0].shape[-1])
        """Values of a vector."""
        self.table_sha256 = str(manifest.settings.get("table_sha256", ""))
        """Checksum of the word vectors."""
        self._known: OrderedDict[str, Floats] = OrderedDict()

    def encode(self, text: str) -> Floats:
        """The vector of a sentence.

        Args:
            text: Any text; one without a word has no direction.

        Returns:
            Shape (size,), of length 1, or zeros for a text without words.
        """
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        words, mask = self.look_up(text)
        vector = np.zeros(self.size, np.float32)
        if mask.any():
            found = self._run([words, mask])[0].reshape(-1)
            vector = np.asarray(found / max(float(np.linalg.norm(found)), 1e-6), np.float32)
        vector.setflags(write=False)
        self._known[text] = vector
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return vector

    def look_up(self, text: str) -> tuple[Floats, Floats]:
        """The words of a sentence, as this network and those beside it take them.

        Returns:
            Vectors and mask, shapes (1, words, values of a word) and (1, words, 1); zeros where
            there is no word.
        """
        tokens = self.tokens(text)
        words = np.zeros((1, self.words, self._table.size), np.float32)
        mask = np.zeros((1, self.words, 1), np.float32)
        words[0, : len(tokens)] = self._table.vectors(tokens)
        mask[0, : len(tokens)] = 1.0
        return words, mask

    def tokens(self, text: str) -> list[Token]:
        """The tokens that are read, in order."""
        return [token for token in tokenize(text) if not token.mark][: self.words]
