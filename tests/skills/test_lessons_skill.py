"""What was taught is told, explained, changed, forgotten and brought back: each to whose it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context
from device.effects import ForgetConcepts, LearnConcept
from device.events import Ask, Request, Value
from device.nlu.resolve import request
from device.nlu.verbatim import verbatim
from device.routing.agenda import lay_out
from device.skills.lessons import Lessons
from tests.skills.rooms import CONTEXT, NOW, asked
from tests.skills.talks import ROUTER, said, turn


def settings(**values: Value) -> tuple[Setting, ...]:
    return tuple(Setting(capability=name, value=value) for name, value in values.items())


def taught(
    name: str,
    *,
    hour: int = 1,
    kind: Kind = Kind.ENTITY,
    person: str | None = None,
    meaning: Meaning | None = None,
    **values: Value,
) -> Concept:
    return Concept(
        name=name,
        kind=kind,
        meaning=meaning or Meaning(settings=settings(**values)),
        person=person,
        at=NOW - timedelta(hours=24 - hour),
    )


PUZZLES = taught("puzzle corner", brightness=40)
CLUB = taught("book club", hour=2, brightness=30, volume=20)
CINEMA = taught(
    "cinema hour",
    hour=3,
    meaning=Meaning(
        settings=(
            Setting(capability="brightness", value=10, devices=("Ceiling light",)),
            Setting(capability="power", value="on", devices=("TV",)),
        )
    ),
)
QUIET = taught(
    "quiet hour",
    hour=3,
    meaning=Meaning(
        settings=(
            Setting(capability="brightness", value=25),
            Setting(capability="power", value="off", devices=("TV",)),
        )
    ),
)
PERCH = taught("the perch", hour=4, meaning=Meaning(devices=("Kitchen light",)))
GLOOM = taught(
    "it's like a cave in here",
    hour=5,
    kind=Kind.DECLARATIVE,
    meaning=Meaning(settings=settings(power="on"), need="more_light"),
)
TEAM = taught(
    "i love the rovers",
    hour=6,
    kind=Kind.PREFERENCE,
    meaning=Meaning(likes=(("team", "Rovers"),)),
)
ANNAS = taught("siesta", hour=7, person="Anna", brightness=5)
BENS = taught("siesta", hour=8, person="Ben", brightness=15)
ALL = (PUZZLES, CLUB, CINEMA, PERCH, GLOOM, TEAM, ANNAS, BENS)
TAUGHT = replace(CONTEXT, taught=ALL, persons=("Anna", "Ben"))
ANNA = replace(TAUGHT, person="Anna")


def meant(text: str, context: Context) -> Request | None:
    found = verbatim(text, context)
    return None if found is None else request(found, found.slots, ((0, len(text.split())),))


def after(context: Context, *texts: str) -> Context:
    """The context after these sentences; to what needs a yes, a yes is given."""
    for text in texts:
        wanted = asked("Undo") if text == "undo" else meant(text, context)
        assert wanted is not None, text
        context = turn(context, wanted)
    return context


def concept(context: Context, name: str) -> Concept:
    return next(c for c in context.concepts if c.name == name)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("What have I taught you?", "WhatTaught"),
        ("tell me everything I've taught you so far", "WhatTaught"),
        ("which words have you learned from me", "WhatTaught"),
        ("list my lessons please", "WhatTaught"),
        ("what do you know about me?", "WhatLiked"),
        ("what do I like", "WhatLiked"),
        ("what are my preferences", "WhatLiked"),
        ("what's the puzzle corner", "DescribeConcept"),
        ("what is puzzle corner again?", "DescribeConcept"),
        ("what does book club mean", "DescribeConcept"),
        ("tell me what you know about cinema hour", "DescribeConcept"),
        ("what happens when I say it's like a cave in here", "DescribeConcept"),
        ("change puzzle corner to 60", "ChangeConcept"),
        ("Puzzle corner should be blue instead", "ChangeConcept"),
        ("lower puzzle corner to 20 percent", "ChangeConcept"),
        ("change the perch to the lamp", "ChangeConcept"),
        ("forget puzzle corner", "ForgetConcept"),
        ("I don't need book club any more", "ForgetConcept"),
        ("forget the last thing", "ForgetLastConcept"),
        ("forget what I just taught you", "ForgetLastConcept"),
        ("forget everything", "ForgetAllConcepts"),
        ("delete everything that you have learned from me", "ForgetAllConcepts"),
        ("who am I?", "WhoAmI"),
    ],
)
def test_what_is_said_about_lessons_is_understood_word_for_word(text: str, intent: str) -> None:
    found = meant(text, TAUGHT)

    assert found is not None
    assert found.intent == intent


@pytest.mark.parametrize(
    "text",
    [
        "what is the weather",
        "what's on the shopping list",
        "what is the kitchen light",
        "forget everything I said",
        "forget it",
        "delete my history",
        "forget the milk",
        "what color is the perch",
        "change the kitchen light to 60",
        "turn on the perch",
        "set the perch to 40",
        "what is siesta",
    ],
)
def test_what_is_about_something_else_is_left_alone(text: str) -> None:
    assert meant(text, TAUGHT) is None


def test_the_lessons_are_told_the_newest_and_much_is_counted() -> None:
    assert said(after(TAUGHT, "what have I taught you")) == (
        "You taught me puzzle corner, book club, cinema hour, the perch and \u201cit's like a cave "
        "in here\u201d. I know 1 preference of yours."
    )
    many = tuple(taught(f"mood {n}", brightness=n) for n in range(9))
    told = said(after(replace(CONTEXT, taught=many), "what have I taught you"))
    assert told == "You taught me mood 4, mood 5, mood 6, mood 7, mood 8 and 4 other things."
    assert "have not taught me anything" in said(after(CONTEXT, "what have I taught you"))


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what is puzzle corner", "Puzzle corner is brightness 40 %."),
        ("what is cinema hour", "Cinema hour is the ceiling light at 10 % and the TV on."),
        ("what is the perch", "The perch is the kitchen light."),
    ],
)
def test_a_lesson_is_explained_in_words(text: str, reply: str) -> None:
    assert said(after(TAUGHT, text)) == reply


@pytest.mark.parametrize(
    ("text", "name", "meaning"),
    [
        ("change puzzle corner to 60", "puzzle corner", {"brightness": 60}),
        ("puzzle corner should be blue", "puzzle corner", {"brightness": 40, "color": "blue"}),
        ("make puzzle corner a bit brighter", "puzzle corner", {"brightness": 60}),
        ("set puzzle corner to warm white", "puzzle corner",
         {"brightness": 40, "color_temperature": 2700}),
        ("change the volume of book club to 50", "book club", {"brightness": 30, "volume": 50}),
        ("change the kitchen light in book club to 50", "book club",
         {"brightness": 30, "volume": 20, "Kitchen light": {"brightness": 50}}),
        ("change the ceiling light in cinema hour to 25", "cinema hour",
         {"Ceiling light": {"brightness": 25}, "TV": {"power": "on"}}),
        ("change cinema hour to blue", "cinema hour",
         {"Ceiling light": {"brightness": 10, "color": "blue"}, "TV": {"power": "on"}}),
        ("change the perch to the coffee machine", "the perch", {"devices": ["Coffee machine"]}),
        ("change the perch to the kitchen", "the perch", {"area": "Kitchen"}),
    ],
)  # fmt: skip
def test_one_part_changes_and_the_others_stay(text: str, name: str, meaning: object) -> None:
    changed = after(TAUGHT, text)

    assert concept(changed, name).meaning.json() == meaning
    assert len(changed.taught) == len(ALL)
    assert set(after(changed, "undo").taught) == set(ALL)


@pytest.mark.parametrize(
    ("text", "lit"),
    [
        ("change quiet hour to 35", {"brightness": 35}),
        ("change quiet hour to green", {"brightness": 25, "color": "green"}),
    ],
)
def test_a_new_light_leaves_off_what_is_to_be_off(text: str, lit: dict[str, object]) -> None:
    changed = after(replace(TAUGHT, taught=(QUIET,)), text)

    assert concept(changed, "quiet hour").meaning.json() == {**lit, "TV": {"power": "off"}}


@pytest.mark.parametrize("text", ["change book club to 50", "set the perch to blue"])
def test_what_cannot_be_told_apart_or_set_changes_nothing(text: str) -> None:
    wanted = meant(text, TAUGHT)
    if wanted is not None:
        plan = Lessons().plan(wanted, TAUGHT)
        assert plan.effects == ()
        assert plan.reply


def test_what_is_forgotten_is_gone_and_an_undo_brings_it_back() -> None:
    gone = after(TAUGHT, "forget puzzle corner")

    assert PUZZLES not in gone.taught
    assert len(gone.taught) == len(ALL) - 1
    assert meant("what is puzzle corner", gone) is None
    assert set(after(gone, "undo").taught) == set(ALL)


def test_an_undo_leaves_alone_what_was_taught_anew_since() -> None:
    changed = after(TAUGHT, "change puzzle corner to 60")
    anew = replace(PUZZLES, meaning=Meaning(settings=settings(brightness=90)))
    since = replace(changed, taught=(*(c for c in changed.taught if c.name != PUZZLES.name), anew))

    assert concept(after(since, "undo"), "puzzle corner") == anew


def test_the_last_thing_is_the_newest_of_who_speaks() -> None:
    assert set(ALL) - set(after(TAUGHT, "forget the last thing").taught) == {TEAM}
    assert set(ALL) - set(after(ANNA, "forget the last thing").taught) == {ANNAS}


def test_everything_is_forgotten_after_a_yes_alone_and_never_another_persons() -> None:
    wanted = meant("forget everything", ANNA)
    assert wanted is not None

    agenda = lay_out((wanted,), ANNA, ROUTER)

    assert agenda.question is not None
    assert agenda.question.kind is Ask.CONFIRM
    assert agenda.taught == ()
    assert after(ANNA, "forget everything").taught == (BENS,)


def test_each_sees_what_is_his_and_the_homes() -> None:
    ben = replace(TAUGHT, person="Ben")

    assert said(after(ANNA, "what is siesta")) == "Siesta is brightness 5 %."
    assert said(after(ben, "what is siesta")) == "Siesta is brightness 15 %."
    assert concept(after(ANNA, "change siesta to 8"), "siesta").person == "Anna"
    assert BENS in after(ANNA, "change siesta to 8").taught
    assert concept(after(ANNA, "change puzzle corner to 8"), "puzzle corner").person is None


def test_a_liking_is_told_and_forgotten_and_the_thing_itself_is_another_matter() -> None:
    jazz = taught("jazz", kind=Kind.PREFERENCE, meaning=Meaning(likes=(("music", "jazz"),)))
    knowing = replace(CONTEXT, taught=(jazz,))

    assert said(after(knowing, "what do I like")) == "You like jazz."
    assert meant("what is jazz", knowing) is None
    assert after(knowing, "forget that I like jazz").taught == ()


def test_a_favorite_is_told_and_forgotten_by_what_it_is_about() -> None:
    assert said(after(TAUGHT, "what's my team")) == "You like Rovers."
    assert said(after(TAUGHT, "who do I support")) == "You like Rovers."
    assert said(after(TAUGHT, "what is my favourite colour")) == (
        "You have not told me which color you like."
    )

    changed = after(TAUGHT, "forget my favorite team")

    assert set(TAUGHT.taught) - set(changed.taught) == {TEAM}
    assert said(after(changed, "what's my team")) == "You have not told me which team you like."


def test_who_speaks_is_told_and_changes_what_holds() -> None:
    known = after(TAUGHT, "this is Anna")

    assert known.person == "Anna"
    assert said(after(known, "who am i")) == "You are Anna."
    assert after(known, "I'm a guest").person is None
    assert "don't know who you are" in said(after(TAUGHT, "who am i"))


NUMBERS = st.integers(1, 100)
NAMES = st.lists(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9), min_size=1, max_size=3
).map(" ".join)


@given(name=NAMES, old=NUMBERS, new=NUMBERS)
def test_whatever_a_setting_is_called_it_is_told_changed_and_forgotten(
    name: str, old: int, new: int
) -> None:
    one = taught(f"zq{name}", brightness=old)
    context = replace(CONTEXT, taught=(one,))

    changed = after(context, f"what is {one.name}", f"change {one.name} to {new}")
    assert concept(changed, one.name).meaning.json() == {"brightness": new}
    assert after(changed, f"forget {one.name}").taught == ()


def effects_of(texts: Sequence[str], context: Context) -> list[object]:
    wanted = [meant(text, context) for text in texts]
    return [e for w in wanted if w is not None for e in Lessons().plan(w, context).effects]


def test_each_change_is_of_one_lesson_and_known_to_the_next_request() -> None:
    found = effects_of(("forget book club", "change puzzle corner to 5"), TAUGHT)

    assert found[0] == ForgetConcepts(concepts=(CLUB,))
    assert isinstance(found[1], LearnConcept)
    both = [meant("change puzzle corner to 5", TAUGHT), meant("what is puzzle corner", TAUGHT)]
    known = turn(TAUGHT, *(r for r in both if r is not None))
    assert said(known).endswith("Puzzle corner is brightness 5 %.")
