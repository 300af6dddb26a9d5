"""`python -m export evaluate understanding` measures tagger and chunker as they ship.

All sentences are new: homes, names and items that training never saw. The models run in the
runtime that ships, one sentence at a time, as on the speaker.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from device.models import load
from device.nlu.chunker import Chunk, Chunker, assemble, at_marks
from device.nlu.embedding import load_table
from device.nlu.gazetteer import FLAGS
from device.nlu.intents import OUT_OF_SCOPE
from device.nlu.tagger import Tagger
from device.nlu.understanding import Understanding
from device.nlu.words import Token
from device.runtimes import runtime
from export.chunker.texts import Row, compounds
from export.quantize import ROOT, SHIPPED
from export.tagger import calibration_error, spans
from export.tagger.reference import (
    SURE,
    held_out_cases,
    own_cases,
    score,
    spoken_cases,
    template_cases,
    unwritten,
)
from export.tagger.texts import Example, examples, outsiders

DOCS = ROOT / "docs" / "understanding.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def evaluate(argv: list[str]) -> None:
    """Measure, print, and write the figures into docs/understanding.md."""
    parser = argparse.ArgumentParser(prog="python -m export evaluate understanding")
    parser.add_argument("--sentences", type=int, default=4_000, help="sentences of each kind")
    asked = parser.parse_args(argv)
    requests = examples(asked.sentences, 101, "test")
    foreign = outsiders("test")[1_000::2]
    parts = [
        f"Measured by `python -m export evaluate understanding --sentences {asked.sentences}` "
        f"in {runtime()}, one thread.",
        tagger_table(requests, foreign),
        chunker_table(compounds(asked.sentences, 102, "test")),
        reference_table(asked.sentences // 5),
    ]
    text = "\n\n".join(parts)
    write(text)
    print(text)  # noqa: T201


def write(text: str, path: Path = DOCS) -> None:
    """Put the figures between their marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of single calls."""

    all_ms: Sequence[float]

    def __str__(self) -> str:
        p50, p95 = np.percentile(self.all_ms, [50, 95])
        return f"{p50:.2f} / {p95:.2f}"


def tagger_table(rows: Sequence[Example], foreign: Sequence[Example]) -> str:
    """Figures of the tagger."""
    model = load("tagger")
    settings = model.manifest.settings
    tagger = Tagger(
        model.run,
        model.manifest,
        load_table(SHIPPED, settings["table"], settings["table_sha256"]),
    )
    right = found = wanted = whole = correct = 0
    sure: list[tuple[float, bool]] = []
    took: list[float] = []
    for row in rows:
        started = time.perf_counter()
        tagging = tagger.tag(_tokens(row.tokens), row.flags)
        took.append(1e3 * (time.perf_counter() - started))
        here = {(s.start, s.stop, s.label) for s in tagging.spans}
        there = spans(row.labels)
        name = tagging.intent + (f"/{tagging.domain}" if tagging.domain else "")
        same = name == row.intent
        right, found, wanted = right + len(here & there), found + len(here), wanted + len(there)
        correct, whole = correct + same, whole + (same and here == there)
        sure.append((tagging.confidence, same))
    refused = [tagger.tag(_tokens(r.tokens), r.flags).intent == OUT_OF_SCOPE for r in foreign]
    confidence = np.array([[1 - s, s] for s, _ in sure])
    error = calibration_error(confidence, np.array([int(ok) for _, ok in sure]))
    size = sum((SHIPPED / f"tagger.{end}").stat().st_size for end in ("tflite", "npz"))
    n = len(rows)
    return _table(
        "Tagger: single requests in unseen homes",
        (
            ("intent accuracy", f"{100 * correct / n:.1f} %"),
            ("slot F1", f"{100 * 2 * right / (found + wanted):.1f} %"),
            ("whole sentence", f"{100 * whole / n:.1f} %"),
            ("expected calibration error", f"{100 * error:.1f} %"),
            (f"refused of {len(refused)} foreign requests", f"{100 * np.mean(refused):.1f} %"),
            ("ms per request, p50 / p95", str(Times(took))),
            ("size", f"{size / 1e6:.2f} MB"),
        ),
    )


def chunker_table(rows: Sequence[Row]) -> str:
    """Figures of the chunker, against splitting at "and" and at commas."""
    model = load("chunker")
    settings = model.manifest.settings
    chunker = Chunker(
        model.run,
        model.manifest,
        load_table(SHIPPED, settings["table"], settings["table_sha256"]),
    )
    scores: dict[str, list[tuple[bool, bool]]] = {}
    took: list[float] = []
    for row in rows:
        tokens = _tokens(row.tokens)
        sentence = " ".join(row.tokens)
        started = time.perf_counter()
        chunks = chunker.split(sentence, tokens, row.flags)
        took.append(1e3 * (time.perf_counter() - started))
        truth = _texts(assemble(sentence, tokens, row.labels))
        marks = _texts(at_marks(sentence, tokens))
        result = (_texts(chunks) == truth, marks == truth)
        count = str(min(row.count, 4)) + ("+" if row.count >= 4 else "")
        for group in ("all", f"{count} asked", f"kind: {row.kind}"):
            scores.setdefault(group, []).append(result)
    size = sum((SHIPPED / f"chunker.{end}").stat().st_size for end in ("tflite", "npz"))
    lines = [
        f"| {group} | {len(pairs)} | {100 * np.mean([a for a, _ in pairs]):.1f} % "
        f"| {100 * np.mean([b for _, b in pairs]):.1f} % |"
        for group, pairs in sorted(scores.items())
    ]
    return "\n".join(
        [
            "### Chunker: exact match of all requests of a sentence, in unseen homes",
            "",
            '| sentences | number | chunker | split at "and" and commas |',
            "| --- | --- | --- | --- |",
            *lines,
            "",
            f"ms per sentence, p50 / p95: {Times(took)}; size {size / 1e6:.2f} MB "
            f"({len(FLAGS)} flags of a word).",
        ]
    )


def reference_table(count: int) -> str:
    """Whole requests, names resolved, against hassil with the published sentences."""
    understanding = Understanding(
        tagger=load("tagger"), chunker=load("chunker"), referents=load("referents")
    )
    held_out = held_out_cases()
    groups = (
        ("of the published templates", template_cases(count, 103)),
        ("the same with a filler or a courtesy", spoken_cases(count, 104)),
        ("our own", own_cases(count, 103)),
        ("held out: what people say otherwise", held_out),
        ("of these, no sentence of ours word for word", unwritten(held_out)),
        (
            "held out: with something left out",
            [c for c in held_out if "excepted" in dict(c.meaning[1])],
        ),
    )
    lines = []
    for name, tried in groups:
        found = score(understanding, tried)
        shares = (found.model, found.hassil, found.hassil_first, found.model_first)
        cells = " | ".join(f"{100 * share:.1f} %" for share in shares)
        lines.append(f"| {name} | {found.cases} | {cells} |")
    return "\n".join(
        [
            "### Requests wholly right (intent and all slots)",
            "",
            "hassil has the published sentences. Both together: hassil's answer, the models' where "
            f"it has none; or the models' where they are sure (from {SURE}), else hassil's.",
            "",
            "| sentences | number | the models | hassil | hassil first | models first |",
            "| --- | --- | --- | --- | --- | --- |",
            *lines,
        ]
    )


def _table(title: str, rows: Sequence[tuple[str, str]]) -> str:
    lines = [f"| {name} | {value} |" for name, value in rows]
    return "\n".join([f"### {title}", "", "| | |", "| --- | --- |", *lines])


def _tokens(texts: Sequence[str]) -> list[Token]:
    return [Token(text=text, word=i) for i, text in enumerate(texts)]


def _texts(chunks: Sequence[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]
