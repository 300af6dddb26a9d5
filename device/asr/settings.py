"""Every weight of recognition that was tuned rather than derived, in one place.

`python -m export tune` measures what they should be with the acoustic model that ships, and
`python -m export tune --write` writes that down here: each value stands alone on its line.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How widely the decoder looks, and how it weighs sounds."""

    beam: float = 15.0
    """Nats below the best within which readings stay alive."""
    most_nodes: int = 2_000
    """Nodes alive at once."""
    most_places: int = 300
    """Entries between words alive at once, times `alternatives`."""
    alternatives: int = 4
    """Entries with different words kept at each place."""
    blank_penalty: float = 2.0
    """Taken off the blank's log probability; without it words are deleted."""
    prior: float = 0.3
    """Share of the phonemes' own frequencies that is divided out, 0 to 1."""
    filler: float = 8.0
    """Nats for each step of sound between words that is none of theirs: "um", a cough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictating:
    """How free words are searched and when they are believed; sounds are weighed as in `Search`."""

    beam: float = 12.0
    """Nats below the best within which readings stay alive."""
    most_tokens: int = 2_000
    """Readings within a word alive at once."""
    most_places: int = 60
    """Readings between words alive at once, times `alternatives`."""
    alternatives: int = 3
    """Readings of different words kept in each context."""
    language_scale: float = 1.0
    """How much the language model counts."""
    word_cost: float = 0.0
    """Nats for each word, beside what the language model says."""
    misfit: float = 0.9
    """Loss of the graph's best reading above which free words are looked for (see `Trust`)."""
    margin: float = 4.0
    """Nats by which free words must be likelier than the graph's reading to be believed more."""
    open_margin: float = 0.0
    """The same where any words are expected."""
    free_middle: float = 0.86
    """Loss, language model included, at which free words are as likely all right as not."""
    free_slope: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What less usual readings cost, in nats of log probability."""

    language: float = 0.5
    """How much the language model of the templates counts."""
    joined: float = 5.0
    """Another request after "and"."""
    coordinated: float = 4.0
    """Another name after "and"."""
    open_word: float = 2.0
    """Each word of an open part, such as a shopping item."""
    open_joint: float = 0.5
    """ "and" between things in an open part."""
    stranger: float = 3.0
    """The first word of a name that nobody has taught, beside how many such words there are."""
    more_strangers: float = 0.0
    """Each further word of such a name, likewise."""
    rare_stranger: float = 2.0
    """More, for a word that names are seldom made of."""
    polite: float = 0.5
    """Each word that may be skipped, such as "please"."""
    builtin: float = 2.0
    """A built-in sentence, where the owner has written sentences too."""
    answer: float = 2.0
    """An answer to a question of the speaker's own, be one open or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """From log probabilities to a confidence, by logistic functions fitted on dev speech.

    What counts is the loss: how much less likely, for each step, the words are than the
    likeliest sounds whatever they say. Speech that nothing here can say has a great loss.
    """

    middle: float = 0.968
    """Loss in nats for each step of its words at which a sentence is as likely right as wrong."""
    slope: float = 8.77
    word_middle: float = 1.728
    word_slope: float = 1.88
    rival_scale: float = 0.583
    """How fast a rival sentence fades with its distance in nats."""
