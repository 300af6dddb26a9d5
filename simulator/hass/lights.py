"""Lights, in the four forms that firmware uses: both schemas, JSON and single topics."""

import colorsys
from collections.abc import Sequence

from device.errors import HomeError
from device.events import Value
from device.home import colors
from device.home.payloads import Json, number_in, written
from simulator.hass.entity import Entity, Say, Take, Word, numbered, text, upper, worded
from simulator.hass.style import Style
from simulator.homefile import Furnished
from simulator.things import Raw, number_within, understood

MIREDS = (153, 500)
KELVIN = (2000, 6535)
MODELS = ("rgb", "rgb", "hs", "xy")
"""The colour model of each form."""
SCALES = (255, 100, 255, 254)
"""What full brightness is in each form."""
ON_OFF = {"ON": "ON", "OFF": "OFF"}


def light(device: Furnished, style: Style) -> Entity:
    """A light, whose form is its manner of announcing itself.

    Forms 0 and 3 speak the JSON schema, form 1 the default schema with topics of its own, and
    form 2 the default schema with one JSON state behind templates.
    """
    form = style.manner
    words = _words(set(device.capabilities), form)
    if form in (0, 3):
        return _json(device, form, words)
    return _topics(device, form, words)


def _words(can: set[str], form: int) -> dict[str, Word]:
    scale, model = SCALES[form], MODELS[form]
    words = {"power": upper("power")}
    if "brightness" in can:
        words["brightness"] = Word(
            write=lambda value: {"brightness": round(scale * _number(value) / 100)},
            read=lambda raw: round((number_in(raw["brightness"]) or 0) * 100 / scale),
        )
    if "color" in can:
        words["color"] = Word(
            write=lambda value: {"color": _color(str(value), model), "mode": model},
            read=lambda raw: _named(raw["color"], model),
        )
    if "color_temperature" in can:
        words["color_temperature"] = Word(
            write=lambda value: {"warmth": _warmth(_number(value), form), "mode": "color_temp"},
            read=lambda raw: _warmth(number_in(raw["warmth"]) or 1, form),
        )
    return words


def _number(value: Value) -> float:
    return 0 if isinstance(value, str) else value


def _warmth(number: float, form: int) -> int:
    """Kelvin as the form counts them, and back: the same sum both ways."""
    return round(number) if form in (2, 3) else round(1e6 / number)


def _color(color: str, model: str) -> Json:
    red, green, blue = bytes.fromhex(colors.code_of(color)[1:])
    if model == "rgb":
        return {"r": red, "g": green, "b": blue}
    if model == "xy":
        x, y = colors.xy_of(color)
        return {"x": x, "y": y}
    hue, saturation, _ = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    return {"h": round(360 * hue, 1), "s": round(100 * saturation, 1)}


def _named(color: Json, model: str) -> Value | None:
    found = {k: number_in(v) or 0.0 for k, v in color.items()} if isinstance(color, dict) else {}
    if set(found) != set("rgb" if model == "rgb" else "hs" if model == "hs" else "xy"):
        return None
    if model == "xy":
        return colors.from_xy(found["x"], found["y"])
    if model == "hs":
        rgb = colorsys.hsv_to_rgb(found["h"] / 360 % 1, found["s"] / 100, 1)
        return "#" + "".join(f"{round(255 * channel):02x}" for channel in rgb)
    return "#" + "".join(f"{round(found[channel]):02x}" for channel in "rgb")


def _taken_color(numbers: Sequence[Json], model: str) -> Json:
    """A colour's numbers, checked; None for nonsense."""
    tops = {"rgb": (255, 255, 255), "hs": (360, 100), "xy": (1, 1)}[model]
    if len(numbers) != len(tops):
        return None
    read = [number_within(n, 0, top) for n, top in zip(numbers, tops, strict=True)]
    if any(number is None for number in read):
        return None
    color: Json = dict(zip(model, read, strict=True))
    try:
        return color if _named(color, model) is not None else None
    except HomeError:
        return None


def _temperature_config(form: int) -> Raw:
    if form in (2, 3):
        return {"color_temp_kelvin": True, "min_kelvin": KELVIN[0], "max_kelvin": KELVIN[1]}
    return {"min_mireds": MIREDS[0], "max_mireds": MIREDS[1]}


def _range(form: int) -> tuple[int, int]:
    return KELVIN if form in (2, 3) else MIREDS


