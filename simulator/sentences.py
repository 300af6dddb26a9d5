"""Sentences that people could say to the speaker, with what they mean.

The built-in templates, the same that recognition compiles, are walked at random: every
optional part is taken or left, every alternative drawn, every gap filled for a pretend home.
The result knows which words mean what, so that it trains and tests the tagger; two walks with
the same choices and other fillings give the coordinated sentences of `simulator.compounds`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from hassil.expression import (
    Alternative,
    Expression,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.expression import (
    Sequence as Row,
)
from hassil.intents import IntentData, Intents, RangeSlotList, TextSlotList

from device.context import Home
from device.nlu.intents import USES, VERBATIM
from device.nlu.templates import PACKS, builtin_sentences, load_sentences
from simulator.fillings import Filler, number
from simulator.homes import Split, lexicon

PARAPHRASES = Path(__file__).parent / "paraphrases"
"""What people say otherwise than the packs: the models learn it, recognition's grammar does
without, because each template there costs time at every start."""

SCOPE_RULES = {"all", "everything", "everywhere", "any", "which", "how_many", "here", "other"}
SCOPE_RULES |= {"any_device", "it", "another"}
VALUE_RULES = {"duration": "duration", "start_duration": "start_duration"}
VALUE_RULES |= {"clock_time": "time", "date": "date", "days": "days"}
"""Expansion rules whose words are one value, and the label of that value."""

VARIANTS = {
    "cover": {"HassTurnOn", "HassTurnOff"},
    "lock": {"HassTurnOn", "HassTurnOff"},
    "appliance": {"HassTurnOn"},
}
"""Intents whose verb tells the domain ("open", "lock", "brew"): the tagger knows them as
`HassTurnOn/cover`, and so on."""

_WORDS = {
    "timer_name": "timer_names",
    "list_name": "lists",
    "message": "messages",
    "search_query": "queries",
    "zone": "zones",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence."""

    text: str
    label: str = ""
    """Name of the slot that the stretch fills; "" for plain words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One request as somebody says it."""

    pieces: tuple[Piece, ...]
    intent: str
    """The tagger's name of the intent, with its variant."""

    @property
    def text(self) -> str:
        """The sentence, words separated by single spaces."""
        return " ".join("".join(p.text for p in self.pieces).split())

    def words(self) -> list[tuple[str, int]]:
        """Each word (between spaces) and the index of the labelled piece it is in, or -1."""
        joined = "".join(p.text for p in self.pieces)
        owner = [
            i if piece.label else -1 for i, piece in enumerate(self.pieces) for _ in piece.text
        ]
        found: list[tuple[str, int]] = []
        at = 0
        for word in joined.split():
            start = joined.index(word, at)
            at = start + len(word)
            found.append((word, max(owner[start:at])))
        return found


@dataclass(frozen=True, slots=True)
class Source:
    """One block of templates."""

    intent: str
    block: IntentData


@cache
def _sentences(otherwise: bool) -> Intents:
    if otherwise:
        return load_sentences([PACKS, PARAPHRASES]).intents
    return builtin_sentences().intents


@cache
def sources(*, otherwise: bool = False) -> Mapping[str, tuple[Source, ...]]:
    """All blocks of the built-in templates that models learn, by the tagger's intent.

    Args:
        otherwise: Whether the paraphrases are among them.
    """
    found: dict[str, list[Source]] = {}
    for intent in _sentences(otherwise).intents.values():
        if intent.name in VERBATIM | USES:
            continue
        for block in intent.data:
            name = variant(intent.name, block)
            found.setdefault(name, []).append(Source(intent=name, block=block))
    return {name: tuple(blocks) for name, blocks in found.items()}


def variant(intent: str, block: IntentData) -> str:
    """The tagger's name of the intent in this block: `HassTurnOn/lock` for "lock the door"."""
    domain = block.slots.get("domain") or block.requires_context.get("domain")
    domain = domain[0] if isinstance(domain, list) else domain
    return f"{intent}/{domain}" if intent in VARIANTS.get(str(domain), ()) else intent


