"""Requests in which words are not understood, and those that only look like these.

A template of templates.yaml with a made-up name has a gap; with what the home knows or an owner
has taught it has none. Templates are kept for measuring by their letters, as names are.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import yaml

from device.context import Home
from device.nlu import values
from device.teaching.gap import Lacks, Verdict
from export.teaching.gap.manners import (
    Sentence,
    around,
    confident,
    courteous,
    heard,
    hesitant,
    typed,
)
from export.teaching.gap.names import group_name, listed, measured, place_name, setting_name
from export.teaching.gap.substituted import substituted
from simulator.disfluency import disfluent
from simulator.fillings import Filler
from simulator.homes import Split, lexicon
from simulator.sentences import dressed, random_phrase, sources

TEMPLATES = Path(__file__).parent / "templates.yaml"
_TEMPLATES = {
    Lacks.SETTING: ("setting", "headed"),
    Lacks.DEVICES: ("devices",),
    Lacks.PLACE: ("place",),
}
KINDS = (
    *("lights", "lights", "lights", "light", "lamp", "lamps", "blinds", "curtains", "fan"),
    *("thermostat", "heating", "shutters"),
)
"""Kinds of devices as people name them, as often as they do."""
SUBSTITUTED = 0.35
"""Share of the requests with a gap that are made of the speaker's own."""
_SWITCHING = frozenset(str.split("on off dim brighten brighter dimmer percent switch toggle"))
"""Words of templates that nobody says of anything but a device."""


def gap(rng: Random, home: Home, split: Split) -> Sentence:
    """One request with a gap, perhaps with others, as it is typed or heard."""
    lacks = rng.choices((Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE), weights=(40, 36, 24))[0]
    template = rng.choice(templates(lacks, split))
    name = _named(rng, lacks, split, home, template)
    made = substituted(rng, home, split, lacks, name) if rng.random() < SUBSTITUTED else None
    made = made or _filled(rng, home, template, name)
    made = replace(made, lacks=lacks, verdict=Verdict.GAP)
    made = courteous(rng, made)
    if rng.random() < 0.15:
        made = hesitant(rng, made)
    if rng.random() < 0.16:
        made = joined(rng, home, made, split)
    if rng.random() < 0.1:
        others = (setting_name(rng, split, home), _bare(group_name(rng, split, home)))
        made = replace(made, taught=tuple(o for o in others if o not in made.text))
    made = heard(rng, made)
    return typed(rng, made) if not made.confidences else made


def known_gap(rng: Random, home: Home, split: Split) -> Sentence:
    """The same, with what the home knows or an owner has taught in the place of the name."""
    lacks = rng.choices((Lacks.SETTING, Lacks.DEVICES, Lacks.PLACE), weights=(50, 30, 20))[0]
    template = rng.choice(templates(lacks, split))
    taught: tuple[str, ...] = ()
    if rng.random() < 0.3:
        name = _named(rng, lacks, split, home, template)
        taught = (_bare(name),)
    elif lacks is Lacks.SETTING:
        scenes = [d.name.lower() for d in home.devices if d.kind in ("scene", "script")]
        name = rng.choice(scenes if scenes and rng.random() < 0.3 else parts("values"))
    elif lacks is Lacks.DEVICES and home.devices:
        name = f"the {rng.choice(home.devices).name.lower()}"
    else:
        name = f"the {rng.choice(home.rooms).name.lower()}"
    made = _filled(rng, home, template, name)
    made = courteous(rng, replace(made, verdict=Verdict.CLEAR, gap=(0, 0), taught=taught))
    return typed(rng, made)


def absent(rng: Random, home: Home, split: Split) -> Sentence:
    """An ordinary device or room that everybody knows and this home lacks: no lesson helps."""
    style = rng.random()
    if style < 0.3:
        lacks, pool = Lacks.PLACE, listed("ordinary_rooms")
    elif style < 0.6:
        lacks, pool = Lacks.DEVICES, listed("products")
    else:
        names = ("switches", "switches", "players", "vacuums", "climates", "fans", "locks")
        lacks, pool = Lacks.DEVICES, tuple(lexicon()[rng.choice(names)])
    name = f"{rng.choice(('the ', 'the ', 'my ', ''))}{rng.choice(pool)}"
    made = _filled(rng, home, rng.choice(templates(lacks, split)), name)
    verdict = Verdict.CLEAR if known(name, home) else Verdict.BEYOND
    made = replace(made, gap=(0, 0), verdict=verdict)
    return typed(rng, courteous(rng, made))


