"""How much a client may do: so much at once, and so much a second in the long run."""


class Bucket:
    """A token bucket: full at the start, refilled by time, never above what it holds."""

    def __init__(self, capacity: float, *, per_s: float) -> None:
        """Fill it.

        Args:
            capacity: What may be taken at once; above zero.
            per_s: What flows back in a second; above zero.
        """
        if not (capacity > 0 and per_s > 0):
            raise ValueError(f"a bucket needs room and a flow, got {capacity} and {per_s}")
        self._capacity = capacity
        self._per_ms = per_s / 1000
        self._level = capacity
        self._at_ms: int | None = None

    def take(self, now_ms: int, amount: float = 1.0) -> bool:
        """Take some out; gives False, and takes nothing, where too little is left.

        Args:
            now_ms: Monotonic milliseconds.
            amount: How much; zero or more.
        """
        if self._at_ms is not None:
            flowed = (now_ms - self._at_ms) * self._per_ms
            self._level = min(self._capacity, self._level + flowed)
        self._at_ms = now_ms
        if amount > self._level:
            return False
        self._level -= amount
        return True
