"""Words for the open parts of sentences: what is put on lists, timers' names, reminders.

`words.txt` has them in blocks by theme; things are made of all blocks but the small words, free
text may hold those too.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

THINGS = ("shopping_list_item", "timer_name", "zone")
"""Open lists whose values name a thing; all others hold free text."""

_SMALL = "small words"


NAME_WORDS = "namewords.txt"
"""Words that names for settings, places and things are made of."""


@lru_cache(maxsize=1)
def name_words() -> tuple[str, ...]:
    """Words that ship with the speaker for names that nobody has taught yet, in lower case.

    Of two that are said alike the first is the more likely one.
    """
    text = resources.files("device.asr").joinpath(NAME_WORDS).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(dict.fromkeys(word for line in lines for word in line.lower().split()))


@lru_cache(maxsize=1)
def common_words() -> Mapping[str, frozenset[str]]:
    """Words and phrases that ship with the speaker, in lower case, by the theme of their block."""
    text = resources.files("device.asr").joinpath("words.txt").read_text(encoding="utf-8")
    blocks: dict[str, set[str]] = {}
    theme = ""
    for line in text.splitlines():
        if line.startswith("#"):
            theme = line.lstrip("# ")
        else:
            block = blocks.setdefault(theme, set())
            phrases = (
                line.lower().strip(", ").split(",") if "phrases" in theme else line.lower().split()
            )
            block.update(phrase.strip() for phrase in phrases)
    return {theme: frozenset(words) for theme, words in blocks.items()}


def open_words(known: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """The words that open parts may hold.

    Args:
        known: Texts that the home knows besides: items on its lists, names of timers.

    Returns:
        Words and phrases for each open list by name, each once and in order; "" stands for all
        other lists.
    """
    blocks = common_words()
    texts = [" ".join(text.lower().split()) for text in known]
    ours = {word for text in texts for word in (text, *text.split()) if word}
    things = ours.union(*(words for theme, words in blocks.items() if theme != _SMALL))
    everything = tuple(sorted(things | blocks[_SMALL]))
    return {"": everything, **dict.fromkeys(THINGS, tuple(sorted(things)))}
