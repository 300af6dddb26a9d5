"""All steps from a phrase to a wake model in the microWakeWord v2 format, and its figures."""

import argparse
import logging
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from device.errors import ModelError
from device.wake.microwakeword import (
    FEATURE_STEP_MS,
    FORMAT_VERSION,
    Description,
    Micro,
    WakeModel,
    built_in,
    load_microwakeword,
)
from export.quantize import ROOT
from export.wake.examples import Plan, write_examples
from export.wake.measure import Figures, choose_cutoff, hear
from export.wake.network import SLIDING_WINDOW
from export.wake.phrases import words_of
from export.wake.sounds import (
    CUTOFF_READERS,
    Int16Array,
    other_speech,
    own_recordings,
    recordings,
    synthetic_near_misses,
    synthetic_phrases,
)

LOG = logging.getLogger(__name__)
CACHE = ROOT / "export" / ".cache" / "wake"
SPEECH = ROOT.parent / "shared" / "data" / "speech"
ARENA_BYTES = 40_000
"""Memory that a microcontroller sets aside: microWakeWord's own models of this size name 37,000."""
STRANGERS = 100
_SEED = 3
_QUICK = {"utterances": 150, "examples": 2_000, "rounds": 300}


class WrittenMicro(Micro, frozen=True, kw_only=True):
    """What ESPHome reads besides."""

    tensor_arena_size: int
    minimum_esphome_version: str


class Written(Description, frozen=True, kw_only=True):
    """The JSON file, with what other programs want to know besides."""

    author: str
    website: str
    trained_languages: tuple[str, ...]
    micro: WrittenMicro


def make(argv: list[str]) -> None:
    """Train, convert, choose the cutoff, write, measure."""
    arguments = _arguments(argv)
    words = words_of(arguments.phrase)
    if not (arguments.speech / "librispeech" / "manifest.jsonl").is_file():
        raise ModelError(
            f"{arguments.speech} has no librispeech/manifest.jsonl; other speech is needed "
            "to learn what the wake word is not: name its folder with --speech"
        )
    plan = Plan(
        phrase=" ".join(words),
        recordings=arguments.recordings,
        speech=arguments.speech,
        cache=arguments.cache,
        utterances=arguments.utterances,
        examples=arguments.examples,
    )
    name = "_".join(words).replace("'", "")
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        examples, weights = Path(scratch) / "examples.npz", Path(scratch) / "weights.npz"
        people = write_examples(plan, examples)
        LOG.info("%d examples, %d recordings of people", plan.examples, people)
        _child("train", examples, weights, arguments.rounds)
        _child("convert", weights, examples, arguments.out / f"{name}.tflite")
    path = arguments.out / f"{name}.json"
    describe(path, plan.phrase, cutoff=0.5)
    model = load_microwakeword(str(path))
    heard = [
        hear(model, _cutoff_speech(plan), noisy=noisy, seed=_SEED + noisy)
        for noisy in (False, True)
    ]
    describe(path, plan.phrase, cutoff=choose_cutoff(heard, alarms_per_hour=arguments.alarms))
    LOG.info("%s", page(load_microwakeword(str(path)), plan))
    LOG.info("written: %s; in the config: [wake] model = %r", path, str(path))


def report(argv: list[str]) -> None:
    """Measure wake models that are there."""
    parser = argparse.ArgumentParser(prog="python -m export evaluate wake")
    parser.add_argument("models", nargs="*", help="built-in names or JSON files; none takes all")
    parser.add_argument("--recordings", type=Path, help="people who say the phrase")
    parser.add_argument("--speech", type=Path, default=SPEECH)
    parser.add_argument("--cache", type=Path, default=CACHE)
    arguments = parser.parse_args(argv)
    for name in arguments.models or built_in():
        model = load_microwakeword(name)
        plan = Plan(
            phrase=" ".join(words_of(model.phrase)),
            recordings=arguments.recordings,
            speech=arguments.speech,
            cache=arguments.cache,
            utterances=0,
            examples=0,
        )
        LOG.info("%s", page(model, plan))


