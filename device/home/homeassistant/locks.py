"""Door locks."""

from dataclasses import dataclass

from device.context import Capability
from device.events import Value
from device.home.homeassistant.bindings import Memory, Parts, Source, ValueControl, ValueSource
from device.home.homeassistant.codecs import words
from device.home.homeassistant.options import Options
from device.ports import BusMessage


def lock(options: Options) -> Parts:
    """Door locks; what is not fully locked is unlocked.

    Raises:
        HomeError: Something in its announcement cannot be used.
    """
    command, state = options.needed_topic("command_topic"), options.topic("state_topic")
    sent = {
        "locked": options.text("payload_lock", "LOCK"),
        "unlocked": options.text("payload_unlock", "UNLOCK"),
    }
    told = {
        options.text("state_locked", "LOCKED"): "locked",
        options.text("state_unlocked", "UNLOCKED"): "unlocked",
        options.text("state_jammed", "JAMMED"): "unlocked",
        options.text("state_open", "OPEN"): "unlocked",
    }
    moving = {
        options.text(f"state_{way}", way.upper()) for way in ("locking", "unlocking", "opening")
    }
    codec = words(sent, *((word, value) for word, value in told.items() if word not in moving))
    control = ValueControl(
        topic=command, codec=codec, template=options.template("command_template"),
        reported=state is not None and not options.flag("optimistic"),
    )  # fmt: skip
    sources: list[Source] = []
    if state is not None:
        # What it is told in is not what it answers in: an echoed "LOCK" locks nothing.
        heard = words({}, *told.items())
        sources.append(
            ValueSource(
                topic=state, capability="lock", codec=heard, silent=frozenset(moving),
                template=options.template("value_template"),
            )
        )  # fmt: skip
    return Parts(
        capabilities=(Capability(name="lock", settable="code_format" not in options.content),),
        sources=tuple(sources),
        controls={"lock": _Locking(inner=control)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Locking:
    """A lock's control; it expects the state's word, not the command's."""

    inner: ValueControl

    @property
    def topics(self) -> tuple[str, ...]:
        return self.inner.topics

    def say(self, value: Value, memory: Memory) -> tuple[BusMessage, ...]:
        return self.inner.say(value, memory)

    def expected(self, value: Value) -> Value | None:
        return value if self.inner.reported else None
