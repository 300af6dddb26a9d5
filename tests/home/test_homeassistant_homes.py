"""Homes of announced devices: every value comes back, and nobody commands anybody else."""

import json
from typing import Any, ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device.context import Capability
from device.errors import HomeError
from device.events import DeviceCommand, Value
from device.home.capabilities import RULES, matches
from device.home.colors import CSS_COLORS
from device.home.dialect import Joined, Left, Reachable, Reported, Wants
from device.home.homeassistant.dialect import HomeAssistant
from device.home.homeassistant.discovery import subscribed
from tests.home import test_homeassistant_components as docs
from tests.home import test_homeassistant_firmwares as firmwares
from tests.home.announced import Announced, published


class Documented:
    """A device that does what Home Assistant's pages say of its component, and no more.

    It keeps payloads as text; where a command topic has a state topic beside it, it tells
    there what it was told.
    """

    BESIDE: ClassVar = {
        "a/bri/set": "a/bri", "a/ct/set": "a/ct", "a/hs/set": "a/hs", "a/pos/set": "a/pos",
        "a/mode/set": "a/mode", "a/temp/set": "a/temp", "a/pct/set": "a/pct",
        "a/pre/set": "a/pre", "a/hum/set": "a/hum",
    }  # fmt: skip
    SAYS: ClassVar = {
        "lock": {"LOCK": "LOCKED", "UNLOCK": "UNLOCKED"},
        "cover": {"OPEN": "open", "CLOSE": "closed"},
        "valve": {"OPEN": "open", "CLOSE": "closed"},
        "vacuum": {"start": '{"state":"cleaning"}', "return_to_base": '{"state":"returning"}'},
        "lawn_mower": {"start_mowing": "mowing", '{"do":"dock"}': "docked"},
        "alarm_control_panel": {
            "ARM_HOME": "armed_home", "ARM_AWAY": "armed_away", "DISARM": "disarmed",
        },
    }  # fmt: skip

    def __init__(self, component: str, content: dict[str, Any]) -> None:
        self.component, self.content = component, content
        self.json: dict[str, Any] = {}

    def told(self, topic: str, payload: str) -> list[tuple[str, str]]:
        """What it says after a command."""
        if topic in self.BESIDE:
            also = [("a", "ON")] if self.component == "light" and payload != "0" else []
            if self.component == "cover" and "position_topic" not in self.content:
                return []
            return [(self.BESIDE[topic], payload), *also]
        if self.content.get("schema") == "json":
            self.json |= json.loads(payload)
            modes = [m for m in ("color_temp", "color") if m in json.loads(payload)]
            if modes:
                self.json["color_mode"] = {"color": "xy"}.get(modes[0], modes[0])
            return [("a", json.dumps(self.json))]
        word = self.SAYS.get(self.component, {}).get(payload, payload)
        if self.component == "cover" and "position_topic" in self.content:
            position = {"OPEN": "position_open", "CLOSE": "position_closed"}[payload]
            default = {"OPEN": 100, "CLOSE": 0}[payload]
            return [("a", word), ("a/pos", str(self.content.get(position, default)))]
        return [("a", word)]


DEVICES: list[tuple[str, dict[str, Any]]] = [
    ("switch", docs.SWITCH),
    ("light", docs.LIGHT),
    ("light", {**docs.LIGHT, "brightness_scale": 100, "color_temp_kelvin": True}),
    ("light", docs.JSON_LIGHT),
    ("light", {**docs.JSON_LIGHT, "brightness_scale": 1_000}),
    ("cover", docs.SWITCH),
    ("cover", docs.COVER),
    ("cover", {**docs.COVER, "position_open": 0, "position_closed": 255}),
    ("valve", docs.VALVE),
    ("valve", docs.SWITCH),
    ("lock", docs.SWITCH),
    ("climate", docs.CLIMATE),
    ("climate", docs.FAHRENHEIT),
    ("water_heater", {**docs.CLIMATE, "temp_step": 0.5}),
    ("fan", docs.FAN),
    ("humidifier", docs.HUMIDIFIER),
    ("siren", docs.SWITCH),
    ("select", {**docs.SWITCH, "options": ["Eco", "Boost"]}),
    ("number", {**docs.SWITCH, "device_class": "temperature", "min": 5, "max": 30, "step": 0.5}),
    ("vacuum", docs.SWITCH),
    ("lawn_mower", docs.MOWER),
    ("alarm_control_panel", docs.ALARM),
]


@st.composite
def values_of(draw: st.DrawFn, capability: Capability) -> Value:
    """A value that the capability takes."""
    rule_ = RULES[capability.name]
    if capability.name == "color":
        return draw(st.sampled_from(sorted(set(CSS_COLORS) - {"black"})))
    if words := capability.options or rule_.words:
        return draw(st.sampled_from(words))
    low = rule_.minimum if capability.minimum is None else capability.minimum
    high = rule_.maximum if capability.maximum is None else capability.maximum
    assert low is not None
    assert high is not None
    if rule_.unit == "°C":
        return draw(st.integers(int(2 * low), int(2 * high))) / 2
    return draw(st.integers(int(low), int(high)))


