"""Answers that define nothing: yes, no, no more of this, and whatever else is said meanwhile."""

from random import Random

from device.teaching.answer import Scope
from device.teaching.gap import Lacks
from export.teaching.concept.asides import told
from export.teaching.concept.corrections import offer
from export.teaching.concept.grammar import Piece, expand, texts
from export.teaching.concept.sayings import Drawn
from export.teaching.concept.scenes import Scene
from export.teaching.concept.wording import line_of
from simulator.homes import Split

_OFFERED = {
    Scope.YES: 0.7,
    Scope.NO: 0.8,
    Scope.CANCEL: 0.4,
    Scope.UNSURE: 0.35,
    Scope.VAGUE: 0.25,
    Scope.ELSEWHERE: 0.35,
}
"""How often each is the answer to an offer, and not to an open question."""
_SAID_TWICE = 0.14
"""Share of remarks that are two of the same kind: "yes, that's right"."""
_SAID_SO = (Scope.YES, Scope.NO, Scope.CANCEL, Scope.UNSURE)
"""Scopes that people say twice."""
_AROUND = 0.18
"""Share of remarks with a word before them, and of those with one behind."""


def remark(rng: Random, scene: Scene, split: Split, scope: Scope) -> Drawn:
    """An answer that defines nothing, from the templates."""
    pieces = _said(rng, scene, split, scope)
    if scope in _SAID_SO:
        if rng.random() < _SAID_TWICE:
            link = rng.choice(("", "", ",", ".", "and", "so"))
            pieces += [*([Piece(link)] if link else []), *_said(rng, scene, split, scope)]
        if rng.random() < _AROUND:
            pieces = [_some(rng, "before"), *pieces]
        if rng.random() < _AROUND:
            pieces = [*pieces, _some(rng, "behind")]
    proposed = offer(rng, scene) if rng.random() < _OFFERED[scope] else None
    return Drawn(
        kind=str(scope),
        pieces=tuple(pieces),
        scope=scope,
        scene=scene,
        proposed=None if proposed is None else proposed.meaning,
    )


def _said(rng: Random, scene: Scene, split: Split, scope: Scope) -> list[Piece]:
    line = line_of(rng, split, "scopes", str(scope))
    far = [
        d.name.lower()
        for d in scene.home.devices
        if d.room not in scene.about.rooms and d.id not in scene.about.ids
    ]
    if "{far}" in line and (not far or scene.gap.lacks is Lacks.NEED):
        line = "what time is it"
    return told(rng, scene, split, line, {"far": [Piece(rng.choice(far or [""]))]})


def _some(rng: Random, where: str) -> Piece:
    return Piece(expand(rng.choice(texts("scopes")[where]), rng))
