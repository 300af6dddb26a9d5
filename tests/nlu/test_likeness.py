from hypothesis import given
from hypothesis import strategies as st

from device.nlu.fewshot import PARAPHRASE
from device.nlu.likeness import MOST_SAMPLES, likeness

WORDS = st.sampled_from(
    [
        "make",
        "making",
        "an",
        "elephant",
        "lion",
        "sound",
        "sounds",
        "please",
        "the",
        "for",
        "me",
        "play",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@given(texts=st.lists(TEXTS, min_size=1, max_size=5), said=TEXTS)
def test_likeness_is_a_share_and_does_not_know_the_order_of_words(
    texts: list[str], said: str
) -> None:
    found = likeness(texts, said)

    assert 0 <= found <= PARAPHRASE
    assert abs(found - likeness(texts, " ".join(reversed(said.split())))) < 1e-9
    assert abs(likeness([*texts, said], said) - PARAPHRASE) < 1e-9


@given(texts=st.lists(TEXTS, min_size=1, max_size=5), more=TEXTS, said=TEXTS)
def test_another_sample_never_makes_a_sentence_less_alike(
    texts: list[str], more: str, said: str
) -> None:
    assert likeness([*texts, more], said) >= likeness(texts, said)


def test_content_words_count_and_small_ones_hardly_do() -> None:
    samples = ["make an elephant sound"]

    near = likeness(samples, "could you make the sound of an elephant, please?")
    assert near > 0.8
    assert likeness(samples, "could you please do it for me") < 0.1
    assert likeness(samples, "make a lion sound") < near
    assert likeness([], "make a lion sound") == 0
    assert likeness(["x"] * MOST_SAMPLES + samples, samples[0]) == 0
