"""No risky command leaves without a question that was agreed to, whatever is asked and however.

Whole turns in random homes: typed and scheduled requests, several in one breath, corrections,
undo, answers right and wrong, homes that change in between. What is risky is written down here
once more, apart from the code, as an owner would say it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from device.context import Capability, Context, Device, Home, Reading
from device.draft import Asked, Draft
from device.edges.store import SqliteStore
from device.effects import ForgetTurns
from device.events import Ask, DeviceCommand, Hypothesis, Request, Turn
from device.nlu.intents import INTENTS
from device.routing.dialogue import TYPED_PATIENCE_MS
from device.routing.pin import Pin
from device.routing.router import Router
from device.rules import Rules
from device.skills.builtin import builtin_skills
from device.turns import Turns
from tests.skills.rooms import CONTEXT, ROOMS, asked_for, device, done

PIN, PIN_SAID = "4711", "four seven eleven"
NAMES = ("Front door", "Garage door", "Gate", "Lamp", "Valve", "Alarm", "Shed", "Heater")
KINDS = {
    "lock": "lock",
    "cover": "position",
    "valve": "position",
    "light": "power brightness",
    "switch": "power",
    "climate": "target_temperature",
    "siren": "power",
    "button": "scene",
}

devices = st.builds(
    lambda name, room, kind, device_class: replace(
        device(name, room, kind, KINDS[kind], device_class),
        id=f"{room}/{name}/{kind}".lower(),
    ),
    st.sampled_from(NAMES),
    st.sampled_from([room.name for room in ROOMS]),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["", "", "garage", "gate", "blind"]),
)
alarms = st.just(
    replace(
        device("Alarm", "Kitchen", "alarm_control_panel", ""),
        capabilities=(Capability(name="mode", options=("disarmed", "armed_away")),),
    )
)
homes = st.lists(devices | alarms, min_size=2, max_size=7, unique_by=lambda d: d.id)

INTENTS_USED = (
    "HassTurnOn", "HassTurnOff", "HassToggle", "HassSetPosition", "HassLightSet", "Undo",
    "HassClimateSetTemperature", "HassGetState", "HassStopMoving",
)  # fmt: skip
slots = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(NAMES),
        "area": st.sampled_from([room.name for room in ROOMS]),
        "domain": st.sampled_from(["lock", "cover", "light", "valve", "switch"]),
        "position": st.sampled_from([0, 40, 100]),
        "brightness": st.sampled_from([0, 50]),
        "temperature": st.sampled_from([4, 20, 35]),
    },
)
requests = st.builds(
    lambda intent, found, scope: replace(asked_for(intent, found), scope=scope),
    st.sampled_from(INTENTS_USED),
    slots,
    st.sampled_from(["", "", "all"]),
)


def dangerous(command: DeviceCommand, home: Home, asked_too: frozenset[str]) -> bool:
    """What an owner would want to be asked about: this is the specification."""
    thing = home.device(command.device)
    assert thing is not None, "only devices of this home are told anything"
    if command.value == "stop":
        return False
    if thing.kind == "lock" and command.value != "locked":
        return True
    if thing.name.casefold() in asked_too:
        return True
    if thing.kind in ("valve", "siren", "alarm_control_panel"):
        return True
    if thing.device_class in ("garage", "gate"):
        return True
    unclear = thing.device_class == "" and thing.kind in ("cover", "switch", "button")
    return unclear and thing.name in ("Garage door", "Gate")


@dataclass(frozen=True)
class Read:
    """What the pretend understanding gives."""

    hypothesis: Hypothesis
    requests: tuple[Request, ...]


class Reader:
    """Understands what the test wants it to understand."""

    def __init__(self) -> None:
        self.next: tuple[Request, ...] = ()
        self.saw: list[str] = []

    def understand(self, hypotheses: Sequence[Hypothesis], context: Context) -> Read:
        self.saw.append(hypotheses[0].text)
        return Read(hypothesis=hypotheses[0], requests=self.next)


class Living(RuleBasedStateMachine):
    """People live with a speaker; the model knows what they agreed to and nothing else."""

    @initialize(
        found=homes, with_pin=st.booleans(), extra=st.sets(st.sampled_from(NAMES), max_size=1)
    )
    def move_in(self, found: list[Device], with_pin: bool, extra: set[str]) -> None:
        self.reader = Reader()
        self.with_pin = with_pin
        self.extra = frozenset(name.casefold() for name in extra)
        pin = Pin(PIN, SqliteStore(None), now_ms=0) if with_pin else None
        self.turns = Turns(self.reader, Router(builtin_skills()), pin=pin)
        self.context = replace(
            CONTEXT,
            home=Home(rooms=ROOMS, devices=tuple(found)),
            state={},
            now_ms=0,
            rules=Rules(asked=self.extra, pin=with_pin),
        )
        self.question: tuple[frozenset[DeviceCommand], int] | None = None
        """What a yes would agree to, and until when."""
        self.wrong = 0
        self.closed_until_ms = 0
        self.consent: frozenset[DeviceCommand] = frozenset()

    def said(self, text: str, *todo: Request, scheduled: bool = False) -> Turn:
        """One turn: begun, carried out by devices that obey, ended."""
        self.reader.next = todo
        asked = Asked(
            hypotheses=(Hypothesis(text=text, score=1.0),),
            scheduled=scheduled,
            requests=todo if scheduled else (),
        )
        draft = self.turns.begin(asked, self.context, lap=lambda: 0.0)
        for command in draft.commands:
            if dangerous(command, self.context.home, self.extra):
                assert command in self.consent, f"{command} left without a yes"
            if command.capability == "target_temperature":
                assert 5 <= float(command.value) <= 30 or self.kind_of(command) != "climate"
        assert not (draft.commands and draft.agenda.question)
        return self.ended(draft)

    def kind_of(self, command: DeviceCommand) -> str:
        thing = self.context.home.device(command.device)
        return "" if thing is None else thing.kind

    def ended(self, draft: Draft) -> Turn:
        outcomes = done(*draft.commands)
        state = dict(self.context.state)
        for o in outcomes:
            if o.reported is not None:
                reading = Reading(value=o.reported, at=self.context.now)
                state[o.command.device] = {
                    **state.get(o.command.device, {}),
                    o.command.capability: reading,
                }
        after = replace(self.context, state=state)
        turn = self.turns.end(draft, outcomes, after, lap=lambda: 0.0)
        self.context = replace(after, turns=(*self.context.turns[-9:], turn))
        whole = repr(turn).casefold() + repr(self.reader.saw)
        if self.with_pin:
            assert PIN not in whole
            assert PIN_SAID not in whole
        asks = draft.agenda.question
        if asks is not None and asks.kind is Ask.CONFIRM and draft.agenda.proposed:
            wanted = frozenset(c for c in draft.agenda.proposed if isinstance(c, DeviceCommand))
            self.question = (wanted, self.context.now_ms + TYPED_PATIENCE_MS)
            risky = [c for c in wanted if dangerous(c, self.context.home, self.extra)]
            assert asks.pin is (self.with_pin and bool(risky))
        elif not self.turns.asks(self.context.now_ms):
            self.question, self.consent = None, frozenset()
        return turn

    @property
    def in_time(self) -> bool:
        return self.question is not None and self.context.now_ms < self.question[1]

    @rule(todo=st.lists(requests, min_size=1, max_size=3), corrects=st.booleans())
    def somebody_asks(self, todo: list[Request], corrects: bool) -> None:
        if corrects and self.context.turns:
            todo[0] = replace(todo[0], corrects=self.context.turns[-1].id)
        self.said("do something", *todo)

    @rule(todo=requests)
    def something_falls_due(self, todo: Request) -> None:
        if not self.turns.asks(self.context.now_ms):  # It waits while a question is open.
            self.said("later", todo, scheduled=True)

    @precondition(lambda self: self.context.turns)
    @rule()
    def somebody_takes_it_back(self) -> None:
        self.said("undo", asked_for("Undo", {}))

    def agrees(self) -> None:
        if self.in_time and self.question is not None:
            self.consent |= self.question[0]

    @rule()
    def somebody_says_yes(self) -> None:
        needs_pin = self.with_pin and self.in_time and self.asks_for_pin()
        if not needs_pin:
            self.agrees()
        self.said("yes")

    @rule()
    def somebody_says_the_pin(self) -> None:
        looked_at = self.asks_for_pin() and self.in_time
        if looked_at and self.context.now_ms >= self.closed_until_ms:
            self.agrees()
            self.wrong = 0
        self.said(PIN_SAID)

    @rule(text=st.sampled_from(["four seven twelve", "1234", "it's 0 0 0 0"]))
    def somebody_guesses_the_pin(self, text: str) -> None:
        looked_at = self.asks_for_pin() and self.in_time
        if looked_at and self.context.now_ms >= self.closed_until_ms:
            self.wrong += 1
            if self.wrong >= 3:
                self.closed_until_ms = self.context.now_ms + 30_000 * 2 ** (self.wrong - 3)
        turn = self.said(text)
        assert not (looked_at and turn.outcomes)

    def asks_for_pin(self) -> bool:
        last = self.context.turns[-1:] and self.context.turns[-1]
        return bool(self.with_pin and last and "PIN" in last.reply.text) or (
            self.with_pin and self.question is not None and self.risky_question()
        )

    def risky_question(self) -> bool:
        assert self.question is not None
        return any(
            self.context.home.device(c.device) is not None
            and dangerous(c, self.context.home, self.extra)
            for c in self.question[0]
        )

    @rule(text=st.sampled_from(["no", "banana", "yes but no", "maybe", ""]))
    def somebody_says_something_else(self, text: str) -> None:
        # A no is for what was in question; what else was asked in the same breath is done.
        self.said(text)

    @rule(ms=st.sampled_from([1, 30_000, TYPED_PATIENCE_MS, 3_600_000]))
    def time_passes(self, ms: int) -> None:
        self.context = replace(self.context, now_ms=self.context.now_ms + ms)
        self.turns.tick(self.context.now_ms)
        if not self.turns.asks(self.context.now_ms):
            self.question, self.consent = None, frozenset()

    @rule(found=homes)
    def the_home_changes(self, found: list[Device]) -> None:
        """Names stay, devices change: what was agreed to for one is not done by another."""
        self.context = replace(self.context, home=Home(rooms=ROOMS, devices=tuple(found)))


TestLiving = Living.TestCase
TestLiving.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def test_no_intent_deletes_anything_but_lists_timers_and_what_was_said() -> None:
    """Voice never deletes a device, a room, an automation; records of what was said ask first."""
    deleting = {name for name in INTENTS if "Delete" in name or "Remove" in name or "Clear" in name}

    assert deleting == {"DeleteRecords", "HassListRemoveItem", "ClearList"}


def test_records_are_deleted_only_after_a_yes() -> None:
    reader = Reader()
    reader.next = (asked_for("DeleteRecords", {}),)
    turns = Turns(reader, Router(builtin_skills()))

    first = turns.begin(
        Asked(hypotheses=(Hypothesis(text="delete what i said", score=1.0),)),
        CONTEXT,
        lap=lambda: 0.0,
    )
    second = turns.begin(
        Asked(hypotheses=(Hypothesis(text="yes", score=1.0),)), CONTEXT, lap=lambda: 0.0
    )

    assert first.agenda.question is not None
    assert first.agenda.forgets == ()
    assert second.agenda.forgets == (ForgetTurns(),)
