"""Uses of what was taught: on which devices, never more than the definition, and back again."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context, Device
from device.effects import LearnConcept, Notebook, WriteNotebook
from device.events import Ask, Request, Value
from device.nlu.conceptcover import GUARDED, SUITS
from device.nlu.targets import targets
from device.skills import notebook as notebooks
from device.skills.concepts import Concepts
from device.skills.safety import ask_first
from simulator.homes import random_home
from tests.skills.rooms import CONTEXT, HOME, NOW, asked, asked_for, readings, standing_in
from tests.skills.talks import said, turn

SKILL = Concepts()


def setting(capability: str, value: Value, *devices: str) -> Setting:
    return Setting(capability=capability, value=value, devices=devices)


def concept(name: str, *settings_: Setting, room: str | None = None) -> Concept:
    meaning = Meaning(settings=settings_)
    return Concept(name=name, kind=Kind.ENTITY, meaning=meaning, room=room, at=NOW)


RED = concept("red hour", setting("brightness", 50), setting("color", "red"), room="Living Room")
FILM = concept(
    "film",
    setting("brightness", 10, "Living Room/Lamp"),
    setting("power", "off", "Ceiling light"),
    setting("position", 0, "Blind"),
)
FROST = concept("frost", setting("target_temperature", 12))
WEIRD = concept("weird", setting("lock", "unlocked", "Front door"))
STAGE = concept(
    "stage",
    setting("brightness", 70),
    setting("power", "off", "Living Room/Lamp"),
    setting("brightness", 20, "Kitchen light"),
)
ALL = (RED, FILM, FROST, WEIRD, STAGE)


def in_room(room: str | None) -> Context:
    return replace(CONTEXT, room=room, taught=ALL)


def sent(request: Request, context: Context) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for command in SKILL.plan(request, context).commands:
        found.setdefault(command.device, {})[command.capability] = command.value
    return found


def test_it_is_set_where_the_speaker_stands_and_what_lacks_is_said() -> None:
    plan = SKILL.plan(asked("SetConcept", concept="red hour"), in_room("Living Room"))

    assert sent(asked("SetConcept", concept="red hour"), in_room("Living Room")) == {
        "living room/ceiling light": {"brightness": 50, "color": "red"},
        "living room/lamp": {"brightness": 50},
    }
    assert plan.reply == "The living room lamp can't change color."


def test_another_room_takes_what_its_devices_can() -> None:
    use = asked("SetConcept", concept="red hour", area="Kitchen")

    assert sent(use, in_room("Living Room")) == {"kitchen/kitchen light": {"brightness": 50}}
    assert SKILL.plan(use, in_room("Living Room")).reply == "The kitchen light can't change color."


def test_a_device_that_can_nothing_of_it_says_so() -> None:
    plan = SKILL.plan(asked("SetConcept", concept="frost", name="Fan"), in_room(None))

    assert not plan.commands
    assert plan.reply == "The fan can't be set to a temperature."


def test_a_device_that_is_named_takes_nothing_that_is_for_another() -> None:
    assert sent(asked("SetConcept", concept="film", name="Fan"), in_room("Living Room")) == {}


def test_what_is_told_for_one_device_goes_before_what_is_for_all() -> None:
    use = asked("SetConcept", concept="stage")

    assert sent(use, in_room("Living Room")) == {
        "living room/lamp": {"power": "off"},
        "kitchen/kitchen light": {"brightness": 20},
        "living room/ceiling light": {"brightness": 70},
    }
    there = sent(asked("SetConcept", concept="stage", area="Living Room"), in_room("Kitchen"))
    assert there == {
        "living room/lamp": {"power": "off"}, "living room/ceiling light": {"brightness": 70},
    }  # fmt: skip


def test_elsewhere_no_lamp_is_lit_and_turned_off() -> None:
    use = asked("SetConcept", concept="stage", area="Kitchen")
    stage = concept("stage", setting("brightness", 70), setting("power", "off", "Ceiling light"))

    found = sent(use, replace(in_room("Living Room"), taught=(stage,)))

    assert found == {"kitchen/kitchen light": {"brightness": 70}}


def test_a_value_that_is_said_holds_for_this_use_alone() -> None:
    use = asked("SetConcept", concept="red hour", brightness=15)

    assert sent(use, in_room("Living Room")) == {
        "living room/ceiling light": {"brightness": 15, "color": "red"},
        "living room/lamp": {"brightness": 15},
    }
    assert not [e for e in SKILL.plan(use, in_room(None)).effects if isinstance(e, LearnConcept)]


def test_what_a_use_leaves_out_stays_as_it_is() -> None:
    for concept_, out, left in (("film", "Blind", "bedroom/blind"), ("red hour", "Lamp", "lamp")):
        use = asked("SetConcept", concept=concept_)
        all_ = sent(use, in_room("Living Room"))
        spared = sent(replace(use, excepted=(out,)), in_room("Living Room"))

        assert spared == {name: found for name, found in all_.items() if left not in name}
        assert spared != all_


def test_without_a_room_it_is_the_one_where_it_was_taught_and_else_it_is_asked() -> None:
    context = in_room(None)

    assert set(sent(asked("SetConcept", concept="red hour"), context)) == {
        "living room/ceiling light",
        "living room/lamp",
    }
    anywhere = replace(context, taught=(replace(RED, room=None),))
    question = SKILL.plan(asked("SetConcept", concept="red hour"), anywhere).question
    assert question is not None
    assert question.kind is Ask.CHOOSE
    assert question.slot == "area"
    assert question.choices == ("Kitchen", "Living Room", "Bedroom")


def test_settings_with_devices_of_their_own_go_there_from_every_room() -> None:
    assert sent(asked("SetConcept", concept="film"), in_room("Kitchen")) == {
        "living room/lamp": {"brightness": 10},
        "living room/ceiling light": {"power": "off"},
        "bedroom/blind": {"position": 0},
    }


def test_elsewhere_devices_of_the_same_names_and_kinds_stand_in_for_them() -> None:
    use = asked("SetConcept", concept="film", area="Bedroom")
    plan = SKILL.plan(use, in_room("Living Room"))

    assert sent(use, in_room("Living Room")) == {"bedroom/blind": {"position": 0}}
    assert plan.reply == "The bedroom lamp can't be dimmed. I left out the ceiling light."


def test_nobody_is_asked_for_what_the_definition_names_but_for_what_is_risky() -> None:
    film = asked("SetConcept", concept="film")
    assert ask_first(film, SKILL.plan(film, in_room(None)), in_room(None)).question is None

    weird = asked("SetConcept", concept="weird")
    question = ask_first(weird, SKILL.plan(weird, in_room(None)), in_room(None)).question
    assert question is not None
    assert question.text == "Shall I unlock the front door?"


def test_all_the_lights_of_the_home_are_asked_about_first() -> None:
    use = asked("SetConcept", scope="all", concept="red hour", domain="light")

    question = ask_first(use, SKILL.plan(use, in_room("Kitchen")), in_room("Kitchen")).question

    assert question is not None
    assert question.kind is Ask.CONFIRM


def test_leaving_it_goes_back_to_how_it_was() -> None:
    context = turn(in_room("Living Room"), asked("SetConcept", concept="red hour"))
    assert context.value("living room/lamp", "brightness") == 50

    context = turn(context, asked("LeaveConcept", concept="red hour"))

    assert context.value("living room/lamp", "brightness") == 30
    assert context.value("living room/ceiling light", "brightness") == 80
    assert context.notebook.holds == ()
    assert turn(context, asked("LeaveConcept", concept="red hour")).turns[-1].outcomes == ()
    assert said(turn(context, asked("LeaveConcept", concept="red hour"))) == "Red hour is not on."


def test_what_was_changed_by_hand_meanwhile_stays() -> None:
    context = turn(in_room("Living Room"), asked("SetConcept", concept="red hour"))
    changed = {d: {c: r.value for c, r in v.items()} for d, v in context.state.items()}
    changed["living room/lamp"]["brightness"] = 77

    context = turn(
        replace(context, state=readings(changed)), asked("LeaveConcept", concept="red hour")
    )

    assert context.value("living room/lamp", "brightness") == 77
    assert context.value("living room/ceiling light", "brightness") == 80


def test_a_lamp_that_somebody_turned_off_stays_off() -> None:
    context = turn(in_room("Living Room"), asked("SetConcept", concept="red hour"))
    changed = {d: {c: r.value for c, r in v.items()} for d, v in context.state.items()}
    changed["living room/lamp"]["power"] = "off"

    plan = SKILL.plan(
        asked("LeaveConcept", concept="red hour"), replace(context, state=readings(changed))
    )

    assert {c.device for c in plan.commands} == {"living room/ceiling light"}


def test_used_twice_it_goes_back_to_before_the_first() -> None:
    use = asked("SetConcept", concept="red hour")

    context = turn(turn(in_room("Living Room"), use), use)
    context = turn(context, asked("LeaveConcept", concept="red hour"))

    assert context.value("living room/lamp", "brightness") == 30


def test_where_nobody_knows_what_was_before_it_turns_off_what_stands_so() -> None:
    state = {d: {c: r.value for c, r in v.items()} for d, v in CONTEXT.state.items()}
    state["living room/lamp"] |= {"power": "on", "brightness": 50}
    context = replace(in_room("Living Room"), state=readings(state))

    plan = SKILL.plan(asked("LeaveConcept", concept="red hour"), context)

    assert [(c.device, c.value) for c in plan.commands] == [("living room/lamp", "off")]


def test_for_an_hour_it_ends_by_itself_also_after_a_restart() -> None:
    context = in_room("Living Room")
    use = asked("SetConcept", concept="red hour", hours=1)
    context = turn(context, use)
    kept = notebooks.save(context.notebook, context.now, context.now_ms)

    later = context.now + timedelta(hours=1, seconds=1)
    again = notebooks.restore(kept, later, 5_000)
    due = notebooks.due(again, later, 5_000)
    (timer,) = due.commands
    context = replace(context, notebook=due.notebook, now=later, now_ms=5_000)
    context = turn(context, *timer.requests)

    assert timer.command == "stop red hour"
    assert context.value("living room/lamp", "brightness") == 30
    assert context.notebook.holds == ()


def test_a_second_use_takes_the_place_of_the_first_and_its_end() -> None:
    hour = asked("SetConcept", concept="red hour", hours=1)
    context = turn(in_room("Living Room"), hour)
    assert len(context.notebook.timers) == 1

    assert len(turn(context, hour).notebook.timers) == 1
    assert turn(context, asked("SetConcept", concept="red hour")).notebook.timers == ()
    assert turn(context, asked("LeaveConcept", concept="red hour")).notebook.timers == ()


def test_undo_takes_a_use_and_its_end_back() -> None:
    context = turn(in_room("Living Room"), asked("SetConcept", concept="red hour", minutes=5))

    context = turn(context, asked("Undo"))

    assert context.value("living room/lamp", "brightness") == 30
    assert (context.notebook.timers, context.notebook.holds) == ((), ())


@pytest.mark.parametrize("slots", [{"hours": 1000}, {"minutes": 0}, {"time": "25:99"}])
def test_a_length_that_cannot_be_is_said_and_nothing_is_done(slots: dict[str, Value]) -> None:
    plan = SKILL.plan(
        asked_for("SetConcept", {"concept": "red hour", **slots}), in_room("Living Room")
    )

    assert plan.reply
    assert not plan.commands
    assert not plan.effects


def test_a_question_compares_the_home_with_the_definition() -> None:
    context = in_room("Living Room")
    question = asked("ConceptState", concept="red hour")

    no = SKILL.plan(question, context).reply
    yes = SKILL.plan(question, turn(context, asked("SetConcept", concept="red hour"))).reply

    assert no == (
        "No: the ceiling light is at 80 %, not at 50 %, the living room lamp is at 30 %, not at "
        "50 % and the ceiling light is not telling its color."
    )
    assert yes == ("Yes: the ceiling light is at 50 % and red and the living room lamp is at 50 %.")


def test_what_is_not_known_is_said() -> None:
    context = in_room("Kitchen")

    assert SKILL.plan(asked("SetConcept", concept="nonsense"), context).reply == (
        "I don't know what nonsense is."
    )
    assert SKILL.plan(asked("SetConcept"), context).reply
    gone = replace(context, taught=(concept("old", setting("power", "on", "Attic lamp")),))
    assert SKILL.plan(asked("SetConcept", concept="old"), gone).reply == (
        "The devices of old are not there any more."
    )


VALUES: dict[str, tuple[Value, ...]] = {
    "brightness": (0, 1, 50, 100),
    "color": ("red", "blue"),
    "color_temperature": (2700, 6000),
    "power": ("on", "off"),
    "target_temperature": (7, 21),
    "fan_speed": (0, 60),
    "position": (0, 100),
    "volume": (0, 30),
    "mode": ("heat", "off"),
}


@st.composite
def uses(draw: st.DrawFn) -> tuple[Context, Concept, Request]:
    """A random home, a concept that was taught there, and a use of it."""
    home = random_home(Random(draw(st.integers(0, 300))))
    labels = [home.label(d) for d in home.devices]
    made = []
    for capability in draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4)):
        own = draw(st.lists(st.sampled_from(labels), max_size=2)) if labels else []
        made.append(setting(capability, draw(st.sampled_from(VALUES[capability])), *own))
    rooms = [r.name for r in home.rooms]
    taught = concept("zap", *made, room=draw(st.sampled_from([None, *rooms])))
    slots: dict[str, Value] = {"concept": "zap"}
    if draw(st.booleans()):
        slots["area"] = draw(st.sampled_from(rooms))
    if draw(st.integers(0, 3)) == 0:
        slots["domain"] = draw(st.sampled_from(["light", "fan", "climate"]))
    if labels and draw(st.integers(0, 3)) == 0:
        slots["name"] = draw(st.sampled_from([d.name for d in home.devices]))
    context = Context(
        home=home,
        room=draw(st.sampled_from([None, *rooms])),
        now=NOW,
        notebook=Notebook(),
        taught=(taught,),
    )
    return context, taught, asked_for("SetConcept", slots)


@settings(max_examples=150)
@given(uses())
def test_a_use_never_does_more_than_its_definition_where_it_was_asked(
    use: tuple[Context, Concept, Request],
) -> None:
    context, taught, request = use
    home = context.home
    plan = SKILL.plan(request, context)
    placed = any(request.slot(s) is not None for s in ("name", "area", "domain"))
    asked_for = {d.id for d in targets(request, context).devices} if placed else None
    named = request.slot("name") is not None or request.slot("domain") is not None
    rooms = {context.room, taught.room}

    assert plan.commands or plan.reply or plan.question
    for command in plan.commands:
        device = home.device(command.device)
        assert device is not None
        found = device.capability(command.capability)
        assert found is not None
        assert found.settable
        causes = [s for s in taught.meaning.settings if _sets(s, command.capability, command.value)]
        assert causes, f"{command} is not in {taught.meaning}"
        if asked_for is not None:
            assert device.id in asked_for
        else:
            assert any(
                home.label(device) in s.devices or (not s.devices and device.room in rooms)
                for s in causes
            )
        if not named and not any(s.devices for s in causes):
            assert _suits(device, command.capability, taught)


def _sets(found: Setting, capability: str, value: Value) -> bool:
    dark = found.capability == "brightness" and found.value == 0
    if dark and (capability, value) == ("power", "off"):
        return True
    return (found.capability, found.value) == (capability, value)


def _suits(device: Device, capability: str, taught: Concept) -> bool:
    every = {kind for kinds in SUITS.values() for kind in kinds}
    return device.kind in (every if capability == "power" else SUITS[capability]) and (
        device.device_class not in GUARDED
    )


@settings(max_examples=60)
@given(uses())
def test_leaving_a_use_at_once_leads_back_to_every_known_value(
    use: tuple[Context, Concept, Request],
) -> None:
    context, _, request = use
    state = {
        d.id: {c.name: 33 if c.maximum is None else c.maximum for c in d.capabilities}
        for d in context.home.devices
    }
    context = replace(context, state=readings(state))
    plan = SKILL.plan(request, context)
    for effect in plan.effects:
        assert isinstance(effect, WriteNotebook)
        context = replace(context, notebook=effect.notebook)
    now = {d: {c: r.value for c, r in v.items()} for d, v in context.state.items()}
    for command in plan.commands:
        now[command.device][command.capability] = command.value

    back = SKILL.plan(asked("LeaveConcept", concept="zap"), replace(context, state=readings(now)))
    for command in back.commands:
        now[command.device][command.capability] = command.value

    if plan.commands:
        off = {c.device for c in plan.commands if (c.capability, c.value) == ("power", "off")}
        for device, values in state.items():
            assert now[device] == values or device in off


def test_the_small_home_has_what_these_tests_use() -> None:
    labels = {HOME.label(d) for d in HOME.devices}
    named = {label for c in ALL for s in c.meaning.settings for label in s.devices}

    assert named <= labels
    assert standing_in("Kitchen").room == "Kitchen"
