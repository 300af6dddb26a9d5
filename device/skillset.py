"""The skills, who weighs them, and what was settled about them: joined from models and store."""

from dataclasses import dataclass
from pathlib import Path

from device.acquaintances import Acquaintances
from device.config import Config
from device.models import Model
from device.nlu.embedding import load_table
from device.nlu.encoder import Encoder
from device.ports import Ports
from device.routing.arbiter import Arbiter
from device.routing.ranker import Ranker
from device.routing.router import Router
from device.routing.shelf import Shelf
from device.skills.builtin import builtin_skills


@dataclass(frozen=True, slots=True)
class Skillset:
    """What `build` makes a speaker of."""

    router: Router
    acquaintances: Acquaintances


def skillset(
    config: Config, ports: Ports, *, encoder: Model, ranker: Model, folder: Path
) -> Skillset:
    """Join the router and what it learns from.

    Args:
        config: How long records are kept.
        ports: The store, and who runs the code of packs.
        encoder: As `device.models.load("encoder")` gives it.
        ranker: As `device.models.load("ranker")` gives it.
        folder: Where the encoder's word vectors lie.

    Raises:
        ModelError: A model does not fit this version, or its table is missing or damaged.
    """
    read = reading(encoder, folder)
    shelf = Shelf(read.encode, read.size)
    arbiter = Arbiter(shelf, Ranker(ranker.run, ranker.manifest))
    return Skillset(
        router=Router(builtin_skills(), arbiter=arbiter, code=ports.code),
        acquaintances=Acquaintances(
            ports.store,
            read.encode,
            encoder=encoder.manifest.sha256,
            keep=config.records.keep_days > 0,
        ),
    )


def reading(encoder: Model, folder: Path) -> Encoder:
    """The utterance encoder with its word vectors.

    Raises:
        ModelError: They are missing or damaged.
    """
    settings = encoder.manifest.settings
    named, sha256 = str(settings.get("table", "")), str(settings.get("table_sha256", ""))
    table = load_table(folder, named, sha256)
    return Encoder(encoder.run, encoder.manifest, table)
