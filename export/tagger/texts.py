"""Training and test sentences for the tagger, with labels and with the flags of their homes.

Requests come from the simulator's sentences in random homes. What is not for the speaker
comes from public sets of requests to other kinds of assistants (training parts only).
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from device.context import Home
from device.nlu.embedding import Floats
from device.nlu.gazetteer import FLAGS, Gazetteer
from device.nlu.intents import OUT_OF_SCOPE
from device.nlu.words import Token, tokenize
from export.tagger.published import published_phrase
from simulator.disfluency import disfluent, negated
from simulator.fillings import Filler
from simulator.homes import Split, random_home
from simulator.sentences import Phrase, dressed, random_phrase, sources

TEXTS = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "text"
"""Where the public sets lie, beside the checkout; the command line can name another folder."""

OURS = frozenset(
    {"alarm", "calendar", "cancel", "change_speed", "change_volume", "date", "goodbye"}
    | {"greeting", "maybe", "next_song", "no", "play_music", "reminder", "reminder_update"}
    | {"repeat", "shopping_list", "shopping_list_update", "smart_home", "thank_you", "time"}
    | {"timer", "todo_list", "todo_list_update", "update_playlist", "weather", "yes"}
    | {"what_can_i_ask_you", "what_is_your_name", "whisper_mode", "calendar_update"}
    | {"meeting_schedule", "schedule_meeting", "where_are_you_from", "cook_time", "what_song"}
)
"""Intents of CLINC150 that the speaker knows itself or that people would expect of it."""

ANSWERS = (
    *("yes", "no", "yes please", "no thanks", "yeah", "yep", "nope", "sure", "of course"),
    *("okay", "ok", "the first one", "the second one", "that one", "neither", "both"),
)
"""Answers to questions, which are no requests by themselves."""

UNITS = frozenset({"%", "percent", "°", "°c", "degrees", "degree", "c", "k", "kelvin", "celsius"})

HOMES = 400

EMPHASIS = {"ScheduleCommand": 2.5, "Continue": 2.0, "Correct": 2.0, "HassTurnOn": 1.3}
"""Intents whose templates are few for how much can be said with them."""

DISFLUENT = 0.06
"""Share of requests with a filler, a repeated word or a correction."""

NEGATED = 0.02
"""Share of requests not to do something."""


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with everything that a model is trained on."""

    tokens: tuple[str, ...]
    labels: tuple[str, ...]
    """One for each token: "O", "B-name", "I-name" ..."""
    intent: str
    flags: Floats
    """Shape (tokens, flags), zeros and ones."""


@dataclass(frozen=True, slots=True)
class House:
    """A pretend home and its names, indexed."""

    home: Home
    gazetteer: Gazetteer


def houses(rng: Random, split: Split, count: int = HOMES) -> list[House]:
    """Random homes to speak in."""
    made = [random_home(rng, split) for _ in range(count)]
    lists = ("shopping", "to-do")
    return [House(home, Gazetteer(home, lists)) for home in made]


def example(phrase: Phrase, gazetteer: Gazetteer, rng: Random) -> Example:
    """A phrase as the tagger reads it, now and then with a slip or in an unknown home."""
    words = phrase.words()
    tokens = tokenize(" ".join(w for w, _ in words))
    labels: list[str] = []
    before = -1
    for token in tokens:
        piece = words[token.word][1]
        slot = phrase.pieces[piece].label if piece >= 0 else ""
        if not slot or (token.mark and piece != before):
            labels.append("O")
        else:
            labels.append(f"{'I' if piece == before else 'B'}-{slot}")
        before = piece
    _without_units(tokens, labels)
    flags = gazetteer.flags(tokens)
    if rng.random() < 0.12:
        flags = np.zeros_like(flags)
    texts = tuple(
        _slip(t.text, rng) if label == "O" else t.text for t, label in _zip(tokens, labels)
    )
    return Example(texts, _mended(labels), phrase.intent, flags)


