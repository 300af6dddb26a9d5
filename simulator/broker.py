"""A real MQTT broker for the pretend house, on this machine only.

Mosquitto where it is installed, otherwise the embedded amqtt. Both listen on 127.0.0.1 and
a free port, keep nothing on disk and end with the program that started them.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from device.errors import BusError
from simulator.embedded import HOST, START_S, Amqtt

TRIES = 5
"""How many free ports are tried: another program may take one first."""

_WATCH = 'read -r line; kill -9 "$1" 2>/dev/null'
"""Ends mosquitto when our end of the pipe closes, also when we are killed."""


class Broker(Protocol):
    """A broker that runs."""

    @property
    def name(self) -> str:
        """Which broker it is: mosquitto or amqtt."""
        ...

    @property
    def port(self) -> int:
        """Its port on 127.0.0.1."""
        ...

    def kill(self) -> None:
        """Make it vanish without a word, as a power cut would."""
        ...

    def restart(self) -> None:
        """Start it anew on the same port, with nothing remembered.

        Raises:
            BusError: It does not come up.
        """
        ...

    def close(self) -> None:
        """Stop it."""
        ...


def mosquitto_path() -> str | None:
    """Where mosquitto is installed, or None; /usr/sbin is often not on PATH."""
    more = os.pathsep.join(["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"])
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=more)


def start_broker(prefer: str | None = None) -> Broker:
    """Start a broker on a free port.

    Args:
        prefer: "mosquitto" or "amqtt"; None takes mosquitto where it is installed.

    Raises:
        BusError: It is not installed, or does not come up.
    """
    path = mosquitto_path()
    if prefer == "mosquitto" and path is None:
        raise BusError("mosquitto is not installed")
    if path is not None and prefer != "amqtt":
        return Mosquitto(path)
    return Amqtt()


def open_to_all(port: int) -> str:
    """A mosquitto.conf for this machine only, where everybody may do everything."""
    return (
        f"listener {port} {HOST}\nallow_anonymous true\nset_tcp_nodelay true\n"
        "persistence false\nlog_dest none\nmax_queued_messages 10000\n"
    )


class Mosquitto:
    """Mosquitto in a process of its own.

    Args:
        path: The program.
        config: Writes its mosquitto.conf for a port of 127.0.0.1.
    """

    def __init__(self, path: str, config: Callable[[int], str] = open_to_all) -> None:
        self._path = path
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self.port = _start_on_free_port(self._start)

    @property
    def name(self) -> str:
        """The word for `start_broker`."""
        return "mosquitto"

    def kill(self) -> None:
        """SIGKILL."""
        self._stop()

    def pause(self) -> None:
        """Freeze it: it keeps its connections, and answers nobody."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Thaw it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start it anew on the same port.

        Raises:
            BusError: It does not come up.
        """
        self._stop()
        self._start(self.port)

    def close(self) -> None:
        """Stop it, as `kill` does: it has nothing to save."""
        self._stop()

    def _start(self, port: int) -> None:
        with tempfile.TemporaryDirectory(prefix="inglenook-") as folder:
            file = Path(folder) / "mosquitto.conf"
            file.write_text(self._config(port), encoding="utf-8")
            quiet = subprocess.DEVNULL
            process = subprocess.Popen([self._path, "-c", str(file)], stdout=quiet, stderr=quiet)
            watch = ["/bin/sh", "-c", _WATCH, "watch", str(process.pid)]
            self._watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)
            self._process = process
            try:
                _await_port(port, lambda: process.poll() is None)
            except BusError:
                self._stop()
                raise

    def _stop(self) -> None:
        if self._process is None or self._watcher is None:
            return
        # The watcher sends the signal: until we wait, its number belongs to no other process.
        assert self._watcher.stdin is not None
        self._watcher.stdin.close()
        self._watcher.wait(timeout=START_S)
        self._process.wait(timeout=START_S)
        self._process = self._watcher = None


def _start_on_free_port(start: Callable[[int], None]) -> int:
    """Start on a free port; another program may take it first, so a few are tried.

    Raises:
        BusError: None of them worked.
    """
    for left in reversed(range(TRIES)):
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        try:
            start(port)
        except BusError:
            if not left:
                raise
        else:
            return port
    raise AssertionError


def _await_port(port: int, alive: Callable[[], bool]) -> None:
    """Wait until something answers.

    Raises:
        BusError: It died, or nothing answers in time.
    """
    until = time.monotonic() + START_S
    while alive() and time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(START_S)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.002)
    raise BusError(f"mosquitto does not start on port {port}")
