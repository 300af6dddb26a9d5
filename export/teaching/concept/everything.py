"""All but some: "everything off except the desk lamp at twenty", "and everything else off"."""

from random import Random

from device.concepts import Meaning
from device.context import Device
from device.nlu.targets import PLAIN
from device.teaching.answer import Scope
from export.teaching.concept.grammar import Piece, expand, filled
from export.teaching.concept.sayings import Drawn, Settings
from export.teaching.concept.scenes import Scene, able
from export.teaching.concept.wording import called, some, worded
from simulator.homes import Split

_ALL = ("everything", "everything", "everything", "all devices", "all of it")
_REST = ("everything else", "everything else", "all the others", "the rest", "all the rest")
_BUT = ("except", "except", "except for", "but", "apart from", "but not", "save for", "besides")
_LEFT = (
    *("{a} {p} {but} {x}", "turn {a} {p} {but} {x}", "turn {p} {a} {but} {x}"),
    *("switch {a} {p} {but} {x}", "switch {p} {a} {but} {x}", "{a} {but} {x} {p}"),
    *("have {a} {p} {but} {x}", "i want {a} {p} {but} {x}"),
)
_OTHER = (
    *("{a} {p} {c} {x} at {v}", "turn {a} {p} {c} {x} at {v}", "turn {p} {a} {c} {x} at {v}"),
    *("switch {a} {p} {c} {x} on {v}", "{a} {p} {c} {x} {v}", "{a} {p} {c} {v} on {x}"),
)
_FIRST = (
    *("{x} at {v} {and} {r} {p}", "{v} on {x} {and} {r} {p}", "set {x} to {v} {and} {r} {p}"),
    *(
        "{x} {v} {and} turn {r} {p}",
        "{x} at {v} {and} turn {p} {r}",
        "only {x} at {v} {and} {r} {p}",
    ),
)


def everything(rng: Random, scene: Scene, split: Split) -> Drawn | None:
    """All that can be turned off where the request is about, but one lamp; None where none is."""
    here = [
        d
        for d in scene.home.devices
        if d.room in scene.about.rooms and d.kind in PLAIN and not d.members
    ]
    lamps = [d for d in here if d.kind == "light" and scene.named(d)]
    plain = all(able(d, "power") is not None for d in here)
    if not lamps or not plain or len(here) < 3 or {d.id for d in here} == scene.about.ids:
        return None
    lamp = rng.choice(lamps)
    return _said(rng, scene, split, lamp, [d for d in here if d is not lamp])


def _said(rng: Random, scene: Scene, split: Split, lamp: Device, rest: list[Device]) -> Drawn:
    power = rng.choice(("off", "off", "off", "on"))
    found = Settings()
    for device in rest:
        found.put("power", power, (scene.label(device),))
    places = {
        "a": [Piece(rng.choice(_ALL), "target")],
        "r": [Piece(rng.choice(_REST), "target")],
        "p": [Piece(power, "power")],
        "but": [Piece(rng.choice(_BUT))],
        "c": [Piece(rng.choice(_BUT), "clause")],
        "and": [Piece(rng.choice(("and", "and", ",", "but", "then")), "clause")],
        "x": called(rng, scene, lamp),
    }
    values = [(c, v) for c, v in some(rng, lamp) if c != "power"][:1]
    style = rng.choice((_LEFT, _OTHER, _FIRST)) if values else _LEFT
    if style is _LEFT:
        places["x"] = [Piece(p.text, "denied" if p.label == "target" else "") for p in places["x"]]
    else:
        places["v"] = list(worded(rng, split, *values[0]).pieces)
        found.put(*values[0], scene.labels(lamp))
    line = expand(rng.choice(style), rng)
    return Drawn(
        kind="everything but",
        pieces=tuple(filled(line, places)),
        scope=Scope.DEFINES,
        scene=scene,
        meaning=found.meaning if found.found else Meaning(),
    )
