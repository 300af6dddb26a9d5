"""What the testing kit draws, used as docs/testing.md shows it."""

import subprocess
import sys
import textwrap
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from device.home.capabilities import matches
from simulator.faults import Fault
from simulator.households.days import Saying
from simulator.households.house import random_house
from simulator.households.names import Names
from simulator.rooms.heard import Heard
from simulator.rooms.performance import performed
from simulator.scenario.written import Misbehaviour
from simulator.testing import Playhouse
from simulator.testing.strategies import faults, homes, sayings, speech, stands_alone, talks
from simulator.voices import engines

EVERYWHERE = settings(max_examples=15)
SEARCH = settings(max_examples=500, database=None, derandomize=True)
speaks = pytest.mark.skipif(not engines(), reason="no speech program")


@EVERYWHERE
@given(st.data())
def test_whatever_is_said_nothing_that_was_not_meant_moves(data: st.DataObject) -> None:
    home = data.draw(homes())
    saying = data.draw(sayings(home))

    with Playhouse(home=home, room=saying.room) as house:
        before = house.values
        house.say(saying.text)
        moved = {device for device, now in house.values.items() if now != before[device]}

    assert moved <= {move.device for move in saying.truth.moves}


@EVERYWHERE
@given(st.data())
def test_whatever_goes_wrong_no_more_is_claimed_than_is_so(data: st.DataObject) -> None:
    home = data.draw(homes(rooms=(1, 3), devices=(1, 12)))
    talk, fault = data.draw(talks(home, most=3)), data.draw(faults(home))
    names = Names(home)
    topics = {names.label(device): device.topic_name for device in home.devices}

    with Playhouse(home=home, room=talk[0].room) as house:
        if fault.fault is not Fault.FLAPPING:  # it may change its mind before it is looked at
            house.misbehave(fault.device, fault.fault, pace_ms=fault.pace_ms)
        for saying in talk:
            answer = house.say(saying.text)
            for label, told in answer.state.items():
                stands = house.values[topics[label]]
                assert all(matches(name, value, stands[name]) for name, value in told.items())


@settings(max_examples=20)
@given(st.data(), st.integers(1, 14), st.integers(1, 60))
def test_homes_are_as_large_as_asked(data: st.DataObject, rooms: int, devices: int) -> None:
    home = data.draw(homes(rooms=(rooms, 14), devices=(devices, 60)))

    assert rooms <= len(home.rooms) <= 14
    assert devices <= len(home.devices) <= 60


@pytest.mark.parametrize("wrong", [{"rooms": (0, 3)}, {"rooms": (4, 3)}, {"devices": (1, 151)}])
def test_homes_that_cannot_be_get_one_sentence(wrong: dict[str, tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="two numbers from 1 to"):
        find(homes(**wrong), lambda home: True, settings=SEARCH)


def test_a_home_shrinks_to_the_fewest_rooms_and_devices() -> None:
    home = find(homes(), lambda home: len(home.devices) > 3, settings=SEARCH)

    assert (len(home.rooms), len(home.devices)) == (1, 4)


@EVERYWHERE
@given(st.data())
def test_a_talk_begins_with_what_stands_alone_and_a_yes_follows_its_question(
    data: st.DataObject,
) -> None:
    home = data.draw(homes())
    talk = data.draw(talks(home, most=4))

    assert 1 <= len(talk) <= 4
    assert stands_alone(talk[0])
    assert len({saying.room for saying in talk}) == 1
    assert talk[0].text != "yes"
    for before, saying in pairwise(talk):
        assert (saying.text == "yes") == bool(before.truth.asks)


def test_a_sentence_shrinks_to_a_short_one() -> None:
    home = random_house(7)
    found = find(sayings(home), lambda saying: bool(saying.truth.moves), settings=SEARCH)

    assert len(found.truth.requests) == 1
    assert len(found.text.split()) <= 5


def test_every_fault_and_many_kinds_of_sentences_are_drawn() -> None:
    home = random_house(3, rooms=4, devices=12)
    wrong, asked = set[Fault](), set[str]()

    @settings(max_examples=400, database=None, derandomize=True, phases=[Phase.generate])
    @given(faults(home))
    def go_wrong(fault: Misbehaviour) -> None:
        wrong.add(fault.fault)

    @settings(max_examples=60, database=None, derandomize=True, phases=[Phase.generate])
    @given(sayings(home))
    def ask(saying: Saying) -> None:
        asked.update(one.intent for one in saying.truth.requests)

    go_wrong()
    ask()

    assert wrong == set(Fault)
    assert len(asked) >= 5


@speaks
def test_speech_shrinks_to_somebody_close_by_in_a_quiet_room() -> None:
    heard = find(speech(["lights on"]), lambda found: True, settings=SEARCH)

    assert (heard.noise, heard.room, heard.distance_m, heard.speed) == (None, None, 0.5, 1.0)


@speaks
@settings(max_examples=5)
@given(heard=speech(st.sampled_from(["stop", "lights on"])), seed=st.integers(0, 99))
def test_whatever_speech_is_drawn_can_be_played(heard: Heard, seed: int) -> None:
    sound = performed(heard, seed)

    assert sound.dtype == np.int16
    assert np.abs(sound.astype(int)).max() > 100


def test_hard_speech_is_drawn_too() -> None:
    with pytest.raises(NoSuchExample):
        find(speech(["stop"]), lambda found: found.snr_db < 0, settings=SEARCH)
    for hard in (
        lambda found: found.snr_db < 5 and found.distance_m > 2,
        lambda found: found.noise == "tv",
        lambda found: found.room is not None and found.room.rt60_s > 0.5,
    ):
        find(speech(["stop"]), hard, settings=SEARCH)


def test_without_hypothesis_one_sentence_says_what_is_missing() -> None:
    program = """
        import sys
        sys.modules["hypothesis"] = None
        import simulator.testing
        import simulator.testing.strategies
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("needs Hypothesis: pip install hypothesis")
