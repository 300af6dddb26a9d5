"""Skills that the encoder never met, from five or ten sentences each.

The held-out domains of CLINC150 and HWU64 stand for skills that a stranger wrote: each intent is
put on the device's own shelf with a few sentences of the training part, and all sentences of
another part must find it among all held-out intents of the set.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from device.nlu.embedding import Floats
from device.routing.shelf import Shelf
from device.skills.pack import Example
from export.encoder.augment import Rephrase, plainly
from export.encoder.texts import Labelled, Part, labelled
from export.tagger.texts import TEXTS

SAMPLES = (5, 10)
"""Sentences of each intent."""
DRAWS = 10
"""Times that these are drawn."""

Encode = Callable[[Sequence[str]], Floats]


def accuracy(
    encode: Encode,
    name: str,
    count: int,
    *,
    part: Part,
    rephrase: Rephrase = plainly,
    texts: Path = TEXTS,
) -> tuple[float, float]:
    """How often a held-out intent is found.

    Args:
        encode: From sentences to vectors of length 1, shape (sentences, size).
        name: "clinc" or "hwu".
        count: Sentences of each intent.
        part: Where the requests come from.
        rephrase: Gives more sentences for those of an intent.
        texts: Folder of the public sets.

    Returns:
        Mean over ten draws of the sentences, and their standard deviation.
    """
    known, asked = held_out(name, "train", texts), held_out(name, part, texts)
    intents = sorted({row.intent for row in known})
    own = {i: [row.text for row in known if row.intent == i] for i in intents}
    found = []
    for seed in range(DRAWS):
        rng = np.random.default_rng(seed)
        chosen = {
            intent: rephrase([said[i] for i in rng.permutation(len(said))[:count]])
            for intent, said in own.items()
        }
        needed = [*(row.text for row in asked), *(t for said in chosen.values() for t in said)]
        vectors = dict(zip(needed, encode(needed), strict=True))
        shelf = Shelf(vectors.__getitem__, len(vectors[needed[0]]))
        for intent, said in chosen.items():
            shelf.put(intent, [Example(intent=intent, text=text) for text in said])
        found.append(np.mean([shelf.find(row.text, k=1)[0].skill == row.intent for row in asked]))
    return float(np.mean(found)), float(np.std(found))


def held_out(name: str, part: Part, texts: Path = TEXTS) -> list[Labelled]:
    """Sentences of the held-out domains of one set."""
    return [r for r in labelled(part, texts) if r.held and r.intent.startswith(f"{name}/")]
