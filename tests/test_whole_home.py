"""A whole home against a plain model: any devices in any dialect, any request, any mishap.

What is checked after every step, whatever came before:

- no message of the speaker goes to a device that was not asked, none is retained;
- what the speaker says about a device is what that device reported;
- every device stands where the model says: where it was told to by words or by hand.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from device.config import Config, HermesConfig, HomeConfig
from device.events import Ask, OutcomeKind, Turn, Value
from device.home.capabilities import matches
from device.ports import BusMessage
from device.skills.replies import outcome_sentence
from simulator.faults import Fault
from simulator.house import House
from simulator.session import UNHURRIED, Scene, Session
from simulator.things import Asked
from tests.simulator.bus import BROKERS


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What can be asked of a kind of device, and what it then does."""

    words: str
    capability: str
    value: Value


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A device that a home may have; its room and name are said in every request."""

    room: str
    name: str
    kind: str
    dialects: tuple[str, ...] = ("zigbee2mqtt", "homeassistant", "tasmota")
    device_class: str = ""

    @property
    def topic_name(self) -> str:
        return f"{self.room}/{self.name}"


POWER = (
    Wish(words="turn on the {}", capability="power", value="on"),
    Wish(words="turn off the {}", capability="power", value="off"),
)
WISHES = {
    "light": (*POWER, Wish(words="set the {} to 40 percent", capability="brightness", value=40)),
    "switch": POWER,
    "fan": POWER,
    "cover": (
        Wish(words="open the {}", capability="position", value=100),
        Wish(words="close the {}", capability="position", value=0),
    ),
    "lock": (
        Wish(words="lock the {}", capability="lock", value="locked"),
        Wish(words="unlock the {}", capability="lock", value="unlocked"),
    ),
    "climate": (
        Wish(words="set the {} to 23 degrees", capability="target_temperature", value=23),
        Wish(words="set the {} to 18 degrees", capability="target_temperature", value=18),
    ),
}
PIECES = (
    Piece(room="Kitchen", name="Counter lamp", kind="light"),
    Piece(room="Bedroom", name="Desk lamp", kind="light"),
    Piece(room="Office", name="Reading lamp", kind="light"),
    Piece(room="Kitchen", name="Coffee maker", kind="switch"),
    Piece(room="Bedroom", name="Ceiling fan", kind="fan"),
    Piece(room="Office", name="Roller blind", kind="cover", device_class="blind"),
    Piece(
        room="Hallway", name="Front door", kind="lock", dialects=("zigbee2mqtt", "homeassistant")
    ),
    Piece(
        room="Bedroom", name="Thermostat", kind="climate", dialects=("zigbee2mqtt", "homeassistant")
    ),
)
OBEYS = frozenset({Fault.NONE, Fault.SLOW, Fault.DEAF, Fault.TERSE, Fault.MALFORMED})
"""Faults with which a device still does what it is told."""
IDLE = frozenset({Fault.SILENT, Fault.OFFLINE, Fault.REFUSES})
"""Faults with which it does nothing."""
ANSWER_MS = 2_000
FOLLOWS = ("fan_speed", "mode")
"""What a device may change by itself when something else of it is set."""
OWN = ("inglenook/speaker/", "hermes/", "homeassistant/device/inglenook")
"""How topics begin on which the speaker tells about itself."""


def written(pieces: dict[str, tuple[Piece, str]]) -> str:
    """A home file of these devices, each in its dialect."""
    rooms = dict.fromkeys(piece.room for piece, _ in pieces.values())
    tables = [f'[[rooms]]\nname = "{room}"\n' for room in rooms]
    tables += [
        f'[[devices]]\nname = "{piece.name}"\nroom = "{piece.room}"\nkind = "{piece.kind}"\n'
        f'class = "{piece.device_class}"\ndialect = "{dialect}"\n'
        for piece, dialect in pieces.values()
    ]
    return "\n".join(tables)


class WholeHome(RuleBasedStateMachine):
    """Words, hands, mishaps and a broker that comes and goes."""

    folder: Path
    prefer: str | None
    """Which broker; None for the one in this program, and still time."""

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self.sent: list[BusMessage] = []
        self.broker_up = True

    @initialize(
        pieces=st.lists(
            st.sampled_from(PIECES).flatmap(
                lambda p: st.tuples(st.just(p), st.sampled_from(p.dialects))
            ),
            min_size=2,
            max_size=5,
            unique_by=lambda pair: pair[0].topic_name,
        )
    )
    def furnish(self, pieces: list[tuple[Piece, str]]) -> None:
        self.pieces = {piece.topic_name: (piece, dialect) for piece, dialect in pieces}
        self.faults = dict.fromkeys(self.pieces, Fault.NONE)
        file = self.folder / "home.toml"
        file.write_text(written(self.pieces), encoding="utf-8")
        self.session = Session(
            Scene(home=file),
            config=Config(
                home=HomeConfig(answer_ms=ANSWER_MS),
                hermes=HermesConfig(answer_ms=0),
                safety=UNHURRIED,
            ),
            still=self.prefer is None,
            prefer=self.prefer,
            watch=self.sent.append,
        )
        self.model = self.house.values()

    def teardown(self) -> None:
        if self.session is not None:
            self.session.close()

    @property
    def speaker(self) -> Session:
        assert self.session is not None
        return self.session

    @property
    def house(self) -> House:
        return self.speaker.house

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Ask for something, and agree where it is asked about."""
        name = data.draw(st.sampled_from(sorted(self.pieces)), label="device")
        piece = self.pieces[name][0]
        wish = data.draw(st.sampled_from(WISHES[piece.kind]), label="wish")
        turn = self.say(wish.words.format(piece.name.lower()), asked=name)
        if wish.value == "unlocked" and turn.reply.asks is Ask.CONFIRM:
            assert not turn.outcomes, "it did not wait for a yes"
            assert self.house.values()[name] == self.model[name]
            turn = self.say("yes", asked=name)
        self.expect(name, wish, turn)

    @rule(data=st.data())
    def question(self, data: st.DataObject) -> None:
        """Ask how a device stands; nothing is sent but questions."""
        lamps = [n for n, (p, _) in self.pieces.items() if "power" in self.model[n]]
        if not lamps:
            return
        name = data.draw(st.sampled_from(sorted(lamps)), label="device")
        turn = self.say(f"is the {self.pieces[name][0].name.lower()} on", asked=None)
        if self.faults[name] is Fault.NONE and self.broker_up:
            yes = self.model[name]["power"] == "on"
            assert turn.reply.text.startswith("Yes" if yes else "No"), turn.reply.text

    @precondition(lambda self: self.broker_up)
    @rule(data=st.data(), fault=st.sampled_from([f for f in Fault if f is not Fault.FLAPPING]))
    def misbehave(self, data: st.DataObject, fault: Fault) -> None:
        name = data.draw(st.sampled_from(sorted(self.pieces)), label="device")
        self.house.misbehave(name, fault, slow_ms=200)
        self.faults[name] = fault
        self.hear_out()

    @precondition(lambda self: self.broker_up)
    @rule(data=st.data())
    def switch_by_hand(self, data: st.DataObject) -> None:
        well = [n for n, fault in self.faults.items() if fault is Fault.NONE]
        well = [n for n in well if "power" in self.model[n]]
        if not well:
            return
        name = data.draw(st.sampled_from(sorted(well)), label="device")
        other = "off" if self.model[name]["power"] == "on" else "on"
        self.speaker.touch({name: {"power": other}})
        self.model[name] = self.house.values()[name]
        assert self.model[name]["power"] == other

    @precondition(lambda self: self.broker_up)
    @rule()
    def the_broker_dies(self) -> None:
        self.speaker.broker.kill()
        self.broker_up = False

    @precondition(lambda self: not self.broker_up)
    @rule()
    def the_broker_is_back(self) -> None:
        self.speaker.broker.restart()
        self.broker_up = True
        self.speaker.settle()
        self.hear_out()

    @invariant()
    def everything_stands_where_it_was_told_to(self) -> None:
        if self.session is None:
            return
        for name, values in self.house.values().items():
            for capability, value in self.model[name].items():
                if capability in FOLLOWS:
                    continue
                assert matches(capability, value, values[capability]), (name, capability)

    def say(self, text: str, *, asked: str | None) -> Turn:
        """Say something; checks what went over the bus meanwhile."""
        self.sent.clear()
        turns = self.speaker.say(text)
        assert len(turns) == 1
        for message in self.sent:
            if message.topic.startswith(OWN):
                continue
            assert not message.retained, message
            device = self.commanded(message)
            assert device in (None, asked), f"{message} is for {device}"
        return turns[0]

    def expect(self, name: str, wish: Wish, turn: Turn) -> None:
        """What a request came to, against what the device did."""
        fault = self.faults[name]
        if fault not in OBEYS | IDLE:
            self.model[name] = self.house.values()[name]
        elif fault in OBEYS and self.broker_up:
            lit: dict[str, Value] = {"power": "on"} if wish.capability == "brightness" else {}
            self.model[name] = self.model[name] | {wish.capability: wish.value} | lit
        (outcome,) = turn.outcomes
        stands = self.house.values()[name][wish.capability]
        if outcome.kind is OutcomeKind.DONE:
            assert self.broker_up
            assert outcome.reported is not None
            assert matches(wish.capability, stands, outcome.reported)
        else:
            done = replace(outcome, kind=OutcomeKind.DONE, reported=wish.value)
            claim = outcome_sentence([done], self.speaker.speaker.context)
            assert claim not in turn.reply.text
        if fault in (Fault.NONE, Fault.SLOW) and self.broker_up:
            assert outcome.kind is OutcomeKind.DONE, turn.reply.text
        if not self.broker_up and fault is not Fault.OFFLINE:
            # Just killed, it may not have been missed before something was sent.
            assert outcome.kind in (OutcomeKind.NO_BROKER, OutcomeKind.LOST), turn.reply.text

    def commanded(self, message: BusMessage) -> str | None:
        """The device that a message tells to do something; None where it tells none."""
        found = self.house._addressed(message.topic)
        if found is None:
            return None
        placed, rest = found
        asks = isinstance(placed.thing.sense(rest, message.payload), Asked)
        return None if asks else placed.thing.topic_name

    def hear_out(self) -> None:
        """Wait until the speaker knows who can be reached."""
        away = {name for name, fault in self.faults.items() if fault is Fault.OFFLINE}
        self.speaker._live_until(
            lambda: (
                {
                    f"{d.room}/{d.name}"
                    for d in self.speaker.speaker.home.home.devices
                    if not d.available
                }
                == away
            )
        )


def live(folder: Path, prefer: str | None, *, examples: int, steps: int) -> None:
    class Furnished(WholeHome):
        pass

    Furnished.folder, Furnished.prefer = folder, prefer
    # Not shrunk where every step takes as long as a device may be silent.
    phases = [Phase.explicit, Phase.generate] + ([] if prefer else [Phase.shrink])
    few = settings(max_examples=examples, stateful_step_count=steps, deadline=None, phases=phases)
    run_state_machine_as_test(Furnished, settings=few)


@pytest.mark.parametrize("prefer", BROKERS)
def test_a_whole_home_does_what_it_is_told_and_the_speaker_tells_the_truth(
    prefer: str, tmp_path: Path
) -> None:
    live(tmp_path, prefer, examples=6, steps=12)


def test_so_it_does_in_still_time_in_many_more_homes(tmp_path: Path) -> None:
    live(tmp_path, None, examples=60, steps=25)
