"""Covers, valves and locks."""

from collections.abc import Sequence

from device.home.payloads import number_in, written
from simulator.hass.entity import (
    Entity,
    Say,
    Take,
    Ways,
    Word,
    inside,
    moved,
    table,
    text,
    through,
    translated,
)
from simulator.hass.style import Style
from simulator.homefile import Furnished
from simulator.things import Raw, number_within

POSITION = Word(
    write=lambda value: {"position": value, "moving": ""},
    read=lambda raw: number_in(raw["position"]),
)


def cover(device: Furnished, style: Style) -> Entity:
    """A cover: a topic for each thing, or one JSON state that counts from open to closed."""
    if style.variant == 0:
        return Entity(
            component="cover",
            config={
                "command_topic": "~/set", "state_topic": "~/state",
                "position_topic": "~/position", "set_position_topic": "~/position/set",
                "payload_open": "OPEN", "payload_close": "CLOSE", "payload_stop": "STOP",
            },
            words={"position": POSITION},
            says={"state": _moving("open", "closed"), "position": text("position")},
            takes={"set": _ordered("OPEN", "CLOSE", "STOP"), "position/set": _placed(0, 100)},
        )  # fmt: skip
    return Entity(
        component="cover",
        config={
            "command_topic": "~/set", "state_topic": "~/state",
            "value_template": "{{ value_json.moving }}",
            "position_topic": "~/state", "position_template": "{{ value_json.pos }}",
            "set_position_topic": "~/set", "set_position_template": '{"pos": {{ value }}}',
            "position_open": 0, "position_closed": 100,
            "payload_open": "up", "payload_close": "down", "payload_stop": "halt",
            "state_opening": "up", "state_closing": "down", "state_stopped": "no",
        },
        words={"position": POSITION},
        says={"state": _upside_down},
        takes={"set": _either(_ordered("up", "down", "halt"), inside("pos", _placed(100, 0)))},
    )  # fmt: skip


def valve(device: Furnished, style: Style) -> Entity:
    """A valve that reports its position: as JSON with its state, or the bare number."""
    json_state = table(state="state", position="position")

    def say(raw: Raw) -> bytes:
        return json_state({**raw, "state": _state(raw, "open", "closed")})

    return Entity(
        component="valve",
        config={
            "command_topic": "~/set", "state_topic": "~/state",
            "reports_position": True, "payload_stop": "STOP",
        },
        words={"position": POSITION},
        says={"state": text("position") if style.variant else say},
        takes={"set": _either(_ordered("", "", "STOP"), _placed(0, 100))},
    )  # fmt: skip


def lock(device: Furnished, style: Style) -> Entity:
    """A lock: Home Assistant's own words, or a JSON state that tells of the bolt on its way."""
    if style.variant == 0:
        at_once: Ways = {"LOCK": ("LOCKED",), "UNLOCK": ("UNLOCKED",)}
        return Entity(
            component="lock",
            config={"command_topic": "~/set", "state_topic": "~/state"},
            words={"lock": translated("bolt", {"locked": "LOCKED", "unlocked": "UNLOCKED"})},
            says={"state": text("bolt")},
            takes={"set": through("bolt", at_once)},
        )
    words = {"locked": "locked", "unlocked": "unlocked"}
    slowly: Ways = {"lock": ("locking", "locked"), "unlock": ("unlocking", "unlocked")}
    # A bolt on its way is not yet where it is going.
    still = {"locking": "unlocked", "unlocking": "locked"}
    return Entity(
        component="lock",
        config={
            "command_topic": "~/set", "state_topic": "~/state",
            "value_template": "{{ value_json.bolt }}",
            "payload_lock": "lock", "payload_unlock": "unlock",
            "state_locked": "locked", "state_unlocked": "unlocked",
            "state_locking": "locking", "state_unlocking": "unlocking",
        },
        words={
            "lock": Word(
                write=lambda value: {"bolt": words[str(value)]},
                read=lambda raw: still.get(str(raw["bolt"]), str(raw["bolt"])),
            )
        },
        says={"state": table(bolt="bolt")},
        takes={"set": through("bolt", slowly)},
    )  # fmt: skip


def _ordered(opening: str, closing: str, halt: str) -> Take:
    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        word = payload.decode("utf-8", "replace")
        ends = {opening: 100.0, closing: 0.0, halt: number_in(now["position"]) or 0.0}
        return moved(now, ends[word]) if word and word in ends else ()

    return take


def _placed(closed: float, opened: float) -> Take:
    """A position on a scale of its own, which may run backwards."""

    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        ends = sorted((closed, opened))
        number = number_within(payload.decode("utf-8", "replace").strip(), ends[0], ends[1])
        if number is None:
            return ()
        return moved(now, 100 * (number - closed) / (opened - closed))

    return take


def _either(*takes: Take) -> Take:
    def take(payload: bytes, now: Raw) -> Sequence[Raw]:
        return next((steps for one in takes if (steps := one(payload, now))), ())

    return take


def _state(raw: Raw, opened: str, closed: str) -> str:
    if raw["moving"]:
        return str(raw["moving"])
    return opened if number_in(raw["position"]) else closed


def _moving(opened: str, closed: str) -> Say:
    return lambda raw: _state(raw, opened, closed).encode()


def _upside_down(raw: Raw) -> bytes:
    """The position counted from open to closed, and which way it moves."""
    place = 100 - (number_in(raw["position"]) or 0)
    way = {"opening": "up", "closing": "down"}.get(str(raw["moving"]), "no")
    return written({"pos": round(place), "moving": way})
