"""One house, served for real, for all tests of a file."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from simulator.scenario.command import SHIPPED
from simulator.session import Scene
from simulator.studio.keeper import Keeper
from simulator.studio.pages import Pages
from simulator.studio.server import application, bound, serve
from tests.simulator.studio.visits import TOKEN, Studio

EVENING = datetime(2026, 11, 20, 21, 30)


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    pages = Pages()
    with closing(bound(0)) as listening:
        port = listening.getsockname()[1]
        with closing(
            Keeper(Scene(room="Kitchen", at=EVENING), pages, scenarios=[SHIPPED])
        ) as keeper:
            inside = application(keeper, pages, token=TOKEN, port=port)
            server = serve(inside, listening)
            thread = threading.Thread(target=lambda: server.run([listening]))
            thread.start()
            yield Studio(port=port, keeper=keeper, pages=pages)
            server.should_exit = True
            thread.join()
