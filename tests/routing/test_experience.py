"""What was settled about one request, and what is known of an owner and a skill."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from device.routing.experience import SAME, Experience, Floats, Wording, small
from device.settled import Settled, Use, Verdict
from tests.skills.rooms import CONTEXT, NOW

ELEPHANT = "make an elephant sound"
SIZE = 32


def direction(angle: float) -> Floats:
    """A unit vector at an angle to the first axis, in radians."""
    vector = np.zeros(SIZE, np.float32)
    vector[0], vector[1] = np.cos(angle), np.sin(angle)
    return vector


def asked(words: str = ELEPHANT, angle: float = 0.0) -> Wording:
    return Wording(words=words, vector=direction(angle))


def settled(skill: str, verdict: Verdict, words: str = ELEPHANT, angle: float = 0.0) -> Settled:
    vector = small(direction(angle))
    return Settled(words=words, vector=vector, skill=skill, verdict=verdict, at=NOW)


NEARLY = float(np.arccos(SAME)) - 0.02
HARDLY = float(np.arccos(SAME)) + 0.02


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.CANCELLED, Verdict.DECLINED])
def test_what_was_turned_down_is_turned_down_for_the_same_request(verdict: Verdict) -> None:
    experience = Experience([settled("zoo", verdict)], [])

    assert experience.refused(asked(), ["zoo", "safari"], CONTEXT) == {"zoo"}
    assert experience.refused(asked("an elephant please", NEARLY), ["zoo"], CONTEXT) == {"zoo"}
    assert experience.refused(asked("bark", HARDLY), ["zoo"], CONTEXT) == frozenset()


def test_the_same_words_count_whatever_the_encoder_makes_of_them() -> None:
    experience = Experience([settled("zoo", Verdict.REFUSED)], [])

    assert experience.refused(asked(ELEPHANT, 1.5), ["zoo"], CONTEXT) == {"zoo"}


def test_of_several_chosen_ones_the_last_answers() -> None:
    chosen = [settled("zoo", Verdict.CHOSEN), settled("safari", Verdict.CHOSEN)]

    assert Experience(chosen, []).chosen(asked(), ["zoo", "safari"], CONTEXT) == "safari"
    assert Experience(chosen, []).chosen(asked(), ["zoo"], CONTEXT) == "zoo"
    assert Experience(chosen[::-1], []).chosen(asked(), ["zoo", "safari"], CONTEXT) == "zoo"


def test_the_nearest_request_that_was_settled_decides() -> None:
    experience = Experience(
        [
            settled("zoo", Verdict.REFUSED),
            settled("zoo", Verdict.CHOSEN, "make a lion sound", NEARLY),
        ],
        [],
    )

    assert experience.refused(asked(), ["zoo"], CONTEXT) == {"zoo"}
    assert experience.chosen(asked("make a lion sound", NEARLY), ["zoo"], CONTEXT) == "zoo"


def test_what_one_person_refused_another_may_want() -> None:
    annas = replace(settled("zoo", Verdict.REFUSED), person="anna")
    experience = Experience([annas], [])
    anna, ben = (replace(CONTEXT, person=name) for name in ("anna", "ben"))

    assert experience.refused(asked(), ["zoo"], anna) == {"zoo"}
    assert experience.refused(asked(), ["zoo"], CONTEXT) == {"zoo"}
    assert experience.refused(asked(), ["zoo"], ben) == frozenset()
    assert experience.acquaintance(asked(), "zoo", ben, enabled=True).refused == 0.0


def test_the_re_ranker_is_told_how_alike_settled_requests_are() -> None:
    experience = Experience(
        [
            settled("zoo", Verdict.CHOSEN, "bark", 0.5),
            settled("zoo", Verdict.REFUSED, "meow", 1.0),
            settled("safari", Verdict.REFUSED),
        ],
        [],
    )

    known = experience.acquaintance(asked(), "zoo", CONTEXT, enabled=True)
    assert known.chosen == pytest.approx(np.cos(0.5), abs=0.02)
    assert known.refused == pytest.approx(np.cos(1.0), abs=0.02)
    assert known.enabled
    assert experience.acquaintance(asked(), "safari", CONTEXT, enabled=False).refused == 1.0


def test_uses_count_by_age_hour_room_and_person() -> None:
    def use(ago: timedelta, room: str = "Kitchen", person: str | None = None) -> Use:
        return Use(skill="zoo", at=NOW - ago, room=room, person=person)

    uses = [
        use(timedelta(days=31)),
        use(timedelta(days=2, hours=6)),
        use(timedelta(days=1, hours=1)),
        use(timedelta(days=1), person="ben"),
        use(timedelta(minutes=10), room="Bedroom"),
        replace(use(timedelta()), skill="safari"),
    ]
    known = Experience([], uses).acquaintance(
        asked(), "zoo", replace(CONTEXT, room="Kitchen", person="anna"), enabled=True
    )

    assert (known.uses, known.uses_now, known.uses_here) == (4, 3, 2)
    assert known.last_ago_min == pytest.approx(10)


def test_a_clock_that_jumped_back_makes_no_use_older_than_now() -> None:
    later = Use(skill="zoo", at=NOW + timedelta(days=400))

    known = Experience([], [later]).acquaintance(asked(), "zoo", CONTEXT, enabled=True)
    assert (known.uses, known.last_ago_min) == (1, 0.0)


def test_midnight_is_near_to_the_hours_on_both_sides_of_it() -> None:
    night = replace(CONTEXT, now=NOW.replace(hour=23, minute=30))
    uses = [
        Use(skill="zoo", at=night.now - timedelta(days=1) + timedelta(hours=h)) for h in (-3, 1, 2)
    ]

    assert Experience([], uses).acquaintance(asked(), "zoo", night, enabled=True).uses_now == 2
