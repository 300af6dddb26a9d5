"""The skills, who weighs them, and what was settled about them: joined from models and store."""

import logging
from pathlib import Path

from device.acquaintances import Acquaintances
from device.config import Config
from device.errors import StoreError
from device.models import Model
from device.nlu.embedding import load_table
from device.nlu.encoder import Encoder
from device.ports import Ports, Store
from device.routing.arbiter import Arbiter
from device.routing.ranker import Ranker
from device.routing.router import Router
from device.routing.shelf import Shelf
from device.skills.builtin import builtin_skills

logger = logging.getLogger(__name__)

SHELF = "shelf"
"""Where the store keeps the encoded samples of packs, so that a start need not encode them."""


def skillset(
    config: Config, ports: Ports, *, encoder: Encoder, made_by: str, ranker: Model
) -> tuple[Router, Acquaintances]:
    """Join the router and what it learns from.

    Args:
        config: How long records are kept.
        ports: The store, and who runs the code of packs.
        encoder: Reads samples and requests.
        made_by: SHA-256 of its model, by which what was kept of it is known.
        ranker: As `device.models.load("ranker")` gives it.

    Raises:
        ModelError: A model does not fit this version.
        StoreError: The store cannot be read.
    """
    store = ports.store
    shelf = Shelf(encoder.encode, encoder.size, encoder=made_by, kept=store.load(SHELF))
    arbiter = Arbiter(
        shelf,
        Ranker(ranker.run, ranker.manifest),
        keep=lambda content: _save(store, content),
    )
    keep = config.records.keep_days > 0
    return (
        Router(builtin_skills(), arbiter=arbiter, code=ports.code),
        Acquaintances(store, encoder.encode, encoder=made_by, keep=keep),
    )


def _save(store: Store, content: bytes) -> None:
    try:
        store.save(SHELF, content)
    except StoreError as exc:
        logger.warning("%s", exc)


def reading(encoder: Model, folder: Path) -> Encoder:
    """The utterance encoder with its word vectors.

    Raises:
        ModelError: They are missing or damaged.
    """
    settings = encoder.manifest.settings
    named, sha256 = str(settings.get("table", "")), str(settings.get("table_sha256", ""))
    table = load_table(folder, named, sha256)
    return Encoder(encoder.run, encoder.manifest, table)
