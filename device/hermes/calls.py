"""What clients are to answer in the turn under way, what came of it, and who has gone silent."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass

from device.effects import ANYBODY, Ending, Outside, Response
from device.events import Request
from device.hermes.session import Call, Session

SILENT_TIMES = 3
"""Requests in a row that a pack's program leaves unanswered before it is waited for less."""
SHORT_MS = 1_000
"""How long such a program is waited for until it is heard of again, milliseconds."""
WHOLE = -1
"""Stands for the whole turn, where that and no request of it is what a client is to answer."""
REMEMBERED = 32
"""Sessions that are remembered as having ended without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a session is about."""

    places: tuple[int, ...]
    """Which requests of the turn, or `WHOLE`."""
    outside: Outside
    request: Request | None
    again: bool
    """Whether somebody else was asked for it before, and took some of the time."""


class Calls:
    """Keeps account of one turn at a time, and of silence beyond it."""

    def __init__(self, answer_ms: int) -> None:
        """Begin with no turn.

        Args:
            answer_ms: How long a turn waits altogether, milliseconds.
        """
        self._answer_ms = answer_ms
        self._deadline_ms = 0
        self._asked: dict[str, _Asked] = {}
        self._silent: Counter[str] = Counter()
        """Pack -> how often in a row it did not answer."""
        self._missed: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        """Sessions that ended without an answer, and whose they were."""
        self._responses: dict[int, Response] = {}

    @property
    def responses(self) -> Mapping[int, Response]:
        """Place of a request in the turn, or `WHOLE` -> what came of it, in the order they came."""
        return self._responses

    def begin(self, now_ms: int) -> None:
        """A turn begins."""
        self._deadline_ms = now_ms + self._answer_ms
        self._asked, self._responses = {}, {}

    def call(
        self,
        session: Session,
        places: tuple[int, ...],
        outside: Outside = ANYBODY,
        request: Request | None = None,
        *,
        now_ms: int,
        again: bool = False,
    ) -> Call:
        """Ask somebody for something.

        Args:
            session: Where the answer is to be given.
            places: Which requests of the turn it answers, or `WHOLE`.
            outside: Who is asked.
            request: What is asked; None for the whole turn.
            now_ms: Monotonic milliseconds.
            again: Whether somebody else was asked for it before, in the same turn.
        """
        self._asked[session.id] = _Asked(
            places=places, outside=outside, request=request, again=again
        )
        until_ms = self._deadline_ms
        if self._silent[outside.skill] >= SILENT_TIMES:
            until_ms = min(until_ms, now_ms + SHORT_MS)
        return Call(session=session, until_ms=until_ms)

    def answered(self, session: str, response: Response) -> None:
        """What was asked in a session is over."""
        asked = self._asked[session]
        for index, place in enumerate(asked.places):
            # One that was asked several things says it once.
            self._responses.pop(place, None)
            said = response.ending is Ending.ANSWERED and index
            self._responses[place] = Response(ending=Ending.ANSWERED) if said else response
        skill = asked.outside.skill
        match response.ending:
            case Ending.ANSWERED | Ending.DECLINED:
                self._silent[skill] = 0
            case Ending.SILENT if skill and not asked.again:
                self._silent[skill] += 1
        if response.ending in (Ending.SILENT, Ending.LOST, Ending.BROKEN_OFF):
            self._missed.append((session, skill))

    def too_late(self, session: str) -> bool:
        """Whether an answer to a session comes after its end; who gives it is waited for again."""
        skill = next((skill for id_, skill in self._missed if id_ == session), None)
        if skill is None:
            return False
        self._silent[skill] = 0
        return True

    def about(self, session: str) -> tuple[Outside, Request] | None:
        """Who was asked what in a session; None where it is not about one request."""
        asked = self._asked.get(session)
        if asked is None or asked.request is None:
            return None
        return asked.outside, asked.request

    def failed(self, place: int, ending: Ending) -> None:
        """Nobody could be asked for a request."""
        self._responses[place] = Response(ending=ending)

    def withdraw(self, place: int) -> None:
        """What came of a request counts no more: it is planned anew."""
        self._responses.pop(place, None)
