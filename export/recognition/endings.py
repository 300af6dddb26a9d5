"""How long after the last word a request ends, and how often it ends too early."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.config import Config
from device.context import Home
from device.events import FRAME_MS, FRAME_SAMPLES, RATE_HZ
from device.hearing import Heard, Hearing
from device.nlu.templates import NO_SENTENCES
from device.speaker import hearing
from export.recognition.hardships import CLEAN, NOISES, Hardship, heard_in
from export.recognition.parts import Options, Part, Task, table
from export.recognition.phrases import Phrase, phrases
from export.recognition.spoken import Int16Array, Saying, framed

HARDSHIPS = (CLEAN, *NOISES)
BEFORE_S, BEHIND_S = 0.5, 3.0
"""Sound before and behind each phrase; the noise goes on there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endings:
    """When requests ended."""

    delays_ms: tuple[int, ...]
    """From the end of the last word to the end of the request; below zero: cut short."""
    endless: int
    """Requests that did not end, or of which nothing was heard, within BEHIND_S."""


def tasks(options: Options) -> list[Task]:
    """One for each hardship."""
    return [partial(measured, hardship, options) for hardship in HARDSHIPS]


def measured(hardship: Hardship, options: Options) -> Endings:
    """Let the speaker's own stages hear phrases of real people and say when they are over."""
    found = phrases(options)
    random = np.random.default_rng(8)
    longer = [padded(phrase, random) for phrase in found]
    there = heard_in(longer, hardship, options.speech, seed=9)
    _, ears = hearing(Config(), NO_SENTENCES, wake=True)
    pronounce = shared_lexicon().pronounce
    ends: list[int | None] = []
    for phrase, one in zip(found, there, strict=True):
        graph = HomeGrammar(NO_SENTENCES, phrase.sentences, pronounce=pronounce).graph(Home())
        ears.use(graph)
        end_ms = ended_ms(ears, one.samples)
        last_ms = round(1000 * (BEFORE_S + phrase.end / RATE_HZ))
        ends.append(None if end_ms is None else end_ms - last_ms)
    return Endings(
        delays_ms=tuple(one for one in ends if one is not None), endless=ends.count(None)
    )


def padded(phrase: Phrase, random: np.random.Generator) -> Saying:
    """A phrase with more quiet before and behind it."""
    before, behind = round(BEFORE_S * RATE_HZ), round(BEHIND_S * RATE_HZ)
    samples = framed(phrase.saying.samples, random, before=before, behind=behind)
    return replace(phrase.saying, samples=samples)


def ended_ms(ears: Hearing, samples: Int16Array) -> int | None:
    """When a request was over, counted from the start of the sound; None where it never was."""
    ears.reset()
    ears.attend()
    for at in range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        block = samples[at : at + FRAME_SAMPLES].astype("<i2").tobytes()
        if any(isinstance(one, Heard) and one.utterance.pcm for one in ears.feed(block)):
            return (at // FRAME_SAMPLES + 1) * FRAME_MS
    return None


def page(options: Options, results: Sequence[Endings]) -> str:
    """The table."""
    rows = [
        f"{hardship.name} | {row(one)}" for hardship, one in zip(HARDSHIPS, results, strict=True)
    ]
    return f"""## End of speech

From the end of the last word, as forced alignment tells it, to the end of the request, in the
speaker's own stages (voice activity, loudness, recognition) with its default settings: the phrases
above with {BEHIND_S:g} s of the same quiet or kitchen noise behind them. *Cut short* ended before
the last word did; *endless* did not end within these seconds, or were never heard.

{table("heard | phrases | median ms | p95 ms | cut short | endless", rows)}"""


def row(one: Endings) -> str:
    """Cells of a row."""
    late = [delay for delay in one.delays_ms if delay >= 0]
    count = len(one.delays_ms) + one.endless
    cut_short = len(one.delays_ms) - len(late)
    middle, most = np.percentile(late, [50, 95]) if late else (np.nan, np.nan)
    return f"{count} | {middle:.0f} | {most:.0f} | {cut_short} | {one.endless}"


PART = Part(name="endings", tasks=tasks, page=page)
