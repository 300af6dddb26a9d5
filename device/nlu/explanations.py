"""What somebody says a word means without having been asked: "when I say X, turn off the TV".

For typed requests. The words that frame such a sentence are few and fixed; what stands in them
can be anything, so no model reads where it begins. What it means is read as in a lesson.
"""

import re
from collections.abc import Iterable, Mapping

from device.context import Context, Home
from device.events import Interpretation, Slot
from device.nlu.names import ARTICLES
from device.nlu.words import plain

TEACH = "TeachConcept"
"""Its intent; `word` is what is taught, `definition` what it means, where that is said. `unsplit`
holds both, where nothing between them tells where the one ends."""

MOST_WORDS = 8
"""Words of what is taught."""

_SAY = r"(?:when|whenever|if|every time|each time|any time) (?:i|we) (?:say|tell you|ask for)"
_THEN = (
    r"(?:,|;|:|\bthen\b|\bplease\b|\b(?:i|we) (?:mean|want)\b(?: you to\b)?"
    r"|\b(?:that|it|this) (?:means|should mean)\b|\byou (?:should|must|can)\b)"
)
_DO = (
    r"(?:turn|switch|set|put|make|dim|brighten|open|close|shut|start|stop|play|lower|raise|lock|"
    r"bring|keep|change|the|all|every|everything|both)"
)
"""How what is to be done begins, where nothing stands before it."""
_LET = r"(?:let me|let's|i want to|i would like to|i'd like to|can i|i'll|i will|i'm going to)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_SAY} (?P<word>.+?)\s*{_THEN}[\s,]*(?P<definition>.+)",
        rf"{_SAY} (?P<word>.+?) (?P<definition>{_DO} .+)",
        rf"{_SAY} (?P<unsplit>.+)",
        rf"(?P<definition>.+?),? {_SAY} (?P<word>.+)",
        r"by (?P<word>.+?),? (?:i|we) mean (?P<definition>.+)",
        r"(?:from now on,? )?(?P<word>.+?) (?:means|should mean|stands for|is short for|"
        r"is the same as|is another (?:word|name) for) (?P<definition>.+)",
        rf"{_LET} teach you (?:what |about )?(?:the (?:word|name) )?(?P<word>.+?)(?: means| is)?",
        r"learn (?:what|the (?:word|name)) (?P<word>.+?)(?: means| is)?",
        r"(?:from now on,? )?(?:please )?(?:i |we |let's |you can )?call (?P<called>.+)",
        r"(?P<thing>.+?) (?:is|are) (?:also )?(?:called|known as) (?P<word>.+)",
    )
)
"""How such sentences go; the first that fits whole counts."""

_NOBODY = frozenset(
    {"this", "that", "it", "which", "what", "who", "he", "she", "they", "there", "nothing", "you"}
    | {"me", "us", "something", "anything", "stop", "yes", "no", "how", "does", "do", "if", "so"}
    | {"but", "by"}
)
"""Words that no taught name begins with."""

_QUESTIONS = frozenset({"what", "which", "who", "how", "why"})


def explanation(text: str, context: Context) -> Interpretation | None:
    """The word that a sentence explains, and what it says that the word means.

    Args:
        text: As it was typed.
        context: The home, whose own names mean what they mean.

    Returns:
        A `TeachConcept`, or None.
    """
    said = " ".join(text.split()).rstrip(" .!")
    for form in () if said.endswith("?") else _FORMS:
        found = form.fullmatch(said)
        if found is not None:
            slots = _slots(found.groupdict(), context)
            if slots:
                return Interpretation(
                    text=text, domain="conversation", intent=TEACH, slots=slots, confidence=1.0
                )
    return None


def _slots(parts: Mapping[str, str | None], context: Context) -> tuple[Slot, ...]:
    """What a form found, as slots; none where it is no explanation."""
    unsplit, thing, said = (parts.get(part) or "" for part in ("unsplit", "thing", "word"))
    if unsplit:
        known = _name(" ".join(unsplit.split()[:MOST_WORDS]))
        return (Slot(name="unsplit", value=unsplit, text=unsplit),) if known else ()
    if called := parts.get("called"):
        thing, said = _parted(called, context)
    word = _name(said)
    if not word or _called(word, context) or (thing and not _names_any(thing, context)):
        return ()
    named = Slot(name="word", value=word, text=said)
    definition = (thing or parts.get("definition") or "").strip(" ,")
    if _asks(definition.split()[:1]):
        return ()
    told = (Slot(name="definition", value=definition, text=definition),) if definition else ()
    return (named, *told)


def _parted(called: str, context: Context) -> tuple[str, str]:
    """What is called something, as far as the last name of the home in it; and what it is called.

    Example: "the desk lamp and the fan the busy bees".
    """
    words = called.split()
    for at in range(len(words) - 1, 0, -1):
        if any(f" {plain(' '.join(words[:at]))}".endswith(f" {n}") for n in _names(context.home)):
            return " ".join(words[:at]), " ".join(words[at:])
    return "", ""


def _name(said: str) -> str:
    """What is taught, without article and quotes; "" where it can be no name."""
    words = said.strip(" ,.:;\"'\u201c\u201d").split()
    while len(words) > 1 and words[0].lower() in ARTICLES:
        words.pop(0)
    if not 0 < len(words) <= MOST_WORDS or plain(words[0]) in _NOBODY or _asks(words):
        return ""
    return " ".join(words)


def _asks(words: Iterable[str]) -> bool:
    """Whether words ask something: "I need to know what adumbrate means"."""
    return not _QUESTIONS.isdisjoint(map(plain, words))


def _called(word: str, context: Context) -> bool:
    """Whether the home itself calls something so."""
    taught = {plain(concept.name) for concept in context.taught}
    return plain(word) in _names(context.home) - taught


def _names_any(words: str, context: Context) -> bool:
    """Whether something of the home is named in these words."""
    said = f" {plain(words)} "
    return any(f" {name} " in said for name in _names(context.home))


def _names(home: Home) -> set[str]:
    called = [(d.name, *d.aliases) for d in home.devices]
    called += [(r.name, *r.aliases) for r in home.rooms]
    return {plain(name) for names in called for name in names} - {""}
