"""Templates of sentences -> sentences, with the words that matter marked.

"i (love|like) <music> [at night]"   a template
(a|b)      one of them               [x]       may be left out
{name}     one of a list             <name>    one of a list, and what is liked
<when: x>  the part of the day       <like: x> what is liked
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

import yaml

Part = Literal["train", "tuning"]

HERE = Path(__file__).parent

_INNERMOST = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
_LIST = re.compile(r"\{(\w+)\}")
_LIKED = re.compile(r"<(\w+)>")
_MARKED = re.compile(r"<(like|when): ([^<>]*)>")
_LEFT_OUT = 0.5
"""How often what may be left out is left out."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence made of a template."""

    words: tuple[str, ...]
    marks: tuple[str, ...]
    """Of each word: "", "like" or "when"."""
    label: str
    """The key under which its template stands."""

    @property
    def text(self) -> str:
        """The words in a row."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of one file."""

    lists: Mapping[str, Sequence[str]]
    by_label: Mapping[str, Sequence[str]]

    def part(self, part: Part) -> "Templates":
        """Whole templates of one part: one of every ten to tune by, the others to learn from."""
        return Templates(
            self.lists,
            {
                label: [t for i, t in enumerate(all_) if _part_of(i) == part]
                for label, all_ in self.by_label.items()
            },
        )

    def sentences(self, count: int, rng: Random) -> list[Sentence]:
        """Different sentences of each label.

        Args:
            count: Of each label, at most; fewer where its templates cannot say as many.
            rng: What is drawn with.
        """
        found: list[Sentence] = []
        for label, templates in self.by_label.items():
            made: dict[str, Sentence] = {}
            for attempt in range(4 * count if templates else 0):
                if len(made) == count:
                    break
                drawn = self.sentence(templates[attempt % len(templates)], label, rng)
                made.setdefault(drawn.text, drawn)
            found += made.values()
        return found

    def sentence(self, template: str, label: str, rng: Random) -> Sentence:
        """One sentence of one template."""
        text = template
        while True:
            said = _INNERMOST.sub(lambda m: _chosen(m, rng), text)
            said = _LIST.sub(lambda m: rng.choice(self.lists[m[1]]), said)
            said = _LIKED.sub(lambda m: f"<like: {rng.choice(self.lists[m[1]])}>", said)
            if said == text:
                return _marked(text, label)
            text = said


def read(name: str) -> Templates:
    """The templates of one file in this folder.

    Args:
        name: "needs", "preferences" or "none".
    """
    table = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    lists = {key: [str(x) for x in words] for key, words in table["lists"].items()}
    return Templates(lists, table[name])


def apart_from_templates(name: str) -> dict[str, list[str]]:
    """Sentences written apart from the templates, by what they declare: for measuring only.

    Args:
        name: "strangers" or "visitors".
    """
    table = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return {label: [str(text).lower() for text in said] for label, said in table.items()}


def _part_of(index: int) -> Part:
    return "tuning" if index % 10 == 6 else "train"


def _chosen(found: re.Match[str], rng: Random) -> str:
    if found[1] is not None:
        return rng.choice(str(found[1]).split("|"))
    return "" if rng.random() < _LEFT_OUT else str(found[2])


def _marked(text: str, label: str) -> Sentence:
    words: list[str] = []
    marks: list[str] = []
    at = 0
    for found in (*_MARKED.finditer(text), None):
        before = text[at : found.start() if found else len(text)].split()
        words += before
        marks += [""] * len(before)
        if found:
            inside = found[2].split()
            words += inside
            marks += [found[1]] * len(inside)
            at = found.end()
    return Sentence(tuple(words), tuple(marks), label)
