"""What the weights of recognition should be with the acoustic model that ships.

python -m export tune              tells what the dev phrases and two grammars ask for
python -m export tune --write      and writes it into device/asr/settings.py

The sound is heard once; after that each weight in turn is moved up and down, and the value that
gets most sentences and words right stays (coordinate ascent). Then confidences are fitted
(`export.trust`). Material: phrases of the dev speakers, and sentences of two grammars by held-out
voices, other ones than the figures are measured with, as they are and with the simulator's own
noises and rooms.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from device.asr.acoustic import AcousticModel, acoustic_model
from device.asr.decoder import Decoder
from device.asr.graph import Graph
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.asr.settings import Costs, Search, Trust
from device.audio.features import LogMel
from device.context import Home
from device.models import load
from device.nlu.templates import NO_SENTENCES, Sentences, builtin_sentences
from export.quantize import ROOT
from export.recognition import domains
from export.recognition.figures import distance
from export.recognition.parts import Options, speech_sets
from export.recognition.phrases import phrases
from export.recognition.spoken import Saying, plain_words, said
from export.trust import FOREIGN, Examples, examples, fitted, surprise
from simulator.acoustics import (
    add_noise,
    any_noise,
    from_pcm,
    impulse_response,
    reverberate,
    to_pcm,
)
from simulator.homefile import furnished_home

SETTINGS = ROOT / "device" / "asr" / "settings.py"
GRAMMARS = ("garage", "lab")
"""The other grammars stay for the figures."""
SNR_DB = 10.0
STEPS = {"blank_penalty": 0.5, "prior": 0.1, "filler": 1.0, "language": 0.25}
"""The weights, and how far each is moved at a time."""
ROUNDS = 2

Float32Array = npt.NDArray[np.float32]
Weights = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One sentence, its sound as the acoustic model hears it, and what may be said there."""

    text: str
    log_probs: Float32Array
    grammar: Sentences
    home: Home


