"""Training of one benchmark model."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from export.benchmarks.batches import batched
from export.benchmarks.network import Trained, dropping, keys, network
from export.benchmarks.reading import Labels
from export.benchmarks.sentences import Sentence
from export.tagger.encoder import batch_of, lexicon

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one model is trained."""

    epochs: int
    width: int = 96
    """Values of a word between the layers."""
    buckets: int = 6_000
    """Rows for character n-grams."""
    dropout: float = 0.2
    unheard: float = 0.08
    """Share of the words that training hides whole, so that what stands around them must tell."""
    rate: float = 3e-3
    """Highest learning rate; it rises for a tenth of the time and falls to zero."""
    batch: int = 64
    intents_weigh: float = 0.5
    """Loss of the intents beside that of the slots."""


RECIPES = {
    "snips": Recipe(epochs=40, width=128, buckets=12_000, dropout=0.25),
    "atis": Recipe(epochs=60, buckets=4_000, batch=32),
    "mixsnips": Recipe(epochs=16, width=128, buckets=12_000, dropout=0.25),
    "mixatis": Recipe(epochs=16, width=128, buckets=4_000, dropout=0.3, unheard=0.15, batch=32),
    "clinc150": Recipe(epochs=10),
    "slurp": Recipe(epochs=10),
    "hwu64": Recipe(epochs=8, width=64, buckets=4_000),
}
"""By set."""


def train(
    epoch_of: Callable[[Random], list[Sentence]],
    held: Sequence[Sentence],
    labels: Labels,
    recipe: Recipe,
    *,
    length: int,
    seed: int = 7,
) -> Trained:
    """Train on what `epoch_of` gives; `held` only lends its words to the look-up.

    Args:
        epoch_of: The sentences of one pass, from the words of the training text only.
        held: Sentences that will be measured; their new words have no rows of their own.
        labels: What the model tells.
        recipe: How.
        length: Tokens that the graph takes; longer sentences are left out.
        seed: Of everything random.
    """
    keras.utils.set_random_seed(seed)
    rng = Random(seed)
    first = epoch_of(rng)
    counts = Counter(word for row in first for word in keys(row))
    known = sorted(word for word, count in counts.items() if count > 1)
    words = {w for row in held for w in keys(row)} | set(counts)
    numbers = lexicon(sorted(words), known, recipe.buckets)
    made = network(
        numbers,
        dropping(numbers, counts),
        labels,
        length=length,
        buckets=recipe.buckets,
        width=recipe.width,
        dropout=recipe.dropout,
        unheard=recipe.unheard,
    )
    step = _step(made, recipe, recipe.epochs * len(first) // recipe.batch)
    for epoch in range(recipe.epochs):
        batches = batched(epoch_of(rng), recipe.batch, length, rng)
        losses = [step(*_arrays(same, made, padded)) for padded, same in batches]
        LOG.info("epoch %d loss %.4f", epoch + 1, np.mean([float(loss) for loss in losses]))
    return made


def _step(made: Trained, recipe: Recipe, steps: int) -> Callable[..., Any]:
    """One step of training, from arrays to the loss."""
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=recipe.rate, warmup_steps=max(1, steps // 10)
    )
    weights = [w.value for w in (*made.model.trainable_variables, *made.crf.trainable_variables)]
    adam = _Adam(weights, schedule)

    many = tf.TensorSpec((None, None), tf.int32)
    one = tf.TensorSpec((None, None, 1), tf.float32)
    shares = tf.TensorSpec((None, None), tf.float32)

    @tf.function(input_signature=[many, one, one, many, shares])  # type: ignore[untyped-decorator]
    def step(ids: Any, flags: Any, mask: Any, slots: Any, intents: Any) -> Any:  # noqa: ANN401
        with tf.GradientTape() as tape:
            scores, asked = made.model([ids, flags, mask], training=True)
            loss = tf.reduce_mean(made.crf([scores, slots]))
            loss += recipe.intents_weigh * _intents_loss(intents, asked)
        adam.apply(tape.gradient(loss, weights))
        return loss

    return step  # type: ignore[no-any-return]


class _Adam:
    """Adam (Kingma and Ba, 2015) in one operation for each weight.

    Keras writes it as a dozen; with large word tables that is a quarter of a step.
    """

    def __init__(self, weights: Sequence[Any], schedule: Callable[[Any], Any]) -> None:
        self._weights = [
            (w, tf.Variable(tf.zeros_like(w)), tf.Variable(tf.zeros_like(w))) for w in weights
        ]
        self._schedule = schedule
        self._steps = tf.Variable(0.0)

    def apply(self, slopes: Sequence[Any]) -> None:
        """Go one step down, with slopes of a norm of at most 1 for each weight."""
        rate = self._schedule(self._steps)
        self._steps.assign_add(1.0)
        for (weight, mean, square), slope in zip(self._weights, slopes, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=weight.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=tf.pow(0.9, self._steps),
                beta2_power=tf.pow(0.999, self._steps),
                lr=rate,
                beta1=0.9,
                beta2=0.999,
                epsilon=1e-7,
                grad=tf.clip_by_norm(tf.convert_to_tensor(slope), 1.0),
            )


def _intents_loss(truth: Any, scores: Any) -> Any:  # noqa: ANN401
    return tf.reduce_mean(
        keras.losses.categorical_crossentropy(truth, scores, from_logits=True, label_smoothing=0.1)
    )


def _arrays(rows: Sequence[Sentence], made: Trained, length: int) -> tuple[Any, ...]:
    slot = {name: i for i, name in enumerate(made.labels.slots)}
    slots = np.full((len(rows), length), -1, np.int32)
    for i, row in enumerate(rows):
        slots[i, : len(row.labels)] = [slot[label] for label in row.labels]
    intents = np.stack([made.labels.asked(row.intents) for row in rows])
    return (*batch_of([(keys(r), r.flags) for r in rows], made.lexicon, length), slots, intents)
