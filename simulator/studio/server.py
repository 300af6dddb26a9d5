"""The page, its files and the WebSocket, on this machine only.

GET /TOKEN/          the page; its files lie beside it
WS  /TOKEN/socket    orders come as text (`orders`), sound as binary messages between
                     {"do": "talk", "on": true} and {"do": "talk", "on": false};
                     what is told goes out as text (`board`)
"""

import asyncio
import socket
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn import Config, Server

from device.errors import ConfigError, InglenookError
from simulator.studio import orders
from simulator.studio.board import notice
from simulator.studio.gate import HOSTS, Gate
from simulator.studio.keeper import Asked, Joined, Keeper, Sound
from simulator.studio.pages import Page, Pages

PAGE = Path(__file__).parent / "page"
MOST_BYTES = 16 * 1024 * 1024
"""The largest message that a page may send: a recording, in base64."""
TOO_SLOW = 1013
"""WebSocket status: try again later."""


def application(keeper: Keeper, pages: Pages, *, token: str, port: int) -> ASGIApp:
    """Everything that is served, behind the gate.

    Args:
        keeper: Owns the house.
        pages: Where those that watch are told what happens.
        token: The first part of every path.
        port: Where it is served.
    """

    async def index(_: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def watch(connection: WebSocket) -> None:
        await _Visit(connection, keeper, pages).last()

    inside = Starlette(
        routes=[
            Route("/", index),
            WebSocketRoute("/socket", watch),
            Mount("/", StaticFiles(directory=PAGE)),
        ]
    )
    return Gate(inside, token=token, port=port)


class _Visit:
    """One page, from its opening to its end."""

    def __init__(self, connection: WebSocket, keeper: Keeper, pages: Pages) -> None:
        self._connection = connection
        self._keeper = keeper
        self._pages = pages
        self._page = Page()
        self._sound: Sound | None = None

    async def last(self) -> None:
        """Let it watch and ask until it goes."""
        await self._connection.accept()
        self._pages.add(self._page)
        self._keeper.leave(Joined(page=self._page))
        telling = asyncio.create_task(self._tell())
        try:
            while True:
                self._take(await self._connection.receive())
        except WebSocketDisconnect:
            pass
        finally:
            telling.cancel()
            self._pages.drop(self._page)
            self._hush()

    async def _tell(self) -> None:
        while (content := await self._page.next()) is not None:
            await self._connection.send_text(content)
        with suppress(RuntimeError):  # It may have gone by itself meanwhile.
            await self._connection.close(TOO_SLOW, "the page was too slow")

    def _take(self, message: Message) -> None:
        """One message of the page's.

        Raises:
            WebSocketDisconnect: It went.
        """
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        if (block := message.get("bytes")) is not None:
            if self._sound is not None and len(block) % 2 == 0:
                self._sound.put(block)
            return
        try:
            order = orders.read(message.get("text") or "")
        except InglenookError as exc:
            self._pages.tell(notice(str(exc)), only=self._page)
            return
        if not isinstance(order, orders.Talk):
            self._keeper.leave(Asked(order=order, page=self._page))
        elif order.on:
            self._hush()
            self._sound = Sound()
            self._keeper.leave(Asked(order=self._sound, page=self._page))
        else:
            self._hush()

    def _hush(self) -> None:
        """What is being said is over."""
        if self._sound is not None:
            self._sound.end()
            self._sound = None


def bound(port: int) -> socket.socket:
    """A port of this machine's own, which nobody else reaches; 0 takes a free one.

    Raises:
        ConfigError: Another program has it.
    """
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOSTS[0], port))
        found.listen()
    except (OSError, OverflowError) as exc:
        found.close()
        raise ConfigError(f"--port {port}: {getattr(exc, 'strerror', None) or exc}") from exc
    return found


def serve(inside: ASGIApp, listening: socket.socket) -> Server:
    """A server on a bound port, to be `run(sockets=[...])`; Ctrl-C ends it."""
    return Server(
        Config(
            inside,
            log_level="warning",
            access_log=False,
            ws="websockets-sansio",
            ws_max_size=MOST_BYTES,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )
