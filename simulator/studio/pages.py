"""The browsers that watch: each has a queue of its own, filled from the keeper's thread."""

import asyncio
import threading
from typing import Any

import msgspec

MOST = 4_000
"""Messages that may wait for one page; one that is slower is let go, and comes back by itself."""

Told = dict[str, Any]
"""A JSON object for a page; `is` says what it is."""


class Page:
    """One browser window; made in the thread of its event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[str | None] = asyncio.Queue()

    def tell(self, content: str) -> None:
        """Leave a message, from any thread."""
        # The server may be on its way out, and its loop closed.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave, content)

    async def next(self) -> str | None:
        """The next message; None when the page was too slow to be kept."""
        return await self._waiting.get()

    def _leave(self, content: str) -> None:
        if self._waiting.qsize() < MOST:
            self._waiting.put_nowait(content)
        elif self._waiting.qsize() == MOST:
            self._waiting.put_nowait(None)


class Pages:
    """All that watch now; may be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: tuple[Page, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._pages)

    def add(self, page: Page) -> None:
        """Another one watches."""
        with self._lock:
            self._pages = (*self._pages, page)

    def drop(self, page: Page) -> None:
        """One was closed."""
        with self._lock:
            self._pages = tuple(one for one in self._pages if one is not page)

    def tell(self, told: Told, *, only: Page | None = None) -> None:
        """Tell all of them, or one."""
        content = msgspec.json.encode(told).decode()
        for page in self._pages if only is None else (only,):
            page.tell(content)
