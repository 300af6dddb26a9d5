"""The tables of docs/recognition.md."""

import argparse
import sys
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from hassil.intents import Intents

from device.asr.acoustic import acoustic_model
from device.asr.grammar import Costs, GrammarCompiler, Source
from device.asr.graph import Graph
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.asr.recognizer import Recognizer
from device.asr.subsets import automaton
from device.asr.vocabulary import open_words
from device.context import Home
from device.models import load
from device.nlu.templates import NO_SENTENCES, Sentences, builtin_sentences, load_sentences
from export.recognition.figures import Figures, calibration, measure, word_pairs
from export.recognition.spoken import (
    Saying,
    furnished_home,
    household_texts,
    noisy,
    real,
    said,
    walked_texts,
)

ROOT = Path(__file__).parent.parent.parent
SPEECH = ROOT.parent / "shared" / "data" / "speech"
COUNTER = Path(__file__).parent / "counter.yaml"
COMMAND = "python -m export evaluate recognition"
SNRS_DB = (None, 20.0, 10.0, 5.0)
REJECTED = 0.5
"""Score under which the speaker asks again."""
READ_SENTENCES = 100
READ_SECONDS = 8.0
READ_HEARD = 3
"""Of the read sentences every so-many-th is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A graph and what it cost to make."""

    name: str
    graph: Graph
    seconds: float


def report(argv: list[str]) -> None:
    """Measure recognition with the shipped acoustic model and write docs/recognition.md."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=report.__doc__)
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of the speech sets")
    parser.add_argument("--sentences", type=int, default=100, help="spoken sentences a grammar")
    options = parser.parse_args(argv)
    text = written(options.speech, options.sentences)
    sys.stdout.write(text)
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "recognition.md").write_text(text, encoding="utf-8")


def written(speech: Path, count: int) -> str:
    """The page, with everything measured anew."""
    pronounce = shared_lexicon().pronounce
    counter = load_sentences([COUNTER])
    reading = real(speech, seconds=READ_SECONDS, most=READ_SENTENCES)
    grammars = {
        "home": (HomeGrammar(builtin_sentences(), pronounce=pronounce), furnished_home()),
        "counter": (HomeGrammar(NO_SENTENCES, counter, pronounce=pronounce), Home()),
        "both": (HomeGrammar(builtin_sentences(), counter, pronounce=pronounce), furnished_home()),
        "read": (HomeGrammar(NO_SENTENCES, one_of(reading), pronounce=pronounce), Home()),
    }
    compiled = {name: compiling(name, *grammar) for name, grammar in grammars.items()}
    recognizer = Recognizer(acoustic_model(load("acoustic")), compiled["home"].graph)
    at_home = said(household_texts(1), count, seed=1)
    net = GrammarCompiler(open_words(), Costs()).compile([Source(intents=counter.intents)])
    ordered = said(walked_texts(automaton(net), 2), count, seed=2)
    rows: list[str] = []
    clean: dict[str, Figures] = {}
    for name, sayings, told in (
        ("requests at home", at_home, "home"),
        ("orders at a counter, that grammar alone", ordered, "counter"),
        ("orders at a counter, home known too", ordered, "both"),
        ("one of the sentences read by the dev speakers", reading[::READ_HEARD], "read"),
    ):
        recognizer.use(compiled[told].graph)
        for snr_db in SNRS_DB:
            there = sayings if snr_db is None else noisy(sayings, speech, snr_db, seed=3)
            figures = measure(recognizer, there)
            clean.setdefault(name, figures)
            rows.append(row(name, snr_db, figures))
    recognizer.use(compiled["home"].graph)
    foreign = measure(recognizer, reading[1::READ_HEARD])
    return page(rows, list(compiled.values()), clean["requests at home"], foreign, count)


def one_of(sayings: list[Saying]) -> Sentences:
    """A grammar whose readings are these sentences."""
    block = {"sentences": [one.text for one in sayings]}
    table = {"language": "en", "intents": {"Read": {"data": [block]}}}
    return Sentences(intents=Intents.from_dict(table), files=())


def compiling(name: str, grammar: HomeGrammar, home: Home) -> Compiled:
    """Compile a grammar, with the clock running."""
    began = time.process_time()
    graph = grammar.graph(home)
    return Compiled(name=name, graph=graph, seconds=time.process_time() - began)


def row(name: str, snr_db: float | None, figures: Figures) -> str:
    """One line of the table of errors."""
    noise = "none" if snr_db is None else f"{snr_db:.0f} dB"
    return (
        f"| {name} | {noise} | {figures.right:.1%} | {figures.among_first:.1%} "
        f"| {figures.word_errors:.1%} | {figures.computing:.3f} |"
    )


def page(
    rows: list[str], graphs: list[Compiled], clean: Figures, foreign: Figures, count: int
) -> str:
    """Everything in words."""
    accepted = sum(one.score >= REJECTED for one in foreign.sentences)
    refused = sum(one.right and one.score < REJECTED for one in clean.sentences)
    right = sum(one.right for one in clean.sentences)
    whole = calibration([(one.score, one.right) for one in clean.sentences])
    words = calibration(word_pairs(clean))
    table = "\n".join(rows)
    sizes = "\n".join(
        f"| {one.name} | {one.graph.places} | {one.graph.nodes} | {one.graph.bytes / 1e6:.1f} "
        f"| {one.seconds:.2f} |"
        for one in graphs
    )
    misses = "\n".join(
        f"- {one.text} / {one.hypotheses[0].text if one.hypotheses else '(nothing)'}"
        for one in islice((one for one in clean.sentences if not one.right), 12)
    )
    return f"""# Recognition

`{COMMAND} --sentences {count}` measured everything on this page, with the acoustic model that
ships: {count} sentences of each synthetic kind, {READ_SENTENCES // READ_HEARD} read ones at most.

What can be said is compiled from sentence templates and the home's names into a graph of
sounds and never listed (`device/asr/grammar.py`, `net.py`, `subsets.py`, `graph.py`); a beam
search over it runs while sound comes in (`decoder.py`).

## Errors

Requests and orders are spoken by synthetic voices (flite, espeak-ng) of random speed and
pitch; home requests are drawn from the templates for the furnished house, with words that no
list of ours has among the fillings. The read sentences are by the four dev speakers, real
people whom training never heard; there the grammar is "one of {READ_SENTENCES} sentences".
Noise is recorded kitchen sound. A sentence is right when every word is; "among five" counts
the n best. Computing is seconds for each second of sound on one thread: features, acoustic
model and search together.

| what was said | noise | right | among five | word errors | computing |
|---|---|---|---|---|---|
{table}

What went wrong (said / heard):

{misses}

## Graphs

| grammar | places between words | sounds | MB | seconds to compile |
|---|---|---|---|---|
{sizes}

## Confidence

- Expected calibration error of sentences {whole:.3f}, of words {words:.3f} (clean home requests).
- Of {right} requests heard right, {refused} score below {REJECTED} and would be asked again.
- Of {len(foreign.sentences)} read sentences of the dev speakers, which no template can say,
  {accepted} score {REJECTED} or more when only home requests are expected.
"""
