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
        self._deliveries: list[Delivery] = []
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

    def begin(self, draft: Draft) -> None:
        """A turn begins."""
        self.draft = draft

    def deliver(self, delivery: Delivery) -> None:
        """The turn tells the devices something."""
        self._deliveries.append(delivery)

    def outcomes(self) -> tuple[Outcome, ...] | None:
        """What became of what the devices were told; None while one has yet to answer."""
        now_ms = self._clock.monotonic_ms()
        found = [delivery.outcomes(now_ms) for delivery in self._deliveries]
        known = [outcomes for outcomes in found if outcomes is not None]
        return (
            tuple(o for outcomes in known for o in outcomes) if len(known) == len(found) else None
        )

    def wait_ms(self, longest_ms: int) -> int:
        """How long nothing is due, unless something happens."""
        now_ms = self._clock.monotonic_ms()
        return min([longest_ms, *(d.wait_ms(now_ms) + 1 for d in self._deliveries)])

    def drop(self) -> None:
        """The turn is over."""
        self.draft = None
        self._deliveries.clear()
