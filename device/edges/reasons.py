"""Why the broker cannot be reached, in one sentence each that says what to do.

The numbers of OpenSSL, of the operating system and of MQTT end here.
"""

import ssl
from dataclasses import dataclass
from enum import StrEnum

from paho.mqtt.reasoncodes import ReasonCode

from device.edges.brokeraddress import BrokerAddress


class Ending(StrEnum):
    """How a connection came to its end: it decides when to try again."""

    LOST = "lost"
    """It could not be made, or broke."""
    SILENT = "silent"
    """The broker did not answer."""
    REFUSED = "refused"
    """The broker does not let us in."""
    TAKEN = "taken"
    """Another program with our client id takes the connection away."""
    UNSPOKEN = "unspoken"
    """The broker ended it before it had said a word: it may not know this version of MQTT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A connection is over."""

    how: Ending
    why: str
    """One sentence."""


EXPIRED, NOT_YET = {10}, {9}
SELF_SIGNED = {2, 18, 19, 20, 21, 27}
"""OpenSSL's verify codes where the chain of certificates ends with nobody we know."""
WRONG_HOST = {62, 64}
OLD_TLS = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE",
           "WRONG_SSL_VERSION"}  # fmt: skip

HUNG_UP = "it hung up; set port under [broker] to the one for TLS, mostly 8883"


def unreachable(address: BrokerAddress, error: Exception) -> str:
    """Why no connection could be made."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(address, error)
    if isinstance(error, ssl.SSLError):
        return f"cannot talk TLS with the broker at {address}: {_tls(error)}"
    if isinstance(error, ConnectionResetError) and address.tls is not None:
        return f"cannot talk TLS with the broker at {address}: {HUNG_UP}"
    why = getattr(error, "strerror", None) or error
    return f"cannot reach the broker at {address}: {why}"


def _certificate(address: BrokerAddress, error: ssl.SSLCertVerificationError) -> str:
    code = error.verify_code
    if code in EXPIRED:
        return (
            f"the certificate of the broker at {address} has expired; renew it there (or this "
            "machine's clock is wrong)"
        )
    if code in NOT_YET:
        return (
            f"the certificate of the broker at {address} is not valid yet; set this machine's clock"
        )
    if code in SELF_SIGNED:
        return (
            f"the certificate of the broker at {address} is signed by an unknown authority; "
            "set ca under [broker.tls] to the file of the one that signed it"
        )
    if code in WRONG_HOST:
        return (
            f"the certificate of the broker at {address} is for another host; set host under "
            "[broker] to a name that stands in it"
        )
    return f"the certificate of the broker at {address} cannot be trusted: {error.verify_message}"


def _tls(error: ssl.SSLError) -> str:
    reason = error.reason or str(error)
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return "this port speaks none; set port under [broker] to the one that does, mostly 8883"
    if reason in OLD_TLS:
        return "it offers none from TLS 1.2 on; update the broker"
    if "EOF" in reason:
        return HUNG_UP
    return reason.lower().replace("_", " ")


def refused(address: BrokerAddress, code: ReasonCode) -> Ended:
    """The broker answered, and does not let us in."""
    name = str(code)
    if name == "Unsupported protocol version":
        why = f"the broker at {address} speaks another version of MQTT"
        return Ended(how=Ending.UNSPOKEN, why=why)
    if name in ("Bad user name or password", "Not authorized"):
        return Ended(how=Ending.REFUSED, why=f"the broker at {address} refused us: {_who(address)}")
    if name == "Client identifier not valid":
        why = f"it does not take the client id {address.client_id!r}; set client_id under [broker]"
        return Ended(how=Ending.REFUSED, why=f"the broker at {address} refused us: {why}")
    return Ended(how=Ending.LOST, why=f"the broker at {address} refused us: {name}")


def _who(address: BrokerAddress) -> str:
    """What is wrong with how we named ourselves."""
    if address.user is None and address.tls is not None and address.tls.certificate is not None:
        return "it does not know our certificate, or wants a user as well (Not authorized)"
    if address.user is None:
        return (
            "it wants a user and a password; set user and password_file under [broker] "
            "(Not authorized)"
        )
    return (
        f"it does not know user {address.user!r} with this password; check user and "
        "password_file under [broker] (Not authorized)"
    )


def unspoken(address: BrokerAddress) -> Ended:
    """The broker hung up before it answered."""
    why = f"the broker at {address} hung up before it answered"
    if address.tls is None:
        why += "; is this its port for TLS? Then add [broker.tls]"
    elif address.tls.certificate is None:
        why += "; it may want a certificate: set certificate and key under [broker.tls]"
    else:
        why += "; it may not trust our certificate, or that has expired"
    return Ended(how=Ending.UNSPOKEN, why=why)


def taken(address: BrokerAddress, *, sure: bool) -> Ended:
    """Another program with our client id."""
    how = "ended our connection for" if sure else "ends our connection again and again, as for"
    why = (
        f"the broker at {address} {how} another program with our client id "
        f"{address.client_id!r}; give each speaker a client_id of its own under [broker]"
    )
    return Ended(how=Ending.TAKEN, why=why)
