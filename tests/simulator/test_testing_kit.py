"""The kit for tests of skills, used as docs/testing.md shows it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from device.errors import ConfigError, HomeError
from simulator.homefile import read_house
from simulator.testing import Playhouse, pretend
from simulator.voices import speak, voice_called

__all__ = ["pretend"]

PACKS = Path(__file__).parents[2] / "docs" / "skills"
HOME = """
[[rooms]]
name = "Cabin"

[[devices]]
name = "Bunk lamp"
room = "Cabin"
kind = "light"
state = {power = "off", brightness = 40}
"""

Makes = Callable[..., Playhouse]


def test_a_pack_answers_in_a_house_of_its_own(pretend: Makes) -> None:
    house = pretend(skills=PACKS)
    answer = house.say("what does the cow say")

    assert [request["skill"] for request in answer.requests] == ["animals"]
    assert "moo" in answer.reply.lower()
    assert answer.error is None


def test_a_home_of_ones_own_from_a_file_or_as_an_object(pretend: Makes, tmp_path: Path) -> None:
    file = tmp_path / "boat.toml"
    file.write_text(HOME, encoding="utf-8")
    for home in (file, str(file), read_house(file)):
        house = pretend(home=home, room="Cabin")
        answer = house.say("turn on the bunk lamp")

        assert answer.state == {"Bunk lamp": {"power": "on"}}
        assert house.values["Cabin/Bunk lamp"]["power"] == "on"
        assert any(b"ON" in message.payload for message in house.sent)


def test_time_hands_faults_and_power_cuts(pretend: Makes) -> None:
    house = pretend(room="Kitchen", at=datetime(2026, 3, 1, 7, 0))
    house.touch("Kitchen/Coffee maker", power="on")
    assert house.say("is the coffee maker on").reply.startswith("Yes")

    assert house.say("set a timer for 5 minutes").whole["timers"] == [
        {"name": None, "seconds": 300}
    ]
    assert house.wait(299).events == []
    assert house.wait(2).events == ["Your 5 minute timer is done."]
    assert (house.now.hour, house.now.minute) == (7, 5)

    house.misbehave("Kitchen/Coffee maker", "silent")
    assert house.say("turn off the coffee maker").reply == "The coffee maker did not answer."
    house.misbehave("Kitchen/Coffee maker", "none")

    house.lose_broker()
    assert "broker" in house.say("turn off the coffee maker").reply
    house.restore_broker()
    house.restart()
    assert house.say("turn off the coffee maker").reply == "The coffee maker is off."


def test_it_hears_samples_and_files(pretend: Makes) -> None:
    house = pretend(hears=True)
    said = speak("is the front door locked", voice_called("slt"))

    assert house.hear(said).reply.startswith("Yes")
    file = Path(__file__).parents[2] / "simulator" / "sounds" / "front_door.slt.ogg"
    assert house.hear(file).reply.startswith("Yes")


def test_what_is_wrong_is_said_at_once(pretend: Makes) -> None:
    with pytest.raises(ConfigError, match="no room 'Moon'"):
        pretend(room="Moon")
    house = pretend()
    with pytest.raises(HomeError, match="no device 'Nothing'"):
        house.touch("Nothing", power="on")
    with pytest.raises(ValueError, match="asleep"):
        house.misbehave("Kitchen/Coffee maker", "asleep")
