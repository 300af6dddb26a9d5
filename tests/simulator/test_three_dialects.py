"""The speaker against devices that were written apart from it: every form of every kind.

The device side (`device.home`) and the pretend devices share no conversion, so that what both
agree on is what the documentation says.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.events import Value
from simulator.estate import estate
from simulator.faults import Fault
from simulator.hass.style import Style
from simulator.homefile import read_house
from simulator.pretend import PretendHome
from tests.simulator.bus import Owner, owner_of
from tests.simulator.styles import name_in
from tests.simulator.test_pretend_homeassistant import STYLES
from tests.simulator.test_pretend_homeassistant import table as hass

LIGHT = ["power", "brightness", "color", "color_temperature"]
CLIMATE = ["target_temperature", "temperature", "mode"]
FAN = ["power", "fan_speed", "mode"]
WISHES: list[tuple[str, list[str], list[tuple[str, Value]]]] = [
    ("light", LIGHT, [("power", "on"), ("brightness", 33), ("color", "purple"),
                      ("color_temperature", 4000), ("power", "off")]),
    ("switch", [], [("power", "on"), ("power", "off")]),
    ("siren", [], [("power", "on")]),
    ("cover", [], [("position", 25), ("position", 0), ("position", 100)]),
    ("valve", [], [("position", 40), ("position", 0)]),
    ("lock", [], [("lock", "unlocked"), ("lock", "locked")]),
    ("climate", CLIMATE, [("mode", "cool"), ("target_temperature", 22.5)]),
    ("water heater", ["target_temperature", "temperature", "power", "mode"],
     [("mode", "eco"), ("target_temperature", 55.5)]),
    ("humidifier", ["power", "humidity", "mode"],
     [("power", "on"), ("humidity", 60), ("mode", "eco")]),
    ("fan", FAN, [("power", "on"), ("fan_speed", 70), ("mode", "high"), ("power", "off")]),
    ("vacuum", ["vacuum"], [("vacuum", "cleaning"), ("vacuum", "paused"), ("vacuum", "docked")]),
    ("lawn mower", ["mower"], [("mower", "mowing"), ("mower", "paused"), ("mower", "docked")]),
    ("alarm control panel", [], [("mode", "armed_away"), ("mode", "disarmed")]),
    ("select", [], [("mode", "auto"), ("mode", "off")]),
]  # fmt: skip
"""Name and kind, capabilities, and what it is told one after the other."""


def names(style: Style) -> dict[str, str]:
    return {kind: name_in(style, kind) for kind, _, _ in WISHES}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PretendHome]:
    path: Path = tmp_path_factory.mktemp("three") / "home.toml"
    text = "".join(
        hass(kind.replace(" ", "_"), names(style)[kind], capabilities)
        for style in STYLES
        for kind, capabilities, _ in WISHES
    )
    path.write_text(text, encoding="utf-8")
    with PretendHome(read_house(path), travel_ms=40) as pretend:
        yield pretend


@pytest.fixture(scope="module")
def owner(lab: PretendHome) -> Iterator[Owner]:
    with owner_of(lab) as owner:
        yield owner


@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{s.manner}{s.variant}")
def test_the_speaker_commands_every_form_of_every_kind(
    lab: PretendHome, owner: Owner, style: Style
) -> None:
    rounds = max(len(steps) for _, _, steps in WISHES)
    for turn in range(rounds):
        wishes = [
            (names(style)[kind], *steps[turn]) for kind, _, steps in WISHES if turn < len(steps)
        ]
        done = owner.do(*wishes)
        assert list(zip(wishes, done, strict=True)) == [
            (wish, ("done", wish[2])) for wish in wishes
        ]
        really = lab.house.values()
        for label, capability, value in wishes:
            if capability != "color":
                assert really[f"Lab/{label}"][capability] == value


@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{s.manner}{s.variant}")
def test_the_speaker_hears_when_a_device_goes_and_comes(
    lab: PretendHome, owner: Owner, style: Style
) -> None:
    label = names(style)["switch"]

    def available() -> bool:
        return next(d.available for d in owner.home.home.devices if d.name == label)

    lab.house.misbehave(f"Lab/{label}", Fault.OFFLINE)
    owner.until(lambda: not available())
    lab.house.misbehave(f"Lab/{label}", Fault.NONE)
    owner.until(available)
    assert owner.do((label, "power", "on")) == [("done", "on")]


def test_a_home_in_three_dialects_is_found_whole() -> None:
    file = estate(120, 24)
    with PretendHome(file) as pretend, owner_of(pretend) as owner:
        found = {(device.room, device.name) for device in owner.home.home.devices}
        labels = {f"{d.room}/{d.name}": d for d in owner.home.home.devices}
        assert found >= {(device.room, device.name) for device in file.devices}
        for device in file.devices:
            assert labels[device.topic_name].kind == device.kind
