"""Button and light of the microphone's switch on a Raspberry Pi's pins, through gpiozero."""

import warnings
from typing import Any

from device.config import GpioConfig
from device.edges.inbox import Inbox
from device.errors import AudioError
from device.ports import ButtonPressed

BOUNCE_S = 0.05
"""A button that is pressed once rattles for so long, seconds."""


class GpioPanel:
    """A button to ground, which needs no resistor, and a light that is lit while muted.

    Args:
        config: Which pins.
        inbox: Where presses go.

    Raises:
        AudioError: gpiozero is not installed, this machine has no pins, or one is in use.
    """

    def __init__(self, config: GpioConfig, inbox: Inbox) -> None:
        try:
            import gpiozero
        except ImportError as exc:
            raise AudioError(
                "the microphone's button and light need gpiozero; "
                "install them with pip install 'inglenook[gpio]'"
            ) from exc
        self._button: Any = None
        self._led: Any = None
        try:
            with warnings.catch_warnings():
                # One for each way to the pins that it tries; the error says what matters.
                warnings.simplefilter("ignore")
                if config.button is not None:
                    self._button = gpiozero.Button(config.button, bounce_time=BOUNCE_S)
                    self._button.when_pressed = lambda: inbox.put(ButtonPressed())
                if config.led is not None:
                    self._led = gpiozero.LED(config.led)
        except (gpiozero.GPIOZeroError, OSError, RuntimeError, ValueError) as exc:
            self.close()
            reason = (str(exc).splitlines() or [type(exc).__name__])[0].rstrip("!.")
            raise AudioError(
                f"the microphone's button or light cannot be used: {reason}; "
                "see [gpio] in the config"
            ) from exc

    @property
    def button(self) -> bool:
        """Whether there is a button."""
        return self._button is not None

    def show(self, *, muted: bool) -> None:
        """Light the light while the microphone is off."""
        if self._led is not None:
            (self._led.on if muted else self._led.off)()

    def close(self) -> None:
        """Give the pins back."""
        for part in (self._button, self._led):
            if part is not None:
                part.close()
