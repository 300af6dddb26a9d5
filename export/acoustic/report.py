"""The tables of docs/acoustic.md."""

import argparse
from pathlib import Path

from device.models import read_manifest
from export.acoustic.make import SHARED
from export.acoustic.measure import (
    SNRS_DB,
    dev_sentences,
    error_rates,
    float_form,
    int8_form,
    seconds_per_second,
)
from export.acoustic.weights import read
from export.quantize import ROOT, SHIPPED, WEIGHTS

COMMAND = "python -m export evaluate acoustic"


def report(argv: list[str]) -> None:
    """Measure the shipped model on the dev speakers and write docs/acoustic.md."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=report.__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the data sets")
    parser.add_argument("--stride", type=int, default=1, help="take every so-many-th sentence")
    options = parser.parse_args(argv)
    text = written(options.shared / "speech", stride=options.stride)
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "acoustic.md").write_text(text, encoding="utf-8")


def written(speech: Path, *, stride: int) -> str:
    """The page, with everything measured anew."""
    manifest = read_manifest(SHIPPED / "acoustic.json")
    size_kb = (SHIPPED / manifest.file).stat().st_size / 1000
    real, quick = float_form(read(WEIGHTS / "acoustic.npz")), int8_form(SHIPPED)
    rows = []
    for snr_db in SNRS_DB:
        sentences = list(dev_sentences(speech, snr_db, stride=stride))
        name = "clean" if snr_db is None else f"{snr_db:.0f} dB"
        whole, streamed = error_rates(real, sentences), error_rates(quick, sentences)
        rows.append(
            f"| {name} | {whole.usual:.1%} | {streamed.usual:.1%} | {streamed.nearest:.1%} |"
        )
    speed = seconds_per_second(quick, sentences[:20])
    phonemes = sum(len(one.phonemes) for one in sentences)
    sets = "\n".join(f"- {one.name}: {one.licence}" for one in manifest.training_sets)
    lookahead_ms = manifest.settings["lookahead_steps"] * manifest.settings["step_ms"]
    table = "\n".join(rows)
    return f"""# The acoustic model

`{COMMAND}` measured everything on this page; `{manifest.command}` made the model
(how its weights came about: `export/weights/README.md`).

Version {manifest.version}, {size_kb:.0f} kB, int8, {len(manifest.labels)} labels (ARPAbet and a
blank), one answer each {manifest.settings["step_ms"]} ms, {lookahead_ms} ms after the sound. It
takes {speed:.3f} seconds of computing for each second of sound on one thread, features not
included.

## Phoneme error rate

Speakers 1088, 226, 4640 and 8629 of Mini LibriSpeech, whom training never heard:
{len(sentences)} sentences, {phonemes} phonemes, best label of each step, no language model.
Noise: recorded kitchen sounds, mixed at the given ratio to the level of speech; they are in no
training set. Each word has to be heard in its usual form; in the last column, in any form that
the dictionary has ("a" as in "cat" or as in "ago").

| noise | float, whole sentence | int8, streamed | int8, any form |
|---|---|---|---|
{table}

## Trained on

{sets}
"""
