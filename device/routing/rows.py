"""The prototypes and samples of many skills as a few arrays, and how they are kept."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The intents of all skills, row by row."""

    skills: tuple[str, ...]
    """The skill of each row."""
    intents: tuple[str, ...]
    prototypes: Bytes
    """Shape (rows, size)."""
    samples: Bytes
    """Shape (samples, size)."""
    owners: Ints
    """The row of each sample; rising."""
    texts: Hashes
    """Hashes of all sentences, also of those that are no sample; rising."""
    speakers: Ints
    """The row of each of these sentences."""

    @property
    def nbytes(self) -> int:
        """Memory that the arrays take."""
        arrays = (self.prototypes, self.samples, self.owners, self.texts, self.speakers)
        return sum(array.nbytes for array in arrays)

    def only(self, kept: npt.NDArray[np.bool_]) -> "Rows":
        """Some of the rows, with what belongs to them."""
        number = np.cumsum(kept) - 1
        mine, said = kept[self.owners], kept[self.speakers]
        return Rows(
            tuple(compress(self.skills, kept)),
            tuple(compress(self.intents, kept)),
            self.prototypes[kept],
            self.samples[mine],
            number[self.owners[mine]].astype(np.int32),
            self.texts[said],
            number[self.speakers[said]].astype(np.int32),
        )

    def samples_of(self, rows: Ints) -> tuple[Ints, Ints]:
        """Where the samples of some rows are, and where among these each row's begin."""
        first = np.searchsorted(self.owners, rows)
        counts = np.searchsorted(self.owners, rows, side="right") - first
        begins = np.cumsum(counts) - counts
        at = np.repeat(first - begins, counts) + np.arange(counts.sum())
        return at.astype(np.int32), begins.astype(np.int32)

    def saying(self, text: int) -> Ints:
        """The rows that have the sentence with this hash."""
        wanted = np.uint64(text)
        first = np.searchsorted(self.texts, wanted)
        after = np.searchsorted(self.texts, wanted, side="right")
        return self.speakers[first:after]


def joined(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, in their order."""
    before = np.cumsum([0, *(len(part.skills) for part in parts)])[:-1]
    owners = [part.owners + first for part, first in zip(parts, before, strict=True)]
    speakers = [part.speakers + first for part, first in zip(parts, before, strict=True)]
    texts = np.concatenate([part.texts for part in parts])
    order = np.argsort(texts, kind="stable")
    return Rows(
        tuple(name for part in parts for name in part.skills),
        tuple(name for part in parts for name in part.intents),
        np.concatenate([part.prototypes for part in parts]),
        np.concatenate([part.samples for part in parts]),
        np.concatenate(owners).astype(np.int32),
        texts[order],
        np.concatenate(speakers).astype(np.int32)[order],
    )


def write_rows(rows: Rows, digests: Mapping[str, str], encoder: str) -> bytes:
    """Rows as bytes.

    Args:
        rows: All of them.
        digests: Skill -> what tells its samples from others.
        encoder: What tells the encoder that made them from others.
    """
    told = {
        "encoder": encoder,
        "skills": rows.skills,
        "intents": rows.intents,
        "digests": dict(digests),
    }
    file = io.BytesIO()
    np.savez(
        file,
        told=np.frombuffer(json.dumps(told).encode(), np.uint8),
        prototypes=rows.prototypes,
        samples=rows.samples,
        owners=rows.owners,
        texts=rows.texts,
        speakers=rows.speakers,
    )
    return file.getvalue()


def read_rows(kept: bytes | None, encoder: str, size: int) -> tuple[Rows, dict[str, str]]:
    """What `write_rows` gave; nothing where it is of another encoder or damaged.

    Args:
        kept: The bytes, or None.
        encoder: What tells the encoder from others.
        size: Values of a vector.

    Returns:
        The rows, and what tells the samples of each skill from others.
    """
    none, nothing = np.zeros(0, np.int32), np.zeros((0, size), np.int8)
    empty = Rows((), (), nothing, nothing, none, np.zeros(0, np.uint64), none)
    if kept is None:
        return empty, {}
    try:
        with np.load(io.BytesIO(kept), allow_pickle=False) as file:
            told = json.loads(bytes(file["told"]))
            parts = [file[n] for n in ("prototypes", "samples", "owners", "texts", "speakers")]
            rows = Rows(tuple(told["skills"]), tuple(told["intents"]), *parts)
            fits = _sound(rows, size) and told["encoder"] == encoder
            return (rows, dict(told["digests"])) if fits else (empty, {})
    except (KeyError, ValueError, TypeError, EOFError, OSError, BadZipFile):
        return empty, {}


def _sound(rows: Rows, size: int) -> bool:
    """Whether the arrays fit each other."""
    count = len(rows.skills)
    tables = (rows.prototypes, rows.samples)
    inside = all(
        len(a) == 0 or 0 <= a.min() <= a.max() < count for a in (rows.owners, rows.speakers)
    )
    return (
        len(rows.intents) == len(rows.prototypes) == count
        and all(t.dtype == np.int8 and t.ndim == 2 and t.shape[1] == size for t in tables)
        and len(rows.samples) == len(rows.owners)
        and len(rows.texts) == len(rows.speakers)
        and rows.texts.dtype == np.uint64
        and inside
    )
