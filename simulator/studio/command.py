"""The command `inglenook studio`."""

import sys
import webbrowser
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from simulator.scenario.command import SHIPPED
from simulator.session import Scene
from simulator.studio.gate import HOSTS, new_token
from simulator.studio.keeper import Keeper
from simulator.studio.pages import Pages
from simulator.studio.server import application, bound, serve


def open_studio(
    scene: Scene, *, port: int, wake: str | None, scenarios: Sequence[Path], browser: bool
) -> None:
    """Serve the page until interrupted.

    Args:
        scene: Where, when and by whom.
        port: Where to listen on this machine; 0 takes a free one.
        wake: Wake model that sound streams through first; None hears at once.
        scenarios: Folders of scenarios of one's own, beside those that come with the simulator.
        browser: Whether to open the page.

    Raises:
        InglenookError: A file of the scene is wrong, the broker does not come up, or the port
            is taken.
    """
    with closing(bound(port)) as listening:
        port = listening.getsockname()[1]
        pages, token = Pages(), new_token()
        sys.stdout.write("The house is coming up ...\n")
        sys.stdout.flush()
        with closing(Keeper(scene, pages, wake=wake, scenarios=(*scenarios, SHIPPED))) as keeper:
            address = f"http://{HOSTS[0]}:{port}/{token}/"
            sys.stdout.write(f"The house is on {keeper.broker}.\nThe studio is at {address}\n")
            sys.stdout.write("Only this machine reaches it, with this address. Ctrl-C ends it.\n")
            sys.stdout.flush()
            if browser:
                webbrowser.open(address)
            serve(application(keeper, pages, token=token, port=port), listening).run([listening])
