"""The command line keeps its contract: an object for each line or file, a sentence for an error."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from device.edges.recordings import read_whole, write_wav
from device.errors import ConfigError
from simulator.cli import main

SOUNDS = Path(__file__).parent.parent.parent / "simulator" / "sounds"
KEYS = ["text", "hypotheses", "requests", "commands", "state"]
KEYS += ["asks", "reply", "events", "ms", "error"]


def run(*arguments: str, lines: str = "") -> tuple[int, list[dict[str, Any]], str]:
    """Run `inglenook` in a process of its own; gives exit code, JSON objects and stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        input=lines, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_say_gives_one_object_for_each_line_that_is_not_blank() -> None:
    lines = (
        "turn on the kitchen light and set the bedroom thermostat to 21 degrees\n"
        "\n"
        "@+ten\n"
        "set a timer for 5 minutes\n"
        "@+10m\n"
        "what time is it\n"
    )

    code, found, _ = run("say", "--json", "--at", "2026-11-20T21:30", lines=lines)

    assert code == 0
    assert len(found) == 5
    assert all(list(turn)[: len(KEYS)] == KEYS for turn in found)
    assert len(found[0]["requests"]) == len(found[0]["commands"]) == 2
    assert found[0]["state"]["Bedroom thermostat"] == {"target_temperature": 21}
    assert "@+10m" in found[1]["error"]
    assert found[2]["timers"] == [{"name": None, "seconds": 300}]
    assert found[3]["events"]
    assert "9:40" in found[4]["reply"]


def test_fresh_turns_know_nothing_of_each_other() -> None:
    lines = "turn on the kitchen light\nundo that\nis the kitchen light on\n"
    lines += "unlock the front door\nyes\n"

    _, found, _ = run("say", "--json", "--fresh", lines=lines)

    assert found[0]["state"] == {"Kitchen light": {"power": "on"}}
    assert found[1]["commands"] == []
    assert found[2]["reply"].startswith("No")
    assert found[3]["asks"] == "confirm"
    assert found[4]["commands"] == []


def test_what_never_reports_holds_up_no_fresh_turn(tmp_path: Path) -> None:
    home = tmp_path / "home.toml"
    home.write_text(
        """
        [[devices]]
        name = "Movie night"
        room = "Den"
        kind = "scene"
        dialect = "homeassistant"

        [[devices]]
        name = "Lamp"
        room = "Den"
        kind = "light"
        """,
        encoding="utf-8",
    )

    code, found, _ = run(
        "say", "--json", "--fresh", "--home", str(home),
        lines="activate movie night\nturn on the lamp\nactivate movie night\n",
    )  # fmt: skip

    assert code == 0
    assert [turn["state"] for turn in found] == [{}, {"Lamp": {"power": "on"}}, {}]
    assert found[0]["reply"] == "I told Movie night to activate, but it does not report back."


def test_hear_hears_recordings_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    noise = np.zeros(16_000 * 3, np.int16)
    silent, broken = tmp_path / "silent.wav", tmp_path / "broken.flac"
    write_wav(silent, noise.tobytes(), rate_hz=16_000)
    broken.write_bytes(b"fLaC but not really")
    good = SOUNDS / "timer.kal16.ogg"

    code, found, _ = run(
        "hear", "--json", str(silent), str(broken), str(tmp_path / "nowhere.wav"), str(good)
    )

    assert code == 0
    assert len(found) == 4
    assert found[0]["error"] == "Nothing was said."
    assert str(broken) in found[1]["error"]
    assert "does not exist" in found[2]["error"]
    assert found[3]["hypotheses"]
    assert found[3]["ms"]["asr"] > 0


def test_custom_sentences_are_understood_at_once_and_honestly_unanswered(tmp_path: Path) -> None:
    sentences = tmp_path / "coffee.yaml"
    sentences.write_text(
        "language: en\n"
        "intents:\n  OrderCoffee:\n    data:\n"
        "      - sentences:\n          - '(give|get) me a {size} {drink}'\n"
        "lists:\n  size:\n    values:\n      - in: large\n        out: L\n      - small\n"
        "  drink:\n    values: [latte, 'flat white']\n",
        encoding="utf-8",
    )

    code, found, _ = run(
        "say", "--json", "--sentences", str(sentences), "get me a large flat white"
    )

    assert code == 0
    (request,) = found[0]["requests"]
    assert request["intent"] == "OrderCoffee"
    assert request["slots"] == {"size": "L", "drink": "flat white"}
    assert request["skill"] is None
    assert found[0]["reply"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["say", "--home", "nowhere.toml", "hi"], "nowhere.toml"),
        (["say", "--at", "yesterday", "hi"], "--at must look like"),
        (["say", "--sentences", "nowhere.yaml", "hi"], "nowhere.yaml"),
        (["hear", "--wake", "nowhere.json", "x.wav"], "nowhere.json"),
        (["run", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_a_wrong_argument_is_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(arguments) == 2

    said = capsys.readouterr().err.strip()
    assert sentence in said
    assert "\n" not in said


def test_a_home_of_ones_own_is_loaded_and_speaks_its_own_dialects(tmp_path: Path) -> None:
    home = tmp_path / "home.toml"
    home.write_text(
        '[[rooms]]\nname = "Den"\n'
        '[[devices]]\nname = "Zog lamp"\nroom = "Den"\nkind = "light"\ndialect = "tasmota"\n'
        'capabilities = ["power", "brightness"]\n',
        encoding="utf-8",
    )

    code, found, told = run("say", "--json", "--home", str(home), "turn on the zog lamp")

    assert code == 0
    assert found[0]["state"] == {"Zog lamp": {"power": "on"}}
    assert "Zigbee2MQTT" not in told


def test_replies_are_spoken_into_a_file(tmp_path: Path) -> None:
    spoken = tmp_path / "replies.wav"

    code, _, _ = run("say", "--json", "--replies", str(spoken), "what time is it")

    assert code == 0
    assert len(read_whole(spoken)) > 2 * 16_000, "more than a second of speech"


def test_doctor_finds_models_and_says_how_to_mend_what_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "device", "doctor"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("acoustic", "tagger", "chunker", "TFLite", "broker", "microphone"):
        assert word in done.stdout


def test_a_missing_home_file_raises_the_config_error() -> None:
    from simulator.session import Scene, Session

    with pytest.raises(ConfigError):
        Session(Scene(home=Path("nowhere.toml")))
