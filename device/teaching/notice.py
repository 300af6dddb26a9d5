"""The moment at which somebody would rather teach than try again, seen from the turns before.

A lesson is offered where a request failed and fails again, in the same words or in others
that mean the same to the utterance encoder, and where somebody says that what was done was
wrong. Nothing is counted or kept: the recent turns tell all of it, and how long ago the last
offer was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from device.context import Context
from device.events import Ask, DeviceCommand, Request, Turn
from device.nlu import names
from device.nlu.digits import says_digits
from device.nlu.embedding import Floats
from device.nlu.likeness import likeness
from device.nlu.targets import targets
from device.nlu.words import plain

NOT_MEANT = "NotMeant"
"""Intent of "that's not what I meant"."""

REPEATED_S = 120.0
"""Seconds within which the same again is a second try."""
ALIKE = 0.88
"""Cosine from which two requests that both failed are the same in other words."""
AKIN = 0.75
"""Cosine from which they are where they have words that tell something in common: "play some
jazz" and "play some rock" have 0.81, and are two wishes."""
IN_COMMON = 0.55
"""Share of the words in common (Dice, as in `device.nlu.likeness`) from which that is so."""
SAME_NAME = 0.7
"""Likeness from which two unknown names are the same one."""
SURE = 0.8
"""Confidence from which a request that was taken back is done again without a word, 0 to 1."""
GUESSED = 0.6
"""Confidence up to which an answer that changes nothing may be to something else, 0 to 1."""
REST_S = 600.0
"""Seconds after a lesson was offered unasked in which no other is."""
STILL = "I still don't"
"""How an offer after a second try in vain begins."""
TAKEN_BACK = "You took that back before."
"""How an offer in place of what was taken back begins."""
LEAST_WORDS = 2
"""Words of a sentence that is worth a lesson of its own."""

_ABOUT_TALK = frozenset({NOT_MEANT, "Undo", "RepeatThat", "HassNevermind"})

_QUESTION_WORDS = frozenset(
    {"who", "whos", "what", "whats", "when", "where", "why", "which", "how", "hows", "whose"}
)

Encode = Callable[[str], Floats]
"""From words to a unit vector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What somebody says was wrong."""

    request: Request
    """The first thing that was asked then."""
    said: str
    """The sentence."""
    turn: str = ""
    """Id of the turn that is to be taken back; "" where nothing was done with devices."""


def failed(requests: Sequence[Request], turn: Turn, context: Context) -> bool:
    """Whether a turn did nothing because it was not understood.

    Args:
        requests: What it was about.
        turn: Its record, or as much of one as there is yet.
        context: The home.
    """
    if turn.reply.asks is Ask.REPEAT:
        return True
    if turn.reply.asks is not None or turn.outcomes or turn.error or not requests:
        return False
    homeless = {route.request.text for route in turn.routes if route.skill is None}
    return any(r.text in homeless or unknown(r, context) is not None for r in requests)


def in_vain(requests: Sequence[Request], turn: Turn, context: Context) -> bool:
    """Whether a turn that is about to end does nothing anybody can be sure was wanted.

    Args:
        requests: What it is about.
        turn: Its record as far as it is known.
        context: The home.
    """
    if failed(requests, turn, context):
        return True
    idle = turn.reply.asks is None and not turn.outcomes and bool(requests)
    return idle and all(request.confidence < GUESSED for request in requests)


def is_question(text: str) -> bool:
    """Whether a sentence asks to be told something, which no lesson about deeds would help."""
    first = plain(text).split()[:1]
    return bool(first) and first[0].split("'")[0] in _QUESTION_WORDS


def unknown(request: Request, context: Context) -> str | None:
    """The name in a request that the home does not have, if there is one."""
    return targets(request, context).unknown


