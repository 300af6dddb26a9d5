"""Programs of packs that answer, decline, come late, go and come back, in any order."""

from dataclasses import dataclass, field

import hypothesis.strategies as st
import msgspec
from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from device.events import Wake
from device.hermes.calls import SHORT_MS, SILENT_TIMES
from device.ports import BusDown, BusMessage, BusUp
from device.routing.agenda import CANNOT
from tests.hermes.talks import BLOCK, CONFIG, FARM, JOKES, SAFARI, ZOO, World

ANSWER_MS = CONFIG.hermes.answer_ms
SOUND, JOKE, TIME = "make an elephant sound", "tell me a joke", "what time is it"
SERVING = {SOUND: (ZOO, SAFARI, FARM), JOKE: (JOKES,), TIME: ()}
TOPICS = {
    "hermes/intent/zoo": ZOO,
    "hermes/intent/safari": SAFARI,
    "hermes/intent/farm": FARM,
    "hermes/intent/TellJoke": JOKES,
}
LOST = "I can't reach {}, because the home's broker is gone."
NAMES = {skill.pack.id: skill.pack.name for skill in TOPICS.values()}


@dataclass
class Part:
    """One thing that was asked, as a plain account keeps it."""

    text: str
    declined: list[str] = field(default_factory=list)
    """What those said who declined, in that order."""
    ending: str = ""
    """What must be in the reply; "" while it is open."""


@dataclass
class Call:
    """Something that a program was told."""

    part: Part
    pack: str
    until_ms: int
    open: bool = True
    missed: bool = False


