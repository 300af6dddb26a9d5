"""Turns that a speaker kept come out the same when they are replayed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.config import Config, RecordsConfig, load
from device.edges.keepsakes import KeepsakeFolder
from device.edges.mqtt import MqttBus
from device.edges.recordings import read_whole
from device.edges.tape import this_machine
from device.errors import ConfigError
from device.keepsake import Came, Keepsake, packed, unpacked
from device.ports import BusMessage, Spoken, Typed
from simulator.cli import main
from simulator.faults import Fault
from simulator.pretend import PretendHome
from simulator.replay.command import read_keepsake
from simulator.replay.comparing import Comparison, compared
from simulator.replay.playing import replayed
from simulator.session import ALONE, Scene, Session
from tests.simulator.bus import is_up, receive_until

SOUNDS = Path(__file__).parents[2] / "simulator/sounds"
WAKES = Path(__file__).parents[1] / "sounds"
EVENING = datetime(2026, 11, 20, 21, 30)
PATIENCE_S = 60.0

TALK = (
    "turn on the kitchen light",
    "make it brighter",
    "unlock the front door",
    "yes",
    "add milk and eggs to my shopping list",
    "what is on my shopping list",
    "turn on the kitchen light and the fan",
    "undo that",
    "set the bookshelf lamp to owl light",
    "oh, that's twenty percent and orange",
    "when did the front door open",
    "how warm is it in the bedroom",
    "set a timer for 1 minute",
)


def kept(folder: Path) -> list[Keepsake]:
    """What a speaker kept, oldest first."""
    return [read_keepsake(path) for path in sorted(folder.glob("*.zip"))]


def again(keepsake: Keepsake) -> Comparison:
    return compared(keepsake, replayed(keepsake), this_machine(keepsake.facts.config))


def talk(folder: Path, *, still: bool = True, lines: tuple[str, ...] = TALK) -> None:
    """A talk with a speaker that keeps it."""
    scene = Scene(at=EVENING, room="Living room")
    with Session(scene, still=still, keep=folder) as session:
        for line in lines:
            session.say(line)
            session.wait(20_000)


@pytest.mark.parametrize("still", [True, False])
def test_every_turn_of_a_talk_comes_out_the_same_to_the_last_bit(
    tmp_path: Path, still: bool
) -> None:
    talk(tmp_path, still=still)

    found = kept(tmp_path)

    assert [one.facts.turns[-1].record["text"] for one in found[: len(TALK)]] == [*TALK]
    for keepsake in found:
        comparison = again(keepsake)
        assert comparison.same, comparison.differences
        assert comparison.bits
        assert not comparison.machine
    assert any(one.facts.turns[-1].record["commands"] for one in found)
    assert {one.facts.turns[-1].record["asks"] for one in found} >= {"confirm", "teach"}


def test_what_was_said_aloud_is_heard_the_same_to_the_last_bit(tmp_path: Path) -> None:
    with Session(Scene(at=EVENING), still=True, hears=True, keep=tmp_path) as session:
        for name in ("dim_lights.awb.ogg", "timer.kal16.ogg"):
            session.hear(iter([read_whole(SOUNDS / name)]))
        session.say("undo that")

    found = kept(tmp_path)

    assert len(found) == 3
    assert [len(one.facts.turns[-1].scores) > 0 for one in found] == [True] * 3
    for keepsake in found[1:]:
        comparison = again(keepsake)
        assert comparison.same, comparison.differences
        assert comparison.bits


def test_what_follows_the_wake_word_is_heard_the_same_without_it(tmp_path: Path) -> None:
    sound = read_whole(WAKES / "hey_jarvis.slt.flac") + read_whole(SOUNDS / "timer.kal16.ogg")
    with Session(
        Scene(at=EVENING), still=True, hears=True, wake="hey_jarvis", keep=tmp_path
    ) as session:
        session.hear(iter([sound[at : at + 3200] for at in range(0, len(sound), 3200)]))
    (keepsake,) = kept(tmp_path)

    comparison = again(keepsake)

    assert keepsake.facts.turns[-1].record["wake"]["model"] == "hey_jarvis"
    assert keepsake.facts.turns[-1].record["timers"]
    assert comparison.same, comparison.differences
    assert comparison.bits


def test_other_sound_is_not_heard_the_same(tmp_path: Path) -> None:
    with Session(Scene(at=EVENING), still=True, hears=True, keep=tmp_path) as session:
        session.hear(iter([read_whole(SOUNDS / "timer.kal16.ogg")]))
    (keepsake,) = kept(tmp_path)

    def shorter(came: Came) -> Came:
        if not isinstance(came.item, Spoken):
            return came
        pcm = came.item.utterance.pcm
        return replace(
            came,
            item=replace(
                came.item, utterance=replace(came.item.utterance, pcm=pcm[: len(pcm) * 3 // 4])
            ),
        )

    cut = replace(keepsake, came=tuple(shorter(one) for one in keepsake.came))

    assert not again(cut).bits


def test_another_home_answers_otherwise(tmp_path: Path) -> None:
    talk(tmp_path, lines=("is the front door locked",))
    (keepsake,) = kept(tmp_path)
    assert again(keepsake).same

    def opened(came: Came) -> Came:
        item = came.item
        if not isinstance(item, BusMessage):
            return came
        payload = item.payload.replace(b'"LOCK"', b'"UNLOCK"').replace(b'"locked"', b'"unlocked"')
        return replace(came, item=replace(item, payload=payload))

    other = replace(keepsake, before=tuple(opened(one) for one in keepsake.before))
    comparison = again(other)

    assert "reply" in {one.what for one in comparison.differences}


def test_a_device_that_said_nothing_then_says_nothing_now(tmp_path: Path) -> None:
    with Session(Scene(at=EVENING), still=True, keep=tmp_path) as session:
        session.house.misbehave("Kitchen/Kitchen light", Fault.SILENT)
        (turn,) = session.say("turn on the kitchen light")
        assert "did not answer" in turn.reply.text
    (keepsake,) = kept(tmp_path)

    assert again(keepsake).same
    mute = replace(keepsake, came=tuple(c for c in keepsake.came if isinstance(c.item, Typed)))
    assert again(mute).same


def test_sentences_and_what_was_kept_before_come_along(tmp_path: Path) -> None:
    sentences = tmp_path / "mine"
    sentences.mkdir()
    (sentences / "cosy.yaml").write_text(
        "language: en\nintents:\n  HassTurnOn:\n    data:\n      - sentences: ['cosy time']\n"
        "        slots: {name: Floor lamp}\n",
        encoding="utf-8",
    )
    scene = Scene(at=EVENING, sentences=[sentences], store=tmp_path / "store.db")
    with Session(scene, still=True) as session:
        session.say("add milk to my shopping list")
    with Session(scene, still=True, keep=tmp_path / "kept") as session:
        session.say("what is on my shopping list")
        session.say("cosy time")
    (sentences / "cosy.yaml").unlink()

    for keepsake in kept(tmp_path / "kept"):
        assert again(keepsake).same
    assert "milk" in keepsake.facts.turns[0].record["reply"]
    assert keepsake.facts.turns[1].record["commands"]


def test_after_a_long_pause_nothing_of_the_talk_before_is_kept(tmp_path: Path) -> None:
    with Session(Scene(at=EVENING), still=True, keep=tmp_path) as session:
        session.say("turn on the kitchen light")
        session.wait(700_000)
        session.say("is the kitchen light on")
    _, second = kept(tmp_path)

    assert [one.item for one in second.came if isinstance(one.item, Typed)] == [
        Typed(text="is the kitchen light on")
    ]
    assert len(second.facts.turns) == 1
    assert again(second).same


def test_answers_to_a_speaker_that_thought_for_long_are_not_late(sample: Keepsake) -> None:
    told = sample.facts.turns[-1]
    record = {**told.record, "ms": {**told.record["ms"], "nlu": 2_500.0}}
    late = tuple(one if one.asks else replace(one, ms=one.ms + 2_500) for one in sample.came)
    facts = msgspec.structs.replace(
        sample.facts,
        turns=[msgspec.structs.replace(told, record=record)],
        ended_ms=sample.facts.ended_ms + 2_500,
    )
    assert len(late) > 1

    assert again(replace(sample, facts=facts, came=late)).same


def test_the_last_few_are_kept(tmp_path: Path) -> None:
    records = RecordsConfig(replays=2)
    config = msgspec.structs.replace(ALONE, records=records)
    with Session(Scene(at=EVENING), config=config, still=True, keep=tmp_path) as session:
        for line in TALK[:4]:
            session.say(line)

    found = kept(tmp_path)

    assert [one.facts.turns[-1].record["text"] for one in found] == [*TALK[2:4]]


def test_deleting_what_was_said_deletes_it_here_too(tmp_path: Path) -> None:
    with Session(Scene(at=EVENING), still=True, keep=tmp_path) as session:
        session.say("turn on the kitchen light")
        session.wait(3_600_000)
        session.say("turn off the kitchen light")
        assert len(kept(tmp_path)) == 2
        session.say("delete what I said in the last 10 minutes")
        (turn,) = session.say("yes")
        assert turn.error is None

        texts = [one.facts.turns[-1].record["text"] for one in kept(tmp_path)]
        assert texts == ["turn on the kitchen light"]

        session.say("delete everything I have ever said")
        session.say("yes")

    assert not list(tmp_path.iterdir())


@given(
    turns=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=8
    ),
    since=st.none() | st.integers(0, 20_000),
    until=st.none() | st.integers(0, 20_000),
)
def test_every_turn_of_a_span_is_deleted(
    tmp_path_factory: pytest.TempPathFactory,
    sample: Keepsake,
    turns: list[tuple[int, int]],
    since: int | None,
    until: int | None,
) -> None:
    path = tmp_path_factory.mktemp("kept")
    folder, zone = KeepsakeFolder(path, most=100), EVENING.astimezone()

    def at(us: int | None) -> datetime | None:
        return None if us is None else zone + timedelta(microseconds=us)

    asked = {}
    for number, (began, lasted) in enumerate(turns):
        facts = msgspec.structs.replace(sample.facts, turn=f"turn:{number}")
        first, last = (
            zone + timedelta(microseconds=began),
            zone + timedelta(microseconds=began + lasted),
        )
        asked[folder.write(replace(sample, facts=facts), since=first, until=last)] = last

    folder.forget(at(since), at(until))

    first_gone, last_gone = at(since), at(until)
    for file, when in asked.items():
        inside = (first_gone is None or when >= first_gone) and (
            last_gone is None or when < last_gone
        )
        assert not (inside and file.exists())


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Keepsake:
    folder = tmp_path_factory.mktemp("sample")
    talk(folder, lines=("turn on the kitchen light",))
    (keepsake,) = kept(folder)
    return keepsake


def test_what_is_packed_comes_out_again(sample: Keepsake) -> None:
    assert unpacked(packed(sample)) == sample


@given(place=st.integers(0, 10**6), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_turn_is_refused_or_read_and_nothing_else(
    sample: Keepsake, place: int, byte: int, cut: bool
) -> None:
    whole = packed(sample)
    place %= len(whole)
    damaged = whole[:place] if cut else whole[:place] + bytes([byte]) + whole[place + 1 :]

    with suppress(ValueError):
        assert isinstance(unpacked(damaged), Keepsake)


def test_a_speaker_keeps_nothing_of_this_unless_it_is_asked_to(tmp_path: Path) -> None:
    assert Config().records.replays == 0
    with Session(Scene(at=EVENING, store=tmp_path / "store.db"), still=True) as session:
        session.say("turn on the kitchen light")

    assert {path.suffix for path in tmp_path.iterdir()} <= {".db", ".db-wal", ".db-shm"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[records]\nreplays = 3\nkeep_days = 0\n", "keep_days = 0 keeps none"),
        ('[records]\nreplays = 3\n[safety]\npin_env = "PIN"\n', "would keep the PIN"),
    ],
)
def test_replays_that_must_not_be_kept_are_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    config = tmp_path / "speaker.toml"
    config.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=complaint):
        load(config)


def test_the_command_tells_what_is_the_same_and_what_is_not(
    tmp_path: Path, sample: Keepsake, capsys: pytest.CaptureFixture[str]
) -> None:
    good, other = tmp_path / "1.zip", tmp_path / "2.zip"
    good.write_bytes(packed(sample))
    told = sample.facts.turns[-1]
    changed = msgspec.structs.replace(told, record={**told.record, "reply": "Moo!"})
    machine = msgspec.structs.replace(sample.facts.machine, runtime="abacus 1")
    facts = msgspec.structs.replace(sample.facts, turns=[changed], machine=machine)
    other.write_bytes(packed(replace(sample, facts=facts)))

    assert main(["replay", str(good)]) == 0
    assert "the same, bit for bit" in capsys.readouterr().out
    assert main(["replay", str(tmp_path), "--json"]) == 1
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())

    assert (first["same"], first["bits"], first["differences"]) == (True, True, [])
    assert [one["what"] for one in second["differences"]] == ["reply"]
    assert [one["what"] for one in second["machine"]] == ["runtime"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(None, "cannot be read"), (b"", "is no kept turn"), (b"PK\x03\x04 no", "is no kept turn")],
)
def test_a_turn_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, content: bytes | None, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "turn.zip"
    if content is not None:
        path.write_bytes(content)

    assert main(["replay", str(path)]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.splitlines()) == 1


def test_a_file_that_belongs_elsewhere_is_not_written(sample: Keepsake) -> None:
    with pytest.raises(ConfigError, match="its own folder"):
        replayed(replace(sample, files={"files/../../escaped": b"x"}))


def test_a_turn_that_a_running_speaker_kept_is_replayed(tmp_path: Path) -> None:
    config = tmp_path / "speaker.toml"
    kept_in = tmp_path / "inglenook.replays"
    with PretendHome() as home:
        config.write_text(
            f"[broker]\nport = {home.address.port}\n[records]\nreplays = 5\n", encoding="utf-8"
        )
        log = tmp_path / "log"
        with log.open("w") as words:
            speaker = subprocess.Popen(
                [sys.executable, "-m", "device", "run", str(config)],
                stdout=words, stderr=words, start_new_session=True,
            )  # fmt: skip
        bus = MqttBus(home.address)
        try:
            receive_until(bus, is_up)
            until(lambda: "51 devices" in log.read_text())
            for text in ("turn on the kitchen light", "make it brighter"):
                before = len(list(kept_in.glob("*.zip")))
                topic = "inglenook/speaker/inglenook/request/set"
                bus.publish(BusMessage(topic=topic, payload=text.encode()))
                until(lambda n=before: len(list(kept_in.glob("*.zip"))) > n)  # type: ignore[misc]
        finally:
            bus.close()
            os.killpg(speaker.pid, signal.SIGINT)
            speaker.wait(timeout=20)

    found = kept(kept_in)

    assert len(found) == 2
    for keepsake in found:
        comparison = again(keepsake)
        assert comparison.same, comparison.differences
        assert comparison.bits
    assert found[-1].facts.turns[-1].record["commands"]
    assert main(["forget", str(config), "--yes"]) == 0
    assert not list(kept_in.iterdir())


def until(ready: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_a_tape_of_what_nobody_said_is_empty(tmp_path: Path) -> None:
    with Session(Scene(at=EVENING), still=True, keep=tmp_path) as session:
        session.touch({"Kitchen/Kitchen light": {"power": "on"}})
        session.wait(60_000)

    assert not list(tmp_path.iterdir())
