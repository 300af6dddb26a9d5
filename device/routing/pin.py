"""The PIN: taken from what is said, compared, and kept out of everything that is written down.

Three wrong ones in a row, then each more costs a pause that doubles. The count outlives a
restart, and after a restart the pause begins anew, so that pulling the plug buys nothing.
"""

import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from device.errors import ConfigError, StoreError
from device.events import Hypothesis
from device.nlu.digits import readings, says_digits, words_of
from device.ports import Store

logger = logging.getLogger(__name__)

TRIES = "pin-tries"
"""Where the store keeps how many wrong PINs were said in a row, in digits."""

FREE_TRIES = 3
"""Wrong PINs in a row before the first pause."""

FIRST_PAUSE_MS = 30_000
"""The first pause; each that follows is twice as long, up to LONGEST_PAUSE_MS."""

LONGEST_PAUSE_MS = 3_600_000

SHORTEST, LONGEST = 4, 12
"""How many digits a PIN may have."""

HIDDEN = "[PIN]"
"""What stands in records, logs and JSON where a PIN was said."""

_AROUND = frozenset(str.split("the a my our pin code number is it it's its that's please um uh"))
"""Words that may stand around a PIN."""

_NO_PIN_AFTER = frozenset(str.split("at to for in until till by of than"))
"""Words after which digits are a time, a number or an amount rather than a PIN."""


class Said(StrEnum):
    """What a PIN that was said turned out to be."""

    RIGHT = "right"
    WRONG = "wrong"
    PAUSED = "paused"
    """It was not looked at: too many wrong ones came before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody said a PIN when one was asked for."""

    said: Said
    pause_ms: int = 0
    """How long no PIN is looked at from now on, milliseconds."""


def checked(pin: str) -> str:
    """A PIN as it was written down, without the space around it.

    Raises:
        ConfigError: It is not SHORTEST to LONGEST digits. The message does not name it.
    """
    pin = pin.strip()
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        raise ConfigError(f"the PIN must be {SHORTEST} to {LONGEST} digits")
    return pin


class Pin:
    """Compares PINs and counts the wrong ones."""

    def __init__(self, digits: str, store: Store, *, now_ms: int) -> None:
        """Go on with the count as it was kept.

        Args:
            digits: The right one, as `checked` gives it.
            store: Where the count is kept.
            now_ms: Monotonic milliseconds.
        """
        self._digits = digits
        self._store = store
        kept = store.load(TRIES) or b""
        self._wrong = min(int(kept), 99) if kept.isdigit() else 0
        self._until_ms = now_ms + _pause_ms(self._wrong)

    def __repr__(self) -> str:
        return "Pin()"

    def hide(
        self, hypotheses: Sequence[Hypothesis], *, awaited: bool
    ) -> tuple[tuple[Hypothesis, ...], str | None]:
        """Take the PIN out of what was heard.

        Args:
            hypotheses: Readings of one utterance, best first.
            awaited: Whether a PIN was asked for: then any row of digits is hidden.

        Returns:
            What may be written down, and the digits of an answer to the question; None where
            it is none.
        """
        answer = next((h.text for h in hypotheses[:1] if awaited and _is_answer(h.text)), None)
        hidden = tuple(
            replace(h, text=HIDDEN, words=()) if answer is not None else self._without(h, awaited)
            for h in hypotheses
        )
        return hidden, answer

    def attempt(self, said: str, *, now_ms: int) -> Attempt:
        """Compare what was said with the PIN.

        Args:
            said: The answer, as `hide` gave it.
            now_ms: Monotonic milliseconds.
        """
        if now_ms < self._until_ms:
            return Attempt(said=Said.PAUSED, pause_ms=self._until_ms - now_ms)
        # Counted before it is looked at: a power cut in between must not give a try for free.
        self._count(self._wrong + 1)
        found = readings([word for word in words_of(said) if says_digits(word)])
        same = [hmac.compare_digest(one, self._digits) for one in found]
        if any(same):
            self._count(0)
            return Attempt(said=Said.RIGHT)
        pause_ms = _pause_ms(self._wrong)
        self._until_ms = now_ms + pause_ms
        return Attempt(said=Said.WRONG, pause_ms=pause_ms)

    def _count(self, wrong: int) -> None:
        self._wrong = min(wrong, 99)
        try:
            self._store.save(TRIES, str(self._wrong).encode())
        except StoreError as exc:
            logger.warning("%s", exc)

    def _without(self, hypothesis: Hypothesis, awaited: bool) -> Hypothesis:
        """The reading with the PIN cut out, where somebody says it unasked or beside more."""
        words = hypothesis.text.split()
        kept = list(words)
        for start, end in _rows(words):
            said = [part for word in words[start:end] for part in words_of(word)]
            before = words[start - 1].casefold() if start else ""
            found = () if before in _NO_PIN_AFTER else readings(said)
            if self._digits in found or (awaited and any(len(r) >= SHORTEST for r in found)):
                kept[start:end] = ["", *[""] * (end - start - 1)]
        if kept == words:
            return hypothesis
        return replace(hypothesis, text=" ".join(w for w in kept if w) or HIDDEN, words=())


def _is_answer(text: str) -> bool:
    """Whether a text is a row of digits and nothing else."""
    words = words_of(text)
    digits = [word for word in words if says_digits(word)]
    return bool(digits) and all(word in _AROUND for word in words if word not in digits)


def _rows(words: Sequence[str]) -> list[tuple[int, int]]:
    """The longest rows of words that say digits, as half-open ranges."""
    rows: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        parts = words_of(word)
        if not parts or not all(says_digits(part) for part in parts):
            continue
        if rows and rows[-1][1] == at:
            rows[-1] = (rows[-1][0], at + 1)
        else:
            rows.append((at, at + 1))
    return rows


def _pause_ms(wrong: int) -> int:
    """How long no PIN is looked at after so many wrong ones in a row."""
    if wrong < FREE_TRIES:
        return 0
    return min(FIRST_PAUSE_MS << min(wrong - FREE_TRIES, 20), LONGEST_PAUSE_MS)
