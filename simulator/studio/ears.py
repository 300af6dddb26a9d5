"""The browser's microphone, as the speaker knows it."""

from device.errors import AudioError
from device.ports import SoundFound, SoundLost

FOUND = SoundFound(name="the browser's microphone", rate_hz=16_000, channels=1)
LOST = SoundLost(reason="the microphone was unplugged")


class Ears:
    """A microphone that the speaker can switch and somebody can unplug; a `device.ports.Ears`."""

    def __init__(self) -> None:
        self.plugged_in = True
        self._on = True

    @property
    def button(self) -> bool:
        """There is none."""
        return False

    def listen(self, *, on: bool) -> None:
        """Switch it."""
        self._on = on

    def check(self) -> None:
        """See whether anything can be heard.

        Raises:
            AudioError: It is unplugged or switched off.
        """
        if not self.plugged_in:
            raise AudioError("the microphone is unplugged; nothing was heard")
        if not self._on:
            raise AudioError("the microphone is switched off; nothing was heard")
