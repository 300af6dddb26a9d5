"""What lets the speaker in comes from files and the environment, and is never shown."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.config import BrokerConfig, Config, SpeakerConfig, TlsConfig, load
from device.edges.brokeraddress import BrokerAddress, address_of
from device.errors import ConfigError
from simulator.broker import Mosquitto
from tests.edges.secured import SECRET, Authority, needs_mosquitto, needs_tools, secured

ROOT = Path(__file__).parents[2]


def kept(tmp_path: Path, content: bytes, rights: int = 0o600) -> str:
    path = tmp_path / "mqtt-password"
    path.write_bytes(content)
    path.chmod(rights)
    return str(path)


def test_a_password_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    file = kept(tmp_path, f"{SECRET}\r\n# of the kitchen speaker\n".encode())

    assert address_of(BrokerConfig(user="me", password_file=file)).password == SECRET


def test_user_and_password_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_USER", "anna")
    monkeypatch.setenv("MQTT_PASSWORD", SECRET)

    found = address_of(BrokerConfig(user_env="MQTT_USER", password_env="MQTT_PASSWORD"))

    assert (found.user, found.password) == ("anna", SECRET)


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOWHERE", raising=False)

    with pytest.raises(ConfigError, match=r"broker\.password_env: .* no variable NOWHERE"):
        address_of(BrokerConfig(user="me", password_env="NOWHERE"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('user = "a"\nuser_env = "A"', "set user or user_env, not both"),
        ('user = "a"\npassword_file = "x"\npassword_env = "A"', "set password_file or"),
        ('password_file = "x"', "a password needs its user"),
        ('client_id = "a/b"', "broker.client_id must"),
        (f'user = "a"\npassword = "{SECRET}"', "unknown key broker.password"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "speaker.toml"
    path.write_text(f"[broker]\n{text}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=sentence) as refused:
        load(path)

    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\nsecond line", "is empty"),
        (b"\xff\xfe" + SECRET.encode(), "is not UTF-8"),
        (SECRET.encode() * 1_000, "is too large"),
    ],
)
def test_a_file_that_holds_no_password_is_one_sentence_without_what_is_in_it(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = kept(tmp_path, content)

    with pytest.raises(ConfigError, match=sentence) as refused:
        address_of(BrokerConfig(user="me", password_file=file))

    shown = f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r}"
    assert SECRET not in str(refused.value)
    assert refused.value.__suppress_context__ or SECRET not in shown


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere cannot be read"):
        address_of(BrokerConfig(user="me", password_file=str(tmp_path / "nowhere")))


@pytest.mark.parametrize(("rights", "lines"), [(0o600, 0), (0o640, 0), (0o644, 1), (0o604, 1)])
def test_a_password_file_that_everybody_may_read_gives_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, rights: int, lines: int
) -> None:
    file = kept(tmp_path, SECRET.encode(), rights)

    assert address_of(BrokerConfig(user="me", password_file=file)).password == SECRET

    assert len(caplog.records) == lines
    assert all(f"chmod 600 {file}" in record.getMessage() for record in caplog.records)


@given(st.text(max_size=40))
def test_any_name_of_a_speaker_makes_a_client_id_that_a_broker_takes(name: str) -> None:
    client_id = Config(speaker=SpeakerConfig(name=name)).broker.client_id

    assert client_id.startswith("inglenook")
    assert len(client_id) <= 64
    assert all(c.isascii() and (c.isalnum() or c in "-_") for c in client_id)


@pytest.mark.parametrize(
    ("name", "client_id"),
    [("Inglenook", "inglenook"), ("Kitchen speaker", "inglenook-kitchen-speaker"),
     ("Küche", "inglenook-kuche"), ("Inglenook in the den", "inglenook-in-the-den")],
)  # fmt: skip
def test_speakers_with_different_names_are_different_to_the_broker(
    name: str, client_id: str
) -> None:
    assert Config(speaker=SpeakerConfig(name=name)).broker.client_id == client_id


def test_a_client_id_that_is_set_stays() -> None:
    assert Config(broker=BrokerConfig(client_id="mine")).broker.client_id == "mine"


def test_an_address_shows_no_password() -> None:
    address = BrokerAddress(user="me", password=SECRET)

    assert SECRET not in f"{address} {address!r} {[address]}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@needs_mosquitto
@needs_tools
@pytest.mark.parametrize("password", [SECRET, f"{SECRET}-wrong"])
def test_nothing_that_is_printed_or_kept_holds_the_password(
    tmp_path: Path, authority: Authority, password: str
) -> None:
    broker = secured(tmp_path, authority, authority.sign("broker", alternative="IP:127.0.0.1"))
    try:
        config = speaker_config(tmp_path, broker, authority, password)
        log = run_at_debug_level(config)
        doctor = subprocess.run(
            [sys.executable, "-m", "device", "doctor", str(config)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    finally:
        broker.close()

    wrong = password != SECRET
    assert ("does not know user 'inglenook'" in log) == wrong
    told = " ".join(doctor.stdout.split())
    assert ("mosquitto_passwd" in told) == wrong
    assert "DEBUG" in log, "it ran at debug level"
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("kept.sqlite*"))
    assert stored
    for place in (log, doctor.stdout, doctor.stderr):
        assert SECRET not in place
    assert SECRET.encode() not in stored


def speaker_config(tmp_path: Path, broker: Mosquitto, authority: Authority, password: str) -> Path:
    path = tmp_path / "speaker.toml"
    path.write_text(
        f'store = "kept.sqlite"\n[broker]\nport = {broker.port}\nuser = "inglenook"\n'
        f'password_file = "{kept(tmp_path, password.encode())}"\n'
        f'[broker.tls]\nca = "{authority.certificate}"\n',
        encoding="utf-8",
    )
    return path


def run_at_debug_level(config: Path) -> str:
    """What a speaker logs, at debug level, until it has answered a request and crashed."""
    code = """
        import logging, sys, traceback
        from pathlib import Path
        logging.basicConfig(level=logging.DEBUG)
        from device.config import load
        from device.edges.brokeraddress import address_of
        from device.edges.clock import SystemClock
        from device.edges.inbox import Inbox
        from device.edges.mqtt import MqttBus
        from device.edges.store import SqliteStore
        from device.ports import Ports
        from device.speaker import build
        config = load(Path(sys.argv[1]))
        logging.debug("%r", config)
        inbox, address = Inbox(), address_of(config.broker)
        bus, store = MqttBus(address, inbox=inbox), SqliteStore(Path(config.store))
        ports = Ports(bus=bus, clock=SystemClock(), store=store)
        speaker = build(config, ports, hears=False, wake=False)
        speaker.take(inbox.get(20_000))
        speaker.say("turn on the kitchen light")
        while speaker.busy:
            speaker.take(inbox.get(100))
        logging.debug("%r %r %r %r", address, vars(bus), ports, vars(speaker))
        try:
            bus.publish(None)
        except Exception:
            traceback.print_exc()
        bus.close()
        store.close()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(config)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" in done.stderr
    return done.stdout + done.stderr


def test_paths_in_the_broker_table_are_relative_to_the_config(tmp_path: Path) -> None:
    path = tmp_path / "speaker.toml"
    path.write_text(
        '[broker]\nuser = "a"\npassword_file = "p"\n[broker.tls]\nca = "ca.crt"\n', encoding="utf-8"
    )

    found = load(path).broker

    assert found.password_file == str(tmp_path / "p")
    assert found.tls == TlsConfig(ca=str(tmp_path / "ca.crt"))
