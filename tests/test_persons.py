"""Who speaks: as the config has it, until somebody says another name, for a while."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from device.config import SpeakerConfig
from device.nlu.introductions import introduction
from device.nlu.verbatim import verbatim
from device.persons import FORGOTTEN_MS, Persons
from simulator.session import Scene, Session
from tests.skills.rooms import CONTEXT


def who(text: str) -> object:
    found = introduction(text, CONTEXT)
    return None if found is None else found.slots[0].value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("this is Marisol", "Marisol"),
        ("this is tobias", "Tobias"),
        ("Hi, it's me, Zebulon.", "Zebulon"),
        ("it's me zebulon", "Zebulon"),
        ("my name is mary jane watson", "Mary Jane Watson"),
        ("Leila here", "Leila"),
        ("I'm Ngozi", "Ngozi"),
        ("hey this is nora speaking", "Nora"),
        ("McKay here", "McKay"),
        ("this is O'Hara", "O'Hara"),
    ],
)
def test_a_name_that_nobody_knew_is_taken_from_what_can_be_nothing_else(
    text: str, name: str
) -> None:
    assert who(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "this is great", "it's gloomy", "I'm cold", "I'm famished", "it's late", "lights here",
        "this is a test", "it is me again", "call me a taxi", "this is Kitchen",
        "Kitchen light here", "I'm not sure", "it's me", "this is 42",
        "this is the end of the world as we know it",
        "it's me \x00\x07", "my name is " + "x" * 60,
    ],
)  # fmt: skip
def test_what_is_no_name_introduces_nobody(text: str) -> None:
    assert who(text) is None


def test_a_known_name_needs_no_capital_and_is_written_as_it_is_known() -> None:
    knowing = replace(CONTEXT, persons=("Zo\u00eb-May",))

    for text in ("i'm zo\u00eb-may", "this is zo\u00eb-may", "zo\u00eb-may here"):
        found = verbatim(text, knowing)
        assert found is not None, text
        assert (found.intent, found.slots[0].value) == ("SetPerson", "Zo\u00eb-May")


def test_names_are_those_of_the_config_and_of_who_speaks() -> None:
    persons = Persons(SpeakerConfig(person="Ada", persons=("Ben", "Ada")))
    persons.is_now("Cleo", 0)

    assert persons.names(()) == ("Ada", "Ben", "Cleo")


class Evening(RuleBasedStateMachine):
    """Somebody says who they are, things are said, time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.persons = Persons(SpeakerConfig(person="Ada"))
        self.now_ms = 0
        self.said: tuple[str | None, int] | None = None

    @rule(person=st.sampled_from(["Ben", "Cleo", None]))
    def introduce(self, person: str | None) -> None:
        self.persons.is_now(person, self.now_ms)
        self.said = (person, self.now_ms)

    @rule()
    def speak(self) -> None:
        self.persons.spoke(self.now_ms)
        if self.said is not None and self.now_ms < self.said[1] + FORGOTTEN_MS:
            self.said = (self.said[0], self.now_ms)

    @rule(ms=st.sampled_from([1, 1_000, FORGOTTEN_MS - 1, FORGOTTEN_MS, 3 * FORGOTTEN_MS]))
    def wait(self, ms: int) -> None:
        self.now_ms += ms

    @invariant()
    def it_is_who_said_so_last_unless_nobody_spoke_for_long(self) -> None:
        fresh = self.said is not None and self.now_ms < self.said[1] + FORGOTTEN_MS
        assert self.persons.at(self.now_ms) == (self.said[0] if fresh and self.said else "Ada")


def test_nobody_is_taken_for_somebody_longer_than_promised() -> None:
    run_state_machine_as_test(Evening, settings=settings(max_examples=40, stateful_step_count=20))


def test_who_speaks_holds_for_the_talk_and_ends_with_silence() -> None:
    with Session(Scene(person="Ada"), still=True) as session:
        said = [session.say(text)[-1] for text in ("this is Bruno", "who am I", "what time is it")]
        assert [turn.person for turn in said] == ["Ada", "Bruno", "Bruno"]
        assert said[1].reply.text == "You are Bruno."
        session.wait(FORGOTTEN_MS // 2)
        assert session.say("what day is it")[-1].person == "Bruno"
        session.wait(FORGOTTEN_MS + 1)
        assert session.say("who am I")[-1].reply.text == "You are Ada."
