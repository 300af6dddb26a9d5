"""`run` is a speaker that lives on whatever is missing, and ends cleanly."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from simulator.pretend import PretendHome

PATIENCE_S = 60.0


def run_until(config: Path, words: str) -> tuple[int, str]:
    """Run the speaker until its log holds these words, then interrupt it."""
    log = config.with_suffix(".log")
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "device", "run", str(config)],
            stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_S
        while words not in log.read_text() and time.monotonic() < deadline:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        # As at a terminal, where Ctrl-C reaches every process.
        os.killpg(process.pid, signal.SIGINT)
        code = process.wait(timeout=20)
    assert words in log.read_text()
    return code, log.read_text()


def test_the_speaker_listens_without_sound_card_and_without_broker(tmp_path: Path) -> None:
    config = tmp_path / "speaker.toml"
    config.write_text("[broker]\nport = 9\n", encoding="utf-8")

    code, log = run_until(config, "listening for the wake word")

    assert code == 130
    assert "Traceback" not in log
    assert (tmp_path / "inglenook.sqlite").exists()


def test_the_speaker_finds_the_devices_of_a_broker_that_is_there(tmp_path: Path) -> None:
    config = tmp_path / "speaker.toml"
    with PretendHome() as home:
        config.write_text(f"[broker]\nport = {home.address.port}\n", encoding="utf-8")

        code, log = run_until(config, "51 devices")

    assert code == 130
    assert "Traceback" not in log


def test_a_store_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    config = tmp_path / "speaker.toml"
    (tmp_path / "file").write_text("", encoding="utf-8")
    config.write_text('store = "file/kept.sqlite"\n', encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "device", "run", str(config)],
        capture_output=True, text=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith("inglenook: cannot open the store")


def test_sentences_that_cannot_be_compiled_are_one_warning_and_the_speaker_lives_on(
    tmp_path: Path,
) -> None:
    parts = ";".join(f"[part{number}]" for number in range(101))
    (tmp_path / "mine.yaml").write_text(
        f"language: en\nintents:\n  Mine:\n    data:\n      - sentences: ['say ({parts})']\n",
        encoding="utf-8",
    )
    config = tmp_path / "speaker.toml"
    config.write_text('sentences = ["mine.yaml"]\n[broker]\nport = 9\n', encoding="utf-8")

    code, log = run_until(config, "permutation")

    assert code == 130, "still running when it was interrupted"
    assert "Traceback" not in log
