"""A pretend home, running: a broker, a house on it, and the thread that keeps the house alive.

`python -m simulator.pretend [HOME.toml]` plays one until interrupted, for a look at it with
any MQTT program.
"""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from device.edges.mqtt import BrokerAddress, MqttBus
from device.errors import BusError, InglenookError
from device.home.homefile import HomeFile
from device.ports import BusMessage
from simulator.broker import Broker, start_broker
from simulator.embedded import HOST
from simulator.homefile import read_house
from simulator.house import TRAVEL_MS, ZIGBEE, House

PUMP_MS = 20
"""How long the house waits for the broker before it looks at its own clock, milliseconds."""
COMING_UP_S = 20.0
"""How long the house may take to tell the broker everything, seconds."""


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
        will = BusMessage(
            topic=f"{ZIGBEE}/bridge/state", payload=b'{"state":"offline"}', retained=True
        )
        self._bus = MqttBus(self.address, will=will)
        self.house = House(self.file, self._bus, travel_ms=travel_ms)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._live, name="house", daemon=True)
        self._thread.start()
        if not self.house.present.wait(COMING_UP_S):
            self.close()
            raise BusError(f"the broker at {self.address} does not pass on what the house says")

    @classmethod
    def at(cls, path: Path | None = None, *, prefer: str | None = None) -> "PretendHome":
        """The home of a file; None for the furnished one.

        Raises:
            BusError: The broker does not come up.
            ConfigError: The home file is wrong.
        """
        return cls(read_house(path), prefer=prefer)

    @property
    def address(self) -> BrokerAddress:
        """Where its broker is."""
        return BrokerAddress(host=HOST, port=self.broker.port)

    def close(self) -> None:
        """Stop the house, then the broker."""
        self._closing.set()
        self._thread.join(timeout=5)
        self._bus.close()
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

    def _live(self) -> None:
        while not self._closing.is_set():
            self.house.pump(PUMP_MS)


def main(argv: Sequence[str]) -> int:
    """Play a home until interrupted.

    Args:
        argv: The home file; nothing for the furnished house.

    Returns:
        The exit code: 0, or 2 after one sentence about what is wrong.
    """
    try:
        home = PretendHome.at(Path(argv[0]) if argv else None)
    except InglenookError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    with home:
        sys.stdout.write(f"{home.broker.name} on {home.address}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
