"""Synthetic voices and rooms to measure with, none of which is ever trained on.

Training speaks with the voices of `simulator.voices` and plays them in the made-up rooms of
`simulator.acoustics`. Here accents and throats of espeak-ng speak that are on no list there, in
shoebox rooms computed by the image method (Allen and Berkley, 1979; pyroomacoustics).
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from device.errors import AudioError
from simulator.acoustics import Sound
from simulator.rooms.responses import shoebox
from simulator.voices import Voice

Float64Array = npt.NDArray[np.float64]

HELD_OUT_ACCENTS = ("en-us-nyc", "en-gb-x-gbclan", "en-gb-x-gbcwmd")
HELD_OUT_VARIANTS = (
    "adam", "Alex", "Alicia", "Andrea", "Andy", "Annie", "antonio", "aunty", "belinda", "benjamin",
    "boris", "caleb", "david", "Denis", "ed", "edward", "Gene", "Henrique", "Hugo", "iven",
    "Jacky", "john", "linda", "marcelo", "Marco", "Mario", "max", "Michael", "Mike", "Nguyen",
    "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro", "shelby", "steph", "travis",
    "victor",
)  # fmt: skip
"""Throats of espeak-ng, by the names of their files. Accent and throat are both held out."""

_WALLS_M = ((3.0, 7.0), (2.5, 6.0), (2.3, 3.0))
_DECAY_S = (0.2, 0.6)
_DISTANCE_M = (0.8, 3.0)
_FROM_WALLS_M = 0.4
_ORDER = 18
"""Most reflections that are followed; what is left of the decay is cut."""
FAR_DECAY_S, FAR_DISTANCE_M = 0.6, 4.0


def stranger(random: np.random.Generator) -> Voice:
    """A voice that is in no training set."""
    return Voice(
        engine="espeak-ng",
        name=f"{random.choice(HELD_OUT_ACCENTS)}+{random.choice(HELD_OUT_VARIANTS)}",
        speed=float(np.clip(random.normal(1.0, 0.12), 0.75, 1.3)),
        pitch=float(np.clip(random.normal(1.0, 0.12), 0.75, 1.3)),
    )


def room(random: np.random.Generator) -> Sound:
    """The way from a mouth to a microphone in some living room.

    Returns:
        The impulse response, direct sound first and of value 1.
    """
    decay_s, distance_m = random.uniform(*_DECAY_S), random.uniform(*_DISTANCE_M)
    return _response(random, decay_s=decay_s, distance_m=distance_m)


@lru_cache(maxsize=1)
def far_room() -> Sound:
    """The same across a large and echoing room."""
    found = _response(
        np.random.default_rng(4), decay_s=FAR_DECAY_S, distance_m=FAR_DISTANCE_M, small=False
    )
    found.setflags(write=False)
    return found


def _response(
    random: np.random.Generator, *, decay_s: float, distance_m: float, small: bool = True
) -> Sound:
    walls_m = np.array(
        [random.uniform(low if small else high - 0.5, high) for low, high in _WALLS_M]
    )
    try:
        import pyroomacoustics

        absorption, _ = pyroomacoustics.inverse_sabine(decay_s, walls_m)
        source, microphone = _places(random, walls_m, distance_m)
        (whole,) = shoebox(walls_m, min(absorption, 0.95), source, [microphone], reflections=_ORDER)
    except ImportError as exc:
        raise AudioError("pyroomacoustics is missing: pip install 'inglenook[dev]'") from exc
    direct = int(np.argmax(np.abs(whole)))
    response: Sound = whole[direct:] / whole[direct]
    return response


def _places(
    random: np.random.Generator, walls_m: Float64Array, distance_m: float
) -> tuple[Float64Array, Float64Array]:
    """Somebody's mouth and the microphone, about so far apart, both off the walls."""
    low, high = np.full(3, _FROM_WALLS_M), walls_m - _FROM_WALLS_M
    pairs = [(random.uniform(low, high), random.uniform(low, high)) for _ in range(60)]
    return min(pairs, key=lambda pair: abs(float(np.linalg.norm(pair[0] - pair[1])) - distance_m))
