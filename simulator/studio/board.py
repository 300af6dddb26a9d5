"""What the pages are told, and what is remembered for those that are opened later."""

from collections import deque
from collections.abc import Mapping

from simulator.studio import views
from simulator.studio.pages import Page, Pages, Told
from simulator.studio.strips import Letter

LOOK_MS = 100
"""How often the pages are told how the house stands, milliseconds."""
KEPT_TURNS, KEPT_SOUNDS, KEPT_LETTERS = 40, 10, 400
"""What a page that is opened later still gets to see."""


class Board:
    """Tells all pages what is new, once."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._letters: deque[Letter] = deque(maxlen=KEPT_LETTERS)
        self._untold: list[Letter] = []
        self._strips: deque[Told] = deque(maxlen=KEPT_TURNS)
        self._sounds: deque[Told] = deque(maxlen=KEPT_SOUNDS)
        self._devices: Mapping[str, views.Json] = {}
        self._last: dict[str, Told] = {}
        """What was told last of what there is only one of, by kind."""

    @property
    def watched(self) -> int:
        """How many pages are open."""
        return self._pages.count

    def turn(self, told: Told) -> None:
        """A turn ended."""
        self._strips.append({"is": "turn", **told})
        self._pages.tell(self._strips[-1])

    def sound(self, turn: str, told: Told) -> None:
        """The sound of a turn was looked at."""
        self._sounds.append({"is": "sound", "turn": turn, **told})
        self._pages.tell(self._sounds[-1])

    def letter(self, letter: Letter) -> None:
        """A message went out or came in; it is told with the next `flush`."""
        self._letters.append(letter)
        self._untold.append(letter)

    def devices(self, devices: Mapping[str, views.Json]) -> None:
        """How the devices stand; only what changed is told."""
        if changed := views.changes(self._devices, devices):
            self._devices = devices
            self._pages.tell({"is": "devices", "devices": changed})

    def latest(self, kind: str, told: Told) -> None:
        """Something that there is only one of, such as the lists; told where it changed."""
        if self._last.get(kind) != told:
            self._last[kind] = told
            self._pages.tell({"is": kind, **told})

    def flush(self) -> None:
        """Tell the messages that nobody was told yet."""
        if self._untold:
            letters, self._untold = self._untold[-KEPT_LETTERS:], []
            self._pages.tell({"is": "letters", "letters": [one.json() for one in letters]})

    def notice(self, text: str, *, kind: str = "error", only: Page | None = None) -> None:
        """A sentence for a person; arguments as `notice`, and whom it concerns, None for all."""
        self.tell(notice(text, kind=kind), only=only)

    def tell(self, told: Told, *, only: Page | None = None) -> None:
        """Anything that is not remembered."""
        self._pages.tell(told, only=only)

    def afresh(self) -> None:
        """Forget the turns, on all pages as well."""
        self._strips.clear()
        self._sounds.clear()
        self.tell({"is": "afresh"})

    def welcome(self, page: Page, plan: Told) -> None:
        """Tell a page that was just opened everything that it shows."""
        self.tell({"is": "plan", **plan}, only=page)
        self.tell({"is": "devices", "devices": dict(self._devices)}, only=page)
        for kind, told in self._last.items():
            self.tell({"is": kind, **told}, only=page)
        letters = [letter.json() for letter in self._letters if letter not in self._untold]
        self.tell({"is": "letters", "letters": letters}, only=page)
        for told in (*self._strips, *self._sounds):
            self.tell(told, only=page)
        self.tell({"is": "welcome"}, only=page)


def notice(text: str, *, kind: str = "error") -> Told:
    """What tells a page a sentence.

    Args:
        text: It; with or without a full stop.
        kind: "error" or "said".
    """
    end = "" if text.endswith((".", "!", "?")) else "."
    return {"is": "notice", "kind": kind, "text": f"{text[:1].upper()}{text[1:]}{end}"}
