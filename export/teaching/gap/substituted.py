"""Requests with a gap that are made of the speaker's own sentences.

A request that the speaker serves has a name or a value somewhere; with a made-up name in its
place something is lacking there. So the ways to ask are as many as those that understanding
knows, and not only the lines of templates.yaml.
"""

from random import Random

from device.context import Home
from device.teaching.gap import Lacks
from export.teaching.gap.manners import Sentence
from simulator.homes import Split
from simulator.sentences import Phrase, Piece, random_phrase

_LABELS = {"name": Lacks.DEVICES, "area": Lacks.PLACE} | dict.fromkeys(
    ("brightness", "color", "temperature", "mode", "percentage", "position", "volume_level"),
    Lacks.SETTING,
)
"""What is lacking where the words of a slot are not understood."""
_INTENTS = {
    Lacks.DEVICES: str.split(
        "HassTurnOn HassTurnOn HassTurnOn HassTurnOff HassTurnOff HassTurnOff HassTurnOn/cover "
        "HassTurnOff/cover HassLightSet HassLightSet HassToggle HassSetPosition HassFanSetSpeed"
    ),
    Lacks.PLACE: str.split(
        "HassTurnOn HassTurnOn HassTurnOff HassTurnOff HassLightSet HassLightSet HassToggle "
        "HassTurnOn/cover HassSetPosition HassClimateSetTemperature HassGetState"
    ),
    Lacks.SETTING: str.split(
        "HassLightSet HassLightSet HassLightSet HassLightSet HassSetPosition HassFanSetSpeed "
        "HassClimateSetTemperature ClimateSetMode HassSetVolume"
    ),
}
_ARTICLES = ("the", "my", "our", "a")
_UNITS = ("%", "percent", "degree", "°", "kelvin", "k", "celsius", "mode", "speed")
_TRIES = 200


def substituted(rng: Random, home: Home, split: Split, lacks: Lacks, name: str) -> Sentence | None:
    """A request of the speaker with a made-up name in it.

    Args:
        rng: The only source of chance.
        home: Whose other names are said.
        split: "test" for other names of devices and rooms than in training.
        lacks: What the name stands for.
        name: The name, perhaps with its article.

    Returns:
        Without a verdict; None where no such request was found.
    """
    for _ in range(_TRIES):
        intent = rng.choice(_INTENTS[lacks])
        phrase = random_phrase(intent, rng, home, split, otherwise=True)
        places = [i for i, p in enumerate(phrase.pieces) if _LABELS.get(p.label) is lacks]
        if len(places) == 1 and _alone(phrase, places[0]):
            return _with(phrase, places[0], name)
    return None


def _alone(phrase: Phrase, place: int) -> bool:
    """Whether a piece is whole words, with no unit behind them that asks for a number."""
    before, after = (_text(p) for p in (phrase.pieces[:place], phrase.pieces[place + 1 :]))
    parted = (not before or before[-1] == " ") and (not after or after[0] == " ")
    return parted and not after.lstrip().startswith(_UNITS)


def _with(phrase: Phrase, place: int, name: str) -> Sentence:
    before = _text(phrase.pieces[:place]).split()
    after = _text(phrase.pieces[place + 1 :]).split()
    spoken = name.split()
    article = spoken[0] in _ARTICLES and len(spoken) > 1
    if article and before[-1:] and before[-1] in _ARTICLES:
        before = before[:-1]
    start = len(before) + article
    stop = len(before) + len(spoken)
    return Sentence(words=(*before, *spoken, *after), verdict=None, gap=(start, stop))


def _text(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)