def tried_before(said: str, request: Request, context: Context, encode: Encode) -> Turn | None:
    """The turn in which the same was asked in vain a moment ago.

    Args:
        said: What fails now.
        request: What it asks for.
        context: Holds the recent turns.
        encode: The utterance encoder.

    Returns:
        None where it is the first try, where a lesson was offered not long ago, or where
        something was done in between.
    """
    words = [word for word in plain(said).split() if not says_digits(word)]
    if len(words) < LEAST_WORDS or _offered_lately(context):
        return None  # Nor do bare digits mean anything: somebody may be saying a PIN.
    for turn in reversed(context.turns):
        age_s = (context.now - turn.at).total_seconds()
        if not 0 <= age_s <= REPEATED_S or turn.person != context.person:
            return None
        if not turn.text or _about_talk(turn):
            continue
        if not in_vain(turn.requests, turn, context):
            return None
        if _same(said, request, turn, context, encode):
            return turn
    return None


def taken_back_before(
    said: str,
    requests: Sequence[Request],
    commands: Sequence[DeviceCommand],
    context: Context,
    encode: Encode,
) -> Turn | None:
    """The turn that did the same a moment ago and was taken back at once.

    Args:
        said: What is asked now.
        requests: The same, as it was understood: only what that is not sure of is asked about.
        commands: What would be done.
        context: Holds the recent turns.
        encode: The utterance encoder.
    """
    sure = all(request.confidence >= SURE for request in requests)
    if sure or len(plain(said).split()) < LEAST_WORDS or _offered_lately(context):
        return None
    for turn, after in pairwise(context.turns):
        age_s = (context.now - turn.at).total_seconds()
        undone = any(request.intent == "Undo" for request in after.requests)
        if not undone or not 0 <= age_s <= REPEATED_S or turn.person != context.person:
            continue
        same = {o.command for o in turn.outcomes} == set(commands)
        if same and _same(said, requests[0], turn, context, encode):
            return turn
    return None


def wrong_before(context: Context) -> Wrong | Turn | None:
    """What "that's not what I meant" is about: the turn before it, a moment ago.

    Returns:
        A `Wrong` where a lesson helps: a request that had devices do something, or that was not
        understood. The turn itself where only taking back helps: lists, timers, lessons. None
        where nothing was done that could be wrong.
    """
    last = next((turn for turn in reversed(context.turns) if turn.text), None)
    if last is None or last.person != context.person or not last.requests:
        return None
    age_s = (context.now - last.at).total_seconds()
    if not 0 <= age_s <= REPEATED_S or _about_talk(last):
        return None
    if last.learned or last.unlearned or last.notebooks is not None:
        return last
    if last.volume_before is not None and not last.outcomes:
        return last
    if not last.outcomes and not failed(last.requests, last, context):
        return None
    first = last.requests[0]
    answers = len(context.turns) > 1 and _before(context, last).reply.asks is not None
    said = first.text if answers else last.text
    return Wrong(request=first, said=said, turn=last.id if last.outcomes else "")


def _about_talk(turn: Turn) -> bool:
    """Whether a turn was about the talk itself, as far as one can be sure of it."""
    return any(r.intent in _ABOUT_TALK and r.confidence >= GUESSED for r in turn.requests)


def _before(context: Context, turn: Turn) -> Turn:
    at = context.turns.index(turn)
    return context.turns[max(at - 1, 0)]


def _offered_lately(context: Context) -> bool:
    """Whether a lesson was offered unasked not long ago: the words of the offer tell."""
    return any(
        turn.reply.asks is Ask.TEACH
        and turn.reply.text.startswith((STILL, TAKEN_BACK))
        and 0 <= (context.now - turn.at).total_seconds() <= REST_S
        for turn in context.turns
    )


def _same(said: str, request: Request, turn: Turn, context: Context, encode: Encode) -> bool:
    """Whether what was said asks for the same as a turn before."""
    if plain(said) == plain(turn.text):
        return True
    name = unknown(request, context)
    others = [n for r in turn.requests if (n := unknown(r, context)) is not None]
    if name is not None and others and max(names.likeness(name, n) for n in others) < SAME_NAME:
        return False
    cosine = float(encode(said) @ encode(turn.text))
    common = likeness((turn.text,), said)
    return cosine >= (AKIN if common >= IN_COMMON else ALIKE)
