"""Ways in which owners answer, and how many are so."""

from collections.abc import Mapping
from enum import StrEnum


class Manner(StrEnum):
    """Ways of answering."""

    PLAIN = "plain"
    TERSE = "terse"
    CHATTY = "chatty, hesitates"
    DIGRESSES = "digresses"
    VAGUE = "vague first"
    UNSURE = "unsure first"
    WILLING = "says yes first"
    CHANGES = "changes his mind within an answer"
    CORRECTS = "corrects what is offered"
    BETWEEN = "asks something else in between"
    SILENT = "silent once"
    REFUSES = "refuses"
    REFUSES_LATE = "gives up halfway"


MANNERS: Mapping[Manner, float] = {
    Manner.PLAIN: 20, Manner.TERSE: 12, Manner.CHATTY: 15, Manner.DIGRESSES: 10,
    Manner.VAGUE: 8, Manner.UNSURE: 3, Manner.WILLING: 8, Manner.CHANGES: 5,
    Manner.CORRECTS: 7, Manner.BETWEEN: 4, Manner.SILENT: 3, Manner.REFUSES: 3,
    Manner.REFUSES_LATE: 2,
}  # fmt: skip
"""How many of a hundred owners are so."""

REFUSERS = frozenset({Manner.REFUSES, Manner.REFUSES_LATE})
