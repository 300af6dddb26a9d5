"""`python -m export evaluate encoder` writes docs/encoder.md: few-shot and out-of-scope figures."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from device import models
from device.models import SHIPPED
from device.nlu.embedding import Floats, load_table
from device.nlu.encoder import Encoder
from device.routing.shelf import Shelf
from device.skills.pack import Example
from export.encoder.augment import Rephrase, both, courteously, plainly, tersely
from export.encoder.fewshot import SAMPLES, accuracy
from export.encoder.texts import labelled, outside
from export.quantize import ROOT
from export.tagger.texts import TEXTS

PAGE = ROOT / "docs" / "encoder.md"
SETS = {"clinc": "CLINC150, three domains", "hwu": "HWU64, five scenarios"}
WAYS: dict[str, Rephrase] = {
    "the samples alone": plainly,
    "with courtesies": courteously,
    "without small words": tersely,
    "both": both,
}


class Known:
    """The shipped encoder over many sentences, each encoded once."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Load it."""
        model = models.load("encoder", folder=folder)
        settings = model.manifest.settings
        table = load_table(folder, settings["table"], settings["table_sha256"])
        self._encoder = Encoder(model.run, model.manifest, table)
        self._vectors: dict[str, Floats] = {}
        self.size = self._encoder.size

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Vectors of length 1, shape (texts, size)."""
        return np.stack([self.one(text) for text in texts])

    def one(self, text: str) -> Floats:
        """The vector of one sentence."""
        if text not in self._vectors:
            self._vectors[text] = self._encoder.encode(text)
        return self._vectors[text]

    def fresh_ms(self, texts: Sequence[str]) -> Floats:
        """Milliseconds for each of these sentences, encoded anew."""
        took = []
        for text in texts:
            started = time.perf_counter()
            self._encoder.encode(text)
            took.append(1e3 * (time.perf_counter() - started))
        return np.array(took, np.float32)


def report(argv: list[str]) -> None:
    """Measure the shipped encoder and write the page."""
    parser = argparse.ArgumentParser(prog="python -m export evaluate encoder")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    asked = parser.parse_args(argv)
    encoder = Known()
    size = sum((SHIPPED / f"encoder.{end}").stat().st_size for end in ("tflite", "npz", "json"))
    lines = [
        "# The sentence encoder",
        "",
        "Written by `python -m export evaluate encoder`. What it is: [routing](routing.md).",
        "",
        "## Skills that it never met, from a few sentences",
        "",
        "Each intent of domains that training never saw is put on the device's own shelf with 5 or",
        "10 sentences of the training part; the sentences of the test part must find it among all",
        "held-out intents of the set (CLINC150: banking, kitchen and dining, travel; HWU64:",
        "cooking, transport, takeaway, news, recommendation; fold 10). Mean and standard deviation",
        "of ten draws of the sentences, in percent. Augmentation, after ProtoDA, adds sentences to",
        "the samples.",
        "",
        *_fewshot(encoder, asked.texts),
        "",
        "## Out of scope",
        "",
        *_scope(encoder, asked.texts),
        "",
        "## Cost",
        "",
        _cost(encoder, asked.texts, size),
        "",
    ]
    PAGE.write_text("\n".join(lines), encoding="utf-8")


def _fewshot(encoder: Known, texts: Path) -> list[str]:
    heads = [f"{SETS[name]}, {count}" for name in SETS for count in SAMPLES]
    lines = [f"| | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    for way, rephrase in WAYS.items():
        cells = []
        for name in SETS:
            for count in SAMPLES:
                mean, spread = accuracy(
                    encoder, name, count, part="test", rephrase=rephrase, texts=texts
                )
                cells.append(f"{100 * mean:.1f} ± {100 * spread:.1f}")
        lines.append(f"| {way} | {' | '.join(cells)} |")
    return lines


def _scope(encoder: Known, texts: Path) -> list[str]:
    """All 150 intents of CLINC150 with 10 samples each, and its requests out of scope."""
    rows = [row for row in labelled("train", texts) if row.intent.startswith("clinc/")]
    asked = [row for row in labelled("test", texts) if row.intent.startswith("clinc/")]
    rng = np.random.default_rng(0)
    shelf = Shelf(encoder.one, encoder.size)
    for intent in sorted({row.intent for row in rows}):
        said = [row.text for row in rows if row.intent == intent]
        chosen = [said[i] for i in rng.permutation(len(said))[:10]]
        shelf.put(intent, [Example(intent=intent, text=text) for text in chosen])
    found = [shelf.find(row.text, k=10) for row in asked]
    ours = np.array([listed[0].similarity for listed in found])
    theirs = np.array([shelf.find(text, k=1)[0].similarity for text in outside("test", texts)])
    first, among = [], []
    for listed, row in zip(found, asked, strict=True):
        first.append(listed[0].skill == row.intent)
        among.append(row.intent in {one.skill for one in listed})
    apart = np.mean(ours[:, None] > theirs[None]) + 0.5 * np.mean(ours[:, None] == theirs[None])
    return [
        "All 150 intents of CLINC150 on the shelf with 10 sentences each, 105 of them from domains",
        f"that training saw: the right one is first for {100 * np.mean(first):.1f} % of the test",
        f"requests and among the first ten for {100 * np.mean(among):.1f} %. By the similarity to",
        "the nearest alone, requests in and out of scope are told apart with an area under the",
        f"ROC curve of {apart:.3f}.",
    ]


def _cost(encoder: Known, texts: Path, size: int) -> str:
    asked = [row.text for row in labelled("dev", texts)][:500]
    took = Known().fresh_ms(asked)
    p50, p95 = np.percentile(took, [50, 95])
    return (
        f"Milliseconds per sentence, p50 / p95: {p50:.2f} / {p95:.2f}; {encoder.size} values; "
        f"model, word table and manifest {size / 1e6:.2f} MB."
    )
