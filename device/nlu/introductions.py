"""Who somebody says they are, by a name that nobody told the speaker before.

Known names are understood by the built-in sentences. Where nothing but a name can stand
("it's me, Zebulon") any words are one; where much else could ("this is great", "it's gloomy")
they must be written like a name, or be a given name that is hardly any other word.
"""

from functools import cache
from importlib import resources

from device.context import Context
from device.events import Interpretation, Slot
from device.nlu.homelists import home_words
from device.nlu.matching import match
from device.nlu.templates import introduction_sentences
from device.nlu.words import plain

MOST_WORDS = 3
"""Words of a name."""

LONGEST = 40
"""Letters of a name."""


def introduction(text: str, context: Context) -> Interpretation | None:
    """What a sentence says about who speaks.

    Args:
        text: As it was typed or heard.
        context: The home, whose own names are nobody's.

    Returns:
        A `SetPerson`, or None.
    """
    found = match(introduction_sentences(), text, context)
    if found is None:
        return None
    said = found.slots[0]
    words = str(said.value).strip(" ,.!?").split()
    if not _speakable(words) or (said.name == "maybe" and not _a_name(words, context)):
        return None
    name = " ".join(word[:1].upper() + word[1:] for word in words)
    slot = Slot(name="person", value=name, text=said.text)
    return Interpretation(
        text=text,
        domain=found.domain,
        intent=found.intent,
        slots=(slot,),
        confidence=found.confidence,
        source=found.source,
    )


def _speakable(words: list[str]) -> bool:
    """Whether words can be a name at all: a few, of letters."""
    bare = [word.translate(_WITHIN) for word in words]
    if not 0 < len(words) <= MOST_WORDS or len(" ".join(words)) > LONGEST:
        return False
    return all(word.isalpha() for word in bare) and not _NEVER.intersection(map(plain, words))


def _a_name(words: list[str], context: Context) -> bool:
    """Whether words are a name where much else could stand."""
    at_home = {plain(word) for word in home_words(context.home)}
    if any(plain(word) in at_home for word in words):
        return False
    if all(word[:1].isupper() and not word[1:].isupper() for word in words):
        return True
    return all(plain(word) in _given_names() for word in words)


_WITHIN = str.maketrans("", "", "'\u2019.-")
"""Marks that names have within."""

_NEVER = frozenset(
    {"i", "it", "the", "a", "an", "my", "not", "me", "so", "too", "very", "ok", "again", "now"}
    | {"here", "who", "what", "you", "we", "only", "just"}
)
"""Words that are in no name."""


@cache
def _given_names() -> frozenset[str]:
    """Given names that are hardly any other word."""
    text = resources.files("device.nlu").joinpath("givennames.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
