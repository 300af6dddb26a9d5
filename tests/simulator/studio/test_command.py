"""`inglenook studio` on the command line."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest


def studio(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "simulator", "studio", "--no-browser", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)


def test_it_prints_an_address_that_opens_the_page_and_ends_with_ctrl_c() -> None:
    process = studio("--room", "Kitchen")
    assert process.stdout is not None
    told = ""
    while "Ctrl-C" not in told:
        line = process.stdout.readline()
        assert line, "it ended"
        told += line
    found = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", told)
    assert found, told

    page = urllib.request.urlopen(found[0], timeout=30).read().decode()
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(found[0].rsplit("/", 2)[0] + "/", timeout=30)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert "<title>Inglenook studio</title>" in page
    assert refused.value.code == 403
    refused.value.close()
    assert process.returncode == 130
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--home", "nowhere.toml"), "nowhere.toml"),
        (("--at", "teatime"), "teatime"),
        (("--port", "99999"), "--port 99999"),
        (("--room", "Dungeon"), "Dungeon"),
        (("--wake", "nobody.json"), "nobody.json"),
    ],
)
def test_what_is_wrong_is_one_sentence(arguments: tuple[str, ...], says: str) -> None:
    process = studio(*arguments)
    _, errors = process.communicate(timeout=90)

    ours = [line for line in errors.splitlines() if line.startswith("inglenook: ")]
    assert process.returncode == 2
    assert len(ours) == 1
    assert says in ours[0]
    assert "Traceback" not in errors


def test_nothing_else_loads_the_server() -> None:
    code = "import sys, simulator.cli, simulator.session\n"
    code += "assert not {'starlette', 'uvicorn', 'websockets'} & set(sys.modules)"
    root = Path(__file__).parents[3]

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
