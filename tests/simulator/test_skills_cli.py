"""`inglenook skills`, and packs in a pretend house."""

import json
import os
from pathlib import Path

import pytest

from device.cli import main
from device.config import Config, load
from simulator.cli import main as inglenook
from simulator.session import Scene, Session
from tests.skills.packs import ZOO_TOML, simple, written


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    assert main(["skills", "list", "--json", *options]) == 0
    return {one["id"]: one for one in json.loads(capsys.readouterr().out)}


def test_a_pack_lives_from_install_to_remove(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zoo = str(written(tmp_path / "source"))

    assert main(["skills", "install", zoo]) == 0
    assert capsys.readouterr().out == "zoo: Zoo sounds 1.0 is enabled.\n"
    assert listed(capsys)["zoo"] == {
        "id": "zoo", "name": "Zoo sounds", "aliases": [], "version": "1.0",
        "description": "Makes the sounds of animals.", "standing": "enabled", "builtin": False,
        "answers": "hermes/intent/zoo", "intents": ["ZooSound", "ZooHours"],
    }  # fmt: skip
    assert main(["skills", "disable", "zoo"]) == 0
    assert listed(capsys)["zoo"]["standing"] == "disabled"
    assert main(["skills", "enable", "zoo"]) == 0
    assert listed(capsys)["zoo"]["standing"] == "enabled"
    assert main(["skills", "show", "zoo"]) == 0
    assert "play an elephant sound" in capsys.readouterr().out
    assert main(["skills", "remove", "zoo"]) == 0
    assert "zoo" not in listed(capsys)


def test_the_table_shows_all_packs_and_what_is_wrong_with_broken_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "skills")
    written(tmp_path / "skills", "ark", yaml="intents: [")

    assert main(["skills", "list"]) == 0

    shown = capsys.readouterr().out
    assert "zoo" in shown
    assert "timers" in shown
    assert "broken" in shown
    assert "line" in str(listed(capsys)["ark"]["error"])


def test_packs_lie_where_the_config_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").mkdir()
    config = tmp_path / "home" / "mine.toml"
    config.write_text('[skills]\nfolder = "packs"\n')
    (tmp_path / "home" / "plain.toml").write_text("")
    zoo = str(written(tmp_path / "source"))

    assert main(["skills", "install", zoo, "--available", "--config", str(config)]) == 0

    assert (tmp_path / "home" / "packs" / "zoo" / "skill.toml").exists()
    assert listed(capsys, "--config", str(config))["zoo"]["standing"] == "available"
    assert listed(capsys, "--skills", str(tmp_path / "home" / "packs"))["zoo"]
    assert load(tmp_path / "home" / "plain.toml").skills.folder == str(tmp_path / "home" / "skills")
    assert Config().skills.folder == "skills"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["install", "nowhere"], "no skill pack"),
        (["show", "zoo"], "there is no skill pack 'zoo'"),
        (["enable", "zoo"], "there is no skill pack 'zoo'"),
        (["remove", "lights"], "can be disabled, not removed"),
        (["check", "nowhere"], "is no folder"),
        (["list", "--config", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["skills", *arguments]) == 2

    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "skills").mkdir(mode=0o500)

    assert main(["skills", "disable", "timers"]) == 2

    assert "cannot write" in capsys.readouterr().err


def test_check_tells_an_author_of_few_and_of_shared_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "skills")
    simple(tmp_path / "skills", "quiet", "when does the zoo open")
    assert main(["skills", "disable", "quiet"]) == 0
    other = written(
        tmp_path / "mine", "ark", toml=ZOO_TOML.replace("Zoo", "Ark").replace("zoo", "ark")
    )
    file = other / "sentences" / "en" / "ark.yaml"
    file.write_text(
        "intents: {Ark: {data: [{sentences: [what time is it, when does the zoo open, sail]}]}}"
    )
    capsys.readouterr()

    assert main(["skills", "check", str(other)]) == 0

    shown = " ".join(capsys.readouterr().out.split())
    assert "Ark has 3 sample sentences" in shown
    assert "'what time is it' is also said to: clock." in shown
    assert "'when does the zoo open' is also said to: zoo." in shown
    assert "'sail'" not in shown


def test_say_knows_the_packs_of_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "skills")

    assert inglenook(["say", "--skills", "skills", "--json", "make me an elephant sound"]) == 0

    found = json.loads(capsys.readouterr().out)
    (asked,) = found["requests"]
    assert (asked["intent"], asked["slots"]) == ("ZooSound", {"animal": "elephant"})


def test_a_folder_of_packs_that_is_not_there_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert inglenook(["say", "--skills", str(tmp_path / "nowhere"), "hello"]) == 2

    told = capsys.readouterr().err.strip().splitlines()
    assert told == [f"inglenook: --skills {tmp_path / 'nowhere'}: there is no such folder"]


def test_a_speaker_that_runs_notices_packs_that_come_change_and_go(tmp_path: Path) -> None:
    skills = tmp_path / "skills"

    def intent(text: str) -> str:
        session.wait(3_000)
        return session.say(text)[-1].requests[0].intent

    with Session(Scene(skills=skills)) as session:
        assert intent("make me an elephant sound") != "ZooSound"
        assert main(["skills", "install", str(written(tmp_path / "source"))]) == 0
        assert intent("make me an elephant sound") == "ZooSound"
        assert intent("turn on the kitchen light") == "HassTurnOn"
        simple(skills, "zoo", "toot like an elephant")
        assert intent("toot like an elephant") == "Zoo"
        assert intent("make me an elephant sound") != "ZooSound"
        assert main(["skills", "disable", "zoo"]) == 0
        assert intent("toot like an elephant") != "Zoo"
        assert main(["skills", "enable", "zoo"]) == 0
        assert intent("toot like an elephant") == "Zoo"
        assert main(["skills", "remove", "zoo"]) == 0
        assert intent("toot like an elephant") != "Zoo"