@given(data=st.data(), device=st.sampled_from(DEVICES))
def test_every_value_comes_back_as_it_was_asked(
    data: st.DataObject, device: tuple[str, dict[str, Any]]
) -> None:
    announced, model = Announced(*device), Documented(*device)
    settable = [c for c in announced.found.capabilities if c.settable]
    capability = data.draw(st.sampled_from(settable))
    value = data.draw(values_of(capability))
    halfway = capability.name == "position" and value not in (0, 100)
    if halfway and "set_position_topic" not in device[1] and device[1] is not docs.VALVE:
        return

    order = announced.order(capability.name, value)
    reported: dict[str, Value] = {}
    for message in order.messages:
        for topic, payload in model.told(message.topic, message.payload.decode()):
            reported |= announced.told(topic, payload)

    assert order.expected is not None
    assert matches(capability.name, order.expected, reported[capability.name])
    # What is awaited is what was asked, but for the steps that the device counts in.
    if isinstance(value, int | float) and isinstance(order.expected, int | float):
        step = {"fan_speed": 13, "color_temperature": 200}.get(capability.name, 1)
        assert abs(order.expected - value) <= step


CONTENTS = [
    *(content for _, content in DEVICES), docs.TEMPLATE_LIGHT, firmwares.WLED, firmwares.TASMOTA,
    firmwares.SHELLY, firmwares.ZWAVE_JS_UI, firmwares.VALETUDO, firmwares.ESPHOME,
]  # fmt: skip
COMPONENTS = sorted({component for component, _ in DEVICES} | {"sensor", "button", "scene"})
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1e300, float("nan"), "", "x", "{{ value", "{{ 1/0 }}", "{{ value_json.x }}",
     [], {}, [[]], {"a": 1}, "a/set", "a", "json", "None", "9" * 50]
)  # fmt: skip
PAYLOADS = st.sampled_from(
    ["ON", "OFF", "50", "-1", "1e400", "nan", "None", "{}", "[]", '{"state":"ON"}', '{"state":[]}',
     '{"brightness":{},"color":[1],"color_mode":{}}', '{"color":{"x":"a","y":null}}', "1,2,3", ",",
     '{"state":"cleaning","battery_level":"full"}', "\0", "é" * 99]
)  # fmt: skip


@given(
    component=st.sampled_from(COMPONENTS),
    content=st.sampled_from(CONTENTS),
    odd=st.dictionaries(st.sampled_from(sorted({k for c in CONTENTS for k in c})), ODD, max_size=2),
    payloads=st.lists(PAYLOADS | st.text(max_size=10), max_size=4),
    data=st.data(),
)
def test_a_real_announcement_with_something_odd_in_it_is_read_or_refused(
    component: str,
    content: dict[str, Any],
    odd: dict[str, Any],
    payloads: list[str],
    data: st.DataObject,
) -> None:
    dialect = HomeAssistant()
    topic = f"homeassistant/{component}/x/config"
    try:
        heard = dialect.take(published(topic, {**content, **odd}))
    except HomeError:
        assert dialect.topics == subscribed("homeassistant")
        return
    for topic in dialect.topics[2:]:
        for payload in payloads:
            dialect.take(published(topic, payload))
    for joined in (h for h in heard if isinstance(h, Joined)):
        for capability in (c for c in joined.device.capabilities if c.settable):
            wish: st.SearchStrategy[Any] = st.sampled_from(["on", 0, "stop"])
            value = data.draw(wish | values_of(capability))
            command = DeviceCommand(
                device=joined.device.id, capability=capability.name, value=value
            )
            try:
                order = dialect.order(command)
            except HomeError:
                continue
            assert order.messages
            assert not any(message.retained for message in order.messages)


NAMES = ("a", "b", "c")
BASES = st.sampled_from(("one", "two", "three"))


class Plain:
    """What a home of switches should be: announcement -> its own command and state topics."""

    def __init__(self) -> None:
        self.switches: dict[str, dict[str, str]] = {}
        """Where announced -> {id: its base topic}."""

    @property
    def all(self) -> dict[str, str]:
        return {id_: base for there in self.switches.values() for id_, base in there.items()}


