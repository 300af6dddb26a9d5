"""Switches and plugs, and requests that cover devices of several kinds."""

from device.context import Context
from device.effects import Plan, Question
from device.events import Ask, Request
from device.nlu.targets import POINTING
from device.skills.device_skill import DeviceSkill

_NAMING = ("name", "area", "floor", "domain", "device_class")


class Switches(DeviceSkill):
    """Whatever is only on or off."""

    name = "switches"
    kinds = frozenset({"switch", "humidifier", "siren", "input_boolean"})


class House(DeviceSkill):
    """Several kinds of devices at once: "turn off the kitchen", "everything off"."""

    name = "house"
    kinds = frozenset({"*"})

    def plan(self, request: Request, context: Context) -> Plan:
        """As for every device; but a bare "turn it on" is not for all there is."""
        named = any(request.slot(slot) is not None for slot in _NAMING)
        told = bool(request.meant or request.rivals)
        if named or told or (request.scope and request.scope not in POINTING):
            return super().plan(request, context)
        verb = {"HassTurnOn": "on", "HassTurnOff": "off"}.get(request.intent)
        text = "Which device do you mean?" if verb is None else f"Turn {verb} what?"
        question = Question(kind=Ask.MISSING, text=text, request=request, slot="name")
        return Plan(question=question)


class Scenes(DeviceSkill):
    """Scenes, scripts and buttons: activated, never left."""

    name = "scenes"
    kinds = frozenset({"scene", "script", "button", "input_button"})
