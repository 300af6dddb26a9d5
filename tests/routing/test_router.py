"""The right skill for a request, or none, honestly."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.effects import Notebook, Question
from device.events import Ask, Request, Source
from device.routing.agenda import CANNOT, UNSURE, lay_out
from device.routing.reply import reply_to
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.device_skill import DeviceSkill
from device.skills.pack import Standing
from device.skills.packreading import builtin_packs
from tests.skills.rooms import CONTEXT, HOME, asked, standing_in

ROUTER = Router(builtin_skills())


@pytest.mark.parametrize(
    ("name", "skill"),
    [
        ("Kitchen light", "lights"),
        ("Front door", "locks"),
        ("Garage door", "covers"),
        ("Water valve", "covers"),
        ("Fan", "fans"),
        ("Coffee machine", "switches"),
        ("TV", "media"),
        ("Bedroom thermostat", "climate"),
        ("Vacuum", "vacuums"),
        ("Movie night", "scenes"),
        ("Lamp", "lights"),
        ("Nothing like it", "house"),
    ],
)
@pytest.mark.parametrize("intent", ["HassTurnOn", "HassTurnOff"])
def test_the_same_words_go_where_the_device_belongs(intent: str, name: str, skill: str) -> None:
    route = ROUTER.route(asked(intent, name=name), CONTEXT)

    assert route.skill == skill
    assert [c.score for c in route.candidates] == sorted(
        (c.score for c in route.candidates), reverse=True
    )


@pytest.mark.parametrize(
    ("request_", "skill"),
    [
        (asked("HassSetVolume", volume_level=30), "volume"),
        (asked("HassSetVolume", volume_level=30, name="TV"), "media"),
        (asked("HassSetVolumeRelative", volume_step="up", area="Living Room"), "media"),
        (asked("HassTurnOff", area="Kitchen"), "house"),
        (asked("HassTurnOff", area="Living Room", domain="light"), "lights"),
        (asked("HassClimateGetTemperature", area="Kitchen"), "climate"),
        (asked("HassGetState", name="Kitchen light"), "states"),
        (asked("HassStartTimer", minutes=5), "timers"),
        (asked("SetReminder", words="x"), "reminders"),
        (asked("ListItems"), "lists"),
        (asked("Undo"), "speaker"),
        (asked("HassGetCurrentTime"), "clock"),
    ],
)
def test_what_is_named_decides_between_skills(request_: Request, skill: str) -> None:
    assert ROUTER.route(request_, standing_in("Living Room")).skill == skill


def test_no_skill_claims_what_is_out_of_scope() -> None:
    agenda = lay_out([asked("OutOfScope")], CONTEXT, ROUTER)

    assert [r.skill for r in agenda.routes] == [None]
    assert reply_to(agenda, (), CONTEXT).text == CANNOT


def test_a_custom_sentence_without_a_skill_is_understood_and_said_so() -> None:
    coffee = Request(
        text="make me a coffee",
        span=((0, 4),),
        domain="OrderCoffee",
        intent="OrderCoffee",
        slots=(),
        confidence=1.0,
        source=Source.SENTENCE,
    )

    agenda = lay_out([coffee], CONTEXT, ROUTER)

    assert [r.skill for r in agenda.routes] == [None]
    reply = reply_to(agenda, (), CONTEXT)
    assert reply.text == "I understood OrderCoffee, but no skill answers it."
    assert reply.asks is None


def test_a_doubtful_request_is_asked_again_and_nothing_is_done() -> None:
    agenda = lay_out([asked("HassTurnOn", name="Fan", confidence=0.3)], CONTEXT, ROUTER)

    assert agenda.commands == ()
    reply = reply_to(agenda, (), CONTEXT)
    assert (reply.text, reply.asks) == (UNSURE, Ask.REPEAT)


@pytest.mark.parametrize(
    "intent",
    ["StopRinging", "HassMediaPause", "HassTurnOff", "HassNevermind", "HassCancelTimer"],
)
def test_while_something_rings_a_bare_stop_is_about_that(intent: str) -> None:
    ringing = replace(CONTEXT, notebook=Notebook(ringing=("Your 5 minute timer is done.",)))

    agenda = lay_out([asked(intent)], ringing, ROUTER)

    assert [(r.skill, r.request.intent) for r in agenda.routes] == [("alarms", "StopRinging")]
    assert agenda.commands == ()
    assert agenda.notebook is not None
    assert agenda.notebook.ringing == ()


def test_what_is_named_is_done_although_something_rings() -> None:
    ringing = replace(CONTEXT, notebook=Notebook(ringing=("Your 5 minute timer is done.",)))

    agenda = lay_out([asked("HassMediaPause", name="TV")], ringing, ROUTER)

    assert [(c.device, c.value) for c in agenda.commands] == [("living room/tv", "paused")]
    assert lay_out([asked("HassMediaPause")], CONTEXT, ROUTER).routes[0].skill == "media"


class Fountains(DeviceSkill):
    """A second skill for switches."""

    name = "fountains"
    kinds = frozenset({"switch"})


def test_a_tie_is_decided_by_the_person() -> None:
    router = Router((*builtin_skills(), Fountains()))
    request = asked("HassTurnOn", name="Coffee machine")

    agenda = lay_out([request], CONTEXT, router)

    assert agenda.question == Question(
        kind=Ask.CHOOSE,
        text="Switches or fountains?",
        request=request,
        slot="skill",
        choices=("switches", "fountains"),
    )
    decided = asked("HassTurnOn", name="Coffee machine", skill="fountains")
    assert router.route(decided, CONTEXT).skill == "fountains"


def switched_off(*skills: str) -> Router:
    router = Router(builtin_skills())
    standings = (
        (pack, Standing.DISABLED if pack.id in skills else Standing.ENABLED)
        for pack in builtin_packs()
    )
    router.take(tuple(standings))
    return router


def test_a_skill_that_is_switched_off_says_so_and_no_other_takes_its_place() -> None:
    router = switched_off("timers", "locks")
    timer = lay_out([asked("HassStartTimer", minutes=5)], CONTEXT, router)
    unlock = lay_out([asked("HassTurnOff", name="Front door")], CONTEXT, router)

    assert timer.notebook is None
    assert reply_to(timer, (), CONTEXT).text == "The timers skill is switched off."
    assert unlock.commands == ()
    assert reply_to(unlock, (), CONTEXT).text == "The locks skill is switched off."
    assert {"timers", "locks"}.isdisjoint(known.id for known in router.known)
    assert lay_out([asked("HassTurnOn", name="Fan")], CONTEXT, router).commands


def test_a_skill_is_switched_on_again() -> None:
    router = switched_off("timers")
    router.take([(pack, Standing.ENABLED) for pack in builtin_packs()])

    assert router.route(asked("HassStartTimer", minutes=5), CONTEXT).skill == "timers"


def test_two_skills_with_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="skills with the same name"):
        Router((Fountains(), Fountains()))


@given(
    intent=st.sampled_from(sorted({i for s in builtin_skills() for i in s.intents})),
    name=st.sampled_from([None, "Nothing like it", *(HOME.label(d) for d in HOME.devices)]),
    area=st.sampled_from([None, "Kitchen", "Attic"]),
    domain=st.sampled_from([None, "light", "cover", "climate"]),
    confidence=st.floats(0, 1),
)
def test_a_winner_is_the_best_of_those_that_know_the_intent(
    intent: str, name: str | None, area: str | None, domain: str | None, confidence: float
) -> None:
    said = {"name": name, "area": area, "domain": domain}
    slots = {slot: value for slot, value in said.items() if value is not None}
    request = asked(intent, confidence=confidence, scope="", **slots)

    route = ROUTER.route(request, CONTEXT)

    assert all(intent in ROUTER.skill(c.skill).intents for c in route.candidates)
    assert all(0 <= c.score <= confidence + 1e-3 for c in route.candidates)
    if route.skill is not None:
        assert route.skill == route.candidates[0].skill
        assert route.candidates[0].score >= 0.35
    lay_out([request], CONTEXT, ROUTER)
