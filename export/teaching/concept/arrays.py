"""Answers as arrays for the network."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from device.nlu.windows import starts, windows
from device.nlu.words import Token
from device.teaching.answer import Scope
from device.teaching.answerwords import answer_flags
from export.referents.texts import tagger_table
from export.teaching.concept.rows import Example
from export.teaching.sizes import LENGTH, UNTOLD, Rows


def arrays(
    rows: Sequence[Example], labels: Sequence[str], scopes: Sequence[Scope]
) -> tuple[Rows, npt.NDArray[np.int64]]:
    """What the network reads and is to give; a long answer is several rows.

    Returns:
        The rows, and the number of the example of each.
    """
    table = tagger_table()
    known = {label: i for i, label in enumerate(labels)}
    vectors, flags, masks, truths, kinds, owner = [], [], [], [], [], []
    for number, row in enumerate(rows):
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
            silent = len(begins) > 1 and not any(part)
            kinds.append(UNTOLD if silent else scopes.index(drawn.scope))
            owner.append(number)
    inputs = (np.stack(vectors), np.stack(flags), np.stack(masks))
    return (
        Rows(inputs, (np.array(truths, np.int32), np.array(kinds, np.int32))),
        np.array(owner),
    )