def _json(device: Furnished, form: int, words: dict[str, Word]) -> Entity:
    can, model = set(device.capabilities), MODELS[form]
    modes: list[Json] = []
    if "color_temperature" in can:
        modes.append("color_temp")
    if "color" in can:
        modes.append(model)
    if not modes:
        modes = ["brightness" if "brightness" in can else "onoff"]
    config: Raw = {"schema": "json", "command_topic": "~/set", "state_topic": "~/state"}
    config["supported_color_modes"] = modes
    if "brightness" in can:
        config |= {"brightness": True, "brightness_scale": SCALES[form]}
    if "color_temperature" in can:
        config |= _temperature_config(form)

    def say(raw: Raw) -> bytes:
        told: Raw = {"state": raw["power"]}
        if "brightness" in can:
            told["brightness"] = raw["brightness"]
        mode = raw.get("mode")
        if mode is not None:
            told["color_mode"] = mode
            told |= (
                {"color_temp": raw["warmth"]} if mode == "color_temp" else {"color": raw["color"]}
            )
        return written(told)

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        request = understood(payload)
        if not isinstance(request, dict):
            return ()
        changes: Raw = {}
        if request.get("state") in ("ON", "OFF"):
            changes["power"] = request["state"]
        bright = number_within(request.get("brightness"), 0, SCALES[form])
        if bright is not None and "brightness" in can:
            changes["brightness"] = round(bright)
        warmth = number_within(request.get("color_temp"), *_range(form))
        if warmth is not None and "color_temperature" in can:
            changes |= {"warmth": round(warmth), "mode": "color_temp"}
        color = request.get("color")
        if isinstance(color, dict) and "color" in can:
            found = _taken_color([color.get(axis) for axis in model], model)
            changes |= {} if found is None else {"color": found, "mode": model}
        return ({**now, **changes},) if changes else ()

    return Entity(
        component="light", config=config, words=words, says={"state": say}, takes={"set": take}
    )


def _topics(device: Furnished, form: int, words: dict[str, Word]) -> Entity:
    can, model, scale = set(device.capabilities), MODELS[form], SCALES[form]
    one = form == 2
    config: Raw = {"command_topic": "~/light/switch", "payload_on": "ON", "payload_off": "OFF"}
    config["on_command_type"] = "first" if one else "brightness"
    takes: dict[str, Take] = {"light/switch": worded("power", ON_OFF)}
    says: dict[str, Say] = {"light/status": text("power")}
    parts = [("state", "light", "power")]
    if "brightness" in can:
        config |= {"brightness_command_topic": "~/brightness/set", "brightness_scale": scale}
        takes["brightness/set"] = _lit(numbered("brightness", 0, scale), switches=not one)
        parts.append(("brightness", "brightness", "brightness"))
    if "color_temperature" in can:
        config |= {"color_temp_command_topic": "~/color_temp/set", **_temperature_config(form)}
        takes["color_temp/set"] = _in_mode(numbered("warmth", *_range(form)), "color_temp")
        parts.append(("color_temp", "color_temp", "warmth"))
    if "color" in can:
        config[f"{model}_command_topic"] = f"~/{model}/set"
        takes[f"{model}/set"] = _in_mode(_listed(model), model)
        parts.append((model, model, "color"))
    if {"color", "color_temperature"} <= can:
        config |= {"color_mode_state_topic": "~/color_mode"}
        says["color_mode"] = text("mode")
    for name, place, key in parts:
        # The state itself has neither its topic's nor its template's name from the part.
        topic = "state_topic" if name == "state" else f"{name}_state_topic"
        if one:
            config[topic] = "~/state"
            shown = f"{{{{ value_json.{name} }}}}"
            if name == model:
                shown = f"{{{{ value_json.{name} | join(',') }}}}"
            config[f"{name}_value_template"] = shown
        else:
            config[topic] = f"~/{place}/status"
            says[f"{place}/status"] = _comma(key) if name == model else text(key)
    if one:
        says.pop("light/status")
        says["state"] = _whole(parts, model)
    return Entity(component="light", config=config, words=words, says=says, takes=takes)


def _lit(take: Take, *, switches: bool) -> Take:
    """With `on_command_type: brightness` a brightness switches, too."""

    def lit(payload: bytes, now: Raw) -> Sequence[Raw]:
        steps = take(payload, now)
        if not switches:
            return steps
        return [{**step, "power": "ON" if step["brightness"] else "OFF"} for step in steps]

    return lit


def _in_mode(take: Take, mode: str) -> Take:
    return lambda payload, now: [{**step, "mode": mode} for step in take(payload, now)]


def _listed(model: str) -> Take:
    """A colour as numbers with commas between them."""

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        parts: list[Json] = [*payload.decode("utf-8", "replace").split(",")]
        color = _taken_color(parts, model)
        return () if color is None else ({**now, "color": color},)

    return take


def _numbers(color: Json) -> list[Json]:
    return list(color.values()) if isinstance(color, dict) else []


def _comma(key: str) -> Say:
    return lambda raw: ",".join(f"{number:g}" for number in _floats(raw[key])).encode()


def _floats(color: Json) -> list[float]:
    return [number_in(number) or 0 for number in _numbers(color)]


def _whole(parts: Sequence[tuple[str, str, str]], model: str) -> Say:
    def say(raw: Raw) -> bytes:
        told: Raw = {name: raw[key] for name, _, key in parts}
        if model in told:
            told[model] = _numbers(raw["color"])
        return written(told)

    return say
