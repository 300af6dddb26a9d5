"""Short phrases of real people, cut out of the dev recordings, against grammars of slots.

Forced alignment tells where the words lie; a phrase is what is said between two pauses. Its
grammar offers at each place the right word and others of like length from the same recordings.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from random import Random

import numpy as np
from hassil.intents import Intents

from device.asr.acoustic import acoustic_model
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.asr.recognizer import Recognizer
from device.asr.trees import Pronouncer
from device.context import Home
from device.events import RATE_HZ
from device.models import load
from device.nlu.templates import NO_SENTENCES, Sentences
from export.recognition.duel import HEADS, Duel, duel, same_words
from export.recognition.grammars import cells
from export.recognition.hardships import CLEAN, CLOSE, ROOMS, Hardship, heard_in
from export.recognition.jsgf import jsgf, sentences
from export.recognition.parts import Options, Part, Task, table
from export.recognition.people import read_aloud
from export.recognition.sphinx import Sphinx
from export.recognition.spoken import QUIET_BEFORE, Saying, framed

HARDSHIPS = (CLEAN, *CLOSE, *ROOMS)
FEWEST_WORDS, MOST_WORDS = 3, 8
OTHERS = 10
"""Other words at each place; more where the phrase is short."""
FEWEST_READINGS = 10_000
PAUSE_S = 0.1
"""Shortest silence that parts two phrases."""
KEPT_S = 0.15
"""Silence that is kept on either side."""

Span = tuple[str, float, float]
"""A word, its start and its end in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A few words of somebody, and what might have been said in their place."""

    saying: Saying
    end: int
    """Sample at which the last word ends."""
    slots: tuple[tuple[str, ...], ...]
    """For each word the words that the grammar offers there."""

    @property
    def sentences(self) -> Sentences:
        """The grammar, as an owner would write it."""
        template = " ".join(f"({'|'.join(slot)})" for slot in self.slots)
        table = {"intents": {"Say": {"data": [{"sentences": [template]}]}}}
        return Sentences(intents=Intents.from_dict({"language": "en", **table}), files=())


def between_pauses(spans: Sequence[Span]) -> Iterator[Sequence[Span]]:
    """Runs of words with a pause, or the end of the recording, on either side.

    Example: words at 0-1, 1-2 and 3-4 seconds -> the first two, the last one
    """
    start = 0
    for at in range(1, len(spans) + 1):
        if at == len(spans) or spans[at][1] - spans[at - 1][2] >= PAUSE_S:
            yield spans[start:at]
            start = at


def cut(
    one: Saying, spans: Sequence[Span], random: np.random.Generator
) -> Iterator[tuple[Saying, int]]:
    """The phrases of a recording that are as long as a request, and where their words end."""
    for some in between_pauses(spans):
        if FEWEST_WORDS <= len(some) <= MOST_WORDS:
            first = max(0, round((some[0][1] - KEPT_S) * RATE_HZ))
            last = round((some[-1][2] + KEPT_S) * RATE_HZ)
            text = " ".join(word for word, _, _ in some)
            end = QUIET_BEFORE + round(some[-1][2] * RATE_HZ) - first
            yield Saying(text=text, samples=framed(one.samples[first:last], random)), end


def others(count: int) -> int:
    """Words to offer beside each of `count` words, so that there are readings enough.

    Example: 8 -> 10; 3 -> 21, as 22 * 22 * 22 is above 10,000
    """
    return max(OTHERS, math.ceil(math.pow(FEWEST_READINGS, 1 / count)) - 1)


def slots(
    words: Sequence[str], corpus: Sequence[str], pronouncer: Pronouncer, random: Random
) -> tuple[tuple[str, ...], ...]:
    """For each word, itself among others of the corpus, about as long and of another sound."""
    found: list[tuple[str, ...]] = []
    for word in words:
        ways = set(pronouncer.sounds(word))
        size = len(pronouncer.sounds(word)[0])
        rivals = [one for one in corpus if not ways & set(pronouncer.sounds(one))]
        random.shuffle(rivals)
        rivals.sort(key=lambda one: max(0, abs(len(pronouncer.sounds(one)[0]) - size) - 1))
        found.append(tuple(sorted({word, *rivals[: others(len(words))]})))
    return tuple(found)


@cache
def phrases(options: Options) -> tuple[Phrase, ...]:
    """Phrases of all dev speakers, evenly picked; the same ones each time."""
    pronouncer = Pronouncer(shared_lexicon().pronounce)
    aligner = Sphinx(pronouncer)
    # A recording has about one phrase that stands between pauses.
    read = read_aloud(options.speech, options.phrases * 3 // 2)
    hiss = np.random.default_rng(6)
    spans = [aligner.spans(one.samples, one.text) for one in read]
    found = [phrase for at, one in enumerate(read) for phrase in cut(one, spans[at], hiss)]
    kept = found[:: max(1, len(found) // options.phrases)][: options.phrases]
    corpus = sorted({word for one in read for word in one.text.split()})
    random = Random(6)
    return tuple(
        Phrase(saying=one, end=end, slots=slots(one.text.split(), corpus, pronouncer, random))
        for one, end in kept
    )


def tasks(options: Options) -> list[Task]:
    """One for each hardship."""
    return [partial(measured, hardship, options) for hardship in HARDSHIPS]


def measured(hardship: Hardship, options: Options) -> Duel:
    """Both engines on all phrases."""
    pronounce = shared_lexicon().pronounce
    sphinx, acoustic = Sphinx(Pronouncer(pronounce)), acoustic_model(load("acoustic"))
    cut_out = phrases(options)
    there = heard_in([one.saying for one in cut_out], hardship, options.speech, seed=7)
    whole = Duel()
    for phrase, saying in zip(cut_out, there, strict=True):
        grammar = phrase.sentences
        graph = HomeGrammar(NO_SENTENCES, grammar, pronounce=pronounce).graph(Home())
        sphinx.use(jsgf(sentences(grammar.intents)))
        whole += duel(Recognizer(acoustic, graph), sphinx, [saying], same_words)
    return whole


def page(options: Options, results: Sequence[Duel]) -> str:
    """The table."""
    rows = [
        f"{hardship.name} | {cells(one)}" for hardship, one in zip(HARDSHIPS, results, strict=True)
    ]
    return f"""## Real people, a grammar

{results[0].ours.sentences} phrases of {FEWEST_WORDS} to {MOST_WORDS} words, cut at pauses out of
the dev speakers' recordings by forced alignment (`phrases.py`). Each has a grammar of its own: at
each place the right word and {OTHERS} or more others of like length from the same recordings,
10^4 to 10^8 readings. Right is word for word; *close* is the recording with noise and no room,
rooms and noise are as above.

{table(f"heard | {HEADS}", rows)}"""


PART = Part(name="phrases", tasks=tasks, page=page)
