"""Who speaks for which topics: nobody may announce what lies at, above or below another's."""

from collections import Counter
from collections.abc import Iterable, Iterator


class TopicClaims:
    """Bases such as "cmnd/kitchen/", each with the one that announced it."""

    def __init__(self) -> None:
        self._owner: dict[str, str] = {}
        self._of: dict[str, tuple[str, ...]] = {}
        self._inside: dict[str, Counter[str]] = {}
        """Of every base's upper levels, who has a base below them."""

    def free(self, who: str, bases: Iterable[str]) -> bool:
        """Whether `who` may have these bases, which end with a slash."""
        for base in bases:
            if any(self._owner.get(level, who) != who for level in (base, *_above(base))):
                return False
            if any(other != who for other in self._inside.get(base, ())):
                return False
        return True

    def change(self, who: str, bases: Iterable[str]) -> None:
        """Let `who` have these bases, and no others any more."""
        for base in self._of.pop(who, ()):
            del self._owner[base]
            for level in _above(base):
                self._inside[level][who] -= 1
                if not self._inside[level][who]:
                    del self._inside[level][who]
                if not self._inside[level]:
                    del self._inside[level]
        mine = tuple(dict.fromkeys(bases))
        if mine:
            self._of[who] = mine
        for base in mine:
            self._owner[base] = who
            for level in _above(base):
                self._inside.setdefault(level, Counter())[who] += 1


def _above(base: str) -> Iterator[str]:
    """The levels above a base: "a/b/c/" -> "a/", "a/b/"."""
    end = base.find("/")
    while 0 <= end < len(base) - 1:
        yield base[: end + 1]
        end = base.find("/", end + 1)
