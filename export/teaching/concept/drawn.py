"""Answers with what they mean, as people would give them in a lesson."""

from collections.abc import Sequence
from random import Random

from device.concepts import Meaning
from device.teaching.answer import Scope
from device.teaching.gap import Lacks
from device.teaching.standing import as_they_are
from export.teaching.concept.asides import told
from export.teaching.concept.commands import command, turned
from export.teaching.concept.everything import everything
from export.teaching.concept.grammar import Piece, expand, lines, texts
from export.teaching.concept.naming import devices_named, place_named
from export.teaching.concept.sayings import (
    Drawn,
    Settings,
    clause_of,
    kind_alike,
    other_clause,
    own_clause,
    some_lamp,
)
from export.teaching.concept.scenes import Scene
from export.teaching.concept.wording import (
    change,
    line_of,
    marked,
    put,
    strange,
    worded,
)
from simulator.homes import Split


def definition(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """An answer that defines; None where this home has nothing to say it with."""
    lacks = scene.gap.lacks
    if lacks is Lacks.DEVICES and rng.random() < 0.85:
        return devices_named(rng, scene, split)
    if lacks is Lacks.PLACE and rng.random() < 0.9:
        return place_named(rng, scene, split)
    if rng.random() < (0.6 if lacks is Lacks.NEED else 0.03):
        return command(rng, scene, split)
    style = rng.random()
    if style < 0.08:
        return _now(rng, scene, split)
    if style < 0.17 and scene.context.taught:
        return _like(rng, scene, split)
    if style < 0.19:
        return _changed(rng, scene, split)
    if style < 0.22:
        return turned(rng, scene, split, outside)
    if style < 0.24:
        return _strange(rng, scene, split)
    if style < 0.33:
        return everything(rng, scene, split)
    return _settings(rng, scene, split)


def _strange(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """A device that nobody knows."""
    target = strange(rng, scene, split)
    if target is None:
        return None
    levels = [("brightness", rng.choice(range(10, 101, 5))), ("power", rng.choice(("on", "off")))]
    clause = clause_of(rng, split, target, [rng.choice(levels)])
    return Drawn(
        kind="unknown devices",
        pieces=tuple(outside(rng, scene, split, clause)),
        scope=Scope.DEFINES,
        scene=scene,
        problem=True,
    )


def _settings(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """One to three clauses."""
    found = Settings()
    count = rng.choices((1, 2, 3), weights=(62, 30, 8))[0]
    pieces: list[Piece] = []
    for at in range(count):
        own = bool(scene.about.devices) and at == 0 and rng.random() < 0.8
        own = own or (not scene.about.devices and at == 0 and rng.random() < 0.35)
        clause = (
            own_clause(rng, scene, split, found) if own else other_clause(rng, scene, split, found)
        )
        if clause is None:
            continue
        if pieces:
            clause = _joined(rng, clause)
        pieces += clause
    if not pieces:
        return None
    kind = ("one setting", "several settings")[len(found.found) > 1]
    kind = "several devices" if len({d for _, d in found.found}) > 1 else kind
    return Drawn(
        kind=kind,
        pieces=tuple(outside(rng, scene, split, pieces)),
        scope=Scope.DEFINES,
        scene=scene,
        meaning=found.meaning,
    )


def _joined(rng: Random, clause: list[Piece]) -> list[Piece]:
    """A further clause; where nothing joins it, it begins with its first word."""
    line = rng.choice(texts("definitions")["joiners"])
    parts = line.replace(",", " , ").split()
    if parts:
        return [Piece(parts[0], "clause"), *(Piece(part) for part in parts[1:]), *clause]
    first, _, rest = clause[0].text.partition(" ")
    if clause[0].label:
        return clause
    return [Piece(first, "clause"), *([Piece(rest)] if rest else []), *clause[1:]]


def outside(rng: Random, scene: Scene, split: Split, inner: Sequence[Piece]) -> list[Piece]:
    """The definition in the sentence around it."""
    table = texts("definitions")
    bare = rng.random() < 0.22
    outer = "{d}" if bare else expand(rng.choice(lines(table["outer"], split)), rng)
    pieces = told(rng, scene, split, outer, {"d": list(inner)})
    after = "" if bare and rng.random() < 0.7 else expand(rng.choice(table["after"]), rng)
    if after:
        pieces += told(rng, scene, split, after, {})
    return pieces


def _now(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """By example: as it is now."""
    devices = scene.about.devices
    line = line_of(rng, split, "definitions", "now")
    target: list[Piece] = []
    if "{t}" in line:
        alike = len({d.kind for d in devices}) == 1 and bool(devices)
        made = kind_alike(rng, devices[0], devices) if alike else None
        if made is None:
            return None
        target = made
    settings = as_they_are(devices, scene.context, same=True)
    inner = [
        part
        for piece in put(line, {"t": target})
        for part in ([piece] if piece.label else marked(piece.text, "now"))
    ]
    pieces = outside(rng, scene, split, inner) if rng.random() < 0.4 else inner
    return Drawn(
        kind="as it is now",
        pieces=tuple(pieces),
        scope=Scope.DEFINES,
        scene=scene,
        meaning=Meaning(settings=settings) if devices and settings else None,
    )


def _like(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """By reference to what was taught before."""
    concept = rng.choice(scene.context.concepts)
    name = concept.name
    if name == scene.gap.words or some_lamp(rng, scene) is None:
        return None
    found = Settings()
    for setting in concept.meaning.settings:
        found.put(setting.capability, setting.value)
    pieces = [Piece(name, "concept")]
    but: list[Piece] = []
    style = rng.random()
    if style < 0.35:
        level = rng.choice(range(5, 101, 5))
        found.put("brightness", level)
        said = worded(rng, split, "brightness", level)
        but = put(line_of(rng, split, "definitions", "but"), {"v": list(said.pieces)})
    elif style < 0.6:
        up = rng.random() < 0.5
        but = put(
            line_of(rng, split, "definitions", "but"),
            {"v": list(change(rng, split, "brightness", up))},
        )
    line = line_of(rng, split, "definitions", "like")
    inner = told(rng, scene, split, line, {"c": pieces, "but": but})
    return Drawn(
        kind="like another",
        pieces=tuple(outside(rng, scene, split, inner) if rng.random() < 0.2 else inner),
        scope=Scope.DEFINES,
        scene=scene,
        meaning=None if 0.35 <= style < 0.6 else found.meaning,
    )


def _changed(rng: Random, scene: Scene, split: Split) -> Drawn:
    """A change of how it stands now."""
    kind = scene.about.kind
    of = {"light": "brightness", "climate": "warmth", "fan": "fan_speed", "media_player": "volume"}
    pieces = list(change(rng, split, of.get(kind, "any"), rng.random() < 0.5))
    ending = rng.choice(("than now", "than it is now", "than right now", "", ""))
    if ending:
        first, _, last = ending.rpartition(" ")
        pieces += [Piece(first), Piece(last, "now")]
    return Drawn(
        kind="a change",
        pieces=tuple(outside(rng, scene, split, pieces)),
        scope=Scope.DEFINES,
        scene=scene,
    )
