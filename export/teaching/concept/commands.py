"""Commands as answers: "turn on the fan", "dim the desk lamp"."""

from collections.abc import Callable, Sequence
from random import Random

from device.concepts import Meaning
from device.teaching.answer import Scope
from device.teaching.gap import Lacks
from export.teaching.concept.grammar import Piece, expand
from export.teaching.concept.sayings import (
    Drawn,
    Settings,
    clause_of,
    kind_alike,
)
from export.teaching.concept.scenes import Scene
from export.teaching.concept.wording import (
    called,
    marked,
    put,
    some,
)
from simulator.homes import Split

Outside = Callable[[Random, Scene, Split, Sequence[Piece]], list[Piece]]
"""Puts a definition into the sentence around it."""

_POLITE = (
    *("", "", "", "", "please ", "you could ", "you should ", "you can ", "just ", "then "),
    *(
        "can you ",
        "could you ",
        "i want you to ",
        "maybe ",
        "well ",
        "i'd like you to ",
        "then you ",
    ),
)
_COVERS = ("curtains", "blinds", "shades", "shutters", "curtain", "blind", "awning", "window")


def command(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """What to do about how it is: a plain command, for any device of the home."""
    pool = [d for d in scene.home.devices if scene.named(d) and some(rng, d)]
    near = [d for d in pool if d.room in scene.about.rooms]
    pool = near if scene.gap.lacks is not Lacks.NEED else pool
    if not pool:
        return None
    device = rng.choice(pool)
    values = some(rng, device)
    meaning: Meaning | None = None
    if device.kind == "cover" and rng.random() < 0.6:
        room = [Piece("in the"), Piece(str(device.room).lower(), "area")]
        target = [Piece("the"), Piece(rng.choice(_COVERS), "target")]
        target += room if rng.random() < 0.2 else []
    else:
        target = called(rng, scene, device)
        labels = scene.labels(device)
        found = Settings()
        for capability, value in values:
            found.put(capability, value, labels)
        meaning = found.meaning
    clause = clause_of(rng, split, target, values)
    before = rng.choice(_POLITE).strip()
    after = rng.choice(("", "", "", "please", "then", "for me", "a moment", "would help"))
    pieces = [*([Piece(before)] if before else []), *clause, *([Piece(after)] if after else [])]
    return Drawn(
        kind="a command", pieces=tuple(pieces), scope=Scope.DEFINES, scene=scene, meaning=meaning
    )


def turned(rng: Random, scene: Scene, split: Split, outside: Outside) -> Drawn | None:
    """A change as a verb: "dim the desk lamp", "turn up the radio"."""
    pool = [d for d in scene.home.devices if scene.named(d) and d.kind in _TURNS]
    near = [d for d in pool if d.room in scene.about.rooms]
    pool = near if near and scene.gap.lacks is not Lacks.NEED else pool
    if not pool:
        return None
    device = rng.choice(pool)
    line = expand(rng.choice(_TURNS[device.kind]), rng)
    target = called(rng, scene, device)
    if rng.random() < 0.3:
        target = kind_alike(rng, device, [device]) or target
    pieces = [
        part
        for piece in put(line, {"t": target})
        for part in ([piece] if piece.label else marked(piece.text, "step"))
    ]
    return Drawn(
        kind="a change",
        pieces=tuple(outside(rng, scene, split, pieces)),
        scope=Scope.DEFINES,
        scene=scene,
    )


_TURNS: dict[str, tuple[str, ...]] = {
    "light": (
        *("<dim> {t}", "<dim> {t} <a bit>", "<brighten> {t}", "turn {t} <(up|down)>"),
        *("turn <(up|down)> {t}", "make {t} <(a bit |)(brighter|dimmer|darker)>"),
        "turn {t} <(up|down) a (bit|little)>",
    ),
    "media_player": (
        *("turn {t} <(up|down)>", "turn <(up|down)> {t}", "make {t} <(louder|quieter)>"),
        "turn {t} <(up|down) a (bit|little)>",
    ),
    "climate": (
        *("turn {t} <(up|down)>", "turn <(up|down)> {t}", "turn {t} <(up|down) a (bit|degree)>"),
    ),
    "fan": ("turn {t} <(up|down)>", "turn <(up|down)> {t}", "make {t} <(faster|slower)>"),
}
