"""What ships, measured as skills are added: the encoder, the shelf, the re-ranker, the router.

Skills of the public sets (one for each need, ten sentences of the training part each) and
made-up ones; requests are the sets' test parts and paraphrases in frames that no sample has.
"""

import gc
import logging
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from device.context import Context
from device.events import Route
from device.models import SHIPPED, load
from device.nlu.embedding import Floats
from device.routing.arbiter import Arbiter
from device.routing.ranker import Ranker
from device.routing.router import Router
from device.routing.shelf import Encode, Shelf
from device.skills.builtin import builtin_skills
from device.skills.pack import Example, Hermes, Pack, Standing
from device.skills.packreading import builtin_packs
from export.ranker.catalogue import Catalogue as Packs
from export.ranker.texts import Reading, reading
from export.routing.metrics import auroc, calibration_error
from export.routing.requests import outside_requests, public_requests
from export.routing.vectors import shipped_encoder
from simulator.lives import random_life
from simulator.packs import SAMPLES, made_up

LOG = logging.getLogger(__name__)
SIZES = (10, 100, 1_000, 10_000)
MOST_ASKED, MOST_OUTSIDE = 1_000, 500
"""Requests in scope and out of scope that are measured at one size."""
OF_A_NEED = 15
"""Requests of one public need, at most."""
COMPARED = 1_000
"""Skills of which it is told how alike they are."""
LISTED = (1, 3, 10)
"""Lengths of the shortlist."""
FOLLOWED, MOST_FOLLOWED = 100, 300
"""Skills whose requests are measured again as others are added."""


@dataclass(frozen=True, slots=True)
class Stocked:
    """A skill, called as the need that it serves, and what is asked of it."""

    pack: Pack
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one request."""

    asked: Reading
    route: Route
    listed: tuple[str, ...]
    """The shortlist."""
    find_ms: float
    """Of encoding the request and finding the shortlist."""
    route_ms: float
    """Of the router, the request being encoded."""

    def serves(self, skill: str | None) -> bool:
        """Whether a skill truly serves the request."""
        own = self.asked.own
        ours = self.asked.right and own is not None and own.skill == skill
        return skill is not None and (skill == self.asked.need or ours)

    @property
    def first_serves(self) -> bool:
        """Whether the likeliest skill serves."""
        return bool(self.route.candidates) and self.serves(self.route.candidates[0].skill)

    @property
    def right(self) -> bool:
        """Whether the right skill was asked, or is one of those that the owner is asked about."""
        return any(map(self.serves, (self.route.skill, *self.route.tied)))

    @property
    def somebody(self) -> bool:
        """Whether anybody was asked."""
        return self.route.skill is not None or bool(self.route.tied)

    @property
    def scope(self) -> float:
        """How sure it is that any skill is meant."""
        if any(candidate.pack for candidate in self.route.candidates):
            return sum(candidate.score for candidate in self.route.candidates)
        return self.route.candidates[0].score if self.somebody else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Figures at one number of skills."""

    skills: int
    requests: int
    listed: Mapping[int, float]
    """Share of the requests whose skill is among the first k of the shortlist."""
    top1: float
    """The same for the first of the re-ranker's."""
    f1: float
    """Of what was asked in scope: questions count as right where one of the skills serves."""
    asks: float
    """Share of the requests that end in a question between skills."""
    followed: float | None
    """top1 of the requests of the first FOLLOWED skills; None where there are fewer."""
    auroc: float
    refused: float
    """Share of the requests out of scope that nobody is asked."""
    wrongly_refused: float
    error: float
    """Expected calibration error of the first candidate."""
    find_ms: tuple[float, float]
    """Median and 95th percentile."""
    route_ms: tuple[float, float]
    megabytes: float
    """What the skills added to resident memory."""


def measure_growth(texts: Path) -> tuple[list[Size], Floats]:
    """Add skills and measure.

    Returns:
        Figures of each size; how alike some of the skills are (`likeness`).

    Raises:
        ModelError: A public set or a shipped model is missing.
    """
    encoder, sha256 = shipped_encoder()
    skills = stocked(texts)
    context = random_life(Random(1), "test").context
    rng = Random(1)
    loose = rng.sample(outside_requests(texts, "test"), MOST_OUTSIDE)
    outside = read([(text, "") for text in loose], context)
    followed = read(rng.sample(asked_of(skills[:FOLLOWED]), MOST_FOLLOWED), context)
    shelf = Shelf(encoder.encode, encoder.size, encoder=sha256)
    packs = Packs({one.pack.id: one.pack for one in skills}, {})
    arbiter = Arbiter(shelf, shipped_ranker(), sentences=packs.sentences)
    router = Router(builtin_skills(), arbiter=arbiter)
    built = [(pack, Standing.ENABLED) for pack in builtin_packs()]
    found = []
    before = resident_bytes()
    for size in SIZES:
        some = skills[:size]
        router.take([*built, *((one.pack, Standing.AVAILABLE) for one in some)])
        shelf.find("settle what is new", k=1)
        megabytes = (resident_bytes() - before) / 1e6
        every = asked_of(some)
        asked = read(rng.sample(every, min(MOST_ASKED, len(every))), context)
        stand = Stand(router, shelf, context)
        found.append(
            figures(
                size,
                [stand.answer(one) for one in asked],
                [stand.answer(one) for one in outside],
                [stand.answer(one) for one in followed] if size >= FOLLOWED else [],
                megabytes,
            )
        )
        LOG.info("%s", found[-1])
    return found, likeness(skills[:COMPARED], encoder.encode)


