"""Lessons in the furnished house, for the tests of what is answered in them."""

from datetime import UTC, datetime
from functools import cache

from device.concepts import Concept, Kind, Meaning, Setting
from device.context import Context, Reading
from device.effects import Notebook
from device.events import Request, Slot, Value
from device.models import SHIPPED, load, read_manifest
from device.nlu.embedding import WordTable, load_table
from device.nlu.encoder import Encoder
from device.skillset import reading
from device.teaching.answer import Answer
from device.teaching.answers import Answers
from device.teaching.gap import Gap, Lacks
from device.teaching.scopes import Scopes
from simulator.homefile import furnished_home

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
HOME = furnished_home()


def standing(**values: dict[str, Value]) -> dict[str, dict[str, Reading]]:
    """Device name with underscores -> its values, as the context has them."""
    ids = {device.name.replace(" ", "_"): device.id for device in HOME.devices}
    return {
        ids[name]: {c: Reading(value=v, at=NOW) for c, v in found.items()}
        for name, found in values.items()
    }


def taught(name: str, **values: Value) -> Concept:
    settings = tuple(Setting(capability=c, value=v) for c, v in values.items())
    return Concept(name=name, kind=Kind.ENTITY, meaning=Meaning(settings=settings), at=NOW)


CONTEXT = Context(
    home=HOME,
    room="Living Room",
    now=NOW,
    notebook=Notebook(),
    state=standing(
        Floor_lamp={"power": "on", "brightness": 50},
        Reading_lamp={"power": "off", "brightness": 40},
    ),
    taught=(taught("harbor hour", brightness=20, color="orange"),),
)


def request(text: str, intent: str, kind: str, **slots: str) -> Request:
    made = tuple(Slot(name=n, value=v, text=v.casefold()) for n, v in slots.items())
    return Request(
        text=text, span=((0, 5),), domain=kind, intent=intent, slots=made, confidence=0.6
    )


def gap(words: str, lacks: Lacks, asked: Request) -> Gap:
    return Gap(words=words, lacks=lacks, request=asked, confidence=0.9)


LIGHTS = gap(
    "quiet hour",
    Lacks.SETTING,
    request(
        "set the living room lights to quiet hour",
        "HassLightSet",
        "light",
        area="Living Room",
        domain="light",
    ),
)
LAMP = gap(
    "quiet hour",
    Lacks.SETTING,
    request("set the floor lamp to quiet hour", "HassLightSet", "light", name="Floor lamp"),
)
HEATING = gap(
    "thrift style",
    Lacks.SETTING,
    request(
        "set the living room thermostat to thrift style",
        "HassClimateSetTemperature",
        "climate",
        name="Living room thermostat",
    ),
)
SCENE = gap(
    "quiet hour",
    Lacks.SETTING,
    request("turn on quiet hour", "HassTurnOn", "", name="quiet hour"),
)
CORNER = gap(
    "snug nook",
    Lacks.DEVICES,
    request("turn on the snug nook", "HassTurnOn", "light", name="snug nook"),
)
CAVE = gap(
    "cave",
    Lacks.PLACE,
    request("turn on the lights in the cave", "HassTurnOn", "light", area="cave"),
)
GLOOM = gap("how gloomy it is", Lacks.NEED, request("how gloomy it is", "OutOfScope", ""))


@cache
def table() -> WordTable:
    settings = read_manifest(SHIPPED / "tagger.json").settings
    return load_table(SHIPPED, settings["table"], settings["table_sha256"])


@cache
def encoder() -> Encoder:
    return reading(load("encoder"), SHIPPED)


@cache
def scopes() -> Scopes:
    return Scopes(load("scope"), encoder())


@cache
def answers() -> Answers:
    return Answers(load("concept"), table(), scopes())


def read(
    text: str, about: Gap = LIGHTS, context: Context = CONTEXT, proposed: Meaning | None = None
) -> Answer:
    return answers().read(text, about, context, proposed)


def meant(answer: Answer) -> dict[str, object] | None:
    return None if answer.meaning is None else answer.meaning.json()


def offered(**values: Value) -> Meaning:
    return Meaning(settings=tuple(Setting(capability=c, value=v) for c, v in values.items()))
