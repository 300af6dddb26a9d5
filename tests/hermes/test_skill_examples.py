"""The skills in the docs do what the docs say."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from device.edges.packfolder import MOST_BYTES, MOST_FILES, PackFolder
from device.nlu.readings import MOST_WAYS
from device.nlu.sentencelimits import MOST_PARTS, PACK_LIMITS
from device.skills.manifest import Manifest
from device.skills.packreading import MOST_CODE_BYTES, MOST_MANIFEST_BYTES
from simulator.session import Scene, Session
from tests.hermes.guests import CONFIG, guest_of

DOCS = Path(__file__).parent.parent.parent / "docs"
CUCKOO = DOCS / "skills" / "cuckoo"
ANSWER = "In tokyo it says cuckoo."
HURRIED = msgspec.structs.replace(
    CONFIG, hermes=msgspec.structs.replace(CONFIG.hermes, answer_ms=1_000)
)
NEEDED = ("mosquitto_sub", "mosquitto_pub", "jq")
MISSING = [name for name in NEEDED if shutil.which(name) is None]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, str(CUCKOO / "cuckoo.py")], id="python"),
        pytest.param(
            ["sh", str(CUCKOO / "cuckoo.sh")],
            id="shell",
            marks=pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} not installed"),
        ),
    ],
)
def test_a_skill_of_the_docs_answers(tmp_path: Path, command: list[str]) -> None:
    skills = tmp_path / "skills"
    PackFolder(skills).install(CUCKOO)
    scene = Scene(skills=skills)
    with Session(scene, config=HURRIED) as session, guest_of(session) as guest:
        address = session.address
        process = subprocess.Popen(
            [*command, address.host, str(address.port)], start_new_session=True
        )
        try:
            replies: list[str] = []
            while not replies or replies[-1] != ANSWER:
                # The skill may still be on its way to the broker: then nobody answers.
                guest.turns += session.speaker.say("what does the cuckoo say in tokyo")
                replies.append(guest.turn().reply.text)
                assert len(replies) < 20
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)

    assert replies[-1] == ANSWER


def test_the_docs_show_the_skill_as_it_is() -> None:
    script = (CUCKOO / "cuckoo.sh").read_text(encoding="utf-8")
    lines = script.splitlines()
    body = [line.replace(' -h "$1" -p "$2"', "") for line in lines if not line.startswith("#")]

    assert "\n".join(f"    {line}" for line in body) in (DOCS / "hermes.md").read_text("utf-8")
    page = (DOCS / "skills.md").read_text(encoding="utf-8")
    sentences = (CUCKOO / "sentences" / "en" / "cuckoo.yaml").read_text(encoding="utf-8")
    for shown in ((CUCKOO / "skill.toml").read_text(encoding="utf-8"), sentences, script):
        assert f"\n{shown}```\n" in page


def test_every_limit_in_the_docs_is_the_one_that_counts() -> None:
    page = (DOCS / "skills.md").read_text(encoding="utf-8")
    limits = PACK_LIMITS

    assert f"| sentences | {limits.sentences} |" in page
    assert f"| {limits.files}, {limits.file_bytes // 1024} KiB |" in page
    assert f"counted | {limits.values:,} |" in page
    assert f"| expansion rules | {limits.rules}," in page
    assert f"| {limits.characters}, with {limits.nested} brackets within brackets |" in page
    assert f"written out | {limits.parts:,} " in page
    assert limits.parts == MOST_PARTS
    assert f"| {MOST_WAYS:,} (" in page
    assert f"| {MOST_FILES} files, {MOST_BYTES // 1024**2} MiB |" in page
    assert f"| {MOST_MANIFEST_BYTES // 1024} KiB, {MOST_CODE_BYTES // 1024} KiB |" in page


def test_every_key_of_a_manifest_is_in_the_docs() -> None:
    page = (DOCS / "skills.md").read_text(encoding="utf-8")

    keys = [field.name for field in msgspec.structs.fields(Manifest)]
    assert len(keys) >= 8
    for key in keys:
        assert f"\n| `{key}` |" in page
