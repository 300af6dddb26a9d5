"""Locks and alarms. Home Assistant's words: turning a lock on locks it, off unlocks it."""

from device.skills.device_skill import DeviceSkill


class Locks(DeviceSkill):
    """Door locks and alarm panels; unlocking, arming and disarming are asked first."""

    name = "locks"
    kinds = frozenset({"lock", "alarm_control_panel"})
