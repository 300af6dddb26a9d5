"""What was settled about skills: kept at once and for good, bounded, seen, undone, deleted."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from device.acquaintances import CANCEL_MS, MOST_DECLINED, MOST_SETTLED, Acquaintances
from device.context import Context
from device.edges.store import SqliteStore
from device.errors import StoreError
from device.events import Candidate, Request, Route, Turn
from device.nlu.words import plain
from device.settled import Settled, Verdict
from device.settledstore import SETTLED, USES, kept_settled, unsettle_kept
from tests.skills.rooms import CONTEXT, NOW, asked

SIZE = 16


def encode(text: str) -> npt.NDArray[np.float32]:
    """A vector of its own for every text."""
    rng = np.random.default_rng(zlib.crc32(text.encode()))
    vector = rng.normal(size=SIZE).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def acquaintances(store: SqliteStore, *, keep: bool = True) -> Acquaintances:
    return Acquaintances(store, encode, encoder="one", keep=keep)


def route(
    words: str,
    skill: str | None,
    *,
    refused: tuple[str, ...] = (),
    declined: tuple[str, ...] = (),
    decided: bool = False,
) -> Route:
    request = replace(asked("AnimalSound"), text=words, refused=refused)
    known = [name for name in (skill, "zoo", "safari") if name is not None]
    candidates = tuple(Candidate(skill=name, score=0.5, pack=True) for name in dict.fromkeys(known))
    return Route(
        request=request, skill=skill, candidates=candidates, declined=declined, decided=decided
    )


def turn(*routes: Route, requests: Sequence[Request] = ()) -> Turn:
    return Turn(
        id="t",
        at=NOW,
        text="",
        requests=tuple(requests) or tuple(r.request for r in routes),
        routes=tuple(routes),
    )


def verdicts(known: Acquaintances) -> dict[tuple[str, str], Verdict]:
    return {(one.words, one.skill): one.verdict for one in known.settled}


def test_what_the_owner_says_counts_before_the_turn_is_over_and_after_a_restart() -> None:
    store = SqliteStore(None)
    acquaintances(store).begun([route("roar", "safari", refused=("zoo",))], CONTEXT)

    assert verdicts(acquaintances(store)) == {("roar", "zoo"): Verdict.REFUSED}


def test_a_choice_takes_the_place_of_a_refusal_of_the_same_words() -> None:
    known = acquaintances(SqliteStore(None))
    known.begun([route("Roar!", "safari", refused=("zoo",))], CONTEXT)
    known.begun([route("roar", "zoo", decided=True)], CONTEXT)

    assert verdicts(known) == {("roar", "zoo"): Verdict.CHOSEN}


def test_who_answers_after_another_was_refused_is_chosen() -> None:
    known = acquaintances(SqliteStore(None))
    answered = route("roar", "safari", refused=("zoo",))
    known.begun([answered], CONTEXT)
    known.ended(turn(answered), CONTEXT)

    assert verdicts(known) == {
        ("roar", "zoo"): Verdict.REFUSED,
        ("roar", "safari"): Verdict.CHOSEN,
    }


def test_a_skill_that_declined_is_remembered_for_it() -> None:
    known = acquaintances(SqliteStore(None))
    known.ended(turn(route("roar", "safari", declined=("zoo",))), CONTEXT)

    assert verdicts(known) == {("roar", "zoo"): Verdict.DECLINED}


@pytest.mark.parametrize("intent", ["HassNevermind", "Undo", "StopRinging"])
def test_an_immediate_cancel_counts_and_a_late_one_does_not(intent: str) -> None:
    for after_ms, wanted in (
        (CANCEL_MS, {("roar", "zoo"): Verdict.CANCELLED}),
        (CANCEL_MS + 1, {}),
    ):
        known = acquaintances(SqliteStore(None))
        known.ended(turn(route("roar", "zoo")), CONTEXT)
        later = replace(CONTEXT, now_ms=CONTEXT.now_ms + after_ms)
        known.ended(turn(requests=[asked(intent)]), later)

        assert verdicts(known) == wanted


def test_only_a_cancel_of_nothing_else_right_after_it_is_about_the_skill() -> None:
    known = acquaintances(SqliteStore(None))
    known.ended(turn(route("roar", "zoo")), CONTEXT)
    known.ended(turn(requests=[asked("HassMediaPause", name="TV")]), CONTEXT)
    known.ended(turn(requests=[asked("HassNevermind")]), CONTEXT)

    assert verdicts(known) == {}


def test_a_stop_word_in_the_midst_of_the_answer_is_a_cancel() -> None:
    known = acquaintances(SqliteStore(None))
    known.ended(turn(route("roar", "zoo")), CONTEXT)
    known.hushed(CONTEXT)
    known.hushed(CONTEXT)

    assert verdicts(known) == {("roar", "zoo"): Verdict.CANCELLED}


def test_uses_are_kept_and_outdated_and_what_was_settled_is_not() -> None:
    store = SqliteStore(None)
    known = acquaintances(store)
    known.begun([route("roar", "zoo", decided=True)], CONTEXT)
    for days in (40, 3):
        then = replace(CONTEXT, now=NOW - timedelta(days=days))
        known.ended(turn(route("roar", "zoo")), then)
    known.outdate(NOW - timedelta(days=7))

    again = acquaintances(store)
    assert [use.at for use in again.uses] == [NOW - timedelta(days=3)]
    assert verdicts(again) == {("roar", "zoo"): Verdict.CHOSEN}


def test_what_skills_decline_never_pushes_out_what_the_owner_said() -> None:
    known = acquaintances(SqliteStore(None))
    known.begun([route("roar", "safari", refused=("zoo",))], CONTEXT)
    for number in range(MOST_DECLINED + 5):
        known.ended(turn(route(f"request {number}", None, declined=("zoo",))), CONTEXT)

    assert verdicts(known)["roar", "zoo"] is Verdict.REFUSED
    assert len(known.settled) == MOST_DECLINED + 1


def test_the_oldest_of_too_many_gives_way() -> None:
    store = SqliteStore(None)
    vector = encode("x")
    kept = tuple(
        Settled(
            words=f"request {number}",
            vector=vector.astype(np.int8).tobytes(),
            skill="zoo",
            verdict=Verdict.REFUSED,
            at=NOW,
        )
        for number in range(MOST_SETTLED)
    )
    known = acquaintances(store)
    known.settled = kept
    known.begun([route("one more", "safari", refused=("zoo",))], CONTEXT)

    assert len(known.settled) == MOST_SETTLED
    assert known.settled[0].words == "request 1"
    assert known.settled[-1].words == "one more"


def test_where_no_records_are_kept_nothing_is_written_and_what_was_there_goes() -> None:
    store = SqliteStore(None)
    before = acquaintances(store)
    before.begun([route("roar", "zoo", decided=True)], CONTEXT)
    before.ended(turn(route("roar", "zoo")), CONTEXT)
    known = acquaintances(store, keep=False)

    assert kept_settled(store) == ()
    assert b"zoo" not in (store.load(USES) or b"")
    known.begun([route("roar", "safari", refused=("zoo",))], CONTEXT)
    assert verdicts(known) == {("roar", "zoo"): Verdict.REFUSED}
    assert kept_settled(store) == ()


def test_a_running_speaker_notices_what_a_command_undid() -> None:
    store = SqliteStore(None)
    known = acquaintances(store)
    known.begun([route("roar", "safari", refused=("zoo",))], CONTEXT)
    known.look(1)

    unsettle_kept(store, kept_settled(store))
    known.look(2)
    assert verdicts(known) == {("roar", "zoo"): Verdict.REFUSED}
    known.look(10_000)
    assert verdicts(known) == {}


def test_what_a_command_undid_does_not_come_back_with_what_is_settled_next() -> None:
    store = SqliteStore(None)
    known = acquaintances(store)
    known.begun([route("roar", "safari", refused=("zoo",))], CONTEXT)
    unsettle_kept(store, kept_settled(store))
    known.begun([route("bark", "safari", decided=True)], CONTEXT)

    assert [one.words for one in kept_settled(store)] == ["bark"]


def test_vectors_of_another_encoder_are_made_anew() -> None:
    store = SqliteStore(None)
    acquaintances(store).begun([route("roar", "safari", refused=("zoo",))], CONTEXT)

    other = Acquaintances(store, lambda _: np.ones(4, np.float32) / 2, encoder="two", keep=True)

    assert other.settled[0].vector == bytes([64] * 4)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[3]", b'{"settled": 3}', b'{"encoder": "one", "settled": [{"words": 1}]}'],
)
def test_what_cannot_be_read_is_forgotten_and_the_speaker_starts(
    content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqliteStore(None)
    store.save(SETTLED, content)
    store.save(USES, content)

    assert acquaintances(store).settled == ()
    assert len(caplog.records) == 2


class Unwritable(SqliteStore):
    """A store whose disk is full."""

    def save(self, key: str, content: bytes) -> None:
        raise StoreError("the disk is full")


def test_where_nothing_can_be_written_it_counts_until_the_speaker_stops(
    caplog: pytest.LogCaptureFixture,
) -> None:
    known = acquaintances(Unwritable(None))
    known.begun([route("roar", "safari", refused=("zoo",))], CONTEXT)

    assert verdicts(known) == {("roar", "zoo"): Verdict.REFUSED}
    assert "the disk is full" in caplog.text


# Against a plain model ------------------------------------------------------------------------

WORDS = st.sampled_from(["roar", "Roar!", "make an elephant sound", "bark", "what's up"])
SKILLS = st.sampled_from(["zoo", "safari", "farm"])
PERSONS = st.sampled_from([None, "anna", "ben"])


@dataclass
class Entry:
    words: str
    skill: str
    verdict: Verdict
    at: datetime
    person: str | None


class Settling(RuleBasedStateMachine):
    """Owners choose and refuse, skills decline, clocks jump, speakers restart."""

    path: Path
    """Where the stores of these runs lie."""
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        Settling.runs += 1
        self.file = self.path / f"{Settling.runs}.sqlite"
        self.model: list[Entry] = []
        self.now, self.now_ms = NOW, 1_000
        self.answered: tuple[str, str, int] | None = None

    @initialize()
    def start(self) -> None:
        self.store = SqliteStore(self.file)
        self.known = acquaintances(self.store)

    def context(self, person: str | None) -> Context:
        return replace(CONTEXT, now=self.now, now_ms=self.now_ms, person=person)

    def settle(self, text: str, skill: str, verdict: Verdict, person: str | None) -> None:
        """The same person's word, or one where persons are not known, is replaced."""
        words = plain(text)
        same = [e for e in self.model if (e.words, e.skill) == (words, skill)]
        mine = [e for e in same if person is None or e.person in (None, person)]
        if mine and mine[-1] is same[-1] and mine[-1].verdict is verdict:
            return
        self.model = [e for e in self.model if not any(e is one for one in mine)]
        self.model.append(Entry(words, skill, verdict, self.now, person))

    @rule(words=WORDS, skill=SKILLS, person=PERSONS)
    def choose(self, words: str, skill: str, person: str | None) -> None:
        self.known.begun([route(words, skill, decided=True)], self.context(person))
        self.settle(words, skill, Verdict.CHOSEN, person)

    @rule(words=WORDS, skill=SKILLS, person=PERSONS)
    def refuse(self, words: str, skill: str, person: str | None) -> None:
        self.known.begun([route(words, None, refused=(skill,))], self.context(person))
        self.settle(words, skill, Verdict.REFUSED, person)

    @rule(words=WORDS, skill=SKILLS, person=PERSONS)
    def answer(self, words: str, skill: str, person: str | None) -> None:
        self.known.ended(turn(route(words, skill)), self.context(person))
        self.answered = (words, skill, self.now_ms)

    @rule(words=WORDS, skill=SKILLS, person=PERSONS)
    def decline(self, words: str, skill: str, person: str | None) -> None:
        self.known.ended(turn(route(words, None, declined=(skill,))), self.context(person))
        self.settle(words, skill, Verdict.DECLINED, person)
        self.answered = None

    @rule(person=PERSONS)
    def cancel(self, person: str | None) -> None:
        self.known.ended(turn(requests=[asked("HassNevermind")]), self.context(person))
        if self.answered is not None and self.now_ms - self.answered[2] <= CANCEL_MS:
            self.settle(self.answered[0], self.answered[1], Verdict.CANCELLED, person)
        self.answered = None

    @rule(passed_ms=st.sampled_from([1_000, CANCEL_MS, CANCEL_MS + 1, 86_400_000]))
    def wait(self, passed_ms: int) -> None:
        self.now_ms += passed_ms
        self.now += timedelta(milliseconds=passed_ms)
        self.known.look(self.now_ms)

    @rule(hours=st.sampled_from([-30, -1, 1, 30]))
    def clock_jumps(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.answered = None
        self.start()

    @rule(hours=st.integers(0, 40))
    def delete_the_last_hours(self, hours: int) -> None:
        since = self.now - timedelta(hours=hours)
        self.known.forget(since, None)
        self.model = [e for e in self.model if e.at < since]
        self.answered = None

    @rule(data=st.data())
    def undo_one_beside_the_running_speaker(self, data: st.DataObject) -> None:
        kept = kept_settled(self.store)
        if kept:
            gone = data.draw(st.sampled_from(kept))
            unsettle_kept(self.store, [gone])
            self.model = [
                e
                for e in self.model
                if (e.words, e.skill, e.person) != (gone.words, gone.skill, gone.person)
            ]
            self.wait(CANCEL_MS)

    @invariant()
    def everything_settled_is_known_and_kept(self) -> None:
        if not hasattr(self, "known"):
            return
        wanted = [(e.words, e.skill, e.verdict, e.at, e.person) for e in self.model]
        for found in (self.known.settled, kept_settled(self.store)):
            assert [(s.words, s.skill, s.verdict, s.at, s.person) for s in found] == wanted


def test_whatever_happens_what_was_settled_is_known_and_kept(tmp_path: Path) -> None:
    Settling.path = tmp_path
    run_state_machine_as_test(
        Settling, settings=settings(max_examples=40, stateful_step_count=25, deadline=None)
    )
