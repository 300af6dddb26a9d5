"""Speech as it comes: the labels still say what was meant."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.disfluency import NEVER_MIND, disfluent, negated
from simulator.fillings import Filler
from simulator.homes import random_home
from simulator.sentences import Phrase, random_phrase, sources

HOME = random_home(Random(4))


def labelled(phrase: Phrase) -> list[tuple[str, str]]:
    return [(p.label, p.text.strip()) for p in phrase.pieces if p.label]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), intent=st.sampled_from(sorted(sources())))
def test_a_disfluent_request_keeps_its_intent_and_everything_that_was_meant(
    seed: int, intent: str
) -> None:
    rng = Random(seed)
    phrase = random_phrase(intent, rng, HOME)
    spoken = disfluent(phrase, rng, Filler(rng=rng, home=HOME))

    assert spoken.intent == phrase.intent
    assert labelled(spoken) == labelled(phrase)
    assert len(spoken.text.split()) >= len(phrase.text.split())


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), intent=st.sampled_from(sorted(sources())))
def test_a_request_not_to_do_something_asks_for_nothing_and_a_question_stays_one(
    seed: int, intent: str
) -> None:
    phrase = random_phrase(intent, Random(seed), HOME)
    not_to = negated(phrase, Random(seed))

    assert not_to is phrase or not_to.intent == NEVER_MIND
    assert (not_to is phrase) or not_to.text.endswith(phrase.text)


def test_corrections_of_the_verb_and_of_the_name_are_among_them() -> None:
    rng = Random(2)
    spoken = {
        disfluent(random_phrase("HassTurnOn", rng, HOME), rng, Filler(rng=rng, home=HOME)).text
        for _ in range(400)
    }

    assert any(" off " in s and s.index(" off ") < s.rindex(" on") for s in spoken if " on" in s)
    assert any(" i mean " in s or " actually " in s for s in spoken)
