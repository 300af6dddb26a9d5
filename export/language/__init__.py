"""`python -m export language` trains the general language model of recognition and writes it."""

import argparse
import hashlib
import logging
import time
from pathlib import Path

import msgspec
import numpy as np

from device.asr.language import General
from device.asr.ngram import Ngrams
from device.models import Manifest, TrainingSet
from export.language.make import Made, train
from export.language.measure import Place, best_shares
from export.language.report import report
from export.language.texts import SPEECH, at_home, corpora, domain, household, tuning
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
TUNING_DOMAINS = ("garage", "lab")
VERSION = 1


def main(argv: list[str]) -> None:
    """Make the model."""
    asked = _arguments(argv)
    made = _trained(asked)
    shares = best_shares(
        General(made.words, Ngrams.build(made.counted), ()), tuning_places(asked.texts)
    )
    write(made, shares, asked.folder, " ".join([COMMAND, *argv]))
    LOG.info("%.0f s of computing", time.process_time())


def evaluate(argv: list[str]) -> None:
    """Measure the model that ships, and write the figures into docs/language-model.md."""
    LOG.info("%s", report(_trained(_arguments(argv))))


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--sentences", type=int, default=40_000, help="sampled from templates")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.0, help="gain that keeps a triple")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of read speech")
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    return parser.parse_args(argv)


def _trained(asked: argparse.Namespace) -> Made:
    parts = corpora(count=asked.sentences, seed=asked.seed, texts=asked.texts, speech=asked.speech)
    sampled = household(asked.sentences // 10, asked.seed + 1)
    return train(parts, [tuning(asked.texts), sampled], least=asked.least)


def tuning_places(texts: Path) -> list[Place]:
    """Requests, half of them of domains that only an owner's sentences know."""
    home = at_home(1, 1, seed=3)[0].home
    places: list[Place] = []
    for name in TUNING_DOMAINS:
        made = domain(name, 600, seed=4)
        places += [Place(home, made.spoken, made.own), Place(home, tuning(texts), made.own)]
    return places


def write(made: Made, shares: list[float], folder: Path, command: str) -> None:
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
            "weights": shares,
            "corpora": dict(zip(CORPORA, made.weights.round(4).tolist(), strict=True)),
        },
    )
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    (folder / "language.json").write_bytes(content + b"\n")
    LOG.info("%s", manifest.settings)
