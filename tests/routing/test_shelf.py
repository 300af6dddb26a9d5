import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device.nlu.embedding import Floats
from device.routing.shelf import MOST_SAMPLES, PROTOTYPE, Attention, Listed, Shelf
from device.skills.pack import Example

SIZE = 32
WORDS = tuple(str.split("make an elephant lion bird sound play a song tell me joke is light on"))

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
names = st.sampled_from([f"skill{i}" for i in range(6)])
samples = st.lists(
    st.builds(Example, intent=st.sampled_from(["Ask", "Tell"]), text=texts),
    min_size=1,
    max_size=20,
)


DIRECTIONS = dict(zip(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), SIZE)), strict=True))


def bag(text: str) -> Floats:
    """The direction of a sentence's words, whatever their order and marks."""
    total = np.sum([DIRECTIONS[word] for word in text.lower().strip(" !").split()], axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)


def shelf_of(skills: dict[str, list[Example]], attention: Attention | None = None) -> Shelf:
    shelf = Shelf(bag, SIZE, attention=attention or Attention())
    for name, examples in skills.items():
        shelf.put(name, examples)
    return shelf


def alike(one: tuple[Listed, ...], other: tuple[Listed, ...]) -> bool:
    """Equal but for the order of equals."""

    def rows(listed: tuple[Listed, ...]) -> list[tuple[float, str, bool]]:
        return sorted((round(x.score, 4), x.skill, x.verbatim) for x in listed)

    return rows(one) == rows(other)


