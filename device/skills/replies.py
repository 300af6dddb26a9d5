"""Replies: what became of commands, in words, and several requests in one breath."""

import re
from collections.abc import Mapping, Sequence

from device.context import Context, Device
from device.events import Outcome, OutcomeKind
from device.skills.phrases import be, called, capital, counted, group_word, listed, ordered, stands

NAMED = 3
"""How many devices are named one by one; more are counted."""

NO_BROKER = "I can't reach the home's broker, so nothing was sent."

_STATEMENT = re.compile(
    r"(?!.*, but )(?P<who>[A-Z0-9][\w\u2019']* [^.!?]*?) (?P<verb>is|are) "
    r"(?P<what>(?:[^,.!?]|\.(?=\d))+)\."
)
_EXCUSES: Mapping[OutcomeKind, tuple[str, str]] = {
    OutcomeKind.NO_ANSWER: ("did not answer", "did not answer"),
    OutcomeKind.OFFLINE: ("is offline", "are offline"),
    OutcomeKind.FORBIDDEN: (
        "is out of bounds for me at the broker",
        "are out of bounds for me at the broker",
    ),
    OutcomeKind.REFUSED: ("can't do that", "can't do that"),
    OutcomeKind.TOO_OFTEN: (
        "was told enough for one minute, so I left it alone",
        "were told enough for one minute, so I left them alone",
    ),
    OutcomeKind.LOST: (
        "may not have heard me, because the home's broker went away",
        "may not have heard me, because the home's broker went away",
    ),
    OutcomeKind.NO_BROKER: (
        "could not be reached, because the home's broker is gone",
        "could not be reached, because the home's broker is gone",
    ),
}

_FAILURE = re.compile(
    r"(?!.*, but )[A-Z0-9][^.!?]* (?:"
    + "|".join(re.escape(words) for pair in _EXCUSES.values() for words in pair)
    + r"|(?:reports?|did not report) that [^.!?]+)\."
)
"""A sentence about what was not done."""

_LISTING = re.compile(
    r"(?P<verb>Added|Removed|Crossed) (?P<who>[^.!?]+) (?P<what>(?:to|from|off) the [^.!?]+ list)\."
)
_NEXT_NAME = re.compile(r"(?:, | and )(?=the |\d)")


def outcome_sentence(outcomes: Sequence[Outcome], context: Context) -> str:
    """What the devices reported, said plainly.

    Args:
        outcomes: What became of the commands of one request.
        context: The home, for names.

    Returns:
        Sentences that name what is done first, then what is not; "" without outcomes.
    """
    if outcomes and all(o.kind is OutcomeKind.NO_BROKER for o in outcomes):
        return NO_BROKER
    good = [o for o in outcomes if o.kind is OutcomeKind.DONE]
    done, failed = _done(good, context), _failed(outcomes, context)
    if len(done) == 1 and failed:
        done, failed = [_but(done[0], failed[0])], failed[1:]
    return " ".join(capital(sentence) for sentence in (*done, *failed))


def _done(outcomes: Sequence[Outcome], context: Context) -> list[str]:
    """One sentence for each state that devices are in now, naming or counting them."""
    states: dict[str, list[str]] = {}
    for outcome in outcomes:
        states.setdefault(outcome.command.device, []).append(_stand(outcome))
    together: dict[str, list[str]] = {}
    for device, stand in states.items():
        # "on at 40 %" says no more than "at 40 %".
        words = [word for word in stand if word != "on" or len(stand) == 1]
        together.setdefault(listed(list(dict.fromkeys(words))), []).append(device)
    return [f"{_who(ids, context)} {stand}." for stand, ids in together.items()]


def _stand(outcome: Outcome) -> str:
    if outcome.command.value == "stop":
        return "stopped"
    reported = outcome.command.value if outcome.reported is None else outcome.reported
    return stands(outcome.command.capability, reported)


def _who(ids: Sequence[str], context: Context) -> str:
    """The devices with the verb that follows: "the fan is", "6 lights are"."""
    names, devices = _names(ids, context)
    if len(names) > NAMED:
        return f"{counted(len(names), group_word(devices))} are"
    return f"{listed(names)} {be(names)}"


def _names(ids: Sequence[str], context: Context) -> tuple[list[str], list[Device]]:
    found = {i: context.home.device(i) for i in ids}
    names = [i if d is None else called(context.home, d) for i, d in found.items()]
    return names, [d for d in found.values() if d is not None]


