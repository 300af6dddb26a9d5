"""Devices and brokers that fail, on real brokers: the outcome says what happened, no more."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from device.errors import BusError, HomeError
from device.events import Value
from device.home.delivery import ANSWER_MS
from device.ports import BusMessage
from simulator.faults import Fault
from simulator.homefile import read_house
from simulator.house import monotonic_ms
from simulator.pretend import PretendHome
from tests.simulator.bus import BROKERS, PATIENCE_MS, Owner, owner_of

TWO_LAMPS = """
[[devices]]
name = "Lamp"
room = "Den"
kind = "light"
state = { power = "off", brightness = 40 }

[[devices]]
name = "Other"
room = "Den"
kind = "light"
state = { power = "off", brightness = 40 }

[[devices]]
name = "Door"
room = "Den"
kind = "lock"

[[devices]]
name = "Radio"
room = "Den"
kind = "media_player"
"""
QUICK_MS = 700
"""Patience with devices that will never answer."""


@pytest.fixture(params=BROKERS)
def den(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PretendHome]:
    path = tmp_path / "home.toml"
    path.write_text(TWO_LAMPS, encoding="utf-8")
    with PretendHome(read_house(path), prefer=request.param) as pretend:
        yield pretend


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.DEAF, Fault.MALFORMED])
def test_a_device_that_says_nothing_readable_did_not_answer(den: PretendHome, fault: Fault) -> None:
    with owner_of(den, answer_ms=QUICK_MS) as owner:
        den.house.misbehave("Den/Lamp", fault)

        assert owner.do(("Lamp", "power", "on")) == [("no_answer", None)]
        assert owner.value("Lamp", "power") == "off", "the last thing that it said"

        den.house.misbehave("Den/Lamp", Fault.NONE)
        again = owner.begin(("Lamp", "power", "on"))
        owner.until(lambda: again.outcomes(0) is not None)


def test_the_others_are_done_beside_one_that_is_silent(den: PretendHome) -> None:
    with owner_of(den) as owner:
        den.house.misbehave("Den/Lamp", Fault.SILENT)

        done = owner.do(("Lamp", "power", "on"), ("Other", "power", "on"), ("Radio", "volume", 9))

        assert done == [("no_answer", None), ("done", "on"), ("done", 9)]


@pytest.mark.parametrize(
    ("label", "capability", "asked", "told"),
    [("Lamp", "power", "on", "off"), ("Lamp", "brightness", 90, 87), ("Radio", "volume", 50, 43)],
)
def test_a_device_that_does_something_else_is_told_of(
    den: PretendHome, label: str, capability: str, asked: Value, told: Value
) -> None:
    with owner_of(den, answer_ms=QUICK_MS) as owner:
        den.house.misbehave(f"Den/{label}", Fault.WRONG)

        assert owner.do((label, capability, asked)) == [("other_value", told)]
        assert owner.value(label, capability) == told


def test_a_device_that_is_unplugged_is_not_even_told(den: PretendHome) -> None:
    with owner_of(den) as owner:
        den.house.misbehave("Den/Lamp", Fault.OFFLINE)
        owner.until(lambda: not owner.home.home.devices[0].available)

        assert owner.do(("Lamp", "power", "on")) == [("offline", None)]
        assert not den.house.commands

        den.house.misbehave("Den/Lamp", Fault.NONE)
        owner.until(lambda: owner.home.home.devices[0].available)
        assert owner.do(("Lamp", "power", "on")) == [("done", "on")]


def test_a_device_that_stands_there_already_and_stays_silent_is_asked(den: PretendHome) -> None:
    with owner_of(den) as owner:
        den.house.misbehave("Den/Lamp", Fault.TERSE)

        assert owner.do(("Lamp", "power", "off")) == [("done", "off")]


def test_a_slow_device_is_waited_for(den: PretendHome) -> None:
    with owner_of(den, answer_ms=10 * ANSWER_MS) as owner:
        den.house.misbehave("Den/Lamp", Fault.SLOW, slow_ms=600)

        began_ms = monotonic_ms()
        assert owner.do(("Lamp", "power", "on")) == [("done", "on")]
        assert monotonic_ms() - began_ms >= 600


def test_a_broker_that_goes_in_mid_command_is_told_and_the_next_works(den: PretendHome) -> None:
    with owner_of(den) as owner:
        den.house.misbehave("Den/Door", Fault.SILENT)
        delivery = owner.begin(("Door", "lock", "unlocked"))

        den.broker.kill()
        owner.until(lambda: delivery.outcomes(0) is not None)

        assert [o.kind.value for o in delivery.outcomes(0) or ()] == ["lost"]
        with pytest.raises(BusError):
            owner.bus.publish(BusMessage(topic="zigbee2mqtt/Den/Door/set", payload=b"UNLOCK"))
        assert owner.do(("Door", "lock", "unlocked")) == [("no_broker", None)]

        den.house.misbehave("Den/Door", Fault.NONE)
        den.house.commands.clear()
        den.broker.restart()
        owner.until(lambda: owner.bus.connected)
        assert reaches(owner, den), "it works again"
        assert not [m for m in den.house.commands if "Door" in m.topic], "nothing fires later"
        assert den.house.values()["Den/Door"]["lock"] == "locked"


def reaches(owner: Owner, den: PretendHome) -> bool:
    """Turn a lamp until it obeys: the house needs a moment to come back too."""
    began_ms = monotonic_ms()
    while monotonic_ms() - began_ms < PATIENCE_MS:
        if owner.do(("Lamp", "power", "on")) == [("done", "on")]:
            return den.house.values()["Den/Lamp"]["power"] == "on"
        sleep(0.1)
    return False


def test_a_house_that_vanishes_takes_its_devices_along(den: PretendHome) -> None:
    with owner_of(den) as owner:
        den.house.leave()
        owner.until(lambda: not any(d.available for d in owner.home.home.devices))

        assert owner.do(("Lamp", "power", "on")) == [("offline", None)]


def test_a_device_that_is_not_there_cannot_misbehave(den: PretendHome) -> None:
    with pytest.raises(HomeError, match="no device 'Den/Ghost'"):
        den.house.misbehave("Den/Ghost", Fault.SLOW)


def test_whatever_the_devices_do_an_outcome_claims_only_what_is_so(den: PretendHome) -> None:
    """Random wishes and faults; the house itself is the model of what each device should be."""
    chance = random.Random(20261120)
    wishes: list[tuple[str, str, list[Value]]] = [
        ("Lamp", "power", ["on", "off"]),
        ("Lamp", "brightness", [10, 60, 100]),
        ("Other", "power", ["on", "off"]),
        ("Door", "lock", ["locked", "unlocked"]),
        ("Radio", "media", ["playing", "paused", "idle"]),
    ]
    honest = [Fault.NONE, Fault.TERSE, Fault.DEAF, Fault.SILENT, Fault.MALFORMED, Fault.OFFLINE]
    labels = ["Lamp", "Other", "Door", "Radio"]
    claims = 0
    with owner_of(den, answer_ms=QUICK_MS) as owner:
        for _ in range(8):
            for label in labels:
                den.house.misbehave(f"Den/{label}", chance.choice([Fault.NONE, *honest]))
            wanted = chance.sample(labels, 2)
            chance.shuffle(wishes)
            chosen = {label: (label, name, values) for label, name, values in wishes}
            asked = [(*chosen[label][:2], chance.choice(chosen[label][2])) for label in wanted]
            done = owner.do(*asked)

            really = den.house.values()
            for (label, capability, value), (kind, reported) in zip(asked, done, strict=True):
                if kind == "done":
                    claims += 1
                    assert reported == value == really[f"Den/{label}"][capability]
    told = Counter((message.topic, message.payload) for message in den.house.commands)
    assert told <= Counter(owner.sent), "only what was asked is told, and never twice"
    assert not any(message.retained for message in den.house.commands)
    assert claims, "a run in which nothing was done proves nothing"
