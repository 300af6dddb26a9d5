"""What an answer defines, while it is put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from device.concepts import Setting
from device.context import Device

_TONES = frozenset({"color", "color_temperature"})
_APART = frozenset({"position", "lock", "target_temperature"})
"""What stands whether something is on or off."""


@dataclass(slots=True)
class Definition:
    """Settings, devices and what is wrong with them."""

    settings: list[Setting] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    """Devices of which nothing was said but their names."""
    problems: list[str] = field(default_factory=list)
    said: bool = False
    """Whether anything was said that defines or corrects."""
    corrects: bool = False
    """Whether something that was there before was changed or taken out."""
    told: list[Setting] = field(default_factory=list)
    """The settings that were said, without those that were there before."""

    def put(self, setting: Setting) -> None:
        """Take a setting, in place of what was said of the same devices before."""
        self.said = True
        self.told = [*(s for s in self.told if not _replaces(setting, s)), setting]
        kept = [s for s in self.settings if not _replaces(setting, s)]
        self.corrects = self.corrects or len(kept) < len(self.settings)
        on = setting.capability == "power" and setting.value == "on"
        if on and any(s.devices == setting.devices for s in self.settings if s.value != "off"):
            return  # who says how bright says that it is on
        self.settings = [*kept, setting]

    def restates(self, offered: Sequence[Setting]) -> bool:
        """Whether all was said anew: as much as was offered, and some of it as it was."""
        return len(self.told) >= max(2, len(offered)) and any(s in offered for s in self.told)

    def keep(self, settings: list[Setting]) -> None:
        """Leave out all but these."""
        if settings != self.settings:
            self.said = self.corrects = True
            self.settings = settings


def _replaces(new: Setting, old: Setting) -> bool:
    if new.devices != old.devices:
        return False
    both = {new.capability, old.capability}
    switched = "power" in both and not both & _APART
    return len(both) == 1 or both <= _TONES or switched


def each_alone(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The same with one setting for each device."""
    return tuple(
        replace(setting, devices=devices)
        for setting in settings
        for devices in (tuple((d,) for d in setting.devices) or ((),))
    )
