"""Another value, device or room for a concept, and all the rest of it as it was."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from device.concepts import Concept, Setting
from device.context import Context
from device.events import Request, Value
from device.skills.meanings import capability_word
from device.skills.phrases import capital, listed

STEP = 20
"""Percent by which "brighter" and "dimmer" change a brightness."""

_SLOT_OF = {
    "brightness": "brightness",
    "color": "color",
    "color_temperature": "color_temperature",
    "target_temperature": "target_temperature",
    "power": "power",
}
"""Slot of a new value -> the capability that it sets where none is named."""

_LEVELS = ("brightness", "position", "volume", "fan_speed")
"""Capabilities of which a bare number from 0 to 100 may be a new value."""

_LIT = frozenset({"brightness", "color", "color_temperature"})
"""Capabilities of what shines."""


def changed(concept: Concept, request: Request, context: Context) -> Concept | str:
    """The concept as it is to be from now on, or why it cannot be so.

    Args:
        concept: As it was taught.
        request: A `ChangeConcept`.
        context: The home.
    """
    if request.slot("definition") is not None:
        return "Please say one value, such as a brightness."
    if concept.meaning.likes:
        return "Tell me what you like now, and I will remember that instead."
    found = _renamed(concept, request, context) or _new_settings(concept, request, context)
    return found if isinstance(found, str) else replace(found, at=context.now)


def _renamed(concept: Concept, request: Request, context: Context) -> Concept | str | None:
    """A name for something else than before; None where the request is about values."""
    device, area = request.slot("name"), request.slot("area")
    valued = any(request.slot(slot) is not None for slot in (*_SLOT_OF, "brightness_step"))
    if valued or (device is None and area is None):
        return None
    if concept.meaning.settings:
        return f"{capital(concept.name)} sets values. Say what to change, such as a brightness."
    if area is not None:
        return replace(concept, meaning=replace(concept.meaning, devices=(), area=str(area)))
    home = context.home
    labels = tuple(home.label(d) for d in home.devices if d.name == device)
    return replace(concept, meaning=replace(concept.meaning, devices=labels, area=None))


def _new_settings(concept: Concept, request: Request, context: Context) -> Concept | str:
    """The concept with another value of one capability; all others stay as they are."""
    settings = concept.meaning.settings
    device = request.slot("name")
    if not settings and (concept.meaning.devices or concept.meaning.area):
        return f"{capital(concept.name)} is a name and sets nothing."
    step = request.slot("brightness_step")
    if step is not None:
        return _stepped(concept, up=step == "up")
    capability, value = _new_value(request, [s for s in settings if _able(s, device, context)])
    if capability is None or value is None:
        levels = [capability_word(s.capability) for s in settings if s.capability in _LEVELS]
        return f"Do you mean its {listed(list(dict.fromkeys(levels)), word='or')}? Name it with it."
    mine = [s for s in settings if s.capability == capability and _of(s, device)]
    devices = mine[0].devices if mine else _devices(settings, capability, device)
    owners = {s.devices for s in mine} or {devices}
    gone = _instead(capability, [s for s in settings if _within(s, owners)])
    made = [replace(s, value=value) for s in mine] or [
        Setting(capability=capability, value=value, devices=devices)
    ]
    places = {id(old): new for old, new in zip(mine, made, strict=False)}
    kept = tuple(places.get(id(s), s) for s in settings if s not in gone)
    new = kept if mine else (*kept, *made)
    return replace(concept, meaning=replace(concept.meaning, settings=new))


def _new_value(request: Request, settings: Sequence[Setting]) -> tuple[str | None, Value | None]:
    """What is to be set to what; no capability where a number may be about several."""
    slot = next((slot for slot in _SLOT_OF if request.slot(slot) is not None), None)
    if slot is None:
        return None, None
    value, named = request.slot(slot), request.slot("attribute")
    if named is not None:
        return str(named), value
    if slot != "brightness":
        return _SLOT_OF[slot], value
    levels = {s.capability for s in settings if s.capability in _LEVELS}
    warm = {s.capability for s in settings if s.capability == "target_temperature"}
    if not levels and warm:
        return "target_temperature", value
    if len(levels) > 1:
        return None, value
    return (levels.pop() if levels else "brightness"), value


def _instead(capability: str, settings: Sequence[Setting]) -> list[Setting]:
    """What a new value takes the place of: a light is blue or warm white, not both."""
    rivals = {"color": "color_temperature", "color_temperature": "color"}
    gone = [s for s in settings if s.capability == rivals.get(capability)]
    lit = capability in _LIT
    return gone + [s for s in settings if lit and (s.capability, s.value) == ("power", "off")]


def _stepped(concept: Concept, *, up: bool) -> Concept | str:
    settings = concept.meaning.settings
    levels = [s.value for s in settings if s.capability == "brightness"]
    if not levels:
        return f"{capital(concept.name)} sets no brightness."
    end, change = (100, STEP) if up else (1, -STEP)
    if all(value == end for value in levels):
        return f"{capital(concept.name)} is at {end} % already."

    def moved(value: Value) -> Value:
        return min(max(value + change, 1), 100) if isinstance(value, int | float) else value

    new = tuple(
        replace(s, value=moved(s.value)) if s.capability == "brightness" else s for s in settings
    )
    return replace(concept, meaning=replace(concept.meaning, settings=new))


def _able(setting: Setting, device: Value | None, context: Context) -> bool:
    """Whether the device that was named, if one was, has what a setting sets."""
    named = [d for d in context.home.devices if d.name == device]
    return not named or any(d.capability(setting.capability) is not None for d in named)


def _of(setting: Setting, device: Value | None) -> bool:
    """Whether a setting is about the device that was named, if one was."""
    return device is None or any(label.split("/")[-1] == device for label in setting.devices)


def _within(setting: Setting, owners: Collection[tuple[str, ...]]) -> bool:
    """Whether a setting is about nothing but the devices of these; () is what is asked for."""
    held = {label for devices in owners for label in devices}
    return setting.devices in owners or bool(setting.devices and held.issuperset(setting.devices))


def _devices(settings: Sequence[Setting], capability: str, device: Value | None) -> tuple[str, ...]:
    """Which devices take a value that is new to the concept: those that it sets already.

    A light's value goes to what the concept lights, where it lights anything.
    """
    if device is not None:
        named = [label for s in settings for label in s.devices if label.split("/")[-1] == device]
        return (named[0] if named else str(device),)
    if any(not s.devices for s in settings):
        return ()
    alike = [s for s in settings if capability in _LIT and s.capability in _LIT] or settings
    return tuple(dict.fromkeys(label for s in alike for label in s.devices))
