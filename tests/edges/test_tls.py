"""An encrypted broker is trusted for good reasons only, and each bad one is one clear sentence."""

import gc
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.edges.brokeraddress import BrokerAddress, Tls, tls_context
from device.edges.mqtt import MqttBus
from device.errors import BusError
from device.ports import BusDown, BusMessage, BusUp
from simulator.broker import Mosquitto, start_broker
from tests.edges.secured import (
    Authority,
    needs_mosquitto,
    needs_tools,
    secured,
    speaker_address,
    started,
)
from tests.simulator.bus import connected, is_down, receive_until

pytestmark = [
    needs_mosquitto,
    needs_tools,
    # Paho leaves the socket of a handshake that failed to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
HERE = "IP:127.0.0.1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    yield
    gc.collect()


def first_trouble(address: BrokerAddress) -> str:
    bus = MqttBus(address)
    try:
        down, _ = receive_until(bus, is_down)
    finally:
        bus.close()
    assert isinstance(down, BusDown)
    assert "\n" not in down.reason
    return down.reason


def run_with(certificate: Path, authority: Authority, folder: Path, *more: str) -> Mosquitto:
    return secured(folder, authority, certificate, *more)


@pytest.mark.parametrize(
    ("alternative", "until", "words"),
    [
        (HERE, "20210101000000Z", "has expired; renew it"),
        ("DNS:elsewhere.example", "20500101000000Z", "is for another host; set host"),
    ],
)
def test_a_certificate_that_is_no_good_is_told_with_what_to_do(
    authority: Authority, folder: Path, alternative: str, until: str, words: str
) -> None:
    broker = run_with(
        authority.sign("broker", alternative=alternative, until=until), authority, folder
    )
    try:
        reason = first_trouble(speaker_address(broker, authority))
    finally:
        broker.close()

    assert words in reason
    assert str(broker.port) in reason


def test_an_unknown_authority_is_told_with_what_to_do(authority: Authority, folder: Path) -> None:
    stranger = Authority(folder / "stranger")
    broker = run_with(authority.sign("broker", alternative=HERE), authority, folder)
    try:
        reason = first_trouble(speaker_address(broker, stranger))
        system = first_trouble(BrokerAddress(port=broker.port, tls=Tls()))
    finally:
        broker.close()

    for told in (reason, system):
        assert "unknown authority; set ca under [broker.tls]" in told


def test_a_port_without_encryption_is_told_with_what_to_do(authority: Authority) -> None:
    broker = start_broker("mosquitto")
    try:
        reason = first_trouble(
            BrokerAddress(port=broker.port, tls=Tls(ca=str(authority.certificate)))
        )
    finally:
        broker.close()

    assert "mostly 8883" in reason


def test_a_broker_that_wants_a_certificate_of_ours(authority: Authority, folder: Path) -> None:
    ours = authority.sign("speaker", alternative="DNS:speaker")
    broker = run_with(
        authority.sign("broker", alternative=HERE), authority, folder, "require_certificate true"
    )
    plain = speaker_address(broker, authority)
    tls = Tls(
        ca=str(authority.certificate), certificate=str(ours), key=str(ours.with_suffix(".key"))
    )
    try:
        reason = first_trouble(plain)
        known = BrokerAddress(
            port=plain.port, user=plain.user, password=plain.password, tls=tls, client_id="x"
        )
        with connected(known) as bus:
            assert bus.speaks == "MQTT 5, TLSv1.3"
    finally:
        broker.close()

    assert "set certificate and key under [broker.tls]" in reason


def test_a_wrong_password_is_one_sentence_and_one_line_in_the_log(
    authority: Authority, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = run_with(authority.sign("broker", alternative=HERE), authority, folder)
    bus = MqttBus(speaker_address(broker, authority, password="wrong"))
    try:
        down, _ = receive_until(bus, is_down)
        again = bus.receive(3_000)
    finally:
        bus.close()
        broker.close()

    assert isinstance(down, BusDown)
    assert "does not know user 'inglenook' with this password; check user" in down.reason
    assert again is None, "it is tried again slowly"
    assert [record.getMessage() for record in caplog.records] == [down.reason]


def test_nothing_older_than_tls_1_2_is_spoken(authority: Authority) -> None:
    context = tls_context(Tls(ca=str(authority.certificate)))

    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_broker_with_old_encryption_only_is_told_with_what_to_do(
    authority: Authority, folder: Path
) -> None:
    certificate = authority.sign("broker", alternative=HERE)
    server = subprocess.Popen(
        ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", str(certificate),
         "-key", str(certificate.with_suffix(".key")), "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        line = next(line for line in server.stdout if line.startswith("ACCEPT"))
        port = int(line.rpartition(":")[2])
        reason = first_trouble(BrokerAddress(port=port, tls=Tls(ca=str(authority.certificate))))
    finally:
        server.kill()
        server.communicate()

    assert "none from TLS 1.2 on; update the broker" in reason


def test_a_key_that_wants_a_passphrase_is_refused_at_once(
    authority: Authority, folder: Path
) -> None:
    ours = authority.sign("locked", alternative="DNS:speaker")
    locked = folder / "locked.key"
    subprocess.run(
        ["openssl", "ec", "-in", str(ours.with_suffix(".key")), "-aes256",
         "-passout", "pass:tiger", "-out", str(locked)],
        check=True, capture_output=True,
    )  # fmt: skip

    with pytest.raises(BusError, match=r"locked\.key"):
        MqttBus(BrokerAddress(tls=Tls(certificate=str(ours), key=str(locked))))


def test_a_key_without_its_certificate_is_refused_at_once() -> None:
    with pytest.raises(BusError, match="needs its certificate"):
        MqttBus(BrokerAddress(tls=Tls(key="speaker.key")))


def test_a_certificate_renewed_on_disk_is_used_at_the_next_try(
    authority: Authority, folder: Path
) -> None:
    stranger = Authority(folder / "stranger")
    ca = folder / "ca.pem"
    ca.write_bytes(stranger.certificate.read_bytes())
    broker = run_with(authority.sign("broker", alternative=HERE), authority, folder)
    known = speaker_address(broker, authority)
    bus = MqttBus(
        BrokerAddress(
            port=known.port, user=known.user, password=known.password, tls=Tls(ca=str(ca))
        )
    )
    try:
        receive_until(bus, is_down)
        ca.write_bytes(authority.certificate.read_bytes())
        up, _ = receive_until(bus, lambda event: isinstance(event, BusUp))
        bus.publish(BusMessage(topic="inglenook/speaker/inglenook/x", payload=b""))
    finally:
        bus.close()
        broker.close()

    assert up == BusUp()


def test_the_sample_config_says_nothing_that_mosquitto_does_not_know(
    authority: Authority, folder: Path
) -> None:
    """A wrong line would keep mosquitto from starting."""
    with pytest.raises(BusError, match="does not start"):
        started("listener 8883\nallow_anonimous false\n")
    run_with(authority.sign("broker", alternative=HERE), authority, folder).close()
