"""Routers with packs and the shipped models."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from device.models import SHIPPED, load
from device.nlu.encoder import Encoder
from device.nlu.templates import Sentences, load_sentences
from device.routing.arbiter import Arbiter
from device.routing.ranker import Ranker
from device.routing.router import Router
from device.routing.shelf import Shelf
from device.skills.builtin import builtin_skills
from device.skills.examples import examples
from device.skills.pack import Hermes, Pack, Standing
from device.skills.packreading import builtin_packs, read_pack
from device.skillset import reading

ELEPHANTS = Path(__file__).parent / "elephants"
FIVE = ("zoo", "safari", "jungle", "circus", "savanna")
"""Packs that all serve "make an elephant sound"."""


@cache
def encoder() -> Encoder:
    """The shipped encoder."""
    return reading(load("encoder"), SHIPPED)


@cache
def ranker() -> Ranker:
    """The shipped re-ranker."""
    model = load("ranker")
    return Ranker(model.run, model.manifest)


@cache
def elephant(id_: str) -> Pack:
    """One of FIVE."""
    return read_pack(ELEPHANTS / id_)


def own_packs() -> list[tuple[Pack, Standing]]:
    """The speaker's own packs."""
    return [(pack, Standing.ENABLED) for pack in builtin_packs()]


def router(packs: Sequence[tuple[Pack, Standing]]) -> Router:
    """A router with these packs and the speaker's own."""
    arbiter = Arbiter(Shelf(encoder().encode, encoder().size), ranker(), sentences=_sentences)
    made = Router(builtin_skills(), arbiter=arbiter)
    made.take([*own_packs(), *packs])
    return made


def five(**standings: Standing) -> Router:
    """A router with some of FIVE."""
    return router([(elephant(id_), standing) for id_, standing in standings.items()])


def made_pack(folder: Path, id_: str, sentences: Mapping[str, Sequence[str]]) -> Pack:
    """A pack with these sentences of its intents, answered over Hermes."""
    file = folder / f"{id_}.yaml"
    lines = ["intents:"]
    for intent, texts in sentences.items():
        lines += [f"  {intent}:", "    data:", "      - sentences:"]
        lines += [f'          - "{text}"' for text in texts]
    file.write_text("\n".join(lines), encoding="utf-8")
    return Pack(
        id=id_,
        name=f"Pack {id_}",
        description="Made for a test.",
        version="1",
        answers=Hermes(topic=f"hermes/intent/{id_}"),
        files=(file,),
        examples=examples(load_sentences([file])),
    )


@cache
def _sentences(pack: Pack) -> Sentences:
    return load_sentences(pack.files)
