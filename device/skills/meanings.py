"""What a concept means, in words: pure functions from meanings to speech."""

from collections.abc import Sequence

from device.concepts import Meaning, Setting
from device.context import Home
from device.events import Value
from device.skills.phrases import called, common, listed, measure, ordered, stands, the

NAMES = {
    "color": "colour",
    "color_temperature": "colour temperature",
    "target_temperature": "temperature",
    "fan_speed": "fan speed",
}
"""What a capability is called, where it is not the capability's own name."""

_SAY_THEMSELVES = frozenset({"power", "lock", "contact", "media", "vacuum", "mower", "scene"})
"""Capabilities whose values are words enough: "on", "locked"."""

_WHEN = {"night": "at night"}


def capability_word(capability: str) -> str:
    """What a capability is called.

    Example: "color" -> "colour", "fan_speed" -> "fan speed".
    """
    return NAMES.get(capability, capability.replace("_", " "))


def worded(meaning: Meaning, home: Home) -> str:
    """What a meaning sets, or what it is a name for.

    Example: brightness 50 and color blue of whatever is named -> "brightness 50 % and colour
    blue"; of the desk lamp -> "the desk lamp at 50 % and blue"; an area -> "the living room".

    Args:
        meaning: What is said.
        home: The home in which it holds.

    Returns:
        A phrase without capital or full stop; "" where there is nothing to say.
    """
    parts = [_set(s.capability, s.value) for s in meaning.settings if not s.devices]
    parts += _stand(meaning.settings, home)
    parts += [_called(label, home) for label in meaning.devices]
    parts += [] if meaning.area is None else [the(meaning.area)]
    parts += [f"{about} {liked}" for about, liked in meaning.likes]
    when = _WHEN.get(meaning.when, f"in the {meaning.when}") if meaning.when else ""
    return " ".join(part for part in (listed(parts), when) if part)


def deeds(meaning: Meaning, home: Home) -> str:
    """What is done for a meaning, after "Shall I".

    Example: "turn on the ceiling light and set the desk lamp to 80 %".
    """
    found: dict[tuple[str, str], list[str]] = {}
    for setting in meaning.settings:
        devices = [_called(label, home) for label in setting.devices]
        devices = devices or ([] if setting.capability in _SAY_THEMSELVES else [_thing(setting)])
        found.setdefault(ordered(setting.capability, setting.value), []).extend(devices)
    parts = (f"{verb} {listed(names) or 'it'}{rest}" for (verb, rest), names in found.items())
    return listed(tuple(parts))


def _thing(setting: Setting) -> str:
    return f"the {capability_word(setting.capability)}"


def _set(capability: str, value: Value) -> str:
    """A value of whatever is named: "brightness 50 %"."""
    if capability in _SAY_THEMSELVES:
        return stands(capability, value)
    if capability == "position" and value in (0, 100):
        return stands(capability, value)
    return f"{capability_word(capability)} {measure(capability, value)}"


def _stand(settings: Sequence[Setting], home: Home) -> list[str]:
    """Values of devices by name, those that stand alike together."""
    by_device: dict[str, list[str]] = {}
    for setting in settings:
        for label in setting.devices:
            stand = stands(setting.capability, setting.value).removeprefix("set to ")
            by_device.setdefault(label, []).append(stand)
    alike: dict[str, list[str]] = {}
    for label, found in by_device.items():
        alike.setdefault(listed(found), []).append(_called(label, home))
    return [f"{listed(names)} {stand}" for stand, names in alike.items()]


def _called(label: str, home: Home) -> str:
    """A device in the middle of a sentence; one that is gone by the name it had."""
    device = next((d for d in home.devices if home.label(d) == label), None)
    return f"the {common(label)}" if device is None else called(home, device)


def with_article(words: str) -> str:
    """A name of a device or a place in the middle of a sentence.

    Example: "reading corner" -> "the reading corner", "my desk" -> "my desk".
    """
    return the(words)
