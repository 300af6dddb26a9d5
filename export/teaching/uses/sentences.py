"""Sentences with a taught name in them, and what is wanted with it.

The templates say what people do with a name of their own; sentences of the shared text with the
name in the place of one of their words are about something else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import yaml

from device.context import Home
from device.nlu.uses import Wish
from export.teaching.texts import said
from simulator.disfluency import FILLERS
from simulator.homes import Split, held, lexicon

TEMPLATES = Path(__file__).parent / "templates.yaml"
NAME = "qqname"
"""What stands for the taught name before a stand-in takes its place."""

_SHARES = {Wish.SET: 38, Wish.LEAVE: 15, Wish.ASK: 14, Wish.LATER: 8, Wish.OTHER: 25}
_PUBLIC = 0.45
"""Share of the other sentences that are of the shared text."""
_HOMELY = ("hwu/iot", "clinc/smart_home", "slurp/", "clinc/oos", "clinc/change_", "hwu/general")
"""Sentences of the shared text in which a name may stand for a setting."""
_KINDS = (
    *("the lights", "the lights", "the light", "lights", "all the lights", "my lights", "the lamp"),
    *("the lamps", "the fan", "the blinds", "the thermostat", "the heating", "the curtains"),
)
_NUMBERS = (
    *("one", "two", "three", "five", "ten", "fifteen", "twenty", "thirty", "forty five", "ninety"),
    *("2", "3", "5", "10", "15", "20", "25", "30", "40", "45", "60", "90"),
)
_CLOCKS = (
    *("one", "two", "five", "seven", "eight", "nine", "ten", "eleven", "noon", "midnight", "5 pm"),
    *("half past {n}", "a quarter past {n}", "a quarter to {n}", "ten past {n}", "{n} o'clock"),
    *("{n} pm", "{n} in the evening", "{n} tonight", "8:30", "22:15", "7:45 pm", "nine thirty"),
)
_LENGTHS = (
    *("an hour", "half an hour", "an hour and a half", "a minute", "a couple of hours"),
    *("{n} minutes", "{n} minutes", "{n} hours", "{n} seconds", "{n} more minutes"),
)
_LEVELS = ("{n} percent", "{n}", "blue", "red", "warm white", "{n} degrees", "half", "brighter")
_LAST = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What somebody says."""

    words: tuple[str, ...]
    """NAME among them; of several the last is meant."""
    wish: Wish
    lasting: tuple[int, int] = (0, 0)
    """Half-open range of the words that say how long."""

    @property
    def text(self) -> str:
        """Its words, separated by single spaces."""
        return " ".join(self.words)


def sentence(rng: Random, home: Home, split: Split) -> Sentence:
    """A sentence of a random sort."""
    wish = rng.choices([*_SHARES], weights=[*_SHARES.values()])[0]
    if wish is Wish.OTHER and rng.random() < _PUBLIC:
        return _public(rng, split)
    made = _filled(rng, home, rng.choice(templates(wish, split)), wish)
    made = _courteous(rng, made)
    if rng.random() < 0.12:
        made = _hesitant(rng, made)
    return made


@cache
def templates(wish: Wish, split: Split) -> tuple[str, ...]:
    """Templates of a sort; "test" gives those that training never sees."""
    found: dict[str, list[str]] = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    return tuple(t for t in found[wish] if held(f"{wish} {t}") == (split == "test"))


def _filled(rng: Random, home: Home, template: str, wish: Wish) -> Sentence:
    floors = [r.floor.lower() for r in home.rooms if r.floor]
    devices = [d.name.lower() for d in home.devices if d.kind in ("light", "fan", "climate")]
    device = rng.choice(devices) if devices else "lamp"
    area = rng.choice(home.rooms).name.lower()
    kinds = rng.choice(_KINDS)
    bare = kinds.split()[-1]
    numbers = {"n": rng.choice(_NUMBERS)}
    names = {
        "area": area,
        "device": device,
        "kinds": kinds,
        "floor": rng.choice(floors) if floors else "upstairs",
        "target": rng.choice(
            (
                *(f"the {area}", f"the {area}", f"the {device}", f"my {device}", kinds, kinds),
                *(f"the {area} {bare}", f"{kinds} in the {area}", area, "everything", "it"),
                *(f"the {area} and the {device}", f"{kinds} but the {device}"),
            )
        ),
        "length": rng.choice(_LENGTHS).format(**numbers),
        "clock": rng.choice(_CLOCKS).format(n=rng.choice(_NUMBERS[:6])),
        "level": rng.choice(_LEVELS).format(**numbers),
    }
    text = template.replace("[X]", NAME).format(**names)
    last = _LAST.search(text)
    if last is None:
        return Sentence(words=tuple(text.split()), wish=wish)
    start = len(text[: last.start()].split())
    words = tuple(_LAST.sub(r"\1", text).split())
    return Sentence(words=words, wish=wish, lasting=(start, start + len(last[1].split())))


def _public(rng: Random, split: Split) -> Sentence:
    """What somebody asked of another assistant, with the name for one of its longer words."""
    while True:
        words = rng.choice(_asked(split)).split()
        places = [i for i, w in enumerate(words) if len(w) > 3 and w.isalpha()]
        if places and len(words) < 20:
            break
    at = rng.choice(places)
    stop = at + 2 if at + 1 in places and rng.random() < 0.3 else at + 1
    return Sentence(words=(*words[:at], NAME, *words[stop:]), wish=Wish.OTHER)


@cache
def _asked(split: Split) -> tuple[str, ...]:
    rows = said("train" if split == "train" else "dev")
    return tuple(r.text for r in rows if not r.intent.startswith(_HOMELY))


def _courteous(rng: Random, made: Sentence) -> Sentence:
    """With politeness around it."""
    words = lexicon()
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    if rng.random() < 0.25:
        asks = made.wish is Wish.ASK
        before = rng.choice(words["question_prefixes" if asks else "prefixes"]).split()
    if rng.random() < 0.2:
        after = rng.choice(words["suffixes"]).split()
    start, stop = made.lasting
    moved = (start + len(before), stop + len(before)) if stop else made.lasting
    return Sentence(words=(*before, *made.words, *after), wish=made.wish, lasting=moved)


def _hesitant(rng: Random, made: Sentence) -> Sentence:
    """With a filler outside of what says how long."""
    start, stop = made.lasting
    at = rng.choice([i for i in range(len(made.words)) if not start < i < stop])
    filler = rng.choice(FILLERS).split()
    moved = (start + len(filler), stop + len(filler)) if stop and at <= start else made.lasting
    words = (*made.words[:at], *filler, *made.words[at:])
    return Sentence(words=words, wish=made.wish, lasting=moved)
