"""Locks. Home Assistant's words: turning a lock on locks it, off unlocks it."""

from device.skills.device_skill import DeviceSkill


class Locks(DeviceSkill):
    """Door locks; unlocking is asked first (`device.skills.safety`)."""

    name = "locks"
    kinds = frozenset({"lock"})