def shipped_ranker(folder: Path = SHIPPED) -> Ranker:
    """The re-ranker of the speaker.

    Raises:
        ModelError: It is missing or damaged.
    """
    model = load("ranker", folder=folder)
    return Ranker(model.run, model.manifest)


def stocked(texts: Path) -> list[Stocked]:
    """Skills in the order in which they are added: every other one public while there are any."""
    rng = Random(1)
    samples: dict[str, list[str]] = {}
    asked: dict[str, list[str]] = {}
    for row in public_requests(texts):
        if row.part != "dev":
            (samples if row.part == "train" else asked).setdefault(row.need, []).append(row.text)
    public = []
    for i, need in enumerate(sorted(asked)):
        said = rng.sample(samples[need], SAMPLES)
        requests = tuple(rng.sample(asked[need], min(OF_A_NEED, len(asked[need]))))
        # Nobody calls these by a name, which would be the need itself.
        public.append(Stocked(_pack(need, f"pack {i}", said), requests))
    rng.shuffle(public)
    made = [
        Stocked(_pack(f"made:{one.id}", one.name, one.samples), one.paraphrases)
        for one in made_up(SIZES[-1])
    ]
    mixed = [one for pair in zip(public, made, strict=False) for one in pair]
    return [*mixed, *made[len(public) :]][: SIZES[-1]]


def _pack(need: str, name: str, samples: Sequence[str]) -> Pack:
    return Pack(
        id=need,
        name=name,
        description="",
        version="1",
        answers=Hermes(),
        files=(),
        examples=tuple(Example(intent=need, text=text) for text in samples),
    )


def asked_of(skills: Sequence[Stocked]) -> list[tuple[str, str]]:
    """What is asked of some skills, with the need."""
    return [(text, one.pack.id) for one in skills for text in one.asked]


def read(asked: Sequence[tuple[str, str]], context: Context) -> list[Reading]:
    """Requests as the shipped models read them; without those that are cut into several."""
    found = (reading(text, need, context) for text, need in asked)
    return [one for one in found if one is not None]


class Stand:
    """Where requests are routed and watched."""

    def __init__(self, router: Router, shelf: Shelf, context: Context) -> None:
        self._router, self._shelf, self._context = router, shelf, context

    def answer(self, asked: Reading) -> Answer:
        """Route one request.

        Times are those of this thread on the processor, so that they do not depend on what else
        runs. The route is taken twice: what packs say is parsed when they are first a rival.
        """
        start = time.thread_time()
        listed = self._shelf.find(asked.text, k=LISTED[-1])
        middle = time.thread_time()
        self._router.route(asked.request, self._context)
        warm = time.thread_time()
        route = self._router.route(asked.request, self._context)
        end = time.thread_time()
        return Answer(
            asked=asked,
            route=route,
            listed=tuple(one.skill for one in listed),
            find_ms=1e3 * (middle - start),
            route_ms=1e3 * (end - warm),
        )


def figures(
    skills: int,
    inside: Sequence[Answer],
    outside: Sequence[Answer],
    followed: Sequence[Answer],
    megabytes: float,
) -> Size:
    """Count what became of requests."""
    right = sum(one.right for one in inside)
    answered = sum(one.somebody for one in inside)
    ranked = [one for one in inside if one.route.candidates]
    sure = np.array([one.route.candidates[0].score for one in ranked], np.float32)
    hits = np.array([one.first_serves for one in ranked], bool)
    return Size(
        skills=skills,
        requests=len(inside),
        listed={k: _share(one.asked.need in one.listed[:k] for one in inside) for k in LISTED},
        top1=_share(one.first_serves for one in inside),
        f1=2 * right / max(1, answered + len(inside)),
        asks=_share(bool(one.route.tied) for one in inside),
        followed=_share(one.first_serves for one in followed) if followed else None,
        auroc=auroc(_scopes(inside), _scopes(outside)),
        refused=_share(not one.somebody for one in outside),
        wrongly_refused=_share(not one.somebody for one in inside),
        error=calibration_error(sure, hits),
        find_ms=_times([one.find_ms for one in (*inside, *outside)]),
        route_ms=_times([one.route_ms for one in (*inside, *outside)]),
        megabytes=megabytes,
    )


def _share(some: Iterable[bool]) -> float:
    return float(np.mean(list(some)))


def _scopes(some: Sequence[Answer]) -> Floats:
    return np.array([one.scope for one in some], np.float32)


def _times(some: Sequence[float]) -> tuple[float, float]:
    return float(np.median(some)), float(np.quantile(some, 0.95))


def likeness(skills: Sequence[Stocked], encode: Encode) -> Floats:
    """Cosine of each skill's prototype to the nearest other one's, shape (skills,)."""
    means = np.stack([np.mean([encode(e.text) for e in s.pack.examples], axis=0) for s in skills])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    cosines = means @ means.T
    np.fill_diagonal(cosines, -1.0)
    nearest: Floats = cosines.max(axis=1)
    return nearest


def resident_bytes() -> int:
    """Memory that this process holds, as Linux counts it."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
