"""What sentences declare as a large encoder sees it: what the small model learns from besides.

Own templates know few of the words that people say such things with. So words of their sentences
are exchanged for others, and a classifier on the vectors of all-MiniLM-L6-v2 (Apache-2.0; the
teacher of `export.encoder.teacher`), fitted to the sentences as they were, tells what the new
ones declare; where it is unsure they are left out (knowledge distillation, Hinton et al., 2015,
with the hard labels of "Pseudo-Label", Lee, 2013). It never comes near the speaker.
"""

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from device.errors import ModelError
from device.models import SHIPPED, read_manifest
from device.nlu.embedding import Floats, load_table
from device.teaching.declaratives import NONE
from export.encoder.teacher import teacher
from export.quantize import ROOT
from export.tagger.texts import TEXTS
from export.teaching.declarative.rows import LABELS, Told, own, requests, reserved, shared
from export.teaching.sizes import UNTOLD

LOG = logging.getLogger(__name__)
COMMAND = "python -m export needs_teacher"
CACHE = ROOT / "export" / ".cache" / "declarative"

SENTENCES = 50_000
"""Sentences with other words."""
SURE = 0.6
"""Probability from which the teacher's label is taken."""
SEEDS = (3, 4, 5)
"""Of the networks that read the teacher's vectors: where they differ, none is sure."""
EVERY_NONE = 2
"""One of so many is taken of those that declare nothing: most are no sentences any more."""
EXCHANGED = (1, 1, 2, 2, 3)
"""How many words of a sentence are exchanged, each as likely."""
NEAR_WORDS = 40
"""Words of which a near one is drawn."""
FAR = 0.4
"""How often any word is drawn instead of a near one."""
SHORTEST = 3
"""Letters of a word that is exchanged: shorter ones hold the sentence together."""


def learned(cache: Path = CACHE) -> list[Told]:
    """What the teacher left: sentences with labels, their words unmarked.

    Raises:
        ModelError: It has not been asked yet.
    """
    path = cache / "taught.json"
    if not path.exists():
        raise ModelError(f"there are no sentences of the teacher; make them with `{COMMAND}`")
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [_told(text.split(), LABELS.index(label)) for text, label in rows]


def make(argv: list[str]) -> None:
    """Draw sentences, and ask the teacher about them.

    Raises:
        ModelError: The teacher is another one than this was made with.
    """
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--folder", type=Path, default=CACHE)
    parser.add_argument("--sentences", type=int, default=SENTENCES)
    asked = parser.parse_args(argv)
    known = [
        *own("train", 1),
        *shared("train", asked.texts, every=6),
        *requests(2_000, 5, "train"),
    ]
    drawn = exchanged(own("train", 11), asked.sentences, Random(29))
    embed = teacher()
    labels = np.array([row.label for row in known])
    sure = _classified(embed([row.text for row in known]), labels, embed([r.text for r in drawn]))
    taught = [
        (row.text, LABELS[int(p.argmax())])
        for row, p in zip(drawn, sure, strict=True)
        if p.max() >= SURE
    ]
    nothing = [row for row in taught if row[1] == NONE]
    taught = [row for row in taught if row[1] != NONE] + nothing[::EVERY_NONE]
    asked.folder.mkdir(parents=True, exist_ok=True)
    (asked.folder / "taught.json").write_text(json.dumps(taught), encoding="utf-8")
    LOG.info("%d of %d sentences have a label", len(taught), len(drawn))


def exchanged(told: Sequence[Told], count: int, rng: Random) -> list[Told]:
    """Sentences with one to three of their words exchanged for others.

    Args:
        told: What they are made of.
        count: How many are drawn, at most; what is there already is left out.
        rng: What is drawn with.
    """
    settings = read_manifest(SHIPPED / "encoder.json").settings
    table = load_table(SHIPPED, settings["table"], settings["table_sha256"])
    words = [word for word in table.words if word.isalpha() and len(word) >= SHORTEST]
    vectors = np.stack([table.vector(word) for word in words])
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    near: dict[str, list[str]] = {}
    seen = {row.text for row in told}
    found: list[Told] = []
    for _ in range(count):
        row = rng.choice(told)
        tokens = list(row.tokens)
        places = [i for i, t in enumerate(tokens) if t.isalpha() and len(t) >= SHORTEST]
        for at in rng.sample(places, min(len(places), rng.choice(EXCHANGED))):
            word = tokens[at]
            if rng.random() < FAR:
                tokens[at] = rng.choice(words)
                continue
            if word not in near:
                like = vectors @ table.vector(word)
                near[word] = [words[i] for i in np.argsort(-like)[1 : NEAR_WORDS + 1]]
            tokens[at] = rng.choice(near[word])
        made = _told(tokens, UNTOLD)
        if made.text not in seen and not reserved(made.text):
            seen.add(made.text)
            found.append(made)
    return found


def _told(tokens: Sequence[str], label: int) -> Told:
    return Told(tuple(tokens), (UNTOLD,) * len(tokens), label, UNTOLD)


def _classified(known: Floats, labels: np.ndarray, asked: Floats) -> Floats:  # type: ignore[type-arg]
    """Probabilities of the labels, shape (len(asked), labels), the mean of a few networks."""
    return np.asarray(np.mean([_network(known, labels, asked, seed) for seed in SEEDS], axis=0))


def _network(known: Floats, labels: np.ndarray, asked: Floats, seed: int) -> Floats:  # type: ignore[type-arg]
    """The same of one small network on the vectors."""
    import torch

    torch.manual_seed(seed)
    net = torch.nn.Sequential(
        torch.nn.Linear(known.shape[1], 256),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.3),
        torch.nn.Linear(256, len(LABELS)),
    )
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
    x, y = torch.tensor(known), torch.tensor(labels, dtype=torch.long)
    for _ in range(14):
        order = torch.randperm(len(x))
        for at in range(0, len(order), 256):
            rows = order[at : at + 256]
            blurred = x[rows] + 0.02 * torch.randn(len(rows), x.shape[1])
            loss = torch.nn.functional.cross_entropy(net(blurred), y[rows], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    net.eval()
    with torch.no_grad():
        return np.asarray(net(torch.tensor(asked)).softmax(-1).numpy(), np.float32)
