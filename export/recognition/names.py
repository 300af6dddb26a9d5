"""Made-up names that their owner says in another way than they are written.

They are heard before and after a lesson. The owner reads a name by the rules of another
language and says it in English sounds, in a stranger's voice of espeak-ng; a visitor says it as
it is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from random import Random

import numpy as np

from device.asr.acoustic import acoustic_model
from device.asr.homegrammar import HomeGrammar
from device.asr.lexicon import Lexicon, Pronunciation
from device.asr.ownway import apart
from device.asr.phonemes import from_ipa, indices
from device.asr.recognizer import Recognizer
from device.asr.saying import learned
from device.context import Device, Home
from device.errors import TeachingError
from device.models import load
from device.nlu.templates import builtin_sentences
from device.skills.pronunciation import TIMES
from device.speech import espeak
from export.recognition.figures import heard
from export.recognition.hardships import CLEAN, ROOMS, Hardship, heard_in
from export.recognition.parts import Options, Part, Task, table
from export.recognition.spoken import Saying, framed
from export.recognition.strangers import stranger
from simulator.homes import invented
from simulator.voices import Voice, speak

READERS = ("de", "it", "fr", "es", "pl", "sv")
"""Languages of espeak-ng by whose rules owners read their names."""
HARDSHIPS = (CLEAN, ROOMS[0])
_LEAST_APART = 2
"""Sounds by which the owner's way differs from every way that the lexicon has."""
_FEWEST_SOUNDS = 4
_MNEMONICS = {
    "AA": "A:", "AE": "a", "AH": "V", "AO": "O:", "AW": "aU", "AY": "aI", "B": "b", "CH": "tS",
    "D": "d", "DH": "D", "EH": "E", "ER": "3:", "EY": "eI", "F": "f", "G": "g", "HH": "h",
    "IH": "I", "IY": "i:", "JH": "dZ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "N",
    "OW": "oU", "OY": "OI", "P": "p", "R": "r", "S": "s", "SH": "S", "T": "t", "TH": "T",
    "UH": "U", "UW": "u:", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "Z",
}  # fmt: skip
"""How espeak-ng writes the sounds of American English between double brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A name and how its owner says it."""

    name: str
    way: Pronunciation
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How many names were heard."""

    count: int
    learned: int
    """Names whose lesson taught something."""
    before: Mapping[str, int]
    """By who said them and where, before the lessons."""
    after: Mapping[str, int]


def names(count: int, seed: int) -> list[Owned]:
    """Names that no dictionary has, each with an owner who says it in his or her own way."""
    random, lexicon = Random(seed), Lexicon()
    voices, readers = np.random.default_rng(seed), cycle(READERS)
    found: dict[str, Owned] = {}
    while len(found) < count:
        name = invented(random)
        said = espeak.phonemes(name, voice=next(readers))
        way = from_ipa(said) if "(" not in said else ()  # It takes some words for English ones.
        known = [apart(indices(way), indices(usual)) for usual in lexicon.pronounce(name)]
        new = name not in found and not lexicon.holds(name) and len(way) >= _FEWEST_SOUNDS
        if new and known and min(known) >= _LEAST_APART:
            found[name] = Owned(name=name, way=way, voice=stranger(voices))
    return list(found.values())


def mnemonics(way: Pronunciation) -> str:
    """Sounds as espeak-ng reads them, stressed on the first vowel.

    Example: ("Z", "OW", "G") -> "[[z'oUg]]"
    """
    vowel = next((at for at, one in enumerate(way) if one[0] in "AEIOU"), 0)
    return f"[[{''.join(chr(39) * (at == vowel) + _MNEMONICS[s] for at, s in enumerate(way))}]]"


def tasks(options: Options) -> list[Task]:
    """All names in one home."""
    return [partial(measured, options)]


def measured(options: Options) -> Names:
    """Hear every name, give a lesson in each, and hear them again."""
    owned = names(options.names, seed=31)
    devices = (Device(id=o.name, name=o.name, room=None, kind="light") for o in owned)
    home, random = Home(devices=tuple(devices)), np.random.default_rng(32)
    plain = HomeGrammar(builtin_sentences(), pronounce=Lexicon().pronounce)
    recognizer = Recognizer(acoustic_model(load("acoustic")), plain.graph(home))
    taught = lessons(recognizer, owned, random)
    sayings = requests(owned, random)
    before = found(recognizer, sayings, options)
    recognizer.use(plain.knowing(taught).graph(home))
    after = found(recognizer, sayings, options)
    return Names(count=len(owned), learned=len(taught), before=before, after=after)


def lessons(
    recognizer: Recognizer, owned: Sequence[Owned], random: np.random.Generator
) -> dict[str, tuple[Pronunciation]]:
    """What owners teach who say each name `TIMES` times."""
    taught: dict[str, tuple[Pronunciation]] = {}
    for one in owned:
        recordings = []
        for speed in np.linspace(0.9, 1.1, TIMES) * one.voice.speed:
            voice = replace(one.voice, speed=float(speed))
            samples = framed(speak(mnemonics(one.way), voice), random)
            recognizer.feed(samples.astype("<i2").tobytes())
            recognizer.finish()
            recordings.append(recognizer.sounds().log_probs)
        try:
            ways = learned(one.name, recordings, Lexicon())
        except TeachingError:
            continue
        taught.update({word: (way,) for word, way in ways.items()})
    return taught


def requests(owned: Sequence[Owned], random: np.random.Generator) -> dict[str, list[Saying]]:
    """The same request by each owner and by a visitor."""
    return {
        who: [
            Saying(
                text=f"turn on {o.name}", samples=framed(speak(f"turn on {said}", voice), random)
            )
            for o, said, voice in rows
        ]
        for who, rows in {
            "owner": [(o, mnemonics(o.way), o.voice) for o in owned],
            "visitor": [(o, o.name, stranger(random)) for o in owned],
        }.items()
    }


def found(
    recognizer: Recognizer, sayings: Mapping[str, Sequence[Saying]], options: Options
) -> dict[str, int]:
    """Requests in which the name was heard, by who said it and where."""
    counts = {}
    for who, some in sayings.items():
        for hardship in HARDSHIPS:
            results, _ = heard(recognizer, heard_in(some, hardship, options.speech, seed=33))
            counts[key(who, hardship)] = sum(
                one.text.split()[-1] in one.best.split() for one in results
            )
    return counts


def key(who: str, hardship: Hardship) -> str:
    """Who said it, and where."""
    return f"{who}, {hardship.name}"


def page(options: Options, results: Sequence[Names]) -> str:
    """The table."""
    (one,) = results
    rows = [f"{name} | {one.before[name]} | {one.after[name]} | {one.count}" for name in one.before]
    return f"""## Names that their owner says otherwise

{one.count} made-up names in one home, "turn on" each of them, among all built-in sentences. The
*owner* reads the name by the rules of another language ({", ".join(READERS)}), at least
{_LEAST_APART} sounds from how this speaker would read it, in a held-out voice of espeak-ng; the
*visitor* says it as it is written, in another voice. Between *before* and *after* the owner said
each name alone {TIMES} times; {one.learned} of the lessons taught something. Heard is a name that
is in the best hypothesis.

{table("who and where | before | after | of", rows)}"""


PART = Part(name="names", tasks=tasks, page=page)