class Lives(RuleBasedStateMachine):
    """A plain account of who was asked what, beside the speaker."""

    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.speaker = self.world.speaker(packs=(ZOO, SAFARI, FARM, JOKES))
        self.read = 0
        self.said = 0
        """How many different texts programs have said."""
        self.parts: list[Part] = []
        """The turn under way."""
        self.until_ms = 0
        self.calls: dict[str, Call] = {}
        self.silent = dict.fromkeys(NAMES, 0)
        self.replies: list[str] = []
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "world"):
            if self.parts:
                self.time_passes(ANSWER_MS)
            assert not self.speaker.busy
            self.world.store.close()

    @property
    def now_ms(self) -> int:
        return self.world.clock.monotonic_ms()

    # What is heard --------------------------------------------------------------------------

    def listen(self, parts: list[Part]) -> None:
        """The programs hear what they are told of these parts; it is what the account expects."""
        sent = self.world.bus.sent[self.read :]
        self.read = len(self.world.bus.sent)
        asked = [m for m in sent if m.topic in TOPICS]
        waiting = [part for part in parts if not part.ending]
        if not self.world.bus.connected:
            assert asked == []
            for part in waiting:
                part.ending = LOST.format(self.next(part))
            return
        assert len(asked) == len(waiting)
        for message, part in zip(asked, waiting, strict=True):
            content = msgspec.json.decode(message.payload)
            pack = SERVING[part.text][len(part.declined)]
            assert (TOPICS[message.topic], content["input"]) == (pack, part.text)
            assert content["sessionId"] not in self.calls
            patience_ms = self.until_ms - self.now_ms
            if self.silent[pack.name] >= SILENT_TIMES:
                patience_ms = min(patience_ms, SHORT_MS)
            self.calls[content["sessionId"]] = Call(part, pack.name, self.now_ms + patience_ms)

    def next(self, part: Part) -> str:
        """What people call the pack whose turn it is."""
        return SERVING[part.text][len(part.declined)].pack.name

    def account(self) -> None:
        """The turn is over once nothing is open."""
        if self.parts and all(part.ending for part in self.parts):
            self.finished()

    def finished(self) -> None:
        """The turn is over, and said what the account says, and nothing of anybody else."""
        assert len(self.replies) == self.count + 1, (self.parts, self.replies[self.count :])
        reply = self.replies[-1]
        self.count = len(self.replies)
        for part in self.parts:
            # A program that ends a session without a word adds nothing to the reply.
            assert part.ending.strip() in reply, (part, reply)
        heard = {word for word in reply.replace(".", " ").split() if word.startswith("word")}
        endings = " ".join(part.ending for part in self.parts)
        assert all(word in endings for word in heard), (endings, reply)
        assert reply.count("word") == endings.count("word")
        self.parts = []

    # What happens ---------------------------------------------------------------------------

    @precondition(lambda self: not self.parts)
    @rule(texts=st.lists(st.sampled_from([SOUND, JOKE, TIME]), min_size=1, max_size=3))
    def somebody_asks(self, texts: list[str]) -> None:
        self.parts = [Part(text, ending="" if SERVING[text] else "It is ") for text in texts]
        self.until_ms = self.now_ms + ANSWER_MS
        self.replies += [t.reply.text for t in self.speaker.say(" and ".join(texts))]
        self.listen(self.parts)
        self.account()

    @precondition(lambda self: self.world.bus.connected and not self.parts)
    @rule()
    def a_program_is_asleep_for_long(self) -> None:
        for _ in range(SILENT_TIMES):
            self.somebody_asks([JOKE])
            self.time_passes(ANSWER_MS)

    def some_call(self, which: int) -> tuple[str, Call] | None:
        """One of the last sessions that programs know, those that are open first."""
        known = sorted(self.calls.items(), key=lambda item: not item[1].open)
        return known[which] if which < len(known) else None

    @precondition(lambda self: self.world.bus.connected)
    @rule(which=st.integers(0, 5), declines=st.booleans(), wordless=st.booleans())
    def a_program_ends_a_session(self, which: int, declines: bool, wordless: bool) -> None:
        found = self.some_call(which)
        if found is None:
            return
        session, call = found
        self.said += 1
        text = "" if wordless else f"word{self.said}."
        self.tell({"sessionId": session, "text": text, "declined": declines})
        if call.missed or call.open:
            self.silent[call.pack] = 0
        if not call.open:
            return
        call.open = False
        if not declines:
            call.part.ending = text or " "
        else:
            call.part.declined.append(text)
            if len(call.part.declined) == len(SERVING[call.part.text]):
                call.part.ending = next((said for said in call.part.declined if said), CANNOT)
            self.listen([call.part])
        self.account()

    @precondition(lambda self: self.world.bus.connected)
    @rule(session=st.sampled_from(["", "kitchen-1", "zoo"]))
    def a_stranger_ends_a_session(self, session: str) -> None:
        self.said += 1
        self.tell({"sessionId": session, "text": f"word{self.said}."})

    def tell(self, content: dict[str, object]) -> None:
        payload = msgspec.json.encode(content)
        message = BusMessage(topic="hermes/dialogueManager/endSession", payload=payload)
        self.replies += [t.reply.text for t in self.speaker.take(message)]

    @rule(ms=st.sampled_from([100, SHORT_MS, 2_000, ANSWER_MS]))
    def time_passes(self, ms: int) -> None:
        self.world.clock.jump(ms)
        late = [c for c in self.calls.values() if c.open and self.now_ms >= c.until_ms]
        for call in late:
            call.open, call.missed = False, True
            call.part.ending = f"{NAMES[call.pack]} does not answer."
            if not call.part.declined:
                self.silent[call.pack] += 1
        for _ in range(2):
            self.replies += [t.reply.text for t in self.speaker.take(None)]
        self.account()
        if ms >= ANSWER_MS:
            assert not self.parts

    @precondition(lambda self: self.world.bus.connected)
    @rule()
    def the_broker_goes(self) -> None:
        self.world.bus.connected = False
        self.give_up(LOST)
        for _ in range(2):
            self.replies += [t.reply.text for t in self.speaker.take(BusDown(reason="gone"))]
        self.account()

    @precondition(lambda self: not self.world.bus.connected)
    @rule()
    def the_broker_comes_back(self) -> None:
        self.world.bus.connected = True
        self.replies += [t.reply.text for t in self.speaker.take(BusUp())]

    @precondition(lambda self: bool(self.parts))
    @rule()
    def somebody_says_the_wake_word_meanwhile(self) -> None:
        self.world.hearing.attentive = False
        self.world.hearing.will_hear(Wake(model="okay_nabu", start_ms=0, score=0.9))
        self.give_up("I stopped waiting for {}.")
        for _ in range(2):
            self.replies += [t.reply.text for t in self.speaker.take(BLOCK)]
        self.account()

    def give_up(self, sentence: str) -> None:
        for call in self.calls.values():
            if call.open:
                call.open, call.missed = False, True
                call.part.ending = sentence.format(NAMES[call.pack])

    @invariant()
    def a_turn_is_under_way_exactly_while_somebody_is_waited_for(self) -> None:
        if hasattr(self, "world"):
            assert self.speaker.busy == bool(self.parts)
            assert len(self.replies) == self.count


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
