"""A home that talks without a pause: what time makes due comes on time all the same."""

from dataclasses import replace
from datetime import timedelta

from device.core import LOOK_MS
from device.effects import Timer
from device.ports import BusMessage
from tests.hermes.talks import World


def test_a_timer_is_over_on_time_while_messages_come_every_millisecond() -> None:
    world = World()
    speaker = world.speaker()
    now_ms = world.clock.monotonic_ms()
    tea = Timer(id=1, name="tea", duration_ms=1_000, remaining_ms=1_000, as_of_ms=now_ms)
    speaker._diary.keep(replace(speaker._diary.notebook, timers=(tea,)))

    told: list[tuple[int, str]] = []
    for ms in range(1, 2_000):
        world.clock.jump(1)
        for turn in speaker.take(BusMessage(topic="somewhere", payload=b"ON")):
            told.append((ms, turn.reply.text))

    assert [text for _, text in told] == ["Your tea timer is done."]
    assert 1_000 <= told[0][0] <= 1_000 + LOOK_MS


def test_a_typed_request_does_not_wait_for_the_next_look() -> None:
    world = World()
    speaker = world.speaker()
    speaker.take(None)

    assert speaker.take(BusMessage(topic="somewhere", payload=b"ON")) == []
    (turn,) = speaker.say("what time is it")

    assert turn.reply.text.startswith("It is ")
    assert world.clock.now() - turn.at < timedelta(seconds=1)
