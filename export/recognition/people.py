"""The dev speakers of LibriSpeech, people whom training never heard: phonemes and free words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from device.asr.acoustic import acoustic_model
from device.asr.dictation import Dictation
from device.asr.freewords import FreeWords, free_words
from device.asr.homegrammar import HomeGrammar
from device.asr.language import load_general
from device.asr.lexicon import Lexicon, shared_lexicon
from device.asr.recognizer import Recognizer
from device.audio.features import whole
from device.context import Home
from device.events import FRAME_SAMPLES
from device.models import SHIPPED, load
from device.nlu.templates import builtin_sentences
from export.acoustic.dataset import transcribe
from export.acoustic.measure import collapse, distance, float_form, int8_form
from export.acoustic.sentences import spelled
from export.acoustic.speech import DEV_SET
from export.acoustic.weights import read
from export.quantize import WEIGHTS
from export.recognition.figures import Errors, word_errors
from export.recognition.hardships import CLEAN, FAR, NOISES, Hardship, heard_in
from export.recognition.parts import Options, Part, Task, table
from export.recognition.spoken import Saying

HARDSHIPS = (CLEAN, *NOISES, FAR)
Float32Array = npt.NDArray[np.float32]
_CHECKED = 6
"""Recordings that are heard in pieces and in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the model made of read sentences in one hardship."""

    sentences: int
    phonemes: dict[str, Errors]
    """By form of the model: "int8" streams step by step, "float" sees the sentence whole."""
    words: dict[str, Errors]
    alike: int = 0
    """Of `checked` recordings those that are heard alike in frames of 20 ms and in one."""
    checked: int = 0
    missing: Errors = field(default_factory=Errors)
    """Words that were said and are not among the words that can be heard."""


def read_aloud(speech: Path, count: int) -> list[Saying]:
    """Recordings of all dev speakers, evenly picked."""
    folder = speech / DEV_SET
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    found = [entry for entry in map(json.loads, lines) if entry["split"] == "dev"]
    return [
        Saying(
            text=spelled(entry["text"]),
            samples=soundfile.read(folder / entry["file"], dtype="int16")[0],
        )
        for entry in found[:: max(1, len(found) // count)][:count]
    ]


def tasks(options: Options) -> list[Task]:
    """One for each hardship."""
    return [partial(measured, hardship, options) for hardship in HARDSHIPS]


def measured(hardship: Hardship, options: Options) -> Read:
    """Phoneme and word errors of both forms of the model."""
    sayings = heard_in(read_aloud(options.speech, options.recordings), hardship, options.speech, 5)
    forms = {"int8": int8_form(SHIPPED), "float": float_form(read(WEIGHTS / "acoustic.npz"))}
    lexicon, free = Lexicon(), free_words(load_general(), Home())
    dictation = Dictation(free.tree, free.language)
    phonemes, words = ({name: Errors() for name in forms} for _ in range(2))
    for one in sayings:
        features, wanted = whole(one.samples), transcribe(one.text, lexicon)
        for name, hear in forms.items():
            log_probs = hear(features)
            wrong = distance(collapse(log_probs), wanted)
            phonemes[name] += Errors(wrong=wrong, said=len(wanted))
            words[name] += word_errors(_dictated(dictation, log_probs), one.text)
    known = set(free.language.words)
    said = [word for one in sayings for word in one.text.split()]
    checked = sayings[:_CHECKED] if hardship == CLEAN else []
    return Read(
        sentences=len(sayings),
        phonemes=phonemes,
        words=words,
        alike=_alike(free, checked),
        checked=len(checked),
        missing=Errors(wrong=sum(word not in known for word in said), said=len(said)),
    )


def _dictated(dictation: Dictation, log_probs: Float32Array) -> str:
    dictation.reset()
    dictation.feed(log_probs)
    best = dictation.finish(1)
    return " ".join(dictation.texts(best[0])) if best else ""


def _alike(free: FreeWords, sayings: Sequence[Saying]) -> int:
    """How many are heard alike in frames and in one piece, scores included."""
    if not sayings:
        return 0
    grammar = HomeGrammar(builtin_sentences(), pronounce=shared_lexicon().pronounce)
    acoustic = acoustic_model(load("acoustic"))
    recognizer = Recognizer(acoustic, grammar.graph(Home()), free=lambda: free)
    size, count = 2 * FRAME_SAMPLES, 0
    for one in sayings:
        pcm = one.samples.astype("<i2").tobytes()
        recognizer.feed(pcm)
        at_once = recognizer.finish()
        for at in range(0, len(pcm), size):
            recognizer.feed(pcm[at : at + size])
        count += recognizer.finish() == at_once
    return count


def page(options: Options, results: Sequence[Read]) -> str:
    """The table."""
    rows = [
        f"{hardship.name} | {one.phonemes['int8'].rate:.1%} | {one.phonemes['float'].rate:.1%} "
        f"| {one.words['int8'].rate:.1%} | {one.words['float'].rate:.1%}"
        for hardship, one in zip(HARDSHIPS, results, strict=True)
    ]
    heads = "heard | phonemes, int8 streamed | phonemes, float whole"
    heads += " | words, int8 streamed | words, float whole"
    clean = results[0]
    return f"""## Real people, any words

Errors on {clean.sentences} recordings ({clean.words["int8"].said} words) of speakers 1088, 226,
4640 and 8629 of Mini LibriSpeech, whom training never heard, with recorded kitchen noise and
across a computed room (4 m, reverberation 0.6 s). Phonemes: best label of each step, no language
model. Words: dictation with the general language model of household requests, which lacks
{clean.missing.rate:.0%} of these words of novels. *Int8 streamed* is the shipped model, 30 ms at a
time; *float whole* is the network before quantization, which sees the whole recording.

{table(heads, rows)}

Sound in frames of 20 ms and in one piece is heard alike, scores included, in {clean.alike} of
{clean.checked} recordings."""


PART = Part(name="people", tasks=tasks, page=page)
