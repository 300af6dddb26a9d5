"""A pretend home, running: a house on a broker, and the thread that keeps the house alive.

`python -m simulator.pretend [HOME.toml]` plays one until interrupted, for a look at it with
any MQTT program: on a broker of its own, or with `--host` on somebody else's.
"""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from device.edges.mqtt import BrokerAddress, MqttBus, Tls
from device.errors import BusError, ConfigError, InglenookError
from device.home.homefile import HomeFile
from device.ports import BusMessage
from simulator.broker import Broker, start_broker
from simulator.embedded import HOST
from simulator.homefile import read_house
from simulator.house import TRAVEL_MS, House
from simulator.zigbee import BASE as ZIGBEE

PUMP_MS = 20
"""How long the house waits for the broker before it looks at its own clock, milliseconds."""
COMING_UP_S = 20.0
"""How long the house may take to tell the broker everything, seconds."""
LOOK_S = 0.05
"""How often to look whether the broker let the house in, seconds."""


class LiveHouse:
    """A house that lives on a broker until closed; a context manager."""

    def __init__(
        self, file: HomeFile, address: BrokerAddress, *, travel_ms: int = TRAVEL_MS
    ) -> None:
        """Bring it to life, and wait until the broker knows all that it says.

        Args:
            file: The home.
            address: The broker.
            travel_ms: How long covers take from one end to the other; 0 for at once.

        Raises:
            BusError: The broker cannot be reached, does not let it in, or does not pass on
                what it says.
            ConfigError: Two devices would share a topic.
        """
        # One connection has one will: what stands on its own stays online after a power cut.
        will = BusMessage(
            topic=f"{ZIGBEE}/bridge/state", payload=b'{"state":"offline"}', retained=True
        )
        self._bus = MqttBus(address, will=will)
        self._closing = threading.Event()
        try:
            self.house = House(file, self._bus, travel_ms=travel_ms)
        except ConfigError:
            self._bus.close()
            raise
        self._thread = threading.Thread(target=self._live, name="house", daemon=True)
        self._thread.start()
        until = time.monotonic() + COMING_UP_S
        while not self.house.present.wait(LOOK_S):
            lost = self.house.lost
            if lost is not None or time.monotonic() > until:
                self.close()
                raise BusError(lost or f"the broker at {address} does not pass on what is said")

    def close(self) -> None:
        """Stop it, without a word."""
        self._closing.set()
        self._thread.join(timeout=5)
        self._bus.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _live(self) -> None:
        while not self._closing.is_set():
            self.house.pump(PUMP_MS)


class PretendHome:
    """A broker and a house until closed; a context manager."""

    def __init__(
        self,
        file: HomeFile | None = None,
        *,
        prefer: str | None = None,
        travel_ms: int = TRAVEL_MS,
    ) -> None:
        """Start both.

        Args:
            file: The home; None furnishes the one that comes with the simulator.
            prefer: "mosquitto" or "amqtt"; None takes mosquitto where it is installed.
            travel_ms: How long covers take from one end to the other; 0 for at once.

        Raises:
            BusError: The broker does not come up.
            ConfigError: The home file is wrong.
        """
        self.file = file if file is not None else read_house()
        self.broker: Broker = start_broker(prefer)
        try:
            self._live = LiveHouse(self.file, self.address, travel_ms=travel_ms)
        except InglenookError:
            self.broker.close()
            raise

    @classmethod
    def at(cls, path: Path | None = None, *, prefer: str | None = None) -> "PretendHome":
        """The home of a file; None for the furnished one.

        Raises:
            BusError: The broker does not come up.
            ConfigError: The home file is wrong.
        """
        return cls(read_house(path), prefer=prefer)

    @property
    def house(self) -> House:
        """The house itself."""
        return self._live.house

    @property
    def address(self) -> BrokerAddress:
        """Where its broker is."""
        return BrokerAddress(host=HOST, port=self.broker.port)

    def close(self) -> None:
        """Stop the house, then the broker."""
        self._live.close()
        self.broker.close()

    def __enter__(self) -> "PretendHome":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def main(argv: Sequence[str]) -> int:
    """Play a home until interrupted.

    Args:
        argv: Arguments, as `python -m simulator.pretend --help` lists them.

    Returns:
        The exit code: 0, or 2 after one sentence about what is wrong.
    """
    arguments = _parser().parse_args(argv)
    with ExitStack() as stack:
        try:
            where = _play(arguments, stack)
        except InglenookError as exc:
            sys.stderr.write(f"{exc}\n")
            return 2
        sys.stdout.write(f"{where}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _play(arguments: argparse.Namespace, stack: ExitStack) -> str:
    """Start what is asked for; tells where it is.

    Raises:
        InglenookError: It does not work.
    """
    file = read_house(arguments.home)
    if arguments.host is None:
        for option in ("port", "user", "password_file", "tls_ca", "tls_cert", "tls_key"):
            if getattr(arguments, option) is not None:
                raise ConfigError(f"--{option.replace('_', '-')} needs --host")
        home = stack.enter_context(PretendHome(file))
        return f"{home.broker.name} on {home.address}"
    address = _address(arguments)
    live = stack.enter_context(LiveHouse(file, address))
    stack.callback(live.house.leave)
    return f"{len(file.devices)} devices on {address}"


def _address(arguments: argparse.Namespace) -> BrokerAddress:
    """Somebody's own broker.

    Raises:
        ConfigError: The password cannot be read, or options do not go together.
    """
    if arguments.user is None and arguments.password_file is not None:
        raise ConfigError("--password-file needs --user")
    if arguments.tls_ca is None and (arguments.tls_cert or arguments.tls_key):
        raise ConfigError("--tls-cert and --tls-key need --tls-ca")
    password = None
    if arguments.password_file is not None:
        try:
            lines = arguments.password_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as exc:
            raise ConfigError(f"{arguments.password_file} cannot be read: {exc}") from exc
        password = lines[0] if lines else ""
    tls = None
    if arguments.tls_ca is not None:
        tls = Tls(ca=arguments.tls_ca, certificate=arguments.tls_cert, key=arguments.tls_key)
    port = arguments.port or (8883 if tls else 1883)
    return BrokerAddress(
        host=arguments.host, port=port, user=arguments.user, password=password, tls=tls
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator.pretend",
        description="Play a house of pretend devices, on a broker of its own or on yours.",
    )
    parser.add_argument("home", nargs="?", type=Path, help="home file; the furnished house")
    parser.add_argument("--host", help="somebody's broker; without it one is started")
    parser.add_argument("--port", type=int, help="its port; 1883, or 8883 with TLS")
    parser.add_argument("--user", help="a user that it knows")
    parser.add_argument(
        "--password-file", type=Path, help="a file whose first line is the password"
    )
    parser.add_argument("--tls-ca", help="the authority that signed its certificate")
    parser.add_argument("--tls-cert", help="our own certificate, where it wants one")
    parser.add_argument("--tls-key", help="the key of that certificate")
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
