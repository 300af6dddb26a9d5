"""Writes docs/language-model.md's figures."""

import time

import numpy as np

from device.asr.language import General, HomeLanguage, load_general
from device.asr.ngram import Ngrams
from device.asr.samples import samples
from device.asr.symbols import names_of
from device.nlu.templates import builtin_sentences
from export.language.duel import BATCH, duel, looks
from export.language.make import Made, triples
from export.language.measure import Place, best_shares, foreseen
from export.language.plain import SortedNgrams, plain_bytes
from export.language.texts import at_home, domain, held_out, own_sentences
from export.quantize import ROOT, SHIPPED
from export.understanding import write

DOCS = ROOT / "docs" / "language-model.md"
TEST_DOMAINS = ("counter", "travel")
COMMAND = "python -m export evaluate language"


def report(made: Made) -> str:
    """Measure the model that ships, and how the same model, trained again, may be kept."""
    general = load_general()
    parts = [f"Measured by `{COMMAND}`.", perplexities(general, made), sizes(made)]
    text = "\n\n".join(parts)
    write(text, DOCS)
    return text


def perplexities(general: General, made: Made) -> str:
    """How well each kind of model foresees held-out sentences."""
    homes = at_home(4, 250, seed=77)
    first = homes[0].home
    sets = {name: [Place(first, texts)] for name, texts in held_out().items()}
    sets["requests in unseen homes"] = [Place(home.home, home.texts) for home in homes]
    requests = held_out()["hwu64, fold 10"]
    for name in TEST_DOMAINS:
        made_up = domain(name, 500, seed=9)
        sets[f"own sentences ({name}), loosely said"] = [Place(first, made_up.spoken, made_up.own)]
        sets[f"hwu64, fold 10, beside these ({name})"] = [Place(first, requests, made_up.own)]
    rows = []
    for name, places in sets.items():
        empty = foreseen(general, places, weights=(0, 0, 0), names=False)
        filled, own, both = (
            foreseen(general, places, weights=w) for w in ((0, 0, 0), (1, 1, 1), None)
        )
        own_text = f"{own.perplexity:.0f}" if any(place.own for place in places) else "-"
        rows.append(
            f"| {name} | {empty.perplexity:.1f} | {filled.perplexity:.1f} | {own_text} "
            f"| {both.perplexity:.1f} | {empty.unknown_share:.1%} | {both.unknown_share:.1%} |"
        )
    again = [Place(h.home, h.texts, samples(builtin_sentences())) for h in homes]
    shares = ", ".join(f"{share:.2f}" for share in best_shares(general, again))
    return "\n".join(
        [
            "### Perplexity (ends count, unknown words do not) and unknown words",
            "",
            "| held-out sentences | general, classes empty | general, classes filled "
            "| own sentences alone | blend | unknown, classes empty | unknown, blend |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"Shares of the home's own model in the blend, by words of context that it knows: "
            f"{', '.join(f'{share:.2f}' for share in general.weights)}. Counting the built-in "
            f"sentences again in each home was tried: the best shares of that model are {shares}.",
            "",
            _told(general, made),
        ]
    )


def _told(general: General, made: Made) -> str:
    """Size of the model, and what bytes lose."""
    counted = made.counted
    texts = made.numbers(held_out()["slurp, development part"])
    first, second, third = triples(texts, len(made.words) - 1)
    exact = SortedNgrams(counted).after_two(first, second, third).mean()
    model = Ngrams.build(counted)
    kept = model.costs(model.costs(first, second)[1], third)[0].mean()
    return (
        f"{len(general.symbols)} words and classes, {len(counted.pairs)} pairs, "
        f"{len(counted.triples)} triples; "
        f"{(SHIPPED / 'language.npz').stat().st_size / 1e6:.2f} MB on disk. Perplexity of slurp "
        f"after two words, unknown words as one class: {np.exp(exact):.2f} with costs in float32, "
        f"{np.exp(kept):.2f} in bytes."
    )


def making_seconds(made: Made) -> tuple[float, float]:
    """Computing time until a home's model is there: without and with the owner's sentences."""
    general = General(made.words, Ngrams.build(made.counted), (0.0, 0.0, 0.0))
    names = names_of(at_home(1, 1, seed=5)[0].home)
    sentences = own_sentences(TEST_DOMAINS[0])
    times = []
    for own in (False, True):
        started = time.process_time()
        HomeLanguage(general, names, samples(sentences) if own else ())
        times.append(time.process_time() - started)
    return times[0], times[1]


def sizes(made: Made) -> str:
    """Memory and speed of the hash and of its rivals, as ratios to the plain arrays."""
    texts = held_out()["slurp, development part"]
    rivals = duel(made, texts)
    base = rivals[1]
    counted = made.counted
    ngrams = len(counted.costs) + len(counted.pairs) + len(counted.triples)
    rows = []
    for rival in rivals:
        tried = "-"
        if rival.tried_ns is not None and base.tried_ns is not None:
            tried = f"{rival.tried_ns:.0f} ns ({base.tried_ns / rival.tried_ns:.2f})"
        rows.append(
            f"| {rival.name} | {rival.bytes / ngrams:.2f} | {rival.bytes / base.bytes:.2f} "
            f"| {rival.said_ns:.0f} ns ({base.said_ns / rival.said_ns:.2f}) | {tried} |"
        )
    trie = plain_bytes(counted)
    shares = f"{trie / ngrams:.2f} | {trie / base.bytes:.2f}"
    rows.append(f"| trie of plain arrays (size only) | {shares} | - | - |")
    read = looks(made, texts)
    plain, own = making_seconds(made)
    without = [] if len(rivals) > 2 else ["", "kenlm is not installed here (`pip install kenlm`)."]
    return "\n".join(
        [
            "### Memory and speed",
            "",
            "| kept as | bytes per n-gram | memory, ratio | word that was said (speed, ratio) "
            "| word that is tried (speed, ratio) |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            *without,
            "",
            f"Ratios to sorted keys; computing time of one thread, {BATCH} queries at once, "
            f"kenlm a sentence at once. The hash reads {read.found:.2f} buckets for a pair that "
            f"is there and {read.missed:.2f} for one that is not. Making the model of a home takes "
            f"{plain:.2f} s without sentences of the owner's, {own:.2f} s with those of "
            f"{TEST_DOMAINS[0]}, drawing included.",
        ]
    )
