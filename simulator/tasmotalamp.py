"""How a pretend Tasmota lamp shines: dimmer, colour temperature and colour."""

import colorsys
import re
from dataclasses import dataclass

from device.events import Value
from device.home import colors
from device.home.payloads import number_in
from simulator.things import Raw, number_within

MIREDS = (153, 500)
_NAMES = {
    "dimmer": "Dimmer", "ct": "CT", "hsbcolor": "HSBColor", "color": "Color", "white": "White",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LampColor:
    """The light of a lamp of a Tasmota light type (`lt_st`)."""

    lamp_type: int

    @property
    def first(self) -> Raw:
        """How a lamp of this type stands out of the box."""
        raw: Raw = {}
        if self.lamp_type:
            raw["Dimmer"] = 100
        if self.lamp_type in (2, 5):
            raw["CT"] = 325
        if self.lamp_type in (3, 5):
            raw |= {"Hue": 0, "Sat": 0}
        if self.lamp_type == 5:
            raw["Colored"] = False
        return raw

    def written(self, name: str, value: Value) -> Raw:
        """One of our values; a lamp with both shines white until it is told a colour."""
        match name, value:
            case "brightness", int() | float():
                return {"Dimmer": round(value)}
            case "color_temperature", int() | float():
                return {"CT": round(1e6 / value), **self._mode(colored=False)}
            case "color", str():
                red, green, blue = bytes.fromhex(colors.code_of(value)[1:])
                hue, sat, _ = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
                mode = self._mode(colored=True)
                return {"Hue": round(hue * 360), "Sat": round(sat * 100), **mode}
        return {}

    def read(self, raw: Raw) -> dict[str, Value]:
        """How a lamp stands, in our words."""
        told: dict[str, Value] = {}
        if "Dimmer" in raw:
            told["brightness"] = round(number_in(raw["Dimmer"]) or 0)
        if "CT" in raw:
            told["color_temperature"] = round(1e6 / (number_in(raw["CT"]) or MIREDS[1]))
        if "Hue" in raw:
            hue, sat = number_in(raw["Hue"]) or 0, number_in(raw["Sat"]) or 0
            rgb = colorsys.hsv_to_rgb(hue / 360 % 1, min(1, sat / 100), 1)
            told["color"] = "#" + "".join(f"{round(255 * channel):02x}" for channel in rgb)
        return told

    def shown(self, raw: Raw) -> Raw:
        """What `RESULT` and `STATE` say of the light."""
        if not self.lamp_type:
            return {}
        dimmer = round(number_in(raw["Dimmer"]) or 0)
        told: Raw = {"Dimmer": dimmer}
        if "Hue" in raw:
            colored = self.lamp_type == 3 or bool(raw["Colored"])
            bright = dimmer if colored else 0
            hue, sat = number_in(raw["Hue"]) or 0, number_in(raw["Sat"]) or 0
            rgb = colorsys.hsv_to_rgb(hue / 360 % 1, min(1, sat / 100), bright / 100)
            white = "0000" if self.lamp_type == 5 and colored else ""
            white = "8080" if self.lamp_type == 5 and not colored else white
            told["Color"] = "".join(f"{round(255 * channel):02X}" for channel in rgb) + white
            told["HSBColor"] = f"{round(hue)},{round(sat)},{bright}"
            if self.lamp_type == 5:
                told["White"] = 0 if colored else dimmer
        if "CT" in raw:
            told["CT"] = raw["CT"]
        return told

    def name_of(self, command: str) -> str:
        """How Tasmota spells a command: "dimmer" -> "Dimmer"."""
        return _NAMES[command.rstrip("123")]

    def take(self, command: str, text: str, now: Raw) -> Raw | None:
        """What a command does upon a state.

        Returns:
            The state after it; nothing in it when it only asks, or is out of range; None when a
            lamp of this type does not know it.
        """
        name = command.rstrip("123")
        if name not in _NAMES or _NAMES[name] not in self.shown(self.first):
            return None
        changes = self._change(command, name, text, now)
        if changes is None:
            return {}
        dark = changes.get("Dimmer") == 0
        return {**now, **changes, "POWER": "OFF" if dark else "ON"}

    def _change(self, command: str, name: str, text: str, now: Raw) -> Raw | None:
        match name:
            case "dimmer" if text in ("+", "-"):
                dimmer = (number_in(now["Dimmer"]) or 0) + (10 if text == "+" else -10)
                return {"Dimmer": round(max(1, min(100, dimmer)))}
            case "dimmer":
                number = number_within(text, 0, 100)
                return None if number is None else {"Dimmer": round(number)}
            case "ct":
                number = number_within(text, *MIREDS)
                white = self._mode(colored=False)
                return None if number is None else {"CT": round(number), **white}
            case "white":
                number = number_within(text, 1, 100)
                white = self._mode(colored=False)
                return None if number is None else {"Dimmer": round(number), **white}
            case "hsbcolor":
                return self._hsb(command, text, now)
        return self._rgb(command, text)

    def _hsb(self, command: str, text: str, now: Raw) -> Raw | None:
        """`HSBColor` takes three numbers, or `HSBColor1` to `3` one of them."""
        wanted: list[str] = [str(now["Hue"]), str(now["Sat"]), str(now["Dimmer"])]
        if command[-1].isdigit():
            wanted[int(command[-1]) - 1] = text
        else:
            wanted = text.split(",")
        if len(wanted) != 3:
            return None
        numbers = [number_within(w, 0, top) for w, top in zip(wanted, (360, 100, 100), strict=True)]
        hue, sat, bright = numbers
        if hue is None or sat is None or bright is None:
            return None
        changed: Raw = {"Hue": round(hue), "Sat": round(sat), "Dimmer": round(bright)}
        return {**changed, **self._mode(colored=True)}

    def _rgb(self, command: str, text: str) -> Raw | None:
        """`Color` takes #RRGGBB or r,g,b; `Color2` leaves the brightness alone."""
        if found := re.fullmatch(r"#?([0-9A-Fa-f]{6})", text):
            channels = [float(byte) for byte in bytes.fromhex(found[1])]
        else:
            read = [number_within(part, 0, 255) for part in text.split(",")]
            channels = [number for number in read if number is not None]
            if len(read) != 3 or len(channels) != 3:
                return None
        hue, sat, bright = colorsys.rgb_to_hsv(*(channel / 255 for channel in channels))
        changed: Raw = {"Hue": round(hue * 360), "Sat": round(sat * 100)}
        if not command.endswith("2"):
            changed["Dimmer"] = round(bright * 100)
        return {**changed, **self._mode(colored=True)}

    def _mode(self, *, colored: bool) -> Raw:
        return {"Colored": colored} if self.lamp_type == 5 else {}