def _without_units(tokens: tuple[Token, ...], labels: list[str]) -> None:
    """A unit never belongs to its number, so that "50%" and "50 percent" are labelled alike."""
    for i in range(len(tokens) - 1, -1, -1):
        last = i + 1 == len(tokens) or not labels[i + 1].startswith("I-")
        if last and labels[i].startswith("I-") and tokens[i].text in UNITS:
            labels[i] = "O"


def _zip(tokens: tuple[Token, ...], labels: list[str]) -> list[tuple[Token, str]]:
    return list(zip(tokens, labels, strict=True))


def _mended(labels: list[str]) -> tuple[str, ...]:
    """No piece ends in a mark."""
    mended = list(labels)
    for i, label in enumerate(labels):
        if label.startswith("I-") and (i == 0 or mended[i - 1][2:] != label[2:]):
            mended[i] = f"B-{label[2:]}"
    return tuple(mended)


def _slip(word: str, rng: Random) -> str:
    """A typing mistake in one of a hundred words; "of" for "off" is the most common one."""
    if word == "off" and rng.random() < 0.04:
        return "of"
    if len(word) < 4 or rng.random() > 0.01:
        return word
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def examples(count: int, seed: int, split: Split, *, published: float = 0.25) -> list[Example]:
    """Labelled requests.

    Args:
        count: How many.
        seed: The same seed gives the same sentences.
        split: "test" for names and words that training never sees.
        published: Share that comes from Home Assistant's published templates.
    """
    rng = Random(seed)
    places = houses(rng, split)
    blocks = sources(otherwise=True)
    names = list(blocks)
    weights = [
        EMPHASIS.get(n, 1.0) * max(4.0, sum(len(s.block.sentences) for s in blocks[n]) ** 0.6)
        for n in names
    ]
    made: list[Example] = []
    while len(made) < count:
        house = rng.choice(places)
        if rng.random() < published:
            phrase = published_phrase(rng, house.home, split)
        else:
            name = rng.choices(names, weights=weights)[0]
            phrase = random_phrase(name, rng, house.home, split, otherwise=True)
        phrase = _as_spoken(dressed(phrase, rng), house.home, rng, split)
        made.append(example(phrase, house.gazetteer, rng))
    return made


def _as_spoken(phrase: Phrase, home: Home, rng: Random, split: Split) -> Phrase:
    """Now and then with a disfluency, now and then the request not to do it."""
    style = rng.random()
    if style < DISFLUENT:
        return disfluent(phrase, rng, Filler(rng=rng, home=home, split=split))
    return negated(phrase, rng) if style < DISFLUENT + NEGATED else phrase


def outsiders(split: Split, texts: Path = TEXTS) -> list[Example]:
    """Requests that are not for the speaker; "test" reads the validation parts.

    Args:
        split: "train" or "test".
        texts: Folder with `clinc150` and `snips`.
    """
    sentences: list[str] = []
    table = json.loads((texts / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    parts = ("train", "oos_train") if split == "train" else ("val", "oos_val")
    sentences += [text for part in parts for text, intent in table[part] if intent not in OURS]
    folder = texts / "snips" / ("train" if split == "train" else "valid")
    lines = (folder / "seq.in").read_text(encoding="utf-8").splitlines()
    intents = (folder / "label").read_text(encoding="utf-8").splitlines()
    foreign = ("BookRestaurant", "RateBook", "SearchScreeningEvent", "SearchCreativeWork")
    sentences += [t for t, i in zip(lines, intents, strict=True) if i in foreign]
    sentences += [answer for answer in ANSWERS for _ in range(12)]
    made: list[Example] = []
    for sentence in sentences:
        tokens = tuple(t.text for t in tokenize(sentence))
        if tokens:
            flags = np.zeros((len(tokens), len(FLAGS)), np.float32)
            made.append(Example(tokens, ("O",) * len(tokens), OUT_OF_SCOPE, flags))
    return made


def vocabulary(texts: Counter[str], most: int) -> list[str]:
    """The most frequent words that were seen three times."""
    return sorted(word for word, count in texts.most_common(most) if count >= 3)
