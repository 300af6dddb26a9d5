"""`python -m export language` trains the general language model of recognition and writes it."""

import argparse
import hashlib
import logging
import time
from pathlib import Path

import msgspec
import numpy as np

from device.asr.ngram import Ngrams
from device.models import Manifest, TrainingSet
from export.language.make import Made, train
from export.language.texts import SPEECH, corpora, held_out, household
from export.quantize import SHIPPED
from export.tagger.texts import TEXTS

LOG = logging.getLogger(__name__)
COMMAND = "python -m export language"
SETS = (
    TrainingSet(name="Inglenook's own sentences", licence="Apache-2.0"),
    TrainingSet(name="home-assistant-intents, English sentence templates", licence="CC BY 4.0"),
    TrainingSet(name="SLURP, sentences of lm.txt", licence="CC BY 4.0"),
    TrainingSet(name="HWU64, folds 1 to 8", licence="CC BY 4.0"),
    TrainingSet(name="SNIPS, training part", licence="CC0"),
    TrainingSet(name="CLINC150, training part", licence="CC BY 3.0"),
    TrainingSet(name="Mini LibriSpeech, transcripts of the training speakers", licence="CC BY 4.0"),
    TrainingSet(name="CMU Arctic prompts", licence="CC0"),
    TrainingSet(name="LJ Speech, 385 sentences", licence="public domain"),
)
CORPORA = ("requests", "household", "english")
VERSION = 1


def main(argv: list[str]) -> None:
    """Make the model."""
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--sentences", type=int, default=40_000, help="sampled from templates")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.0, help="gain that keeps a triple")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of read speech")
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    asked = parser.parse_args(argv)
    started = time.process_time()
    parts = corpora(count=asked.sentences, seed=asked.seed, texts=asked.texts, speech=asked.speech)
    tuning = [*held_out(asked.texts).values(), household(asked.sentences // 10, asked.seed + 1)]
    made = train(parts, tuning, least=asked.least)
    write(made, asked.folder, " ".join([COMMAND, *argv]))
    LOG.info("%.0f s of computing", time.process_time() - started)


def write(made: Made, folder: Path, command: str) -> None:
    """Write the model and its manifest."""
    path = folder / "language.npz"
    joined = np.frombuffer("\n".join(made.words).encode(), np.uint8)
    np.savez(path, symbols=joined, **Ngrams.build(made.counted).arrays())
    manifest = Manifest(
        name="language",
        version=VERSION,
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        inputs=(),
        outputs=(),
        command=command,
        training_sets=SETS,
        metrics={},
        settings={
            "weights": [0.05, 0.3, 0.5],
            "corpora": dict(zip(CORPORA, made.weights.round(4).tolist(), strict=True)),
        },
    )
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    (folder / "language.json").write_bytes(content + b"\n")
    LOG.info("%s", manifest.settings)
