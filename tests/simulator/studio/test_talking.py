"""What a page sends and what it is told, over a real WebSocket to a real house."""

import tomllib
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest

from device.edges.recordings import read_whole, write_wav
from simulator.scenario.written import read_scenario
from simulator.studio.scenarios import Scenarios
from simulator.studio.sources import SOUNDS, voices
from tests.simulator.studio.visits import Studio

LIGHT = "Kitchen/Kitchen light"


def test_a_page_that_opens_is_told_the_whole_house(studio: Studio) -> None:
    with studio.visit() as visit:
        told = {one["is"]: one for one in visit.told}

    plan, devices = told["plan"], told["devices"]["devices"]
    assert {one["name"] for one in plan["rooms"]} >= {"Kitchen", "Living Room", "Garden"}
    assert {one["id"] for one in plan["devices"]} == set(devices)
    assert devices[LIGHT]["there"]
    assert devices[LIGHT]["known"]["power"] == devices[LIGHT]["values"]["power"]
    assert told["status"]["now"].startswith("2026-11-20T21:3")


def test_a_request_moves_the_house_and_shows_every_stage(studio: Studio) -> None:
    with studio.visit() as visit:
        turn = visit.ask("turn on the kitchen light and the fan")
        visit.until_values(LIGHT, power="on")

    assert [one["span"] for one in turn["requests"]] == [[[0, 5]], [[0, 2], [6, 8]]]
    assert [slot["value"] for one in turn["requests"] for slot in one["slots"]] == [
        "Kitchen light",
        "Fan",
    ]
    assert [one["skill"] for one in turn["routes"]] == ["lights", "fans"]
    assert all(one["candidates"] for one in turn["routes"])
    assert [one["kind"] for one in turn["outcomes"]] == ["done", "done"]
    sent = [one["topic"] for one in turn["bus"] if one["out"]]
    heard = [one["topic"] for one in turn["bus"] if not one["out"]]
    assert "zigbee2mqtt/Kitchen/Kitchen light/set" in sent
    assert "zigbee2mqtt/Kitchen/Kitchen light" in heard
    assert {"nlu", "routing", "home", "total"} <= set(turn["record"]["ms"])


def test_what_the_situation_said_is_shown_where_the_words_leave_it_open(studio: Studio) -> None:
    with studio.visit() as visit:
        named = visit.ask("turn on the counter lights")
        turn = visit.ask("turn it off")

    assert named["requests"][0]["likely"] == []
    (request,) = turn["requests"]
    likely = request["likely"]
    assert likely[0]["devices"] == request["meant"] == ["Counter lights"]
    assert [one["probability"] for one in likely] == sorted(
        (one["probability"] for one in likely), reverse=True
    )


def test_a_recording_is_heard_and_taken_apart(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="play", sound="light_and_fan.rms")
        turn = visit.until("turn")
        sound = visit.until("sound")

    assert turn["record"]["text"] == "turn on the kitchen light and the fan"
    assert sound["turn"] == turn["id"]
    assert b64decode(sound["pcm"]) == read_whole(SOUNDS / "light_and_fan.rms.ogg")
    windows = len(b64decode(sound["mel"])) // sound["mels"]
    assert sound["ms"] - 60 < windows * sound["hop_ms"] <= sound["ms"]
    begin, end = sound["speech"][0]
    assert all(begin <= start < stop <= end for _, start, stop, _ in sound["phonemes"])
    labels = [label for label, *_ in sound["phonemes"]]
    assert labels[:3] == ["T", "ER", "N"]
    (_, first_ms, *_), *_ = turn["hypotheses"][0]["words"]
    assert abs(begin + first_ms - sound["phonemes"][0][1]) < 200


@pytest.mark.skipif(not voices(), reason="no speech program is installed")
def test_a_voice_says_what_is_typed(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="speak", text="turn off the kitchen light", voice=next(iter(voices())))
        turn = visit.until("turn")

    assert turn["said"] == "turn off the kitchen light"
    assert turn["sound"]
    assert turn["record"]["ms"]["asr"] > 0


