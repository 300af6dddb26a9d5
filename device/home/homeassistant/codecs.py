"""The spellings of values that only Home Assistant's topics have."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from device.errors import HomeError
from device.events import Value
from device.home import colors
from device.home.capabilities import tidy
from device.home.codecs import Words
from device.home.payloads import LARGEST, Json

KELVIN_OF_ZERO_CELSIUS = 273.15


def words(sent: Mapping[str, str], *heard: tuple[str, str]) -> Words:
    """A word for a word.

    Args:
        sent: Our value -> what is sent, and heard where nothing else is said.
        heard: What arrives, with our value.
    """
    spelled: dict[Value, Json] = {value: word for value, word in sent.items()}  # noqa: C416
    return Words(sent=MappingProxyType(spelled), heard=heard)


def switched(
    on: str, off: str, *, state_on: str | None = None, state_off: str | None = None
) -> Words:
    """On and off, where the device may answer in other words than it is told in."""
    told = ((state_on, "on"), (state_off, "off"))
    return words({"on": on, "off": off}, *((w, v) for w, v in told if w is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrees:
    """°C, where the device counts in °C, °F or K."""

    unit: str = "C"
    step: float = 0.0
    """Steps in the device's unit that a target is rounded to; 0 for none."""

    def read(self, raw: Json) -> Value | None:
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) <= LARGEST:
            return None
        return tidy(self.celsius(raw))

    def write(self, value: Value) -> Json:
        if isinstance(value, str):
            raise HomeError(f"value must be a number, found {value!r}")
        found = {
            "F": value * 1.8 + 32,
            "K": value + KELVIN_OF_ZERO_CELSIUS,
        }.get(self.unit, value)
        return tidy(round(found / self.step) * self.step if self.step else found)

    def celsius(self, found: float) -> float:
        """A number of the device's in °C."""
        return {
            "F": (found - 32) / 1.8,
            "K": found - KELVIN_OF_ZERO_CELSIUS,
        }.get(self.unit, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kelvin:
    """Colour temperature in whole kelvin."""

    def read(self, raw: Json) -> Value | None:
        number = isinstance(raw, int | float) and not isinstance(raw, bool)
        return round(raw) if number and 0 < raw <= LARGEST else None  # type: ignore[operator, arg-type]

    def write(self, value: Value) -> Json:
        if isinstance(value, str):
            raise HomeError(f"value must be a number, found {value!r}")
        return round(value)


CHANNELS = {"rgb": 3, "rgbw": 4, "rgbww": 5, "hs": 2, "xy": 2}
"""How many numbers a colour is written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """A colour as numbers: red, green, blue (and white ones, left dark), hs or xy."""

    mode: str

    def read(self, raw: Json) -> Value | None:
        """Numbers separated by commas, or in a list, as a colour."""
        parts: list[Json] = list(raw.split(",")) if isinstance(raw, str) else []
        return self.read_numbers(raw if isinstance(raw, list) else parts)

    def read_numbers(self, parts: list[Json]) -> Value | None:
        """The same from a list."""
        if len(parts) != CHANNELS[self.mode]:
            return None
        try:
            numbers = [float(str(part)) for part in parts]
            if self.mode == "hs":
                return colors.from_hs(numbers[0], numbers[1])
            if self.mode == "xy":
                return colors.from_xy(numbers[0], numbers[1])
            red, green, blue = (round(max(0.0, min(255.0, n))) for n in numbers[:3])
        except (ValueError, OverflowError, HomeError):
            return None
        if red == green == blue == 0:
            return None
        hue, saturation = colors.hs_of(f"#{red:02x}{green:02x}{blue:02x}")
        return colors.from_hs(hue, saturation)

    def numbers(self, value: Value) -> list[float]:
        """A colour as its numbers.

        Raises:
            HomeError: It is black, or no colour.
        """
        code = colors.code_of(str(value))
        if code == "#000000":
            raise HomeError("no lamp can shine black")
        if self.mode == "hs":
            return list(colors.hs_of(code))
        if self.mode == "xy":
            return list(colors.xy_of(code))
        return [*bytes.fromhex(code[1:]), *[0] * (CHANNELS[self.mode] - 3)]

    def write(self, value: Value) -> Json:
        return ",".join(str(tidy(n)) if self.mode != "xy" else str(n) for n in self.numbers(value))
