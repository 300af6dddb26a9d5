"""What people say to other assistants: the shared text that the models of teaching learn from.

None of it is a sentence of a test part: HWU64 fold 10, CLINC150's and SNIPS' test parts and
SLURP's test sentences are kept out by their letters, also where another set repeats them.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from device.models import TrainingSet
from export.encoder.texts import labelled, outside, slurp
from export.tagger.texts import TEXTS

Part = Literal["train", "dev"]

SETS = (
    TrainingSet(name="CLINC150, training part", licence="CC BY 3.0"),
    TrainingSet(name="HWU64, folds 1 to 8", licence="CC BY 4.0"),
    TrainingSet(name="SLURP, training text", licence="CC BY 4.0"),
    TrainingSet(name="SNIPS, training part", licence="CC0"),
)
"""What is read here, as the manifests name it."""

OWN = TrainingSet(name="Inglenook's own sentences and pretend homes", licence="Apache-2.0")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that somebody said to an assistant."""

    text: str
    """In lower case, as the set has it."""
    intent: str
    """With the set's name before it, as "clinc/alarm"; "slurp/" where it has none."""


@cache
def said(part: Part, texts: Path = TEXTS) -> tuple[Said, ...]:
    """Every sentence of the shared text once, in the order of the sets.

    Args:
        part: "train" or "dev" (HWU64's fold 9, and the validation parts of the others).
        texts: Folder of the public sets.
    """
    kept_out = _tested(texts)
    if part == "train":
        kept_out = kept_out | {key(row.text) for row in said("dev", texts)}
    found = [Said(row.text.lower(), row.intent) for row in labelled(part, texts)]
    found += [Said(text.lower(), "clinc/oos") for text in outside(part, texts)]
    if part == "train":
        found += [Said(text.lower(), "slurp/") for text in slurp(texts)]
    once = {key(row.text): row for row in reversed(found)}
    return tuple(row for k, row in reversed(once.items()) if k and k not in kept_out)


@cache
def slurp_aside(texts: Path = TEXTS) -> tuple[str, ...]:
    """Sentences of SLURP's development part that no test part has."""
    lines = (texts / "slurp" / "devel.jsonl").read_text(encoding="utf-8").splitlines()
    once = {key(text): text for text in (json.loads(line)["sentence"].lower() for line in lines)}
    return tuple(text for k, text in once.items() if k not in _tested(texts))


def key(text: str) -> str:
    """What two spellings of the same sentence have in common: letters and digits."""
    return "".join(filter(str.isalnum, text.lower()))


@cache
def _tested(texts: Path) -> frozenset[str]:
    """All test sentences."""
    found = {key(row.text) for row in labelled("test", texts)}
    found |= {key(text) for text in outside("test", texts)}
    lines = (texts / "slurp" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    return frozenset(found | {key(json.loads(line)["sentence"]) for line in lines})
