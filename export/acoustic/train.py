"""Training of the acoustic model: one cycle, averaged weights, checkpoints, a log."""

import json
import logging
import math
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from queue import Queue
from threading import Lock, Thread

import numpy as np
import torch

from export.acoustic.dataset import SEED, Copy, Rows, Speech, make_copy
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
    rows: int = 4
    """Rows of 20 seconds in a batch."""
    learners: int = 2
    """Cores to learn on."""
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
    """The same batches, made ahead in a thread; what goes wrong there is raised here."""
    queue: Queue[Rows | Exception | None] = Queue(depth)

    def fill() -> None:
        try:
            for batch in batches:
                queue.put(batch)
            queue.put(None)
        except Exception as exc:
            queue.put(exc)

    Thread(target=fill, daemon=True).start()
    while (batch := queue.get()) is not None:
        if isinstance(batch, Exception):
            raise batch
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
        start_from: Weights to continue with; they also tell which form of each word was said.

    Returns:
        The file of averaged weights.
    """
    torch.manual_seed(SEED)
    network = Acoustic()
    speech = Speech(shared=shared, cache=cache)
    if start_from is not None:
        restore(network, start_from)
        speech.align(start_from)
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=os.nice, initargs=(10,)) as pool:
        copies = [
            pool.submit(make_copy, number, shared=shared, cache=cache, workers=1)
            for number in range(schedule.copies)
        ]
        return _run(schedule, network, copies, speech.phonemes, cache)


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


class Team:
    """Learners that share one set of weights, each on a core of its own.

    A learner takes a row, works out its gradient with the weights as they are, and adds it to the
    sum; whoever brings the last row of a batch makes the step. So nobody waits for a core that
    is busy with something else, and a gradient is at most a step old (Zinkevich and others,
    "Slow learners are fast", 2009).
    """

    def __init__(
        self,
        network: Acoustic,
        schedule: Schedule,
        *,
        compiled: Callable[[Acoustic], torch.nn.Module] = torch.compile,
    ) -> None:
        """Make a copy of the network for each learner.

        Args:
            network: Gets the shared weights.
            schedule: How many learners, and how fast they learn.
            compiled: Makes a network fast.
        """
        self.average = Average(arrays(network), keep=0.97)
        self.steps = 0
        self._network, self._schedule = network, schedule
        self._weights = [*network.parameters()]
        self._optimizers = _optimizers(network, schedule)
        self._copies = [deepcopy(network) for _ in range(schedule.learners)]
        self._compiled = [compiled(copy) for copy in self._copies]
        self._lock = Lock()
        self._rows = 0
        for weight in self._weights:
            weight.grad = torch.zeros_like(weight)

    def learn(self, batches: Iterator[Rows], progress: Callable[[int], float]) -> list[float]:
        """Take all rows in.

        Args:
            batches: The rows.
            progress: From the rows taken so far to the share of the training that is over.

        Returns:
            The loss of each row.
        """
        costs: list[float] = []

        def run(number: int) -> None:
            torch.set_num_threads(1)
            while progress(len(costs)) < 1.0:
                with self._lock:
                    batch = next(batches, None)
                    self._copy(self._network, self._copies[number])
                if batch is None:
                    return
                cost = _gradients(self._compiled[number], batch, self._schedule)
                with self._lock:
                    costs.append(cost)
                    self._add(self._copies[number], progress(len(costs)))

        with ThreadPoolExecutor(len(self._copies)) as pool:
            for done in [pool.submit(run, number) for number in range(len(self._copies))]:
                done.result()
        return costs

    def _copy(self, source: Acoustic, target: Acoustic) -> None:
        with torch.no_grad():
            pairs = zip(source.state_dict().values(), target.state_dict().values(), strict=True)
            for theirs, ours in pairs:
                ours.copy_(theirs)

    def _add(self, copy: Acoustic, progress: float) -> None:
        with torch.no_grad():
            for weight, other in zip(self._weights, copy.parameters(), strict=True):
                weight.grad.add_(other.grad, alpha=1 / self._schedule.rows)
            for mine, theirs in zip(self._network.buffers(), copy.buffers(), strict=True):
                mine.copy_(theirs)
        self._rows += 1
        if self._rows % self._schedule.rows == 0:
            self._step(rate(progress, self._schedule))

    def _step(self, learning_rate: float) -> None:
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        for optimizer in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=False)
        self.steps += 1
        if self.steps % 8 == 0:
            self.average.add(arrays(self._network))


def _run(
    schedule: Schedule,
    network: Acoustic,
    copies: list[Future[Path]],
    phonemes: list[list[int]],
    cache: Path,
) -> Path:
    path = cache / "weights.npz"
    team = Team(network, schedule)
    began = time.monotonic()
    rows_of_epoch, over = 0, 0.0
    for epoch in range(schedule.epochs):
        data = Copy(copies[epoch % len(copies)].result(), phonemes)
        random = np.random.default_rng([SEED, epoch])

        def progress(rows: int, epoch: int = epoch, whole: int = rows_of_epoch) -> float:
            done = rows / max(whole, rows + 1)
            elapsed = (time.monotonic() - began) / schedule.seconds
            return min(1.0, max((epoch + done) / schedule.epochs, elapsed))

        costs = team.learn(prefetched(data.rows(random, lookahead=LOOKAHEAD)), progress)
        rows_of_epoch, over = len(costs), progress(len(costs))
        _log(cache, epoch, team.steps, costs, over, time.monotonic() - began)
        save(path, team.average.weights)
        save(cache / "last.npz", arrays(network))
        if over >= 1.0:
            break
    return path


def _gradients(network: torch.nn.Module, batch: Rows, schedule: Schedule) -> float:
    """Leave the gradients of some rows with the weights; gives the loss of the last answer."""
    network.zero_grad()
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
    return float(cost.detach())


def _log(
    cache: Path, epoch: int, steps: int, costs: list[float], progress: float, seconds: float
) -> None:
    entry = {
        "epoch": epoch,
        "steps": steps,
        "rows": len(costs),
        "cost": round(float(np.mean(costs)), 4),
        "progress": round(progress, 4),
        "seconds": round(seconds),
    }
    with (cache / "train.log").open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry) + "\n")
