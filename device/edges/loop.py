"""The speaker on a real machine: its ports, its one queue, and the loop that empties it."""

import logging
import threading
from pathlib import Path

from device.config import BrokerConfig, Config, SoundConfig
from device.core import Speaker
from device.edges.clock import SystemClock
from device.edges.inbox import Inbox
from device.edges.memory import give_back
from device.edges.mqtt import BrokerAddress, MqttBus, Tls
from device.edges.soundcard import CardLoudspeaker, CardMicrophone
from device.edges.store import SqliteStore
from device.errors import AudioError, ConfigError, InglenookError
from device.ports import Loudspeaker, Ports, SoundBlock, SoundLost
from device.speaker import build

logger = logging.getLogger(__name__)

LOOK_AGAIN_S = 2.0
"""Pause before a microphone that is gone is looked for again."""

TICK_MS = 200
"""The longest that the core sleeps when nothing happens, milliseconds."""


def run(config: Config) -> None:
    """Be the speaker until interrupted.

    Without a microphone or a loudspeaker it says so once and goes on without: timers are
    kept, and a microphone that comes back is heard again.

    Raises:
        InglenookError: The config names something that cannot be used at all.
    """
    inbox = Inbox()
    store = SqliteStore(Path(config.store))
    if store.warning:
        logger.warning("%s", store.warning)
    bus = MqttBus(address(config.broker), inbox=inbox)
    ports = Ports(bus=bus, clock=SystemClock(), store=store, loudspeaker=_loudspeaker(config))
    closing = threading.Event()
    try:
        speaker = build(config, ports, hears=True, wake=True)
        listening = threading.Thread(
            target=_listen, args=(config.sound, inbox, closing), name="microphone", daemon=True
        )
        listening.start()
        logger.info("listening for the wake word of %s", config.wake.model)
        learned = 0
        while True:
            _live(speaker, inbox)
            if speaker.learned != learned:
                learned = speaker.learned
                give_back()
    finally:
        closing.set()
        bus.close()
        store.close()


def _live(speaker: Speaker, inbox: Inbox) -> None:
    """Hand the speaker what happened next; whatever goes wrong, it listens on."""
    item = inbox.get(speaker.wait_ms(TICK_MS))
    try:
        for turn in speaker.take(item):
            logger.info("%r -> %r", turn.text, turn.reply.text)
    except InglenookError as exc:
        logger.warning("%s", exc)
        speaker.drop_turn()
    except Exception:
        logger.exception("a bug; the turn under way is dropped")
        speaker.drop_turn()


def _listen(config: SoundConfig, inbox: Inbox, closing: threading.Event) -> None:
    """Put sound into the queue until closed; a lost microphone is looked for again."""
    told = ""
    while not closing.is_set():
        try:
            microphone = CardMicrophone(config.microphone, channel=config.channel)
            logger.info("microphone: %s", microphone.name)
            told = ""
            try:
                while not closing.is_set():
                    block = microphone.read(TICK_MS)
                    if block:
                        inbox.put(SoundBlock(pcm=block))
            finally:
                microphone.close()
        except AudioError as exc:
            if str(exc) != told:
                told = str(exc)
                inbox.put(SoundLost(reason=told))
            closing.wait(LOOK_AGAIN_S)


def address(config: BrokerConfig) -> BrokerAddress:
    """Where the broker is, with the password out of its file.

    Raises:
        ConfigError: The password file cannot be read.
    """
    password = None
    if config.password_file is not None:
        try:
            lines = Path(config.password_file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as exc:
            raise ConfigError(f"password file {config.password_file} cannot be read") from exc
        password = lines[0] if lines else ""
    tls = config.tls
    return BrokerAddress(
        host=config.host,
        port=config.port,
        user=config.user,
        password=password,
        tls=None if tls is None else Tls(ca=tls.ca, certificate=tls.certificate, key=tls.key),
        client_id=config.client_id,
    )


def _loudspeaker(config: Config) -> Loudspeaker | None:
    try:
        return CardLoudspeaker(config.sound.loudspeaker)
    except AudioError as exc:
        logger.warning("%s", exc)
        return None
