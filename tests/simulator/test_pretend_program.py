"""`python -m simulator.pretend` on somebody's own broker: password, rights and TLS."""

import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from device.edges.mqtt import BrokerAddress, Tls
from device.ports import BusMessage
from simulator.broker import mosquitto_path
from simulator.hass.style import Style
from simulator.pretend import main
from tests.simulator.bus import connected, receive_until
from tests.simulator.styles import name_in

ROOT = Path(__file__).parents[2]
OWN = name_in(Style(manner=0, variant=0), "Own", "Den")
HOME = "".join(
    f'[[devices]]\nname = "{name}"\nroom = "Den"\nkind = "switch"\ndialect = "{dialect}"\n'
    for name, dialect in (("Plug", "zigbee2mqtt"), (OWN, "homeassistant"), ("Lamp", "tasmota"))
)
RIGHTS = """
user house
topic readwrite #

user guest
topic read tele/#
topic readwrite pretend-house/#
"""
needs_tools = pytest.mark.skipif(
    mosquitto_path() is None
    or shutil.which("mosquitto_passwd") is None
    or shutil.which("openssl") is None,
    reason="mosquitto, mosquitto_passwd or openssl is not installed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """A broker that somebody looks after."""

    port: int
    folder: Path

    @property
    def ca(self) -> str:
        return str(self.folder / "broker.pem")

    def options(self) -> list[str]:
        secret = str(self.folder / "secret")
        return [
            "--host", "127.0.0.1", "--port", str(self.port), "--user", "house",
            "--password-file", secret, "--tls-ca", self.ca,
        ]  # fmt: skip

    def address(self, user: str, password: str) -> BrokerAddress:
        return BrokerAddress(port=self.port, user=user, password=password, tls=Tls(ca=self.ca))


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    path = mosquitto_path()
    assert path is not None
    folder = tmp_path_factory.mktemp("secured")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(folder / "broker.key"), "-out", str(folder / "broker.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    for user, password in (("house", "to the letter"), ("guest", "guest")):
        create = ["-c"] if user == "house" else []
        command = ["mosquitto_passwd", *create, "-b", str(folder / "users"), user, password]
        subprocess.run(command, check=True, capture_output=True)
    (folder / "secret").write_text("to the letter\n", encoding="utf-8")
    (folder / "rights").write_text(RIGHTS, encoding="utf-8")
    (folder / "home.toml").write_text(HOME, encoding="utf-8")
    for readable in (folder, folder / "broker.key", folder / "users"):
        readable.chmod(0o755)
    (folder / "rights").chmod(0o600)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {folder}/users\n"
        f"acl_file {folder}/rights\ncertfile {folder}/broker.pem\nkeyfile {folder}/broker.key\n"
        f"user {os.environ.get('USER', 'root')}\n",
        encoding="utf-8",
    )
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([path, "-c", str(config)], stdout=quiet, stderr=quiet)
    try:
        yield Secured(port=port, folder=folder)
    finally:
        process.kill()
        process.wait()
        gc.collect()


@contextmanager
def playing(secured: Secured, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The program, once it says that the house is there."""
    command = [sys.executable, "-m", "simulator.pretend", str(secured.folder / "home.toml")]
    program = subprocess.Popen(
        [*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


@needs_tools
def test_a_house_plays_on_a_broker_with_password_rights_and_tls(secured: Secured) -> None:
    with playing(secured, *secured.options()) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == f"3 devices on 127.0.0.1:{secured.port}\n"
        with connected(secured.address("guest", "guest")) as guest:
            guest.subscribe(["#"])
            order = BusMessage(topic="pretend-house/Den/Lamp/fault", payload=b"offline")
            guest.publish(order)
            gone, _ = receive_until(guest, lambda e: _says(e, b"Offline"))
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=20) == 0

    assert isinstance(gone, BusMessage)
    assert gone.topic == "tele/den_lamp/LWT"
    with connected(secured.address("house", "to the letter")) as house:
        house.subscribe(["#"])
        for topic, word in (
            ("zigbee2mqtt/bridge/state", b"offline"),
            (f"home/Den/{OWN}/availability", b"offline"),
            ("tele/den_lamp/LWT", b"Offline"),
        ):
            left, _ = receive_until(house, lambda e, t=topic: _at(e, t))  # type: ignore[misc]
            assert isinstance(left, BusMessage)
            assert word in left.payload, "it said goodbye"


def _says(event: object, payload: bytes) -> bool:
    return isinstance(event, BusMessage) and event.payload == payload


def _at(event: object, topic: str) -> bool:
    return isinstance(event, BusMessage) and event.topic == topic


@needs_tools
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--user", "house"], "Not authorized"),
        (["--user", "nobody", "--password-file", "{folder}/secret"], "Not authorized"),
    ],
)
def test_a_broker_that_does_not_let_it_in_is_told_in_one_sentence(
    secured: Secured, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--host", "127.0.0.1", "--port", str(secured.port), "--tls-ca", secured.ca]

    code = main([*where, *(o.format(folder=secured.folder) for o in options)])

    told = capsys.readouterr().err
    assert code == 2
    assert words in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--host", "127.0.0.1", "--port", "1"], "cannot reach the broker at 127.0.0.1:1"),
        (["--host", "h", "--password-file", "x"], "--password-file needs --user"),
        (["--host", "h", "--tls-key", "x"], "--tls-cert and --tls-key need --tls-ca"),
        (["--host", "h", "--tls-ca", "nowhere.pem"], "cannot use the certificates nowhere.pem"),
        (["--host", "h", "--user", "u", "--password-file", "nowhere"], "nowhere cannot be read"),
        (["--user", "u"], "--user needs --host"),
    ],
)
def test_wrong_options_get_one_sentence(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(options)

    told = capsys.readouterr().err
    assert code == 2
    assert sentence in told
    assert told.count("\n") == 1
