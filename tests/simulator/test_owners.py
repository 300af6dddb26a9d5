"""Simulated owners: what they want, and what their past tells about it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from device.routing.experience import Wording
from device.settled import Verdict
from simulator.owners import DAYS, Moment, Offer, Owner

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
SERVES = frozenset({"elephant"})
NOBODY = Moment(at=NOW, room=None, person=None)


def offers(count: int) -> list[Offer]:
    return [Offer(skill=f"zoo{i}", serves=SERVES) for i in range(count)]


def owner(seed: int, offered: Sequence[Offer]) -> Owner:
    return Owner(Random(seed), offered, [None, "Kitchen"], [None])


def wording(text: str) -> Wording:
    vector = np.zeros(8, np.float32)
    vector[len(text) % 8] = 1.0
    return Wording(words=text, vector=vector)


def wanted(offered: Sequence[Offer], count: int = 600) -> Counter[str | None]:
    return Counter(owner(seed, offered).wants("elephant", NOBODY) for seed in range(count))


def test_between_two_equals_strangers_want_each_as_often() -> None:
    found = wanted(offers(2))

    assert abs(found["zoo0"] - found["zoo1"]) < 80


def test_what_is_enabled_is_wanted_more_often_and_the_speakers_own_skill_most() -> None:
    plain = offers(3)
    plain[1] = replace(plain[1], enabled=True)
    plain[2] = replace(plain[2], enabled=True, builtin=True)

    found = wanted(plain)

    assert found["zoo0"] < found["zoo1"] < found["zoo2"]


def test_a_skill_whose_devices_the_home_lacks_serves_nothing() -> None:
    lacking = [replace(offer, place=(0.0, 0.0, 0.0)) for offer in offers(2)]

    assert set(wanted(lacking, 20)) == {None}
    assert set(wanted([lacking[0], offers(2)[1]], 20)) == {"zoo1"}
    assert owner(1, offers(2)).wants("fishing", NOBODY) is None


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_one_owner_wants_mostly_the_same(seed: int) -> None:
    one = owner(seed, offers(2))
    rooms = one.rooms

    found = Counter(
        one.wants("elephant", replace(NOBODY, at=NOW + timedelta(hours=h), room=rooms[h % 2]))
        for h in range(48)
    )

    assert sum(found.values()) == 48
    assert None not in found


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), times=st.integers(0, 60))
def test_a_past_lies_in_the_past_and_in_order_and_refusals_are_of_what_serves(
    seed: int, times: int
) -> None:
    one = owner(seed, offers(3))

    one.live(["elephant"], lambda need: f"make an {need} sound", wording, NOW, times)

    ats = [use.at for use in one.uses]
    assert ats == sorted(ats)
    assert all(NOW - timedelta(days=DAYS) <= at <= NOW for at in ats)
    assert len(ats) >= times
    assert {s.skill for s in one.settled} <= {o.skill for o in one.offers}
    refused = [s for s in one.settled if s.verdict is Verdict.REFUSED]
    chosen = {(s.at, s.skill) for s in one.settled if s.verdict is Verdict.CHOSEN}
    assert all((s.at, s.skill) not in chosen for s in refused)


def test_who_is_used_often_is_mostly_who_is_wanted() -> None:
    agreed = 0
    for seed in range(60):
        one = owner(seed, offers(2))
        one.live(["elephant"], lambda need: need, wording, NOW, 30)
        often = Counter(use.skill for use in one.uses).most_common(1)[0][0]
        agreed += often == one.wants("elephant", one.moment(NOW))

    assert agreed > 39
