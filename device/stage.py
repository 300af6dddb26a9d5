"""What every stage has in common."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

In = TypeVar("In", contravariant=True)
Out = TypeVar("Out", covariant=True)
A = TypeVar("A")
B = TypeVar("B")


class Stage(Protocol[In, Out]):
    """A step that takes one item and gives back the items it completed.

    A stage does no I/O and reads no clock: time reaches it inside the items.
    Feeding the same items after `reset` gives the same answers.
    """

    def feed(self, item: In, /) -> Sequence[Out]:
        """Take one item; return what it completed, oldest first, often nothing."""
        ...

    def reset(self) -> None:
        """Forget everything heard so far."""
        ...


def each(stage: Stage[A, B], items: Iterable[A]) -> list[B]:
    """Feed every item to a stage and collect what comes out."""
    return [out for item in items for out in stage.feed(item)]
