"""Asking whether a guess was right: seldom, once a day, and what is settled stays settled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.context import Context
from device.doubts import DOUBTS, MOST_CERTAIN, Doubts
from device.edges.store import SqliteStore
from device.events import Ask, DeviceCommand, Outcome, OutcomeKind, Reply, Source, Turn
from device.teaching.doubt import LEAST_TURNS, REST, RIGHT, SETTLED, doubtful
from tests.skills.rooms import CONTEXT, NOW, asked

LIGHT = DeviceCommand(device="kitchen/kitchen light", capability="power", value="on")
LIT = Outcome(command=LIGHT, kind=OutcomeKind.DONE)


def said(text: str, confidence: float, at: datetime = NOW, *, reply: str = "On.") -> Turn:
    request = replace(asked("HassTurnOn", name="Kitchen light", confidence=confidence), text=text)
    return Turn(
        id=f"{at}", at=at, text=text, requests=(request,), outcomes=(LIT,), reply=Reply(text=reply)
    )


CALM = tuple(said("turn on the kitchen light", 0.97) for _ in range(LEAST_TURNS))
GUESS = said("gimme some kitchen glow", 0.4)
USED = replace(CONTEXT, turns=CALM)


def test_a_guess_that_was_carried_out_is_asked_about_after_a_calm_while() -> None:
    assert doubtful(GUESS, USED)


@pytest.mark.parametrize(
    ("turn", "context"),
    [
        (said("turn on the kitchen light", 0.9), USED),
        (replace(GUESS, outcomes=()), USED),
        (replace(GUESS, outcomes=(replace(LIT, kind=OutcomeKind.NO_ANSWER),)), USED),
        (replace(GUESS, reply=Reply(text="Which?", asks=Ask.CHOOSE)), USED),
        (replace(GUESS, requests=(*GUESS.requests, *GUESS.requests)), USED),
        (replace(GUESS, requests=(replace(GUESS.requests[0], source=Source.SENTENCE),)), USED),
        (replace(GUESS, requests=(replace(GUESS.requests[0], corrects="1"),)), USED),
        (GUESS, replace(USED, turns=CALM[1:])),
        (GUESS, replace(USED, doubted=NOW - REST + timedelta(minutes=1))),
        (GUESS, replace(USED, doubted=NOW + timedelta(hours=2))),
        (GUESS, replace(USED, certain=frozenset({"gimme some kitchen glow"}))),
        (GUESS, replace(USED, turns=(
            *CALM[:-1], replace(CALM[0], reply=Reply(text="?", asks=Ask.REPEAT))))),
    ],
)  # fmt: skip
def test_everything_else_is_left_alone(turn: Turn, context: Context) -> None:
    assert not doubtful(turn, context)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    found = SqliteStore(None)
    yield found
    found.close()


def ask(turn: Turn) -> Turn:
    text = f"{turn.reply.text} {RIGHT}"
    return replace(turn, reply=Reply(text=text, asks=Ask.CONFIRM))


def answer(text: str, at: datetime = NOW) -> Turn:
    return Turn(id="a", at=at, text="yes", reply=Reply(text=text))


def test_a_yes_settles_the_sentence_and_nothing_else_does(store: SqliteStore) -> None:
    doubts = Doubts(store, keep=True)
    doubts.ended(ask(GUESS))
    assert doubts.asked == NOW
    doubts.ended(answer("It is 9 PM."))
    doubts.ended(answer(SETTLED))
    assert doubts.certain == frozenset()

    doubts.ended(ask(GUESS))
    doubts.ended(answer(SETTLED))

    assert doubts.certain == Doubts(store, keep=True).certain == {"gimme some kitchen glow"}


def test_it_goes_with_the_records_and_where_none_are_kept_nothing_is(store: SqliteStore) -> None:
    doubts = Doubts(store, keep=True)
    for at, text in ((NOW - timedelta(days=2), "an old one"), (NOW, "a new one")):
        doubts.ended(ask(said(text, 0.4, at)))
        doubts.ended(answer(SETTLED, at))
    doubts.forget(NOW - timedelta(hours=1), None)
    assert Doubts(store, keep=True).certain == {"an old one"}

    fleeting = Doubts(SqliteStore(None), keep=False)
    fleeting.ended(ask(GUESS))
    fleeting.ended(answer(SETTLED))
    assert fleeting.certain
    assert fleeting._store.load(DOUBTS) is None


def test_what_cannot_be_read_is_forgotten_and_much_is_bounded(store: SqliteStore) -> None:
    store.save(DOUBTS, b"\xff")
    doubts = Doubts(store, keep=True)
    for n in range(MOST_CERTAIN + 5):
        doubts.ended(ask(said(f"glow {n}", 0.4)))
        doubts.ended(answer(SETTLED))

    assert len(doubts.certain) == MOST_CERTAIN
    assert "glow 0" not in doubts.certain


@settings(max_examples=50)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 400)), max_size=60))
def test_nobody_is_asked_twice_in_a_day_or_twice_in_a_row(talk: list[tuple[bool, int]]) -> None:
    now, turns, doubts = NOW, list[Turn](), Doubts(SqliteStore(None), keep=False)
    questions = []
    for at, (guess, minutes) in enumerate(talk):
        now += timedelta(minutes=minutes)
        context = replace(
            CONTEXT, now=now, turns=tuple(turns[-20:]), doubted=doubts.asked, certain=doubts.certain
        )
        turn = said(
            "gimme glow" if guess else "turn on the kitchen light", 0.4 if guess else 0.9, now
        )
        if doubtful(turn, context):
            questions.append((at, now))
            turn = ask(turn)
        doubts.ended(turn)
        turns.append(turn)
    for (a, first), (b, then) in pairwise(questions):
        assert b - a > 1
        assert then - first >= REST
