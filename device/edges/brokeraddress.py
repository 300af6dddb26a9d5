"""Where the broker is, and what lets us in: user, password, certificates.

A password is never shown: not in a `repr`, a log line, an error or what the doctor prints.
"""

import logging
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from device.config import BrokerConfig
from device.errors import BusError, ConfigError

logger = logging.getLogger(__name__)

OTHERS = 0o007
"""Rights of a file that everybody on the machine has."""
SECRET_BYTES = 4_096
"""Longest password file that is read: a larger one is something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """An encrypted connection."""

    ca: str | None = None
    """File of the authority that signed the broker's certificate; None takes the system's."""
    certificate: str | None = None
    """Our own certificate, where the broker wants one."""
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where the broker is and how it lets us in."""

    host: str = "127.0.0.1"
    port: int = 1883
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls | None = None
    client_id: str = ""
    """"" lets the broker make one up."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def address_of(config: BrokerConfig) -> BrokerAddress:
    """Where the broker is, with user and password out of their file or the environment.

    A password file that everybody may read is used, with one warning.

    Raises:
        ConfigError: A password file cannot be read, or a variable is not set; the text
            says which, never what is in it.
    """
    user, password = config.user, None
    if config.user_env is not None:
        user = _variable("user_env", config.user_env)
    if config.password_env is not None:
        password = _variable("password_env", config.password_env)
    elif config.password_file is not None:
        password = _first_line(Path(config.password_file))
    tls = config.tls
    return BrokerAddress(
        host=config.host,
        port=config.port,
        user=user,
        password=password,
        tls=None if tls is None else Tls(ca=tls.ca, certificate=tls.certificate, key=tls.key),
        client_id=config.client_id,
    )


def tls_context(tls: Tls) -> ssl.SSLContext:
    """At least TLS 1.2, with the broker's name and certificate checked.

    Raises:
        BusError: A certificate file is missing or damaged.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.key is not None and tls.certificate is None:
        raise BusError(f"the key {tls.key} needs its certificate: set certificate as well")
    try:
        if tls.ca is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(tls.ca)
        if tls.certificate is not None:
            # Without a password of ours, OpenSSL would ask for one at the terminal.
            context.load_cert_chain(tls.certificate, tls.key, password="")
    except (OSError, ValueError) as exc:
        names = ", ".join(n for n in (tls.ca, tls.certificate, tls.key) if n)
        why = getattr(exc, "reason", None) or getattr(exc, "strerror", None) or exc
        raise BusError(f"cannot use the certificates {names}: {why}") from exc
    return context


def _variable(key: str, name: str) -> str:
    """What a variable of the environment holds.

    Raises:
        ConfigError: It is not set.
    """
    found = os.environ.get(name)
    if found is None:
        raise ConfigError(f"broker.{key}: the environment has no variable {name}")
    return found


def _first_line(path: Path) -> str:
    """The password in a file.

    Raises:
        ConfigError: It cannot be read, or holds none.
    """
    try:
        rights = path.stat().st_mode
        with path.open("rb") as file:
            content = file.read(SECRET_BYTES + 1)
    except OSError as exc:
        why = exc.strerror or "it is not there"
        raise ConfigError(f"password file {path} cannot be read: {why}") from exc
    if len(content) > SECRET_BYTES:
        raise ConfigError(f"password file {path} is too large for a password")
    try:
        line = content.decode("utf-8").splitlines()[:1]
    except UnicodeDecodeError:
        # The error itself would carry the bytes of the password.
        raise ConfigError(f"password file {path} is not UTF-8") from None
    if not line or not line[0]:
        raise ConfigError(f"password file {path} is empty")
    if rights & OTHERS:
        logger.warning("everybody on this machine may read %s: chmod 600 %s", path, path)
    return line[0]
