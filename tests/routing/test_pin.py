"""The PIN: compared, counted, and never written down."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device.edges.store import SqliteStore
from device.errors import ConfigError, StoreError
from device.events import Hypothesis
from device.routing.pin import (
    FIRST_PAUSE_MS,
    FREE_TRIES,
    HIDDEN,
    LONGEST_PAUSE_MS,
    TRIES,
    Attempt,
    Pin,
    Said,
    checked,
)

RIGHT, WRONG = "one two three four", "four three two one"


def heard(text: str) -> tuple[Hypothesis, ...]:
    return (Hypothesis(text=text, score=1.0),)


def pin(store: SqliteStore | None = None, now_ms: int = 0) -> Pin:
    return Pin("1234", store or SqliteStore(None), now_ms=now_ms)


@pytest.mark.parametrize(
    "said", [RIGHT, "twelve thirty four", "1234", "it's 1 2 3 4 please", "My PIN is 12 34."]
)
def test_it_is_right_however_it_is_said(said: str) -> None:
    hidden, answer = pin().hide(heard(said), awaited=True)

    assert [h.text for h in hidden] == [HIDDEN]
    assert answer is not None
    assert pin().attempt(answer, now_ms=0) == Attempt(said=Said.RIGHT)


@pytest.mark.parametrize("said", ["yes", "no", "turn on the fan", "set a timer for 5 minutes", ""])
def test_what_is_no_row_of_digits_is_left_to_be_understood(said: str) -> None:
    assert pin().hide(heard(said), awaited=True) == (heard(said), None)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("unlock the front door one two three four", "unlock the front door"),
        ("unlock the front door 1234", "unlock the front door"),
        (RIGHT, HIDDEN),
        ("wake me at twelve thirty four", "wake me at twelve thirty four"),
        ("turn on the fan", "turn on the fan"),
    ],
)
def test_a_pin_that_nobody_asked_for_is_not_written_down_either(said: str, kept: str) -> None:
    assert pin().hide(heard(said), awaited=False) == (heard(kept), None)


def test_a_near_miss_beside_other_words_is_hidden_while_a_pin_is_awaited() -> None:
    hidden, answer = pin().hide(heard("open it one two three five now"), awaited=True)

    assert [h.text for h in hidden] == ["open it now"]
    assert answer is None


def test_only_the_best_reading_is_a_try() -> None:
    readings = (*heard(WRONG), *heard(RIGHT))

    hidden, answer = pin().hide(readings, awaited=True)

    assert [h.text for h in hidden] == [HIDDEN, HIDDEN]
    assert answer == WRONG


def test_pauses_grow_and_a_restart_does_not_shorten_them() -> None:
    store = SqliteStore(None)
    one, now_ms = pin(store), 0
    for n in range(FREE_TRIES - 1):
        assert one.attempt(WRONG, now_ms=now_ms) == Attempt(said=Said.WRONG), n
    pauses = []
    for _ in range(10):
        found = one.attempt(WRONG, now_ms=now_ms)
        pauses.append(found.pause_ms)
        assert one.attempt(RIGHT, now_ms=now_ms + found.pause_ms - 1).said is Said.PAUSED
        now_ms += found.pause_ms
    assert pauses[0] == FIRST_PAUSE_MS
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_MS

    again = pin(store, now_ms=5)
    assert again.attempt(RIGHT, now_ms=5) == Attempt(said=Said.PAUSED, pause_ms=LONGEST_PAUSE_MS)
    assert again.attempt(RIGHT, now_ms=5 + LONGEST_PAUSE_MS).said is Said.RIGHT
    assert pin(store, now_ms=9).attempt(RIGHT, now_ms=9).said is Said.RIGHT, "it begins anew"


class Full(SqliteStore):
    """A store that cannot be written to."""

    def save(self, key: str, content: bytes) -> None:
        raise StoreError("the disk is full")


def test_a_full_disk_neither_stops_the_right_pin_nor_frees_the_wrong_ones() -> None:
    one = pin(Full(None))

    for _ in range(FREE_TRIES):
        last = one.attempt(WRONG, now_ms=0)
    assert last.pause_ms == FIRST_PAUSE_MS
    assert one.attempt(RIGHT, now_ms=FIRST_PAUSE_MS).said is Said.RIGHT


@pytest.mark.parametrize("kept", [b"", b"x", b"-1", b"9" * 50])
def test_a_count_that_makes_no_sense_is_no_way_in_and_no_crash(kept: bytes) -> None:
    store = SqliteStore(None)
    store.save(TRIES, kept)

    assert pin(store).attempt(RIGHT, now_ms=LONGEST_PAUSE_MS).said is Said.RIGHT


@pytest.mark.parametrize("written", ["", "123", "12a4", "1" * 13, "١٢٣٤", "-1234"])
def test_a_pin_that_cannot_be_one_is_refused_without_naming_it(written: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(written)

    assert not written or written not in str(caught.value)


def test_the_pin_is_in_no_repr() -> None:
    assert "1234" not in repr(pin())


@given(
    before=st.lists(st.sampled_from(["please", "open", "the", "door", "for", "at", "3", "fan"])),
    after=st.lists(st.sampled_from(["please", "now", "banana", "door"])),
    said=st.sampled_from([RIGHT, "1234", "12 34", "twelve thirty four", "12-34", "1,2,3,4"]),
    awaited=st.booleans(),
)
def test_hiding_never_invents_words(
    before: list[str], after: list[str], said: str, awaited: bool
) -> None:
    text = " ".join([*before, said, *after])

    hidden, answer = pin().hide(heard(text), awaited=awaited)

    kept = hidden[0].text
    assert kept == HIDDEN or set(kept.split()) <= set(text.split())
    if not (before and before[-1] in ("for", "at", "3")):
        assert "1234" not in kept
        assert not any(said == kept[i : i + len(said)] for i in range(len(kept)))
    assert answer is None or awaited


class Guessing(RuleBasedStateMachine):
    """Somebody guesses, waits and pulls the plug; the pauses hold."""

    def __init__(self) -> None:
        super().__init__()
        self.store = SqliteStore(None)
        self.now_ms = 0
        self.pin = pin(self.store)
        self.wrong = 0
        self.closed_until_ms = 0

    def pause_ms(self) -> int:
        if self.wrong < FREE_TRIES:
            return 0
        return int(min(FIRST_PAUSE_MS * 2.0 ** (self.wrong - FREE_TRIES), LONGEST_PAUSE_MS))

    @rule(right=st.booleans())
    def guesses(self, right: bool) -> None:
        found = self.pin.attempt(RIGHT if right else WRONG, now_ms=self.now_ms)
        if self.now_ms < self.closed_until_ms:
            assert found.said is Said.PAUSED
        elif right:
            assert found.said is Said.RIGHT
            self.wrong = 0
        else:
            assert found.said is Said.WRONG
            self.wrong += 1
            self.closed_until_ms = self.now_ms + self.pause_ms()

    @rule(ms=st.sampled_from([1, FIRST_PAUSE_MS - 1, FIRST_PAUSE_MS, LONGEST_PAUSE_MS]))
    def waits(self, ms: int) -> None:
        self.now_ms += ms

    @rule()
    def pulls_the_plug(self) -> None:
        self.now_ms = 0
        self.pin = pin(self.store)
        self.closed_until_ms = self.pause_ms()

    @invariant()
    def nothing_that_is_kept_holds_the_pin(self) -> None:
        assert b"1234" not in (self.store.load(TRIES) or b"")


TestGuessing = Guessing.TestCase
TestGuessing.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
