"""Sentences with words that no speaker knows, and sentences that only look like these.

    gap       a template of templates.yaml with a made-up name, perhaps among other requests
    clear     the same templates with what the home knows, ordinary requests, taught names
    given up  a request that somebody breaks off
    misheard  a request some of whose words sound like others, or a mumble
    beyond    what other assistants are asked, and devices and rooms that this home lacks

Templates are kept for measuring by their letters, as names are. What the speaker's understanding
makes of a sentence is added by `export.teaching.gap.draw`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

import yaml

from device.context import Home
from device.nlu import values
from device.nlu.words import bare
from device.teaching.gap import Lacks, Verdict
from export.tagger.texts import OURS, TEXTS
from export.teaching.gap.mishearing import misheard, mumbled
from export.teaching.gap.names import group_name, listed, place_name, setting_name
from export.teaching.texts import Said, key, said
from simulator.disfluency import FILLERS, disfluent
from simulator.fillings import Filler
from simulator.homes import Split, held, lexicon
from simulator.sentences import dressed, random_phrase, sources

TEMPLATES = Path(__file__).parent / "templates.yaml"
_TEMPLATES = {
    Lacks.SETTING: ("setting", "headed"),
    Lacks.DEVICES: ("devices",),
    Lacks.PLACE: ("place",),
}
_KINDS = (
    *("lights", "lights", "lights", "light", "lamp", "lamps", "blinds", "curtains", "fan"),
    *("thermostat", "heating", "shutters"),
)
_SWITCHING = frozenset(str.split("on off dim brighten brighter dimmer percent switch toggle"))
"""Words of templates that nobody says of anything but a device."""
_OURS_IN_HWU = ("alarm", "lists", "datetime", "weather", "audio", "iot", "general_commandstop")
_UNSURE = ("hwu/iot_hue_lightchange", "clinc/smart_home", "slurp/")
"""Sentences of the shared text in which a name that nobody knows may stand, unmarked."""
_BANNED = ("studymode", "toodarkinhere", "darkinhere", "cantseea", "usuallystudy", "warriors")
"""What issue 7 gives as examples, in letters; nothing with it is generated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What somebody says."""

    words: tuple[str, ...]
    verdict: Verdict | None
    """Of each request in it; None where the gap's words alone decide."""
    gap: tuple[int, int] = (0, 0)
    """Half-open range of the words that are not understood."""
    lacks: Lacks | None = None
    taught: tuple[str, ...] = ()
    """Names that were taught before it was said."""
    confidences: tuple[float, ...] = ()
    """Of each word, where it was heard."""

    @property
    def text(self) -> str:
        """Its words, separated by single spaces."""
        return " ".join(self.words)


Maker = Callable[[Random, Home, Split], Sentence]


def sentence(rng: Random, home: Home, split: Split) -> Sentence:
    """A sentence of a random sort that is none of the issue's own examples."""
    while True:
        maker = rng.choices([m for m, _ in _MAKERS], weights=[w for _, w in _MAKERS])[0]
        made = maker(rng, home, split)
        letters = key(made.text)
        if made.words and not any(part in letters for part in _BANNED):
            return made


@cache
def templates(lacks: Lacks, split: Split) -> tuple[str, ...]:
    """Templates of a sort of gap; "test" gives those that training never sees."""
    found = (template for name in _TEMPLATES[lacks] for template in _listed(name))
    return tuple(t for t in found if held(t) == (split == "test"))


@cache
def _listed(name: str) -> tuple[str, ...]:
    found: dict[str, list[str]] = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    return tuple(found[name])


def _gap(rng: Random, home: Home, split: Split) -> Sentence:
    """One request with a gap, perhaps with others, as it is typed or heard."""
    lacks = rng.choices((Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE), weights=(46, 30, 24))[0]
    template = rng.choice(templates(lacks, split))
    name = _named(rng, lacks, split, home, template)
    made = _filled(rng, home, template, name)
    made = replace(made, lacks=lacks, verdict=Verdict.GAP)
    made = _courteous(rng, made)
    if rng.random() < 0.15:
        made = _hesitant(rng, made)
    if rng.random() < 0.16:
        made = _joined(rng, home, made, split)
    if rng.random() < 0.1:
        others = (setting_name(rng, split, home), _bare(group_name(rng, split, home)))
        made = replace(made, taught=tuple(o for o in others if o not in made.text))
    made = _heard(rng, made)
    return _typed(rng, made) if not made.confidences else made


