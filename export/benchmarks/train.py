"""Training of one benchmark model."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from export.benchmarks.network import BUCKETS, Trained, dropping, keys, network
from export.benchmarks.reading import MOST, Labels, joint
from export.benchmarks.sentences import Sentence
from export.tagger.encoder import batch_of, lexicon

LOG = logging.getLogger(__name__)

STEP = 6
"""Sentences are padded to a multiple of it; each length is traced once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one model is trained."""

    epochs: int
    width: int = 128
    dropout: float = 0.3
    rate: float = 2e-3
    """Highest learning rate; it rises for a tenth of the time and falls to zero."""
    batch: int = 64
    intents_weigh: float = 0.5
    """Loss of the intents beside that of the slots."""


RECIPES = {
    "snips": Recipe(epochs=30),
    "atis": Recipe(epochs=30),
    "mixsnips": Recipe(epochs=16),
    "mixatis": Recipe(epochs=16),
    "clinc150": Recipe(epochs=16, width=96),
    "slurp": Recipe(epochs=12, width=96),
    "hwu64": Recipe(epochs=10, width=96),
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
    numbers = lexicon(sorted(words), known, BUCKETS)
    made = network(
        numbers,
        dropping(numbers, counts),
        labels,
        length=length,
        width=recipe.width,
        dropout=recipe.dropout,
    )
    step = _step(made, recipe, recipe.epochs * len(first) // recipe.batch)
    for epoch in range(recipe.epochs):
        rows = [row for row in epoch_of(rng) if len(row.tokens) <= length]
        losses = [step(*arrays) for arrays in _batches(rows, made, recipe.batch, rng)]
        LOG.info("epoch %d loss %.4f", epoch + 1, np.mean([float(loss) for loss in losses]))
    return made


def _step(made: Trained, recipe: Recipe, steps: int) -> Callable[..., Any]:
    """One step of training, from arrays to the loss."""
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=recipe.rate, warmup_steps=max(1, steps // 10)
    )
    optimizer = keras.optimizers.Adam(schedule, clipnorm=1.0)
    weights = [*made.model.trainable_variables, *made.crf.trainable_variables]
    optimizer.build(weights)
    intents_loss = _several_loss if made.labels.several else _one_loss

    @tf.function  # type: ignore[untyped-decorator]
    def step(ids: Any, flags: Any, mask: Any, slots: Any, intents: Any) -> Any:  # noqa: ANN401
        with tf.GradientTape() as tape:
            scores, asked = made.model([ids, flags, mask], training=True)
            loss = tf.reduce_mean(made.crf([scores, slots]))
            loss += recipe.intents_weigh * intents_loss(intents, asked, mask)
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return loss

    return step  # type: ignore[no-any-return]


def _one_loss(truth: Any, scores: Any, _mask: Any) -> Any:  # noqa: ANN401
    return tf.reduce_mean(
        keras.losses.categorical_crossentropy(truth, scores, from_logits=True, label_smoothing=0.1)
    )


def _several_loss(truth: Any, scores: Any, mask: Any) -> Any:  # noqa: ANN401
    """Every token tells its intents, and the surest few tell those of the sentence."""
    each = tf.nn.sigmoid_cross_entropy_with_logits(labels=truth, logits=scores) * mask
    each = tf.reduce_sum(each) / tf.reduce_sum(mask)
    hidden = scores - (1.0 - mask) * 1e3
    agreed = tf.reduce_mean(tf.math.top_k(tf.transpose(hidden, [0, 2, 1]), MOST)[0], -1)
    asked = tf.reduce_max(truth, 1)
    whole = tf.nn.sigmoid_cross_entropy_with_logits(labels=asked, logits=agreed)
    return each + tf.reduce_mean(tf.reduce_sum(whole, -1))


def _batches(
    rows: Sequence[Sentence], made: Trained, size: int, rng: Random
) -> Iterator[tuple[Any, ...]]:
    """Batches of sentences of about the same length, in random order.

    They have two sizes, so that few graphs are traced; some sentences fill up the last one.
    """
    by_length: dict[int, list[Sentence]] = {}
    for row in rng.sample(rows, len(rows)):
        padded = min(-(-len(row.tokens) // STEP) * STEP, made.length)
        by_length.setdefault(padded, []).append(row)
    batches = []
    for padded, same in by_length.items():
        full = len(same) // size * size
        batches += [(padded, same[at : at + size]) for at in range(0, full, size)]
        for at in range(full, len(same), size // 4):
            few = same[at : at + size // 4]
            batches.append((padded, few + rng.choices(same, k=size // 4 - len(few))))
    rng.shuffle(batches)
    for padded, batch in batches:
        yield _arrays(batch, made, padded)


def _arrays(rows: Sequence[Sentence], made: Trained, length: int) -> tuple[Any, ...]:
    slot = {name: i for i, name in enumerate(made.labels.slots)}
    intent = {name: i for i, name in enumerate(made.labels.intents)}
    several = made.labels.several
    slots = np.full((len(rows), length), -1, np.int32)
    shape = (len(rows), length, len(intent)) if several else (len(rows), len(intent))
    intents = np.zeros(shape, np.float32)
    for i, row in enumerate(rows):
        slots[i, : len(row.labels)] = [slot[label] for label in row.labels]
        if several:
            for at, told in enumerate(row.told):
                intents[i, at, [intent[name] for name in told]] = 1.0
        else:
            intents[i, intent[joint(row.intents)]] = 1.0
    return (*batch_of([(keys(r), r.flags) for r in rows], made.lexicon, length), slots, intents)
