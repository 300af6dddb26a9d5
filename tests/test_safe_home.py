"""The whole typed chain in a home whose owner set a PIN, limits and a pace."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from device.config import Config, load
from device.errors import ConfigError
from device.events import Ask, OutcomeKind, Turn
from device.records import record
from device.rules import Rules
from device.safetyconfig import SafetyConfig, pin_of, rules_of
from simulator.session import Scene, Session

PIN = "83529047"
SAID = "eight three five two nine zero four seven"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def session(kept: Path) -> Iterator[Session]:
    (kept / "pin").write_text(f"{PIN}\n", encoding="utf-8")
    safety = SafetyConfig(
        pin_file=str(kept / "pin"),
        ask=("coffee maker",),
        limits={"Kitchen light": {"brightness": (0, 60)}},
        per_minute=5,
    )
    scene = Scene(at=datetime(2026, 11, 20, 21, 30).astimezone(), store=kept / "store.sqlite")
    with Session(scene, config=Config(safety=safety), still=True) as found:
        yield found


def said(session: Session, text: str) -> Turn:
    (turn,) = session.say(text)
    whole = json.dumps(record(turn, session.speaker.home.home)) + repr(turn)
    assert PIN not in whole
    assert SAID not in whole
    return turn


def door(session: Session) -> object:
    return session.house.values()["Hallway/Front door"]["lock"]


def test_a_door_opens_to_the_pin_and_to_nothing_else(
    session: Session, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        first = said(session, "unlock the front door")
        agreed = said(session, "yes")
        wrong = said(session, "eight three five three")
        right = said(session, SAID)
        unlocked = door(session)
        said(session, "lock the front door")
        undone = said(session, "undo that")
        refused = said(session, "no")

    assert first.reply.text == "Shall I unlock the front door? Please say the PIN."
    assert agreed.reply.asks is Ask.CONFIRM
    assert not agreed.outcomes
    assert wrong.reply.text == "That is not the PIN. Please say it again."
    assert wrong.text == "[PIN]"
    assert [o.kind for o in right.outcomes] == [OutcomeKind.DONE]
    assert unlocked == "unlocked"
    assert "PIN" in undone.reply.text, "taking back a lock unlocks"
    assert not refused.outcomes
    assert door(session) == "locked"
    files = b"".join(path.read_bytes() for path in kept.glob("store*"))
    assert files
    for secret in (PIN, SAID, "eight three five three"):
        assert secret.encode() not in files
        assert secret not in caplog.text


def test_what_the_owner_adds_is_asked_about_too(session: Session) -> None:
    asked = said(session, "turn on the coffee maker")
    said(session, "no")

    assert asked.reply.text == "Shall I turn on the coffee maker? Please say the PIN."


def test_what_is_out_of_limits_is_refused_in_one_sentence(session: Session) -> None:
    turn = said(session, "set the kitchen light to 80 percent")

    assert not turn.outcomes
    assert turn.reply.text == (
        "By voice the brightness of the kitchen light can be set to 0 to 60 %, not to 80 %."
    )


def test_a_stutter_does_not_wear_out_a_relay(session: Session) -> None:
    turns = [said(session, f"turn {'on' if n % 2 else 'off'} the fan") for n in range(7)]

    kinds = [turn.outcomes[0].kind for turn in turns]
    assert kinds == [OutcomeKind.DONE] * 5 + [OutcomeKind.TOO_OFTEN] * 2
    assert turns[-1].reply.text == "The fan was told enough for one minute, so I left it alone."


def test_a_delayed_unlocking_asks_when_it_is_due(session: Session) -> None:
    kept = said(session, "in ten minutes unlock the front door")
    assert kept.reply.text.endswith("unlock the front door. I will ask again before I do it.")
    (due,) = session.wait(601_000)
    late = session.wait(3_600_000)

    assert due.reply.text == "Shall I unlock the front door? Please say the PIN."
    assert late == []
    assert door(session) == "locked", "nobody answered, so nothing was done"


def test_wrong_pins_cost_growing_pauses(session: Session) -> None:
    replies = []
    for _ in range(2):
        said(session, "unlock the front door")
        replies += [said(session, "one one one one").reply.text for _ in range(3)]
    said(session, "unlock the front door")
    paused = said(session, SAID)

    assert replies[2] == "That is not the PIN. I take no PIN for 30 seconds."
    assert "I take no PIN for" in paused.reply.text
    assert not paused.outcomes


def test_a_misspelt_name_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    safety = SafetyConfig(
        ask=("Front dor", "siren", "Kitchen light"), trust=("Hallway/Front door",)
    )

    with Session(config=Config(safety=safety), still=True) as found:
        found.say("turn on the fan")
        found.say("turn off the fan")

    warned = [r.getMessage() for r in caplog.records if "[safety]" in r.getMessage()]
    assert warned == ["[safety]: nothing in this home is called 'front dor'"]


def test_rules_are_read_from_the_config(tmp_path: Path) -> None:
    path = tmp_path / "speaker.toml"
    path.write_text(
        '[safety]\nask = ["switch"]\ntrust = ["Garage door"]\nper_minute = 0\n'
        '[safety.limits]\nvolume = [0, 80]\n[safety.limits."Water heater"]\n'
        "target_temperature = [30, 60]\n",
        encoding="utf-8",
    )

    assert rules_of(load(path).safety) == Rules(
        asked=frozenset({"switch"}),
        trusted=frozenset({"garage door"}),
        limits={
            "": {"volume": (0.0, 80.0)},
            "water heater": {"target_temperature": (30.0, 60.0)},
        },
        per_minute=None,
    )


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('pin_file = "p"\npin_env = "P"', "only one of pin_file and pin_env"),
        ("[safety.limits]\nvolume = [80, 0]", "lowest first"),
        ("aks = []", "did you mean safety.ask"),
        ("per_minute = -1", "safety.per_minute"),
    ],
)
def test_a_wrong_config_is_one_sentence(tmp_path: Path, written: str, words: str) -> None:
    path = tmp_path / "speaker.toml"
    path.write_text(f"[safety]\n{written}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=words):
        load(path)


def test_a_pin_comes_from_the_environment_and_is_never_in_a_complaint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOUSE_PIN", f" {PIN} ")
    assert pin_of(SafetyConfig(pin_env="HOUSE_PIN")) == PIN
    assert pin_of(SafetyConfig()) is None

    monkeypatch.setenv("HOUSE_PIN", f"{PIN}x")
    with pytest.raises(ConfigError) as caught:
        pin_of(SafetyConfig(pin_env="HOUSE_PIN"))
    assert PIN not in str(caught.value)
    with pytest.raises(ConfigError, match="the environment has no NOTHING"):
        pin_of(SafetyConfig(pin_env="NOTHING"))
    with pytest.raises(ConfigError, match="PIN file /nowhere cannot be read"):
        pin_of(SafetyConfig(pin_file="/nowhere"))
