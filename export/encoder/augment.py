"""More sentences from few: what augmentation does to skills with five or ten samples.

ProtoDA ("Efficient transfer learning for few-shot intent classification", Kumar et al., 2021)
trains prototypes on sentences and on generated ones beside them. Here the generated ones are
the samples as people also put them: with a courtesy, a filler, without the small words.
"""

from collections.abc import Callable, Sequence

Rephrase = Callable[[Sequence[str]], list[str]]

_BEFORE = ("can you {}", "please {}", "i want you to {}", "hey could you {} for me")
_SMALL = frozenset(str.split("a an the my me to of for is are do does i you can could please"))


def plainly(texts: Sequence[str]) -> list[str]:
    """The sentences as they are."""
    return list(texts)


def courteously(texts: Sequence[str]) -> list[str]:
    """Each sentence with a courtesy before it besides."""
    return [*texts, *(_BEFORE[i % len(_BEFORE)].format(t) for i, t in enumerate(texts))]


def tersely(texts: Sequence[str]) -> list[str]:
    """Each sentence without its small words besides."""
    return [*texts, *(_terse(text) for text in texts)]


def both(texts: Sequence[str]) -> list[str]:
    """Each sentence in all three ways."""
    return list(dict.fromkeys([*courteously(texts), *tersely(texts)]))


def _terse(text: str) -> str:
    words = text.split()
    return " ".join(w for w in words if w.lower() not in _SMALL) or text
