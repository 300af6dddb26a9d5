"""How single values are written on the bus, and how they are read back.

Each codec is a pair: `write` gives what to send for a value of ours, `read` the value of
ours in what arrived, or None when it says nothing readable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from device.errors import HomeError
from device.events import Value
from device.home import colors
from device.home.capabilities import tidy
from device.home.payloads import Json, number_in


class Codec(Protocol):
    """One value's two spellings."""

    def read(self, raw: Json) -> Value | None:
        """Our value for what arrived, or None."""
        ...

    def write(self, value: Value) -> Json:
        """What to send for our value.

        Raises:
            HomeError: It cannot be sent.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A word for a word: "on" is sent as "ON" (or as true)."""

    sent: Mapping[Value, Json]
    """Our value -> what is sent."""
    heard: tuple[tuple[Json, Value], ...] = ()
    """More words that may arrive, with our value."""

    def read(self, raw: Json) -> Value | None:
        for value, written in (*self.sent.items(), *((v, w) for w, v in self.heard)):
            if type(raw) is type(written) and _same(raw, written):
                return value
        return None

    def write(self, value: Value) -> Json:
        if value not in self.sent:
            raise HomeError(f"value must be {', '.join(map(str, self.sent))}, found {value!r}")
        return self.sent[value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Percent, sent as a whole number from `low` to `high`."""

    low: float = 0
    """What stands for 0 %."""
    high: float = 100
    """What stands for 100 %."""

    def read(self, raw: Json) -> Value | None:
        number = number_in(raw)
        if number is None:
            return None
        share = (number - self.low) / (self.high - self.low)
        return min(100, max(0, round(100 * share)))

    def write(self, value: Value) -> Json:
        return round(self.low + _number(value) / 100 * (self.high - self.low))


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in our own unit."""

    def read(self, raw: Json) -> Value | None:
        number = number_in(raw)
        return None if number is None else tidy(number)

    def write(self, value: Value) -> Json:
        return tidy(_number(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mireds:
    """Kelvin, sent as a million divided by it."""

    def read(self, raw: Json) -> Value | None:
        number = number_in(raw)
        return None if number is None or number < 1 else roundest_kelvin(round(number))

    def write(self, value: Value) -> Json:
        return round(1e6 / _number(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Percent, sent as one of a few words, slowest first."""

    words: tuple[str, ...]
    rest: tuple[str, ...] = ()
    """Words that stand for 0 %."""

    def read(self, raw: Json) -> Value | None:
        if raw in self.rest:
            return 0
        if not isinstance(raw, str) or raw not in self.words:
            return None
        return round(100 * (self.words.index(raw) + 1) / len(self.words))

    def write(self, value: Value) -> Json:
        percent = _number(value)
        if percent == 0 and self.rest:
            return self.rest[0]
        # Of two equally near steps the faster one is meant; whole numbers, so that ties are ties.
        places = reversed(range(len(self.words)))
        nearest = min(places, key=lambda i: abs(percent * len(self.words) - 100 * (i + 1)))
        return self.words[nearest]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorXy:
    """A colour, sent as CIE x and y; hue, saturation and hex are understood too."""

    def read(self, raw: Json) -> Value | None:
        return _color_in(raw)

    def write(self, value: Value) -> Json:
        x, y = colors.xy_of(shining(value))
        return {"x": x, "y": y}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorHs:
    """A colour, sent as hue and saturation."""

    def read(self, raw: Json) -> Value | None:
        return _color_in(raw)

    def write(self, value: Value) -> Json:
        hue, saturation = colors.hs_of(shining(value))
        return {"hue": hue, "saturation": saturation}


def roundest_kelvin(mireds: int) -> int:
    """The roundest temperature that a whole number of mireds can stand for.

    Example: mireds=370 stands for 2699 to 2706 K -> 2700
    """
    low, high = 1e6 / (mireds + 0.5), 1e6 / (mireds - 0.5)
    exact = 1e6 / mireds
    for step in (100, 50, 10, 5):
        kelvin = step * round(exact / step)
        if low <= kelvin < high:
            return kelvin
    return round(exact)


def _color_in(raw: Json) -> Value | None:
    if not isinstance(raw, dict):
        return None
    x, y = number_in(raw.get("x")), number_in(raw.get("y"))
    hue, saturation = number_in(raw.get("hue")), number_in(raw.get("saturation"))
    try:
        if x is not None and y is not None:
            return colors.from_xy(x, y)
        if hue is not None and saturation is not None:
            return colors.from_hs(hue, saturation)
        code = raw.get("hex")
        return colors.code_of(code) if isinstance(code, str) else None
    except HomeError:
        return None


def shining(value: Value) -> str:
    """The colour, unless it is black, which is no light.

    Raises:
        HomeError: It is black, or no colour at all.
    """
    code = colors.code_of(str(value))
    if code == "#000000":
        raise HomeError("no lamp can shine black")
    return code


def _number(value: Value) -> float:
    if isinstance(value, str):
        raise HomeError(f"value must be a number, found {value!r}")
    return value


def _same(raw: Json, written: Json) -> bool:
    if isinstance(raw, str) and isinstance(written, str):
        return raw.casefold() == written.casefold()
    return raw == written