class Shelves(RuleBasedStateMachine):
    """A shelf that packs come to and go from finds what one built afresh finds."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = shelf_of({})
        self.skills: dict[str, list[Example]] = {}

    @rule(name=names, examples=samples)
    def put(self, name: str, examples: list[Example]) -> None:
        self.shelf.put(name, examples)
        self.skills[name] = examples

    @rule(name=names)
    def take_away(self, name: str) -> None:
        self.shelf.take_away(name)
        self.skills.pop(name, None)

    @rule(damaged=st.booleans())
    def start_again(self, damaged: bool) -> None:
        """The same packs are put in again; what was kept is used where it can be."""
        content = self.shelf.content()
        self.shelf = Shelf(bag, SIZE, kept=content[: len(content) // 2] if damaged else content)
        for name, examples in self.skills.items():
            self.shelf.put(name, examples)
        assert self.shelf.changed == (damaged and bool(self.skills))

    @rule(text=texts, enabled=st.frozensets(names))
    def find(self, text: str, enabled: frozenset[str]) -> None:
        found = self.shelf.find(text, enabled=enabled)

        assert alike(found, shelf_of(self.skills).find(text, enabled=enabled))
        assert {one.skill for one in found} == set(self.skills)

    @invariant()
    def knows_what_is_there(self) -> None:
        assert len(self.shelf) == len(self.skills)
        assert all((name in self.shelf) == (name in self.skills) for name in ("skill0", "skill5"))


TestShelves = Shelves.TestCase
TestShelves.settings = settings(max_examples=25, stateful_step_count=8, deadline=None)


@given(skills=st.dictionaries(names, samples, min_size=1))
def test_kept_skills_are_not_encoded_again_and_those_of_another_encoder_are(
    skills: dict[str, list[Example]],
) -> None:
    kept = shelf_of(skills).content()
    encoded: list[str] = []

    def counting(text: str) -> Floats:
        encoded.append(text)
        return bag(text)

    for encoder, needed in (("", False), ("another", True)):
        shelf = Shelf(counting, SIZE, encoder=encoder, kept=kept)
        for name, examples in skills.items():
            shelf.put(name, examples)
        assert bool(encoded) == needed == shelf.changed


@given(kept=st.binary(max_size=300))
def test_whatever_was_kept_a_shelf_begins(kept: bytes) -> None:
    assert Shelf(bag, SIZE, kept=kept).find("joke") == ()


@given(skills=st.dictionaries(names, samples, min_size=2), text=texts, new=samples)
def test_a_new_skill_changes_no_similarity_of_the_others(
    skills: dict[str, list[Example]], text: str, new: list[Example]
) -> None:
    before = shelf_of(skills).find(text)

    after = shelf_of({**skills, "new": new}).find(text)

    assert alike(tuple(one for one in after if one.skill != "new"), before)


@given(skills=st.dictionaries(names, samples, min_size=1), data=st.data())
def test_who_has_the_very_sentence_is_on_the_list_before_all_others(
    skills: dict[str, list[Example]], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(skills)))
    said = data.draw(st.sampled_from(skills[name])).text

    found = shelf_of(skills).find(f"  {said.upper()}! ")

    own = {n for n, examples in skills.items() if any(e.text == said for e in examples)}
    assert {one.skill for one in found if one.verbatim} == own
    assert {one.skill for one in found[: len(own)]} == own


@given(skills=st.dictionaries(names, samples, min_size=2), text=texts, data=st.data())
def test_skills_that_are_out_of_the_question_are_not_listed_and_make_room(
    skills: dict[str, list[Example]], text: str, data: st.DataObject
) -> None:
    without = data.draw(st.frozensets(st.sampled_from(sorted(skills)), min_size=1))

    found = shelf_of(skills).find(text, k=1, without=without)

    left = {n: e for n, e in skills.items() if n not in without}
    best = shelf_of(left).find(text, k=1)
    assert [round(one.score, 4) for one in found] == [round(one.score, 4) for one in best]
    assert not {one.skill for one in found} & without


@given(skills=st.dictionaries(names, samples, min_size=1), text=texts, data=st.data())
def test_similarities_are_those_of_the_prototype_and_the_nearest_sample(
    skills: dict[str, list[Example]], text: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(skills)))

    found = {one.skill: one for one in shelf_of(skills).find(text)}[name]

    intent = [bag(e.text) for e in skills[name] if e.intent == found.intent]
    mean = np.mean(intent, axis=0)
    prototype = PROTOTYPE * (bag(text) @ (mean / np.linalg.norm(mean)))
    nearest = (1 - PROTOTYPE) * max(bag(text) @ v for v in intent)
    assert found.similarity <= prototype + nearest + 0.02
    if len(intent) <= MOST_SAMPLES:
        assert abs(found.similarity - prototype - nearest) < 0.02


def test_of_equals_the_one_that_the_owner_chose_goes_first() -> None:
    same = [Example(intent="Ask", text="make an elephant sound")]
    shelf = shelf_of(dict.fromkeys(("ark", "safari", "zoo"), same))

    for chosen in ("ark", "safari", "zoo"):
        assert shelf.find("make a lion sound", enabled={chosen})[0].skill == chosen


def test_attention_lifts_what_is_like_the_chosen_skill_more_than_what_is_not() -> None:
    skills = {
        "zoo": [Example(intent="Ask", text="make an elephant sound")],
        "ark": [Example(intent="Ask", text="make an elephant sound me")],
        "jokes": [Example(intent="Ask", text="tell me a joke")],
    }
    shelf = shelf_of(skills, Attention(pull=0.5, bonus=0.0))

    plain = {one.skill: one.score for one in shelf.find("elephant sound")}
    drawn = {one.skill: one.score for one in shelf.find("elephant sound", enabled={"zoo"})}

    assert drawn["ark"] - plain["ark"] > drawn["jokes"] - plain["jokes"]


def test_a_request_without_a_word_finds_nothing_near_and_breaks_nothing() -> None:
    shelf = Shelf(lambda text: bag(text) if text.strip() else np.zeros(SIZE, np.float32), SIZE)
    assert shelf.find("hello") == ()

    shelf.put("zoo", [Example(intent="Ask", text="elephant"), Example(intent="Ask", text="")])

    assert all(abs(one.similarity) < 1e-6 for one in shelf.find(""))
