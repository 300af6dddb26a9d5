"""The skills in the docs do what the docs say."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from simulator.session import Scene, Session
from tests.hermes.guests import CONFIG, guest_of

SKILLS = Path(__file__).parent.parent.parent / "docs" / "skills"
HURRIED = msgspec.structs.replace(
    CONFIG, hermes=msgspec.structs.replace(CONFIG.hermes, answer_ms=1_000)
)
NEEDED = ("mosquitto_sub", "mosquitto_pub", "jq")
MISSING = [name for name in NEEDED if shutil.which(name) is None]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, str(SKILLS / "cuckoo.py")], id="python"),
        pytest.param(
            ["sh", str(SKILLS / "cuckoo.sh")],
            id="shell",
            marks=pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} not installed"),
        ),
    ],
)
def test_a_skill_of_the_docs_answers(command: list[str]) -> None:
    scene = Scene(sentences=[SKILLS / "cuckoo.yaml"])
    with Session(scene, config=HURRIED) as session, guest_of(session) as guest:
        address = session.house.address
        process = subprocess.Popen(
            [*command, address.host, str(address.port)], start_new_session=True
        )
        try:
            replies: list[str] = []
            while not replies or "no skill" in replies[-1]:
                # The skill may still be on its way to the broker: then nobody answers.
                guest.turns += session.speaker.say("what does the cuckoo say in tokyo")
                replies.append(guest.turn().reply.text)
                assert len(replies) < 20
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)

    assert replies[-1] == "In tokyo it says cuckoo."


def test_the_docs_show_the_skill_as_it_is() -> None:
    lines = (SKILLS / "cuckoo.sh").read_text(encoding="utf-8").splitlines()
    body = [line.replace(' -h "$1" -p "$2"', "") for line in lines if not line.startswith("#")]
    page = (SKILLS.parent / "hermes.md").read_text(encoding="utf-8")

    assert "\n".join(f"    {line}" for line in body) in page
