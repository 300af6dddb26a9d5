"""Random households: any house can be lived in, and what is said there has a truth that holds."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.context import Capability, State
from device.context import Device as Known
from device.events import DeviceCommand, OutcomeKind, Value
from device.home.capabilities import RULES, matches
from device.home.homefile import HomeFile
from simulator.bridges import dialect_of
from simulator.estate import as_toml
from simulator.homefile import furnished, read_house
from simulator.households.days import Saying, day, speaker_room
from simulator.households.house import random_house
from simulator.households.names import Names, split
from simulator.households.people import residents
from simulator.households.scenarios import random_scenario
from simulator.scenario.playing import play
from simulator.scenario.written import read_scenario
from simulator.session import Scene, Session

SEEDS = st.integers(0, 2**32)


@contextmanager
def lived_in(house: HomeFile, room: str | None = None) -> Iterator[Session]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home.toml"
        path.write_text(as_toml(house), encoding="utf-8")
        assert read_house(path) == house
        with Session(Scene(home=path, room=room), still=True) as session:
            yield session


@settings(max_examples=25)
@given(seed=SEEDS)
def test_a_speaker_finds_every_device_of_any_house(seed: int) -> None:
    house = random_house(seed)

    with lived_in(house) as session:
        known = {(d.name, d.room, d.kind) for d in session.speaker.home.home.devices}

    assert {(d.name, d.room, str(d.kind)) for d in house.devices} <= known
    assert random_house(seed) == house


@settings(max_examples=12)
@given(seed=SEEDS)
def test_every_device_of_any_house_does_what_it_is_told(seed: int) -> None:
    with lived_in(random_house(seed)) as session:
        home, now_ms = session.speaker.home, session.clock.monotonic_ms()
        commands = [
            DeviceCommand(device=device.id, capability=capability.name, value=value)
            for device in home.home.devices
            for capability in device.capabilities
            for value in other_values(device, capability, home.state)
        ]
        delivery = home.begin(commands, now_ms=now_ms)
        for message in delivery.messages:
            session._bus.publish(message)
        session.wait(30_000)

        # The shown values count: nothing looks after a delivery that is no turn's.
        for one in commands:
            shown = home.state[one.device][one.capability].value
            assert matches(one.capability, one.value, shown), one


def other_values(device: Known, capability: Capability, state: State) -> list[Value]:
    """Another value than it has, where there is one that every device can take."""
    now = state.get(device.id, {}).get(capability.name)
    if now is None or not capability.settable:
        return []
    match capability.name:
        case "power" | "lock":
            return [word for word in RULES[capability.name].words if word != now.value]
        case "position":
            return [0 if now.value else 100]
        case "target_temperature":
            return [19 if now.value != 19 else 20]
        case _:
            return []


@given(seed=SEEDS, rooms=st.integers(1, 14), more=st.integers(0, 60))
def test_a_house_is_as_large_as_asked(seed: int, rooms: int, more: int) -> None:
    house = random_house(seed, rooms=rooms, devices=rooms + more)

    assert (len(house.rooms), len(house.devices)) == (rooms, rooms + more)
    assert {d.room for d in house.devices} == {r.name for r in house.rooms}


@pytest.mark.parametrize("wrong", [{"rooms": 0}, {"rooms": 15}, {"rooms": 5, "devices": 4}])
def test_a_house_that_cannot_be_gets_one_sentence(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="rooms"):
        random_house(1, **wrong)


def test_names_collide_and_confuse_and_all_dialects_are_spoken() -> None:
    houses = [random_house(seed) for seed in range(40)]
    twins = [
        house
        for house in houses
        if max(Counter(d.name.casefold() for d in house.devices).values()) > 1
    ]
    dialects = Counter(dialect_of(furnished(d)) for house in houses for d in house.devices)
    first_words = [Counter((d.room, split(d.name)[0]) for d in h.devices) for h in houses]

    assert len(twins) > 30
    assert all(dialects[name] > 200 for name in ("zigbee2mqtt", "homeassistant", "tasmota"))
    assert sum(max(words.values()) > 1 for words in first_words) > 20
    assert {d.kind for house in houses for d in house.devices} >= {
        "light", "switch", "fan", "cover", "lock", "climate", "media_player", "scene", "vacuum",
        "lawn_mower", "valve", "humidifier", "sensor", "binary_sensor",
    }  # fmt: skip


@settings(max_examples=30)
@given(seed=SEEDS)
def test_the_truth_of_a_day_is_about_devices_that_exist_and_can_do_it(seed: int) -> None:
    house = random_house(seed)
    names = Names(house)
    devices = {device.topic_name: device for device in house.devices}

    for saying in day(seed, house):
        for move in (*saying.truth.moves, *saying.truth.agreed):
            device = devices[move.device]
            assert move.capability in furnished(device).capabilities
            assert move.label == names.label(device)
        for wanted in saying.truth.requests:
            name = wanted.slots.get("name")
            assert name is None or name in {device.name for device in house.devices}
            area = wanted.slots.get("area")
            assert area is None or house.room(str(area)) is not None


@settings(max_examples=20)
@given(seed=SEEDS)
def test_a_day_goes_forward_and_is_spoken_by_who_lives_there(seed: int) -> None:
    house = random_house(seed)
    sayings = day(seed, house)

    times = [saying.at for saying in sayings]
    assert times == sorted(times)
    assert {saying.person for saying in sayings} <= {p.name for p in residents(seed, house)}
    assert sayings == day(seed, house)
    assert all(saying.text == saying.truth.words for saying in sayings)
    for before, saying in pairwise(sayings):
        assert (saying.text == "yes") == bool(before.truth.asks)


def test_habits_come_back_on_other_days_and_whims_do_not() -> None:
    house = random_house(4)
    week = [day(4, house, number=number) for number in range(7)]
    times = Counter(
        (move.device, move.capability, move.value)
        for sayings in week
        for move in {m for s in sayings for m in s.truth.moves}
    )

    assert len({tuple(s.text for s in sayings) for sayings in week}) == 7
    assert max(times.values()) >= 4


def test_a_name_that_several_devices_have_is_only_said_with_its_room_or_in_it() -> None:
    lamp = replace(random_house(1).devices[0], name="Floor lamp", kind="light", aliases=())
    house = HomeFile(
        rooms=random_house(1).rooms[:2],
        devices=tuple(replace(lamp, room=r.name) for r in random_house(1).rooms[:2]),
    )
    first, second = house.devices
    names = Names(house)

    assert not names.alone(first, "Floor lamp")
    assert names.in_room(first, "Floor lamp")
    assert names.bearers("floor lamp") == {first.topic_name, second.topic_name}
    assert names.clear(["turn", "on", "the", "floor", "lamp"], [(3, 5)])
    assert not names.clear(["turn", "on", "the", "floor", "lamp"], [(4, 5)])
    assert names.label(first) == f"{first.room}/Floor lamp"


def said(session: Session, saying: Saying) -> tuple[list[str], set[tuple[str, str, Value]]]:
    turns = session.say(saying.text)
    home = session.speaker.home.home
    outcomes = [o for turn in turns for o in turn.outcomes]
    assert all(o.kind in (OutcomeKind.DONE, OutcomeKind.SENT) for o in outcomes)
    labels = {d.id: home.label(d) for d in home.devices}
    commands = {(labels[o.command.device], o.command.capability, o.command.value) for o in outcomes}
    return [r.intent for turn in turns for r in turn.requests], commands


def test_most_of_what_is_said_in_random_houses_is_done_as_it_was_meant() -> None:
    right = total = 0
    for seed in range(6):
        house = random_house(seed)
        with lived_in(house, speaker_room(seed, house)) as session:
            for saying in day(seed, house)[:15]:
                truth = saying.truth
                intents, commands = said(session, saying)
                wanted = {(m.label, m.capability, m.value) for m in truth.moves}
                alike = [one.intent for one in truth.requests] in ([], intents)
                right += alike and commands == wanted
                total += 1

    assert total > 80
    assert right > 0.9 * total


@pytest.mark.parametrize("seed", [3, 8])
def test_a_random_scenario_is_a_file_that_plays(tmp_path: Path, seed: int) -> None:
    path = random_scenario(seed, tmp_path, sayings=8)
    first = path.read_bytes()
    played = play(read_scenario(path), path)

    assert random_scenario(seed, tmp_path, sayings=8).read_bytes() == first
    assert played.broken is None
    assert sum(step.kind == "say" for step in played.steps) == 8
    assert played.wrong <= 4
