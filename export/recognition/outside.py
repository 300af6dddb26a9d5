"""Speech that no sentence of the grammar foresees, beside speech that one does.

The dev speakers' phrases are said to a whole home, which has no sentence for them: a command
made of one is forced. And each is said to its own grammar, from which free words must not take
what the grammar alone hears right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from device.asr.acoustic import acoustic_model
from device.asr.freewords import free_words
from device.asr.homegrammar import HomeGrammar
from device.asr.language import load_general
from device.asr.lexicon import shared_lexicon
from device.asr.recognizer import Recognizer
from device.context import Home
from device.events import Hypothesis
from device.models import load
from device.nlu.templates import NO_SENTENCES, builtin_sentences
from device.turns import SURE
from export.recognition.duel import same_words
from export.recognition.hardships import CLEAN, ROOMS, Hardship, heard_in
from export.recognition.parts import Options, Part, Task, table
from export.recognition.phrases import phrases
from export.recognition.spoken import Saying
from simulator.homefile import furnished_home

HARDSHIPS = (CLEAN, *ROOMS)


@dataclass(slots=True, kw_only=True)
class Outside:
    """What became of phrases in one hardship."""

    phrases: int = 0
    forced: int = 0
    """Taken for a sentence of the home."""
    written: int = 0
    """Believed as free words."""
    right: int = 0
    """Heard right by the phrase's own grammar alone."""
    kept: int = 0
    """Of those the ones that are heard right with free words beside it."""


def tasks(options: Options) -> list[Task]:
    """One for each hardship."""
    return [partial(measured, hardship, options) for hardship in HARDSHIPS]


def measured(hardship: Hardship, options: Options) -> Outside:
    """Say every phrase to the home, and to its own grammar with and without free words."""
    pronounce, acoustic = shared_lexicon().pronounce, acoustic_model(load("acoustic"))
    home = furnished_home()
    words = free_words(load_general(), home)
    graph = HomeGrammar(builtin_sentences(), pronounce=pronounce).graph(home)
    hears = Recognizer(acoustic, graph, free=lambda: words)
    strict = Recognizer(acoustic, graph)
    cut_out = phrases(options)
    there = heard_in([one.saying for one in cut_out], hardship, options.speech, seed=7)
    found = Outside(phrases=len(cut_out))
    for phrase, saying in zip(cut_out, there, strict=True):
        best, *_ = *_heard(hears, saying), Hypothesis(text="", score=0.0)
        if best.score >= SURE:
            commands = {one.text for one in _heard(strict, saying)}
            found.forced += best.text in commands
            found.written += best.text not in commands
        own = HomeGrammar(NO_SENTENCES, phrase.sentences, pronounce=pronounce).graph(Home())
        right = [
            bool(texts) and same_words(texts[0].text, saying.text)
            for texts in (
                _heard(Recognizer(acoustic, own), saying),
                _heard(Recognizer(acoustic, own, free=lambda: words), saying),
            )
        ]
        found.right += right[0]
        found.kept += all(right)
    return found


def _heard(recognizer: Recognizer, one: Saying) -> tuple[Hypothesis, ...]:
    recognizer.feed(one.samples.astype("<i2").tobytes())
    return recognizer.finish()


def page(options: Options, results: Sequence[Outside]) -> str:
    """The table."""
    rows = [
        f"{hardship.name} | {one.forced / one.phrases:.1%} | {one.written / one.phrases:.1%} "
        f"| {(one.phrases - one.forced - one.written) / one.phrases:.1%} "
        f"| {one.kept} of {one.right}"
        for hardship, one in zip(HARDSHIPS, results, strict=True)
    ]
    heads = "heard | made a command | written down | asked again | right and kept"
    return f"""## Speech that no sentence foresees

{results[0].phrases} phrases of the dev speakers, said to a home that has no sentence for them.
*Made a command*: the first reading is a sentence of the home with a score of {SURE} or more.
*Written down*: it is free words with such a score. *Asked again*: all else. *Right and kept*: of
those that the phrase's own grammar hears right alone, the ones still right with free words beside
it.

{table(heads, rows)}"""


PART = Part(name="outside", tasks=tasks, page=page)
