"""Owners who teach: they say what they mean, and agree to nothing else."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from device.concepts import Meaning, Setting
from device.events import Ask
from device.skills.meanings import worded
from simulator.homefile import furnished_home
from simulator.teachers.bank import kinds, wordings
from simulator.teachers.drawing import draw
from simulator.teachers.manners import REFUSERS, Manner
from simulator.teachers.mishearing import Mishearing, as_spoken
from simulator.teachers.phrasing import FORMS, Part, said, value_of
from simulator.teachers.teacher import PATIENCE, Teacher
from simulator.teachers.wishes import Topic, Wish

HOME = furnished_home()
SEEDS = st.integers(0, 100_000)
VALUED = (Topic.VALUE, Topic.VALUES, Topic.DEVICES)
EXAMPLES = (
    "study mode",
    "too dark in here",
    "it's dark in here",
    "i can't see anything",
    "i can't see a thing",
    "warriors",
    "i usually study at night by setting",
    "warm in the morning",
    "umm never mind",
    "did i get that right",
)
"""What others judge by."""


def wish_of(seed: int, *topics: Topic) -> Wish:
    rng = Random(seed)
    wish = draw(rng, HOME, rng.choice(topics), room="Living Room")
    assume(wish is not None)
    assert wish is not None
    return wish


def teacher_of(seed: int, wish: Wish, manner: Manner = Manner.PLAIN) -> Teacher:
    return Teacher(Random(seed), HOME, wish, manner)


def offer_of(wish: Wish) -> str:
    """What the speaker offers that has understood, in its own words."""
    settings = tuple(
        Setting(capability=p.capability, value=p.value, devices=(p.device,) if p.device else ())
        for p in wish.parts
    )
    meaning = Meaning(settings=settings, devices=wish.devices, area=wish.area)
    return f"{wish.name.capitalize()}: {worded(meaning, HOME)}. Is that right?"


@pytest.mark.parametrize(
    ("topic", "kind", "least"),
    [
        ("definitions", "setting", 60),
        ("requests", "setting", 40),
        ("names", "setting", 40),
        ("names", "devices", 40),
        ("names", "place", 40),
        ("remarks", "elsewhere", 30),
        ("remarks", "digression", 20),
    ],
)
def test_there_are_many_wordings_of_each_kind(topic: str, kind: str, least: int) -> None:
    assert len(wordings(topic, kind)) >= least


def test_there_are_twelve_needs_said_in_fifteen_ways() -> None:
    assert len(kinds("needs")) == 12
    assert all(len(wordings("needs", kind)) >= 15 for kind in kinds("needs"))


@pytest.mark.parametrize("topic", ["names", "requests", "definitions", "remarks", "needs"])
def test_each_kind_has_wordings_to_show_and_others_to_keep(topic: str) -> None:
    for kind in kinds(topic):
        shown, held = wordings(topic, kind, "shown"), wordings(topic, kind, "held")
        assert shown
        assert held
        assert not set(shown) & set(held)
        assert sorted((*shown, *held)) == sorted(wordings(topic, kind))


def test_no_wording_is_one_that_others_judge_by() -> None:
    everything = [
        wording
        for topic in ("names", "requests", "definitions", "remarks", "needs")
        for kind in kinds(topic)
        for wording in wordings(topic, kind)
    ]
    assert not [w for w in everything for example in EXAMPLES if example in w]


@given(SEEDS, st.sampled_from(FORMS))
def test_every_value_can_be_said_in_every_form(seed: int, form: str) -> None:
    wish = wish_of(seed, *VALUED)
    if form == "b":
        assume(wish.topic is Topic.VALUE)
    assert said(Random(seed), wish.parts, wish.called, form).strip()


@given(SEEDS)
def test_an_owner_agrees_to_what_he_means(seed: int) -> None:
    wish = wish_of(seed, *VALUED, Topic.GROUP, Topic.NICKNAME, Topic.PLACE)
    assert teacher_of(seed, wish).means(offer_of(wish))


def test_who_points_at_a_lamp_agrees_to_all_that_it_shows_and_to_nothing_else() -> None:
    lamp = Part(capability="brightness", value=65, device="Floor lamp")
    lit = {"brightness": ("Floor lamp",)}
    wish = Wish(topic=Topic.EXAMPLE, name="owl light", parts=(lamp,), covered=lit)
    offer = "Owl light: brightness 65 % and colour temperature 2700 K. Is that right?"

    def agreed(*seen: str) -> bool:
        teacher = Teacher(Random(1), HOME, wish, Manner.PLAIN, seen=frozenset(seen))
        return teacher.means(offer)

    assert agreed("65", "2700", "on")
    assert not agreed("65", "4000", "on")
    assert not agreed()


def test_a_word_with_an_article_names_no_device_that_is_part_of_it() -> None:
    named, other = (HOME.label(device) for device in HOME.devices[:2])
    name = f"the {HOME.devices[0].name.lower()} nook"
    wish = Wish(topic=Topic.GROUP, name=name, devices=(other,), called={other: other.lower()})
    meaning = Meaning(devices=(other,))
    offer = f"{HOME.devices[0].name} nook: {worded(meaning, HOME)}. Is that right?"

    assert named != other
    assert Teacher(Random(1), HOME, wish, Manner.PLAIN).means(offer)


@given(SEEDS)
def test_an_owner_agrees_to_no_other_value(seed: int) -> None:
    wish = wish_of(seed, *VALUED)
    rng = Random(seed)
    at = rng.randrange(len(wish.parts))
    part = wish.parts[at]
    other = value_of(rng, part.capability)
    assume(other not in [p.value for p in wish.parts])
    parts = (*wish.parts[:at], replace(part, value=other), *wish.parts[at + 1 :])
    assert not teacher_of(seed, wish).means(offer_of(replace(wish, parts=parts)))


@given(SEEDS)
def test_an_owner_agrees_to_no_part_of_it_and_to_nothing_more(seed: int) -> None:
    whole = wish_of(seed, Topic.VALUES, Topic.DEVICES)
    assume(len({p.value for p in whole.parts}) == len(whole.parts))
    part = replace(whole, parts=whole.parts[1:])
    assert not teacher_of(seed, whole).means(offer_of(part))
    assert not teacher_of(seed, part).means(offer_of(whole))


@given(SEEDS)
def test_an_owner_agrees_to_no_other_devices_and_no_other_room(seed: int) -> None:
    wish = wish_of(seed, Topic.GROUP, Topic.NICKNAME, Topic.PLACE)
    other = wish_of(seed + 1, wish.topic)
    assume((other.devices, other.area) != (wish.devices, wish.area))
    assume(set(other.devices) != set(wish.devices) or wish.area)
    assert not teacher_of(seed, wish).means(offer_of(replace(other, name=wish.name)))


@given(SEEDS, st.sampled_from(sorted(REFUSERS)))
def test_who_refuses_never_says_yes(seed: int, manner: Manner) -> None:
    wish = wish_of(seed, *VALUED)
    teacher = teacher_of(seed, wish, manner)
    teacher.begin()
    answers = [
        teacher.answer("I don't know what that is.", Ask.TEACH),
        teacher.answer("What do you mean?", Ask.TEACH),
    ]
    assert answers[-1] is not None
    assert answers[-1].text in wordings("remarks", "cancel")
    assert teacher.agreed_to is None


@given(SEEDS, st.sampled_from(list(Manner)), st.lists(st.sampled_from([*Ask, None])))
def test_the_same_seed_says_the_same(seed: int, manner: Manner, asked: list[Ask | None]) -> None:
    wish = wish_of(seed, *Topic)
    one, other = (teacher_of(seed, wish, manner) for _ in range(2))
    assert one.begin() == other.begin()
    for asks in asked[:PATIENCE]:
        assert one.answer("What is it? 40 %?", asks) == other.answer("What is it? 40 %?", asks)


CAMPFIRE = Wish(
    topic=Topic.VALUE,
    name="campfire",
    target={"lights": "the office lights"},
    parts=(Part(capability="color", value="red"),),
    called={"": "the lights"},
)


def test_an_owner_says_it_again_who_hears_another_name_in_the_question() -> None:
    teacher = teacher_of(4, CAMPFIRE)
    teacher.begin()
    again = teacher.answer("I don't know what bonfire is. Can you teach me?", Ask.TEACH)
    assert again is not None
    assert "campfire" in again.text
    assert "red" not in again.text
    defined = teacher.answer("I don't know what campfire is. Can you teach me?", Ask.TEACH)
    assert defined is not None
    assert "red" in defined.text


def test_who_corrects_himself_first_says_something_else() -> None:
    teacher = teacher_of(3, CAMPFIRE, Manner.CORRECTS)
    teacher.begin()
    first = teacher.answer("I don't know what campfire is. Can you teach me?", Ask.TEACH)
    assert first is not None
    assert "red" not in first.text.split()
    corrected = teacher.answer("Campfire: colour blue. Is that right?", Ask.CONFIRM)
    assert corrected is not None
    assert "red" in corrected.text
    assert teacher.agreed_to is None


def test_every_tenth_word_is_misheard_for_one_that_sounds_alike() -> None:
    hearing = Mishearing(Random(5), rate=0.1, names=["Floor lamp"])
    sentence = "please set the floor lamp in the office to forty percent and the fan off"
    words = sentence.split()
    heard = [hearing.hear(sentence).split() for _ in range(400)]
    lengths = [len(h) for h in heard]
    wrong = sum(sum(a != b for a, b in zip(h, words, strict=False)) for h in heard
                if len(h) == len(words))  # fmt: skip
    alike = sum(len(words) for h in heard if len(h) == len(words))
    assert 0.04 < wrong / alike < 0.12
    assert min(lengths) < len(words) < max(lengths)


def test_recognition_writes_neither_digits_nor_marks() -> None:
    assert as_spoken("Set it to 45%, please!") == "set it to forty five percent please"
