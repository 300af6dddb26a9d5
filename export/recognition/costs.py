"""What recognition costs: compiling grammars, computing and memory, each in a process of its own.

python -m export.recognition.costs ENGINE GRAMMAR prints the figures of one engine as JSON.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from device.asr.acoustic import acoustic_model
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import shared_lexicon
from device.asr.recognizer import Recognizer
from device.asr.trees import Pronouncer
from device.audio.features import LogMel
from device.models import load
from device.nlu.templates import NO_SENTENCES
from export.recognition import domains
from export.recognition.figures import heard, seconds
from export.recognition.parts import Options, Part, Task, table
from export.recognition.sphinx import Sphinx
from export.recognition.spoken import Saying, said

ENGINES = ("inglenook", "pocketsphinx")
_HEARD = 6
_MB = 1 / 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one engine and one grammar."""

    compile_s: float
    """From the file of sentences to something that can be searched."""
    compile_mb: float
    """Most memory that compiling took besides what was there before."""
    resident_mb: float
    """Of the whole process when it has heard some sentences."""
    features: float = 0.0
    """Seconds for each second of sound."""
    acoustic: float = 0.0
    whole: float = 0.0
    """Search included."""


def tasks(options: Options) -> list[Task]:
    """One for each engine and grammar."""
    return [
        partial(in_a_process, engine, one.name) for one in domains.domains() for engine in ENGINES
    ]


def in_a_process(engine: str, name: str) -> Cost:
    """Measure in a fresh process, so that nothing but the engine is resident."""
    command = [sys.executable, "-m", "export.recognition.costs", engine, name]
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=root)
    return Cost(**json.loads(done.stdout))


def measured(engine: str, name: str) -> Cost:
    """Compile one grammar in this process and hear some of its sentences."""
    domain = next(one for one in domains.domains() if one.name == name)
    sayings = said(list(islice(domains.texts(domain, seed=21), _HEARD)), seed=22)
    return ours(domain, sayings) if engine == ENGINES[0] else theirs(domain, sayings)


def ours(domain: domains.Domain, sayings: Sequence[Saying]) -> Cost:
    """This recognizer."""
    lexicon, acoustic = shared_lexicon(), acoustic_model(load("acoustic"))
    began, before_mb = time.process_time(), _memory_mb("VmRSS")
    known = domains.parsed(domain)
    graph = HomeGrammar(NO_SENTENCES, known, pronounce=lexicon.pronounce).graph(domain.home)
    compile_s, compile_mb = time.process_time() - began, _memory_mb("VmHWM") - before_mb
    recognizer = Recognizer(acoustic, graph)
    _, spent_s = heard(recognizer, sayings)
    began = time.process_time()
    steps = [LogMel().feed(one.samples) for one in sayings]
    features_s = time.process_time() - began
    began = time.process_time()
    for some in steps:
        for step in some:
            acoustic.feed(step)
        acoustic.flush()
    acoustic_s = time.process_time() - began
    sound_s = seconds(sayings)
    return Cost(
        compile_s=compile_s,
        compile_mb=compile_mb,
        resident_mb=_memory_mb("VmRSS"),
        features=features_s / sound_s,
        acoustic=acoustic_s / sound_s,
        whole=spent_s / sound_s,
    )


def theirs(domain: domains.Domain, sayings: Sequence[Saying]) -> Cost:
    """PocketSphinx."""
    sphinx = Sphinx(Pronouncer(shared_lexicon().pronounce))
    began, before_mb = time.process_time(), _memory_mb("VmRSS")
    sphinx.use(domains.as_jsgf(domain))
    compile_s, compile_mb = time.process_time() - began, _memory_mb("VmHWM") - before_mb
    began = time.process_time()
    for one in sayings:
        sphinx.hear(one.samples)
    spent_s = time.process_time() - began
    return Cost(
        compile_s=compile_s,
        compile_mb=compile_mb,
        resident_mb=_memory_mb("VmRSS"),
        whole=spent_s / seconds(sayings),
    )


def _memory_mb(kind: str) -> float:
    """Memory of this process now (VmRSS) or at most so far (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * _MB for line in lines if line.startswith(kind))


def page(options: Options, results: Sequence[Cost]) -> str:
    """The tables."""
    pairs = list(zip(domains.domains(), results[::2], results[1::2], strict=True))
    compiling = [
        f"{domain.name} | {one.compile_s:.2f} | {one.compile_mb:.0f} "
        f"| {other.compile_s:.2f} | {other.compile_mb:.0f}"
        for domain, one, other in pairs
    ]
    hearing = [
        f"{domain.name} | {one.features:.3f} | {one.acoustic:.3f} | {one.whole:.3f} "
        f"| {one.resident_mb:.0f} | {other.whole:.3f} | {other.resident_mb:.0f}"
        for domain, one, other in pairs
    ]
    heads = "grammar | features | acoustic model | with search | resident MB"
    return f"""## What it costs

Each engine and grammar in a process of its own, one thread, {_HEARD} clean sentences. Compiling
begins with the file of sentences and ends with what is searched; its memory is the most that it
took besides what the process had before.

{table("grammar | s | MB | PocketSphinx: s | MB", compiling)}

Seconds of computing for each second of sound, and the memory of the whole process.

{table(f"{heads} | PocketSphinx: in all | resident MB", hearing)}"""


PART = Part(name="costs", tasks=tasks, page=page)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(measured(*sys.argv[1:3]))))
