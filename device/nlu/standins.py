"""A sentence with words that everybody knows in the place of names that were taught.

What a taught name means in a sentence depends on the words around it, not on the name: "put the
bedroom in X". So the shipped models, which never heard the name, read the sentence with the name
of a scene in its place, and what they read there is the concept. The name can then be anything
("rock and roll mode"), and is never cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from device.nlu.conceptnames import Said
from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS
from device.nlu.names import ARTICLES
from device.nlu.words import Token, bare, ranges

SCENES = (("movie", "scene"), ("party", "scene"), ("dinner", "scene"))
"""What stands for a name; one whose first word is not in the sentence besides."""

MACHINE = "heater"
"""What stands for a name where the question is whether it should end: scenes never do."""

COLOR = "blue"
"""What stands for a name where the question is what should become so: "lights X"."""

_INDEX = {flag: at for at, flag in enumerate(FLAGS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A sentence in which stand-ins take the place of names."""

    text: str
    scene: tuple[str, str]
    """What stands there."""
    saids: tuple[Said, ...]
    """The names, in order; their tokens are those of the original sentence."""
    names: tuple[str, ...]
    """The names as they were typed."""
    origins: tuple[tuple[int, ...], ...]
    """For each word the words of the original sentence that it stands for."""
    owners: tuple[int, ...]
    """For each word the number of the name that it stands for, or -1."""
    articled: tuple[bool, ...]
    """Whether an article stands before each name."""
    led: bool = False
    """Whether a verb was put before names that are requests by themselves."""

    def span(self, span: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Word ranges of this sentence as word ranges of the original."""
        words = {w for first, after in span for at in range(first, after) for w in self.origins[at]}
        return ranges(sorted(words))

    def within(self, span: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        """Numbers of the names in these word ranges, each once."""
        owners = (self.owners[at] for first, after in span for at in range(first, after))
        return tuple(dict.fromkeys(owner for owner in owners if owner >= 0))

    def cuts(self, span: Sequence[tuple[int, int]]) -> bool:
        """Whether these word ranges hold a part of a name and not all of it."""
        inside = {at for first, after in span for at in range(first, after)}
        return any(
            0 < sum(at in inside for at in places) < len(places)
            for places in (
                [at for at, owner in enumerate(self.owners) if owner == number]
                for number in range(len(self.names))
            )
        )

    def restored(self, text: str, numbers: Sequence[int]) -> str:
        """A part of this sentence with the names back in their places, in order."""
        left = list(numbers)

        def name(found: re.Match[str]) -> str:
            if not left:
                return found[0]
            number = left.pop(0)
            article = found["article"] or "" if self.articled[number] else ""
            return f"{article}{self.names[number]}"

        verb = rf"(?:\b{' '.join(_LEAD)} )?" if self.led else ""
        scene = " ".join(self.scene)
        return re.sub(rf"{verb}(?P<article>\bthe )?\b{scene}\b", name, text, flags=re.IGNORECASE)


def replaced(
    sentence: str, tokens: Sequence[Token], saids: Sequence[Said], *, led: bool = False
) -> Replaced:
    """Put stand-ins in the place of names.

    Args:
        sentence: The sentence.
        tokens: `tokenize(sentence)`.
        saids: The names in it, at least one.
        led: Whether a name after "and" or a comma is a request by itself, which then begins with
            a verb: "close the blinds and X".
    """
    words = sentence.split()
    named = {at for said in saids for at in range(said.start, said.stop)}
    known = {token.text for at, token in enumerate(tokens) if at not in named}
    scene = next((s for s in SCENES if s[0] not in known), SCENES[0])
    begins = {tokens[s.start].word: (n, tokens[s.stop - 1].word + 1) for n, s in enumerate(saids)}
    text: list[str] = []
    origins: list[tuple[int, ...]] = []
    owners: list[int] = []
    names: list[str] = []
    articles: list[bool] = []
    at = 0
    while at < len(words):
        if at not in begins:
            text.append(words[at])
            origins.append((at,))
            owners.append(-1)
            at += 1
            continue
        number, after = begins[at]
        typed = words[at:after]
        names.append(" ".join(filter(None, map(bare, typed))))
        articled = at > 0 and bare(words[at - 1]).lower() in ARTICLES
        articles.append(articled)
        verb = _LEAD if led and _joined(tokens, saids[number].start) else ()
        put = [*verb, *([] if articled else ["the"]), scene[0], scene[1]]
        head, last = typed[0], typed[-1]
        put[0] = head[: len(head) - len(head.lstrip(_OPENING))] + put[0]
        put[-1] += last[len(last.rstrip(_CLOSING)) :]
        text += put
        origins += [tuple(range(at, after))] * len(put)
        owners += [number] * len(put)
        at = after
    return Replaced(
        text=" ".join(text),
        scene=scene,
        saids=tuple(saids),
        names=tuple(names),
        origins=tuple(origins),
        owners=tuple(owners),
        articled=tuple(articles),
        led=led,
    )


def joined(tokens: Sequence[Token], saids: Sequence[Said]) -> bool:
    """Whether a name comes right after a joint, where a request may begin."""
    return any(_joined(tokens, said.start) for said in saids)


def _joined(tokens: Sequence[Token], start: int) -> bool:
    return start > 0 and tokens[start - 1].text in _JOINTS


_LEAD = ("turn", "on")
_JOINTS = frozenset({"and", "then", ",", "also", "plus"})
_OPENING, _CLOSING = "\"'(", ",;:.!?\u2026\"')"


def places(tokens: Sequence[Token], scene: tuple[str, str]) -> tuple[tuple[int, int], ...]:
    """Where the stand-in stands among tokens, half-open."""
    texts = [token.text for token in tokens]
    return tuple(
        (at, at + 2) for at in range(len(texts) - 1) if (texts[at], texts[at + 1]) == scene
    )


def flagged(flags: Floats, where: Sequence[tuple[int, int]], kind: str) -> Floats:
    """Flags in which each of these places is a device of this kind and nothing else."""
    made = flags.copy()
    for start, stop in where:
        made[start:stop] = 0.0
        made[start, _INDEX["name_begin"]] = 1.0
        made[start:stop, _INDEX["name_in"]] = 1.0
        made[start:stop, _INDEX[kind]] = 1.0
    return made


def instead(
    tokens: Sequence[Token], flags: Floats, place: tuple[int, int], word: str, kind: str = ""
) -> tuple[tuple[Token, ...], Floats]:
    """Tokens and flags with a word in the place of the scene.

    Args:
        tokens: The request.
        flags: Its flags.
        place: Where the scene stands; an article before it goes where the word is no device.
        word: MACHINE or COLOR.
        kind: The flag of the device that the word names; "" for none.
    """
    start, stop = place
    if kind:
        made = flagged(flags, (place,), kind)
    else:
        made = flags.copy()
        made[start:stop] = 0.0
        start -= start > 0 and tokens[start - 1].text in ARTICLES
    token = replace(tokens[start], text=word)
    made[start] = made[place[0]]
    kept = [*range(start + 1), *range(stop, len(tokens))]
    return (*tokens[:start], token, *tokens[stop:]), made[kept]
