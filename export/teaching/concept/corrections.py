"""Answers that change what a question offered."""

from random import Random

from device.teaching.answer import Scope
from export.teaching.concept.asides import told
from export.teaching.concept.grammar import Piece, expand, lines, texts
from export.teaching.concept.sayings import Drawn, Settings, clause_of, other_clause, some_lamp
from export.teaching.concept.scenes import Scene, able
from export.teaching.concept.wording import (
    called,
    change,
    line_of,
    marked,
    put,
    some,
    worded,
)
from simulator.homes import Split


def offer(rng: Random, scene: Scene) -> Settings | None:
    """What a question could have offered."""
    found = Settings()
    devices = scene.about.devices
    model = rng.choice(devices) if devices else some_lamp(rng, scene)
    if model is None:
        return None
    for capability, value in some(rng, model):
        found.put(capability, value)
    others = [d for d in scene.home.devices if scene.named(d) and d.id not in scene.about.ids]
    if others and rng.random() < 0.4:
        device = rng.choice(others)
        for capability, value in some(rng, device)[:1]:
            found.put(capability, value, (scene.label(device),))
    return found if found.found else None


def correction(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """An answer that changes what the question offered."""
    found = offer(rng, scene)
    if found is None:
        return None
    proposed = found.meaning
    ways = (_instead, _stepped, _device, _else, _also, _without)
    made = rng.choices(ways, weights=(40, 10, 10, 8, 16, 16))[0](rng, scene, split, found)
    if made is None:
        return None
    pieces, scope = made
    return Drawn(
        kind="a correction",
        pieces=tuple(pieces),
        scope=scope,
        scene=scene,
        proposed=proposed,
        meaning=found.meaning if found.found else None,
    )


Made = tuple[list[Piece], Scope] | None


_NAMED = {"no": Scope.NO, "yes": Scope.YES, "none": Scope.DEFINES}


def _instead(rng: Random, scene: Scene, split: Split, found: Settings) -> Made:
    """Another value of something that was offered."""
    changing = [
        (key, v) for key, v in found.found.items() if not key[1] and key[0] not in ("power",)
    ]
    if not changing:
        return None
    (capability, labels), old = rng.choice(changing)
    device = next((d for d in scene.home.devices if able(d, capability)), None)
    fresh = [v for d in (device,) if d for c, v in some(rng, d) if c == capability and v != old]
    if not fresh:
        return None
    found.put(capability, fresh[0], labels)
    how = rng.choices(("no", "none", "yes"), weights=(55, 30, 15))[0]
    line = expand(rng.choice(lines(texts("definitions")["correcting"][how], split)), rng)
    new = worded(rng, split, capability, fresh[0])
    before = worded(rng, split, capability, old)
    if new.form == "verb":
        return None
    places = {
        "v": list(new.pieces),
        "old": [Piece(p.text, "denied" if p.label else "") for p in before.pieces],
    }
    return told(rng, scene, split, line, places), _NAMED[how]


def _stepped(rng: Random, scene: Scene, split: Split, found: Settings) -> Made:
    """More or less of what was offered."""
    sizes = {"brightness": 20, "volume": 10, "fan_speed": 25, "target_temperature": 1}
    of = {"target_temperature": "warmth"}
    known = [c for c, devices in found.found if not devices and c in sizes]
    if len(known) != 1:
        return None
    capability = known[0]
    up = rng.random() < 0.5
    said = change(rng, split, of.get(capability, capability), up)
    found.found.clear()  # how far is for the reader to say
    how = rng.choices(("no", "none", "yes"), weights=(30, 40, 30))[0]
    line = expand(rng.choice(lines(texts("definitions")["correcting"][how], split)), rng)
    if "{old}" in line:
        return None
    return told(rng, scene, split, line, {"v": list(said)}), _NAMED[how]


def _device(rng: Random, scene: Scene, split: Split, found: Settings) -> Made:
    """Another value of a device that was offered by its name."""
    named = [(c, d) for c, d in found.found if d]
    if not named:
        return None
    capability, labels = rng.choice(named)
    device = next(d for d in scene.home.devices if scene.label(d) == labels[0])
    old = found.found[capability, labels]
    fresh = [v for c, v in some(rng, device) if c == capability and v != old]
    if not fresh or not scene.named(device):
        return None
    found.put(capability, fresh[0], labels)
    clause = clause_of(rng, split, called(rng, scene, device), [(capability, fresh[0])])
    line = expand(rng.choice(lines(texts("definitions")["correcting"]["device"], split)), rng)
    first = line.split()[0]
    scope = {"no": Scope.NO, "nope": Scope.NO, "wrong": Scope.NO, "not": Scope.NO}.get(
        first, Scope.YES if first in ("yes", "right", "okay") else Scope.DEFINES
    )
    scope = Scope.NO if first in ("almost", "nearly") else scope
    return told(rng, scene, split, line, {"d": clause}), scope


def _else(rng: Random, scene: Scene, split: Split, found: Settings) -> Made:
    """No, and something of another kind in place of all that was offered."""
    taken = {c for c, _ in found.found}
    model = some_lamp(rng, scene)
    if scene.about.kind not in ("light", "") or model is None or taken & {"power"}:
        return None
    fresh = [
        (c, v)
        for c, v in some(rng, model)
        if c not in taken and c in ("brightness", "color", "color_temperature")
    ]
    tones = {"color", "color_temperature"}
    if not fresh or (fresh[0][0] in tones and taken & tones):
        return None
    found.found.clear()
    found.put(*fresh[0])
    line = expand(rng.choice(lines(texts("definitions")["correcting"]["no"], split)), rng)
    if "{old}" in line:
        return None
    new = worded(rng, split, *fresh[0])
    return told(rng, scene, split, line, {"v": list(new.pieces)}), Scope.NO


def _also(rng: Random, scene: Scene, split: Split, found: Settings) -> Made:
    """Something besides."""
    clause = other_clause(rng, scene, split, found)
    if clause is None:
        return None
    line = line_of(rng, split, "definitions", "adding")
    pieces = [
        p
        for piece in put(line, {"d": clause})
        for p in ([piece] if piece.label else marked(piece.text, "also"))
    ]
    style = rng.random()
    if style < 0.25:
        return [Piece(rng.choice(("yes", "yeah", "right", "that's right"))), *pieces], Scope.YES
    if style < 0.4:
        return [Piece(rng.choice(("no", "not quite", "almost"))), *pieces], Scope.NO
    return pieces, Scope.DEFINES


_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "brightness": ("brightness",),
    "color": ("color", "colour"),
    "target_temperature": ("temperature",),
    "volume": ("volume",),
    "fan_speed": ("speed",),
}


