"""The pages of examples in docs/, as a user would run them: lines in, JSON out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLES = yaml.safe_load((DOCS / "examples.yaml").read_text(encoding="utf-8"))
TALKS = yaml.safe_load((DOCS / "talks.yaml").read_text(encoding="utf-8"))
SAY = ["say", "--json", "--room", "Living Room", "--at", "2026-11-20T21:30"]


def said(lines: list[str], *more: str) -> list[dict[str, Any]]:
    """What the command line answers to lines on standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *SAY, *more],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(lines)
    return found


def check(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Compare what is written on the page."""
    requests = [{"intent": r["intent"], "slots": r["slots"]} for r in found["requests"]]
    commands = [f"{c['device']} {c['capability']} {c['value']}" for c in found["commands"]]
    if "requests" in wanted:
        assert requests == [
            {"intent": r["intent"], "slots": r["slots"]} for r in wanted["requests"]
        ]
    if "commands" in wanted:
        assert sorted(commands) == sorted(wanted["commands"])
    if "timers" in wanted:
        assert found["timers"] == wanted["timers"]
    assert found["asks"] == wanted.get("asks")
    assert found["error"] is None


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    lines = [example["say"] for example in EXAMPLES]
    return dict(zip(lines, said(lines, "--fresh"), strict=True))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["say"])
def test_every_example_becomes_its_requests_and_commands(
    example: dict[str, Any], answers: dict[str, dict[str, Any]]
) -> None:
    check(answers[example["say"]], example)


@pytest.fixture(scope="module")
def talks() -> list[list[dict[str, Any]]]:
    lines: list[str] = []
    for talk in TALKS:
        lines += ["@+2h", *(turn["say"] for turn in talk["talk"])]
    found = iter(said(lines))
    answered = []
    for talk in TALKS:
        next(found)
        answered.append([next(found) for _ in talk["talk"]])
    return answered


@pytest.mark.parametrize("number", range(len(TALKS)), ids=lambda n: TALKS[n]["talk"][-1]["say"])
def test_every_talk_goes_as_it_is_written(number: int, talks: list[list[dict[str, Any]]]) -> None:
    for found, wanted in zip(talks[number], TALKS[number]["talk"], strict=True):
        check(found, wanted)


def test_the_examples_name_what_is_sent_wherever_something_is() -> None:
    assert all("requests" in e and "commands" in e for e in EXAMPLES)
