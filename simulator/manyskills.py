"""How fast a request finds its skill among ten thousand, with the speaker's own models.

The skills are made up (`simulator.packs`); fifty of them were chosen by the owner. What is
measured begins with a request that understanding has read, and ends with the skill that answers.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from device import models
from device.context import Context, Home
from device.effects import Notebook
from device.events import Request
from device.models import SHIPPED
from device.nlu.intents import OUT_OF_SCOPE
from device.nlu.packintents import pack_intent
from device.nlu.templates import Sentences, load_sentences
from device.routing.arbiter import Arbiter
from device.routing.ranker import Ranker
from device.routing.router import Router
from device.routing.shelf import Shelf
from device.skills.builtin import builtin_skills
from device.skills.pack import Example, Hermes, Pack, Standing
from device.skillset import reading
from simulator.packs import MadeUp, made_up

SKILLS = 10_000
CHOSEN = 50
"""Skills that the owner enabled."""
ASKED = 200
"""Requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """What was measured."""

    spent_ms: tuple[float, ...]
    """Milliseconds for each request, its encoding included. The sentences of chosen packs have
    been read before, as at the start of a speaker."""
    shelf_mb: float
    """Megabytes of the shortlister's arrays."""


def measure_routing() -> Routed:
    """Route requests among SKILLS skills; takes about a minute to put them on the shelf."""
    encoder, ranker = models.load("encoder"), models.load("ranker")
    read = reading(encoder, SHIPPED)
    shelf = Shelf(read.encode, read.size)
    skills = made_up(SKILLS)
    with TemporaryDirectory() as folder:
        written = _Written(Path(folder), skills)
        arbiter = Arbiter(shelf, Ranker(ranker.run, ranker.manifest), sentences=written)
        router = Router(builtin_skills(), arbiter=arbiter)
        packs = list(map(_pack, skills))
        standing = [Standing.ENABLED] * CHOSEN + [Standing.AVAILABLE] * (SKILLS - CHOSEN)
        router.take(list(zip(packs, standing, strict=True)))
        shelf.find("settle what is new")
        for pack in packs[:CHOSEN]:
            pack_intent(written(pack), pack.intents[0])
        context = Context(
            home=Home(), now=datetime(2026, 11, 21, 20, tzinfo=UTC), notebook=Notebook()
        )
        spent = []
        for skill in skills[:: SKILLS // ASKED]:
            request = _request(skill.paraphrases[0])
            started = time.perf_counter()
            router.route(request, context)
            spent.append(1e3 * (time.perf_counter() - started))
    return Routed(spent_ms=tuple(spent), shelf_mb=shelf.nbytes / 1e6)


class _Written:
    """The sentences of packs, read from a file when they are asked for, as on a speaker."""

    def __init__(self, folder: Path, skills: Sequence[MadeUp]) -> None:
        for skill in skills:
            said = {"intents": {_intent(skill): {"data": [{"sentences": list(skill.samples)}]}}}
            (folder / f"{skill.id}.yaml").write_text(yaml.dump(said), encoding="utf-8")
        self._read = cache(lambda id_: load_sentences([folder / f"{id_}.yaml"]))

    def __call__(self, pack: Pack) -> Sentences:
        return self._read(pack.id)


def _intent(skill: MadeUp) -> str:
    return "".join(word.capitalize() for word in skill.id.replace("'", "").split("-"))


def _pack(skill: MadeUp) -> Pack:
    return Pack(
        id=skill.id,
        name=skill.name,
        description="",
        version="1.0",
        answers=Hermes(),
        files=(),
        examples=tuple(Example(intent=_intent(skill), text=text) for text in skill.samples),
    )


def _request(text: str) -> Request:
    """A request that none of the speaker's own skills knows."""
    return Request(
        text=text,
        span=((0, len(text.split())),),
        domain="",
        intent=OUT_OF_SCOPE,
        slots=(),
        confidence=0.9,
    )