def ordinary(rng: Random, home: Home, split: Split) -> Sentence:
    """A request that the speaker serves."""
    phrase = random_phrase(rng.choice(list(sources(otherwise=True))), rng, home, otherwise=True)
    phrase = dressed(phrase, rng)
    if rng.random() < 0.2:
        phrase = disfluent(phrase, rng, Filler(rng=rng, home=home, split=split))
    made = Sentence(words=tuple(phrase.text.split()), verdict=Verdict.CLEAR)
    if rng.random() < 0.3:
        return confident(rng, made)
    return typed(rng, made)


@cache
def templates(lacks: Lacks, split: Split) -> tuple[str, ...]:
    """Templates of a sort of gap; "test" gives those that training never sees."""
    found = (template for name in _TEMPLATES[lacks] for template in parts(name))
    return tuple(t for t in found if measured(t) == (split == "test"))


@cache
def parts(name: str) -> tuple[str, ...]:
    """A list of templates.yaml."""
    found: dict[str, list[str]] = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    return tuple(found[name])


def _named(rng: Random, lacks: Lacks, split: Split, home: Home, template: str) -> str:
    """A name that says nothing to this home."""
    while True:
        if lacks is Lacks.SETTING:
            name = setting_name(rng, split, home, headed=template in parts("headed"))
        elif lacks is Lacks.DEVICES:
            switched = bool(_SWITCHING & set(template.split()))
            name = group_name(rng, split, home, switched=switched)
        else:
            name = place_name(rng, split, home)
        if not known(name, home):
            return name


def _bare(name: str) -> str:
    """A name without its article."""
    head, _, rest = name.partition(" ")
    return rest if head in ("the", "my", "our", "a") and rest else name


def known(name: str, home: Home) -> bool:
    """Whether a name says something to this home, or is a value."""
    called = _bare(name)
    spelled = {n.lower() for d in home.devices for n in (d.name, *d.aliases)}
    spelled |= {n.lower() for r in home.rooms for n in (r.name, *r.aliases, r.floor or "")}
    valued = called in values.COLORS or tuple(called.split()) in values.KELVINS
    return called in spelled or valued or values.level(called.split()) is not None


def _filled(rng: Random, home: Home, template: str, name: str) -> Sentence:
    """A template with its gap and the names around it; `gap` is where the name stands."""
    said_area = rng.choice(home.rooms).name.lower()
    floors = [r.floor.lower() for r in home.rooms if r.floor]
    devices = [d.name.lower() for d in home.devices if d.kind in ("light", "fan", "cover")]
    names = {
        "kind": rng.choice(KINDS),
        "area": said_area,
        "floor": rng.choice(floors) if floors else "upstairs",
        "device": rng.choice(devices) if devices else "lamp",
    }
    names["kinds"] = f"{rng.choice(('the ', 'the ', 'all the ', 'my ', ''))}{rng.choice(KINDS)}"
    names["target"] = rng.choice(parts("targets")).format(**names)
    before, _, after = template.partition("[gap]")
    head, tail = before.format(**names).split(), after.format(**names).split()
    spoken = name.split()
    begin = len(head)
    if head[-1:] in (["the"], ["a"], ["some"]) and spoken[0] in ("the", "my", "our", "a"):
        head, begin = head[:-1], begin - 1
    bared = _bare(name).split()
    start = begin + len(spoken) - len(bared)
    return Sentence(words=(*head, *spoken, *tail), verdict=None, gap=(start, start + len(bared)))


def joined(rng: Random, home: Home, made: Sentence, split: Split) -> Sentence:
    """Said in one breath with a request that is understood."""
    names = ("HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition", "HassStartTimer")
    other = random_phrase(rng.choice(names), rng, home, split).text.split()
    joint = rng.choice(("and", "and", "and then", "then", "and also", "plus")).split()
    if rng.random() < 0.5:
        return around(made, (*other, *joint), ())
    return around(made, (), (*joint, *other))
