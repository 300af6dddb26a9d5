"""What understanding knows of what was taught, made anew only when that changes."""

from collections.abc import Sequence
from dataclasses import replace

from device.concepts import Concept
from device.context import Context, Home
from device.nlu.conceptnames import ConceptNames
from device.nlu.nicknames import Nicknames, named_home

NOTHING = ConceptNames(())
"""The names of nothing."""


class Learned:
    """The taught names of whoever spoke last."""

    def __init__(self) -> None:
        self._for: tuple[Sequence[Concept], str | None, Home] | None = None
        self._names = NOTHING
        self.nicknames = Nicknames(())
        """The names of things and rooms, of whoever spoke last."""
        self._home = Home()

    def __call__(self, context: Context) -> tuple[ConceptNames, Context]:
        """The names that set something, and the context in whose home the others are names."""
        if not context.taught and self._for is None:
            return NOTHING, context
        taught, person, home = self._for or ((), None, None)
        if taught is not context.taught or person != context.person or home is not context.home:
            concepts = context.concepts
            self._for = (context.taught, context.person, context.home)
            self._names = ConceptNames(concepts)
            self.nicknames = Nicknames(concepts)
            self._home = named_home(context.home, concepts)
        return self._names, replace(context, home=self._home)
