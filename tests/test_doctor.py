"""The doctor tells how the running speaker's microphone stands; `forget` deletes after a yes."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.asr.lexicon import shared_lexicon
from device.asr.phrasecheck import doubt
from device.asr.trees import Pronouncer
from device.config import Config, GpioConfig, SkillsConfig, SoundConfig, WakeConfig
from device.doctor import _echo, _heard, _packs, _pins, _wake_word
from device.edges.store import SqliteStore
from device.findings import Finding, Health
from device.microphone import KEY, Condition
from device.wake.microwakeword import built_in, find
from tests.skills.packs import written

AT = datetime(2026, 11, 20, 21, 30).astimezone()


def found(tmp_path: Path, condition: Condition | None) -> Finding:
    config = Config(store=str(tmp_path / "kept.sqlite"))
    if condition is not None:
        store = SqliteStore(Path(config.store))
        store.save(KEY, msgspec.json.encode(condition))
        store.close()
    return _heard(config)


@pytest.mark.parametrize(
    ("condition", "health", "words"),
    [
        (None, Health.GOOD, "no speaker has run"),
        (Condition(), Health.GOOD, "has not listened yet"),
        (Condition(on=False, since=AT), Health.LIMITED, "switched off since 2026-11-20 21:30"),
        (
            Condition(name="usb", lost="microphone usb is gone", losses=2, since=AT),
            Health.LIMITED,
            "microphone usb is gone (lost 2 times, now since 2026-11-20 21:30)",
        ),
        (
            Condition(name="usb", rate_hz=48_000, channels=4, losses=1, since=AT),
            Health.GOOD,
            "usb at 48000 Hz, channels: 4 since 2026-11-20 21:30; lost 1 times, "
            "sound missed 0 times",
        ),
        (Condition(name="usb", missed=100), Health.LIMITED, "sound missed 100 times"),
    ],
)
def test_the_microphone_of_the_running_speaker_is_shown(
    tmp_path: Path, condition: Condition | None, health: Health, words: str
) -> None:
    finding = found(tmp_path, condition)

    assert finding.health is health
    assert words in finding.text
    assert (tmp_path / "kept.sqlite").exists() == (condition is not None)


def test_a_muted_microphone_says_how_it_comes_back(tmp_path: Path) -> None:
    finding = found(tmp_path, Condition(on=False))

    assert finding.mend == (
        "press its button, or send ON to inglenook/speaker/inglenook/microphone/set"
    )


def test_echo_cancellation_is_named() -> None:
    pytest.importorskip("pywebrtc_audio", reason="pywebrtc-audio is not installed")

    assert "pywebrtc-audio" in _echo(Config()).text
    assert "not wanted" in _echo(Config(sound=SoundConfig(echo=False))).text


def test_pins_are_looked_at_only_where_the_config_names_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")
    from gpiozero.pins.mock import MockFactory

    monkeypatch.setattr(gpiozero.Device, "pin_factory", MockFactory())

    assert list(_pins(Config())) == []
    (good,) = _pins(Config(gpio=GpioConfig(button=17)))
    (bad,) = _pins(Config(gpio=GpioConfig(button=17, led=17)))
    assert (good.health, good.text) == (Health.GOOD, "button on pin 17, light on pin -")
    assert bad.health is Health.LIMITED


def forget(config: Path, *options: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "device", "forget", str(config), *options],
        input=answer, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_forget_asks_and_deletes_what_was_named(tmp_path: Path) -> None:
    config = tmp_path / "speaker.toml"
    config.write_text('store = "kept.sqlite"\n', encoding="utf-8")
    store = SqliteStore(tmp_path / "kept.sqlite")
    now = datetime.now().astimezone()
    for hours in (3 * 24, 0.1):
        store.append_turn(str(hours), now - timedelta(hours=hours), b"%.1f hours ago" % hours)

    refused = forget(config, answer="no\n")
    assert (refused.returncode, store.turns(9)) == (1, [b"72.0 hours ago", b"0.1 hours ago"])
    assert "Delete everything you have said?" in refused.stdout

    assert forget(config, "--hours", "1", answer="y\n").stdout.endswith("Records deleted: 1.\n")
    assert store.turns(9) == [b"72.0 hours ago"]
    assert forget(config, "--yes").returncode == 0
    assert store.turns(9) == []
    store.close()
    assert b"hours ago" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_forget_complains_in_one_sentence(tmp_path: Path) -> None:
    config = tmp_path / "speaker.toml"
    config.write_text('store = "kept.sqlite"\n', encoding="utf-8")

    nothing = forget(config, "--yes")
    SqliteStore(tmp_path / "kept.sqlite").close()
    negative = forget(config, "--yes", "--hours", "-1")

    assert (nothing.returncode, negative.returncode) == (2, 2)
    assert "nothing was recorded" in nothing.stderr
    assert negative.stderr == "inglenook: --hours must be above 0, found -1\n"


@pytest.mark.parametrize("model", sorted(built_in()))
def test_the_wake_words_that_ship_can_be_said(model: str) -> None:
    finding = _wake_word(Config(wake=WakeConfig(model=model)))

    assert finding.health is Health.GOOD


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("hey nook v2.1", "'v2.1' is no word"),
        ("okay_nabu_20241226", "'20241226' is no word"),
        ("hmm brrr", "letter by letter"),
        ("\u2603", "nobody knows how to say"),
        ("_ _", "no words"),
        ("hi", "too short"),
        ("supercalifragilisticexpialidocious " * 2, "too long"),
    ],
)
def test_a_wake_word_that_nobody_says_so_is_a_warning_with_its_mend(
    tmp_path: Path, phrase: str, why: str
) -> None:
    description = json.loads(find("okay_nabu").read_text(encoding="utf-8"))
    model = find("okay_nabu").parent / description["model"]
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({**description, "wake_word": phrase, "model": str(model)}))

    finding = _wake_word(Config(wake=WakeConfig(model=str(file))))

    assert finding.health is Health.LIMITED
    assert why in finding.text
    assert str(file) in finding.mend
    unchecked = WakeConfig(model=str(file), check=False)
    assert _wake_word(Config(wake=unchecked)).health is Health.GOOD


def test_a_wake_model_that_is_not_there_is_broken() -> None:
    finding = _wake_word(Config(wake=WakeConfig(model="hey_nobody")))

    assert finding.health is Health.BROKEN
    assert "hey_nobody" in finding.text


@given(st.text(max_size=12))
def test_any_text_as_a_wake_word_gets_at_most_one_reason(phrase: str) -> None:
    why = doubt(phrase, Pronouncer(shared_lexicon().pronounce).sounds)

    assert why is None or why
    assert why is not None or any(sign.isalpha() for sign in phrase)


def test_the_doctor_tells_of_skill_packs_and_of_broken_ones(tmp_path: Path) -> None:
    skills = tmp_path / "skills"
    config = Config(skills=SkillsConfig(folder=str(skills)))

    assert _packs(config).text == f"0 in {skills}, 0 enabled"
    written(skills)
    assert _packs(config).text == f"1 in {skills}, 1 enabled"
    assert _packs(config).health is Health.GOOD
    written(skills, "ark", yaml="intents: [")
    assert _packs(config).health is Health.LIMITED
    assert "ark.yaml: line" in _packs(config).text
