"""The built-in skills cover the table of intents, and every pack has its skill."""

import tomllib
from pathlib import Path

import device.skills
from device.nlu.intents import INTENTS, OUT_OF_SCOPE
from device.skills.builtin import builtin_skills
from tests.skills.rooms import CONTEXT, asked, standing_in

PACKS = Path(device.skills.__file__).parent / "packs"
UNANSWERED = {OUT_OF_SCOPE, "HassMediaNext", "HassMediaPrevious"}
"""What no skill answers: no capability of players means the next or the previous piece."""


def test_every_intent_of_the_table_is_answered_and_no_other() -> None:
    answered = {intent for skill in builtin_skills() for intent in skill.intents}

    assert answered == set(INTENTS) - UNANSWERED


def test_every_pack_has_a_skill() -> None:
    packs = sorted(PACKS.glob("*/skill.toml"))
    names = {skill.name for skill in builtin_skills()}

    assert packs
    for pack in packs:
        assert tomllib.loads(pack.read_text(encoding="utf-8"))["extends"] in names


def test_every_skill_answers_even_a_bare_intent() -> None:
    for skill in builtin_skills():
        for intent in sorted(skill.intents):
            plan = skill.plan(asked(intent), CONTEXT)
            assert plan.reply or plan.commands or plan.question or plan.effects, intent
            assert plan.question is None or not (plan.commands or plan.effects)


def test_an_announcement_is_said_where_the_speaker_stands() -> None:
    (skill,) = [s for s in builtin_skills() if s.name == "announcements"]
    dinner = asked("HassBroadcast", message="dinner is ready")
    elsewhere = asked("HassBroadcast", message="dinner is ready", area="Bedroom")

    assert skill.plan(dinner, CONTEXT).reply == "Dinner is ready."
    assert skill.plan(elsewhere, standing_in("Kitchen")).reply == (
        "I have no speaker in the bedroom."
    )
    assert skill.plan(elsewhere, standing_in("Bedroom")).reply == "Dinner is ready."
