"""The weather outside, as the home's own sensors tell it."""

from collections.abc import Sequence

from device.context import Context, Device
from device.effects import Plan
from device.events import Outcome, Request
from device.skills.freshness import aged
from device.skills.phrases import listed, measure

_OUTSIDE = frozenset(
    str.split("outdoor outdoors outside garden yard patio terrace balcony weather roof")
)
"""Words in the name or the room of a sensor that stands outside."""

_TOLD = ("temperature", "humidity", "illuminance")


class Weather:
    """Reads the sensors outside; it knows no forecast and says so."""

    name = "weather"
    intents = frozenset({"HassGetWeather"})
    kinds: frozenset[str] = frozenset()

    def plan(self, request: Request, context: Context) -> Plan:
        """What the sensors outside report now."""
        values: list[str] = []
        used: list[tuple[Device, str]] = []
        for capability in _TOLD:
            found = [(d, context.value(d.id, capability)) for d in _outside(context.home.devices)]
            told = [(device, value) for device, value in found if value is not None]
            if told:
                device, value = told[0]
                word = " humidity" if capability == "humidity" else ""
                values.append(measure(capability, value) + word)
                used.append((device, capability))
        if not values:
            return Plan(reply="No sensor outside has told anything, and I know no forecast.")
        now = f"It is {listed(values)} outside"
        if request.slot("date") not in (None, context.now.date().isoformat()):
            return Plan(reply=aged(f"I know no forecast. {now} now.", used, context))
        return Plan(reply=aged(f"{now}.", used, context))

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """The weather."""
        return plan.reply


def _outside(devices: Sequence[Device]) -> list[Device]:
    """Weather stations, then sensors whose name or room says outside."""
    stations = [d for d in devices if d.kind == "weather"]
    sensors = [
        d
        for d in devices
        if d.kind == "sensor" and _OUTSIDE & set(f"{d.name} {d.room or ''}".casefold().split())
    ]
    return stations + sensors
