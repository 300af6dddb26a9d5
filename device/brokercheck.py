"""The doctor at the broker: does it answer, does it let the speaker in, who speaks there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from device.config import Config
from device.edges.brokeraddress import BrokerAddress, address_of
from device.edges.clock import SystemClock
from device.edges.mqtt import MqttBus
from device.errors import BusError, HomeError, InglenookError
from device.findings import Finding, Health
from device.home.dialect import Heard, Joined, Reachable, Reported, Wants
from device.home.homeassistant.dialect import HomeAssistant
from device.home.plain import BASE
from device.ports import BusDown, BusMessage, BusUp
from device.speaker import OURS

ANSWER_MS = 8_000
"""How long the broker may take to let us in, milliseconds."""
QUIET_MS = 500
"""Who has said nothing for so long has told what is retained, milliseconds."""
LISTEN_MS = 5_000
"""How long to listen at most, milliseconds."""
ACL = "firmware_configs/mosquitto/acl"
DISCOVERY = "Home Assistant discovery"
NAMED = 3
"""How many devices are named; others are only counted."""


def look_at_broker(config: Config) -> Iterator[Finding]:
    """The broker, the dialects that are spoken there, and what its access list forbids."""
    what = "broker"
    try:
        where = address_of(config.broker)
        # Under its own name: the broker would throw a running speaker out.
        bus = MqttBus(replace(where, client_id=f"{where.client_id}-doctor"))
    except InglenookError as exc:
        mend = "name files that are there, under [broker]"
        yield Finding(what=what, health=Health.LIMITED, text=str(exc), mend=mend)
        return
    try:
        event = bus.receive(ANSWER_MS)
        if isinstance(event, BusUp):
            user = "" if where.user is None else f", user {where.user!r} accepted"
            text = f"{where} answers ({bus.speaks}){user}"
            yield Finding(what=what, health=Health.GOOD, text=text)
            announced = _announcements(bus, config)
            yield _spoken(bus, announced)
            yield from _forbidden(bus, config)
            yield from _unheard(bus, config, announced)
        else:
            text = event.reason if isinstance(event, BusDown) else f"{where} does not answer"
            yield Finding(what=what, health=Health.LIMITED, text=text, mend=_mend(where, text))
    finally:
        bus.close()


def _mend(where: BrokerAddress, text: str) -> str:
    """The command that shows or mends why the broker is not there."""
    if "certificate" in text or "TLS" in text:
        ca = where.tls.ca if where.tls is not None and where.tls.ca else "CA_FILE"
        return f"openssl s_client -connect {where} -CAfile {ca} shows what the broker has"
    if "refused us" in text:
        return (
            f"on the broker: sudo mosquitto_passwd /etc/mosquitto/passwords {where.user or 'NAME'}"
        )
    return "sudo apt-get install mosquitto, or set [broker] host"


def _announcements(bus: MqttBus, config: Config) -> dict[str, list[BusMessage]]:
    """What is announced, by who does it."""
    home = config.home
    wanted = {
        "Zigbee2MQTT": [f"{base}/bridge/devices" for base in home.zigbee2mqtt_bases],
        "Tasmota": [f"{home.tasmota}/discovery/+/config"] if home.tasmota else [],
        DISCOVERY: [],
        "plain topics": [f"{BASE}/bridge/devices"],
    }
    if home.homeassistant:
        levels = ("+/+", "+/+/+")
        wanted[DISCOVERY] = [f"{home.homeassistant}/{w}/config" for w in levels]
    heard = _kept(bus, [topic for topics in wanted.values() for topic in topics])
    # What is asked for never overlaps: the beginning of a topic tells whose it is.
    starts = {name: tuple(t.partition("+")[0] for t in topics) for name, topics in wanted.items()}
    return {
        name: [m for m in heard if m.payload and m.topic.startswith(start)]
        for name, start in starts.items()
    }


def _kept(bus: MqttBus, topics: Sequence[str]) -> tuple[BusMessage, ...]:
    """What the broker keeps on these topics, the last of each."""
    bus.subscribe(topics)
    heard: dict[str, BusMessage] = {}
    clock = SystemClock()
    until_ms = clock.monotonic_ms() + LISTEN_MS
    while (event := bus.receive(QUIET_MS)) is not None and clock.monotonic_ms() < until_ms:
        if isinstance(event, BusMessage):
            heard[event.topic] = event
    return tuple(heard.values())


def _spoken(bus: MqttBus, announced: Mapping[str, Sequence[BusMessage]]) -> Finding:
    """Whose announcements can be heard."""
    spoken = [f"{name} ({len(messages)})" for name, messages in announced.items() if messages]
    if spoken:
        text = f"announcements heard: {', '.join(spoken)}"
        return Finding(what="dialects", health=Health.GOOD, text=text)
    text = "nobody announces a device at the broker"
    if bus.forbidden:
        text += ", or its access list (ACL) hides them"
    mend = f"start Zigbee2MQTT or the like; let the speaker read their topics, as in {ACL}"
    return Finding(what="dialects", health=Health.LIMITED, text=text, mend=mend)


def _forbidden(bus: MqttBus, config: Config) -> Iterator[Finding]:
    """Whether the speaker may show its own state, as far as the broker tells."""
    own = f"inglenook/speaker/{config.broker.client_id}"
    try:
        bus.publish(BusMessage(topic=f"{own}/doctor", payload=b"was here"))
    except BusError as exc:
        yield Finding(what="access list", health=Health.LIMITED, text=str(exc))
        return
    bus.receive(QUIET_MS)
    if bus.forbidden:
        topics = ", ".join(sorted(set(bus.forbidden)))
        text = f"the broker does not let the speaker use {topics}"
        mend = f"add to the broker's access list: topic write {own}/# (see {ACL})"
        yield Finding(what="access list", health=Health.LIMITED, text=text, mend=mend)


def _unheard(
    bus: MqttBus, config: Config, announced: Mapping[str, Sequence[BusMessage]]
) -> Iterator[Finding]:
    """Devices that count as offline, because nothing is heard on topics of their own choice.

    A broker may hide what the speaker is not allowed to hear without a word.
    """
    ignoring = (*config.home.zigbee2mqtt_bases, *OURS)
    dialect = HomeAssistant(config.home.homeassistant, ignoring=ignoring)
    heard = [h for message in announced[DISCOVERY] for h in _taken(dialect, message)]
    names = {h.device.id: h.device.name for h in heard if isinstance(h, Joined)}
    away = {h.device for h in heard if isinstance(h, Reachable) and not h.online}
    topics = [topic for h in heard if isinstance(h, Wants) for topic in h.topics]
    told = [h for m in _kept(bus, topics) for h in _taken(dialect, m)] if away else []
    away -= {h.device for h in told if isinstance(h, Reported | Reachable)}
    if away:
        called = sorted(names[id_] for id_ in away if id_ in names)
        more = [f"{len(called) - NAMED} more"] if len(called) > NAMED else []
        text = f"nothing is heard of {', '.join([*called[:NAMED], *more])}"
        text += "; they are unplugged, or the broker's access list hides them"
        mend = f"let the speaker read and write what their announcements name, see {ACL}"
        yield Finding(what="silent devices", health=Health.LIMITED, text=text, mend=mend)


def _taken(dialect: HomeAssistant, message: BusMessage) -> tuple[Heard, ...]:
    try:
        return dialect.take(message)
    except HomeError:
        return ()
