"""The page about Home Assistant's devices, followed with mosquitto_pub."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from device.home.homefile import HomeFile
from simulator.house import monotonic_ms
from simulator.pretend import PretendHome
from tests.simulator.bus import Owner

PAGE = Path(__file__).parents[2] / "docs" / "home-assistant.md"
LAMP = "homeassistant:light:attic1"

pytestmark = pytest.mark.skipif(
    shutil.which("mosquitto_pub") is None, reason="mosquitto's clients are not installed"
)


def test_a_lamp_played_by_hand_joins_obeys_and_leaves() -> None:
    page = PAGE.read_text(encoding="utf-8")
    said = re.findall(r"^    .*(mosquitto_pub .*?)(?:\) &)?$", page, re.MULTILINE)
    commands = [shlex.split(line) for line in said]
    announcing, (answer, asking), leaving = commands[:3], commands[3:5], commands[5:]
    assert asking[-1] == "turn on the attic lamp"
    with PretendHome(HomeFile()) as pretend:
        port = str(pretend.address.port)
        owner = Owner(pretend)
        try:
            for command in announcing:
                subprocess.run([*command, "-p", port], check=True, timeout=20)
            owner.until(lambda: LAMP in owner.home.state and _available(owner))
            delivery = owner.begin(("Attic Lamp", "power", "on"))
            subprocess.run([*answer, "-p", port], check=True, timeout=20)
            owner.until(lambda: delivery.outcomes(monotonic_ms()) is not None)
            outcomes = delivery.outcomes(monotonic_ms())
            for command in leaving:
                subprocess.run([*command, "-p", port], check=True, timeout=20)
            owner.until(lambda: not owner.home.home.devices)
        finally:
            owner.close()

    assert owner.sent == [("attic/lamp/set", b'{"state":"ON"}')]
    assert outcomes is not None
    assert [outcome.kind.value for outcome in outcomes] == ["done"]


def _available(owner: Owner) -> bool:
    lamp = owner.home.home.device(LAMP)
    return lamp is not None and lamp.available