class Tuner:
    """Counts what is right and wrong with some weights; each set of weights is tried once."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = lessons
        self._counts: dict[tuple[tuple[str, float], ...], int] = {}
        self._graphs: dict[float, dict[int, Graph]] = {}

    def points(self, weights: Weights) -> int:
        """A point for each sentence heard word for word, less one for each wrong word.

        Words tell more than sentences alone: a few hundred of these go right or wrong by chance.
        """
        key = tuple(sorted(weights.items()))
        if key not in self._counts:
            search = searching(weights)
            graphs = self._compiled(weights["language"])
            wrong = [
                distance(
                    heard(graphs[id(one.grammar)], search, one.log_probs), plain_words(one.text)
                )
                for one in self._lessons
            ]
            self._counts[key] = wrong.count(0) - sum(wrong)
        return self._counts[key]

    def examples(self, weights: Weights, elsewhere: Graph) -> Examples:
        """What is recognized with some weights.

        Args:
            weights: How to search.
            elsewhere: A graph that has no sentence for any of the lessons, and many others.
        """
        search = searching(weights)
        graphs = self._compiled(weights["language"])
        places = [(graphs[id(one.grammar)], one) for one in self._lessons]
        places += [(elsewhere, one) for one in self._lessons[::FOREIGN]]
        found = [examples(graph, search, one.log_probs, one.text) for graph, one in places]
        return Examples(
            sentences=tuple(chain.from_iterable(one.sentences for one in found)),
            words=tuple(chain.from_iterable(one.words for one in found)),
        )

    def _compiled(self, language: float) -> dict[int, Graph]:
        if language not in self._graphs:
            costs = replace(Costs(), language=language)
            pronounce = shared_lexicon().pronounce
            self._graphs[language] = {
                id(grammar): HomeGrammar(
                    NO_SENTENCES, grammar, pronounce=pronounce, costs=costs
                ).graph(home)
                for grammar, home in {id(one.grammar): (one.grammar, one.home)
                                      for one in self._lessons}.values()
            }  # fmt: skip
        return self._graphs[language]


def searching(weights: Weights) -> Search:
    """How to search with some weights."""
    return replace(
        Search(),
        blank_penalty=weights["blank_penalty"],
        prior=weights["prior"],
        filler=weights["filler"],
    )


def heard(graph: Graph, search: Search, log_probs: Float32Array) -> tuple[str, ...]:
    """The words of the best sentence."""
    decoder = Decoder(graph, search)
    decoder.feed(log_probs)
    best = decoder.finish(1)
    return plain_words(" ".join(decoder.texts(best[0]))) if best else ()


def ascend(tuner: Tuner, weights: Weights) -> Iterator[tuple[Weights, int]]:
    """Move each weight where more is right; gives every improvement, the start first."""
    best = tuner.points(weights)
    yield weights, best
    for _ in range(ROUNDS):
        for name, step in STEPS.items():
            for way in (step, -step):
                while (value := round(weights[name] + way, 3)) >= 0.0:
                    moved = {**weights, name: value}
                    count = tuner.points(moved)
                    if count <= best:
                        break
                    weights, best = moved, count
                    yield weights, best


def shipped() -> Weights:
    """The weights as they are."""
    return {name: getattr(Costs() if name == "language" else Search(), name) for name in STEPS}


def written(source: str, weights: Weights) -> str:
    """The settings module with other values.

    Example: "    prior: float = 0.3" and {"prior": 0.4} -> "    prior: float = 0.4"
    """
    for name, value in weights.items():
        line = re.compile(rf"^(    {name}: float = )\S+$", re.MULTILINE)
        source, count = line.subn(rf"\g<1>{value}", source)
        if count != 1:
            raise ValueError(f"{name} stands {count} times in the settings")
    return source


def whole_home(language: float) -> Graph:
    """All that can be said to a furnished home, with the language model counted so much."""
    costs, pronounce = replace(Costs(), language=language), shared_lexicon().pronounce
    grammar = HomeGrammar(builtin_sentences(), pronounce=pronounce, costs=costs)
    return grammar.graph(furnished_home())


def lessons(speech: Path, count: int) -> list[Lesson]:
    """All material, heard once."""
    acoustic = acoustic_model(load("acoustic"))
    random = np.random.default_rng(31)
    found: list[Lesson] = []
    for phrase in phrases(Options(speech=speech, phrases=count)):
        found += _heard(acoustic, phrase.saying, phrase.sentences, Home(), random)
    for domain in domains.domains():
        if domain.name in GRAMMARS:
            texts = list(islice(domains.texts(domain, seed=32), count // len(GRAMMARS)))
            grammar = domains.parsed(domain)
            for saying in said(texts, seed=33):
                found += _heard(acoustic, saying, grammar, domain.home, random)
    return found


def _heard(
    acoustic: AcousticModel,
    one: Saying,
    grammar: Sentences,
    home: Home,
    random: np.random.Generator,
) -> Iterator[Lesson]:
    clean = from_pcm(one.samples)
    there = reverberate(clean, impulse_response(random))
    noisy = add_noise(clean, any_noise(len(clean), [clean[::-1]], random), SNR_DB)
    for sound in (clean, there, noisy):
        rows = [row for step in LogMel().feed(to_pcm(sound)) for row in acoustic.feed(step)]
        rows += acoustic.flush()
        yield Lesson(text=one.text, log_probs=np.array(rows), grammar=grammar, home=home)


def told(found: Examples, trust: Trust) -> str:
    """A line about a trust."""
    values = ", ".join(f"{name} {value:g}" for name, value in asdict(trust).items())
    sentences = surprise(found.sentences, trust.rival_scale, middle=trust.middle, slope=trust.slope)
    words = surprise(
        found.words, trust.rival_scale, middle=trust.word_middle, slope=trust.word_slope
    )
    return f"surprise {sentences:.3f} for a sentence, {words:.3f} for a word: {values}"


def main(argv: list[str]) -> None:
    """Tune the weights of recognition."""
    parser = argparse.ArgumentParser(prog="python -m export tune", description=main.__doc__)
    add = parser.add_argument
    add("--speech", type=Path, default=ROOT.parent / "shared" / "data" / "speech")
    add("--phrases", type=int, default=40, help="phrases, and synthetic sentences as many")
    add("--write", action="store_true", help="write the values into device/asr/settings.py")
    asked = parser.parse_args(argv)
    material = lessons(speech_sets(asked.speech), asked.phrases)
    tuner, weights = Tuner(material), shipped()
    for found, points in ascend(tuner, weights):
        weights = found
        values = ", ".join(f"{name} {value:g}" for name, value in weights.items())
        sys.stdout.write(f"{points} of {len(material)} points: {values}\n")
        sys.stdout.flush()
    learned = tuner.examples(weights, whole_home(weights["language"]))
    trust = fitted(learned)
    sys.stdout.write(f"{told(learned, Trust())}\n{told(learned, trust)}\n")
    if asked.write:
        weights = {**weights, **asdict(trust)}
        source = SETTINGS.read_text(encoding="utf-8")
        SETTINGS.write_text(written(source, weights), encoding="utf-8")
