"""The turn under way, what it has told the devices, and the requests that wait behind it."""

import logging
from collections import deque

from device.draft import Asked, Draft
from device.events import Outcome
from device.home.delivery import Delivery
from device.ports import Clock

logger = logging.getLogger(__name__)

WAITING_TURNS = 8
"""Requests that may wait while a turn is under way; more are refused."""


class Underway:
    """One turn at a time."""

    def __init__(self, clock: Clock) -> None:
        """Begin with none."""
        self._clock = clock
        self._waiting: deque[Asked] = deque()
        self._delivery: Delivery | None = None
        self._refused = 0
        self.draft: Draft | None = None
        """The turn under way."""

    @property
    def busy(self) -> bool:
        """Whether a turn is under way or waiting."""
        return self.draft is not None or bool(self._waiting)

    def wait(self, asked: Asked) -> None:
        """Let a request wait for its turn; too many are refused."""
        if len(self._waiting) >= WAITING_TURNS:
            self._refused += 1
            if str(self._refused).rstrip("0") == "1":
                logger.warning("too many requests at once; %d dropped so far", self._refused)
        else:
            self._waiting.append(asked)

    def next(self) -> Asked | None:
        """The request whose turn it is; None while another is under way."""
        return self._waiting.popleft() if self.draft is None and self._waiting else None

    def begin(self, draft: Draft, delivery: Delivery | None) -> None:
        """A turn begins, with what it tells the devices."""
        self.draft, self._delivery = draft, delivery

    def outcomes(self) -> tuple[Outcome, ...] | None:
        """What became of what the devices were told; None while one has yet to answer."""
        if self._delivery is None:
            return ()
        return self._delivery.outcomes(self._clock.monotonic_ms())

    def wait_ms(self, longest_ms: int) -> int:
        """How long nothing is due, unless something happens."""
        if self._delivery is None:
            return longest_ms
        return min(longest_ms, self._delivery.wait_ms(self._clock.monotonic_ms()) + 1)

    def drop(self) -> None:
        """The turn is over."""
        self.draft = self._delivery = None
