"""Random households as scenario files: a house, some of a day in it, and what is right."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from simulator.estate import as_toml
from simulator.households.days import Saying, day, speaker_room
from simulator.households.house import random_house
from simulator.tomltext import inline

SAYINGS = 20
"""How many sentences of a day a scenario plays, one behind the other."""
LONGEST_WAIT_S = 120
"""Longer pauses are shortened: the rest of them is only set on the clock."""


def random_scenario(
    seed: int,
    folder: Path,
    *,
    sayings: int = SAYINGS,
    rooms: int | None = None,
    devices: int | None = None,
) -> Path:
    """Write a random house and some of a day in it.

    Args:
        seed: Of everything; the same gives the same files.
        folder: Where they are written, as `random-SEED.toml` and `home-SEED.toml`.
        sayings: How many sentences at most.
        rooms: As in `random_house`.
        devices: As in `random_house`.

    Returns:
        The scenario's file.

    Raises:
        ValueError: There are no such houses.
    """
    house = random_house(seed, rooms=rooms, devices=devices)
    home = folder / f"home-{seed}.toml"
    home.write_text(as_toml(house), encoding="utf-8")
    whole = day(seed, house)
    start = Random(f"part {seed}").randint(0, max(0, len(whole) - sayings))
    if start and whole[start - 1].truth.asks:
        start -= 1  # a yes without its question means nothing
    part = whole[start : start + sayings]
    path = folder / f"random-{seed}.toml"
    text = "\n".join(_written(seed, home.name, speaker_room(seed, house), part))
    path.write_text(text, encoding="utf-8")
    return path


def _written(seed: int, home: str, room: str | None, part: Sequence[Saying]) -> Iterator[str]:
    """The lines of the file."""
    people = " and ".join(sorted({saying.person for saying in part}))
    yield f"name = {inline(f'Random house {seed}: {people}')}"
    yield f"house = {inline(home)}"
    yield f"at = {inline(part[0].at)}"
    if room is not None:
        yield f"room = {inline(room)}"
    now, bought = part[0].at, list[str]()
    for saying in part:
        for step in _passed(now, saying.at):
            yield from ("", "[[steps]]", *(f"{name} = {inline(one)}" for name, one in step.items()))
        now = saying.at
        yield from ("", "[[steps]]", f"say = {inline(saying.text)}", "[steps.expect]")
        for name, wanted in saying.truth.expected(bought).items():
            yield f"{name} = {inline(wanted)}"
        bought += filter(None, [saying.truth.buys])
    yield ""


def _passed(before: datetime, now: datetime) -> Iterator[dict[str, Any]]:
    """Steps that let time pass."""
    pause_s = round((now - before).total_seconds())
    if pause_s > LONGEST_WAIT_S:
        yield {"clock": now - timedelta(seconds=LONGEST_WAIT_S)}
    if pause_s > 0:
        yield {"wait": f"{min(pause_s, LONGEST_WAIT_S)}s"}
