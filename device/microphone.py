"""The microphone as the core knows it: switched on or off, found, lost, sound missed.

The switch survives a restart. Its state is published, retained, under a topic of this
speaker, and is set by voice, by a button, or by a message:

    inglenook/speaker/<client_id>/microphone        ON or OFF, retained
    inglenook/speaker/<client_id>/microphone/set    ON, OFF or TOGGLE

A retained message to `set` is ignored: it would switch the microphone at every reconnect.
"""

import logging
from datetime import datetime

import msgspec

from device import context
from device.errors import BusError, StoreError
from device.ports import (
    BusMessage,
    BusUp,
    ButtonPressed,
    Item,
    Ports,
    SoundFound,
    SoundLost,
    SoundMissed,
)

logger = logging.getLogger(__name__)

KEY = "microphone"
"""Where the store keeps the condition."""

TOPIC = "inglenook/speaker/{}/microphone"


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of the microphone; `inglenook doctor` shows it."""

    on: bool = True
    """False when it was switched off."""
    name: str = ""
    """The card that was open last."""
    rate_hz: int = 0
    channels: int = 0
    lost: str = ""
    """Why nothing is heard, one sentence; "" while all is well."""
    losses: int = 0
    """How often it was lost since the speaker was started."""
    missed: int = 0
    """How often sound was missed since the microphone was opened."""
    since: datetime | None = None
    """When it was last found, lost or switched."""


def kept(content: bytes | None) -> Condition:
    """The condition as it was stored; what cannot be read counts as switched on."""
    try:
        return Condition() if content is None else msgspec.json.decode(content, type=Condition)
    except msgspec.MsgspecError:
        return Condition()


class Microphone:
    """The microphone's switch and condition.

    Args:
        ports: The world; without ears there is nothing to switch.
        speaker: The speaker's name on the broker.
    """

    def __init__(self, ports: Ports, *, speaker: str) -> None:
        self._ports = ports
        self._refused = 0
        self._topic = TOPIC.format(speaker)
        before = kept(ports.store.load(KEY)) if ports.ears is not None else Condition()
        self._now = Condition(on=before.on, name=before.name, since=before.since)
        if ports.ears is not None:
            ports.bus.subscribe([f"{self._topic}/set"])
            if not before.on:
                logger.info("the microphone is switched off, as it was left")
            ports.ears.listen(on=before.on)

    @property
    def on(self) -> bool:
        """Whether sound is listened to."""
        return self._now.on

    @property
    def condition(self) -> Condition:
        """How it stands."""
        return self._now

    @property
    def seen(self) -> context.Microphone | None:
        """What skills know of it; None where there is nothing to switch."""
        ears = self._ports.ears
        return None if ears is None else context.Microphone(on=self.on, button=ears.button)

    def turn(self, *, on: bool) -> None:
        """Switch it; when this returns with it off, no stream is open."""
        ears = self._ports.ears
        if ears is None:
            return
        ears.listen(on=on)
        if on != self._now.on:
            logger.info("the microphone is switched %s", "on" if on else "off")
            self._keep(msgspec.structs.replace(self._now, on=on, since=self._ports.clock.now()))
        self._tell()

    def take(self, item: Item) -> bool:
        """Take what happened to the microphone; gives False when it is something else."""
        replace = msgspec.structs.replace
        match item:
            case BusMessage(topic=topic) if topic == f"{self._topic}/set":
                self._asked(item)
            case ButtonPressed():
                self.turn(on=not self.on)
            case BusUp():
                self._tell()
                return False
            case SoundFound(name=name, rate_hz=rate_hz, channels=channels):
                back = " is back" if self._now.lost else ""
                logger.info("microphone %s%s: %d Hz, channels: %d", name, back, rate_hz, channels)
                found = replace(
                    self._now, name=name, rate_hz=rate_hz, channels=channels, lost="", missed=0
                )
                self._keep(replace(found, since=self._ports.clock.now()))
            case SoundLost(reason=reason):
                logger.warning("%s", reason)
                losses = self._now.losses + 1
                since = self._ports.clock.now()
                self._keep(replace(self._now, lost=reason, losses=losses, since=since))
            case SoundMissed(count=count):
                logger.warning("sound was missed %d times; the machine is too busy", count)
                self._keep(replace(self._now, missed=count))
            case _:
                return False
        return True

    def _asked(self, message: BusMessage) -> None:
        """Somebody asks for it over MQTT."""
        if self._ports.ears is None:
            return
        word = message.payload[:16].strip().upper()
        wanted = {b"ON": True, b"OFF": False, b"TOGGLE": not self.on}.get(word)
        if wanted is not None and not message.retained:
            self.turn(on=wanted)
            return
        # What came instead is not repeated: it may be a PIN that went to the wrong place.
        self._refused += 1
        if str(self._refused).rstrip("0") == "1":
            logger.warning(
                "%s takes ON, OFF or TOGGLE, not retained; ignored what came (%d times so far)",
                message.topic, self._refused,
            )  # fmt: skip

    def _tell(self) -> None:
        if self._ports.ears is None or not self._ports.bus.connected:
            return
        payload = b"ON" if self.on else b"OFF"
        try:
            self._ports.bus.publish(BusMessage(topic=self._topic, payload=payload, retained=True))
        except BusError as exc:
            logger.warning("%s", exc)

    def _keep(self, condition: Condition) -> None:
        self._now = condition
        try:
            self._ports.store.save(KEY, msgspec.json.encode(condition))
        except StoreError as exc:
            logger.warning("%s", exc)
