"""What the devices of one dialect share on the bus, and which dialect a device speaks.

Zigbee2MQTT and plain topics have a bridge that lists its devices. Home Assistant's and
Tasmota's announce themselves, each on its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from device.home.payloads import Json
from device.home.plain import BASE as PLAIN
from simulator.exposes import speaks_zigbee
from simulator.hass.forms import speaks_homeassistant
from simulator.hass.thing import HassThing
from simulator.homefile import Furnished
from simulator.plainthing import PlainThing
from simulator.tasmota import TasmotaThing, speaks_tasmota
from simulator.things import Messages, Raw, Thing, said
from simulator.zigbee import BASE as ZIGBEE
from simulator.zigbee import COORDINATOR, INFO, ZigbeeThing


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """One dialect of the house."""

    make: Callable[[Furnished], Thing]
    """A device that speaks it."""
    base: str | None = None
    """Where a bridge tells how it is and what it has; None where there is none."""
    first: tuple[Raw, ...] = ()
    """What its inventory begins with."""
    beside: tuple[tuple[str, Json], ...] = ()
    """What else it keeps on the broker: the end of a topic, and what it says there."""
    greeting: str | None = None
    """On `online` here its devices introduce themselves anew."""

    def state(self, *, online: bool) -> Messages:
        """How the bridge is."""
        if self.base is None:
            return ()
        word: Raw = {"state": "online" if online else "offline"}
        return (said(f"{self.base}/bridge/state", word, retained=True),)

    def inventory(self, things: Iterable[Thing]) -> Messages:
        """What the bridge has."""
        if self.base is None:
            return ()
        entries: list[Json] = [*self.first]
        entries += [entry for thing in things if (entry := thing.inventory) is not None]
        told = (*self.beside, ("devices", entries))
        return tuple(said(f"{self.base}/bridge/{end}", what, retained=True) for end, what in told)


BRIDGES: Mapping[str, Bridge] = {
    "zigbee2mqtt": Bridge(
        make=ZigbeeThing, base=ZIGBEE, first=(COORDINATOR,), beside=(("info", INFO), ("groups", []))
    ),
    "plain": Bridge(make=PlainThing, base=PLAIN),
    "homeassistant": Bridge(make=HassThing, greeting="homeassistant/status"),
    "tasmota": Bridge(make=TasmotaThing),
}

_SPEAKS: Mapping[str, Callable[[Furnished], bool]] = {
    "zigbee2mqtt": speaks_zigbee,
    "homeassistant": speaks_homeassistant,
    "tasmota": speaks_tasmota,
}


def dialect_of(device: Furnished) -> str:
    """What a device speaks: the dialect of its file, or plain topics where that lacks its kind."""
    speaks = _SPEAKS.get(device.dialect)
    return device.dialect if speaks is not None and speaks(device) else "plain"