def _without(rng: Random, scene: Scene, split: Split, found: Settings) -> Made:
    """Less than was offered."""
    if len(found.found) < 2:
        return None
    capability, labels = rng.choice([*found.found])
    value = found.found.pop((capability, labels))
    if not labels and any(c == capability for c, _ in found.found):
        return None
    article = rng.choice(("the", "the", "any", ""))
    if labels:
        device = next(d for d in scene.home.devices if scene.label(d) == labels[0])
        pieces = called(rng, scene, device)[:2]
        pieces = [Piece(p.text, "denied" if p.label else "") for p in pieces]
    elif capability == "color" and rng.random() < 0.4:
        pieces = [Piece(str(value), "denied")]
    elif capability in _ATTRIBUTES:
        word = Piece(rng.choice(_ATTRIBUTES[capability]), "denied")
        pieces = [Piece(article), word] if article else [word]
    else:
        return None
    made = told(rng, scene, split, line_of(rng, split, "definitions", "taking"), {"x": pieces})
    style = rng.random()
    if style < 0.25:
        return [Piece(rng.choice(("yes", "yeah", "okay", "right"))), *made], Scope.YES
    if style < 0.6:
        return [Piece(rng.choice(("no", "no", "not quite"))), *made], Scope.NO
    return made, Scope.DEFINES