def _known_gap(rng: Random, home: Home, split: Split) -> Sentence:
    """The same, with what the home knows or an owner has taught in the place of the name."""
    lacks = rng.choices((Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE), weights=(50, 30, 20))[0]
    template = rng.choice(templates(lacks, split))
    taught: tuple[str, ...] = ()
    if rng.random() < 0.3:
        name = _named(rng, lacks, split, home, template)
        taught = (_bare(name),)
    elif lacks is Lacks.SETTING:
        scenes = [d.name.lower() for d in home.devices if d.kind in ("scene", "script")]
        name = rng.choice(scenes if scenes and rng.random() < 0.3 else _listed("values"))
    elif lacks is Lacks.DEVICES and home.devices:
        name = f"the {rng.choice(home.devices).name.lower()}"
    else:
        name = f"the {rng.choice(home.rooms).name.lower()}"
    made = _filled(rng, home, template, name)
    made = _courteous(rng, replace(made, verdict=Verdict.CLEAR, gap=(0, 0), taught=taught))
    return _typed(rng, made)


def _ordinary(rng: Random, home: Home, split: Split) -> Sentence:
    """A request that the speaker serves."""
    phrase = random_phrase(rng.choice(list(sources(otherwise=True))), rng, home, otherwise=True)
    phrase = dressed(phrase, rng)
    if rng.random() < 0.2:
        phrase = disfluent(phrase, rng, Filler(rng=rng, home=home, split=split))
    made = Sentence(words=tuple(phrase.text.split()), verdict=Verdict.CLEAR)
    if rng.random() < 0.3:
        return _confident(rng, made)
    return _typed(rng, made)


def _public(rng: Random, _home: Home, split: Split) -> Sentence:
    """What people say to other assistants."""
    row = rng.choice(_asked(split))
    name, _, intent = row.intent.partition("/")
    served = intent in OURS if name == "clinc" else intent.startswith(_OURS_IN_HWU)
    verdict = Verdict.CLEAR if served else Verdict.BEYOND
    made = Sentence(words=tuple(row.text.split()), verdict=verdict)
    return _confident(rng, made) if rng.random() < 0.15 else _typed(rng, made)


