"""Whatever people, clients and the broker do, in whatever order: sessions stay in order."""

from typing import Any

import hypothesis.strategies as st
import msgspec
from hypothesis import Phase, note, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from device.asr.phrasecheck import Said
from device.events import Ask, Turn, Wake
from device.hermes.dialogue import LISTENING_MS
from device.hermes.session import Listening, Saying, Turning, Waiting
from device.hermes.waiting import MOST_WAITING
from device.ports import BusDown, BusMessage, BusUp, Item, SoundLost
from tests.hermes.talks import BLOCK, INTENTS, PACKS, SITE, World, heard

STARTED = "hermes/dialogueManager/sessionStarted"
ENDED = "hermes/dialogueManager/sessionEnded"
TYPED = "inglenook/speaker/kitchen/request/set"
SWITCH = "inglenook/speaker/kitchen/microphone/set"
SEVERAL = [
    "order a pizza and tell me a joke",
    "make an elephant sound and what time is it and tell me a joke",
    "make an elephant sound and make an elephant sound",
]
texts = st.sampled_from([*INTENTS, *SEVERAL, "blue cheese", "yes", "stop"])
questions = st.sampled_from(["", "How many?", "And now?"])
filters = st.sampled_from([None, [], ["HowMany"], ["OrderPizza", "HassGetCurrentTime"]])


