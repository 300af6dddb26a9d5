"""The one thread that owns the house and the speaker, as on a device.

Pages leave orders in a queue; between two orders the house lives on in real time. What came
of it goes to all pages that watch, so that several show the same.
"""

import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from device.errors import AudioError, InglenookError
from simulator.session import Scene
from simulator.studio.board import Board
from simulator.studio.orders import Order
from simulator.studio.pages import Page, Pages
from simulator.studio.playhouse import Playhouse
from simulator.studio.scenarios import Scenarios

logger = logging.getLogger(__name__)

LIVE_MS = 20
"""How long the house lives on before the next order is looked for, milliseconds."""
SILENT_S = 3.0
"""How long sound that a page sends may stop before it counts as broken off, seconds."""


class Sound:
    """What somebody says into a page's microphone, while it is being said."""

    def __init__(self) -> None:
        self._blocks: queue.Queue[bytes | None] = queue.Queue()

    def put(self, pcm: bytes) -> None:
        """Sound came."""
        self._blocks.put(pcm)

    def end(self) -> None:
        """That was all."""
        self._blocks.put(None)

    def __iter__(self) -> "Sound":
        return self

    def __next__(self) -> bytes:
        """The next block, waited for.

        Raises:
            AudioError: None came for long.
        """
        try:
            block = self._blocks.get(timeout=SILENT_S)
        except queue.Empty:
            raise AudioError("the page's microphone fell silent in the midst of it") from None
        if block is None:
            raise StopIteration
        return block


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A page was opened."""

    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page asks for something."""

    order: Order | Sound
    page: Page


class Keeper:
    """Owns a house and carries out what pages ask for, until closed."""

    def __init__(
        self,
        scene: Scene,
        pages: Pages,
        *,
        wake: str | None = None,
        scenarios: Sequence[Path] = (),
    ) -> None:
        """Start the house; it is there when this returns.

        Args:
            scene: Where, when and by whom.
            pages: Who is told.
            wake: Wake model that sound streams through first; None hears at once.
            scenarios: Folders of scenarios that can be played.

        Raises:
            InglenookError: A file of the scene is wrong, or the broker does not come up.
        """
        self._board = Board(pages)
        self._waiting: queue.Queue[Joined | Asked] = queue.Queue()
        self._closing = threading.Event()
        self._ready = threading.Event()
        self._problem: BaseException | None = None
        self.broker = ""
        """Which broker the house is on, and where."""
        self._thread = threading.Thread(
            target=self._run,
            args=(scene, wake, Scenarios(scenarios)),
            name="keeper",
            daemon=True,
        )
        self._thread.start()
        self._ready.wait()
        if self._problem is not None:
            raise self._problem

    def leave(self, item: Joined | Asked) -> None:
        """Leave something to do, from any thread; what comes of it is told to the pages."""
        self._waiting.put(item)

    def close(self) -> None:
        """Stop the house."""
        self._closing.set()
        self._thread.join()

    def _run(self, scene: Scene, wake: str | None, scenarios: Scenarios) -> None:
        try:
            house = Playhouse(scene, self._board, wake=wake, scenarios=scenarios)
        except BaseException as exc:
            # It belongs to whoever waits for the house, in the other thread.
            self._problem = exc
            self._ready.set()
            return
        self.broker = house.broker
        self._ready.set()
        with house:
            while not self._closing.is_set():
                self._once(house)

    def _once(self, house: Playhouse) -> None:
        """Do one thing, or let the house live on for a little while; then tell what is new."""
        page: Page | None = None
        try:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                house.live(LIVE_MS)
            else:
                page = item.page
                self._take(house, item)
            house.look()
        except InglenookError as exc:
            self._board.notice(str(exc), only=page)
        except Exception:
            # A bug must not end the house that somebody looks at: it is told and written down.
            logger.exception("the studio could not carry out an order")
            house.drop_turn()
            self._board.notice("something went wrong inside the studio; its terminal says what")

    def _take(self, house: Playhouse, item: Joined | Asked) -> None:
        match item:
            case Joined(page=page):
                house.welcome(page)
            case Asked(order=order, page=page):
                if isinstance(order, Sound):
                    house.listen(order)
                else:
                    house.carry_out(order, page)
