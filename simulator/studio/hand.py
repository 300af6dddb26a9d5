"""A hand on a device: what somebody at its switch can do."""

from collections.abc import Mapping

from device.context import Capability
from device.errors import BusError, HomeError
from device.events import Value
from device.home.capabilities import RULES, Rule, checked
from simulator.house import House


def touch(house: House, name: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Change a device by hand; who listens hears of it when the device tells.

    Nothing is waited for, as `Session.touch` does: a device may be broken and never tell.

    Args:
        house: Where it is.
        name: What it is called on the bus.
        values: Capability -> value.

    Returns:
        The values in their canonical form.

    Raises:
        HomeError: There is no such device, or it cannot be changed so; nothing is.
        BusError: It changed, and could not tell, as the broker is away.
    """
    there = house.values().get(name)
    if there is None:
        raise HomeError(f"the house has no device {name!r}")
    found: dict[str, Value] = {}
    for what, value in values.items():
        if what not in there:
            raise HomeError(f"{name} has no {what.replace('_', ' ')}")
        found[what] = checked(name, _limits(what), value)
    try:
        house.touch(name, found)
    except BusError as exc:
        raise BusError(f"{name} changed, but could not tell: {exc}") from exc
    return found


def _limits(name: str) -> Capability:
    """What any device of the house takes."""
    rule = RULES.get(name, Rule())
    return Capability(name=name, minimum=rule.minimum, maximum=rule.maximum)
