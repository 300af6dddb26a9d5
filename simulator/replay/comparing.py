"""What of a turn is the same when it is replayed, and what is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from device.keepsake import Keepsake, Machine, Told

MEASURED = ("ms",)
"""Keys of a record that are never twice the same."""
UNSURE = ("hypotheses", "wake")
"""Keys that tell how sure something is; what is decided does not show in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that came out otherwise."""

    what: str
    kept: object
    replayed: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A turn then and now."""

    differences: tuple[Difference, ...]
    """What was decided otherwise."""
    bits: bool
    """Whether every score is the same, to the last bit."""
    machine: tuple[Difference, ...]
    """What of the machine is not the same; without any the bits must be."""
    record: Mapping[str, Any] | None
    """The turn now; None where none came."""

    @property
    def same(self) -> bool:
        """Whether everything was decided as it was then."""
        return not self.differences


def compared(keepsake: Keepsake, now: Told | None, here: Machine) -> Comparison:
    """Compare.

    Args:
        keepsake: The turn then.
        now: The turn now; None where none came.
        here: On what it was replayed.
    """
    then = keepsake.facts.turns[-1]
    machine = tuple(_differences(_parts(keepsake.facts.machine), _parts(here)))
    if now is None:
        nothing = Difference(what="turn", kept=then.record["text"], replayed=None)
        return Comparison(differences=(nothing,), bits=False, machine=machine, record=None)
    return Comparison(
        differences=tuple(_differences(decided(then.record), decided(now.record))),
        bits=then.scores == now.scores and _sure(then.record) == _sure(now.record),
        machine=machine,
        record=now.record,
    )


def decided(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what is measured and without how sure everything was."""
    found = {key: value for key, value in record.items() if key not in (*MEASURED, *UNSURE)}
    found["requests"] = [
        {key: value for key, value in request.items() if key != "confidence"}
        for request in record["requests"]
    ]
    return found


def _sure(record: Mapping[str, Any]) -> list[float]:
    return [request["confidence"] for request in record["requests"]]


def _parts(machine: Machine) -> dict[str, object]:
    models = {f"model {name}": sha256 for name, sha256 in machine.models.items()}
    return {"architecture": machine.architecture, "runtime": machine.runtime, **models}


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys((*then, *now)):
        if then.get(key) != now.get(key):
            yield Difference(what=key, kept=then.get(key), replayed=now.get(key))
