"""A network that can fail: passes on what it gets, swallows it, or holds it back."""

import socket
import threading
from types import TracebackType

from simulator.embedded import HOST

LOOK_S = 0.05


class Proxy:
    """Between a client and a broker, until closed; a context manager."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.swallow = False
        """Everything is read, and goes nowhere: a router that forgot the connection."""
        self.hold = threading.Event()
        """While set nothing goes on, and all of it does afterwards: a cable that is out."""
        self._closing = threading.Event()
        self._server = socket.create_server((HOST, 0))
        self._server.settimeout(LOOK_S)
        self.port: int = self._server.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                here, _ = self._server.accept()
            except TimeoutError:
                continue
            try:
                there = socket.create_connection((HOST, self._to))
            except OSError:
                here.close()
                continue
            pair = threading.Thread(target=self._carry, args=(here, there))
            self._threads.append(pair)
            pair.start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        back = threading.Thread(target=self._pump, args=(there, here))
        back.start()
        self._pump(here, there)
        back.join()
        here.close()
        there.close()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        source.settimeout(LOOK_S)
        while not self._closing.is_set():
            try:
                content = source.recv(65_536)
                while self.hold.is_set() and not self._closing.wait(LOOK_S):
                    continue
                if not content:
                    break
                if not self.swallow:
                    target.sendall(content)
            except TimeoutError:
                continue
            except OSError:
                break
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        for thread in self._threads:
            thread.join()
        self._server.close()
