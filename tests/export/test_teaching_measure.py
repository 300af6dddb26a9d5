"""What teaching is measured on, and how."""

import pytest

from export.tagger.texts import TEXTS
from export.teaching.measure.ordinary import FOLD, generated, published
from export.teaching.measure.tables import share_of, table
from export.teaching.measure.using import wanted
from export.teaching.measure.worlds import worlds
from export.teaching.texts import key, said
from simulator.homefile import furnished_home
from simulator.teachers.phrasing import Part
from simulator.teachers.wishes import Topic, Wish

shared = pytest.mark.skipif(not TEXTS.is_dir(), reason="the shared text is not there")
HOME = furnished_home()


@shared
def test_the_fold_that_is_measured_is_read_by_no_training() -> None:
    measured = {key(text) for text in published(TEXTS / "hwu64" / "folds.jsonl")}
    assert FOLD == 10
    assert len(measured) > 1_000
    assert not measured & {key(one.text) for one in said("train", TEXTS)}


def test_generated_requests_are_the_same_for_the_same_seed_and_differ() -> None:
    assert generated(20, 5) == generated(20, 5)
    assert len(set(generated(20, 5))) > 10


def test_homes_differ_and_the_furnished_house_is_seen_from_several_rooms() -> None:
    places = worlds(3)
    assert len({place.seed for place in places}) == 4
    assert len({place.room for place in places if place.seed is None}) > 3


def test_what_a_lamp_lacks_is_not_wanted_of_it() -> None:
    parts = (Part(capability="brightness", value=40), Part(capability="color", value="red"))
    wish = Wish(topic=Topic.VALUES, name="campfire", parts=parts)
    assert wanted(HOME, "Office", wish) == {
        ("Office/Ceiling light", "brightness", 40),
        ("Desk lamp", "brightness", 40),
    }
    assert ("Bedside lamp", "color", "red") in wanted(HOME, "Bedroom", wish)


def test_tables_are_markdown_and_nothing_has_no_share() -> None:
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert share_of([True, False]) == "50.0 %"
    assert share_of([]) == "-"
