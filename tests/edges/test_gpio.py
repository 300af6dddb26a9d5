"""Button and light, on gpiozero's own pretend pins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.config import GpioConfig
from device.edges.ears import CardEars
from device.edges.gpio import GpioPanel
from device.edges.inbox import Inbox
from device.errors import AudioError
from device.ports import ButtonPressed
from tests.edges.test_ears import Usb

gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")
BUTTON, LED = 17, 27


@pytest.fixture
def pins() -> Iterator[object]:
    from gpiozero.pins.mock import MockFactory

    before = gpiozero.Device.pin_factory
    factory = gpiozero.Device.pin_factory = MockFactory()
    yield factory
    factory.reset()
    gpiozero.Device.pin_factory = before


def test_a_press_is_told_and_the_light_is_lit_while_the_microphone_is_off(pins: object) -> None:
    inbox = Inbox()
    panel = GpioPanel(GpioConfig(button=BUTTON, led=LED), inbox)
    ears = CardEars(Usb().microphone, inbox, panel=panel)
    light = gpiozero.Device.pin_factory.pin(LED)

    assert ears.button
    ears.listen(on=False)
    assert light.state == 1
    ears.listen(on=True)
    assert light.state == 0
    ears.close()
    while inbox.get(0) is not None:
        pass
    gpiozero.Device.pin_factory.pin(BUTTON).drive_low()

    assert inbox.get(2_000) == ButtonPressed()
    panel.close()


def test_a_light_alone_is_no_button(pins: object) -> None:
    panel = GpioPanel(GpioConfig(led=LED), Inbox())

    assert not panel.button
    panel.close()


def test_one_pin_for_both_is_one_sentence(pins: object) -> None:
    with pytest.raises(AudioError, match=r"^the microphone's button or light cannot be used: "):
        GpioPanel(GpioConfig(button=BUTTON, led=BUTTON), Inbox())

    GpioPanel(GpioConfig(button=BUTTON), Inbox()).close()


@pytest.mark.skipif(
    any(Path("/dev").glob("gpio*")), reason="this machine has pins, which a test must not touch"
)
def test_a_machine_without_pins_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "native")

    with pytest.raises(AudioError) as complaint:
        GpioPanel(GpioConfig(button=BUTTON, led=LED), Inbox())

    assert "\n" not in str(complaint.value)
    assert str(complaint.value).endswith("see [gpio] in the config")
