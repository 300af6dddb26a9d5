"""A mosquitto with certificates, passwords and an access list, made of the sample files."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from device.edges.brokeraddress import BrokerAddress, Tls
from simulator.broker import Mosquitto, mosquitto_path
from simulator.embedded import HOST

SAMPLES = Path(__file__).parents[2] / "firmware_configs" / "mosquitto"
SECRET = "correct-horse-battery"
"""The speaker's password in tests."""
OWNER = "owner"
"""A user who may do everything."""

needs_mosquitto = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed")
needs_tools = pytest.mark.skipif(
    None in (shutil.which("openssl"), shutil.which("mosquitto_passwd")),
    reason="openssl or mosquitto_passwd is not installed",
)


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


class Authority:
    """Signs certificates, in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.certificate = folder / "ca.crt"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "3650", "-subj", "/CN=Home authority",
            "-keyout", folder / "ca.key", "-out", self.certificate)  # fmt: skip

    def sign(self, name: str, *, alternative: str, until: str = "20500101000000Z") -> Path:
        """A certificate NAME.crt with its key NAME.key beside it."""
        key, request = self.folder / f"{name}.key", self.folder / f"{name}.csr"
        wanted, certificate = self.folder / f"{name}.cnf", self.folder / f"{name}.crt"
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)  # fmt: skip
        (self.folder / "index.txt").write_text("")
        (self.folder / "index.txt.attr").write_text("unique_subject = no\n")
        wanted.write_text(
            "[ca]\ndefault_ca = home\n[home]\n"
            f"database = {self.folder}/index.txt\nnew_certs_dir = {self.folder}\n"
            f"rand_serial = yes\ndefault_md = sha256\npolicy = any\nx509_extensions = leaf\n"
            f"[any]\ncommonName = supplied\n[leaf]\nsubjectAltName = {alternative}\n"
        )
        run("openssl", "ca", "-batch", "-config", wanted, "-in", request, "-out", certificate,
            "-cert", self.certificate, "-keyfile", self.folder / "ca.key", "-notext",
            "-startdate", "20200101000000Z", "-enddate", until)  # fmt: skip
        return certificate


def secured(
    folder: Path, authority: Authority, certificate: Path, *more: str, own: Sequence[str] = ()
) -> Mosquitto:
    """A mosquitto that runs with the sample files, moved to a folder and a free port.

    Args:
        folder: Where its files are written.
        authority: Who signed its certificate.
        certificate: The certificate, its key beside it.
        more: Further lines of mosquitto.conf.
        own: Further lines of the access list.
    """
    passwords, acl = folder / "passwords", folder / "acl"
    passwords.touch()
    for user, password in (("inglenook", SECRET), (OWNER, "all")):
        run("mosquitto_passwd", "-b", passwords, user, password)
    sample = (SAMPLES / "acl").read_text(encoding="utf-8")
    mine = "\n".join(own)
    acl.write_text(f"{sample}\n{mine}\nuser {OWNER}\ntopic readwrite #\ntopic readwrite $SYS/#\n")
    config = (SAMPLES / "mosquitto.conf").read_text(encoding="utf-8")
    for old, new in (
        ("/etc/mosquitto/certs/ca.crt", authority.certificate),
        ("/etc/mosquitto/certs/broker.crt", certificate),
        ("/etc/mosquitto/certs/broker.key", certificate.with_suffix(".key")),
        ("/etc/mosquitto/passwords", passwords),
        ("/etc/mosquitto/acl", acl),
    ):
        assert old in config, f"the sample no longer names {old}"
        config = config.replace(old, str(new))
    assert "listener 8883\n" in config
    return started(config, more)


def started(config: str, more: Sequence[str] = ()) -> Mosquitto:
    path = mosquitto_path()
    assert path is not None
    config += "".join(f"{line}\n" for line in (*more, "log_dest none", "user root"))
    return Mosquitto(path, lambda port: config.replace("listener 8883", f"listener {port} {HOST}"))


def speaker_address(
    broker: Mosquitto, authority: Authority, *, password: str | None = SECRET, host: str = HOST
) -> BrokerAddress:
    return BrokerAddress(
        host=host, port=broker.port, user="inglenook", password=password,
        tls=Tls(ca=str(authority.certificate)), client_id="inglenook",
    )  # fmt: skip


def owner_address(broker: Mosquitto, authority: Authority) -> BrokerAddress:
    return BrokerAddress(
        port=broker.port, user=OWNER, password="all", tls=Tls(ca=str(authority.certificate))
    )
