"""Thermostats: target temperature, mode, and how warm it is."""

from collections.abc import Sequence
from typing import ClassVar

from device.context import Context, Device
from device.effects import Plan
from device.events import Request
from device.nlu.targets import targets
from device.skills.device_skill import SWITCHING, DeviceSkill, Needs, trouble
from device.skills.freshness import aged
from device.skills.phrases import called, capital, listed, measure, number, the
from device.skills.powers import Orders, can, moded, numeric, stepped

TEMPERATURE_STEP = 1
"""What "warmer" adds, degrees Celsius."""

_OF_ROOMS = frozenset({"climate", "sensor"})
"""Kinds of devices whose temperature is that of their room."""

TOLD = 3
"""How many rooms are told one by one."""


class Climate(DeviceSkill):
    """Heating and cooling."""

    name = "climate"
    intents = SWITCHING | {
        "HassClimateSetTemperature",
        "HassClimateGetTemperature",
        "HassClimateSetFanMode",
        "ClimateSetMode",
    }
    kinds = frozenset({"climate", "water_heater", "sensor", "weather"})
    needs: ClassVar[Needs] = {
        "HassClimateSetTemperature": (
            "To how many degrees?",
            ("temperature", "temperature_step"),
        ),
        "ClimateSetMode": ("Which mode?", ("mode",)),
        "HassClimateSetFanMode": ("Which fan mode?", ("fan_mode",)),
    }

    def plan(self, request: Request, context: Context) -> Plan:
        """Orders, or how warm it is."""
        if request.intent == "HassClimateGetTemperature":
            return _how_warm(request, context)
        return super().plan(request, context)

    def orders(self, device: Device, request: Request, context: Context) -> Orders | str:
        """A temperature, a mode, on or off."""
        match request.intent:
            case "HassClimateSetTemperature":
                return _temperature(device, request, context)
            case "ClimateSetMode":
                return moded(device, str(request.slot("mode")))
            case "HassClimateSetFanMode":
                return "can't change its fan mode"
        return super().orders(device, request, context)


def _temperature(device: Device, request: Request, context: Context) -> Orders | str:
    if not can(device, "target_temperature"):
        return "can't be set to a temperature"
    step = request.slot("temperature_step")
    if step is not None:
        return stepped(device, "target_temperature", step, context, size=TEMPERATURE_STEP)
    return numeric(device, "target_temperature", request.slot("temperature"))


def _how_warm(request: Request, context: Context) -> Plan:
    """The measured temperature of each room asked for; the target where none is measured."""
    found = targets(request, context)
    problem = trouble(found, request, context)
    if problem is not None:
        return problem
    measured = {d: context.value(d.id, "temperature") for d in found.devices}
    told = [d for d, value in measured.items() if isinstance(value, int | float)]
    if told:
        used = [(device, "temperature") for device in told]
        return Plan(reply=aged(_measured(told, request, context), used, context))
    for device in found.devices:
        target = context.value(device.id, "target_temperature")
        if isinstance(target, int | float):
            who = capital(called(context.home, device))
            return Plan(reply=f"{who} is set to {number(target)} degrees.")
    names = listed([called(context.home, d) for d in found.devices[:TOLD]], word="or")
    return Plan(reply=f"I don't know, nothing was reported by {names} yet.")


def _measured(devices: Sequence[Device], request: Request, context: Context) -> str:
    one = len(devices) == 1 and devices[0].kind not in _OF_ROOMS
    if request.slot("name") is not None or devices[0].room is None or one:
        value = measure("temperature", context.value(devices[0].id, "temperature") or 0)
        target = context.value(devices[0].id, "target_temperature")
        besides = (
            "" if target is None else f" and is set to {measure('target_temperature', target)}"
        )
        return f"{capital(called(context.home, devices[0]))} reports {value}{besides}."
    rooms: dict[str, float] = {}
    for device in sorted(devices, key=lambda d: d.kind != "climate"):
        warmth = context.value(device.id, "temperature")
        if device.room is not None and isinstance(warmth, int | float):
            rooms.setdefault(device.room, warmth)
    parts = [f"{number(warmth)} degrees in {the(room)}" for room, warmth in rooms.items()]
    return f"It is {listed(parts[:TOLD])}."
