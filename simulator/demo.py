"""`make demo`: one conversation in the pretend house, spoken and typed, through everything."""

import sys
from pathlib import Path

from rich.console import Console

from device.edges.recordings import read_blocks
from device.errors import InglenookError
from device.records import record
from simulator.rendering import show_turn
from simulator.session import Scene, Session

SOUNDS = Path(__file__).parent / "sounds"

TURNS: tuple[str | Path, ...] = (
    SOUNDS / "light_and_thermostat.slt.ogg",
    SOUNDS / "shopping_list.awb.ogg",
    SOUNDS / "timer.kal16.ogg",
    "what is on my shopping list",
    "turn on the kitchen light and the fan",
    "is the front door locked",
    "unlock the front door",
    "no",
    "undo that",
)
"""Recordings that the project made (simulator/sounds), and typed lines."""


def main() -> int:
    """Hold the conversation; gives 0 when every turn ran."""
    console = Console(highlight=False)
    failed = 0
    try:
        with Session(Scene(room="Kitchen"), hears=True) as session:
            home = session.speaker.home.home
            console.print(
                f"A pretend house of {len(home.rooms)} rooms and {len(home.devices)} devices, "
                f"on a real {session.broker.name} broker at {session.address}.\n"
            )
            for spoken in TURNS:
                if isinstance(spoken, Path):
                    console.print(f"[dim]listening to {spoken.name}[/]")
                    turns = session.hear(read_blocks(spoken))
                else:
                    turns = session.say(spoken)
                for turn in turns:
                    show_turn(console, record(turn, session.speaker.home.home))
                    failed += turn.error is not None
    except InglenookError as exc:
        sys.stderr.write(f"inglenook: {exc}\n")
        return 2
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
