"""Zigbee2MQTT's groups: what several devices can do together, on one topic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from device.context import Capability
from device.home.codecs import ColorXy
from device.home.exposes import Binding, Part
from device.home.payloads import Json, objects_in, safe_name

BINDING_GROUP = 901
"""The group that Zigbee2MQTT keeps for itself, to bind buttons to."""

LAMPS = frozenset({"light", "switch"})
"""Kinds that people mix in a group of lights: some lamps hang on a switched socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One entry of `bridge/groups`."""

    number: int
    name: str
    members: tuple[tuple[str, int], ...]
    """Address and endpoint of each."""


def groups_in(found: Iterable[dict[str, Json]]) -> tuple[Group, ...]:
    """The groups of `bridge/groups`; what is not as Zigbee2MQTT writes it is left out."""
    groups: dict[int, Group] = {}
    for entry in found:
        number, name = _whole(entry.get("id")), safe_name(entry.get("friendly_name"))
        members = [
            (address, _whole(one.get("endpoint")) or 1)
            for one in objects_in(entry.get("members"))
            if isinstance(address := one.get("ieee_address"), str)
        ]
        if number is None or number == BINDING_GROUP or name is None or not members:
            continue
        groups.setdefault(number, Group(number=number, name=name, members=tuple(members)))
    return tuple(groups.values())


def together(parts: Sequence[Part]) -> Part | None:
    """What a group of these can do: what all of them can be told, in the range that all take.

    Returns:
        None where they have nothing in common.
    """
    if not parts:
        return None
    first, *rest = (_plainly(part) for part in parts)
    common = [b for binding in first.values() if (b := _shared(binding, rest)) is not None]
    kinds = {part.kind for part in parts}
    kind = min(kinds) if len(kinds) == 1 else "light" if kinds == LAMPS else "switch"
    if not common:
        return None
    return Part(endpoint="", kind=kind, device_class="", bindings=tuple(common))


def _plainly(part: Part) -> dict[str, Binding]:
    """What a part can be told, by capability, with keys that name no endpoint."""
    tail = f"_{part.endpoint}"
    return {
        b.capability.name: replace(
            b,
            key=b.key.removesuffix(tail),
            properties=tuple(p.removesuffix(tail) for p in b.properties),
            stops=None if b.stops is None else b.stops.removesuffix(tail),
            gettable=False,
        )
        for b in part.bindings
        if b.capability.settable
    }


def _shared(binding: Binding, rest: Sequence[dict[str, Binding]]) -> Binding | None:
    """A binding that is the same in all; None where one lacks it or spells it otherwise."""
    name = binding.capability.name
    others = [other[name] for other in rest if name in other]
    if len(others) < len(rest) or any(other.key != binding.key for other in others):
        return None
    if any(other.codec != binding.codec for other in others):
        if name != "color":
            return None
        # A group takes every way of writing a colour.
        binding = replace(binding, codec=ColorXy())
    every = [b.capability for b in (binding, *others)]
    capability = _narrowest(every)
    if any(b.stops is None for b in others):
        binding = replace(binding, stops=None)
    return None if capability is None else replace(binding, capability=capability)


def _narrowest(capabilities: Sequence[Capability]) -> Capability | None:
    """The range and the words that all of them take; None where there are none."""
    lows = [c.minimum for c in capabilities if c.minimum is not None]
    highs = [c.maximum for c in capabilities if c.maximum is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    words = tuple(
        w for w in capabilities[0].options if all(w in c.options for c in capabilities[1:])
    )
    if (low is not None and high is not None and low > high) or (
        capabilities[0].options and not words
    ):
        return None
    return replace(capabilities[0], minimum=low, maximum=high, options=words)


def _whole(found: Json) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) else None