class Homes(RuleBasedStateMachine):
    """Whatever is announced, changed, moved and taken away, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.dialect = HomeAssistant(ignoring=("zigbee2mqtt",))
        self.model = Plain()
        self.devices: set[str] = set()
        self.subscribed = set(self.dialect.topics)
        self.online: dict[str, bool] = {}

    def happens(self, topic: str, content: object) -> None:
        for heard in self.dialect.take(published(topic, content)):
            match heard:
                case Joined(device=found):
                    self.devices.add(found.id)
                case Left(device=device):
                    self.devices.remove(device)
                    self.online.pop(device, None)
                case Wants(topics=topics, dropped=dropped):
                    assert not self.subscribed & set(topics)
                    assert self.subscribed >= set(dropped)
                    self.subscribed = (self.subscribed | set(topics)) - set(dropped)
                case Reachable(device=device, online=online):
                    assert device in self.devices
                    self.online[str(device)] = online
                case Reported(device=device):
                    assert device in self.devices

    @staticmethod
    def switch(name: str, base: str) -> dict[str, Any]:
        return {
            "cmd_t": f"{base}/set", "stat_t": base, "avty_t": "there", "uniq_id": name,
            "dev": {"ids": [name]},
        }  # fmt: skip

    def owned(self, name: str, base: str, where: str) -> bool:
        """Whether somebody else has the topics or the id, as the model sees it."""
        others = [found for there, found in self.model.switches.items() if there != where]
        return any(name in found or base in found.values() for found in others)

    @rule(name=st.sampled_from(NAMES), base=BASES, spot=st.sampled_from(("x", "y")))
    def a_switch_is_announced(self, name: str, base: str, spot: str) -> None:
        where = f"homeassistant/switch/{name}_{spot}/config"
        if self.owned(name, base, where):
            try:
                self.happens(where, self.switch(name, base))
            except HomeError:
                return
            raise AssertionError("it took what belongs to another")
        self.happens(where, self.switch(name, base))
        self.model.switches[where] = {name: base}

    @rule(bases=st.dictionaries(st.sampled_from(NAMES), BASES, min_size=1, max_size=3))
    def a_device_is_announced(self, bases: dict[str, str]) -> None:
        where = "homeassistant/device/all/config"
        refused = {name for name, base in bases.items() if self.owned(name, base, where)}
        components = {
            name: {"p": "switch", **self.switch(name, base)} for name, base in bases.items()
        }
        before = dict(self.model.switches.get(where, {}))
        kept = {name: base for name, base in before.items() if name in refused}
        gone = before.keys() - bases.keys()
        try:
            self.happens(where, {"dev": {"ids": ["all"]}, "cmps": components})
        except HomeError:
            assert refused == bases.keys()
            assert not gone
            return
        assert refused != bases.keys() or gone
        made = {name: base for name, base in bases.items() if name not in refused}
        self.model.switches[where] = {**kept, **made}

    @precondition(lambda self: self.model.switches)
    @rule(data=st.data(), payload=st.sampled_from((b"", b'{"migrate_discovery":true}')))
    def an_announcement_is_taken_away(self, data: st.DataObject, payload: bytes) -> None:
        where = data.draw(st.sampled_from(sorted(self.model.switches)))
        self.happens(where, payload)
        del self.model.switches[where]

    @rule(
        where=st.sampled_from(
            ("homeassistant/switch/a_x/config", "homeassistant/device/all/config")
        )
    )
    def something_broken_is_announced(self, where: str) -> None:
        try:
            self.happens(where, b'{"cmps":')
        except HomeError:
            return
        raise AssertionError("it read what is no JSON")

    @rule(online=st.booleans())
    def they_come_and_go(self, online: bool) -> None:
        self.happens("there", "online" if online else "offline")
        assert set(self.online.values()) <= {online}

    @precondition(lambda self: self.model.all)
    @rule(data=st.data(), on=st.booleans())
    def one_tells_how_it_stands(self, data: st.DataObject, on: bool) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.all)))
        told = self.dialect.take(published(self.model.all[name], "ON" if on else "OFF"))

        assert [(h.device, dict(h.values)) for h in told if isinstance(h, Reported)] == [
            (f"homeassistant:switch:{other}", {"power": "on" if on else "off"})
            for other, base in self.model.all.items()
            if base == self.model.all[name]
        ]

    @invariant()
    def it_knows_exactly_what_is_announced(self) -> None:
        assert self.devices == {f"homeassistant:switch:{name}" for name in self.model.all}

    @invariant()
    def it_listens_to_exactly_what_is_announced(self) -> None:
        wanted = {*subscribed("homeassistant"), *self.model.all.values()}
        assert self.subscribed == set(self.dialect.topics)
        assert self.subscribed == wanted | ({"there"} if self.model.all else set())

    @invariant()
    def nobody_is_commanded_but_who_is_asked(self) -> None:
        for name, base in self.model.all.items():
            order = self.dialect.order(
                DeviceCommand(device=f"homeassistant:switch:{name}", capability="power", value="on")
            )
            assert [m.topic for m in order.messages] == [f"{base}/set"]


TestHomes = Homes.TestCase
TestHomes.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
