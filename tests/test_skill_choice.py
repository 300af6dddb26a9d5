"""A talk in which the owner settles who makes the elephant sound, with real packs and models."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest

from device.acquaintances import CANCEL_MS
from device.cli import main
from device.config import Config, HermesConfig, RecordsConfig
from device.events import Ask, Turn
from device.settled import Verdict
from simulator.session import UNHURRIED, Scene, Session
from tests.routing.arbiters import ELEPHANTS

ELEPHANT = "make an elephant sound"


@pytest.fixture(scope="module")
def skills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two of the packs that serve it, and one that is only there."""
    folder = tmp_path_factory.mktemp("packs") / "skills"
    for name in ("zoo", "safari", "circus"):
        copytree(ELEPHANTS / name, folder / name)
    (folder / "standing.json").write_text('{"circus": "available"}', encoding="utf-8")
    return folder


@contextmanager
def talk(skills: Path, *, store: Path | None = None, keep_days: int = 7) -> Iterator[Session]:
    config = Config(
        hermes=HermesConfig(answer_ms=0),
        safety=UNHURRIED,
        records=RecordsConfig(keep_days=keep_days),
    )
    with Session(Scene(skills=skills, store=store), config=config, still=True) as session:
        yield session


@pytest.fixture(scope="module")
def shared(skills: Path) -> Iterator[Session]:
    with talk(skills) as session:
        yield session


@pytest.fixture
def session(shared: Session) -> Session:
    """A speaker that knows nothing of its owner."""
    shared.start_afresh()
    return shared


def said(session: Session, text: str) -> Turn:
    (turn,) = session.say(text)
    return turn


def answered(turn: Turn) -> str | None:
    return turn.routes[-1].skill if turn.routes else None


def settle(session: Session, text: str = ELEPHANT, choice: str = "zoo sounds") -> Turn:
    """Ask, and answer the question."""
    question = said(session, text)
    assert question.reply.asks is Ask.CHOOSE
    return said(session, choice)


def test_a_tie_is_asked_about_once_and_the_answer_is_remembered(
    skills: Path, tmp_path: Path
) -> None:
    store = tmp_path / "kept.sqlite"
    with talk(skills, store=store) as session:
        question = said(session, ELEPHANT)
        assert question.reply.text in ("Zoo sounds or Safari?", "Safari or Zoo sounds?")
        assert said(session, "the safari one").reply.text == "Safari: the elephant."
        assert said(session, ELEPHANT).reply.text == "Safari: the elephant."
        assert said(session, "which skill was that").reply.text == "That was Safari."
    with talk(skills, store=store) as session:
        assert said(session, ELEPHANT).reply.text == "Safari: the elephant."


def test_not_that_one_asks_the_next_and_both_are_remembered(session: Session) -> None:
    settle(session)
    other = said(session, "not that one, the other")

    assert answered(other) == "safari"
    assert other.requests[0].text == ELEPHANT
    assert said(session, ELEPHANT).reply.text == "Safari: the elephant."
    told = said(session, "what have I refused").reply.text
    assert told == f"You turned down Zoo sounds for \u201c{ELEPHANT}\u201d."


def test_another_can_be_named_at_once(session: Session) -> None:
    settle(session)

    assert said(session, "no, ask circus").reply.text == "Circus: the elephant."
    assert said(session, ELEPHANT).reply.text == "Circus: the elephant."


def test_when_all_are_refused_it_is_said_so(session: Session) -> None:
    settle(session)
    replies = [said(session, "the other skill").reply.text for _ in range(3)]

    assert replies[-1] == "No other skill can do that."


@pytest.mark.parametrize("word", ["never mind", "cancel", "stop", "undo"])
def test_an_immediate_cancel_counts_at_once_and_for_good(session: Session, word: str) -> None:
    settle(session)
    said(session, word)

    assert answered(said(session, ELEPHANT)) == "safari"


def test_a_late_cancel_is_no_refusal(session: Session) -> None:
    settle(session)
    session.wait(CANCEL_MS + 1)
    said(session, "never mind")

    assert answered(said(session, ELEPHANT)) == "zoo"


