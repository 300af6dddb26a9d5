"""The scenarios that are shipped, what plays them, and what they are good for."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.context import Context
from device.errors import ConfigError
from device.events import Hypothesis, Outcome, OutcomeKind
from device.home.delivery import Delivery
from device.nlu.understanding import Understanding, Understood
from device.ports import BusMessage
from device.post import Post
from simulator.cli import main
from simulator.scenario.command import SHIPPED, played
from simulator.scenario.expected import Happened, differences
from simulator.scenario.playing import play
from simulator.scenario.report import as_json, as_junit
from simulator.scenario.written import Expected, Scenario, read_scenario

FILES = sorted(SHIPPED.glob("*.toml"))
TYPED = [path for path in FILES if not read_scenario(path).hears]
SCENARIO = """
name = "A lamp"
room = "Kitchen"

[[steps]]
say = "turn on the kitchen light"
[steps.expect]
"""


def scenario(text: str) -> Scenario:
    return msgspec.toml.decode(text, type=Scenario)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_everything_comes_as_the_scenario_says(path: Path) -> None:
    outcome = play(read_scenario(path), path)

    assert outcome.broken is None
    assert [str(wrong) for step in outcome.steps for wrong in step.wrong] == []


def test_there_are_scenarios_enough_and_each_has_a_sentence_of_its_own() -> None:
    names = [read_scenario(path).name for path in FILES]

    assert len(FILES) >= 40
    assert len(set(names)) == len(names)


def test_the_report_is_the_same_byte_for_byte_alone_together_and_again() -> None:
    some = TYPED[::5]
    alone = json.dumps(as_json(played(some)))
    together = json.dumps(as_json(played(some, jobs=2)))

    assert alone == together == json.dumps(as_json(played(some)))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('reply = "The moon is on."', "reply should be 'The moon is on.', is 'The kitchen"),
        ('reply_like = "^no"', "reply_like should be '^no'"),
        ('asks = "confirm"', "asks should be 'confirm', is ''"),
        ("commands = []", "commands should be []"),
        ('requests = [{intent = "HassTurnOff"}]', "'intent': 'HassTurnOn'"),
        ('house = {"Kitchen/Kitchen light" = {power = "off"}}', "power of Kitchen/Kitchen light"),
        ('state = {"Kitchen light" = {power = "off"}}', "power of Kitchen light"),
        ("sent = 2", "sent should be 2, is 1"),
        ("turns = 2", "turns should be 2, is 1"),
        ('events = ["ding"]', "events should be"),
        ("lists = {shopping = []}", "lists should be"),
        ('error = "burst"', "error should be 'burst', is ''"),
    ],
)
def test_what_is_not_as_expected_is_said_in_one_line(
    wrong: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lamp.toml"
    file.write_text(SCENARIO + wrong + "\n", encoding="utf-8")
    (outcome,) = played([file])

    assert [says in str(one) for step in outcome.steps for one in step.wrong] == [True]
    assert main(["simulate", str(file)]) == 1
    assert "FAIL A lamp" in capsys.readouterr().out


def test_time_that_a_device_takes_counts_and_time_to_think_does_not(tmp_path: Path) -> None:
    slow = (
        '[[steps]]\nmisbehave = {device = "Kitchen/Kitchen light", fault = "slow", pace_ms = 900}\n'
        '[[steps]]\nsay = "turn on the kitchen light"\n[steps.expect]\nwithin_ms = '
    )
    found = [
        play(scenario(f'name = "slow"\nroom = "Kitchen"\n{slow}{limit}'), tmp_path / "slow.toml")
        for limit in (899, 960)
    ]

    assert [outcome.passed for outcome in found] == [False, True]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[steps]]\nsay = "a"\n', "name"),
        ('name = "x"\nsteps = []', "steps must be"),
        ('name = "x"\n[[steps]]\n', "a step has one of say, hear, wait"),
        ('name = "x"\n[[steps]]\nsay = "a"\nwait = "1m"\n', "found ['say', 'wait']"),
        ('name = "x"\n[[steps]]\nwait = "soon"\n', "a time looks like"),
        ('name = "x"\n[[steps]]\nhear = {noise = "moon"}\n', "noise is one of"),
        ('name = "x"\n[[steps]]\nhear = {voice = "Bob"}\n', "Bob"),
        ('name = "x"\n[[steps]]\nsey = "a"\n', "did you mean steps[0].say?"),
        ('name = "x"\n[[steps]]\nbroker = "off"\n', "broker is"),
        ('name = "x"\n[[steps]]\nsay = "a"\nexpect = {reply_like = "("}\n', "regular expression"),
        ('name = "x"\nconfig = {home = {answer_ms = 1}}\n[[steps]]\nsay = "a"\n', "config"),
        ('name = "x', "is not TOML"),
    ],
)
def test_a_wrong_file_is_one_sentence_before_anything_is_played(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text, encoding="utf-8")

    assert main(["simulate", str(FILES[0]), str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("scenario_text", "says"),
    [
        ('name = "x"\nroom = "Moon"\n[[steps]]\nsay = "hello"', "Moon"),
        ('name = "x"\nhouse = "none.toml"\n[[steps]]\nsay = "hello"', "none.toml"),
        ('name = "x"\n[[steps]]\nmisbehave = {device = "A/B", fault = "slow"}', "'A/B'"),
    ],
)
def test_what_cannot_be_played_is_told_and_the_others_are_played(
    scenario_text: str, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(scenario_text, encoding="utf-8")
    broken, fine = played([file, TYPED[0]])

    assert broken.broken is not None
    assert says in broken.broken
    assert not broken.passed
    assert fine.passed


def test_a_recording_that_cannot_be_read_is_an_error_of_its_step(tmp_path: Path) -> None:
    text = 'name = "x"\n[[steps]]\nhear = {file = "none.ogg"}\nexpect = {error = "none.ogg"}\n'
    found = play(scenario(text), tmp_path / "x.toml")

    assert found.passed


def test_junit_holds_a_case_for_each_scenario_and_its_differences() -> None:
    good, bad = (
        play(scenario(SCENARIO), Path("good.toml")),
        play(scenario(SCENARIO + 'reply = "a \\u0007 <b>"\n'), Path("bad.toml")),
    )
    suite = ElementTree.fromstring(as_junit([good, bad, replace(good, broken="no broker")]))[0]

    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    failure = suite[1].find("failure")
    assert failure is not None
    assert "reply should be" in (failure.text or "")
    assert suite[2].find("error") is not None


def test_a_real_broker_gives_the_same_report() -> None:
    path = SHIPPED / "undo.toml"
    still, real = played([path]), played([path], real_broker=True)

    assert real[0].passed
    assert [s.happened.turns[0]["reply"] for s in still[0].steps if s.happened.turns] == [
        s.happened.turns[0]["reply"] for s in real[0].steps if s.happened.turns
    ]


VALUES = st.integers(0, 100) | st.sampled_from(["on", "off", "blue"])
TABLES = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)
TURNS = st.fixed_dictionaries(
    {
        "text": st.text(max_size=3),
        "requests": st.lists(TABLES, max_size=3),
        "commands": st.lists(TABLES, max_size=3),
        "state": st.dictionaries(st.sampled_from("xy"), TABLES, max_size=2),
        "asks": st.sampled_from([None, "confirm"]),
        "reply": st.text(max_size=3),
        "events": st.lists(st.text(max_size=2), max_size=2),
        "error": st.none() | st.just("it broke"),
        "lists": st.dictionaries(st.sampled_from("xy"), st.lists(st.text(max_size=2), max_size=2)),
    }
)


@given(turn=TURNS, data=st.data())
def test_what_happened_is_as_expected_and_anything_else_is_not(
    turn: dict[str, Any], data: st.DataObject
) -> None:
    happened = Happened(turns=[turn], house={}, sent=0, ms=0)
    exact = {key: turn[key] for key in ("text", "requests", "state", "reply", "events", "lists")}
    shuffled = data.draw(st.permutations(turn["commands"]))
    expected = Expected(**exact, commands=list(shuffled), asks=turn["asks"] or "", sent=0, turns=1)

    assert differences(expected, happened) == []

    key = data.draw(st.sampled_from(["text", "reply", "asks", "turns", "sent", "commands"]))
    other: dict[str, Any] = {
        "text": turn["text"] + "x",
        "reply": turn["reply"] + "x",
        "asks": "choose",
        "turns": 2,
        "sent": 1,
        "commands": [*turn["commands"], {}],
    }
    changed = msgspec.structs.replace(expected, **{key: other[key]})
    assert [difference.what for difference in differences(changed, happened)] == [key]


# Bugs that are planted in a stage --------------------------------------------------------------


def lost_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several requests the last one is dropped."""
    real = Understanding.understand

    def understand(
        self: Understanding, hypotheses: Sequence[Hypothesis], context: Context
    ) -> Understood:
        found = real(self, hypotheses, context)
        return replace(found, requests=found.requests[: max(1, len(found.requests) - 1)])

    monkeypatch.setattr(Understanding, "understand", understand)


