"""Talk about skills: which there are, which answered, which were turned down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from device.context import Context
from device.effects import ForgetRefusals
from device.events import Candidate, Reply, Route, Turn
from device.nlu.matching import match
from device.nlu.templates import verbatim_sentences
from device.settled import Known, Settled, Verdict
from device.skills.skillbook import Skillbook
from tests.skills.rooms import CONTEXT, NOW, asked, asked_for

PACKS = (
    Known(id="zoo", name="Zoo sounds", aliases=("the zoo",)),
    Known(id="safari", name="Safari"),
    Known(id="farm", name="Farm", enabled=False),
    Known(id="lights", name="lights", builtin=True),
)
KNOWING = replace(CONTEXT, skills=PACKS)
ELEPHANT = "make an elephant sound"
NAMING = ("skill", "refused")


def after(skill: str, *, pack: bool, rivals: tuple[str, ...] = (), **slots: str) -> Context:
    """The context after a skill has answered."""
    request = replace(asked_for("OutOfScope", slots), text=ELEPHANT)
    candidates = (
        Candidate(skill=skill, score=0.8, pack=pack),
        *(Candidate(skill=rival, score=0.1, pack=True) for rival in rivals),
    )
    route = Route(request=request, skill=skill, candidates=candidates)
    turn = Turn(
        id="1", at=NOW, text=ELEPHANT, requests=(request,), routes=(route,), reply=Reply(text="Ok.")
    )
    return replace(KNOWING, turns=(turn,))


def meant(text: str, context: Context) -> tuple[str, str | None] | None:
    found = match(verbatim_sentences(), text, context)
    if found is None:
        return None
    skill = next((str(slot.value) for slot in found.slots if slot.name in NAMING), None)
    return found.intent, skill


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("not that one", None),
        ("Not that one, the other.", None),
        ("no, the other one", None),
        ("that's the wrong one", None),
        ("no, I meant Safari", "Safari"),
        ("i meant the zoo", "Zoo sounds"),
        ("no, safari", "Safari"),
    ],
)
def test_after_a_pack_it_is_about_the_skill_and_after_a_lamp_about_the_lamp(
    text: str, skill: str | None
) -> None:
    assert meant(text, after("zoo", pack=True)) == ("OtherSkill", skill)
    assert meant(text, after("media", pack=False, rivals=("zoo",))) == ("OtherSkill", skill)
    assert meant(text, after("lights", pack=False, name="Lamp", rivals=("zoo",))) is None
    assert meant(text, after("lights", pack=False, name="Lamp")) is None
    assert meant(text, KNOWING) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the other skill", ("OtherSkill", None)),
        ("no, use another skill", ("OtherSkill", None)),
        ("that was the wrong skill", ("OtherSkill", None)),
        ("wrong skill", ("OtherSkill", None)),
        ("no, ask safari", ("OtherSkill", "Safari")),
        ("not that one, ask the zoo", ("OtherSkill", "Zoo sounds")),
        ("which skills do I have?", ("WhichSkills", None)),
        ("which skill was that?", ("WhichSkill", None)),
        ("who answered that", ("WhichSkill", None)),
        ("what have I refused", ("Refusals", None)),
        ("forget what I refused", ("ForgetRefusals", None)),
        ("forget that I refused zoo sounds", ("ForgetRefusals", "Zoo sounds")),
        ("give safari another chance", ("ForgetRefusals", "Safari")),
    ],
)
def test_what_names_a_skill_is_about_it_whatever_came_before(
    text: str, wanted: tuple[str, str | None]
) -> None:
    for context in (KNOWING, after("zoo", pack=True), after("lights", pack=False, name="Lamp")):
        assert meant(text, context) == wanted


@pytest.mark.parametrize(
    "text", ["no, ask the kitchen light", "no, the lights", "which lights are on", "stop"]
)
def test_what_is_no_pack_is_none(text: str) -> None:
    assert meant(text, after("zoo", pack=True)) is None


def reply(intent: str, context: Context, **slots: str) -> str:
    return Skillbook().plan(asked_for(intent, slots), context).reply


def test_the_skills_are_told_those_that_the_owner_chose_first() -> None:
    assert reply("WhichSkills", KNOWING) == "You have Zoo sounds and Safari. Farm is there too."
    assert reply("WhichSkills", CONTEXT) == "You have no skills besides my own."


def test_the_one_that_answered_is_told_also_after_it_was_asked_for_once() -> None:
    context = after("zoo", pack=True)
    about = Turn(id="2", at=NOW, text="", requests=(asked("WhichSkill"),))

    assert reply("WhichSkill", context) == "That was Zoo sounds."
    assert reply("WhichSkill", replace(context, turns=(*context.turns, about))) == (
        "That was Zoo sounds."
    )
    assert reply("WhichSkill", after("lights", pack=False)) == "That was my own lights skill."
    assert reply("WhichSkill", KNOWING) == "No skill has answered yet."


def settled(skill: str, words: str, verdict: Verdict) -> Settled:
    return Settled(words=words, vector=b"\1", skill=skill, verdict=verdict, at=NOW)


REFUSED = (
    settled("zoo", ELEPHANT, Verdict.REFUSED),
    settled("safari", "roar", Verdict.CANCELLED),
    settled("safari", "bark", Verdict.CHOSEN),
    settled("farm", "bark", Verdict.DECLINED),
)


def test_what_was_refused_is_told_newest_first_and_much_is_counted() -> None:
    context = replace(KNOWING, settled=REFUSED)
    many = tuple(replace(REFUSED[0], at=NOW + timedelta(minutes=n)) for n in range(5))

    assert reply("Refusals", context) == (
        "You turned down Safari for \u201croar\u201d and Zoo sounds for \u201c"
        "make an elephant sound\u201d."
    )
    assert reply("Refusals", replace(KNOWING, settled=many)).endswith("and 2 others.")
    assert reply("Refusals", KNOWING) == "You have not turned down any skill."


def test_what_is_forgotten_is_what_was_refused_and_nothing_else() -> None:
    context = replace(KNOWING, settled=REFUSED)

    one = Skillbook().plan(asked("ForgetRefusals", refused="Safari"), context)
    assert one.effects == (ForgetRefusals(settled=REFUSED[1:2]),)
    assert one.reply == "I have forgotten that you turned down Safari."
    everything = Skillbook().plan(asked("ForgetRefusals"), context)
    assert everything.effects == (ForgetRefusals(settled=REFUSED[:2]),)
    farm = Skillbook().plan(asked("ForgetRefusals", refused="Farm"), context)
    assert (farm.effects, farm.reply) == ((), "You have not turned down Farm.")
