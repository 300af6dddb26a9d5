"""Whatever is asked and answered, in whatever order: nothing happens without a yes to it."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.context import Context, Sounds
from device.effects import Agreeable, LearnPronunciation, Question
from device.events import Ask, Reply, Request
from device.routing import dialogue as d
from device.routing.agenda import Agenda, asking, lay_out
from device.routing.reply import reply_to
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.safety import risky
from tests.skills.rooms import CONTEXT, asked

ROUTER = Router(builtin_skills())
UNLOCK = asked("HassTurnOff", name="Front door")
LIGHT = asked("HassTurnOn", name="Kitchen light")
LAMP = asked("HassTurnOn", name="Lamp")
GARAGE = asked("HassTurnOn", name="Garage door")
TIMER = asked("HassStartTimer")
ITEM = asked("HassShoppingListAddItem")
LEARN = asked("LearnPronunciation", word="Lamp")
NONSENSE = asked("OutOfScope")
ONE, OTHER = (Sounds(content=bytes(8 * [n]), labels=2) for n in (1, 2))


def ask(*requests: Request, context: Context = CONTEXT) -> d.AwaitAnswer:
    """The phase after these requests led to a question."""
    agenda = lay_out(requests, context, ROUTER)
    assert agenda.question is not None
    event = d.Asked(question=agenda.question, requests=requests, proposed=agenda.proposed)
    phase, effect = d.step(d.NoQuestion(), event, 0)
    assert isinstance(phase, d.AwaitAnswer)
    assert effect is None
    return phase


def hear(
    phase: d.Phase, text: str, *requests: Request, now_ms: int = 1
) -> tuple[d.Phase, d.Effect]:
    return d.step(phase, d.Heard(text=text, requests=requests), now_ms)


def show(
    phase: d.Phase, sounds: Sounds, text: str = "", *requests: Request
) -> tuple[d.Phase, d.Effect]:
    return d.step(phase, d.Heard(text=text, requests=requests, sounds=sounds), 1)


def test_a_name_is_learned_once_it_was_said_twice() -> None:
    _, effect = show(ask(LEARN), ONE)
    assert effect == d.Carry(requests=(LEARN,), lesson=(ONE,))
    context = replace(CONTEXT, lesson=(ONE,))
    again = lay_out([LEARN], context, ROUTER).question
    assert again is not None
    assert again.text == "Once more, please."
    event = d.Asked(question=again, requests=(LEARN,), lesson=(ONE,))

    _, effect = show(d.step(d.NoQuestion(), event, 0)[0], OTHER, "add beer", NONSENSE)

    assert effect == d.Carry(requests=(LEARN,), lesson=(ONE, OTHER))
    agenda = lay_out([LEARN], replace(CONTEXT, lesson=(ONE, OTHER)), ROUTER)
    assert agenda.question is None
    assert agenda.pronunciations == (LearnPronunciation(name="Lamp", sounds=(ONE, OTHER)),)


def test_a_lesson_yields_to_a_no_and_to_a_request() -> None:
    phase = ask(LIGHT, LEARN)

    refused = show(phase, ONE, "never mind", asked("HassNevermind"))[1]
    assert refused == d.Carry(requests=(LIGHT,), reply="OK, I won't.")
    assert show(phase, ONE, "turn on the lamp", LAMP)[1] == d.Carry(requests=(LAMP,))


def test_a_sound_answers_no_question_but_a_lesson() -> None:
    phase, effect = show(ask(UNLOCK), ONE, "banana", NONSENSE)

    assert isinstance(phase, d.AwaitAnswer)
    assert effect == d.AskAgain(question=phase.question)
    assert not d.teaching(ask(UNLOCK), 1)
    lesson = ask(LEARN)
    assert d.teaching(lesson, lesson.until_ms - 1)
    assert not d.teaching(lesson, lesson.until_ms)


def test_any_words_are_awaited_while_the_question_is_what_to_add_and_not_else() -> None:
    item, length = ask(ITEM), ask(TIMER)

    assert d.open_ended(item, item.until_ms - 1)
    assert not d.open_ended(item, item.until_ms)
    assert not d.open_ended(length, 1), "a length of time is in words that are known"
    assert not d.open_ended(ask(UNLOCK), 1)
    assert not d.open_ended(d.NoQuestion(), 1)


def test_yes_carries_out_what_was_proposed() -> None:
    phase, effect = hear(ask(UNLOCK), "yes please", NONSENSE)

    assert phase == d.NoQuestion()
    assert isinstance(effect, d.Carry)
    agenda = lay_out(effect.requests, CONTEXT, ROUTER, agreed=effect.agreed)
    assert [(c.device, c.value) for c in agenda.commands] == [
        ("living room/front door", "unlocked")
    ]


def test_no_does_the_rest_of_the_turn_without_it() -> None:
    phase, effect = hear(ask(LIGHT, UNLOCK), "no")

    assert phase == d.NoQuestion()
    assert effect == d.Carry(requests=(LIGHT,), reply="OK, I won't.")


def test_two_things_need_two_yeses_and_then_both_are_done() -> None:
    first = ask(UNLOCK, GARAGE)
    _, effect = hear(first, "yes")
    assert isinstance(effect, d.Carry)
    agenda = lay_out(effect.requests, CONTEXT, ROUTER, agreed=effect.agreed)
    assert agenda.question is not None
    assert agenda.question.request == GARAGE
    second = d.Asked(
        question=agenda.question,
        requests=effect.requests,
        proposed=agenda.proposed,
        agreed=effect.agreed,
    )

    _, effect = hear(d.step(d.NoQuestion(), second, 1)[0], "yes", now_ms=2)

    assert isinstance(effect, d.Carry)
    agenda = lay_out(effect.requests, CONTEXT, ROUTER, agreed=effect.agreed)
    assert [c.value for c in agenda.commands] == ["unlocked", 100]


def test_a_new_request_ends_the_question() -> None:
    time = asked("HassGetCurrentTime")

    phase, effect = hear(ask(UNLOCK), "what time is it", time)

    assert phase == d.NoQuestion()
    assert effect == d.Carry(requests=(time,))
    assert hear(phase, "yes", NONSENSE)[1] == d.Carry(requests=(NONSENSE,))


def test_a_doubtful_reading_of_the_answer_is_no_new_request() -> None:
    doubtful = asked("HassTurnOff", name="Fan", confidence=d.SURE - 0.01)

    phase, effect = hear(ask(UNLOCK), "banana", doubtful)

    assert isinstance(phase, d.AwaitAnswer)
    assert effect == d.AskAgain(question=phase.question)


def test_what_to_be_reminded_of_is_filled_in_where_the_time_is_known() -> None:
    _, effect = hear(ask(asked("SetReminder", time="18:00")), "to call mum", NONSENSE)

    assert isinstance(effect, d.Carry)
    assert effect.requests[0].slot("words") == "call mum"


def test_what_is_no_answer_is_asked_once_more_and_then_left() -> None:
    asked_once = ask(UNLOCK)

    phase, effect = hear(asked_once, "banana", NONSENSE)

    assert effect == d.AskAgain(question=asked_once.question)
    again = asking(effect.question)
    assert [route.request for route in again.routes] == [UNLOCK]
    assert reply_to(again, (), CONTEXT) == Reply(
        text="Shall I unlock the front door?", asks=Ask.CONFIRM
    )
    assert phase == replace(asked_once, asked_again=True)
    phase, effect = hear(phase, "banana", NONSENSE)
    assert phase == d.NoQuestion()
    assert effect == d.Carry(requests=(), reply="OK, I leave it.")


def test_a_late_yes_is_no_yes() -> None:
    phase = ask(UNLOCK)

    assert hear(phase, "yes", NONSENSE, now_ms=phase.until_ms) == (
        d.NoQuestion(),
        d.Carry(requests=(NONSENSE,)),
    )
    assert d.step(phase, d.Tick(), phase.until_ms) == (d.NoQuestion(), None)
    assert d.step(phase, d.Tick(), phase.until_ms - 1) == (phase, None)


def test_a_choice_fills_the_request_that_asked() -> None:
    _, effect = hear(ask(LIGHT, LAMP), "the bedroom one")

    assert isinstance(effect, d.Carry)
    assert effect.requests[0] == LIGHT
    assert {s.name: s.value for s in effect.requests[1].slots} == {
        "name": "Lamp",
        "area": "Bedroom",
    }
    agenda = lay_out(effect.requests, CONTEXT, ROUTER)
    assert [c.device for c in agenda.commands] == ["kitchen/kitchen light", "bedroom/lamp"]


def test_a_choice_of_a_time_is_a_choice_and_no_new_alarm() -> None:
    early, late = (asked("SetAlarm", time=time, meridiem="am") for time in ("07:00", "08:00"))
    book = lay_out([early, late], CONTEXT, ROUTER).notebook
    assert book is not None
    context = replace(CONTEXT, notebook=book)

    _, effect = hear(ask(asked("CancelAlarm"), context=context), "the 8 am one", NONSENSE)

    assert isinstance(effect, d.Carry)
    after = lay_out(effect.requests, context, ROUTER).notebook
    assert after is not None
    assert [alarm.at.hour for alarm in after.alarms] == [7]


def test_both_become_two_requests() -> None:
    _, effect = hear(ask(LAMP), "both of them")

    assert isinstance(effect, d.Carry)
    agenda = lay_out(effect.requests, CONTEXT, ROUTER)
    assert [c.device for c in agenda.commands] == ["living room/lamp", "bedroom/lamp"]


def test_a_missing_duration_is_filled_in() -> None:
    _, effect = hear(ask(TIMER), "5 minutes", NONSENSE)

    assert isinstance(effect, d.Carry)
    agenda = lay_out(effect.requests, CONTEXT, ROUTER)
    assert agenda.notebook is not None
    assert [t.duration_ms for t in agenda.notebook.timers] == [300_000]


def test_missing_items_are_understood_as_a_whole_sentence() -> None:
    assert hear(ask(LIGHT, ITEM), "milk and eggs", NONSENSE) == (
        d.NoQuestion(),
        d.Reword(text="add milk and eggs to my shopping list", requests=(LIGHT,)),
    )
    assert hear(ask(ITEM), "never mind", asked("HassNevermind"))[1] == d.Carry(
        requests=(), reply="OK, I won't."
    )
    assert hear(ask(ITEM), "turn on the kitchen light", LIGHT)[1] == d.Carry(requests=(LIGHT,))


def test_an_earlier_yes_holds_while_missing_words_are_asked_for() -> None:
    waiting = replace(ask(ITEM), requests=(UNLOCK, ITEM), agreed=frozenset(ask(UNLOCK).proposed))

    _, effect = hear(waiting, "milk", NONSENSE)

    assert isinstance(effect, d.Reword)
    agenda = lay_out(effect.requests, CONTEXT, ROUTER, agreed=effect.agreed)
    assert [c.value for c in agenda.commands] == ["unlocked"]


def test_a_bare_time_is_the_missing_time_whatever_it_looks_like() -> None:
    reminder = asked("SetReminder", words="call mum")

    _, effect = hear(ask(reminder), "at 8 pm", asked("SetAlarm", time="20:00", meridiem="pm"))

    assert effect == d.Reword(text="remind me to call mum at 8 pm")


def test_a_whole_sentence_of_the_same_kind_is_a_new_request() -> None:
    again = asked("HassShoppingListAddItem", item="milk")
    bread = asked("HassShoppingListAddItem", item="bread")

    assert hear(ask(ITEM), "add milk to my shopping list", again)[1] == d.Carry(requests=(again,))
    assert hear(ask(ITEM), "milk and bread", again, bread)[1] == d.Reword(
        text="add milk and bread to my shopping list"
    )


def test_a_question_to_say_it_again_waits_for_nothing() -> None:
    question = Question(kind=Ask.REPEAT, text="?", request=LIGHT)

    assert d.step(ask(UNLOCK), d.Asked(question=question, requests=(LIGHT,)), 1) == (
        d.NoQuestion(),
        None,
    )


@pytest.mark.parametrize("patience_ms", [d.SPOKEN_PATIENCE_MS, d.TYPED_PATIENCE_MS])
def test_patience_is_counted_from_the_question(patience_ms: int) -> None:
    event = d.Asked(question=ask(UNLOCK).question, requests=(UNLOCK,), patience_ms=patience_ms)

    phase, _ = d.step(d.NoQuestion(), event, 1000)

    assert isinstance(phase, d.AwaitAnswer)
    assert phase.until_ms == 1000 + patience_ms


def test_a_spoken_question_is_patient_from_when_the_microphone_opens() -> None:
    phase, effect = d.step(ask(UNLOCK), d.Listens(), 5_000)

    assert effect is None
    assert isinstance(phase, d.AwaitAnswer)
    assert phase.until_ms == 5_000 + d.SPOKEN_PATIENCE_MS
    assert d.step(phase, d.Listens(), phase.until_ms) == (d.NoQuestion(), None)
    assert d.step(d.NoQuestion(), d.Listens(), 1) == (d.NoQuestion(), None)


requests = st.lists(
    st.sampled_from([UNLOCK, LIGHT, LAMP, GARAGE, TIMER, ITEM, LEARN, NONSENSE]),
    min_size=1,
    max_size=3,
).map(tuple)
texts = st.sampled_from(
    [
        "yes", "yes please", "no", "no thanks", "the bedroom one", "the second one", "both",
        "5 minutes", "banana", "milk", "never mind", "yes but no", "",
    ]
)  # fmt: skip


class Talking(RuleBasedStateMachine):
    """A whole speaker without sound: requests, questions, answers, silence.

    The model remembers only which question stands in the air and what was proposed with it.
    A risky command may be sent in exactly one case: the words were a plain yes, in time, to the
    question that proposed this very command in this turn of talk. And what is learned is the
    sound of exactly the answers to the lesson that is open.
    """

    def __init__(self) -> None:
        super().__init__()
        self.phase: d.Phase = d.NoQuestion()
        self.now_ms = 0
        self.consented: set[Agreeable] = set()
        self.open_until_ms: int | None = None
        self.proposed: tuple[Agreeable, ...] = ()
        self.shown: tuple[Sounds, ...] = ()

    def carry(self, effect: d.Effect) -> None:
        match effect:
            case d.Carry(requests=todo, agreed=agreed, lesson=lesson) if todo:
                assert lesson == self.shown
                context = replace(CONTEXT, lesson=lesson)
                agenda = lay_out(todo, context, ROUTER, agreed=agreed)
                assert all(
                    isinstance(effect, LearnPronunciation) and effect.sounds == self.shown
                    for effect in agenda.pronunciations
                )
                self.finish(agenda, todo, agreed)
            case d.AskAgain():
                assert isinstance(self.phase, d.AwaitAnswer)
            case _:
                self.closed()

    def finish(
        self, agenda: Agenda, todo: tuple[Request, ...], agreed: frozenset[Agreeable]
    ) -> None:
        sent = [c for c in agenda.commands if risky(c, CONTEXT)]
        assert all(command in self.consented for command in sent)
        if agenda.question is None:
            self.closed()
            return
        assert agenda.commands == ()
        event = d.Asked(
            question=agenda.question,
            requests=todo,
            proposed=agenda.proposed,
            agreed=agreed,
            lesson=self.shown,
        )
        self.phase, _ = d.step(self.phase, event, self.now_ms)
        if isinstance(self.phase, d.AwaitAnswer):
            self.open_until_ms, self.proposed = self.phase.until_ms, agenda.proposed
        else:
            self.closed()

    def closed(self) -> None:
        assert self.phase == d.NoQuestion()
        self.open_until_ms, self.proposed, self.consented = None, (), set()
        self.shown = ()

    def say(self, text: str, *todo: Request, sounds: Sounds | None = None) -> None:
        in_time = self.open_until_ms is not None and self.now_ms < self.open_until_ms
        if in_time and text.startswith("yes") and "but" not in text:
            self.consented |= set(self.proposed)
        elif not in_time:
            self.consented = set()
        before = self.phase
        heard = d.Heard(text=text, requests=todo, sounds=sounds)
        self.phase, effect = d.step(self.phase, heard, self.now_ms)
        if sounds is not None and d.teaching(before, self.now_ms) and text != "no":
            self.shown += (sounds,)
        elif not isinstance(effect, d.AskAgain):
            self.shown = ()
        if not in_time or isinstance(before, d.NoQuestion):
            assert effect == d.Carry(requests=todo)
        self.carry(effect)

    @rule(todo=requests)
    def somebody_asks_for_something(self, todo: tuple[Request, ...]) -> None:
        self.say("do something", *todo)

    @rule(text=texts)
    def somebody_answers(self, text: str) -> None:
        self.say(text, NONSENSE)

    @precondition(lambda self: self.open_until_ms is not None)
    @rule()
    def somebody_agrees(self) -> None:
        self.say("yes", NONSENSE)

    @rule(sounds=st.sampled_from([ONE, OTHER]), text=st.sampled_from(["", "no", "banana"]))
    def somebody_says_a_name(self, sounds: Sounds, text: str) -> None:
        self.say(text, NONSENSE, sounds=sounds)

    @rule()
    def the_microphone_opens(self) -> None:
        self.phase, effect = d.step(self.phase, d.Listens(), self.now_ms)
        assert effect is None
        if isinstance(self.phase, d.AwaitAnswer):
            self.open_until_ms = self.now_ms + d.SPOKEN_PATIENCE_MS
            assert self.phase.until_ms == self.open_until_ms

    @rule(ms=st.sampled_from([0, 1, d.SPOKEN_PATIENCE_MS, d.TYPED_PATIENCE_MS - 1]))
    def silence(self, ms: int) -> None:
        self.now_ms += ms
        self.phase, effect = d.step(self.phase, d.Tick(), self.now_ms)
        assert effect is None
        if self.phase == d.NoQuestion():
            self.closed()

    @invariant()
    def no_question_waits_longer_than_it_promised(self) -> None:
        if isinstance(self.phase, d.AwaitAnswer):
            assert self.now_ms < self.phase.until_ms <= self.now_ms + d.TYPED_PATIENCE_MS


TestTalking = Talking.TestCase
TestTalking.settings = settings(max_examples=40, stateful_step_count=20)
