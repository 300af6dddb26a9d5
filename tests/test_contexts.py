"""The same words in different situations, through a whole speaker in a pretend house."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from device.events import Turn
from device.records import record
from simulator.clock import parse_jump
from simulator.session import Scene, Session

DOCS = Path(__file__).parents[1] / "docs"
PAIRS = yaml.safe_load((DOCS / "contexts.yaml").read_text(encoding="utf-8"))
HOUSE = DOCS / "contexts-house.toml"
DAYS = 8
"""How often what is usual was done before."""
DAY_MS = 86_400_000


def live(session: Session, happened: list[Any]) -> int:
    """Let things happen; gives the milliseconds that they took by the pretend clock."""
    passed = 0
    for event in happened:
        if isinstance(event, dict):
            full = {name.rpartition("/")[2]: name for name in session.house.values()}
            session.touch({full[name]: values for name, values in event.items()})
        elif (jump := parse_jump(event)) is not None:
            session.wait(jump)
            passed += jump
        else:
            session.say(event)
    return passed


def told(turn: Turn, session: Session) -> tuple[list[str], str]:
    found = record(turn, session.speaker.home.home)
    return (
        [f"{c['device']} {c['capability']} {c['value']}" for c in found["commands"]],
        found["reply"],
    )


CASES = [
    pytest.param(pair, one, id=f"{pair['words']} ({pair['by']}, {number})")
    for pair in PAIRS
    for number, one in enumerate(pair["situations"], 1)
]


@pytest.mark.parametrize(("pair", "one"), CASES)
def test_the_same_words_mean_what_the_situation_tells(
    pair: dict[str, Any], one: dict[str, Any]
) -> None:
    where = {**pair, **one}
    scene = Scene(
        home=HOUSE,
        room=where.get("room"),
        person=where.get("person"),
        at=datetime.fromisoformat(str(where.get("at", "2026-11-20T21:30"))),
    )
    with Session(scene) as session:
        for _ in range(DAYS if "days" in one else 0):
            spent = live(session, one["days"]) % DAY_MS
            session.wait(DAY_MS - spent)
        live(session, one["before"])
        commands, reply = told(session.say(pair["words"])[-1], session)

    assert sorted(commands) == sorted(one.get("commands", commands))
    assert one.get("reply", "") in reply


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p["words"])
def test_each_pair_asks_for_different_things(pair: dict[str, Any]) -> None:
    wanted = [(one.get("commands"), one.get("reply")) for one in pair["situations"]]

    assert len(wanted) == 2
    assert wanted[0] != wanted[1]
