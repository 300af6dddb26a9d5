"""Training sentences sampled from Home Assistant's published English templates.

The package `home-assistant-intents` (Open Home Foundation, CC BY 4.0) carries them. Their lists
are labelled by their slot names; kinds, quantities and durations, which they write as plain
words around the lists, are labelled here as the built-in sentences label them.
"""

import json
from functools import cache
from pathlib import Path
from random import Random

import home_assistant_intents
from hassil.intents import IntentData, Intents

from device.context import Home
from device.nlu.intents import INTENTS
from device.nlu.vocabulary import DOMAINS, PEOPLE, singular
from simulator.fillings import Filler
from simulator.homes import Split
from simulator.sentences import Phrase, Piece, Sampler, Source, variant

OURS = frozenset({"stop", "go back"})
"""Sentences that mean something else to a speaker that rings and undoes."""

_SCOPES = frozenset({"all", "any", "which", "how_many", "here", "everywhere", "are_any", "are_all"})
_UNITS = ("hour", "minute", "second", "half", "an hour", "a minute")
_DIRECTIONS = frozenset({"up", "down", "increase", "decrease", "lower", "raise"})
_LIT = ("light up", "illuminate")
_DURATIONS = frozenset({"hours", "minutes", "seconds"})


@cache
def intents() -> Intents:
    """The published templates of the intents that the tagger knows."""
    file = Path(home_assistant_intents.__file__).parent / "data" / "en.json"
    table = json.loads(file.read_text(encoding="utf-8"))
    table["intents"] = {
        name: intent
        for name, intent in table["intents"].items()
        if name in INTENTS and name not in ("HassRespond",)
    }
    return Intents.from_dict(table)


@cache
def published() -> tuple[tuple[Source, ...], tuple[float, ...]]:
    """All blocks and how often each should be drawn."""
    blocks = tuple(
        Source(intent=variant(intent.name, block), block=block)
        for intent in intents().intents.values()
        for block in intent.data
    )
    return blocks, tuple(len(s.block.sentences) ** 0.5 for s in blocks)


class PublishedFiller(Filler):
    """Fills gaps; a to-do list is a device there and a list here."""

    def device(self, kinds: frozenset[str]) -> str:
        """A device's or a list's name."""
        return self.word("lists") if kinds == {"todo"} else super().device(kinds)


class PublishedSampler(Sampler):
    """Walks the published templates."""

    def __init__(self, choices: Random, filler: Filler) -> None:
        super().__init__(choices, filler)
        self._intents = intents()

    def _rule(self, name: str, block: IntentData) -> list[Piece]:
        rule = block.expansion_rules.get(name) or self._intents.expansion_rules[name]
        pieces = self._walk(rule.expression, block)
        text = "".join(p.text for p in pieces)
        if name in ("light", "lockable"):
            return [*_kind(text)]
        if name in _SCOPES and not any(p.label for p in pieces):
            return [*_scope(text)]
        return pieces


def published_phrase(rng: Random, home: Home, split: Split = "train") -> Phrase:
    """A sentence of the published templates in a pretend home."""
    blocks, weights = published()
    source = rng.choices(blocks, weights=weights)[0]
    sampler = PublishedSampler(rng, PublishedFiller(rng=rng, home=home, split=split))
    phrase = sampler.phrase(source)
    while phrase.text in OURS:
        phrase = sampler.phrase(source)
    pieces = _directions(_durations(_named_kinds(list(phrase.pieces), source.block)))
    if any(p.label == "name" for p in pieces):
        pieces = [Piece(p.text) if p.label == "domain" else p for p in pieces]
    return Phrase(pieces=tuple(pieces), intent=phrase.intent)


def _kind(text: str) -> list[Piece]:
    """Label the last word, which names a kind: "the garage door" keeps its article outside."""
    words = text.split()
    lead = " ".join(words[:-1])
    if words[-2:-1] == ["garage"]:
        lead = " ".join(words[:-2])
    kind = " ".join(words)[len(lead) :].strip()
    spaced = f"{lead} " if lead else ""
    return [Piece(spaced), Piece(kind, "domain")] if spaced else [Piece(kind, "domain")]


