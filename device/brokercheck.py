"""The doctor at the broker: does it answer, does it let the speaker in, who speaks there."""

from collections.abc import Iterator
from dataclasses import replace

from device.config import Config
from device.edges.brokeraddress import BrokerAddress, address_of
from device.edges.clock import SystemClock
from device.edges.mqtt import MqttBus
from device.errors import BusError, InglenookError
from device.findings import Finding, Health
from device.home.plain import BASE
from device.ports import BusDown, BusMessage, BusUp

ANSWER_MS = 8_000
"""How long the broker may take to let us in, milliseconds."""
QUIET_MS = 500
"""Who has said nothing for so long has told what is retained, milliseconds."""
LISTEN_MS = 5_000
"""How long to listen at most, milliseconds."""
ACL = "firmware_configs/mosquitto/acl"


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
            yield _spoken(bus, config)
            yield from _forbidden(bus, config)
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


def _spoken(bus: MqttBus, config: Config) -> Finding:
    """Whose announcements can be heard."""
    home = config.home
    wanted = {
        "Zigbee2MQTT": [f"{base}/bridge/devices" for base in home.zigbee2mqtt_bases],
        "Tasmota": [f"{home.tasmota}/discovery/+/config"] if home.tasmota else [],
        "Home Assistant discovery": [],
        "plain topics": [f"{BASE}/bridge/devices"],
    }
    if home.homeassistant:
        levels = ("+/+", "+/+/+")
        wanted["Home Assistant discovery"] = [f"{home.homeassistant}/{w}/config" for w in levels]
    bus.subscribe([topic for topics in wanted.values() for topic in topics])
    heard: set[str] = set()
    clock = SystemClock()
    until_ms = clock.monotonic_ms() + LISTEN_MS
    while (event := bus.receive(QUIET_MS)) is not None and clock.monotonic_ms() < until_ms:
        if isinstance(event, BusMessage) and event.payload:
            heard.add(event.topic)
    # What is asked for never overlaps: the beginning of a topic tells whose it is.
    starts = {name: tuple(t.partition("+")[0] for t in topics) for name, topics in wanted.items()}
    counts = {name: sum(t.startswith(start) for t in heard) for name, start in starts.items()}
    spoken = [f"{name} ({count})" for name, count in counts.items() if count]
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
