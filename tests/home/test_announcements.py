"""Devices come, move and go in any order; what is listened to and told stays their own."""

from itertools import product

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device.events import DeviceCommand
from device.home.homestate import Errands, HomeState
from device.home.tasmota import Tasmota
from device.home.zigbee2mqtt import Zigbee2Mqtt
from device.ports import BusDown, BusEvent, BusUp
from tests.home.tasmotas import announced, config
from tests.home.test_zigbeegroups import group, groups
from tests.home.zigbee import LIGHT, NOON, entry, inventory

MACS = ("00000000000A", "00000000000B", "00000000000C")
ADDRESSES = ("0x1", "0x2", "0x3")
TOPICS = ("lamp", "fan", "lamp/left", "fan/POWER")
PREFIXES = (("cmnd", "stat", "tele"), ("stat", "cmnd", "tele"), ("do", "said", "told"))
STRANGE = ("tasmotas", "a+b", "zigbee", "", "DVES_00000B_fb")
NAMES = ("Lamp", "Fan", "Hall/Lamp", "Lamp/set", "bridge", "Spots")

Bases = tuple[str, str, str]


def bases(topic: str, prefixes: tuple[str, str, str]) -> Bases:
    command, stat, tele = (f"{prefix}/{topic}/" for prefix in prefixes)
    return command, stat, tele


def apart(one: Bases, other: Bases) -> bool:
    """Whether neither speaks at, above or below a topic of the other."""
    return not any(a.startswith(b) or b.startswith(a) for a, b in product(one, other))


