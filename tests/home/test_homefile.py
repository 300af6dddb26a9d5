from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.errors import ConfigError
from device.home.homefile import HomeFile, read_home, topic_name
from device.home.payloads import safe_name

DESIGN_EXAMPLE = """
[[rooms]]
name = "Living Room"
floor = "Ground Floor"
aliases = ["lounge"]

[[devices]]
name = "Ceiling light"
room = "Living Room"
kind = "light"
class = ""
dialect = "zigbee2mqtt"          # or "homeassistant", "tasmota"
capabilities = ["power", "brightness", "color_temperature"]
state = {power = "off", brightness = 40}
aliases = ["big light"]
"""


def read(tmp_path: Path, text: str) -> HomeFile:
    path = tmp_path / "home.toml"
    path.write_text(text, encoding="utf-8")
    return read_home(path)


def test_the_example_of_the_design_is_read(tmp_path: Path) -> None:
    home = read(tmp_path, DESIGN_EXAMPLE)

    (room,), (light,) = home.rooms, home.devices
    assert (room.name, room.floor, room.aliases) == ("Living Room", "Ground Floor", ("lounge",))
    assert light.topic_name == "Living Room/Ceiling light"
    assert light.capabilities == ("power", "brightness", "color_temperature")
    assert light.state == (("power", "off"), ("brightness", 40))
    assert light.aliases == ("big light",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rooms = 3", "rooms must be array, found 3"),
        ("[[rooms]]\nnme = 'x'", "unknown key rooms[0].nme; did you mean rooms[0].name?"),
        ("[[rooms]]\nname = ''", "rooms[0].name must be str of length >= 1, found ''"),
        ("[[devices]]\nname = 'x'\nkind = 'lihgt'", "did you mean light?"),
        ("[[devices]]\nname = 'x'\ndialect = 'zwave'", "dialect of x is unknown: 'zwave'"),
        ("[[devices]]\nname = 'x'\ncapabilities = ['brightnes']", "did you mean brightness?"),
        ("[[devices]]\nname = 'x'\nstate = {power = 'maybe'}", "must be on, off, found 'maybe'"),
        ("[[devices]]\nname = 'x'\nstate = {power = true}", "must be"),
        ("[[devices]]\nname = 'x'\nstate = {brightness = 400}", "must lie in 0 to 100 %"),
        (
            "[[devices]]\nname = 'x'\ncapabilities = ['power']\nstate = {brightness = 4}",
            "state of x is unknown: 'brightness'",
        ),
        (
            "[[rooms]]\nname = 'Kitchen'\n[[devices]]\nname = 'x'\nroom = 'Kichen'",
            "room of x is unknown: 'Kichen'; did you mean Kitchen?",
        ),
        ("[[devices]]\nname = 'x'\n[[devices]]\nname = 'X'", "2 devices are called"),
        ("[[rooms]]\nname = 'x'\n[[rooms]]\nname = 'X'", "2 rooms are called"),
        ("[[devices]]\nname = ' '", "a device needs a name that can be said"),
        ("[[devices", "is not TOML"),
    ],
)
def test_a_wrong_file_gets_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)

    assert words in str(caught.value)
    assert "home.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        read_home(tmp_path / "nowhere.toml")


def test_a_file_without_rooms_takes_those_of_its_devices(tmp_path: Path) -> None:
    home = read(tmp_path, "[[devices]]\nname = 'Lamp'\nroom = 'Attic'")

    assert [room.name for room in home.rooms] == ["Attic"]


def test_rooms_are_found_by_alias_and_in_any_case(tmp_path: Path) -> None:
    home = read(tmp_path, DESIGN_EXAMPLE)

    room = home.room("LOUNGE")

    assert room is not None
    assert room.name == "Living Room"
    assert home.room("Cellar") is None


def test_devices_are_found_as_announced(tmp_path: Path) -> None:
    twins = "[[devices]]\nname='Lamp'\nroom='A'\n[[devices]]\nname='Lamp'\nroom='B'\n"
    home = read(tmp_path, twins + "[[devices]]\nname='Fan'\nroom='B'")

    found = home.device("b/lamp")
    assert found is not None
    assert found.room == "B"
    assert home.device("Lamp") is None, "two are called so"
    fan = home.device("fan")
    assert fan is not None
    assert fan.topic_name == "B/Fan"


@given(
    name=st.text(min_size=1, max_size=40),
    room=st.none() | st.text(min_size=1, max_size=40) | st.sampled_from(["get", "set", "bridge"]),
)
def test_every_name_that_can_be_said_makes_a_safe_topic(name: str, room: str | None) -> None:
    called = topic_name(name, room)

    if called:
        assert safe_name(called) == called
    if topic_name(name, None):
        assert called


@pytest.mark.parametrize(
    ("name", "room", "called"),
    [
        ("Ceiling light", "Living Room", "Living Room/Ceiling light"),
        ("TV #2", "Den", "Den/TV -2"),
        ("set", None, "Set"),
        ("bridge lamp", None, "Bridge lamp"),
        ("A/C", "Attic", "Attic/A/C"),
        ("Küchenlicht", "Küche", "Küche/Küchenlicht"),
    ],
)
def test_names_are_kept_as_far_as_topics_allow(name: str, room: str | None, called: str) -> None:
    assert topic_name(name, room) == called
