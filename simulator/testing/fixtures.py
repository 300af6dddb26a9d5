"""The pytest fixture."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from simulator.testing.playhouse import Playhouse


@pytest.fixture
def pretend() -> Iterator[Callable[..., Playhouse]]:
    """Makes houses (`Playhouse`, with its arguments); they are gone after the test."""
    with ExitStack() as stack:
        yield lambda **arguments: stack.enter_context(Playhouse(**arguments))
