"""Which of its pronunciations each word of the training speech was said with.

"and" has a dozen forms and "the" two; a network that is told the usual one each time learns from
wrong labels. Given weights that hear already, the likeliest way through all forms of all words
is found for each recording (Viterbi alignment over the topology of connectionist temporal
classification), as recognizers are trained since forced alignment is known (Young and others,
"The HTK book", 1995).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from device.asr.phonemes import BLANK

Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]
Way = tuple[int, ...]
"""Phoneme numbers of a word."""

_NEVER = np.float32(-1e30)


def as_said(log_probs: Float32Array, words: Sequence[Sequence[Way]]) -> tuple[int, ...] | None:
    """The phonemes of a sentence, each word in the form that fits the sound best.

    Args:
        log_probs: Shape (steps, labels), the blank first.
        words: For each word its forms, none of them empty.

    Returns:
        Phoneme numbers; None where there are too few steps for any form.
    """
    if not words:
        return ()
    net = _Net(words)
    score = np.full(net.states, _NEVER)
    score[net.first] = log_probs[0, net.label[net.first]]
    score[0] = log_probs[0, BLANK]
    came = np.zeros((len(log_probs), net.states), np.int32)
    rank = np.arange(len(net.source))
    for step, row in enumerate(log_probs[1:], start=1):
        offered = score[net.source]
        best = np.maximum.reduceat(offered, net.begins)
        winner = np.where(offered >= best[net.target], rank, len(rank))
        came[step] = net.source[np.minimum.reduceat(winner, net.begins)]
        score = best + row[net.label]
    at = int(net.last[np.argmax(score[net.last])])
    if score[at] < _NEVER / 2:
        return None
    forms: dict[int, int] = {}
    for step in range(len(log_probs) - 1, -1, -1):
        if at:
            forms[int(net.word[at])] = int(net.form[at])
        at = int(came[step, at])
    return tuple(sound for word, ways in enumerate(words) for sound in ways[forms[word]])


class _Net:
    """States and the steps between them; state 0 is the blank before the first word.

    Every sound has a state, and one for a blank behind it.
    """

    def __init__(self, words: Sequence[Sequence[Way]]) -> None:
        label, word, form = [BLANK], [-1], [-1]
        edges = [(0, 0)]
        before: list[tuple[int, int]] = []
        """Sound and blank states that the next word may follow."""
        self.first: list[int] = []
        for number, ways in enumerate(words):
            ends: list[tuple[int, int]] = []
            for which, way in enumerate(ways):
                for place, sound in enumerate(way):
                    at = len(label)
                    label += [sound, BLANK]
                    word += [number] * 2
                    form += [which] * 2
                    edges += [(at, at), (at, at + 1), (at + 1, at + 1)]
                    behind = [(at - 2, at - 1)] if place else before
                    if not place and not number:
                        edges.append((0, at))
                        self.first.append(at)
                    for said, blank in behind:
                        edges.append((blank, at))
                        if label[said] != sound:
                            edges.append((said, at))
                ends.append((at, at + 1))
            before = ends
        self.states = len(label)
        self.label: Int64Array = np.array(label)
        self.word, self.form = np.array(word), np.array(form)
        self.last: Int64Array = np.array(before).reshape(-1)
        pairs = np.array(sorted(edges, key=lambda edge: edge[1]))
        self.source, self.target = pairs[:, 0], pairs[:, 1]
        self.begins = np.searchsorted(self.target, np.arange(self.states))
