"""What the words beside a slot's words tell: which slot it is, and where it ends.

An alignment keeps the order of the template. People do not: "to the zoo from the airport".
"""

from dataclasses import replace
from itertools import combinations

from device.nlu.alignment import Alignment, Piece, Said
from device.nlu.names import ARTICLES
from device.nlu.packintents import Place, Template


def introduced(place: Place, said: Said, start: int) -> bool:
    """Whether the word before a value is one that the templates have before this slot."""
    while start and said.words[start - 1] in ARTICLES:
        start -= 1
    return start > 0 and said.words[start - 1] in place.before


def followed(place: Place, said: Said, stop: int) -> bool:
    """Whether the word behind a value is one that the templates have behind this slot."""
    return stop < len(said.words) and said.words[stop] in place.behind


def settled(template: Template, way: Alignment, said: Said) -> tuple[Piece, ...]:
    """The pieces of a way, with values of one list in the slots that the words tell.

    Open slots give up words at their edges that the template has elsewhere: "what GOOD NIGHT is
    in dutch" for "what is {phrase} in {language}".
    """
    pieces = [_trimmed(piece, way, said) for piece in way.pieces]
    values = [at for at, piece in enumerate(pieces) if piece.found is not None]
    for one, other in combinations(values, 2):
        first, second = pieces[one], pieces[other]
        here, there = (template.places[piece.edge.slot] for piece in (first, second))
        if here.filler is not there.filler:
            continue
        as_is = introduced(here, said, first.start) + introduced(there, said, second.start)
        turned = introduced(there, said, first.start) + introduced(here, said, second.start)
        if turned > as_is:
            pieces[one] = replace(first, edge=second.edge)
            pieces[other] = replace(second, edge=first.edge)
    return tuple(pieces)


def _trimmed(piece: Piece, way: Alignment, said: Said) -> Piece:
    if piece.edge.slot < 0 or piece.found is not None:
        return piece
    start, stop = piece.start, piece.stop
    while start < stop - 1 and said.words[start] in way.missing:
        start += 1
    while stop - 1 > start and said.words[stop - 1] in way.missing:
        stop -= 1
    return replace(piece, start=start, stop=stop)
