"""What ships, measured as skills are added: the encoder, the shelf, the re-ranker, the router.

Skills of the public sets (one for each need, ten sentences of the training part each) and
made-up ones; requests are the sets' test parts and paraphrases in frames that no sample has.
"""

import gc
import logging
import os
import time
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from random import Random

from device.context import Context
from device.models import SHIPPED, load
from device.nlu.embedding import Floats
from device.routing.arbiter import Arbiter
from device.routing.ranker import Ranker
from device.routing.router import Router
from device.routing.shelf import Shelf
from device.skills.builtin import builtin_skills
from device.skills.pack import Example, Hermes, Pack, Standing
from device.skills.packreading import builtin_packs
from export.ranker.catalogue import Catalogue as Packs
from export.ranker.texts import Reading, reading
from export.routing.answers import (
    FOLLOWED,
    LISTED,
    Answer,
    Size,
    Stocked,
    asked_of,
    figures,
    likeness,
)
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
MOST_FOLLOWED = 300
"""Requests of the first FOLLOWED skills."""


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
    room = [_taken(router, shelf, skills[:size]) for size in SIZES]
    stand = Stand(router, shelf, context)
    found = []
    for size, megabytes in zip(reversed(SIZES), reversed(list(accumulate(room))), strict=True):
        some = skills[:size]
        _taken(router, shelf, some)
        every = asked_of(some)
        asked = read(rng.sample(every, min(MOST_ASKED, len(every))), context)
        answers = (
            [stand.answer(one) for one in asked],
            [stand.answer(one) for one in outside],
            [stand.answer(one) for one in followed] if size >= FOLLOWED else [],
        )
        found.append(figures(size, *answers, megabytes))
        LOG.info("%s", found[-1])
    found.reverse()
    return found, likeness(skills[:COMPARED], encoder.encode)


def _taken(router: Router, shelf: Shelf, skills: Sequence[Stocked]) -> float:
    """Exchange the skills; what that added to resident memory, in MB.

    What requests leave behind, such as sentences that were parsed, is not in it.
    """
    before = resident_bytes()
    built = [(pack, Standing.ENABLED) for pack in builtin_packs()]
    router.take([*built, *((one.pack, Standing.AVAILABLE) for one in skills)])
    shelf.find("settle what is new", k=1)
    return (resident_bytes() - before) / 1e6


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


def resident_bytes() -> int:
    """Memory that this process holds, as Linux counts it."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
