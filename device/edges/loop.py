"""The speaker on a real machine: its ports, its one queue, and the loop that empties it."""

import logging
import secrets
from contextlib import ExitStack
from pathlib import Path

from device.config import Config
from device.core import Speaker
from device.edges.background import Background
from device.edges.brokeraddress import address_of
from device.edges.clock import SystemClock
from device.edges.ears import CardEars
from device.edges.echo import Echo
from device.edges.gpio import GpioPanel
from device.edges.inbox import Inbox
from device.edges.keepsakes import KeepsakeFolder, replays_folder
from device.edges.memory import give_back
from device.edges.mqtt import MqttBus
from device.edges.packcode import PackProcesses
from device.edges.packfolder import PackFolder
from device.edges.packwatch import PackWatch
from device.edges.soundcard import CardLoudspeaker, CardMicrophone
from device.edges.store import SqliteStore
from device.edges.tape import SpeakerTape
from device.errors import AudioError, InglenookError
from device.ports import Clock, Loudspeaker, Ports, Tape
from device.presence import will
from device.speaker import build

logger = logging.getLogger(__name__)

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
    with ExitStack() as closing:
        closing.callback(store.close)
        bus = MqttBus(address_of(config.broker), inbox=inbox, will=will(config.broker.client_id))
        closing.callback(bus.close)
        code = PackProcesses(config.skills.answer_ms)
        closing.callback(code.close)
        echo = _echo(config)
        ears = _ears(config, inbox, echo, closing)
        clock = SystemClock()
        ports = Ports(
            bus=bus,
            clock=clock,
            store=store,
            loudspeaker=_loudspeaker(config, echo),
            ears=ears,
            background=Background(),
            code=code,
            secret=secrets.token_bytes(32),
            tape=_tape(config, clock, store),
            packs=PackWatch(PackFolder(Path(config.skills.folder)), beside=True),
        )
        speaker = build(config, ports, hears=True, wake=True)
        closing.callback(speaker.leave)
        logger.info("listening for the wake word of %s", config.wake.model)
        learned = 0
        while True:
            _live(speaker, inbox)
            if speaker.learned != learned:
                learned = speaker.learned
                give_back()


def _tape(config: Config, clock: Clock, store: SqliteStore) -> Tape | None:
    """What keeps turns to be replayed; None unless the owner wants that."""
    if not config.records.replays:
        return None
    folder = KeepsakeFolder(replays_folder(config), most=config.records.replays)
    return SpeakerTape(folder, config, clock=clock, store=store)


def _live(speaker: Speaker, inbox: Inbox) -> None:
    """Hand the speaker what happened next; whatever goes wrong, it listens on."""
    item = inbox.get(speaker.wait_ms(TICK_MS))
    try:
        for turn in speaker.take(item):
            count = len(turn.requests)
            logger.info("a turn of %d request%s", count, "" if count == 1 else "s")
            logger.debug("%r -> %r", turn.text, turn.reply.text)
    except InglenookError as exc:
        logger.warning("%s", exc)
        speaker.drop_turn()
    except Exception:
        logger.exception("a bug; the turn under way is dropped")
        speaker.drop_turn()


def _ears(config: Config, inbox: Inbox, echo: Echo | None, closing: ExitStack) -> CardEars:
    """The microphone with its switch; pins that cannot be used are said once."""
    sound, panel = config.sound, None
    if config.gpio.button is not None or config.gpio.led is not None:
        try:
            panel = GpioPanel(config.gpio, inbox)
            closing.callback(panel.close)
        except AudioError as exc:
            logger.warning("%s", exc)
    ears = CardEars(
        lambda: CardMicrophone(sound.microphone, channel=sound.channel, echo=echo),
        inbox,
        panel=panel,
    )
    closing.callback(ears.close)
    return ears


def _echo(config: Config) -> Echo | None:
    if not config.sound.echo:
        return None
    try:
        return Echo()
    except AudioError as exc:
        logger.warning("%s", exc)
        return None


def _loudspeaker(config: Config, echo: Echo | None) -> Loudspeaker | None:
    try:
        return CardLoudspeaker(config.sound.loudspeaker, echo=echo)
    except AudioError as exc:
        logger.warning("%s", exc)
        return None
