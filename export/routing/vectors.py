"""Requests as the shipped encoder sees them, each encoded once and kept in export/.cache."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from device.models import SHIPPED, load
from device.nlu.embedding import Floats, load_table
from device.nlu.encoder import Encoder
from export.quantize import ROOT

CACHE = ROOT / "export" / ".cache" / "routing"


def shipped_encoder(folder: Path = SHIPPED) -> tuple[Encoder, str]:
    """The encoder of the speaker, and the checksum of its model.

    Raises:
        ModelError: It is missing or damaged.
    """
    model = load("encoder", folder=folder)
    settings = model.manifest.settings
    table = load_table(folder, settings["table"], settings["table_sha256"])
    return Encoder(model.run, model.manifest, table), model.manifest.sha256


def encoded(texts: Sequence[str], cache: Path = CACHE) -> Floats:
    """Vectors of length 1, shape (texts, size)."""
    encoder, sha256 = shipped_encoder()
    asked = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    kept = cache / f"{sha256[:12]}-{asked[:12]}.npy"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(kept, np.stack([encoder.encode(text) for text in texts]))
    found: Floats = np.load(kept)
    return found
