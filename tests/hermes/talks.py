"""A whole speaker between pretend ports: no broker, no models, no sound; time stands still."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from device.asr.phrasecheck import Said
from device.config import BrokerConfig, Config, HermesConfig
from device.context import Context
from device.core import Speaker
from device.diary import Diary
from device.edges.store import SqliteStore
from device.effects import Notebook
from device.errors import BusError
from device.events import (
    EndReason,
    Hypothesis,
    Reply,
    Request,
    Slot,
    Source,
    Utterance,
    Wake,
)
from device.hearing import Heard, Noticed
from device.home.homestate import HomeState
from device.lessons import Lessons
from device.ports import BusEvent, BusMessage, Ports, SoundBlock
from device.routing.router import Router
from device.skills.builtin import builtin_skills
from device.skills.pack import Example, Hermes, Pack
from device.skills.packskill import PackSkill
from device.skills.skill import Skill
from device.speech.sound import Sound
from device.speech.speaking import Speaking
from device.turns import Turns
from simulator.clock import PretendClock

SITE = "kitchen"
CONFIG = Config(
    broker=BrokerConfig(client_id="kitchen"),
    hermes=HermesConfig(site_id=SITE, answer_ms=5_000),
)
MS_PER_CHARACTER = 60

INTENTS = {
    "what time is it": ("HassGetCurrentTime", Source.MODEL),
    "never mind": ("HassNevermind", Source.MODEL),
    "delete what i said": ("DeleteRecords", Source.MODEL),
    "order a pizza": ("OrderPizza", Source.SENTENCE),
    "two of them": ("HowMany", Source.SENTENCE),
    "make an elephant sound": ("MakeAnimalSound", Source.SENTENCE),
    "tell me a joke": ("TellJoke", Source.SENTENCE),
}
"""What is understood; anything else is not. "and" stands between several requests."""


def pack(id_: str, *intents: str, topic: str | None = None, name: str = "") -> PackSkill:
    """A pack whose program is somewhere on the bus."""
    return PackSkill(
        Pack(
            id=id_,
            name=name or id_.capitalize(),
            description="",
            version="1",
            answers=Hermes(topic=topic),
            files=(),
            examples=tuple(Example(intent=intent, text="") for intent in intents),
        )
    )


ZOO = pack("zoo", "MakeAnimalSound", topic="hermes/intent/zoo", name="Zoo sounds")
SAFARI = pack("safari", "MakeAnimalSound", topic="hermes/intent/safari")
FARM = pack("farm", "MakeAnimalSound", topic="hermes/intent/farm")
JOKES = pack("jokes", "TellJoke")
PACKS = (ZOO, SAFARI, FARM, JOKES)
"""The first goes before the others where several serve the same."""


def request_of(text: str) -> Request:
    intent, source = INTENTS.get(text, ("OutOfScope", Source.MODEL))
    words = text.split()
    slots = (Slot(name="dish", value="pizza", text="pizza"),) if "pizza" in words else ()
    return Request(
        text=text,
        span=((0, len(words)),),
        domain="",
        intent=intent,
        slots=slots,
        confidence=1.0,
        source=source,
    )


@dataclass(frozen=True)
class Read:
    hypothesis: Hypothesis
    requests: tuple[Request, ...]


class Understanding:
    """Understands a few sentences, word for word."""

    def understand(self, hypotheses: Sequence[Hypothesis], context: Context) -> Read:
        text = hypotheses[0].text
        return Read(hypotheses[0], tuple(request_of(part) for part in text.split(" and ")))


class PretendBus:
    """A broker that takes everything while it is there."""

    def __init__(self) -> None:
        self.connected = True
        self.sent: list[BusMessage] = []

    def subscribe(self, topics: Sequence[str]) -> None:
        """Everything arrives by hand."""

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """The same."""

    def publish(self, message: BusMessage) -> None:
        if not self.connected:
            raise BusError("the broker is away")
        self.sent.append(message)

    def receive(self, timeout_ms: int) -> BusEvent | None:
        return None

    def close(self) -> None:
        """Nothing to give back."""


class PretendEars:
    """A microphone with a switch."""

    button = False

    def __init__(self) -> None:
        self.open = True

    def listen(self, *, on: bool) -> None:
        self.open = on


class PretendHearing:
    """Hears what it is told to, when it may."""

    def __init__(self) -> None:
        self.attentive = False
        self.asked_to = 0
        """How often the ears were opened without a wake word."""
        self._stoppable = False
        self._next: Noticed | None = None

    def attend(self, patience_ms: int | None = None, *, openly: bool = False) -> None:
        self.attentive = True
        self.asked_to += 1

    def interruptible(self, now: bool) -> None:
        self._stoppable = now

    def reset(self) -> None:
        self.attentive = False

    def feed(self, item: bytes) -> list[Noticed]:
        found, self._next = self._next, None
        match found:
            case Wake() if not self.attentive:
                self.attentive = True
            case Heard() if self.attentive:
                self.attentive = False
            case Said() if self._stoppable and not self.attentive:
                pass
            case _:
                return []
        return [found]

    def will_hear(self, found: Noticed) -> None:
        self._next = found


class PretendVoice:
    """Silence, as long as the words would take."""

    def feed(self, item: Reply) -> list[Sound]:
        ms = MS_PER_CHARACTER * len(item.text)
        return [Sound(pcm=bytes(2 * ms), rate_hz=1000)] if ms else []


def heard(text: str | None) -> Heard:
    """A request by voice; None where nobody spoke."""
    hypotheses = () if text is None else (Hypothesis(text=text, score=1.0),)
    pcm = b"" if text is None else b"\1\0"
    utterance = Utterance(pcm=pcm, start_ms=0, reason=EndReason.SILENCE)
    return Heard(hypotheses=hypotheses, utterance=utterance, wake=None)


@dataclass
class World:
    """The speaker and everything around it."""

    clock: PretendClock = field(default_factory=lambda: PretendClock(running=False))
    bus: PretendBus = field(default_factory=PretendBus)
    ears: PretendEars = field(default_factory=PretendEars)
    hearing: PretendHearing = field(default_factory=PretendHearing)
    store: SqliteStore = field(default_factory=lambda: SqliteStore(None))
    secret: bytes = b"secret"

    def speaker(self, config: Config = CONFIG, packs: Sequence[Skill] = ()) -> Speaker:
        ports = Ports(
            bus=self.bus, clock=self.clock, store=self.store, ears=self.ears, secret=self.secret
        )
        voice: Callable[..., PretendVoice] = PretendVoice
        return Speaker(
            config=config,
            ports=ports,
            home=HomeState([]),
            lessons=Lessons(self.store),
            turns=Turns(Understanding(), Router([*builtin_skills(), *packs], margin=0.0)),
            diary=Diary(Notebook(), self.clock, self.store),
            speaking=Speaking(voice(), None, 50),  # type: ignore[arg-type]
            hearing=self.hearing,  # type: ignore[arg-type]
            awaits_answers=True,
        )


BLOCK = SoundBlock(pcm=bytes(640))
