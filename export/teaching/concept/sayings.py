"""Devices and values as clauses, with what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from device.concepts import Meaning, Setting
from device.context import Device
from device.events import Value
from device.nlu.targets import PLAIN
from device.teaching.abilities import OWN
from device.teaching.aims import aim
from device.teaching.answer import Scope
from device.teaching.gap import Lacks
from export.teaching.concept.grammar import Piece, expand, lines, texts
from export.teaching.concept.scenes import COLORS, Scene, able
from export.teaching.concept.wording import (
    Worded,
    called,
    kind_called,
    put,
    some,
    worded,
)
from simulator.disfluency import EDITS
from simulator.homes import Split

REPAIRS = 0.04
"""Share of clauses that are said wrong first."""
COVERS = 0.2
"""How often another device is some blind or curtain, where there is one."""
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
class Settings:
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


def own_clause(rng: Random, scene: Scene, split: Split, found: Settings) -> list[Piece] | None:
    """What the request is about, with or without naming it."""
    devices = scene.about.devices
    model = rng.choice(devices) if devices else some_lamp(rng, scene)
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
        if scene.about.by_name and scene.named(model) and rng.random() < 0.6:
            target = called(rng, scene, model)
        elif not devices or {d.kind for d in devices} == {model.kind}:
            target = kind_alike(rng, model, devices)
            room = scene.about.rooms[0] if scene.about.rooms and devices else None
            if target and room and rng.random() < 0.2 and len({d.room for d in devices}) == 1:
                target = [*target, Piece("in the"), Piece(room.lower(), "area")]
                if not _all_of_room(scene, model, room):
                    target = target[:-2]
    return clause_of(rng, split, target, values)


def kind_alike(rng: Random, model: Device, devices: Sequence[Device]) -> list[Piece] | None:
    """A word for the kind that fits all the devices; of covers all are of one class."""
    if model.kind == "cover" and len({d.device_class for d in devices}) > 1:
        return None
    return kind_called(rng, model)


def _all_of_room(scene: Scene, model: Device, room: str) -> bool:
    here = {d.id for d in scene.home.devices if d.kind == model.kind and d.room == room}
    return here == scene.about.ids


def some_lamp(rng: Random, scene: Scene) -> Device | None:
    """Any lamp of the home."""
    pool = [d for d in scene.home.devices if d.kind == "light"]
    return rng.choice(pool) if pool else None


def other_clause(rng: Random, scene: Scene, split: Split, found: Settings) -> list[Piece] | None:
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
    far = scene.gap.lacks is Lacks.NEED and rng.random() < 0.4
    pool = near if near and not far and rng.random() < 0.92 else pool
    if not pool:
        return None
    covers = [d for d in pool if d.kind == "cover"]
    first = rng.choice(covers if covers and rng.random() < COVERS else pool)
    same = [d for d in pool if d.kind == first.kind and d is not first]
    named = [first, rng.choice(same)] if same and rng.random() < 0.18 else [first]
    values = some(rng, first)
    values = [(c, v) for c, v in values if all(able(d, c) for d in named)]
    if not values:
        return None
    for device in named:
        labels = scene.labels(device)
        for capability, value in values:
            found.put(capability, value, labels)
    target = called(rng, scene, named[0])
    if len(named) > 1:
        target = [
            *target,
            Piece(rng.choice(("and", "and", "and also", ","))),
            *called(rng, scene, named[1]),
        ]
        if rng.random() < 0.15:
            target.append(Piece(rng.choice(("both", "together", "each"))))
    return clause_of(rng, split, target, values)


def _kind(rng: Random, scene: Scene, split: Split, found: Settings) -> list[Piece] | None:
    """All devices of one kind in the rooms that the request is about, or everything there."""
    here = [d for d in scene.home.devices if d.room in scene.about.rooms]
    if not scene.about.rooms or not here:
        return None
    if rng.random() < 0.3:
        if found.found:
            return None
        devices = [d for d in here if d.kind in PLAIN]
        target = [Piece(rng.choice(("everything", "everything", "all devices")), "target")]
        if rng.random() < 0.2:
            target.append(Piece(rng.choice(("in here", "here"))))
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
        if {scene.label(d) for d in devices} & {n for _, labels in found.found for n in labels}:
            return None
        called_so = kind_called(rng, devices[0])
        values = some(rng, devices[0])
        if (
            called_so is None
            or not values
            or any((c, ()) in found.found for c, _ in values)
            or not all(able(d, c) for d in devices for c, _ in values)
        ):
            return None
        own = aim(called_so[-1].text, None, scene.about, scene.context)
        if {d.id for d in own.devices} != {d.id for d in devices}:
            return None  # a device is called so
        target = called_so
    out = [d for d in devices if scene.named(d)]
    without: list[Piece] = []
    general = any(c in own for c, _ in values for own in OWN.values())
    if len(devices) > 1 and out and not general and rng.random() < 0.25:
        left = rng.choice(out)
        devices = [d for d in devices if d is not left]
        word = rng.choice(("except", "but not", "not", "apart from", "but", "without", "only not"))
        without = [Piece(word), Piece("the"), Piece(left.name.lower(), "denied")]
    for capability, value in values:
        if any(capability in own for own in OWN.values()):
            found.put(capability, value)
            continue
        for device in devices:
            found.put(capability, value, (scene.label(device),))
    return [*clause_of(rng, split, target, values), *without]


def clause_of(
    rng: Random,
    split: Split,
    target: list[Piece] | None,
    values: Sequence[tuple[str, Value]],
) -> list[Piece]:
    """Devices and values as one clause, now and then after one that is taken back."""
    meant = _clause(rng, split, target, values)
    if rng.random() > REPAIRS:
        return meant
    wrong = [(c, _another(rng, v)) for c, v in values]
    slip = " ".join(piece.text for piece in _clause(rng, split, target, wrong))
    comma = rng.choice((",", "", ""))
    return [Piece(f"{slip}{comma} {rng.choice(EDITS)}{comma}"), *meant]


_OTHERS: dict[Value, Value] = {"on": "off", "off": "on", "locked": "unlocked", "playing": "paused"}


def _another(rng: Random, value: Value) -> Value:
    if isinstance(value, str):
        return _OTHERS.get(value, value)
    if value > 1_000:
        return rng.choice(range(2_000, 6_501, 500))
    return rng.choice(range(15, 26)) if isinstance(value, float) else rng.choice(range(10, 91, 10))


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
            return put(
                rng.choice(
                    ("turn it {p}", "switch it {p}", "turned {p}", "switched {p}", "turn {p}")
                ),
                {"p": inner},
            )
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
            pieces += [
                Piece(rng.choice(("not", "and not", "but not", ", not"))),
                Piece(other, "denied"),
            ]
    return pieces


def _slip(rng: Random, split: Split, meant: Worded) -> list[Piece]:
    """Another value first, and the words that take it back."""
    if meant.form != "value":
        return []
    if meant.capability == "color":
        other: Value = rng.choice([c for c in COLORS if c != meant.value])
    elif isinstance(meant.value, int | float):
        other = rng.choice(range(10, 91, 10))
    else:
        return []
    wrong = worded(rng, split, meant.capability, other)
    edit = rng.choice(EDITS)
    text = " ".join(p.text for p in wrong.pieces)
    comma = "," if rng.random() < 0.3 else ""
    again = rng.choice(("", "", "", "to", "at", "make it", "i want"))
    return [Piece(f"{text}{comma} {rng.choice(('', '', 'uh ', 'no '))}{edit}{comma} {again}")]
