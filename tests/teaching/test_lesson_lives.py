"""Lessons over requests, forgetting, restarts, persons and clock jumps, in the furnished house.

The account beside it knows nothing but what the speaker offered in words and what was answered.
"""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from device.events import Ask, Turn, Value
from device.routing.dialogue import TYPED_PATIENCE_MS
from simulator.session import Scene, Session

ROOM = "Living Room"
NAMES = ("owl light", "thunder mode", "grandma time")
PLACES = ("the office light", "the bedroom lights", "the floor lamp")
REQUESTS = ("set {} to {}", "please put {} in {}", "change {} to {}")
USELESS = ("well that is hard to say", "i don't know", "hmm you tell me")
ELSEWHERE = ("what time is it", "set a timer for 9 minutes", "add plums to the shopping list")
OFFERED = re.compile(
    r"^(Please say yes or no\. )?((?P<name>[^:]+): brightness (?P<value>\d+) %\. Is that right\?"
    r"|Shall I set .+ to (?P<level>\d+) % when you say that\?)$"
)
PEOPLE = ("Anna", "Ben", None)


LEARNED: list[str] = []
"""What was learned in any life: a test of nothing learned would have looked at nothing."""


@dataclass
class Offered:
    """What the speaker offered last, and to whom."""

    name: str | None
    """None for the whole sentence that was not understood."""
    brightness: int
    person: str | None
    at_ms: int


class Lives(RuleBasedStateMachine):
    """One home in which much is taught."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="inglenook-lessons-"))
        self.session = self.open()
        self.person: str | None = None
        self.taught: dict[tuple[str | None, str], int] = {}
        """(Person, name) -> the brightness that was agreed to."""
        self.offered: Offered | None = None
        self.asks: Ask | None = None

    def open(self) -> Session:
        return Session(Scene(room=ROOM, store=self.folder / "store.db"))

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            shutil.rmtree(self.folder)

    @property
    def now_ms(self) -> int:
        return self.session.clock.monotonic_ms()

    @property
    def known(self) -> dict[str, int]:
        """What holds for who speaks."""
        homes = {name: value for (person, name), value in self.taught.items() if person is None}
        own = {n: v for (person, n), v in self.taught.items() if person == self.person}
        return homes | own

    @property
    def kept(self) -> dict[tuple[str | None, str], dict[str, Value]]:
        """What the speaker keeps."""
        return {
            (c.person, c.name): {s.capability: s.value for s in c.meaning.settings}
            for c in self.session.speaker.context.taught
        }

    def added(self, brightness: int) -> list[str]:
        """What is kept with this brightness and was not before."""
        return [
            name
            for (person, name), value in self.kept.items()
            if person == self.person
            and value == {"brightness": brightness}
            and self.taught.get((person, name)) != brightness
        ][:1]

    def say(self, text: str) -> Turn:
        (turn,) = self.session.say(text)
        assert turn.error is None, turn.error
        self.asks = turn.reply.asks
        found = OFFERED.match(turn.reply.text)
        self.offered = None
        if found is not None and turn.reply.asks is Ask.CONFIRM:
            name = found["name"].lower() if found["name"] else None
            value = int(found["value"] or found["level"])
            self.offered = Offered(name, value, self.person, self.now_ms)
        if turn.reply.asks is not None:
            assert not turn.outcomes, "something was done while it was asked about"
        return turn

    # What is said ---------------------------------------------------------------------------

    @rule(
        name=st.sampled_from(NAMES),
        place=st.sampled_from(PLACES),
        request=st.sampled_from(REQUESTS),
    )
    def use(self, name: str, place: str, request: str) -> None:
        open_before = self.asks is not None
        turn = self.say(request.format(place, name))

        values = {(o.command.capability, o.command.value) for o in turn.outcomes}
        if name in self.known and not open_before:
            assert values == {("brightness", self.known[name])}, "not its definition"
        elif name not in self.known:
            assert not any(r.slot("concept") for r in turn.requests), "it is not known"

    @precondition(lambda self: self.asks is not None)
    @rule(value=st.integers(1, 100), form=st.sampled_from(("{} percent", "it is {} percent")))
    def define(self, value: int, form: str) -> None:
        self.say(form.format(value))

        if self.offered is not None:
            assert self.offered.brightness == value

    @precondition(lambda self: self.offered is not None)
    @rule(value=st.integers(1, 100))
    def correct(self, value: int) -> None:
        self.say(f"no, {value}")

        if self.offered is not None:
            assert self.offered.brightness == value

    @rule(name=st.sampled_from(NAMES), place=st.sampled_from(PLACES), value=st.integers(1, 100))
    def teach(self, name: str, place: str, value: int) -> None:
        """All of a lesson at once, so that much is known in the lives that are short."""
        self.use(name, place, REQUESTS[0])
        if self.asks is not None:
            self.define(value, "{} percent")
            self.agree()

    @precondition(lambda self: self.asks is not None)
    @rule()
    def agree(self) -> None:
        offered = self.offered
        turn = self.say("yes")

        if offered is None or offered.person != self.person:
            assert turn.concepts is None, "nothing was offered, and something was kept"
            return
        late = self.now_ms - offered.at_ms >= TYPED_PATIENCE_MS
        assert (turn.concepts is None) == late
        if not late:
            for name in [offered.name] if offered.name else self.added(offered.brightness):
                self.taught[self.person, name] = offered.brightness
                LEARNED.append(name)
            values = {(o.command.capability, o.command.value) for o in turn.outcomes}
            assert values <= {("brightness", offered.brightness)}, "more than its definition"

    @rule(text=st.sampled_from((*USELESS, "no", "forget it")))
    def be_of_no_use(self, text: str) -> None:
        assert self.say(text).concepts is None

    @rule(text=st.sampled_from(ELSEWHERE))
    def ask_for_something_else(self, text: str) -> None:
        turn = self.say(text)

        assert turn.reply.asks is None, "a complete request did not end the lesson"
        assert turn.concepts is None

    @precondition(lambda self: self.taught)
    @rule(name=st.sampled_from(NAMES))
    def forget(self, name: str) -> None:
        self.say(f"forget {name}")

        if name in self.known:
            owner = self.person if (self.person, name) in self.taught else None
            del self.taught[owner, name]

    @precondition(lambda self: self.taught or self.asks is not None)
    @rule(person=st.sampled_from(PEOPLE))
    def come_in(self, person: str | None) -> None:
        self.say("this is nobody" if person is None else f"this is {person}")
        self.person = person

    # What happens ---------------------------------------------------------------------------

    @rule(ms=st.sampled_from((1_000, 30_000, TYPED_PATIENCE_MS - 1, TYPED_PATIENCE_MS, 120_000)))
    def time_passes(self, ms: int) -> None:
        self.session.wait(ms)

    @precondition(lambda self: self.taught)
    @rule()
    def the_power_fails(self) -> None:
        self.session.close()
        self.session = self.open()
        self.person, self.offered, self.asks = None, None, None

    # What holds -----------------------------------------------------------------------------

    @invariant()
    def only_what_was_agreed_to_is_kept(self) -> None:
        if not hasattr(self, "session"):
            return
        assert self.kept == {called: {"brightness": v} for called, v in self.taught.items()}


def test_only_what_was_agreed_to_acts_and_nothing_waits_longer_than_promised() -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=8, stateful_step_count=20))

    assert len(LEARNED) >= 4
