"""Training of the acoustic model: one cycle, averaged weights, checkpoints, a log."""

import json
import logging
import math
import os
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from queue import Queue
from threading import Thread

import numpy as np
import torch

from export.acoustic.dataset import SEED, Copy, Rows, make_copy
from export.acoustic.model import (
    AHEAD,
    HALFWAY,
    LOOKAHEAD,
    Acoustic,
    Arrays,
    arrays,
    losses,
    restore,
)
from export.acoustic.muon import Muon

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how fast to learn."""

    epochs: int = 40
    copies: int = 8
    """Different copies of the data; epochs take them in turn."""
    peak_rate: float = 2e-3
    warm_up: float = 0.05
    """Share of the updates in which the rate rises."""
    weight_decay: float = 0.02
    early: float = 0.3
    """Weight of the answer halfway up."""
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

    def __init__(self, weights: Arrays, *, keep: float) -> None:
        self.weights = {name: np.array(weight) for name, weight in weights.items()}
        self._keep = keep
        self._count = 0

    def add(self, weights: Arrays) -> None:
        """Take in one more set of weights."""
        self._count += 1
        keep = min(self._keep, self._count / (self._count + 9))
        for name, mean in self.weights.items():
            mean *= keep
            mean += (1 - keep) * weights[name]


def prefetched(batches: Iterator[Rows], depth: int = 6) -> Iterator[Rows]:
    """The same batches, made ahead in a thread."""
    queue: Queue[Rows | None] = Queue(depth)

    def fill() -> None:
        for batch in batches:
            queue.put(batch)
        queue.put(None)

    Thread(target=fill, daemon=True).start()
    while (batch := queue.get()) is not None:
        yield batch


def save(path: Path, weights: Arrays) -> None:
    """Write weights as half-precision numbers."""
    part = path.with_suffix(".part.npz")
    np.savez(part, **{name: weight.astype(np.float16) for name, weight in weights.items()})
    part.rename(path)


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
    torch.manual_seed(SEED)
    network = Acoustic()
    if start_from is not None:
        restore(network, start_from)
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=os.nice, initargs=(10,)) as pool:
        copies = [
            pool.submit(make_copy, number, shared=shared, cache=cache, workers=1)
            for number in range(schedule.copies)
        ]
        return _run(schedule, network, copies, cache)


def _optimizers(network: Acoustic, schedule: Schedule) -> list[torch.optim.Optimizer]:
    """Muon (Jordan and others, 2024) for the large matrices, AdamW for everything else."""
    matrices = [
        weight
        for name, weight in network.named_parameters()
        if name.endswith(("expand.weight", "squeeze.weight"))
    ]
    large = {id(weight) for weight in matrices}
    others = [weight for weight in network.parameters() if id(weight) not in large]
    decay = schedule.weight_decay
    return [
        Muon(matrices, weight_decay=decay),
        torch.optim.AdamW(others, lr=1e-4, weight_decay=decay, betas=(0.9, 0.98), fused=True),
    ]


def _run(schedule: Schedule, network: Acoustic, copies: list[Future[Path]], cache: Path) -> Path:
    path = cache / "weights.npz"
    compiled = torch.compile(network)
    optimizers = _optimizers(network, schedule)
    average = Average(arrays(network), keep=0.97)
    began = time.monotonic()
    updates_of_epoch, progress = 0, 0.0
    for epoch in range(schedule.epochs):
        data = Copy(copies[epoch % len(copies)].result())
        random = np.random.default_rng([SEED, epoch])
        costs: list[float] = []
        for batch in prefetched(data.rows(random, lookahead=LOOKAHEAD)):
            done = len(costs) / max(updates_of_epoch, len(costs) + 1)
            elapsed = (time.monotonic() - began) / schedule.seconds
            progress = min(1.0, max((epoch + done) / schedule.epochs, elapsed))
            for optimizer in optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = rate(progress, schedule)
            costs.append(_update(compiled, optimizers, batch, schedule))
            if len(costs) % 8 == 0:
                average.add(arrays(network))
            if len(costs) % 50 == 0:
                _log(cache, epoch, costs[-50:], progress, time.monotonic() - began)
            if elapsed >= 1.0:
                break
        updates_of_epoch = len(costs)
        _log(cache, epoch, costs, progress, time.monotonic() - began)
        save(path, average.weights)
        save(cache / "last.npz", arrays(network))
        if progress >= 1.0:
            break
    return path


def _update(
    network: torch.nn.Module,
    optimizers: list[torch.optim.Optimizer],
    batch: Rows,
    schedule: Schedule,
) -> float:
    """One step of gradient descent; gives the loss of the last answer."""
    for optimizer in optimizers:
        optimizer.zero_grad()
    last, early = network(torch.from_numpy(batch.features))
    where = {
        "places": torch.from_numpy(batch.places),
        "targets": torch.from_numpy(batch.targets),
        "steps": torch.from_numpy(batch.steps),
        "counts": torch.from_numpy(batch.counts),
    }
    cost = losses(last, late=LOOKAHEAD, **where)
    both = cost + schedule.early * losses(early, late=HALFWAY * AHEAD, **where)
    both.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
    return float(cost.detach())


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
