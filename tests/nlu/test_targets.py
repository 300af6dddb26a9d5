from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from device.context import Context, Device, Home, Room
from device.effects import Notebook
from device.events import Request, Slot, Value
from device.nlu.targets import Targets, named, targets

ROOMS = (
    Room(name="Kitchen", floor="Ground"),
    Room(name="Hall", floor="Ground"),
    Room(name="Bedroom", floor="Upstairs"),
)


def device(name: str, room: str, kind: str, device_class: str = "") -> Device:
    return Device(id=f"{room}/{name}", name=name, room=room, kind=kind, device_class=device_class)


HOME = Home(
    rooms=ROOMS,
    devices=(
        device("Ceiling light", "Kitchen", "light"),
        device("Counter", "Kitchen", "light"),
        device("Desk lamp", "Kitchen", "light"),
        device("Ceiling light", "Bedroom", "light"),
        device("Blinds", "Bedroom", "cover", "blind"),
        device("Front door", "Hall", "lock"),
        device("Garden gate", "Hall", "lock"),
        device("Heater", "Bedroom", "climate"),
        device("Oven", "Kitchen", "switch", "outlet"),
    ),
)


def covered(
    intent: str, room: str | None = None, scope: str = "", text: str = "", **slots: Value
) -> set[str]:
    return {d.id for d in found(intent, room, scope, text, **slots).devices}


def found(
    intent: str, room: str | None = None, scope: str = "", text: str = "", **slots: Value
) -> Targets:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    context = Context(home=HOME, room=room, now=now, notebook=Notebook())
    said = tuple(Slot(name=k, value=v, text=text or str(v)) for k, v in slots.items())
    asked = Request(
        text="", span=(), domain="", intent=intent, slots=said, confidence=1.0, scope=scope
    )
    return targets(asked, context)


def test_a_kind_without_a_place_means_the_speakers_room() -> None:
    assert covered("HassTurnOn", "Bedroom", domain="light") == {"Bedroom/Ceiling light"}
    assert covered("HassTurnOn", "Hall", domain="light") == {
        d.id for d in HOME.devices if d.kind == "light"
    }


def test_all_means_the_home_and_a_place_means_the_place() -> None:
    everywhere = found("HassTurnOff", "Bedroom", "all", domain="light")
    kitchen = found("HassTurnOff", "Bedroom", "all", domain="light", area="Kitchen")

    assert len(everywhere.devices) == 4
    assert everywhere.broad
    assert {d.room for d in kitchen.devices} == {"Kitchen"}
    assert not kitchen.broad


def test_the_other_name_of_one_of_them_tells_it_apart_from_its_namesakes() -> None:
    big = replace(HOME.devices[0], aliases=("big light",))
    home = Home(rooms=ROOMS, devices=(big, *HOME.devices[1:]))

    for room in ("Bedroom", "Hall", None):
        said = Slot(name="name", value="Ceiling light", text="big light")
        asked = Request(
            text="", span=(), domain="", intent="HassTurnOff", slots=(said,), confidence=1.0
        )
        now = datetime(2026, 1, 1, tzinfo=UTC)
        context = Context(home=home, room=room, now=now, notebook=Notebook())

        assert [d.id for d in targets(asked, context).devices] == ["Kitchen/Ceiling light"]
        assert [d.id for d in named(asked, context)] == ["Kitchen/Ceiling light"]


def test_a_name_that_several_have_is_told_apart_by_room_or_asked() -> None:
    assert covered("HassTurnOn", "Bedroom", name="Ceiling light") == {"Bedroom/Ceiling light"}
    assert covered("HassTurnOn", "Hall", name="Ceiling light", area="Kitchen") == {
        "Kitchen/Ceiling light"
    }
    assert found("HassTurnOn", "Hall", name="Ceiling light").choices == (
        "Kitchen/Ceiling light",
        "Bedroom/Ceiling light",
    )


def test_unknown_names_and_places_are_given_back() -> None:
    assert found("HassTurnOn", name="Hugo").unknown == "Hugo"
    assert found("HassTurnOn", area="Cellar", domain="light").unknown == "Cellar"
    assert found("HassTurnOn", floor="Roof").unknown == "Roof"


def test_everything_never_opens_or_unlocks() -> None:
    for room in (None, "Hall", "Kitchen"):
        for intent in ("HassTurnOn", "HassTurnOff"):
            devices = found(intent, room, "all").devices
            assert devices
            assert not {d.kind for d in devices} & {"lock", "cover", "valve"}


def test_a_switch_of_nothing_in_particular_covers_nothing() -> None:
    for intent in ("HassTurnOn", "HassTurnOff", "HassToggle"):
        assert found(intent, "Kitchen") == Targets()
    assert found("HassTurnOff", "Kitchen", "all").devices


def test_the_gate_is_not_the_front_door() -> None:
    gate = found("HassTurnOff", "Hall", domain="lock", text="gate")
    door = found("HassTurnOff", "Hall", domain="lock", text="door")

    assert [d.name for d in gate.devices] == ["Garden gate"]
    assert [d.name for d in door.devices] == ["Front door"]


def test_the_lamp_is_the_light_that_is_called_a_lamp() -> None:
    lamp = found("HassTurnOn", "Kitchen", domain="light", text="lamp")

    assert [d.name for d in lamp.devices] == ["Desk lamp"]


@given(
    intent=st.sampled_from(["HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition"]),
    room=st.none() | st.sampled_from([r.name for r in ROOMS]),
    scope=st.sampled_from(["", "all", "other", "here"]),
    slots=st.dictionaries(
        st.sampled_from(["name", "area", "floor", "domain", "device_class"]),
        st.sampled_from(
            ["Counter", "Kitchen", "Ground", "light", "lock", "cover", "blind", "Hugo"]
        ),
    ),
)
def test_devices_are_in_the_named_place_and_one_answer_is_given(
    intent: str, room: str | None, scope: str, slots: dict[str, str]
) -> None:
    result = found(intent, room, scope, "", **slots)

    assert sum(map(bool, (result.devices, result.choices, result.unknown))) <= 1
    for covered_device in result.devices:
        assert slots.get("area") in (None, covered_device.room)
        assert slots.get("name") in (None, covered_device.name)


def test_it_that_means_nothing_covers_nothing() -> None:
    for scope in ("it", "other", "implied"):
        assert found("HassTurnOff", "Kitchen", scope) == Targets()
    assert covered("HassTurnOff", "Kitchen", "here") == {
        d.id for d in HOME.devices if d.room == "Kitchen"
    }


def test_what_is_left_out_is_not_covered() -> None:
    context = Context(home=HOME, now=datetime(2026, 1, 1, tzinfo=UTC), notebook=Notebook())
    lights = (Slot(name="domain", value="light", text="lights"),)

    def all_but(*out: str) -> set[str]:
        request = Request(
            text="",
            span=(),
            domain="light",
            intent="HassTurnOff",
            slots=lights,
            confidence=1.0,
            scope="all",
            excepted=out,
        )
        return {d.id for d in targets(request, context).devices}

    assert all_but("kitchen") == {"Bedroom/Ceiling light"}
    assert all_but("Desk lamp", "Counter") == {"Kitchen/Ceiling light", "Bedroom/Ceiling light"}
    assert len(all_but("Zelmo")) == 4