@cache
def _asked(split: Split) -> tuple[Said, ...]:
    """Sentences to choose from; those of a home assistant's set more often."""
    part = "train" if split == "train" else "dev"
    rows = [r for r in said(part, TEXTS) if not r.intent.startswith(_UNSURE)]
    often = [r for r in rows if r.intent.startswith("hwu/")]
    seldom = [r for r in rows if not r.intent.startswith("snips/")]
    return (*seldom, *often, *often, *rows[:: len(rows) // 2_000])


def _absent(rng: Random, home: Home, split: Split) -> Sentence:
    """An ordinary device or room that everybody knows and this home lacks: no lesson helps."""
    if rng.random() < 0.5:
        lacks, pool = Lacks.PLACE, listed("ordinary_rooms")
    else:
        names = ("switches", "switches", "players", "vacuums", "climates", "fans", "locks")
        lacks, pool = Lacks.DEVICES, tuple(lexicon()[rng.choice(names)])
    name = f"{rng.choice(('the ', 'the ', 'my ', ''))}{rng.choice(pool)}"
    made = _filled(rng, home, rng.choice(templates(lacks, split)), name)
    known = _known(name, home)
    made = replace(made, gap=(0, 0), verdict=Verdict.CLEAR if known else Verdict.BEYOND)
    return _typed(rng, _courteous(rng, made))


def _given_up(rng: Random, home: Home, split: Split) -> Sentence:
    """A request that breaks off."""
    maker = rng.choice((_gap, _ordinary, _known_gap))
    begun = maker(rng, home, split)
    words = [bare(word) for word in begun.words]
    stop = rng.randint(min(2, len(words)), len(words))
    ending: list[str] = []
    for _ in range(rng.choice((0, 1, 1, 2))):
        ending += _hesitation(rng).split()
    if rng.random() < 0.85 or not ending:
        ending += rng.choice(listed("give_up", split)).split()
    elif stop == len(words):
        stop = max(1, stop - 1)
    if rng.random() < 0.4 and stop:
        words[stop - 1] += rng.choice((",", "...", "..", ","))
    made = Sentence(words=(*words[:stop], *ending), verdict=Verdict.GIVEN_UP)
    return _confident(rng, made) if rng.random() < 0.3 else _typed(rng, made)


def _hesitation(rng: Random) -> str:
    """One of the listed, or a sound of any length: "uhhm"."""
    if rng.random() < 0.7:
        return rng.choice(listed("hesitations"))
    sound = rng.choice(("u", "e", "", "a", "ee", "uu"))
    return sound + "h" * rng.randint(0, 3) + rng.choice(("m", "r", "m")) * rng.randint(1, 4)


def _misheard(rng: Random, home: Home, split: Split) -> Sentence:
    """A request some of whose words were heard as others, or nothing but sounds."""
    if rng.random() < 0.3:
        words, sure = mumbled(rng, split)
        return Sentence(words=words, verdict=Verdict.MISHEARD, confidences=sure)
    begun = rng.choice((_ordinary, _known_gap))(rng, home, split)
    words = tuple(bare(w).lower() for w in begun.words)
    heard, sure = misheard(rng, words, names=_names(home))
    if heard == words:
        return replace(begun, words=words)
    made = replace(begun, words=heard, verdict=Verdict.MISHEARD, confidences=sure)
    return replace(made, confidences=()) if rng.random() < 0.4 else made


_MAKERS: tuple[tuple[Maker, float], ...] = (
    (_gap, 38),
    (_known_gap, 11),
    (_ordinary, 8),
    (_public, 27),
    (_absent, 4),
    (_given_up, 6),
    (_misheard, 6),
)


def _named(rng: Random, lacks: Lacks, split: Split, home: Home, template: str) -> str:
    """A name that says nothing to this home."""
    while True:
        if lacks is Lacks.SETTING:
            name = setting_name(rng, split, home, headed=template in _listed("headed"))
        elif lacks is Lacks.DEVICES:
            switched = bool(_SWITCHING & set(template.split()))
            name = group_name(rng, split, home, switched=switched)
        else:
            name = place_name(rng, split, home)
        if not _known(name, home):
            return name


def _bare(name: str) -> str:
    """A name without its article."""
    head, _, rest = name.partition(" ")
    return rest if head in ("the", "my", "our", "a") and rest else name


def _known(name: str, home: Home) -> bool:
    """Whether a name says something to this home, or is a value."""
    called = _bare(name)
    spelled = {n.lower() for d in home.devices for n in (d.name, *d.aliases)}
    spelled |= {n.lower() for r in home.rooms for n in (r.name, *r.aliases, r.floor or "")}
    valued = called in values.COLORS or tuple(called.split()) in values.KELVINS
    return called in spelled or valued or values.level(called.split()) is not None


def _names(home: Home) -> frozenset[str]:
    found = {w for d in home.devices for w in d.name.lower().split()}
    return frozenset(found | {w for r in home.rooms for w in r.name.lower().split()} | {*_KINDS})


def _filled(rng: Random, home: Home, template: str, name: str) -> Sentence:
    """A template with its gap and the names around it; `gap` is where the name stands."""
    said_area = rng.choice(home.rooms).name.lower()
    floors = [r.floor.lower() for r in home.rooms if r.floor]
    devices = [d.name.lower() for d in home.devices if d.kind in ("light", "fan", "cover")]
    names = {
        "kind": rng.choice(_KINDS),
        "area": said_area,
        "floor": rng.choice(floors) if floors else "upstairs",
        "device": rng.choice(devices) if devices else "lamp",
    }
    names["kinds"] = f"{rng.choice(('the ', 'the ', 'all the ', 'my ', ''))}{rng.choice(_KINDS)}"
    names["target"] = rng.choice(_listed("targets")).format(**names)
    before, _, after = template.partition("[gap]")
    head, tail = before.format(**names).split(), after.format(**names).split()
    spoken = name.split()
    begin = len(head)
    if head[-1:] in (["the"], ["a"], ["some"]) and spoken[0] in ("the", "my", "our", "a"):
        head, begin = head[:-1], begin - 1
    bared = _bare(name).split()
    start = begin + len(spoken) - len(bared)
    return Sentence(words=(*head, *spoken, *tail), verdict=None, gap=(start, start + len(bared)))


def _courteous(rng: Random, made: Sentence) -> Sentence:
    """With politeness and reasons around it."""
    before: list[str] = []
    after: list[str] = []
    words = lexicon()
    if rng.random() < 0.3:
        before = rng.choice(words["prefixes"]).split()
    if rng.random() < 0.06:
        before = [*rng.choice(words["reasons"]).split(), *rng.choice(("", "so")).split(), *before]
    if rng.random() < 0.2:
        after = rng.choice(words["suffixes"]).split()
    return _around(made, before, after)


def _around(made: Sentence, before: Sequence[str], after: Sequence[str]) -> Sentence:
    start, stop = made.gap
    gap = (start + len(before), stop + len(before)) if stop else made.gap
    return replace(made, words=(*before, *made.words, *after), gap=gap)


def _hesitant(rng: Random, made: Sentence) -> Sentence:
    """With a filler outside of the name."""
    start, stop = made.gap
    places = [i for i in range(len(made.words) + 1) if not start < i < stop]
    at = rng.choice(places[:-1] or places)
    filler = rng.choice(FILLERS).split()
    if at and rng.random() < 0.4:
        filler[-1] += ","
    words = (*made.words[:at], *filler, *made.words[at:])
    moved = len(filler) if at <= start else 0
    return replace(made, words=words, gap=(start + moved, stop + moved))


def _joined(rng: Random, home: Home, made: Sentence, split: Split) -> Sentence:
    """Said in one breath with a request that is understood."""
    names = ("HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition", "HassStartTimer")
    other = random_phrase(rng.choice(names), rng, home, split).text.split()
    joint = rng.choice(("and", "and", "and then", "then", "and also", "plus")).split()
    if rng.random() < 0.5:
        return _around(made, (*other, *joint), ())
    return _around(made, (), (*joint, *other))


def _typed(rng: Random, made: Sentence) -> Sentence:
    """As somebody types, now and then with a capital and a mark at the end."""
    if rng.random() > 0.25:
        return made
    words = [made.words[0].capitalize(), *made.words[1:]]
    words[-1] += rng.choice((".", "", "!", "?" if words[0] in ("Is", "Are", "Can") else "."))
    return replace(made, words=tuple(words))


def _confident(rng: Random, made: Sentence) -> Sentence:
    """As it is heard well."""
    words = tuple(filter(None, (bare(w).lower() for w in made.words)))
    if len(words) != len(made.words):
        return made
    floor = rng.uniform(0.5, 0.95)
    sure = tuple(round(rng.uniform(floor, 1.0), 3) for _ in words)
    return replace(made, words=words, confidences=sure)


def _heard(rng: Random, made: Sentence) -> Sentence:
    """A gap as it is heard: fairly well, or with words around it that were misheard."""
    if rng.random() > 0.3:
        return made
    heard = _confident(rng, made)
    if not heard.confidences or rng.random() < 0.6:
        return heard
    start, stop = heard.gap
    before, sure = misheard(rng, heard.words[:start], names=frozenset(), share=0.1)
    kept = heard.confidences[start:stop]
    after, surer = misheard(rng, heard.words[stop:], names=frozenset(), share=0.1)
    words, confidences = (*before, *heard.words[start:stop], *after), (*sure, *kept, *surer)
    typed = rng.random() < 0.5
    return replace(heard, words=words, confidences=() if typed else confidences)