class Sampler:
    """Walks templates at random."""

    def __init__(self, choices: Random, filler: Filler, *, otherwise: bool = False) -> None:
        """Take two sources of chance: one for the walk, one (the filler's) for the fillings.

        Args:
            choices: Chance of the walk.
            filler: Fills gaps.
            otherwise: Whether the paraphrases' lists and rules are known.
        """
        self._choices = choices
        self._filler = filler
        self._intents = _sentences(otherwise)

    def phrase(self, source: Source) -> Phrase:
        """A random sentence of this block."""
        template = self._choices.choice(source.block.sentences)
        pieces = [p for p in self._walk(template.expression, source.block) if p.text]
        return Phrase(pieces=tuple(_merged(pieces)), intent=source.intent)

    def _walk(self, item: Expression, block: IntentData) -> list[Piece]:
        if isinstance(item, TextChunk):
            return [Piece(item.original_text)]
        if isinstance(item, Alternative):
            return self._walk(self._choices.choice(item.items), block) if item.items else []
        if isinstance(item, Permutation):
            order = list(item.items)
            self._choices.shuffle(order)
            return [p for part in order for p in [*self._walk(part, block), Piece(" ")]]
        if isinstance(item, Row):
            return [p for part in item.items for p in self._walk(part, block)]
        if isinstance(item, RuleReference):
            return self._rule(item.rule_name, block)
        if isinstance(item, ListReference):
            return [Piece(self._fill(item.list_name, block), item.slot_name)]
        raise TypeError(f"hassil gave an unknown expression {item!r}")

    def _rule(self, name: str, block: IntentData) -> list[Piece]:
        if name in VALUE_RULES:
            return [Piece(self._value(name), VALUE_RULES[name])]
        rule = block.expansion_rules.get(name) or self._intents.expansion_rules[name]
        pieces = self._walk(rule.expression, block)
        if name in SCOPE_RULES:
            return [Piece("".join(p.text for p in pieces), "scope")]
        return pieces

    def _value(self, rule: str) -> str:
        filler = self._filler
        if rule == "clock_time":
            return filler.clock_time()
        if rule in ("date", "days"):
            return filler.date() if rule == "date" else filler.days()
        return filler.duration(adjective=rule == "start_duration")

    def _fill(self, name: str, block: IntentData) -> str:
        filler = self._filler
        if name == "name":
            kinds = block.requires_context.get("domain", "light")
            return filler.device(frozenset([kinds] if isinstance(kinds, str) else kinds))
        if name in ("area", "floor"):
            return filler.area() if name == "area" else filler.floor()
        if name in ("shopping_list_item", "todo_list_item"):
            shopping = name.startswith("shopping") or filler.rng.random() < 0.4
            return filler.item() if shopping else filler.task()
        if name == "reminder":
            both = filler.rng.random() < 0.15
            return f"{filler.task()} and {filler.task()}" if both else filler.task()
        if name == "timer_command":
            return self._command()
        if name in _WORDS:
            return filler.word(_WORDS[name])
        return self._listed(name, block)

    def _listed(self, name: str, block: IntentData) -> str:
        """A value of a list that the YAML defines."""
        found = block.slot_lists.get(name) or self._intents.slot_lists[name]
        rng = self._filler.rng
        if isinstance(found, RangeSlotList):
            value: float = rng.randrange(found.start, found.stop + 1, found.step)
            if found.step == 1 and found.stop >= 100 and rng.random() < 0.6:
                value = rng.choice(range(0, 101, 10)) if name != "temperature" else 0
            if name == "temperature":
                value = rng.choice((rng.randint(5, 30), rng.randint(60, 80), 20, 21, 22))
                if rng.random() < 0.08:
                    return (
                        f"{value}.5" if rng.random() < 0.5 else f"{number(rng, value)} and a half"
                    )
            return number(rng, int(value))
        if not isinstance(found, TextSlotList):
            raise TypeError(f"no filling for the list {name}")
        drawn = rng.choice(found.values)
        return "".join(p.text for p in self._inner(drawn.text_in, block))

    def _inner(self, item: Expression, block: IntentData) -> list[Piece]:
        """Text of a list value; its alternatives are fillings, not choices of the walk."""
        inner = Sampler(self._filler.rng, self._filler)
        return inner._walk(item, block)

    def _command(self) -> str:
        """What should happen later: another request."""
        rng = self._filler.rng
        name = rng.choice(("HassTurnOn", "HassTurnOff", "HassTurnOn/cover", "HassLightSet"))
        return Sampler(rng, self._filler).phrase(rng.choice(sources()[name])).text


REASONED = 0.03
"""Share of requests before which people say why."""


def dressed(phrase: Phrase, rng: Random) -> Phrase:
    """The same request with politeness and fillers around it."""
    words = lexicon()
    pieces = list(phrase.pieces)
    question = phrase.intent in _QUESTIONS
    if rng.random() < 0.3:
        prefix = rng.choice(words["question_prefixes" if question else "prefixes"])
        comma = "," if rng.random() < 0.1 else ""
        pieces.insert(0, Piece(f"{prefix}{comma} "))
        if rng.random() < 0.1:
            pieces.insert(0, Piece(f"{rng.choice(('um', 'uh', 'hey', 'ok', 'so'))} "))
    if rng.random() < REASONED:
        pieces.insert(0, Piece(f"{rng.choice(words['reasons'])}{rng.choice((', ', ' ', ' so '))}"))
    wild = phrase.pieces[-1].label in ("message", "search_query", "words", "item")
    if rng.random() < 0.15 and (not wild or rng.random() < 0.3):
        pieces.append(Piece(f" {rng.choice(words['suffixes'])}"))
    return replace(phrase, pieces=tuple(pieces))


_QUESTIONS = frozenset(
    {"HassGetState", "HassClimateGetTemperature", "HassGetWeather", "HassGetCurrentTime"}
    | {"HassGetCurrentDate", "HassTimerStatus", "AlarmStatus", "ReminderStatus", "ListItems"}
)


def random_phrase(
    intent: str,
    rng: Random,
    home: Home,
    split: Split = "train",
    *,
    seed: int | None = None,
    otherwise: bool = False,
) -> Phrase:
    """A sentence of this intent.

    Args:
        intent: A key of `sources(otherwise=otherwise)`.
        rng: Chance of the fillings, and of the walk where no seed is given.
        home: Whose names are said.
        split: "test" for words that training never sees.
        seed: Fixes the walk, so that two phrases differ in their fillings only.
        otherwise: Whether it may be a paraphrase.
    """
    choices = Random(seed) if seed is not None else rng
    blocks = sources(otherwise=otherwise)[intent]
    source = choices.choices(blocks, weights=[len(b.block.sentences) for b in blocks])[0]
    filler = Filler(rng=rng, home=home, split=split)
    return Sampler(choices, filler, otherwise=otherwise).phrase(source)


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbouring plain pieces as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and not found[-1].label and not piece.label:
            found[-1] = Piece(found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
