"""The network of the benchmark models: the tagger's encoder, wider, with slots that know intents.

As in "A stack-propagation framework with token-level intent detection for spoken language
understanding" (Qin et al., 2019) the slot layer sees what the intent layer found; slots are
decoded with a conditional random field (Lafferty et al., 2001), outside the graph.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers

from device.nlu.embedding import Floats
from device.nlu.words import shape
from export.benchmarks.reading import Labels
from export.benchmarks.sentences import Sentence
from export.chunker.train import Crf
from export.tagger.encoder import Lexicon, Trunk, WordVectors, batch_of

SIZE = 64
"""Values of a word vector."""
FLAGS = 1

Tensor = Any


class Heads:
    """Intents, then slots that know them."""

    def __init__(self, labels: Labels, width: int, dropout: float) -> None:
        self._pooled = layers.Dense(width, activation="relu", name="pooled")
        self._intents = layers.Dense(len(labels.intents), name="intents")
        self._hint = layers.Dense(width, name="hint")
        self._near = layers.Conv1D(width, 3, padding="same", activation="relu", name="near")
        self._slots = layers.Conv1D(len(labels.slots), 1, name="slots")
        self._drop = layers.Dropout(dropout, seed=5)

    def __call__(self, features: Tensor, mask: Tensor) -> list[Tensor]:
        """Scores of slots, shape (batch, words, slots), and of intents, (batch, intents)."""
        pooled = layers.GlobalMaxPooling1D()(features)
        intents = self._intents(self._drop(self._pooled(self._drop(pooled))))
        hint = layers.Reshape((1, -1))(self._hint(layers.Softmax()(intents)))
        told = layers.Multiply()([layers.ReLU()(layers.Add()([features, hint])), mask])
        near = layers.Add()([told, self._near(self._drop(told))])
        return [self._slots(self._drop(near)), intents]


@dataclass(slots=True)
class Trained:
    """The layers while they train, and what of them a speaker would run."""

    vectors: WordVectors
    trunk: Trunk
    heads: Heads
    crf: Crf
    lexicon: Lexicon
    labels: Labels
    length: int
    """Tokens that the graph takes."""
    model: Any
    """From word numbers, flags and mask, any number of words, to the scores."""

    def device_model(self) -> Any:  # noqa: ANN401
        """From vectors, flags and mask of one sentence to the scores, for the converter."""
        into = [
            keras.Input(batch_shape=(1, self.length, SIZE), name="words"),
            keras.Input(batch_shape=(1, self.length, FLAGS), name="flags"),
            keras.Input(batch_shape=(1, self.length, 1), name="mask"),
        ]
        return keras.Model(into, self.heads(self.trunk(*into), into[2]))

    def scores(self, rows: Sequence[Sentence]) -> list[Floats]:
        """Float scores of slots and intents; the first axis counts the sentences."""
        x = batch_of([(keys(row), row.flags) for row in rows], self.lexicon, self.length)
        found: list[Floats] = self.model.predict(list(x), batch_size=128, verbose=0)
        return found


def network(
    words: Lexicon,
    rarely: Floats,
    labels: Labels,
    *,
    length: int,
    buckets: int,
    width: int,
    dropout: float,
    unheard: float,
) -> Trained:
    """A new network.

    Args:
        words: Words of all sentences.
        rarely: How often each word's row is dropped in training, by its number in `words`.
        labels: What it tells.
        length: Tokens that the graph takes.
        buckets: Rows for character n-grams, as `words` was made with.
        width: Values of a word between the layers.
        dropout: Of vectors and between layers.
        unheard: Share of the words that training hides whole.
    """
    vectors = WordVectors(
        words.grams, len(words.known), dropout=rarely, seed=11, size=SIZE, buckets=buckets
    )
    trunk, heads = Trunk(dropout, width), Heads(labels, width, dropout)
    ids = keras.Input((None,), dtype="int32")
    flags, mask = keras.Input((None, FLAGS)), keras.Input((None, 1))
    hidden = layers.Dropout(unheard, noise_shape=(None, None, 1), seed=13)(vectors(ids))
    model = keras.Model([ids, flags, mask], heads(trunk(hidden, flags, mask), mask))
    crf = Crf(len(labels.slots))
    crf.build(None)
    return Trained(vectors, trunk, heads, crf, words, labels, length, model)


def keys(row: Sentence) -> list[str]:
    """The words as the look-up knows them."""
    return [shape(token) for token in row.tokens]


def dropping(words: Lexicon, counts: dict[str, int], often: float = 1.0) -> Floats:
    """How often to drop a word's row: rare ones often, so that their n-grams learn instead.

    As in "Simple and accurate dependency parsing using bidirectional LSTM feature
    representations" (Kiperwasser and Goldberg, 2016).

    Args:
        words: Words by number.
        counts: How often each was seen.
        often: Drops a word that was seen this often half of the time.
    """
    shares = np.zeros(len(words.grams), np.float32)
    for word, number in words.ids.items():
        shares[number] = often / (often + counts.get(word, 0))
    return shares
