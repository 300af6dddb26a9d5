"""A visitor without a browser: what a page sends and hears, over a real WebSocket."""

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from websockets.sync.client import connect
from websockets.sync.connection import Connection

from simulator.scenario.command import SHIPPED
from simulator.session import Scene
from simulator.studio.keeper import Keeper
from simulator.studio.pages import Pages
from simulator.studio.server import application, bound, serve

TOKEN = "a-token-for-tests"
SCENE = Scene(room="Kitchen", at=datetime(2026, 11, 20, 21, 30))
PATIENCE_S = 20
"""How long anything is waited for before a test gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """A studio that is served."""

    port: int
    keeper: Keeper
    pages: Pages

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/{TOKEN}/"

    @contextmanager
    def visit(self) -> Iterator["Visit"]:
        """A page that has been told everything that was there."""
        socket = f"ws://127.0.0.1:{self.port}/{TOKEN}/socket"
        origin = f"http://127.0.0.1:{self.port}"
        with connect(socket, origin=origin, max_size=None, proxy=None) as connection:  # type: ignore[arg-type]
            visit = Visit(connection)
            visit.until("welcome")
            yield visit


@contextmanager
def served(wake: str | None = None) -> Iterator[Studio]:
    """A studio on a port of its own, until the end."""
    pages = Pages()
    with closing(bound(0)) as listening:
        port = listening.getsockname()[1]
        with closing(Keeper(SCENE, pages, wake=wake, scenarios=[SHIPPED])) as keeper:
            inside = application(keeper, pages, token=TOKEN, port=port)
            server = serve(inside, listening)
            thread = threading.Thread(target=lambda: server.run([listening]))
            thread.start()
            try:
                yield Studio(port=port, keeper=keeper, pages=pages)
            finally:
                server.should_exit = True
                thread.join()


class Visit:
    """One page's connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.told: list[dict[str, Any]] = []
        """Everything that was heard, oldest first."""

    def send(self, **order: object) -> None:
        self._connection.send(json.dumps(order))

    def send_raw(self, content: str | bytes) -> None:
        self._connection.send(content)

    def upload(self, name: str, content: bytes) -> None:
        self.send(do="upload", name=name, content=b64encode(content).decode())

    def until(self, what: str, /, **wanted: object) -> dict[str, Any]:
        """The next message of a kind, with these values where they are named."""
        until_s = monotonic() + PATIENCE_S
        while True:
            left_s = until_s - monotonic()
            told: dict[str, Any] = json.loads(self._connection.recv(timeout=left_s))
            self.told.append(told)
            if told["is"] == what and all(told.get(key) == one for key, one in wanted.items()):
                return told

    def ask(self, text: str) -> dict[str, Any]:
        """The turn that comes of a typed request."""
        self.send(do="say", text=text)
        return self.until("turn")

    def until_values(self, device: str, **values: object) -> dict[str, Any]:
        """How a device stands once it stands so."""
        while True:
            told = self.until("devices")["devices"].get(device)
            if told and all(told["values"].get(key) == one for key, one in values.items()):
                found: dict[str, Any] = told
                return found
