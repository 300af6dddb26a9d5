"""What happens in a room while the speaker listens, in a description that can be written down."""

from dataclasses import dataclass
from pathlib import Path

from simulator.rooms.noises import NOISES
from simulator.rooms.room import Place, RoomSound
from simulator.voices import Voice, voice_called

_LIMITS = {
    "distance_m": (0.1, 20.0),
    "snr_db": (-20.0, 60.0),
    "loudness_db": (-40.0, 30.0),
    "before_s": (0.0, 60.0),
    "behind_s": (0.0, 60.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Somebody says something in a room, or there is only noise.

    Raises:
        ValueError: A value cannot be; the sentence names it.
    """

    text: str = ""
    """What is said by a synthetic voice; "" where a recording is played or nobody speaks."""
    voice: str = "slt"
    """Who says it: "slt", "rms", "awb", "kal16", "festival", "espeak en-gb+f3"."""
    speed: float = 1.0
    """Times the voice's own speed, 0.5 to 2."""
    pitch: float = 1.0
    """Times the voice's own pitch, 0.5 to 2."""
    file: Path | None = None
    """A recording in the place of the voice: wav, flac or ogg, spoken close by."""
    loudness_db: float = 0.0
    """How much louder than people usually talk; a whisper has -20."""
    distance_m: float = 1.0
    """From mouth to microphone, metres, 0.1 to 20; where there is no `person_m`."""
    person_m: Place | None = None
    """Where in the room they stand; None for anywhere at that distance."""
    room: RoomSound | None = None
    """None is without any reflection, as beside an open window."""
    noise: str | None = None
    """kitchen, babble, music, tv or rain; None is a quiet room."""
    snr_db: float = 15.0
    """How much louder than the noise the speech is at the microphone, while somebody speaks;
    where nobody does, than somebody at that distance would be."""
    reply: str = ""
    """What the speaker itself says meanwhile, from the beginning on: it comes back as echo."""
    cancels: bool = True
    """Whether the echo is taken out again, as a speaker with echo cancellation does."""
    before_s: float = 0.5
    """How long it is heard before somebody speaks, seconds; alone, half of a noise."""
    behind_s: float = 0.8
    """How long afterwards, seconds."""

    def __post_init__(self) -> None:
        for name, (least, most) in _LIMITS.items():
            if not least <= (found := getattr(self, name)) <= most:
                raise ValueError(f"{name} must lie between {least:g} and {most:g}, got {found:g}")
        if self.noise is not None and self.noise not in NOISES:
            raise ValueError(f"noise is one of {', '.join(NOISES)}, got {self.noise!r}")
        if self.text and self.file is not None:
            raise ValueError("either a text is said or a file is played, not both")
        if self.person_m is not None:
            if self.room is None:
                raise ValueError("person_m is a place in a room, and there is no room")
            self.room.check("person_m", self.person_m)
        if not self.spoken and self.before_s + self.behind_s < _SHORTEST_S:
            raise ValueError(f"without speech before_s and behind_s make {_SHORTEST_S:g} s or more")
        self.talker  # noqa: B018 - a voice that does not exist is refused here

    @property
    def spoken(self) -> bool:
        """Whether somebody speaks."""
        return bool(self.text) or self.file is not None

    @property
    def talker(self) -> Voice:
        """Who says the text."""
        return voice_called(self.voice, speed=self.speed, pitch=self.pitch)


_SHORTEST_S = 0.1