def test_a_skill_that_does_not_know_this_one_is_not_asked_for_it_again(session: Session) -> None:
    settle(session)  # What was chosen for an elephant is the likeliest for a giraffe.
    first = said(session, "make a giraffe sound")
    assert first.routes[-1].declined == ("zoo",)
    assert first.routes[-1].skill == "safari"

    second = said(session, "make a giraffe sound")
    assert second.routes[-1].declined == ()
    assert second.reply.text == "Safari: the giraffe."


def test_what_was_refused_is_seen_and_undone_by_voice(session: Session) -> None:
    settle(session)
    said(session, "not that one")
    undone = said(session, "forget that I refused zoo sounds")

    assert undone.reply.text == "I have forgotten that you turned down Zoo sounds."
    assert said(session, "what have I refused").reply.text == (
        "You have not turned down any skill."
    )
    assert "zoo" in [c.skill for c in said(session, ELEPHANT).routes[-1].candidates]


def test_what_was_refused_is_seen_and_undone_from_the_command_line(
    skills: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, config = tmp_path / "kept.sqlite", tmp_path / "speaker.toml"
    config.write_text(f'store = "{store.name}"\n', encoding="utf-8")
    where = ["--config", str(config)]
    with talk(skills, store=store) as session:
        settle(session)
        said(session, "not that one")

        assert main(["skills", "refusals", "--json", *where]) == 0
        told = {(one["skill"], one["verdict"]) for one in json.loads(capsys.readouterr().out)}
        assert told == {("zoo", Verdict.REFUSED), ("safari", Verdict.CHOSEN)}
        assert main(["skills", "refusals", *where]) == 0
        assert "refused" in capsys.readouterr().out
        assert main(["skills", "forget", "9", *where]) == 2
        assert main(["skills", "forget", "all", *where]) == 0

        session.wait(3_000)
        assert said(session, "what have I refused").reply.text == (
            "You have not turned down any skill."
        )
        assert "zoo" in [c.skill for c in said(session, ELEPHANT).routes[-1].candidates]


def test_deleting_what_was_said_deletes_what_was_settled(skills: Path, tmp_path: Path) -> None:
    store = tmp_path / "kept.sqlite"
    with talk(skills, store=store) as session:
        settle(session)
        said(session, "delete everything I said")
        assert said(session, "yes").reply.asks is None

        assert said(session, ELEPHANT).reply.asks is Ask.CHOOSE


def test_where_nothing_is_kept_it_counts_until_the_speaker_stops(
    skills: Path, tmp_path: Path
) -> None:
    store = tmp_path / "kept.sqlite"
    with talk(skills, store=store, keep_days=0) as session:
        settle(session)
        assert answered(said(session, ELEPHANT)) == "zoo"
    with talk(skills, store=store, keep_days=0) as session:
        assert said(session, ELEPHANT).reply.asks is Ask.CHOOSE


def test_after_a_lamp_not_that_one_is_about_the_lamp(session: Session) -> None:
    settle(session)
    said(session, "turn on the kitchen light")
    turn = said(session, "no, the fan")

    assert [r.intent for r in turn.requests] == ["HassTurnOn"]
    assert turn.requests[0].slot("name") == "Fan"
    assert said(session, ELEPHANT).reply.text == "Zoo sounds: the elephant."


def test_the_record_of_a_turn_holds_who_might_have_answered(session: Session) -> None:
    settle(session)
    (*_, last) = session.store.turns(1)
    kept = json.loads(last)

    assert {c["skill"] for c in kept["candidates"][0]} >= {"zoo", "safari"}
    assert all(0 <= c["score"] <= 1 for c in kept["candidates"][0])
    assert kept["requests"][0]["skill"] == "zoo"
    assert kept["requests"][0]["slots"] == {"animal": "elephant"}


def test_a_pack_that_is_asked_ends_an_open_question(session: Session) -> None:
    settle(session)
    assert said(session, "unlock the front door").reply.asks is Ask.CONFIRM
    turn = said(session, "could you do an elephant noise for me")

    assert answered(turn) == "zoo"
    assert said(session, "yes").outcomes == ()
