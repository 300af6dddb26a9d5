"""What a Tasmota device's messages say about the parts that it consists of."""

from collections.abc import Iterator, Mapping, Sequence

from device.events import Value
from device.home.dialect import Refused, Reported
from device.home.payloads import Json, json_of, number_in, text_of
from device.home.tasmotacodecs import celsius
from device.home.tasmotaconfig import Announcement
from device.home.tasmotapart import Binding, Part, Path

RESULT, STATE, SENSOR, STATUS, LWT, POWER = "RESULT", "STATE", "SENSOR", "STATUS10", "LWT", "POWER"
"""Last levels of the topics that are listened to."""

ANSWERS = ("STATE", "COMMAND", "DIMMER", "CT", "HSBCOLOR", "CHANNEL", "FANSPEED", "SHUTTER",
           "SHUTTERPOSITION", "SHUTTERSTOP")  # fmt: skip
"""Where a device answers instead of on RESULT with SetOption4."""

_NO = frozenset({"error", "unknown", "locked", "failed"})
_WRAPPED = ("StatusSNS", "StatusSTS")


def topics_of(told: Announcement, parts: Sequence[Part]) -> dict[str, str]:
    """Topic -> its last level, for everything that a device says of these parts."""
    if not parts:
        return {}
    stat, tele = [RESULT], [LWT, STATE]
    if any(part.measures for part in parts):
        stat, tele = [*stat, STATUS], [*tele, SENSOR]
    powers = {
        path[0]: None
        for part in parts
        for binding in part.bindings
        for path, _ in binding.reads
        if path[0].startswith(POWER)
    }
    stat += [*powers, *(ANSWERS if told.option(4) else ())]
    return {f"{told.stat}{last}": last for last in stat} | {
        f"{told.tele}{last}": last for last in tele
    }


def content_of(last: str, payload: bytes) -> Mapping[str, Json]:
    """What a message holds, by key; a bare word stands for its topic's last level.

    Raises:
        HomeError: It is too large, or not UTF-8, or not JSON where nothing else can be.
    """
    if last.startswith(POWER) and not payload.lstrip().startswith(b"{"):
        return {last: text_of(payload).strip()}
    found = json_of(payload)
    if not isinstance(found, dict):
        return {}
    inner = next((found[key] for key in _WRAPPED if key in found), found)
    return inner if isinstance(inner, dict) else {}


def report(part: Part, content: Mapping[str, Json]) -> Reported:
    """The values of one part that a message tells."""
    values: dict[str, Value] = {}
    unreadable = 0
    for binding in part.bindings:
        raws = [(found, codec) for path, codec in binding.reads
                if (found := _at(content, path)) is not None]  # fmt: skip
        readable = [v for raw, codec in raws if (v := codec.read(raw)) is not None]
        if readable:
            values[binding.capability.name] = readable[0]
        unreadable += bool(raws) and not readable and not _is_word(raws[0][0])
    if "temperature" in values:
        values["temperature"] = celsius(values["temperature"], content.get("TempUnit"))
    white = number_in(content.get("White")) if part.whites else None
    gone = () if white is None else _hidden(part, values, shines_white=white > 0)
    return Reported(device=part.id, values=values, gone=gone, unreadable=unreadable)


def refusals(parts: Sequence[Part], content: Mapping[str, Json]) -> Iterator[Refused]:
    """Commands that the device says it does not know, or will not do.

    A bare `{"Command":"Unknown"}` names no command: it counts only where there is one part
    that it can mean.
    """
    for key, raw in content.items():
        if not isinstance(raw, str) or raw.casefold() not in _NO:
            continue
        named = content.get("Input") if key == "Command" else key
        command = named.casefold() if isinstance(named, str) else None
        meant = [(p, b) for p in parts for b in p.bindings if command in _commands(b)]
        acting = [p for p in parts if any(b.commands for b in p.bindings)]
        why = f"{key}: {raw}" if command is None else f"{named}: {raw}"
        if meant:
            for part, binding in meant:
                yield Refused(device=part.id, why=why, capability=binding.capability.name)
        elif command is None and len(acting) == 1:
            yield Refused(device=acting[0].id, why=why)


def _commands(binding: Binding) -> set[str]:
    """The commands of a binding, as the device may write them."""
    names = {c.casefold() for c in (*binding.commands, binding.stops) if c is not None}
    # Tasmota leaves out the number of the first one.
    return names | {name.removesuffix("1") for name in names}


def _hidden(part: Part, values: dict[str, Value], *, shines_white: bool) -> tuple[str, ...]:
    """Take out what a lamp goes on telling although it does not show it."""
    if not shines_white:
        values.pop("color_temperature", None)
        return ("color_temperature",) if part.binding("color_temperature") else ()
    if part.binding("color_temperature") is None:
        values["color"] = "#ffffff"
        return ()
    values.pop("color", None)
    return ("color",)


def _at(content: Mapping[str, Json], path: Path) -> Json:
    found: Json = content.get(path[0])
    for key in path[1:]:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _is_word(raw: Json) -> bool:
    """Whether it may be an answer of another kind: TOGGLE, Error, Locked."""
    return isinstance(raw, str)
