"""Sentences that people say to a skill: its templates with their choices made and lists filled in.

Readings are never listed: each is one walk through a template, whose choices come out of the
template's own text, so that the same pack always gives the same examples. What the home or
anybody's mood fills in ({name}, open text) is filled with usual words.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.intents import (
    IntentData,
    Intents,
    RangeSlotList,
    SlotList,
    TextSlotList,
    WildcardSlotList,
)

from device.errors import GrammarError
from device.nlu.homelists import HOME_LISTS
from device.nlu.readings import MOST_WAYS, Readings, TooManyWaysError, Values
from device.nlu.templates import Sentences
from device.skills.pack import Example

FEWEST = 10
"""Examples of an intent, where its templates give as many."""

MOST = 32
"""Examples of an intent."""

_ROUNDS = 24
"""How often each template is walked at most."""

_MOST_STEPS = 1_000
"""Parts of a template that one walk passes; longer ones are no sentence that people say."""

_MOST_LETTERS = 200

_DEVICES = {
    "light": ("kitchen light", "floor lamp", "bedside lamp", "ceiling light"),
    "cover": ("living room blinds", "bedroom curtains", "garage door", "shutters"),
    "lock": ("front door", "back door", "gate"),
    "climate": ("thermostat", "heater", "radiator"),
    "fan": ("ceiling fan", "bedroom fan", "fan"),
    "media_player": ("tv", "radio", "living room speaker"),
    "vacuum": ("vacuum", "robot"),
    "switch": ("coffee machine", "washing machine", "plug"),
    "sensor": ("outdoor sensor", "temperature sensor"),
    "scene": ("movie night", "good morning"),
}
_HOME: Mapping[str, tuple[str, ...]] = {
    "name": ("kitchen light", "fan", "tv", "thermostat", "front door", "floor lamp", "blinds"),
    "area": ("kitchen", "bedroom", "living room", "bathroom", "office", "hallway", "garden"),
    "floor": ("ground floor", "upstairs", "basement"),
    "home_word": ("lamp", "kitchen", "bedroom"),
    "list_name": ("shopping", "to-do", "packing"),
    "shopping_list_item": ("milk", "apples", "bread", "olive oil", "toothpaste"),
    "todo_list_item": ("call the plumber", "water the plants", "pay the rent"),
    "reminder": ("call mum", "take out the bins", "feed the cat"),
    "timer_name": ("pizza", "laundry", "tea"),
    "timer_command": ("turn on the fan", "close the blinds", "turn off the lights"),
    "message": ("dinner is ready", "i am on my way", "we leave in five minutes"),
    "search_query": ("jazz", "the beatles", "some music"),
}
"""Usual words for lists that the home or open text fills."""


def examples(sentences: Sentences) -> tuple[Example, ...]:
    """Sentences of each intent, with lists filled in with values that differ.

    Args:
        sentences: Templates; nothing in them is without end.

    Returns:
        `FEWEST` and more of each intent where its templates give as many, and one of each
        template up to `MOST`; in lower case, none twice.
    """
    return tuple(
        Example(intent=name, text=text)
        for name, intent in sentences.intents.intents.items()
        for text in _sampled(name, intent.data, sentences.intents)
    )


def _sampled(name: str, blocks: Sequence[IntentData], known: Intents) -> list[str]:
    """Walk each template of an intent in turn until there are enough."""
    templates = [(block, one) for block in blocks for one in block.sentences]
    if len(templates) > MOST:  # Evenly spread ones.
        templates = [templates[at * len(templates) // MOST] for at in range(MOST)]
    wanted = max(FEWEST, len(templates))
    found: dict[str, None] = {}
    filled: Counter[str] = Counter()
    for turn in range(_ROUNDS):
        for at, (block, template) in enumerate(templates):
            seed = f"{name} {at} {template.text} {turn}" if turn else ""
            walk = _Walk(seed, block, known, filled)
            text = walk.sentence(template.expression)
            if text:
                found.setdefault(text)
            if turn and len(found) >= wanted:
                return list(found)
        if len(found) >= wanted:
            break
    return list(found)


_NOTHING = ("", "qzxjk")
"""What no template may match: silence, and a word that does not exist."""


def check_ways(sentences: Sentences) -> None:
    """Make sure that templates can be matched in a moment, and do not match whatever is said.

    Each is tried with what it says itself at its shortest, at its longest and in between: where
    many ways through a template say the same, these are such texts.

    Raises:
        GrammarError: A text can be read in too many ways, or any text can be read.
    """
    known, values = sentences.intents, Values()
    names = {name: WildcardSlotList(name=name) for name in HOME_LISTS}
    nameless = {name: TextSlotList(name=name, values=[]) for name in HOME_LISTS}
    for intent in known.intents.values():
        for block in intent.data:
            rules = {**known.expansion_rules, **block.expansion_rules}
            lists = {**known.slot_lists, **block.slot_lists}
            readings = Readings(rules, {**names, **lists}, values)
            unnamed = Readings(rules, {**nameless, **lists}, values)
            for template in block.sentences:
                if any(unnamed.count(template.expression, text) for text in _NOTHING):
                    raise GrammarError(
                        f"intent {intent.name}: {str(template.text)[:80]!r} matches whatever is "
                        "said; a sentence needs a word that is always there"
                    )
                for seed in ("", LONGEST, "between", "again"):
                    walk = _Walk(seed, block, known, Counter())
                    text = walk.words(template.expression)
                    try:
                        readings.count(template.expression, text)
                    except TooManyWaysError as exc:
                        raise GrammarError(
                            f"intent {intent.name}: {str(template.text)[:80]!r} can be read in "
                            f"more than {MOST_WAYS} ways when {text[:40]!r}... is said"
                        ) from exc


LONGEST = "longest"
"""As a seed of choices: nothing that may be said is left out."""


class _Choices:
    """Choices that look like chance and come out of a text; without text always the first."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def below(self, size: int) -> int:
        """A number from 0 to `size` - 1."""
        if self._seed in ("", LONGEST) or size < 2:
            return 0
        self._count += 1
        digest = blake2b(f"{self._seed} {self._count}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % size


class _EndlessError(Exception):
    """A walk went on for longer than any sentence."""


class _Walk:
    """One way through a template."""

    def __init__(self, seed: str, block: IntentData, known: Intents, filled: Counter[str]) -> None:
        """Begin a walk.

        Args:
            seed: Where the choices come from; "" takes the plainest way, `LONGEST` the
                longest.
            block: The template's own rules and lists.
            known: Those of the whole pack.
            filled: How often each list was filled in, so that each value has its turn.
        """
        self._plain = not seed
        self._choices = _Choices(seed)
        self._block = block
        self._known = known
        self._filled = filled
        self._steps = 0

    def sentence(self, found: Expression) -> str:
        """The words on the way; "" where there are more than anybody says."""
        text = self.words(found)
        return text if len(text) <= _MOST_LETTERS else ""

    def words(self, found: Expression) -> str:
        """The words on the way; "" where it has no end."""
        try:
            return " ".join(self._words(found).split()).lower()
        except _EndlessError:
            return ""

    def _words(self, found: Expression) -> str:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _EndlessError
        match found:
            case TextChunk():
                return str(found.original_text)
            case Alternative(items=items):
                if not items or (self._plain and found.is_optional):
                    return ""
                return self._words(items[self._choices.below(len(items))])
            case Permutation(items=items):
                left, said = list(items), []
                while left:
                    said.append(self._words(left.pop(self._choices.below(len(left)))))
                return " ".join(said)
            case Group(items=items):
                return "".join(self._words(item) for item in items)
            case RuleReference(rule_name=name):
                rules = self._block.expansion_rules
                rule = rules[name] if name in rules else self._known.expansion_rules[name]
                return self._words(rule.expression)
            case ListReference():
                return self._value(found)
        raise TypeError(f"hassil gave an unknown expression {found!r}")

    def _value(self, reference: ListReference) -> str:
        """The next value of a list."""
        name = reference.list_name
        lists = self._block.slot_lists
        listed = lists[name] if name in lists else self._known.slot_lists.get(name)
        turn = self._filled[name]
        self._filled[name] += 1
        span = reference.get_inline_range() if listed is None else None
        if span is not None:
            listed = RangeSlotList(name=name, start=span[0], stop=span[1], step=span[2])
        if isinstance(listed, TextSlotList) and listed.values:
            return self._words(listed.values[turn % len(listed.values)].text_in)
        if isinstance(listed, RangeSlotList):
            return _number(listed, turn)
        usual = self._usual(name, listed)
        return usual[turn % len(usual)]

    def _usual(self, name: str, listed: SlotList | None) -> Sequence[str]:
        if name == "name" and listed is None:
            kinds = self._block.requires_context.get("domain", ())
            kinds = [kinds] if isinstance(kinds, str) else kinds
            own = [word for kind in kinds for word in _DEVICES.get(kind, ())]
            return own or _HOME["name"]
        return _HOME.get(name, (name.replace("_", " "),))


def _number(listed: RangeSlotList, turn: int) -> str:
    """A number of a range, of all sizes, each another one."""
    count = (listed.stop - listed.start) // listed.step + 1
    # Steps by the golden section pass all parts of the range before they come close to each other.
    at = int(count * ((turn * 0.6180339887 + 0.5) % 1))
    return str(listed.start + at * listed.step)