class Sessions(RuleBasedStateMachine):
    """The core of a speaker between people who speak and type, clients, and a broker that fails."""

    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.speaker = self.world.speaker(packs=PACKS)
        clients = self.speaker._presence._clients
        assert clients is not None
        self.clients = clients
        self.read = 0
        self.opened = 0
        """How often the ears were opened for a question."""
        self.opened_for: str | None = None
        """The session of a client that they were opened for last."""
        self.known: dict[str, int] = {}
        """Session that clients were told of -> how often they were told of its end."""
        self.refused = 0
        self.turns: list[Turn] = []
        self.take(BusUp())

    def teardown(self) -> None:
        """Nobody does anything any more: everything comes to its end by itself."""
        if not hasattr(self, "world"):
            return
        self.broker_is_there()
        for _ in range(40):
            self.pass_ms(LISTENING_MS)
        assert self.clients.sessions.dialogue.session is None
        assert not self.clients.sessions.dialogue.queue
        assert not self.speaker.busy
        assert all(ends == 1 for ends in self.known.values()), self.known
        self.world.store.close()

    def take(self, item: Item | None) -> None:
        self.turns += self.speaker.take(item)
        for message in self.world.bus.sent[self.read :]:
            self.hear(message)
        self.read = len(self.world.bus.sent)

    def hear(self, message: BusMessage) -> None:
        """A client hears what the speaker published."""
        if not message.topic.startswith("hermes/"):
            return
        note(f"{message.topic} {message.payload.decode()}")
        assert not message.retained
        content = msgspec.json.decode(message.payload)
        assert content["siteId"] == SITE
        session = content["sessionId"]
        if message.topic == STARTED:
            assert session not in self.known
            self.known[session] = 0
        if message.topic == ENDED:
            self.known[session] += 1
            assert self.known[session] == 1

    def going_on(self) -> set[str]:
        """The sessions that are not over."""
        dialogue = self.clients.sessions.dialogue
        phase, queued = dialogue.phase, [o.session for o in dialogue.queue if o.began]
        calls = [c.session for c in phase.calls] if isinstance(phase, Waiting) else []
        turn = phase.turn if isinstance(phase, Waiting) else phase
        asking = [o.session for o in turn.asking] if isinstance(turn, Turning) else []
        mine = [] if dialogue.session is None else [dialogue.session]
        return {session.id for session in (*mine, *calls, *asking, *queued)}

    def tell(self, topic: str, content: dict[str, Any]) -> None:
        payload = msgspec.json.encode(content)
        if self.world.bus.connected:
            self.take(BusMessage(topic=f"hermes/{topic}", payload=payload))

    def pass_ms(self, ms: int) -> None:
        self.world.clock.jump(ms)
        self.take(None)
        self.take(None)

    def some_session(self, which: int) -> str:
        known = list(self.known)
        return known[-1 - which] if which < len(known) else "unheard-of"

    # People -------------------------------------------------------------------------------

    @rule()
    def somebody_says_the_wake_word(self) -> None:
        asleep = not self.world.hearing.attentive
        self.world.hearing.will_hear(Wake(model="okay_nabu", start_ms=0, score=0.9))
        self.take(BLOCK)
        if asleep and self.world.hearing.attentive:
            self.opened_for = None  # They are open for whoever said it now.

    @precondition(lambda self: self.world.hearing.attentive)
    @rule(text=st.none() | texts)
    def somebody_speaks_or_nobody_does(self, text: str | None) -> None:
        self.world.hearing.will_hear(heard(text))
        self.take(BLOCK)

    @rule()
    def somebody_says_stop(self) -> None:
        self.world.hearing.will_hear(Said(phrase="stop", end_ms=0, loss=0.0))
        self.take(BLOCK)

    @rule(text=texts)
    def somebody_types_at_the_speaker(self, text: str) -> None:
        self.turns += self.speaker.say(text)
        self.take(None)

    @rule(text=texts)
    def somebody_types_in_home_assistant(self, text: str) -> None:
        if self.world.bus.connected:
            self.take(BusMessage(topic=TYPED, payload=text.encode()))

    @rule(word=st.sampled_from([b"ON", b"OFF"]))
    def somebody_switches_the_microphone(self, word: bytes) -> None:
        self.take(BusMessage(topic=SWITCH, payload=word))

    @rule()
    def the_microphone_is_pulled_out(self) -> None:
        self.take(SoundLost(reason="gone"))

    @rule(ms=st.sampled_from([50, 400, 900, 3_000, 9_000, 70_000]))
    def time_passes(self, ms: int) -> None:
        self.pass_ms(ms)

    # Clients ------------------------------------------------------------------------------

    @rule(
        text=questions,
        action=st.booleans(),
        waits=st.booleans() | st.none(),
        wanted=filters,
        tells=st.booleans(),
    )
    def a_client_starts_a_session(
        self, text: str, action: bool, waits: bool | None, wanted: list[str] | None, tells: bool
    ) -> None:
        init = {
            "type": "action" if action else "notification",
            "text": text,
            "canBeEnqueued": waits,
            "intentFilter": wanted,
            "sendIntentNotRecognized": tells,
        }
        self.tell("dialogueManager/startSession", {"init": init, "siteId": SITE})

    @rule(which=st.integers(0, 4), text=questions, wanted=filters, slot=st.booleans())
    def a_client_continues(
        self, which: int, text: str, wanted: list[str] | None, slot: bool
    ) -> None:
        content = {
            "sessionId": self.some_session(which),
            "text": text,
            "intentFilter": wanted,
            "slot": "count" if slot else None,
        }
        self.tell("dialogueManager/continueSession", content)

    @precondition(lambda self: isinstance(self.clients.sessions.dialogue.phase, Waiting))
    @rule(wanted=filters, slot=st.booleans())
    def one_that_is_waited_for_asks_on_and_the_others_answer(
        self, wanted: list[str] | None, slot: bool
    ) -> None:
        phase = self.clients.sessions.dialogue.phase
        assert isinstance(phase, Waiting)
        before = len(self.turns)
        sessions = [call.session.id for call in phase.calls]
        question = {"text": "How many?", "intentFilter": wanted, "slot": "count" if slot else None}
        self.tell("dialogueManager/continueSession", {"sessionId": sessions[0], **question})
        for session in sessions[1:]:
            self.tell("dialogueManager/endSession", {"sessionId": session, "text": "Done."})
        if not phase.turn.asking:
            assert self.turns[before].reply.text.endswith("How many?")
        assert self.turns[before].reply.asks is Ask.MISSING

    @precondition(lambda self: isinstance(self.clients.sessions.dialogue.phase, Waiting))
    @rule(count=st.integers(1, 3), then=st.sampled_from(["", "wake", "broker"]))
    def several_that_are_waited_for_ask(self, count: int, then: str) -> None:
        phase = self.clients.sessions.dialogue.phase
        assert isinstance(phase, Waiting)
        for call in phase.calls[:count]:
            question = {"sessionId": call.session.id, "text": "How many?", "slot": "count"}
            self.tell("dialogueManager/continueSession", question)
        if then == "wake":
            self.somebody_says_the_wake_word()
        if then == "broker" and self.world.bus.connected:
            self.the_broker_goes()

    @precondition(lambda self: self.clients.sessions.dialogue.session is None)
    @rule(wanted=filters)
    def a_client_asks_and_is_heard_out(self, wanted: list[str] | None) -> None:
        self.a_client_starts_a_session("How many?", True, True, wanted, False)
        self.pass_ms(3_000)

    @precondition(lambda self: isinstance(self.clients.sessions.dialogue.phase, Listening | Saying))
    @rule(how=st.integers(0, 5))
    def something_gets_in_the_way_of_an_answer(self, how: int) -> None:
        match how:
            case 0 if self.world.bus.connected:
                self.the_broker_goes()
            case 1:
                self.somebody_switches_the_microphone(b"OFF")
            case 2:
                self.the_microphone_is_pulled_out()
            case 3:
                self.pass_ms(LISTENING_MS)
            case 4:
                self.a_client_ends(0, "")
            case _:
                self.somebody_says_the_wake_word()

    @rule(
        which=st.integers(0, 4),
        text=st.sampled_from(["", "There you are."]),
        declined=st.booleans(),
    )
    def a_client_ends(self, which: int, text: str, declined: bool = False) -> None:
        content = {"sessionId": self.some_session(which), "text": text, "declined": declined}
        self.tell("dialogueManager/endSession", content)

    @rule(which=st.integers(0, 3))
    def a_client_says_something(self, which: int) -> None:
        content = {"text": "By the way.", "siteId": SITE, "sessionId": self.some_session(which)}
        self.tell("tts/say", content)

    @rule(on=st.booleans())
    def a_client_toggles_the_wake_word(self, on: bool) -> None:
        self.tell("hotword/toggleOn" if on else "hotword/toggleOff", {"siteId": SITE})

    # The broker ---------------------------------------------------------------------------

    @precondition(lambda self: self.world.bus.connected)
    @rule()
    def the_broker_goes(self) -> None:
        self.world.bus.connected = False
        self.take(BusDown(reason="gone"))

    @rule()
    def broker_is_there(self) -> None:
        if not self.world.bus.connected:
            self.world.bus.connected = True
            self.take(BusUp())

    # What always holds --------------------------------------------------------------------

    @invariant()
    def the_ears_are_open_for_somebody(self) -> None:
        """Open without a wake word only for a question that is open, and never when off."""
        if not hasattr(self, "world"):
            return
        if not self.world.ears.open:
            assert not self.world.hearing.attentive

    @invariant()
    def the_ears_close_with_the_session_that_they_were_opened_for(self) -> None:
        if not hasattr(self, "world"):
            return
        opened = self.world.hearing.asked_to
        if opened > self.opened:
            self.opened = opened
            phase = self.clients.sessions.dialogue.phase
            asked = any(turn.reply.asks is not None for turn in self.turns[-4:])
            assert self.world.ears.open
            assert isinstance(phase, Listening | Saying) or asked
            self.opened_for = phase.session.id if isinstance(phase, Listening | Saying) else None
        mine = self.opened_for
        session = self.clients.sessions.dialogue.session
        if mine is not None and (session is None or session.id != mine):
            woken = session is not None and not session.client
            assert woken or not self.world.hearing.attentive
            self.opened_for = None

    @invariant()
    def clients_are_told_of_every_end(self) -> None:
        if hasattr(self, "world") and self.world.bus.connected:
            assert {id_ for id_, ends in self.known.items() if not ends} <= self.going_on()

    @invariant()
    def the_queue_is_bounded(self) -> None:
        if hasattr(self, "world"):
            assert len(self.clients.sessions.dialogue.queue) <= MOST_WAITING

    @invariant()
    def nothing_that_was_said_is_deleted_by_a_yes_to_somebody_else(self) -> None:
        """A yes counts only right after the question, and where the question was put."""
        if not hasattr(self, "world"):
            return
        for turn in self.turns:
            if turn.reply.text.startswith("I have deleted"):
                assert turn.text == "yes"


TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