def page(model: WakeModel, plan: Plan) -> str:
    """The figures of a model on speakers that none of ours has learned from."""
    spoken, who = _spoken(plan)
    near = synthetic_near_misses(
        plan.phrase, STRANGERS, stranger=True, seed=_SEED + 1, cache=plan.cache
    )
    other = list(_dev_speech(plan))
    figures = Figures(
        phrase=hear(model, spoken, noisy=False, seed=_SEED + 2),
        phrase_in_noise=hear(model, spoken, noisy=True, seed=_SEED + 3),
        speech=hear(model, other, noisy=False, seed=_SEED + 4),
        speech_in_noise=hear(model, other, noisy=True, seed=_SEED + 5),
        near_misses=hear(model, near, noisy=False, seed=_SEED + 6),
    )
    return (
        f"### {model.name}\n\n{model.phrase!r}, said {len(spoken)} times by {who}; "
        f"{figures.speech.hours:.2f} h of other speech, heard clean and in noise.\n\n"
        f"{figures.table(model.cutoff)}\n"
    )


def _spoken(plan: Plan) -> tuple[list[Int16Array], str]:
    """The phrase by strangers, and who they are."""
    people: list[Int16Array] = []
    if plan.recordings is not None:
        people = [one.samples for one in own_recordings(plan.recordings, plan.phrase, "dev")]
    elif (plan.speech / "wake" / "manifest.jsonl").is_file():
        found = recordings(plan.speech / "wake", "dev")
        people = [one.samples for one in found if one.text == plan.phrase]
    if people:
        return people, "people of the dev split"
    made = synthetic_phrases(plan.phrase, STRANGERS, stranger=True, seed=_SEED, cache=plan.cache)
    return made, "synthetic voices that were not in the training"


def _cutoff_speech(plan: Plan) -> list[Int16Array]:
    """Train speakers that nothing was learned from."""
    found = other_speech(
        plan.speech, plan.phrase, split="train", take=lambda one: one.speaker in CUTOFF_READERS
    )
    return [one.samples for one in found]


def _dev_speech(plan: Plan) -> list[Int16Array]:
    found = other_speech(plan.speech, plan.phrase, split="dev", take=lambda _: True)
    return [one.samples for one in found]


def describe(path: Path, phrase: str, *, cutoff: float) -> None:
    """Write the JSON file of a model, as the speaker and ESPHome read it."""
    description = Written(
        type="micro",
        wake_word=phrase.title(),
        author="Inglenook",
        website="",
        model=path.with_suffix(".tflite").name,
        trained_languages=("en",),
        version=FORMAT_VERSION,
        micro=WrittenMicro(
            probability_cutoff=cutoff,
            sliding_window_size=SLIDING_WINDOW,
            feature_step_size=FEATURE_STEP_MS,
            tensor_arena_size=ARENA_BYTES,
            minimum_esphome_version="2024.7.0",
        ),
    )
    written = msgspec.json.format(msgspec.json.encode(description), indent=2)
    path.write_bytes(written + b"\n")


def _child(part: str, *arguments: Path | int) -> None:
    """Run a part that needs tensorflow, which must never share a process with a runtime."""
    command = [sys.executable, "-m", f"export.wake.{part}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise ModelError(f"the {part} step of the wake word failed; its complaint stands above")


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m export wake")
    parser.add_argument("phrase", help='what has to be said, as "hey nook"')
    parser.add_argument("--recordings", type=Path, metavar="DIR", help="people who say it")
    parser.add_argument("--out", type=Path, default=Path(), metavar="FOLDER")
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of the speech sets")
    parser.add_argument("--cache", type=Path, default=CACHE, help="for synthetic speech")
    parser.add_argument(
        "--alarms",
        type=float,
        default=5.0,
        help="false alarms an hour at most, before the acoustic model's second look",
    )
    parser.add_argument("--utterances", type=int, default=1_500)
    parser.add_argument("--examples", type=int, default=16_000)
    parser.add_argument("--rounds", type=int, default=3_000, help="batches")
    parser.add_argument("--quick", action="store_true", help="a poor model in a few minutes")
    arguments = parser.parse_args(argv)
    if arguments.quick:
        vars(arguments).update(_QUICK)
    for what in ("utterances", "examples", "rounds"):
        if getattr(arguments, what) < 100:
            raise ModelError(f"--{what} must be at least 100, got {getattr(arguments, what)}")
    if not arguments.alarms >= 0:
        raise ModelError(f"--alarms must not be negative, got {arguments.alarms}")
    arguments.out = arguments.out.resolve()
    return arguments
