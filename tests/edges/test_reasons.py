"""Every way to miss the broker is one sentence that says what to do."""

import errno
import os
import socket
import ssl

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from device.edges import reasons
from device.edges.brokeraddress import BrokerAddress, Tls
from device.edges.reasons import Ending

PLAIN = BrokerAddress(host="broker.home", client_id="kitchen")
LOCKED = BrokerAddress(host="broker.home", port=8883, tls=Tls())


def trouble(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def distrust(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "in its own words"
    return error


def handshake(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        (PLAIN, trouble(errno.ENETUNREACH), os.strerror(errno.ENETUNREACH)),
        (PLAIN, trouble(errno.EHOSTUNREACH), os.strerror(errno.EHOSTUNREACH)),
        (PLAIN, TimeoutError("timed out"), "timed out"),
        (PLAIN, socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (PLAIN, ConnectionResetError(104, "Connection reset by peer"), "reset by peer"),
        (LOCKED, ConnectionResetError(104, "Connection reset by peer"), "mostly 8883"),
        (LOCKED, distrust(9), "not valid yet; set this machine's clock"),
        (LOCKED, distrust(10), "has expired; renew it"),
        (LOCKED, distrust(20), "set ca under [broker.tls]"),
        (LOCKED, distrust(62), "for another host; set host"),
        (LOCKED, distrust(64), "for another host; set host"),
        (LOCKED, distrust(23), "cannot be trusted: in its own words"),
        (LOCKED, handshake("WRONG_VERSION_NUMBER"), "mostly 8883"),
        (LOCKED, handshake("UNEXPECTED_EOF_WHILE_READING"), "mostly 8883"),
        (LOCKED, handshake("UNSUPPORTED_PROTOCOL"), "update the broker"),
        (LOCKED, handshake("SOMETHING_NEW"), "something new"),
    ],
)  # fmt: skip
def test_what_keeps_us_from_the_broker(
    address: BrokerAddress, error: Exception, words: str
) -> None:
    sentence = reasons.unreachable(address, error)

    assert words in sentence
    assert str(address) in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("name", "how", "words"),
    [
        ("Unsupported protocol version", Ending.UNSPOKEN, "another version of MQTT"),
        ("Bad user name or password", Ending.REFUSED, "set user and password_file"),
        ("Not authorized", Ending.REFUSED, "set user and password_file"),
        ("Client identifier not valid", Ending.REFUSED, "set client_id under [broker]"),
        ("Server busy", Ending.LOST, "refused us: Server busy"),
    ],
)
def test_a_broker_that_does_not_let_us_in(name: str, how: Ending, words: str) -> None:
    ended = reasons.refused(PLAIN, ReasonCode(PacketTypes.CONNACK, name))

    assert ended.how is how
    assert words in ended.why


def test_what_is_wrong_with_a_certificate_of_ours_is_guessed_at() -> None:
    ours = BrokerAddress(tls=Tls(certificate="c", key="k"))

    assert "may want a certificate" in reasons.unspoken(LOCKED).why
    assert "may not trust our certificate" in reasons.unspoken(ours).why
    code = ReasonCode(PacketTypes.CONNACK, "Not authorized")
    assert "does not know our certificate" in reasons.refused(ours, code).why