def _scope(text: str) -> list[Piece]:
    """Label a quantity without the verb before it and the article behind it."""
    words = text.split()
    start = 1 if words and words[0] in ("is", "are") else 0
    stop = len(words) - (1 if words and words[-1] in ("the", "my", "our", "there") else 0)
    if stop <= start:
        return [Piece(text)]
    lead, tail = " ".join(words[:start]), " ".join(words[stop:])
    before = [Piece(f"{lead} ")] if lead else []
    after = [Piece(f" {tail}")] if tail else []
    return [*before, Piece(" ".join(words[start:stop]), "scope"), *after]


def _named_kinds(pieces: list[Piece], block: IntentData) -> list[Piece]:
    """Label the kind words that stand in the templates as plain text: "fans", "switch"."""
    domain = block.slots.get("domain")
    if any(p.label == "domain" for p in pieces):
        return pieces
    if domain == "light":
        return _lit(pieces)
    if domain == "person":
        return [part for piece in pieces for part in _people(piece)]
    if domain not in ("fan", "switch"):
        return pieces
    found: list[Piece] = []
    for piece in pieces:
        words = piece.text.split() if not piece.label else []
        at = next((i for i, w in enumerate(words) if DOMAINS.get(singular([w])) == domain), None)
        if at is None:
            found.append(piece)
            continue
        before, after = " ".join(words[:at]), " ".join(words[at + 1 :])
        found += [Piece(f" {before} "), Piece(words[at], "domain"), Piece(f" {after} ")]
    return found


def _lit(pieces: list[Piece]) -> list[Piece]:
    """Label the verb that means lights by itself."""
    first = pieces[0].text.lstrip()
    verb = next((v for v in _LIT if not pieces[0].label and first.startswith(v)), None)
    if verb is None:
        return pieces
    return [Piece(verb, "domain"), Piece(first[len(verb) :]), *pieces[1:]]


def _people(piece: Piece) -> list[Piece]:
    """Label who is asked for: "is [anyone] home"."""
    words = piece.text.split(" ")
    at = next((i for i, w in enumerate(words) if w in PEOPLE), None)
    if piece.label or at is None:
        return [piece]
    before, after = " ".join(words[:at]), " ".join(words[at + 1 :])
    return [Piece(f"{before} "), Piece(words[at], "device_class"), Piece(f" {after}")]


def _directions(pieces: list[Piece]) -> list[Piece]:
    """Label the direction of a change beside its number: "turn [up] the volume by [10]"."""
    if not any(p.label == "volume_step" for p in pieces):
        return pieces
    found: list[Piece] = []
    for piece in pieces:
        words = piece.text.split(" ")
        at = next((i for i, w in enumerate(words) if w in _DIRECTIONS), None)
        if piece.label or at is None:
            found.append(piece)
            continue
        found += [Piece(" ".join(words[:at]) + " "), Piece(words[at], "volume_step")]
        found.append(Piece(" " + " ".join(words[at + 1 :])))
    return found


def _durations(pieces: list[Piece]) -> list[Piece]:
    """Join the numbers of a duration and their units into one value."""
    found: list[Piece] = []
    for piece in pieces:
        name = piece.label.removeprefix("start_")
        if name in _DURATIONS:
            prefix = "start_" if piece.label != name else ""
            label = f"{prefix}duration"
            if len(found) > 1 and found[-2].label == label and _joins(found[-1]):
                between = found.pop().text
                found[-1] = Piece(found[-1].text + between + piece.text, label)
            else:
                found.append(Piece(piece.text, label))
        elif found and found[-1].label.endswith("duration") and not piece.label:
            unit, rest = _unit(piece.text)
            found[-1] = Piece(found[-1].text + unit, found[-1].label)
            found.append(Piece(rest))
        else:
            found.append(piece)
    return [p for p in found if p.text]


def _unit(text: str) -> tuple[str, str]:
    """Split the unit at the start of a plain piece from what follows."""
    start = text.lstrip(" -")
    unit = next((u for u in _UNITS if start.startswith(u)), None)
    if unit is None:
        return "", text
    cut = len(text) - len(start) + len(unit)
    cut += len(text[cut:]) - len(text[cut:].lstrip("s"))
    return text[:cut], text[cut:]


def _joins(piece: Piece) -> bool:
    return not piece.label and piece.text.strip() in ("", "and", "and a", "a", "an")