def swapped_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The speaker believes to stand in the office wherever it stands."""
    real = Understanding.understand

    def understand(
        self: Understanding, hypotheses: Sequence[Hypothesis], context: Context
    ) -> Understood:
        there = "Bedroom" if context.room == "Living Room" else "Living Room"
        return real(self, hypotheses, replace(context, room=there))

    monkeypatch.setattr(Understanding, "understand", understand)


def lost_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every third command never leaves."""
    real, count = Post.send, iter(range(1_000_000))

    def send(self: Post, messages: Sequence[BusMessage]) -> int:
        left = [m for m in messages if not m.topic.endswith("/set") or next(count) % 3]
        real(self, left)
        return len(messages)

    monkeypatch.setattr(Post, "send", send)


def believed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was sent is called done."""
    real = Delivery.outcomes

    def outcomes(self: Delivery, now_ms: int) -> tuple[Outcome, ...] | None:
        found = real(self, now_ms)
        done = OutcomeKind.DONE
        return found and tuple(replace(o, kind=done, reported=o.command.value) for o in found)

    monkeypatch.setattr(Delivery, "outcomes", outcomes)


@pytest.mark.parametrize("plant", [lost_request, swapped_rooms, lost_message, believed_at_once])
def test_a_bug_that_is_planted_makes_a_scenario_fail(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)

    assert any(not play(read_scenario(path), path).passed for path in TYPED)


def test_a_scenario_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nothing\.toml"):
        read_scenario(Path("nothing.toml"))


def test_too_little_memory_is_said_in_a_sentence_and_enough_is_enough(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = str(SHIPPED / "undo.toml")

    assert main(["simulate", path, "--memory", "40"]) in (1, 2)
    out, err = capsys.readouterr()
    assert "memory" in out + err
    assert main(["simulate", path, "--memory", "2000"]) == 0
    assert main(["simulate", path, "--memory", "0"]) == 2
