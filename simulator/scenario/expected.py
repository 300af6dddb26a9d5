"""What a step expects, against what came of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from device.events import Value
from device.home.capabilities import matches
from simulator.scenario.written import Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What came of one step."""

    turns: Sequence[Mapping[str, Any]]
    """The turns that ended, as JSON objects (`device.records.record`)."""
    house: Mapping[str, Mapping[str, Value]]
    """How every device stands after it, by "Room/Name"."""
    sent: int
    """Commands that reached devices."""
    ms: int
    """Pretend time until the last turn ended."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was expected."""

    what: str
    wanted: object
    found: object

    def __str__(self) -> str:
        return f"{self.what} should be {self.wanted!r}, is {self.found!r}"


def differences(expected: Expected, happened: Happened) -> list[Difference]:
    """All that is not as expected, in the order of the keys of `Expected`."""
    return [*_turns(expected, happened), *_around(expected, happened)]


def _turns(expected: Expected, happened: Happened) -> Iterator[Difference]:
    turns = happened.turns
    if expected.turns is not None and len(turns) != expected.turns:
        yield Difference("turns", expected.turns, len(turns))
    yield from _equal("text", expected.text, [turn["text"] for turn in turns])
    requests = [request for turn in turns for request in turn["requests"]]
    if expected.requests is not None and not _in_order(expected.requests, requests):
        yield Difference("requests", expected.requests, _brief(expected.requests, requests))
    commands = [command for turn in turns for command in turn["commands"]]
    if expected.commands is not None and not _in_any_order(expected.commands, commands):
        yield Difference("commands", expected.commands, commands)
    state = {device: values for turn in turns for device, values in turn["state"].items()}
    yield from _values("state", expected.state, state)
    yield from _equal("asks", expected.asks, [turn["asks"] or "" for turn in turns])
    yield from _equal("reply", expected.reply, [turn["reply"] for turn in turns])
    yield from _found("reply", expected.reply_like, [turn["reply"] for turn in turns])
    events = [event for turn in turns for event in turn["events"]]
    if expected.events is not None and expected.events != events:
        yield Difference("events", expected.events, events)
    for key in ("lists", "timers", "concepts"):
        wanted = getattr(expected, key)
        last = next((turn[key] for turn in reversed(turns) if key in turn), None)
        if wanted is not None and not _holds(wanted, last):
            yield Difference(key, wanted, last)
    errors = [turn["error"] for turn in turns if turn["error"]]
    if expected.error == "" and errors:
        yield Difference("error", "", errors[0])
    elif expected.error:
        yield from _found("error", expected.error, errors)


def _around(expected: Expected, happened: Happened) -> Iterator[Difference]:
    yield from _values("house", expected.house, happened.house)
    if expected.sent is not None and expected.sent != happened.sent:
        yield Difference("sent", expected.sent, happened.sent)
    if expected.within_ms is not None and happened.ms > expected.within_ms:
        yield Difference("within_ms", f"at most {expected.within_ms:g}", happened.ms)


def _equal(what: str, wanted: str | None, found: Sequence[str]) -> Iterator[Difference]:
    """The last turn counts: what is said before it led there."""
    if wanted is not None and (not found or found[-1] != wanted):
        yield Difference(what, wanted, found[-1] if found else None)


def _found(what: str, pattern: str | None, found: Sequence[str]) -> Iterator[Difference]:
    text = found[-1] if found else ""
    if pattern and not re.search(pattern, text, re.IGNORECASE):
        yield Difference(f"{what}_like" if what == "reply" else what, pattern, text)


def _values(
    what: str,
    wanted: Mapping[str, Mapping[str, Value]] | None,
    found: Mapping[str, Mapping[str, Value]],
) -> Iterator[Difference]:
    for device, values in (wanted or {}).items():
        for capability, value in values.items():
            has = found.get(device, {}).get(capability)
            if has is None or not matches(capability, value, has):
                yield Difference(f"{what}: {capability} of {device}", value, has)


def _in_order(wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> bool:
    pairs = zip(wanted, found, strict=False)
    return len(wanted) == len(found) and all(_holds(one, other) for one, other in pairs)


def _in_any_order(wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each wanted one can be given a found one of its own, and none is left over."""
    if len(wanted) != len(found):
        return False
    left = list(found)
    for one in sorted(wanted, key=len, reverse=True):
        fits = next((other for other in left if _holds(one, other)), None)
        if fits is None:
            return False
        left.remove(fits)
    return True


def _holds(wanted: object, found: object) -> bool:
    """Whether found is what is wanted; tables may hold more, lists and values may not."""
    match wanted, found:
        case dict(), dict():
            return all(key in found and _holds(one, found[key]) for key, one in wanted.items())
        case list(), list():
            pairs = zip(wanted, found, strict=False)
            return len(wanted) == len(found) and all(_holds(one, other) for one, other in pairs)
        case _:
            return _same(wanted, found)


def _same(wanted: object, found: object) -> bool:
    """Equal, and no truth value for a number."""
    return wanted == found and isinstance(wanted, bool) == isinstance(found, bool)


def _brief(
    wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What was found, of the keys that anybody asked about."""
    keys = {key for one in wanted for key in one} or {"text", "intent"}
    return [{key: value for key, value in one.items() if key in keys} for one in found]
