"""How Tasmota writes the values that other dialects write in another way."""

import re
from dataclasses import dataclass

from device.errors import HomeError
from device.events import Value
from device.home import colors
from device.home.capabilities import tidy
from device.home.codecs import shining
from device.home.payloads import Json, number_in

_HEX = re.compile(r"#?[0-9A-Fa-f]{6,10}")

START_GEAR = 2
"""The gear in which a fan starts that is only turned on: Tasmota has no command for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HueSaturation:
    """A colour: heard as "hue,saturation,brightness", sent as hue and saturation."""

    def read(self, raw: Json) -> Value | None:
        parts = _numbers_in(raw)
        if len(parts) != 3:
            return None
        try:
            return colors.from_hs(parts[0], parts[1])
        except HomeError:
            return None

    def write(self, value: Value) -> Json:
        hue, saturation = colors.hs_of(shining(value))
        # Tasmota counts hues from 0 to 359.
        return [hue % 360, saturation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """A colour as its channels: "FF000000", or "255,0,0,0" with SetOption17; only heard."""

    def read(self, raw: Json) -> Value | None:
        if not isinstance(raw, str):
            return None
        parts = _numbers_in(raw)
        if _HEX.fullmatch(raw):
            code = raw.removeprefix("#")[:6]
        elif 3 <= len(parts) <= 5 and all(0 <= part <= 255 for part in parts[:3]):
            code = "".join(f"{round(part):02x}" for part in parts[:3])
        else:
            return None
        # The colour channels are dark while the lamp shines white, or not at all.
        return None if code == "000000" else colors.code_of(f"#{code}")

    def write(self, value: Value) -> Json:
        raise HomeError(f"a colour is sent as hue and saturation, found {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gears:
    """Percent, as one of a few speeds; 0 rests."""

    top: int = 3

    def read(self, raw: Json) -> Value | None:
        number = number_in(raw)
        return None if number is None else round(100 * min(max(number, 0), self.top) / self.top)

    def write(self, value: Value) -> Json:
        percent = _number(value)
        # Of two equally near speeds the faster one is meant; any but 0 turns.
        return 0 if percent <= 0 else max(1, int(percent * self.top / 100 + 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """On and off of what has only speeds."""

    def read(self, raw: Json) -> Value | None:
        number = number_in(raw)
        return None if number is None else "on" if number > 0 else "off"

    def write(self, value: Value) -> Json:
        return START_GEAR if value == "on" else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A shutter's position; `inverted` where 100 stands for closed."""

    inverted: bool = False

    def read(self, raw: Json) -> Value | None:
        number = number_in(raw)
        if number is None or not 0 <= number <= 100:
            return None
        return tidy(100 - number if self.inverted else number)

    def write(self, value: Value) -> Json:
        percent = round(_number(value))
        return 100 - percent if self.inverted else percent


def celsius(value: Value, unit: Json) -> Value:
    """A temperature in °C, from the unit that `TempUnit` names: "C" or "F"."""
    if unit != "F" or isinstance(value, str):
        return value
    return tidy((value - 32) / 1.8)


def _numbers_in(raw: Json) -> list[float]:
    """The numbers of "120,100,50"; none where something else is among them."""
    if not isinstance(raw, str) or len(raw) > 40:
        return []
    parts = raw.split(",")
    return [float(p) for p in parts] if all(re.fullmatch(r"\d{1,5}", p) for p in parts) else []


def _number(value: Value) -> float:
    if isinstance(value, str):
        raise HomeError(f"value must be a number, found {value!r}")
    return value
