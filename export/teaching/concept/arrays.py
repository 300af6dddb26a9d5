"""Answers as arrays for the network."""

from collections.abc import Sequence

import numpy as np

from device.nlu.windows import starts, windows
from device.nlu.words import Token
from device.teaching.answerwords import answer_flags
from export.referents.texts import tagger_table
from export.teaching.concept.rows import Example
from export.teaching.sizes import LENGTH, UNTOLD, Rows


def arrays(rows: Sequence[Example], labels: Sequence[str]) -> Rows:
    """What the network reads and is to give; a long answer is several rows."""
    table = tagger_table()
    known = {label: i for i, label in enumerate(labels)}
    vectors, flags, masks, truths = [], [], [], []
    for row in rows:
        tokens = [Token(text=t, word=i) for i, t in enumerate(row.tokens)]
        drawn = row.drawn
        at = drawn.scene
        flagged = answer_flags(tokens, at.gazetteer, at.gap, at.context, at.about, drawn.proposed)
        told = [known.get(label, 0) for label in row.labels]
        begins = starts(len(tokens), LENGTH)
        cut = windows(table.vectors(tokens), flagged, LENGTH)
        for begin, (x, f, m) in zip(begins, cut, strict=True):
            part = told[begin : begin + LENGTH]
            vectors.append(x[0].astype(np.float16))
            flags.append(f[0].astype(np.float16))
            masks.append(m[0])
            truths.append([*part, *[UNTOLD] * (LENGTH - len(part))])
    inputs = (np.stack(vectors), np.stack(flags), np.stack(masks))
    return Rows(inputs, (np.array(truths, np.int32),))
