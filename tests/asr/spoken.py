"""Log probabilities as an ideal acoustic model would give them, and sentences to say."""

import numpy as np
import numpy.typing as npt

from device.asr.automaton import WordAutomaton
from device.asr.lexicon import shared_lexicon
from device.asr.net import FORK
from device.asr.phonemes import LABELS
from device.asr.trees import Pronouncer

PRONOUNCER = Pronouncer(shared_lexicon().pronounce)

Float32Array = npt.NDArray[np.float32]


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


def log_probs(labels: list[int], *, noise: float = 0.0, seed: int = 0) -> Float32Array:
    """Each label very likely in its step; `noise` is the deviation added to all logits."""
    random = np.random.default_rng(seed)
    logits = np.zeros((len(labels), len(LABELS)))
    logits[np.arange(len(labels)), labels] = 9.0
    logits += noise * random.normal(size=logits.shape)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logits.astype(np.float32)


def labels_of(words: list[str], *, seed: int = 0) -> list[int]:
    """A sentence as CTC labels, one way of saying each word, blanks and held sounds at random."""
    random = np.random.default_rng(seed)
    labels = [0] * int(random.integers(0, 3))
    last = 0
    for word in words:
        ways = PRONOUNCER.sounds(word)
        for sound in ways[random.integers(len(ways))]:
            if sound == last or random.random() < 0.5:
                labels.append(0)
            labels += [sound] * int(random.integers(1, 3))
            last = sound
        labels += [0] * int(random.integers(0, 3))
    return labels


def walk(automaton: WordAutomaton, *, seed: int, most_words: int = 30) -> list[str]:
    """A sentence of the automaton, chosen arc by arc."""
    random = np.random.default_rng(seed)
    far = _steps_to_end(automaton)
    state = 0
    words: list[str] = []
    while True:
        first, last = automaton.arc_first[state], automaton.arc_first[state + 1]
        ends = np.isfinite(automaton.final_cost[state])
        if ends and (first == last or len(words) >= most_words or random.random() < 0.4):
            return words
        arcs = np.arange(first, last)
        if len(words) >= most_words:
            arcs = arcs[far[automaton.arc_target[arcs]] < far[state]]
        arc = random.choice(arcs)
        number = int(automaton.arc_word[arc]) - len(automaton.words)
        if number >= 0:
            words.append(str(random.choice(automaton.sets[number])))
        else:
            words.append(automaton.words[automaton.arc_word[arc]].rstrip(FORK))
        state = int(automaton.arc_target[arc])


def _steps_to_end(automaton: WordAutomaton) -> npt.NDArray[np.float64]:
    far = np.where(np.isfinite(automaton.final_cost), 0.0, np.inf)
    source = np.repeat(np.arange(automaton.states), np.diff(automaton.arc_first))
    for _ in range(automaton.states):
        before = far.copy()
        np.minimum.at(far, source, far[automaton.arc_target] + 1)
        if (far == before).all():
            break
    return far
