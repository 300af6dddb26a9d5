"""Names for devices and rooms, as people explain them."""

from random import Random

from device.concepts import Meaning
from device.nlu.places import room_named
from device.teaching.answer import Scope
from export.teaching.concept.asides import told
from export.teaching.concept.grammar import Piece
from export.teaching.concept.sayings import (
    Drawn,
)
from export.teaching.concept.scenes import Scene
from export.teaching.concept.wording import (
    called,
    line_of,
    strange,
)
from simulator.homes import Split, words


def devices_named(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """A name for one device or several."""
    pool = [d for d in scene.home.devices if scene.named(d) and d.kind not in ("scene", "script")]
    if not pool:
        return None
    count = min(len(pool), rng.choices((1, 2, 3), weights=(45, 40, 15))[0])
    chosen = rng.sample(pool, count)
    pieces: list[Piece] = []
    for at, device in enumerate(chosen):
        if at:
            pieces.append(Piece("and" if at == count - 1 else rng.choice((",", "and"))))
        pieces += called(rng, scene, device)
    labels = tuple(scene.label(d) for d in chosen)
    foreign = strange(rng, scene, split) if rng.random() < 0.1 else None
    pieces = foreign or pieces
    line = line_of(rng, split, "definitions", "naming_devices")
    return Drawn(
        kind="names of devices",
        pieces=tuple(told(rng, scene, split, line, {"x": pieces})),
        scope=Scope.DEFINES,
        scene=scene,
        meaning=None if foreign else Meaning(devices=labels),
        problem=foreign is not None,
    )


def place_named(rng: Random, scene: Scene, split: Split) -> Drawn:
    """A name for a room."""
    room = rng.choice(scene.home.rooms)
    said = rng.choice((room.name, *room.aliases)).lower()
    strangers = [r for r in words("rooms", split) if room_named(r, scene.context) is None]
    foreign = rng.random() < 0.3 and bool(strangers)
    said = rng.choice(strangers) if foreign else said
    article = rng.choice(("the", "the", "my", "our", ""))
    pieces = [*([Piece(article)] if article else []), Piece(said, "area")]
    line = line_of(rng, split, "definitions", "naming_places")
    return Drawn(
        kind="names of rooms",
        pieces=tuple(told(rng, scene, split, line, {"x": pieces})),
        scope=Scope.DEFINES,
        scene=scene,
        meaning=None if foreign else Meaning(area=room.name),
        problem=foreign,
    )
