"""Definitions in free speech, in the furnished house: what is taken out of them."""

from functools import cache
from pathlib import Path

import yaml

from device.teaching.gap import Gap, Lacks
from tests.teaching import lessons_at_home as home
from tests.teaching.lessons_at_home import gap, meant, read, request

LEAST_RIGHT = 0.9
"""Share of the definitions that must be read exactly."""


def _room(room: str) -> Gap:
    asked = request(f"set the {room.lower()} to quiet hour", "HassTurnOn", "", area=room)
    return gap("quiet hour", Lacks.SETTING, asked)


ASKED = {
    "lights": home.LIGHTS,
    "lamp": home.LAMP,
    "heating": home.HEATING,
    "scene": home.SCENE,
    "corner": home.CORNER,
    "cave": home.CAVE,
    "gloom": home.GLOOM,
    "office": _room("Office"),
    "bedroom": _room("Bedroom"),
}


@cache
def definitions() -> tuple[tuple[str, str, dict[str, object]], ...]:
    """What was asked, what is said, what it means."""
    path = Path(__file__).parent / "definitions_said.yaml"
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple((asked, said, means) for asked, rows in table.items() for said, means in rows)


def test_definitions_in_free_speech_are_read_exactly() -> None:
    wrong = []
    for asked, said, means in definitions():
        found = read(said, ASKED[asked])
        if meant(found) != means:
            wrong.append(f"{asked}: {said!r} -> {found.scope} {meant(found) or found.problem}")
    share = 1 - len(wrong) / len(definitions())
    assert share >= LEAST_RIGHT, "\n".join(wrong)
