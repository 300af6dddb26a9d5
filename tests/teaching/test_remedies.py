"""What helps against what was declared, in homes of all sorts and states."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.concepts import Meaning, Setting
from device.context import Capability, Context, Device, Home, Reading, Room
from device.effects import Notebook
from device.events import Value
from device.teaching import remedies
from device.teaching.adjustments import change_of
from device.teaching.influences import INFLUENCES, WISHES, daylight, moves, role

ROOMS = ("Kitchen", "Den", "Garden")
MIDNIGHT = datetime(2026, 6, 21, tzinfo=UTC)

SORTS: dict[tuple[str, str], dict[str, tuple[Value, ...]]] = {
    ("light", ""): {"power": ("on", "off"), "brightness": (0, 1, 30, 55, 100)},
    ("switch", ""): {"power": ("on", "off")},
    ("fan", ""): {"power": ("on", "off"), "fan_speed": (0, 33, 100)},
    ("climate", ""): {
        "target_temperature": (5, 17.5, 21, 30),
        "temperature": (-4, 18, 29.5),
        "mode": ("heat", "off", "cool"),
    },
    ("media_player", "tv"): {
        "power": ("on", "off"),
        "volume": (0, 7, 60, 100),
        "media": ("playing", "paused", "idle"),
    },
    ("cover", "blind"): {"position": (0, 40, 100)},
    ("cover", "window"): {"position": (0, 40, 100)},
    ("cover", "garage"): {"position": (0, 100)},
    ("lock", ""): {"lock": ("locked", "unlocked")},
    ("vacuum", ""): {"vacuum": ("docked", "cleaning", "paused")},
    ("humidifier", "humidifier"): {"power": ("on", "off"), "humidity": (30, 60, 100)},
    ("humidifier", "dehumidifier"): {"power": ("on", "off")},
    ("alarm_control_panel", ""): {"mode": ("disarmed", "armed_home")},
}
MODES = {"climate": ("off", "heat", "cool"), "alarm_control_panel": ("disarmed", "armed_home")}
NAMES = ("thing", "lamp", "heater", "extractor fan", "purifier", "Den lamp")


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """A home, how it stands, and a time."""
    devices, state = [], {}
    for number in range(draw(st.integers(0, 7))):
        kind, device_class = draw(st.sampled_from(sorted(SORTS)))
        values = SORTS[kind, device_class]
        device = Device(
            id=str(number),
            name=f"{draw(st.sampled_from(NAMES))} {number}",
            room=draw(st.sampled_from((*ROOMS, None))),
            kind=kind,
            device_class=device_class,
            available=draw(st.integers(0, 5)) > 0,
            capabilities=tuple(
                Capability(
                    name=name,
                    settable=name != "temperature",
                    options=MODES.get(kind, ()) if name == "mode" else (),
                )
                for name in values
            ),
        )
        told = {name: draw(st.sampled_from((*known, None))) for name, known in values.items()}
        devices.append(device)
        state[device.id] = {
            name: Reading(value=value, at=MIDNIGHT)
            for name, value in told.items()
            if value is not None
        }
    return Context(
        home=Home(rooms=tuple(Room(name=r) for r in ROOMS), devices=tuple(devices)),
        state=state,
        room=draw(st.sampled_from((*ROOMS, None))),
        now=MIDNIGHT + timedelta(minutes=draw(st.integers(0, 60 * 24 * 365))),
        notebook=Notebook(),
    )


NEEDS = st.sampled_from(sorted(WISHES))


@given(contexts(), NEEDS)
def test_a_proposal_always_changes_something_helps_and_never_opposes(
    context: Context, need: str
) -> None:
    quantity, way = WISHES[need]
    for meaning in remedies.proposals(need, context.room, context):
        assert remedies.alters(meaning, context.room, context)
        assert remedies.helps(meaning, need, context.room, context)
        assert meaning.need == need
        for setting in meaning.settings:
            named = remedies.devices_of(setting, context.room, context)
            assert len(named) == len(setting.devices) > 0
            for device in named:
                found = device.capability(setting.capability)
                assert device.available
                assert found is not None
                assert found.settable
                assert context.value(device.id, setting.capability) != setting.value
                change = change_of(device, setting.capability, setting.value, context)
                assert change is not None
                moved = moves(device, setting.capability, change, context)
                assert way * moved[quantity] > 0


@given(contexts(), NEEDS)
def test_no_door_is_opened_and_nothing_unlocked_for_any_need(context: Context, need: str) -> None:
    for meaning in remedies.proposals(need, context.room, context):
        for setting in meaning.settings:
            assert setting.value not in ("unlocked", "disarmed")
            for device in remedies.devices_of(setting, context.room, context):
                assert not (role(device) == "door" and setting.value == 100)


@given(contexts(), NEEDS)
def test_what_is_not_about_the_whole_house_stays_in_the_room(context: Context, need: str) -> None:
    quantity, _ = WISHES[need]
    for meaning in remedies.proposals(need, context.room, context):
        for setting in meaning.settings:
            for device in remedies.devices_of(setting, context.room, context):
                central = device.kind == "climate"
                assert quantity in remedies.HOUSEWIDE or central or device.room == context.room


@given(contexts(), NEEDS)
def test_there_is_a_proposal_or_one_honest_sentence(context: Context, need: str) -> None:
    sentence = remedies.helpless(need, context.room, context)

    assert sentence.startswith(("I have", "I don't know"))
    assert sentence.endswith(".")
    assert "_" not in sentence


def lamp(number: int, **state: Value) -> tuple[Device, dict[str, Reading]]:
    """A lamp in the den and what it told."""
    device = Device(
        id=f"lamp{number}",
        name=f"Lamp {number}",
        room="Den",
        kind="light",
        capabilities=(Capability(name="power"), Capability(name="brightness")),
    )
    return device, {name: Reading(value=value, at=MIDNIGHT) for name, value in state.items()}


def blind(position: int) -> tuple[Device, dict[str, Reading]]:
    """A blind in the den."""
    device = Device(
        id="blind",
        name="Blind",
        room="Den",
        kind="cover",
        device_class="blind",
        capabilities=(Capability(name="position"),),
    )
    return device, {"position": Reading(value=position, at=MIDNIGHT)}


def den(*things: tuple[Device, dict[str, Reading]], hour: int = 22) -> Context:
    """The den with these things in it."""
    return Context(
        home=Home(rooms=(Room(name="Den"),), devices=tuple(device for device, _ in things)),
        state={device.id: state for device, state in things},
        room="Den",
        now=MIDNIGHT.replace(hour=hour),
        notebook=Notebook(),
    )


def first(need: str, context: Context) -> Setting | None:
    """The first setting of the best proposal."""
    found = remedies.proposals(need, "Den", context)
    return found[0].settings[0] if found else None


def test_a_light_that_is_off_is_turned_on() -> None:
    best = first("more_light", den(lamp(1, power="off", brightness=80)))

    assert best == Setting(capability="power", value="on", devices=("Lamp 1",))


def test_a_light_that_is_on_gets_brighter_before_another_is_lit() -> None:
    best = first(
        "more_light",
        den(lamp(1, power="on", brightness=40), lamp(2, power="off", brightness=40)),
    )

    assert best == Setting(capability="brightness", value=80, devices=("Lamp 1",))


def test_when_all_lights_are_full_the_blind_opens_by_day_and_nothing_helps_by_night() -> None:
    full = (lamp(1, power="on", brightness=100), blind(0))

    assert first("more_light", den(*full, hour=12)) == Setting(
        capability="position", value=100, devices=("Blind",)
    )
    assert first("more_light", den(*full, hour=1)) is None
    assert "brighter" in remedies.helpless("more_light", "Den", den(*full, hour=1))


def test_all_lit_lamps_are_dimmed_together() -> None:
    best = first(
        "less_light",
        den(lamp(1, power="on", brightness=90), lamp(2, power="on", brightness=90)),
    )

    assert best is not None
    assert best.devices == ("Lamp 1", "Lamp 2")


def air_conditioner(target: float, measured: float) -> tuple[Device, dict[str, Reading]]:
    """A thermostat in the den that heats and could cool."""
    device = Device(
        id="climate",
        name="Climate",
        room="Den",
        kind="climate",
        capabilities=(
            Capability(name="mode", options=("off", "heat", "cool")),
            Capability(name="target_temperature"),
            Capability(name="temperature", settable=False),
        ),
    )
    values: dict[str, Value] = {"mode": "heat", "target_temperature": target}
    told = values | {"temperature": measured}
    return device, {name: Reading(value=value, at=MIDNIGHT) for name, value in told.items()}


def test_it_cools_only_where_the_room_is_warmer_than_it_aims_at() -> None:
    aims_higher = first("cooler", den(air_conditioner(23, 21)))
    aims_lower = first("cooler", den(air_conditioner(21, 26)))

    assert aims_higher == Setting(capability="target_temperature", value=20, devices=("Climate",))
    assert aims_lower == Setting(capability="mode", value="cool", devices=("Climate",))


@pytest.mark.parametrize(
    ("need", "capability", "value", "fits"),
    [
        ("more_light", "power", "off", False),
        ("more_light", "brightness", 100, True),
        ("more_light", "brightness", 5, False),
        ("less_light", "brightness", 5, True),
        ("less_light", "power", "on", False),
        ("more_light", "color", "red", True),
    ],
)
def test_what_does_the_opposite_is_no_answer(
    need: str, capability: str, value: Value, *, fits: bool
) -> None:
    context = den(lamp(1, power="on", brightness=50))
    meaning = Meaning(settings=(Setting(capability=capability, value=value),))

    assert remedies.helps(meaning, need, "Den", context) is fits


def test_an_action_taught_in_one_room_is_done_with_the_devices_of_another() -> None:
    attic, reading = lamp(2, power="off", brightness=10)
    there = (replace(attic, id="a", name="Attic lamp", room="Attic"), reading)
    context = den(lamp(1, power="off", brightness=10), there)
    taught = Meaning(settings=(Setting(capability="power", value="on", devices=("Lamp 1",)),))

    moved = remedies.transferred(taught, "Den", "Attic", context)

    assert moved is not None
    assert moved.settings[0].devices == ("Attic lamp",)


def test_days_are_long_in_summer_and_short_in_winter() -> None:
    june, december = datetime(2026, 6, 21, 19, tzinfo=UTC), datetime(2026, 12, 21, 19, tzinfo=UTC)

    assert daylight(june)
    assert not daylight(december)
    assert daylight(december.replace(hour=12))


def test_every_need_can_be_served_by_something() -> None:
    for need, (quantity, way) in WISHES.items():
        served = [key for key, moved in INFLUENCES.items() if way * moved.get(quantity, 0) > 0]
        assert served, need
