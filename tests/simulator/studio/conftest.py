"""One house, served for real, for all tests of a file."""

from collections.abc import Iterator

import pytest

from tests.simulator.studio.visits import Studio, served


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with served() as studio:
        yield studio
