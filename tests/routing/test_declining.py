"""A skill may say "I don't know that one": then the next best is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import hypothesis.strategies as st
from hypothesis import given

from device.context import Context
from device.effects import Plan, Question
from device.events import Ask, Outcome, Request
from device.routing.agenda import CANNOT, MOST_DECLINED, Agenda, lay_out
from device.routing.reply import reply_to
from device.routing.router import Router
from tests.skills.rooms import CONTEXT, asked

INTENT = "MakeAnimalSound"


@dataclass(frozen=True)
class Answering:
    """A skill that always wants the same done."""

    name: str
    wants: Plan
    intents: frozenset[str] = frozenset({INTENT})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        return self.wants

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        return plan.reply


def agenda_of(*wishes: Plan) -> Agenda:
    """The agenda of a request that so many skills serve, the first of them first."""
    skills = [Answering(f"skill{index}", wants) for index, wants in enumerate(wishes)]
    router = Router(skills, margin=0.0)
    return lay_out([asked(INTENT)], CONTEXT, router)


plans = st.builds(Plan, reply=st.sampled_from(["", "Not me.", "Toot."]), declined=st.booleans())


@given(wishes=st.lists(plans, min_size=1, max_size=6))
def test_the_first_that_knows_it_answers_and_no_more_than_three_are_asked(
    wishes: list[Plan],
) -> None:
    agenda = agenda_of(*wishes)
    (route,) = agenda.routes

    tried = wishes[:MOST_DECLINED]
    knows = next((index for index, plan in enumerate(tried) if not plan.declined), None)
    if knows is None:
        assert route.skill is None
        assert route.declined == tuple(f"skill{index}" for index in range(len(tried)))
        excuse = next((plan.reply for plan in tried if plan.reply), CANNOT)
        assert reply_to(agenda, (), CONTEXT).text == excuse
    else:
        assert route.skill == f"skill{knows}"
        assert route.declined == tuple(f"skill{index}" for index in range(knows))
        assert agenda.steps[0].plan == wishes[knows]


def test_after_one_that_declined_nobody_is_asked_to_repeat_himself() -> None:
    unsure = replace(asked(INTENT), confidence=0.36)
    skills = [Answering("zoo", Plan(declined=True)), Answering("safari", Plan(reply="Toot."))]

    router = Router(skills, threshold=0.3, margin=0.0)
    assert lay_out([unsure], CONTEXT, router).routes[0].skill == "safari"

    alone = Router([Answering("zoo", Plan(declined=True))], threshold=0.3)
    assert reply_to(lay_out([unsure], CONTEXT, alone), (), CONTEXT).text == CANNOT


def test_the_question_of_the_next_one_is_asked() -> None:
    question = Question(kind=Ask.MISSING, text="Which animal?", request=asked(INTENT), slot="name")

    agenda = agenda_of(Plan(declined=True), Plan(question=question))

    assert agenda.question == question
    assert agenda.routes[0].declined == ("skill0",)
