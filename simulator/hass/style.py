"""In which of the forms that Home Assistant accepts a device speaks."""

from dataclasses import dataclass

from simulator.things import key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One combination of forms."""

    manner: int
    """How it announces itself, 0 to 3: one message for each entity (0, 1) or for the device
    (2, 3); abbreviated keys (0, 2) or long ones (1, 3); availability on one topic (0, 3), in a
    list with words of its own (1), or as JSON behind a template (2)."""
    variant: int
    """How its entities speak, 0 or 1: plain payloads, or JSON behind templates. Lights have four
    forms, which go with `manner`."""

    @property
    def short(self) -> bool:
        """Whether keys are abbreviated."""
        return self.manner in (0, 2)

    @property
    def whole(self) -> bool:
        """Whether one message announces the whole device."""
        return self.manner in (2, 3)


def style_of(topic_name: str) -> Style:
    """The style of the device that is called so ("Room/Name")."""
    number = int(key_of(topic_name)[-4:], 16)
    return Style(manner=number % 4, variant=number // 4 % 2)