def _but(done: str, failed: str) -> str:
    """What is done and what is not, in one sentence.

    Example: "The kitchen light is on, but the fan did not answer."
    """
    return f"{done.removesuffix('.')}, but {_lower_first(failed)}"


def _failed(outcomes: Sequence[Outcome], context: Context) -> list[str]:
    """One sentence for each way of not doing it."""
    sentences = []
    for kind, (one, several) in _EXCUSES.items():
        ids = list(dict.fromkeys(o.command.device for o in outcomes if o.kind is kind))
        if ids:
            names, devices = _names(ids, context)
            many = len(names) > NAMED
            who = counted(len(names), group_word(devices)) if many else listed(names)
            sentences.append(f"{who} {one if be(names) == 'is' else several}.")
    sentences += _sent(outcomes, context)
    for outcome in outcomes:
        if outcome.kind is OutcomeKind.OTHER_VALUE:
            who = _names([outcome.command.device], context)[0][0]
            sentences.append(f"{who} {_instead(outcome, several=be([who]) == 'are')}.")
    return sentences


def _sent(outcomes: Sequence[Outcome], context: Context) -> list[str]:
    """What was sent to devices that never report: one sentence for each thing they were told."""
    alike: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        if outcome.kind is OutcomeKind.SENT:
            what = ordered(outcome.command.capability, outcome.command.value)
            alike.setdefault(what, []).append(outcome.command.device)
    sentences = []
    for (verb, end), ids in alike.items():
        names, devices = _names(ids, context)
        who = counted(len(names), group_word(devices)) if len(names) > NAMED else listed(names)
        it_does = "it does" if be(names) == "is" else "they do"
        sentences.append(f"I told {who} to {verb}{end}, but {it_does} not report back.")
    return sentences


def _instead(outcome: Outcome, *, several: bool) -> str:
    """What a device reports instead of what it was told."""
    command = outcome.command
    wanted = stands(command.capability, command.value)
    it_is = "they are" if several else "it is"
    if outcome.reported is None:
        return f"did not report that {it_is} {wanted}"
    reported = stands(command.capability, outcome.reported)
    return f"report{'' if several else 's'} that {it_is} {reported}, not {wanted}"


def compose(replies: Sequence[str]) -> str:
    """Say the replies of several requests in one breath.

    Sentences that say the same of different devices become one; two short statements are
    joined with "and"; anything else follows in order.

    Example: ["The kitchen light is on.", "The fan is on."] ->
    "The kitchen light and the fan are on."

    Args:
        replies: One reply for each request, in the order asked; empty ones are left out.

    Returns:
        The reply of the whole turn.
    """
    said = list(dict.fromkeys(reply for reply in replies if reply))
    found = [_LISTING.fullmatch(reply) or _STATEMENT.fullmatch(reply) for reply in said]
    together: dict[tuple[str, str], list[re.Match[str]]] = {}
    for match in found:
        if match is not None:
            together.setdefault(_ending(match), []).append(match)
    sentences: list[str] = []
    for reply, match in zip(said, found, strict=True):
        if match is None:
            sentences.append(reply)
        elif together[_ending(match)][0] is match:
            sentences.append(_joined(together[_ending(match)]))
    if len(sentences) == 2 and [bool(_FAILURE.fullmatch(s)) for s in sentences] == [False, True]:
        if _STATEMENT.fullmatch(sentences[0]):
            return _but(*sentences)
    elif len(sentences) == len(together) == 2:
        return f"{sentences[0].removesuffix('.')}, and {_lower_first(sentences[1])}"
    return " ".join(sentences)


def _ending(match: re.Match[str]) -> tuple[str, str]:
    """What sentences must share to become one."""
    listing = match.re is _LISTING
    return (match["verb"] if listing else "", match["what"])


def _joined(same: Sequence[re.Match[str]]) -> str:
    """One sentence out of those that end alike."""
    verb, what = same[0]["verb"], same[0]["what"]
    if same[0].re is _LISTING:
        return f"{verb} {listed([match['who'] for match in same])} {what}."
    names = [name for match in same for name in _NEXT_NAME.split(_lower_first(match["who"]))]
    return capital(f"{listed(names)} {verb if len(same) == 1 else 'are'} {what}.")


def _lower_first(sentence: str) -> str:
    """Without the capital that only the beginning of a sentence gave it."""
    begins = ("The ", "Added ", "Removed ", "Crossed ")
    return sentence[:1].lower() + sentence[1:] if sentence.startswith(begins) else sentence
