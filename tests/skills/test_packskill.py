"""A pack beside the speaker's own skills: its commands pass where all commands pass."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from device.edges.packcode import PackProcesses
from device.effects import Plan
from device.events import Ask, DeviceCommand, Outcome, OutcomeKind, Value
from device.routing.agenda import Agenda, lay_out
from device.routing.reply import reply_to
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.pack import Answers, Example, Extends, Hermes, Pack, Python
from device.skills.packskill import PackSkill
from tests.skills.rooms import CONTEXT, asked

PARTY = """
from device.effects import Plan
from device.events import DeviceCommand

class Party:
    def plan(self, request, context):
        wishes = eval(request.slot("wishes"))
        return Plan(reply="Party time.", commands=tuple(
            DeviceCommand(device=d, capability=c, value=v) for d, c, v in wishes
        ))

skill = Party()
"""
PATIENCE_MS = 10_000
Wish = tuple[str, str, Value]


def pack(answers: Answers) -> Pack:
    return Pack(
        id="party",
        name="Party",
        description="",
        version="1",
        answers=answers,
        files=(),
        examples=(Example(intent="StartParty", text="start the party"),),
    )


@pytest.fixture(name="router", scope="module")
def _router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    file = tmp_path_factory.mktemp("party") / "party.py"
    file.write_text(PARTY, encoding="utf-8")
    processes = PackProcesses(PATIENCE_MS)
    yield Router([*builtin_skills(), PackSkill(pack(Python(file=file)), code=processes)])
    processes.close()


def wanting(router: Router, *wishes: Wish, agreed: tuple[DeviceCommand, ...] = ()) -> Agenda:
    """The agenda of a party that wants these commands."""
    request = asked("StartParty", wishes=repr(wishes))
    return lay_out([request], CONTEXT, router, agreed=agreed)


def done(agenda: Agenda, kind: OutcomeKind = OutcomeKind.DONE) -> str:
    outcomes = [Outcome(command=c, kind=kind, reported=c.value) for c in agenda.commands]
    return reply_to(agenda, outcomes, CONTEXT).text


LAMP = next(d for d in CONTEXT.home.devices if d.kind == "light")
LOCK = next(d for d in CONTEXT.home.devices if d.kind == "lock")


def test_what_it_commands_is_sent_and_its_words_are_said(router: Router) -> None:
    agenda = wanting(router, (LAMP.id, "power", "on"))

    assert [(c.device, c.value) for c in agenda.commands] == [(LAMP.id, "on")]
    assert agenda.routes[0].skill == "party"
    assert done(agenda) == "Party time."


def test_what_a_device_did_not_do_is_said_in_place_of_its_words(router: Router) -> None:
    agenda = wanting(router, (LAMP.id, "power", "on"))

    assert done(agenda, OutcomeKind.NO_ANSWER).endswith("did not answer.")
    assert "Party" not in done(agenda, OutcomeKind.NO_ANSWER)


def test_it_unlocks_nothing_unasked_and_a_yes_is_for_what_was_asked_alone(router: Router) -> None:
    lamp: Wish = (LAMP.id, "power", "on")
    agenda = wanting(router, lamp, (LOCK.id, "lock", "unlocked"))
    assert agenda.commands == ()
    assert agenda.question is not None
    assert agenda.question.kind is Ask.CONFIRM
    assert "unlock the front door" in agenda.question.text

    agreed = tuple(c for c in agenda.proposed if isinstance(c, DeviceCommand))
    again = wanting(router, lamp, (LOCK.id, "lock", "unlocked"), agreed=agreed)
    assert again.question is None
    assert len(again.commands) == 2

    garage = next(d for d in CONTEXT.home.devices if d.device_class == "garage")
    other = wanting(router, (garage.id, "position", 100), agreed=agreed)
    assert other.question is not None


def test_what_the_voice_may_not_set_it_may_not_set_either(router: Router) -> None:
    climate = next(d for d in CONTEXT.home.devices if d.kind == "climate")

    agenda = wanting(router, (climate.id, "target_temperature", 45))

    assert agenda.commands == ()
    assert "not to 45 degrees" in done(agenda)


floors = {room.name: room.floor for room in CONTEXT.home.rooms}
commands = st.lists(
    st.builds(
        lambda device, name, value: (device.id, name, value),
        st.sampled_from(CONTEXT.home.devices),
        st.sampled_from(["power", "lock", "position", "brightness", "target_temperature"]),
        st.sampled_from(["on", "off", "unlocked", "locked"]) | st.integers(0, 100),
    ),
    max_size=4,
    unique=True,
)


@given(wishes=commands)
@settings(max_examples=60, deadline=None)
def test_nothing_risky_and_nothing_on_several_floors_is_done_unasked(
    router: Router, wishes: list[Wish]
) -> None:
    agenda = wanting(router, *wishes)

    for command in agenda.commands:
        assert not CONTEXT.rules.risky(command, CONTEXT.home)
    devices = [CONTEXT.home.device(command.device) for command in agenda.commands]
    reached = {floors.get(d.room) for d in devices if d is not None and d.room is not None}
    assert len(reached) <= 1
    if agenda.question is None:
        kept = [c for c in wishes if DeviceCommand(device=c[0], capability=c[1], value=c[2])
                not in agenda.commands]  # fmt: skip
        assert all(name == "target_temperature" for _, name, _ in kept)


def test_a_program_is_left_to_answer_on_its_topic() -> None:
    skill = PackSkill(pack(Hermes(topic="hermes/intent/party")))

    plan = skill.plan(asked("StartParty"), CONTEXT)

    assert plan.outside is not None
    assert (plan.outside.skill, plan.outside.topic) == ("party", "hermes/intent/party")
    assert plan.reply == "Party does not answer."
    assert skill.intents == frozenset({"StartParty"})


@pytest.mark.parametrize("answers", [Python(file=Path("party.py")), Extends(skill="lights")])
def test_where_no_code_is_run_that_is_said(answers: Answers) -> None:
    skill = PackSkill(pack(answers))

    assert skill.plan(asked("StartParty"), CONTEXT) == Plan(reply="Party cannot answer here.")
