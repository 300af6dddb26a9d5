"""Answers with what they mean, as people would give them in a lesson."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from device.concepts import Meaning, Setting
from device.context import Device
from device.events import Value
from device.nlu.places import room_named
from device.nlu.targets import PLAIN
from device.teaching.aims import aim
from device.teaching.answer import Scope
from device.teaching.gap import Lacks
from device.teaching.standing import as_they_are
from export.teaching.concept.asides import told
from export.teaching.concept.grammar import Piece, expand, lines, texts
from export.teaching.concept.scenes import Scene, able
from export.teaching.concept.wording import (
    Worded,
    called,
    change,
    kind_called,
    line_of,
    marked,
    put,
    some,
    strange,
    worded,
)
from simulator.disfluency import EDITS
from simulator.homes import Split, words

SLIPS = 0.07
"""Share of definitions in which somebody says a wrong value first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An answer, and what it means."""

    kind: str
    """For the figures: what sort of answer it is."""
    pieces: tuple[Piece, ...]
    scope: Scope
    scene: Scene
    proposed: Meaning | None = None
    meaning: Meaning | None = None
    problem: bool = False
    """Whether it defines something that cannot be."""


@dataclass(slots=True)
class _Settings:
    """Settings as they are said one after the other."""

    found: dict[tuple[str, tuple[str, ...]], Value] = field(default_factory=dict)

    def put(self, capability: str, value: Value, devices: tuple[str, ...] = ()) -> None:
        self.found[capability, devices] = value

    @property
    def meaning(self) -> Meaning:
        return Meaning(
            settings=tuple(
                Setting(capability=c, value=v, devices=d) for (c, d), v in self.found.items()
            )
        )


def definition(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """An answer that defines; None where this home has nothing to say it with."""
    lacks = scene.gap.lacks
    if lacks is Lacks.DEVICES and rng.random() < 0.85:
        return _devices(rng, scene, split)
    if lacks is Lacks.PLACE and rng.random() < 0.9:
        return _place(rng, scene, split)
    style = rng.random()
    if style < 0.07:
        return _now(rng, scene, split)
    if style < 0.17 and scene.context.taught:
        return _like(rng, scene, split)
    if style < 0.20:
        return _changed(rng, scene, split)
    if style < 0.23:
        return _strange(rng, scene, split)
    return _settings(rng, scene, split)


def _strange(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """A device that nobody knows."""
    target = strange(rng, scene, split)
    if target is None:
        return None
    levels = [("brightness", rng.choice(range(10, 101, 5))), ("power", rng.choice(("on", "off")))]
    clause = _clause(rng, split, target, [rng.choice(levels)])
    return Drawn(
        kind="unknown devices",
        pieces=tuple(_outside(rng, scene, split, clause)),
        scope=Scope.DEFINES,
        scene=scene,
        problem=True,
    )


def _settings(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """One to three clauses."""
    found = _Settings()
    count = rng.choices((1, 2, 3), weights=(62, 30, 8))[0]
    pieces: list[Piece] = []
    for at in range(count):
        own = bool(scene.about.devices) and at == 0 and rng.random() < 0.8
        own = own or (not scene.about.devices and at == 0 and rng.random() < 0.35)
        clause = _own(rng, scene, split, found) if own else _other(rng, scene, split, found)
        if clause is None:
            continue
        if pieces:
            pieces += _joiner(rng)
        pieces += clause
    if not pieces:
        return None
    kind = ("one setting", "several settings")[len(found.found) > 1]
    kind = "several devices" if len({d for _, d in found.found}) > 1 else kind
    return Drawn(
        kind=kind,
        pieces=tuple(_outside(rng, scene, split, pieces)),
        scope=Scope.DEFINES,
        scene=scene,
        meaning=found.meaning,
    )


def _joiner(rng: Random) -> list[Piece]:
    line = rng.choice(texts("definitions")["joiners"])
    parts = line.replace(",", " , ").split()
    return [Piece(parts[0], "clause"), *(Piece(part) for part in parts[1:])] if parts else []


def _outside(rng: Random, scene: Scene, split: Split, inner: Sequence[Piece]) -> list[Piece]:
    """The definition in the sentence around it."""
    table = texts("definitions")
    bare = rng.random() < 0.22
    outer = "{d}" if bare else expand(rng.choice(lines(table["outer"], split)), rng)
    pieces = told(rng, scene, split, outer, {"d": list(inner)})
    after = "" if bare and rng.random() < 0.7 else expand(rng.choice(table["after"]), rng)
    if after:
        pieces += told(rng, scene, split, after, {})
    return pieces


def _own(rng: Random, scene: Scene, split: Split, found: _Settings) -> list[Piece] | None:
    """What the request is about, with or without naming it."""
    devices = scene.about.devices
    model = rng.choice(devices) if devices else _some_lamp(rng, scene)
    if model is None:
        return None
    values = [
        (c, v)
        for c, v in some(rng, model)
        if devices or c in ("brightness", "color", "color_temperature")
    ]
    if not values:
        return None
    for capability, value in values:
        found.put(capability, value)
    target: list[Piece] | None = None
    if rng.random() < 0.4:
        if len(devices) == 1 and scene.named(model) and rng.random() < 0.6:
            target = called(rng, scene, model)
        elif not devices or {d.kind for d in devices} == {model.kind}:
            target = _kind_alike(rng, model, devices)
            room = scene.about.rooms[0] if scene.about.rooms and devices else None
            if target and room and rng.random() < 0.2 and len({d.room for d in devices}) == 1:
                target = [*target, Piece("in the"), Piece(room.lower(), "area")]
                if not _all_of_room(scene, model, room):
                    target = target[:-2]
    return _clause(rng, split, target, values)


def _kind_alike(
    rng: Random, model: Device, devices: Sequence[Device]
) -> list[Piece] | None:
    """A word for the kind that fits all the devices; of covers all are of one class."""
    if model.kind == "cover" and len({d.device_class for d in devices}) > 1:
        return None
    return kind_called(rng, model)


def _all_of_room(scene: Scene, model: Device, room: str) -> bool:
    here = {d.id for d in scene.home.devices if d.kind == model.kind and d.room == room}
    return here == scene.about.ids


def _some_lamp(rng: Random, scene: Scene) -> Device | None:
    pool = [d for d in scene.home.devices if d.kind == "light"]
    return rng.choice(pool) if pool else None


def _other(rng: Random, scene: Scene, split: Split, found: _Settings) -> list[Piece] | None:
    """Other devices beside what the request is about: by name, or all of a kind."""
    if rng.random() < 0.22:
        clause = _kind(rng, scene, split, found)
        if clause is not None:
            return clause
    taken = {label for _, labels in found.found for label in labels}
    if any(not labels for _, labels in found.found) and len(scene.about.devices) == 1:
        taken.add(scene.label(scene.about.devices[0]))
    pool = [
        d
        for d in scene.home.devices
        if scene.named(d) and scene.label(d) not in taken and some(rng, d)
    ]
    near = [d for d in pool if d.room in scene.about.rooms]
    pool = near if near and rng.random() < 0.92 else pool
    if not pool:
        return None
    first = rng.choice(pool)
    same = [d for d in pool if d.kind == first.kind and d is not first]
    named = [first, rng.choice(same)] if same and rng.random() < 0.18 else [first]
    values = some(rng, first)
    values = [(c, v) for c, v in values if all(able(d, c) for d in named)]
    if not values:
        return None
    for device in named:
        labels = () if {device.id} == scene.about.ids else (scene.label(device),)
        for capability, value in values:
            found.put(capability, value, labels)
    target = called(rng, scene, named[0])
    if len(named) > 1:
        target = [*target, Piece(rng.choice(("and", "and", "and also", ","))), *called(rng, scene, named[1])]
        if rng.random() < 0.15:
            target.append(Piece(rng.choice(("both", "together", "each"))))
    return _clause(rng, split, target, values)


def _kind(rng: Random, scene: Scene, split: Split, found: _Settings) -> list[Piece] | None:
    """All devices of one kind in the rooms that the request is about, or everything there."""
    here = [d for d in scene.home.devices if d.room in scene.about.rooms]
    if not scene.about.rooms or found.found or not here:
        return None
    if rng.random() < 0.3:
        devices = [d for d in here if d.kind in PLAIN]
        target = [Piece(rng.choice(("everything", "everything", "all devices")), "target")]
        if rng.random() < 0.2:
            target.append(Piece(rng.choice(("else", "in here", "here"))))
        values: list[tuple[str, Value]] = [("power", rng.choice(("off", "off", "on")))]
        if {d.id for d in devices} == scene.about.ids or any(
            able(d, "power") is None for d in devices
        ):
            return None
    else:
        kinds = sorted({d.kind for d in here} - {scene.about.kind, "switch", "sensor", "lock"})
        if not kinds:
            return None
        kind = rng.choice(kinds)
        devices = [d for d in here if d.kind == kind]
        if len({d.device_class for d in devices}) > 1 and kind != "light":
            return None
        called_so = kind_called(rng, devices[0])
        values = some(rng, devices[0])
        if called_so is None or not values or not all(able(d, c) for d in devices for c, _ in values):
            return None
        own = aim(called_so[-1].text, None, scene.about, scene.context)
        if {d.id for d in own.devices} != {d.id for d in devices}:
            return None  # a device is called so
        target = called_so
        if not scene.about.devices and values[0][0] in ("brightness", "color", "color_temperature"):
            return None
        if not scene.about.devices and values[0][0] in ("target_temperature", "fan_speed", "volume"):
            return None
    for device in devices:
        for capability, value in values:
            found.put(capability, value, (scene.label(device),))
    return _clause(rng, split, target, values)


def _clause(
    rng: Random,
    split: Split,
    target: list[Piece] | None,
    values: Sequence[tuple[str, Value]],
) -> list[Piece]:
    """Devices and values as one clause."""
    said = [worded(rng, split, c, v) for c, v in values]
    if len(said) > 1 and any(w.form == "verb" for w in said):
        said = [worded(rng, split, c, v) for c, v in values if c != "position"] or said[:1]
    table = texts("definitions")
    first = said[0]
    inner = _listed(rng, split, said)
    if target is None:
        if first.form == "verb":
            return [*first.pieces, Piece(rng.choice(("it", "them")))]
        if first.form == "power" and rng.random() < 0.6:
            return put(rng.choice(("turn it {p}", "switch it {p}", "turned {p}", "switched {p}", "turn {p}")), {"p": inner})
        return put(expand(rng.choice(lines(table["clause_bare"], split)), rng), {"v": inner})
    places = {"t": target, "v": inner, "p": inner, "s": inner, "c": list(first.pieces)}
    name = {"power": "clause_power", "state": "clause_state", "verb": "clause_verb"}.get(
        first.form, "clause_with_target"
    )
    if first.capability == "brightness" and first.form == "value" and rng.random() < 0.12:
        name = "clause_dim"
    return put(expand(rng.choice(lines(table[name], split)), rng), places)


def _listed(rng: Random, split: Split, said: Sequence[Worded]) -> list[Piece]:
    """Values one after the other, now and then with a slip."""
    pieces: list[Piece] = []
    for at, one in enumerate(said):
        if at:
            link = rng.choice(("and", "and", "and", "", ",", "with", "but"))
            pieces += [Piece(link)] if link else []
        if rng.random() < SLIPS:
            pieces += _slip(rng, split, one)
        pieces += one.pieces
        if one.capability == "color" and rng.random() < 0.05:
            other = rng.choice([c for c in ("blue", "red", "green", "white") if c != one.value])
            pieces += [Piece(rng.choice(("not", "and not", "but not", ", not"))), Piece(other, "denied")]
    return pieces


def _slip(rng: Random, split: Split, meant: Worded) -> list[Piece]:
    """Another value first, and the words that take it back."""
    if not isinstance(meant.value, int | float) or meant.form != "value":
        return []
    wrong = worded(rng, split, meant.capability, rng.choice(range(10, 91, 10)))
    edit = rng.choice(EDITS)
    text = " ".join(p.text for p in wrong.pieces)
    comma = "," if rng.random() < 0.3 else ""
    return [Piece(f"{text}{comma} {rng.choice(('', '', 'uh ', 'no '))}{edit}{comma}")]


def _devices(rng: Random, scene: Scene, split: Split) -> Drawn | None:
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


def _place(rng: Random, scene: Scene, split: Split) -> Drawn:
    """A name for a room."""
    room = rng.choice(scene.home.rooms)
    said = rng.choice((room.name, *room.aliases)).lower()
    strangers = [r for r in words("rooms", split) if room_named(r, scene.context) is None]
    foreign = rng.random() < 0.1 and bool(strangers)
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


def _now(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """By example: as it is now."""
    devices = scene.about.devices
    line = line_of(rng, split, "definitions", "now")
    target: list[Piece] = []
    if "{t}" in line:
        alike = len({d.kind for d in devices}) == 1 and bool(devices)
        made = _kind_alike(rng, devices[0], devices) if alike else None
        if made is None:
            return None
        target = made
    settings = as_they_are(devices, scene.context, same=True)
    inner = [
        part
        for piece in put(line, {"t": target})
        for part in ([piece] if piece.label else marked(piece.text, "now"))
    ]
    pieces = _outside(rng, scene, split, inner) if rng.random() < 0.4 else inner
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
    if name == scene.gap.words or _some_lamp(rng, scene) is None:
        return None
    found = _Settings()
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
        but = put(line_of(rng, split, "definitions", "but"), {"v": list(change(rng, split, "brightness", up))})
    line = line_of(rng, split, "definitions", "like")
    inner = told(rng, scene, split, line, {"c": pieces, "but": but})
    return Drawn(
        kind="like another",
        pieces=tuple(_outside(rng, scene, split, inner) if rng.random() < 0.2 else inner),
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
        pieces=tuple(_outside(rng, scene, split, pieces)),
        scope=Scope.DEFINES,
        scene=scene,
    )


def offer(rng: Random, scene: Scene) -> _Settings | None:
    """What a question could have offered."""
    found = _Settings()
    devices = scene.about.devices
    model = rng.choice(devices) if devices else _some_lamp(rng, scene)
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


def _instead(rng: Random, scene: Scene, split: Split, found: _Settings) -> Made:
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


def _stepped(rng: Random, scene: Scene, split: Split, found: _Settings) -> Made:
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


def _device(rng: Random, scene: Scene, split: Split, found: _Settings) -> Made:
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
    clause = _clause(rng, split, called(rng, scene, device), [(capability, fresh[0])])
    line = expand(rng.choice(lines(texts("definitions")["correcting"]["device"], split)), rng)
    first = line.split()[0]
    scope = {"no": Scope.NO, "nope": Scope.NO, "wrong": Scope.NO, "not": Scope.NO}.get(
        first, Scope.YES if first in ("yes", "right", "okay") else Scope.DEFINES
    )
    scope = Scope.NO if first in ("almost", "nearly") else scope
    return told(rng, scene, split, line, {"d": clause}), scope


def _else(rng: Random, scene: Scene, split: Split, found: _Settings) -> Made:
    """No, and something of another kind in place of all that was offered."""
    taken = {c for c, _ in found.found}
    model = _some_lamp(rng, scene)
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


def _also(rng: Random, scene: Scene, split: Split, found: _Settings) -> Made:
    """Something besides."""
    clause = _other(rng, scene, split, found)
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


def _without(rng: Random, scene: Scene, split: Split, found: _Settings) -> Made:
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


def other_scope(rng: Random, scene: Scene, split: Split, scope: Scope) -> Drawn:
    """An answer that defines nothing, from the templates."""
    line = line_of(rng, split, "scopes", str(scope))
    far = [
        d.name.lower()
        for d in scene.home.devices
        if d.room not in scene.about.rooms and d.id not in scene.about.ids
    ]
    if "{far}" in line and not far:
        line = "what time is it"
    pieces = told(rng, scene, split, line, {"far": [Piece(rng.choice(far or [""]))]})
    proposed = offer(rng, scene) if rng.random() < 0.4 else None
    return Drawn(
        kind=str(scope),
        pieces=tuple(pieces),
        scope=scope,
        scene=scene,
        proposed=None if proposed is None else proposed.meaning,
    )

