"""What all skills for devices have in common: find the devices, command each, tell."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from device.context import Context, Device
from device.effects import Plan, Question
from device.events import Ask, DeviceCommand, Outcome, Request
from device.nlu.targets import Targets, targets
from device.skills.phrases import be, called, capital, common, counted, group_word, listed
from device.skills.phrases import the as with_article
from device.skills.powers import Orders, is_on, switched
from device.skills.replies import NAMED, outcome_sentence

Needs = Mapping[str, tuple[str, tuple[str, ...]]]
"""Intent -> what to ask when none of these slots was filled; the answer fills the first."""

SWITCHING = frozenset({"HassTurnOn", "HassTurnOff", "HassToggle"})


class DeviceSkill:
    """A skill that sends every device of a request the same order.

    Subclasses say which intents and kinds are theirs and give `orders`.
    """

    name: str = ""
    intents: frozenset[str] = SWITCHING
    kinds: frozenset[str] = frozenset()
    needs: ClassVar[Needs] = {}

    def plan(self, request: Request, context: Context) -> Plan:
        """Orders for every device that the request covers."""
        asked, slots = self.needs.get(request.intent, ("", ()))
        if slots and all(request.slot(slot) is None for slot in slots):
            return Plan(
                question=Question(kind=Ask.MISSING, text=asked, request=request, slot=slots[0])
            )
        found = targets(request, context)
        problem = trouble(found, request, context)
        if problem is not None:
            return problem
        devices = _changing(found.devices, request, context)
        answers = {device: self.orders(device, request, context) for device in devices}
        commands: list[DeviceCommand] = []
        excuses: dict[str, list[Device]] = {}
        for device, answer in answers.items():
            if isinstance(answer, str):
                excuses.setdefault(answer, []).append(device)
            else:
                commands += answer
        return Plan(commands=tuple(commands), reply=excused(excuses, context))

    def orders(self, device: Device, request: Request, context: Context) -> Orders | str:
        """What one device is sent, or an excuse; here: on, off and toggle."""
        if request.intent == "HassToggle":
            return switched(device, not is_on(device, context))
        return switched(device, request.intent == "HassTurnOn")

    def report(
        self, plan: Plan, outcomes: Sequence[Outcome], request: Request, context: Context
    ) -> str:
        """What the devices reported, then what could not be asked of them."""
        return " ".join(part for part in (outcome_sentence(outcomes, context), plan.reply) if part)


def _changing(
    devices: tuple[Device, ...], request: Request, context: Context
) -> tuple[Device, ...]:
    """Of several, "brighter" and "faster" mean those that are on, unless all are off."""
    if len(devices) < 2 or not any(slot.name.endswith("_step") for slot in request.slots):
        return devices
    on = tuple(d for d in devices if context.value(d.id, "power") != "off")
    return on or devices


def excused(excuses: Mapping[str, Sequence[Device]], context: Context) -> str:
    """What could not be asked of devices, in sentences.

    Args:
        excuses: The end of a sentence that begins with a device -> the devices.
        context: The home, for names.
    """
    sentences = []
    for excuse, devices in excuses.items():
        names = [called(context.home, device) for device in devices]
        many = len(devices) > NAMED
        who = counted(len(devices), group_word(devices)) if many else listed(names)
        plurally = excuse.replace("has not told its", "have not told their", 1).replace(
            "it is", "they are"
        )
        sentences.append(capital(f"{who} {excuse if be(names) == 'is' else plurally}."))
    return " ".join(sentences)


def trouble(found: Targets, request: Request, context: Context) -> Plan | None:
    """The plan for a request whose devices are unknown, unclear or not there; else None."""
    if found.unknown is not None:
        return Plan(reply=_unknown(found.unknown, request))
    if found.choices:
        choices = listed([_spoken(choice) for choice in found.choices], word="or")
        question = Question(
            kind=Ask.CHOOSE,
            text=f"Which one, {choices}?",
            request=request,
            slot="name",
            choices=found.choices,
        )
        return Plan(question=question)
    if not found.devices:
        return Plan(reply=f"There is no {_wanted(request)}{_place(request, context)}.")
    return None


def _unknown(name: str, request: Request) -> str:
    for slot, noun in (("area", "room"), ("floor", "floor")):
        if request.slot(slot) == name:
            return f"I know no {noun} called {name}."
    return f"I know no device called {name}."


def _spoken(choice: str) -> str:
    """A label of the home in speech: "Bedroom/Lamp" -> "the bedroom lamp"."""
    room, _, name = choice.rpartition("/")
    if not room or room.lower() in name.lower():
        return with_article(name)
    return f"the {common(room)} {common(name)}"


_GENERIC = {"homeassistant": "device", "": "device", "media_player": "player"}


def _wanted(request: Request) -> str:
    """What was asked for, in the singular: "light", "blind", "device"."""
    word = request.slot("device_class") or request.slot("domain") or request.domain
    noun = _GENERIC.get(str(word), str(word).replace("_", " "))
    return "thermostat" if noun == "climate" else noun


def _place(request: Request, context: Context) -> str:
    area, floor = request.slot("area"), request.slot("floor")
    if area is not None:
        return f" in {with_article(str(area))}"
    if floor is not None:
        return f" on {with_article(str(floor))}"
    return " here" if context.room is not None else " in this home"
