"""Keeps what comes in while somebody talks with the speaker, for turns to be replayed.

Of the time before, it keeps the last message of each topic: what the speaker knows of the home
is made of these. What is said is kept from the beginning of a conversation on and let go when
a new one begins; each turn of it becomes a `Keepsake`.
"""

import logging
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from device import models
from device.config import BrokerConfig, Config, RecordsConfig
from device.context import Home
from device.edges.keepsakes import KeepsakeFolder
from device.edges.store import SqliteStore
from device.errors import InglenookError, StoreError
from device.events import Turn
from device.keepsake import Came, Facts, Keepsake, Machine, Told
from device.names import KEPT as GRAPH
from device.ports import BusDown, BusMessage, BusUp, Clock, Item, SoundBlock, Spoken, Typed
from device.records import record
from device.runtimes import runtime
from device.speaker import OURS

logger = logging.getLogger(__name__)

PAUSE_MS = 600_000
"""A conversation is over when nothing was said for so long."""
MOST_CAME = 20_000
"""So much may come in during one conversation that is kept."""
MOST_TOPICS = 20_000
"""Topics whose last message is kept."""


@dataclass(slots=True, kw_only=True)
class _Talk:
    """A conversation."""

    at: datetime
    began_ms: int
    said_ms: int
    """When somebody last said something or was answered."""
    connected: bool
    before: tuple[Came, ...]
    store: bytes
    came: list[Came] = field(default_factory=list)
    turns: list[Told] = field(default_factory=list)


class SpeakerTape:
    """A `device.ports.Tape` that writes keepsakes into a folder."""

    def __init__(
        self, folder: KeepsakeFolder, config: Config, *, clock: Clock, store: SqliteStore
    ) -> None:
        """Begin with nothing.

        Args:
            folder: Where keepsakes go.
            config: The speaker's.
            clock: The speaker's.
            store: The speaker's.
        """
        self._folder = folder
        self._config = config
        self._clock = clock
        self._store = store
        self._latest: dict[str, Came] = {}
        self._connected = False
        self._talk: _Talk | None = None

    def took(self, item: Item | Typed | Spoken, *, asks: bool) -> None:
        """Note what comes in."""
        if isinstance(item, SoundBlock):
            return
        now_ms = self._clock.monotonic_ms()
        try:
            self._look(now_ms, asks=asks)
        except StoreError as exc:
            logger.warning("%s", exc)
            self._talk = None
        came = Came(ms=now_ms, item=item, asks=asks)
        if self._talk is not None:
            self._talk.came.append(came)
        match item:
            case BusMessage(topic=topic) if not _ours(topic):
                self._latest[topic] = came
                if len(self._latest) > MOST_TOPICS:
                    del self._latest[next(iter(self._latest))]
            case BusUp() | BusDown():
                self._connected = isinstance(item, BusUp)

    def ended(self, turn: Turn, home: Home, *, kept: bool) -> None:
        """Write a turn that has ended, where it is known how it began."""
        talk = self._talk
        if talk is None:
            return
        talk.said_ms = self._clock.monotonic_ms()
        talk.turns.append(
            Told(
                record=record(turn, home),
                scores=[(one.text, one.score) for one in turn.hypotheses],
            )
        )
        if not kept:
            return
        try:
            self._folder.write(self._keepsake(talk, turn), since=talk.at, until=turn.at)
        except InglenookError as exc:
            logger.warning("%s", exc)

    def forget(self, since: datetime | None, until: datetime | None) -> None:
        """Delete keepsakes, and let go of the conversation where it reaches into the span."""
        talk = self._talk
        if talk is not None and (until is None or talk.at < until):
            self._talk = None
        self._folder.forget(since, until)

    def _look(self, now_ms: int, *, asks: bool) -> None:
        """Begin a conversation with the first request after a pause; let a long one go.

        Raises:
            StoreError: The store cannot be copied.
        """
        talk = self._talk
        over = talk is None or now_ms - talk.said_ms > PAUSE_MS or len(talk.came) >= MOST_CAME
        if not over:
            return
        self._talk = None
        if asks:
            self._talk = _Talk(
                at=self._clock.now(),
                began_ms=now_ms,
                said_ms=now_ms,
                connected=self._connected,
                before=tuple(self._latest.values()),
                store=self._store.copied(but=GRAPH),
            )

    def _keepsake(self, talk: _Talk, turn: Turn) -> Keepsake:
        config, files = _portable(self._config)
        return Keepsake(
            facts=Facts(
                turn=turn.id,
                at=talk.at,
                began_ms=talk.began_ms,
                ended_ms=talk.said_ms,
                connected=talk.connected,
                machine=this_machine(self._config),
                config=config,
                turns=talk.turns,
            ),
            before=talk.before,
            came=tuple(talk.came),
            store=talk.store,
            files=files,
        )


def this_machine(config: Config) -> Machine:
    """On what turns are made here.

    Raises:
        ModelError: There is no runtime, or a manifest cannot be read.
    """
    folder = models.SHIPPED if config.models.folder is None else Path(config.models.folder)
    found = runtime(config.models.runtime)
    return Machine(
        architecture=platform.machine(),
        runtime=f"{found} {version(found)}",
        models={
            path.stem: models.read_manifest(path).sha256 for path in sorted(folder.glob("*.json"))
        },
    )


def _portable(config: Config) -> tuple[Config, dict[str, bytes]]:
    """The config without what is secret or this machine's, and the files that it names.

    Raises:
        StoreError: A file cannot be read any more.
    """
    files: dict[str, bytes] = {}

    def carried(name: str, place: str) -> str:
        for found in _files(Path(name)):
            path = f"files/{place}/{found.relative_to(Path(name).parent).as_posix()}"
            try:
                files[path] = found.read_bytes()
            except OSError as exc:
                raise StoreError(f"a turn is not kept: {found}: {exc.strerror}") from exc
        return f"files/{place}/{Path(name).name}"

    changed = msgspec.structs.replace
    home = config.home.file
    portable = changed(
        config,
        broker=BrokerConfig(client_id=config.broker.client_id),
        records=RecordsConfig(keep_days=config.records.keep_days),
        home=changed(config.home, file=None if home is None else carried(home, "home")),
        sentences=tuple(
            carried(name, f"sentences{place}") for place, name in enumerate(config.sentences)
        ),
        store="",
    )
    return portable, files


def _files(path: Path) -> Iterator[Path]:
    """The file, or those of the folder."""
    if path.is_dir():
        yield from (found for found in sorted(path.rglob("*")) if found.is_file())
    else:
        yield path


def _ours(topic: str) -> bool:
    """Whether it is a topic of the speaker itself, where requests may come."""
    return topic.split("/", 1)[0] in OURS
