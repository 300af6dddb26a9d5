"""Training of the acoustic model: AdamW, one cycle, averaged weights, checkpoints, a log."""

import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from export.acoustic.dataset import SEED, Batch, Copy, make_copy
from export.acoustic.model import LOOKAHEAD, loss, training_form

Weights = list[npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how fast to learn."""

    epochs: int = 16
    copies: int = 4
    """Different copies of the data; epochs take them in turn."""
    peak_rate: float = 2e-3
    warm_up: float = 0.1
    """Share of the updates in which the rate rises."""
    weight_decay: float = 0.02
    seconds: float = math.inf
    """Wall-clock time after which the rate must have come down, whatever the epochs."""


def rate(progress: float, schedule: Schedule) -> float:
    """Learning rate after a share of the training: up in a line, down in a half cosine."""
    if progress < schedule.warm_up:
        return schedule.peak_rate * (0.04 + 0.96 * progress / schedule.warm_up)
    down = min(1.0, (progress - schedule.warm_up) / (1 - schedule.warm_up))
    return schedule.peak_rate * (0.5 + 0.5 * math.cos(math.pi * down) + 0.002)


class Average:
    """Exponential average of the weights, a little smoother than the last ones."""

    def __init__(self, weights: Weights, *, keep: float) -> None:
        self.weights = [np.array(weight) for weight in weights]
        self._keep = keep
        self._count = 0

    def add(self, weights: Weights) -> None:
        """Take in one more set of weights."""
        self._count += 1
        keep = min(self._keep, self._count / (self._count + 9))
        for mean, weight in zip(self.weights, weights, strict=True):
            mean *= keep
            mean += (1 - keep) * np.asarray(weight)


def prefetched(batches: Iterator[Batch], depth: int = 6) -> Iterator[Batch]:
    """The same batches, made ahead in a thread."""
    queue: Queue[Batch | None] = Queue(depth)

    def fill() -> None:
        for batch in batches:
            queue.put(batch)
        queue.put(None)

    Thread(target=fill, daemon=True).start()
    while (batch := queue.get()) is not None:
        yield batch


def save(path: Path, model: keras.Model, weights: Weights) -> None:
    """Write weights as half-precision numbers, named as the model names them."""
    named = {
        variable.path: np.asarray(weight).astype(np.float16)
        for variable, weight in zip(model.weights, weights, strict=True)
    }
    part = path.with_suffix(".part.npz")
    np.savez(part, **named)
    part.rename(path)


def restore(path: Path, model: keras.Model) -> None:
    """Read weights that `save` wrote.

    Raises:
        KeyError: The file holds another network.
    """
    with np.load(path) as file:
        model.set_weights([file[v.path].astype(np.float32) for v in model.weights])


def train(schedule: Schedule, *, shared: Path, cache: Path, start_from: Path | None = None) -> Path:
    """Train, and leave averaged weights in the cache after each epoch.

    Args:
        schedule: How long and how fast.
        shared: Folder of the data sets.
        cache: Where copies, checkpoints and the log are kept.
        start_from: Weights to continue with.

    Returns:
        The file of averaged weights.
    """
    keras.utils.set_random_seed(SEED)
    model = training_form()
    if start_from is not None:
        restore(start_from, model)
    optimizer = keras.optimizers.AdamW(
        1e-4, weight_decay=schedule.weight_decay, global_clipnorm=1.0, beta_2=0.98
    )
    model.compile(optimizer=optimizer, loss=loss, jit_compile=True)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        copies = [
            pool.submit(make_copy, number, shared=shared, cache=cache, workers=1)
            for number in range(schedule.copies)
        ]
        return _run(schedule, model, copies, cache)


def _run(schedule: Schedule, model: keras.Model, copies: list[Any], cache: Path) -> Path:
    path = cache / "weights.npz"
    average = Average(model.get_weights(), keep=0.97)
    began = time.monotonic()
    updates_of_epoch = 0
    for epoch in range(schedule.epochs):
        data = Copy(copies[epoch % len(copies)].result())
        random = np.random.default_rng([SEED, epoch])
        costs: list[float] = []
        for batch in prefetched(data.batches(random, lookahead=LOOKAHEAD)):
            done = len(costs) / max(updates_of_epoch, len(costs) + 1)
            elapsed = (time.monotonic() - began) / schedule.seconds
            progress = min(1.0, max((epoch + done) / schedule.epochs, elapsed))
            model.optimizer.learning_rate = rate(progress, schedule)
            costs.append(float(model.train_on_batch(batch.features, batch.targets)))
            if len(costs) % 8 == 0:
                average.add(model.get_weights())
            if len(costs) % 50 == 0:
                _log(cache, epoch, costs[-50:], progress, time.monotonic() - began)
            if elapsed >= 1.0:
                break
        updates_of_epoch = len(costs)
        _log(cache, epoch, costs, progress, time.monotonic() - began)
        save(path, model, average.weights)
        save(cache / "last.npz", model, model.get_weights())
        if progress >= 1.0:
            break
    return path


def _log(cache: Path, epoch: int, costs: list[float], progress: float, seconds: float) -> None:
    entry = {
        "epoch": epoch,
        "updates": len(costs),
        "cost": round(float(np.mean(costs)), 4),
        "progress": round(progress, 4),
        "seconds": round(seconds),
    }
    with (cache / "train.log").open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry) + "\n")