class Announcements(RuleBasedStateMachine):
    """Tasmota devices and a Zigbee2MQTT with groups, against a plain list of who is who."""

    def __init__(self) -> None:
        super().__init__()
        self.home = HomeState([Zigbee2Mqtt(), Tasmota(ignoring=("zigbee2mqtt",))])
        self.tasmota: dict[str, Bases] = {}
        """Who has which topics."""
        self.waiting: dict[str, Bases] = {}
        self.zigbee: dict[str, str] = {}
        self.groups: dict[str, list[str]] = {}
        self.subscribed: set[str] = set()
        self.happen(BusUp())

    def happen(self, event: BusEvent) -> None:
        errands: Errands = self.home.take(event, at=NOON, now_ms=0)
        if isinstance(event, BusUp):
            self.subscribed = set()
        assert not self.subscribed & set(errands.dropped) & set(errands.topics)
        self.subscribed = (self.subscribed | set(errands.topics)) - set(errands.dropped)
        for message in errands.messages:
            assert not message.retained
            assert any(message.topic.startswith(own) for own in self.own().values())

    def own(self) -> dict[str, str]:
        """How the topics of each device's commands begin."""
        found = {f"tasmota:{mac}/relay1": base[0] for mac, base in self.tasmota.items()}
        found |= {f"zigbee2mqtt:{a}": f"zigbee2mqtt/{name}/" for a, name in self.zigbee.items()}
        for name, members in self.groups.items():
            if set(members) & self.zigbee.keys() and name not in self.zigbee.values():
                number = list(self.groups).index(name)
                found[f"zigbee2mqtt:group/{number}"] = f"zigbee2mqtt/{name}/"
        return found

    @rule(
        mac=st.sampled_from(MACS),
        topic=st.sampled_from(TOPICS),
        prefixes=st.sampled_from(PREFIXES),
        name=st.sampled_from(["Lamp", "Fan"]),
    )
    def a_tasmota_device_announces_itself(
        self, mac: str, topic: str, prefixes: tuple[str, str, str], name: str
    ) -> None:
        new = bases(topic, prefixes)
        self.waiting.pop(mac, None)
        others = [base for other, base in self.tasmota.items() if other != mac]
        if all(apart(new, other) for other in others):
            self.tasmota[mac] = new
        else:
            self.tasmota.pop(mac, None)
            self.waiting[mac] = new
        self.let_in()
        self.happen(announced(config(mac=mac, t=topic, tp=list(prefixes), fn=[name]), mac))

    @rule(mac=st.sampled_from(MACS))
    def a_tasmota_device_is_taken_back(self, mac: str) -> None:
        self.tasmota.pop(mac, None)
        self.waiting.pop(mac, None)
        self.let_in()
        self.happen(announced(b"", mac))

    @rule(mac=st.sampled_from(MACS), topic=st.sampled_from(STRANGE))
    def an_announcement_is_refused(self, mac: str, topic: str) -> None:
        full = "zigbee2mqtt/%prefix%/" if topic == "zigbee" else "%prefix%/%topic%/"
        if topic == "DVES_00000B_fb" and mac == MACS[1]:
            return
        self.happen(announced(config(mac=mac, t=topic, ft=full), mac))

    def let_in(self) -> None:
        """Those that waited get topics that are free by now, the first one first."""
        for mac, wanted in list(self.waiting.items()):
            if all(apart(wanted, other) for other in self.tasmota.values()):
                self.tasmota[mac] = self.waiting.pop(mac)

    @rule(
        found=st.dictionaries(
            st.sampled_from(ADDRESSES), st.sampled_from(NAMES), max_size=3
        ).filter(lambda found: len(set(found.values())) == len(found))
    )
    def zigbee2mqtt_lists_its_devices(self, found: dict[str, str]) -> None:
        usable = {a: n for a, n in found.items() if n not in ("Lamp/set", "bridge")}
        self.zigbee = usable
        self.happen(inventory(*(entry(a, name, LIGHT) for a, name in found.items())))

    @rule(
        found=st.dictionaries(
            st.sampled_from(["Spots", "Lamp", "All"]),
            st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3),
            max_size=2,
        )
    )
    def zigbee2mqtt_lists_its_groups(self, found: dict[str, list[str]]) -> None:
        self.groups = found
        listed = (
            group(name, *members, number=n) for n, (name, members) in enumerate(found.items())
        )
        self.happen(groups(*listed))

    @rule(mac=st.sampled_from(MACS), payload=st.sampled_from([b"{", b"[]", b'{"mac":1}', b"\xff"]))
    def nonsense_arrives(self, mac: str, payload: bytes) -> None:
        self.happen(announced(payload, mac))

    @rule()
    def the_broker_restarts(self) -> None:
        self.happen(BusDown(reason="gone"))
        self.happen(BusUp())

    @invariant()
    def what_is_announced_is_listened_to_and_nothing_else(self) -> None:
        wanted = {f"zigbee2mqtt/bridge/{last}" for last in
                  ("info", "devices", "groups", "state", "logging")}  # fmt: skip
        wanted |= {"tasmota/discovery/+/config", "tasmota/discovery/+/sensors"}
        for _, stat, tele in self.tasmota.values():
            wanted |= {f"{stat}RESULT", f"{stat}POWER", f"{stat}POWER1", f"{tele}STATE"}
            wanted.add(f"{tele}LWT")
        for id_, base in self.own().items():
            if id_.startswith("zigbee2mqtt"):
                wanted |= {base[:-1], f"{base}availability"}
        assert self.subscribed == wanted
        assert set(self.home.topics) == wanted

    @invariant()
    def a_command_goes_to_the_device_that_was_asked(self) -> None:
        own = self.own()
        assert {device.id for device in self.home.home.devices} == own.keys()
        for id_, base in own.items():
            command = DeviceCommand(device=id_, capability="power", value="on")
            delivery = self.home.begin([command], now_ms=0)
            assert delivery.messages
            assert all(m.topic.startswith(base) for m in delivery.messages)
            for other, others in own.items():
                strange = other != id_ and any(
                    m.topic.startswith(others) for m in delivery.messages
                )
                assert not strange, f"{other} would hear what {id_} was told"


Announcements.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAnnouncements = Announcements.TestCase