def test_sound_from_the_microphone_streams_in_between_its_beginning_and_its_end(
    studio: Studio,
) -> None:
    pcm = read_whole(SOUNDS / "timer.kal16.ogg")
    with studio.visit() as visit:
        visit.send(do="talk", on=True)
        for at in range(0, len(pcm), 3_200):
            visit.send_raw(pcm[at : at + 3_200])
        visit.send(do="talk", on=False)
        turn = visit.until("turn")
        shelf = visit.until("shelf")

    assert turn["source"] == "microphone"
    assert turn["record"]["timers"]
    assert shelf["timers"]


def test_a_page_that_goes_in_the_midst_of_a_word_leaves_the_house_alive(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="talk", on=True)
        visit.send_raw(bytes(3_200))
    with studio.visit() as visit:
        turn = visit.ask("what time is it")

    assert turn["record"]["reply"]


def test_an_own_recording_is_heard(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "mine.wav"
    write_wav(file, read_whole(SOUNDS / "blinds.kal16.ogg"), rate_hz=16_000)
    with studio.visit() as visit:
        visit.upload("mine.wav", file.read_bytes())
        turn = visit.until("turn")

    assert turn["source"] == "mine.wav"
    assert turn["requests"][0]["domain"] == "cover"


def test_a_broken_recording_is_one_sentence_that_names_it(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.upload("broken.wav", b"RIFF nothing that anybody can hear")
        notice = visit.until("notice", kind="error")

    assert notice["text"].startswith("The file broken.wav cannot be read")
    assert "/tmp" not in notice["text"]


def test_a_hand_on_a_device_changes_it_and_the_speaker_hears_of_it(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="touch", device="Hallway/Front door", values={"lock": "unlocked"})
        visit.until_values("Hallway/Front door", lock="unlocked")
        turn = visit.ask("is the front door locked")
        visit.send(do="touch", device="Hallway/Front door", values={"lock": "locked"})
        visit.until_values("Hallway/Front door", lock="locked")

    assert turn["record"]["reply"].startswith("No")


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"do": "touch", "device": "Moon/Lamp", "values": {"power": "on"}}, "Moon/Lamp"),
        ({"do": "touch", "device": LIGHT, "values": {"power": "purple"}}, "purple"),
        ({"do": "touch", "device": LIGHT, "values": {"lock": "locked"}}, "has no lock"),
        ({"do": "touch", "device": LIGHT, "values": {"brightness": 900}}, "900"),
        ({"do": "fault", "device": LIGHT, "fault": "moody"}, "moody"),
        ({"do": "fault", "device": "Moon/Lamp", "fault": "silent"}, "Moon/Lamp"),
        ({"do": "play", "sound": "../../etc/passwd"}, "etc/passwd"),
        ({"do": "speak", "text": "hello", "voice": "nobody"}, "nobody"),
        ({"do": "say", "text": "@+soon"}, "@+soon"),
        ({"do": "save", "turn": "no such turn"}, "cannot be saved"),
        ({"do": "dance"}, "dance"),
        ({"do": "say"}, "text"),
        ({}, "do"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_to_the_page_that_asked(
    studio: Studio, order: dict[str, object], says: str
) -> None:
    with studio.visit() as visit, studio.visit() as other:
        visit.send(**order)
        notice = visit.until("notice", kind="error")
        turn = visit.ask("what time is it")
        other.until("turn", id=turn["id"])

    assert says in notice["text"]
    assert notice["text"].endswith(".")
    assert not any(one["is"] == "notice" for one in other.told)


@pytest.mark.parametrize("content", ["", "{", "[]", "\x00", "[" * 5_000])
def test_what_is_no_order_at_all_is_one_sentence(studio: Studio, content: str) -> None:
    with studio.visit() as visit:
        visit.send_raw(content)

        assert "does not know" in visit.until("notice", kind="error")["text"]


def test_a_fault_is_shown_and_the_speaker_says_what_came_of_it(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="fault", device="Kitchen/Dishwasher", fault="silent")
        ill = visit.until_values("Kitchen/Dishwasher", power="off")
        turn = visit.ask("turn on the dishwasher")
        visit.send(do="fault", device="Kitchen/Dishwasher", fault="none")
        mended = visit.until_values("Kitchen/Dishwasher", power="off")

    assert (ill["fault"], mended["fault"]) == ("silent", "none")
    assert turn["outcomes"][0]["kind"] == "no_answer"
    assert "did not answer" in turn["record"]["reply"]


def test_a_deaf_device_shows_that_the_speaker_believes_something_else(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="fault", device="Garage/Garage light", fault="deaf")
        visit.until("devices")
        visit.send(do="touch", device="Garage/Garage light", values={"power": "on"})
        state = visit.until_values("Garage/Garage light", power="on")
        visit.send(do="fault", device="Garage/Garage light", fault="none")
        visit.send(do="touch", device="Garage/Garage light", values={"power": "off"})
        visit.until_values("Garage/Garage light", power="off")

    assert state["known"]["power"] == "off"


def test_without_its_broker_the_house_is_still_there_and_comes_back(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="power", of="broker", on=False)
        visit.until("status", broker=False)
        away = visit.ask("turn on the kitchen light")
        visit.send(do="power", of="broker", on=True)
        visit.until("status", broker=True)
        while (back := visit.ask("turn on the kitchen light"))["outcomes"][0]["kind"] != "done":
            pass

    assert away["outcomes"][0]["kind"] in ("no_broker", "lost")
    assert away["record"]["commands"]
    assert back["record"]["state"] == {"Kitchen light": {"power": "on"}}


def test_an_unplugged_microphone_hears_nothing_and_says_so(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="power", of="microphone", on=False)
        visit.until("status", microphone=False)
        visit.send(do="play", sound="blinds.kal16")
        notice = visit.until("notice", kind="error")
        visit.send(do="power", of="microphone", on=True)
        visit.until("status", microphone=True)
        visit.send(do="play", sound="blinds.kal16")
        turn = visit.until("turn")

    assert "unplugged" in notice["text"]
    assert turn["record"]["text"]


def test_time_jumps_and_what_falls_due_on_the_way_is_told(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.ask("set a timer for 10 minutes")
        visit.send(do="say", text="@+11m")
        due = visit.until("turn")
        said = visit.until("notice", kind="said")
        visit.ask("stop")

    assert due["source"] == "time"
    assert due["record"]["events"]
    assert "It is Friday" in said["text"]


def test_a_lesson_and_a_list_are_on_the_shelf(studio: Studio) -> None:
    with studio.visit() as visit:
        asked = visit.ask("set the reading lamp to owl light")
        visit.ask("oh that's twenty percent and orange")
        visit.ask("yes")
        visit.ask("add milk to my shopping list")
        while not (shelf := visit.until("shelf"))["lists"]:
            pass

    assert asked["record"]["asks"] == "teach"
    (concept,) = shelf["concepts"]
    assert concept["name"] == "owl light"
    assert concept["meaning"] == {"brightness": 20, "color": "orange"}
    assert shelf["lists"] == {"shopping": ["milk"]}


def test_a_turn_is_saved_as_a_scenario_that_says_what_came_of_it(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.send(do="touch", device=LIGHT, values={"power": "off"})
        turn = visit.ask("turn on the kitchen light")
        visit.send(do="save", turn=turn["id"])
        alone = tomllib.loads(visit.until("saved")["text"])
        visit.send(do="save", turn=turn["id"], whole=True)
        whole = tomllib.loads(visit.until("saved")["text"])

    (step,) = alone["steps"]
    assert alone["room"] == "Kitchen"
    assert step["say"] == "turn on the kitchen light"
    assert step["expect"]["commands"] == turn["record"]["commands"]
    assert step["expect"]["reply"] == turn["record"]["reply"]
    assert step["expect"]["asks"] == ""
    assert whole["steps"][-2:] == [{"touch": {LIGHT: {"power": "off"}}}, step]


def test_a_saved_turn_plays_again_as_the_scenario_that_it_is(
    studio: Studio, tmp_path: Path
) -> None:
    with studio.visit() as visit:
        turn = visit.ask('set the reading lamp to "soft moss" light')
        visit.ask("never mind")
        visit.send(do="fault", device="Office/Printer", fault="silent")
        other = visit.ask("turn on the printer")
        visit.send(do="fault", device="Office/Printer", fault="none")
        for at, one in enumerate((turn, other)):
            visit.send(do="save", turn=one["id"], whole=at == 1)
            (tmp_path / f"saved-{at}.toml").write_text(visit.until("saved")["text"], "utf-8")

    alone = Scenarios([tmp_path]).play("saved-0")
    whole = read_scenario(tmp_path / "saved-1.toml")

    assert alone["passed"], alone["lines"]
    assert whole.steps[-1].say == "turn on the printer"
    assert whole.steps[-2].misbehave is not None


def test_a_scenario_plays_beside_the_house(studio: Studio) -> None:
    with studio.visit() as visit:
        names = next(one for one in visit.told if one["is"] == "plan")["scenarios"]
        visit.send(do="scenario", name="broker-gone")
        visit.until("playing", name="broker-gone")
        played = visit.until("played")
        visit.send(do="scenario", name="no such one")
        missing = visit.until("played")

    assert "broker-gone" in names
    assert played["passed"], played["lines"]
    assert any(line.startswith("✓ ") for line in played["lines"])
    assert not missing["passed"]
    assert "no such one" in missing["lines"][0]


def test_a_page_that_comes_later_sees_what_was(studio: Studio) -> None:
    with studio.visit() as visit:
        turn = visit.ask("turn on the mirror light")
        visit.until_values("Bathroom/Mirror light", power="on")
    with studio.visit() as later:
        turns = [one["id"] for one in later.told if one["is"] == "turn"]
        letters = [one for one in later.told if one["is"] == "letters"][-1]["letters"]

    assert turns[-1] == turn["id"]
    numbers = [one["n"] for one in letters]
    assert len(numbers) > 10
    assert numbers == sorted(set(numbers))


def test_the_house_goes_back_to_its_beginning(studio: Studio) -> None:
    with studio.visit() as visit:
        visit.ask("turn on the desk lamp")
        visit.send(do="touch", device="Kitchen/Coffee maker", values={"power": "on"})
        visit.send(do="fault", device="Kitchen/Counter lights", fault="slow")
        visit.send(do="afresh")
        visit.until("afresh")
        while (shelf := visit.until("shelf"))["concepts"] or shelf["lists"]:
            pass
    with studio.visit() as later:
        told = {one["is"]: one for one in later.told}

    assert told["devices"]["devices"]["Kitchen/Coffee maker"]["values"]["power"] == "off"
    assert told["devices"]["devices"]["Kitchen/Counter lights"]["fault"] == "none"
    assert "turn" not in told


def test_noise_is_shown_as_sound_of_which_little_came(studio: Studio) -> None:
    noise = np.random.default_rng(8).normal(0, 20, 16_000).astype("<i2").tobytes()
    with studio.visit() as visit:
        visit.send(do="talk", on=True)
        visit.send_raw(noise)
        visit.send(do="talk", on=False)
        turn = visit.until("turn")
        sound = visit.until("sound")

    assert not turn["record"]["commands"]
    assert b64decode(sound["pcm"]) == noise
