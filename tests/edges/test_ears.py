"""The microphone comes and goes, is switched off and on; what is open is what should be."""

import queue
import time
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device.edges.ears import CardEars
from device.edges.inbox import Inbox
from device.errors import AudioError
from device.ports import Item, SoundBlock, SoundFound, SoundLost, SoundMissed
from tests.edges.test_soundcard import card, needs_portaudio, run

__all__ = ["card"]
PATIENCE_S = 10.0


class Usb:
    """A socket that a pretend microphone is plugged into and pulled from."""

    def __init__(self) -> None:
        self.plugged = True
        self.tries = 0
        self.open: list[PluggedMicrophone] = []

    def microphone(self) -> "PluggedMicrophone":
        self.tries += 1
        if not self.plugged:
            raise AudioError("no microphone 'usb' found; plug one in")
        found = PluggedMicrophone(self)
        self.open.append(found)
        return found


class PluggedMicrophone:
    name = "usb"
    rate_hz = 48_000
    channels = 2

    def __init__(self, usb: Usb) -> None:
        self._usb = usb
        self._closed: queue.Queue[None] = queue.Queue()
        self.overruns = 0

    def read(self, timeout_ms: int) -> bytes | None:
        try:
            self._closed.get(timeout=min(timeout_ms, 5) / 1000)
        except queue.Empty:
            if self._usb.plugged and self in self._usb.open:
                return b"\1\0" * 320
        raise AudioError("microphone usb is gone; is it unplugged?")

    def close(self) -> None:
        self._closed.put(None)
        if self in self._usb.open:
            self._usb.open.remove(self)


def wait_for(inbox: Inbox, wanted: type[Item]) -> Item:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        item = inbox.get(20)
        if isinstance(item, wanted):
            return item
    raise AssertionError(f"no {wanted.__name__}")


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def drained(inbox: Inbox) -> list[Item]:
    items = []
    while (item := inbox.get(0)) is not None:
        items.append(item)
    return items


def test_a_microphone_that_is_pulled_out_is_said_once_and_comes_back_by_itself() -> None:
    usb, inbox = Usb(), Inbox()
    ears = CardEars(usb.microphone, inbox, first_pause_s=0.001)
    ears.listen(on=True)
    assert wait_for(inbox, SoundFound) == SoundFound(name="usb", rate_hz=48_000, channels=2)
    assert wait_for(inbox, SoundBlock)

    usb.plugged = False
    lost = wait_for(inbox, SoundLost)
    before = usb.tries
    wait_until(lambda: usb.tries >= before + 4)
    meanwhile = drained(inbox)
    usb.plugged = True

    assert lost == SoundLost(reason="microphone usb is gone; is it unplugged?")
    assert meanwhile == []
    assert wait_for(inbox, SoundFound)
    assert wait_for(inbox, SoundBlock)
    ears.close()
    assert usb.open == []


def test_pauses_grow_while_there_is_no_microphone() -> None:
    usb, inbox = Usb(), Inbox()
    usb.plugged = False
    ears = CardEars(usb.microphone, inbox, first_pause_s=0.02)
    ears.listen(on=True)
    wait_for(inbox, SoundLost)

    time.sleep(0.3)

    assert usb.tries <= 5, "20, 40, 80 and 160 ms apart"
    ears.close()


def test_sound_that_was_missed_is_told_at_one_ten_and_a_hundred_times() -> None:
    usb, inbox = Usb(), Inbox()
    ears = CardEars(usb.microphone, inbox)
    ears.listen(on=True)
    wait_for(inbox, SoundFound)
    told = []

    for overruns in (1, 5, 10, 60, 100, 101):
        usb.open[0].overruns = overruns
        drained(inbox)
        for _ in range(4):
            wait_for(inbox, SoundBlock)
        usb_items = [item for item in drained(inbox) if isinstance(item, SoundMissed)]
        told += usb_items
    ears.close()

    counts = [item.count for item in told]
    assert len(counts) <= 3
    assert set(counts) <= {1, 10, 100}


class Switching(RuleBasedStateMachine):
    """However it is switched, plugged and pulled: off means that nothing is open."""

    def __init__(self) -> None:
        super().__init__()
        self.usb, self.inbox = Usb(), Inbox()
        self.ears = CardEars(self.usb.microphone, self.inbox, first_pause_s=0.001)
        self.on = False

    @rule()
    def switch_on(self) -> None:
        self.ears.listen(on=True)
        self.on = True

    @rule()
    def switch_off(self) -> None:
        self.ears.listen(on=False)
        self.on = False
        drained(self.inbox)

    @rule()
    def pull_out(self) -> None:
        self.usb.plugged = False

    @rule()
    def plug_in(self) -> None:
        self.usb.plugged = True

    @rule()
    def wait(self) -> None:
        if self.on and self.usb.plugged:
            wait_until(lambda: len(self.usb.open) == 1)
            wait_for(self.inbox, SoundBlock)

    @invariant()
    def off_is_closed(self) -> None:
        if not self.on:
            assert self.usb.open == []
            assert self.ears.card is None
            assert not any(isinstance(item, SoundBlock) for item in drained(self.inbox)[1:])

    def teardown(self) -> None:
        self.ears.close()
        assert self.usb.open == []


TestSwitching = Switching.TestCase
TestSwitching.settings = settings(max_examples=15, stateful_step_count=15)


@needs_portaudio
def test_switched_off_no_stream_of_a_real_card_is_open(card: dict[str, str]) -> None:
    lines = run(
        """
from device.edges.ears import CardEars
from device.edges.inbox import Inbox
from device.ports import SoundBlock, SoundFound
inbox = Inbox()
ears = CardEars(CardMicrophone, inbox)
def wait(kind):
    for _ in range(2_000):
        if isinstance(inbox.get(10), kind):
            return
    raise SystemExit("nothing is heard")
for _ in range(2):
    ears.listen(on=True)
    wait(SoundFound)
    wait(SoundBlock)
    microphone = ears.card
    stream = microphone._stream
    print(stream.active, stream.closed)
    ears.listen(on=False)
    print(stream.active, stream.closed, ears.card)
ears.close()
""",
        **card,
    )

    assert lines == ["True False", "False True None"] * 2


@needs_portaudio
def test_several_channels_of_a_real_card_are_aimed_and_still_16_khz(card: dict[str, str]) -> None:
    (line,) = run(
        """
microphone = CardMicrophone("rig", channel=(0, 1))
sound = b"".join(microphone.read(1_000) for _ in range(60))
microphone.close()
samples = np.frombuffer(sound, "<i2").astype(float)
pitch_hz = np.argmax(np.abs(np.fft.rfft(samples))) * 16_000 / len(samples)
print(len(samples), round(pitch_hz))
""",
        **card,
    )

    count, pitch_hz = (int(word) for word in line.split())
    assert 60 * 320 - 800 < count <= 60 * 320
    assert pitch_hz == pytest.approx(440, abs=3)
