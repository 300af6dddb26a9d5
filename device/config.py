"""The speaker's config: frozen values from a TOML file, unknown keys refused.

`read_toml` reads any TOML file into a msgspec Struct and words its complaints for people;
home files and skill packs use it too.
"""

import difflib
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from device.errors import ConfigError
from device.runtimes import Accelerator
from device.safetyconfig import SafetyConfig, rules_of

T = TypeVar("T", bound=msgspec.Struct)

Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Channel = Annotated[int, msgspec.Meta(ge=0)]
Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
PersonName = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
ClientId = Annotated[str, msgspec.Meta(pattern="^[a-zA-Z0-9_-]{0,64}$")]


class SpeakerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who and where the speaker is."""

    name: str = "Inglenook"
    room: str | None = None
    """Room it stands in: "the light" means the one here."""
    person: str | None = None
    """Who usually speaks to it; none means the home."""
    persons: tuple[PersonName, ...] = ()
    """Others who live here, by name, so that "this is Anna" can be heard."""
    volume: Percent = 50
    """Loudness of replies at the first start, 0 to 100."""
    voice: str = "en-us"
    """espeak-ng voice of the replies."""
    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=400)] = 165
    """Speed of the replies."""


class SoundConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sound card."""

    microphone: str | int | None = None
    """Name (or a part of it) or number of the input; none takes the default one."""
    loudspeaker: str | int | None = None
    """The same for the output."""
    channel: Channel | tuple[Channel, ...] | None = None
    """Channel of the microphone to listen to, from 0; a list of them is aimed at who speaks
    (an array's raw microphones); none mixes all."""
    echo: bool = True
    """Whether what the loudspeaker plays is taken out of what the microphone hears."""
    signals: Percent = 100
    """Loudness of the wake, end and error sounds beside the replies, 0 (none) to 100."""


class GpioConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Button and light of the microphone's switch, on a Raspberry Pi's pins (BCM numbers)."""

    button: Pin | None = None
    """Pin of a button to ground that switches the microphone off and on."""
    led: Pin | None = None
    """Pin of a light that is lit while the microphone is off."""


class RecordsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is remembered of what was said; sound only with `replays`."""

    keep_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 7
    """Records of turns that are older are deleted; 0 keeps none."""
    replays: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    """The last so many turns are kept whole, with their sound, for `inglenook replay`."""

    def __post_init__(self) -> None:
        if self.replays and not self.keep_days:
            raise ValueError("replays are records: keep_days = 0 keeps none")


class WakeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How eagerly the speaker wakes."""

    model: str = "okay_nabu"
    """A model of the pymicro-wakeword wheel, or the path of a microWakeWord v2 JSON file."""
    threshold: Share | None = None
    """Mean score above which the wake word counts as heard; none takes the model's own."""
    refractory_ms: Annotated[int, msgspec.Meta(ge=0, le=60_000)] = 1_500
    """Pause after a wake before the next one may count, milliseconds."""
    check: bool = True
    """Whether a detection is looked at once more by the acoustic model, which knows English."""


class ListeningConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a request begins and ends."""

    speech_threshold: Share = 0.5
    """Speech probability above which a frame counts as speech."""
    silence_ms: Annotated[int, msgspec.Meta(ge=200, le=3_000)] = 600
    """Silence that ends a request, milliseconds."""
    patience_ms: Annotated[int, msgspec.Meta(ge=500, le=60_000)] = 5_000
    """How long to wait for the first word after the wake word, milliseconds."""
    longest_ms: Annotated[int, msgspec.Meta(ge=1_000, le=60_000)] = 15_000
    """Longest request, milliseconds."""


class ModelsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How models run."""

    folder: str | None = None
    """Where the models lie; none takes those that come with Inglenook."""
    runtime: Literal["auto", "ai-edge-litert", "tflite-runtime"] = "auto"
    threads: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    delegate: Literal["none", "edgetpu"] = "none"

    @property
    def place(self) -> Accelerator:
        """The same, as the loader takes it."""
        return Accelerator(runtime=self.runtime, threads=self.threads, delegate=self.delegate)


class TlsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An encrypted connection to the broker."""

    ca: str | None = None
    """File of the authority that signed the broker's certificate; none takes the system's."""
    certificate: str | None = None
    """The speaker's own certificate, where the broker wants one."""
    key: str | None = None
    """The key of that certificate."""


class BrokerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The home's MQTT broker."""

    host: str = "127.0.0.1"
    port: Port = 1883
    user: str | None = None
    user_env: str | None = None
    """Variable of the environment that holds the user instead."""
    password_file: str | None = None
    """File whose first line is the password, such as a credential of systemd."""
    password_env: str | None = None
    """Variable of the environment that holds the password instead."""
    client_id: ClientId = ""
    """The speaker's name on the broker, and in its own topics; no other program may have it.
    "" makes it of the speaker's name: "Kitchen speaker" gives inglenook-kitchen-speaker."""
    tls: TlsConfig | None = None

    def __post_init__(self) -> None:
        for one, other in (("user", "user_env"), ("password_file", "password_env")):
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise ValueError(f"set {one} or {other}, not both")
        named = self.user is not None or self.user_env is not None
        if not named and (self.password_file is not None or self.password_env is not None):
            raise ValueError("a password needs its user: set user or user_env")


_NO_TOPIC = re.compile(r"[+#$\x00-\x1f]|//")


class HomeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the broker does not tell about the home."""

    file: str | None = None
    """Home file (TOML) with rooms, floors, aliases and classes of the devices."""
    zigbee2mqtt: str | tuple[str, ...] = "zigbee2mqtt"
    """Base topic of Zigbee2MQTT, or of several; none of them ([]) where there is none."""
    tasmota: str = "tasmota"
    """Before `/discovery` where Tasmota devices announce themselves; "" turns Tasmota off."""
    homeassistant: str = "homeassistant"
    """Prefix of the topics where devices announce themselves to Home Assistant, and the speaker
    as well; "" for none."""
    answer_ms: Annotated[int, msgspec.Meta(ge=100, le=60_000)] = 2_000
    """How long a device may take to report a commanded value, milliseconds."""

    def __post_init__(self) -> None:
        topics = [*self.zigbee2mqtt_bases, *filter(None, (self.tasmota, self.homeassistant))]
        for place, topic in enumerate(topics):
            others = topics[:place] + topics[place + 1 :]
            if not topic or topic != topic.strip("/") or _NO_TOPIC.search(topic):
                raise ValueError(f"must name topics that can be used, not {topic!r}")
            if any(f"{topic}/".startswith(f"{other}/") for other in others):
                raise ValueError(f"must name the topic {topic!r} once, and none above it")

    @property
    def zigbee2mqtt_bases(self) -> tuple[str, ...]:
        """The base topics of every Zigbee2MQTT."""
        found = self.zigbee2mqtt
        return (found,) if isinstance(found, str) else found


class HermesConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Other people's skills on the bus."""

    enabled: bool = True
    """Whether they are told what is asked of the speaker, and may speak and ask through it."""
    site_id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "default"
    """Which of several speakers this one is."""
    answer_ms: Annotated[int, msgspec.Meta(ge=0, le=60_000)] = 5_000
    """How long a turn waits for what only they can answer, milliseconds; 0 never waits."""


class SkillsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Skill packs."""

    folder: str = "skills"
    """Folder that holds them; it need not be there."""
    answer_ms: Annotated[int, msgspec.Meta(ge=50, le=10_000)] = 1_000
    """How long the Python code of a pack may take to answer, milliseconds; all such packs of
    one turn together three times as long."""


class AnnounceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the speaker shows itself to the home."""

    homeassistant: bool = True
    """Whether it announces itself to Home Assistant; false takes back what was announced."""
    requests: bool = True
    """Whether the last request and the last reply are shown; never without `records`."""
    spoken: bool = False
    """Whether replies to requests that were typed there are said aloud as well."""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that an owner can set."""

    speaker: SpeakerConfig = SpeakerConfig()
    sound: SoundConfig = SoundConfig()
    wake: WakeConfig = WakeConfig()
    listening: ListeningConfig = ListeningConfig()
    models: ModelsConfig = ModelsConfig()
    broker: BrokerConfig = BrokerConfig()
    home: HomeConfig = HomeConfig()
    hermes: HermesConfig = HermesConfig()
    skills: SkillsConfig = SkillsConfig()
    announce: AnnounceConfig = AnnounceConfig()
    gpio: GpioConfig = GpioConfig()
    records: RecordsConfig = RecordsConfig()
    safety: SafetyConfig = SafetyConfig()
    sentences: tuple[str, ...] = ()
    """Files or folders of custom sentences (Home Assistant's YAML)."""
    store: str = "inglenook.sqlite"
    """Where lists, timers and turns are kept."""

    def __post_init__(self) -> None:
        if self.records.replays and rules_of(self.safety).pin:
            raise ValueError("records.replays would keep the PIN as it is said: set one of both")
        if not self.home.homeassistant:
            hidden = msgspec.structs.replace(self.announce, homeassistant=False)
            msgspec.structs.force_setattr(self, "announce", hidden)
        if not self.broker.client_id:
            named = msgspec.structs.replace(self.broker, client_id=_client_id(self.speaker.name))
            msgspec.structs.force_setattr(self, "broker", named)


def load(path: Path) -> Config:
    """Read a config; the paths in it are relative to its own folder.

    Raises:
        ConfigError: The file is missing, is not TOML, or a key is wrong. The message
            names the file, the key, what was found and what was wanted.
    """
    return anchored(read_toml(path, Config), path.resolve().parent)


def read_toml(path: Path, wanted: type[T]) -> T:
    """Read a TOML file into a Struct.

    Raises:
        ConfigError: As `load` says.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ConfigError(f"{path}: {exc.strerror or exc}") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path} is not TOML: {exc}") from exc
    try:
        return msgspec.convert(table, wanted)
    except msgspec.ValidationError as exc:
        raise ConfigError(f"{path}: {_complaint(str(exc), wanted, table)}") from exc


def _client_id(name: str) -> str:
    """A name that the broker takes: "Inglenook" is inglenook, others follow after it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word != "inglenook"]
    return "-".join(("inglenook", *words))[:64]


def anchored(config: Config, folder: Path) -> Config:
    """The config with every path in it made absolute.

    Args:
        config: As it is written.
        folder: Where its relative paths start.
    """

    def at(name: str | None) -> str | None:
        return None if name is None else str(folder / name)

    tls = config.broker.tls
    if tls is not None:
        tls = TlsConfig(ca=at(tls.ca), certificate=at(tls.certificate), key=at(tls.key))
    replace = msgspec.structs.replace
    wake = config.wake
    if wake.model.endswith(".json"):
        wake = replace(wake, model=str(folder / wake.model))
    return replace(
        config,
        broker=replace(config.broker, tls=tls, password_file=at(config.broker.password_file)),
        home=replace(config.home, file=at(config.home.file)),
        models=replace(config.models, folder=at(config.models.folder)),
        safety=replace(config.safety, pin_file=at(config.safety.pin_file)),
        skills=replace(config.skills, folder=str(folder / config.skills.folder)),
        wake=wake,
        sentences=tuple(str(folder / name) for name in config.sentences),
        store=str(folder / config.store),
    )


def _complaint(message: str, wanted: type[msgspec.Struct], table: object) -> str:
    """Msgspec's message in our words, with a suggestion for a misspelt key."""
    where = re.search(r" - at `\$\.?(.*?)`$", message)
    place = where.group(1) if where else ""
    said = message[: where.start()] if where else message
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", said):
        key = unknown.group(1)
        prefix = f"{place}." if place else ""
        known = _fields_at(wanted, place)
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean {prefix}{near[0]}?" if near else f"known keys: {', '.join(known)}"
        return f"unknown key {prefix}{key}; {hint}"
    found = _value_at(table, place)
    said = said.replace("Expected", "must be", 1).split(", got")[0].replace("`", "")
    return f"{place} {said}, found {found!r}" if place else said


def _value_at(table: object, place: str) -> object:
    """What stands in the file at a dotted place such as "devices[3].name"."""
    for step in re.findall(r"[^.\[\]]+", place):
        if isinstance(table, list) and step.isdigit():
            table = table[int(step)]
        elif isinstance(table, dict):
            table = table.get(step)
    return table


def _fields_at(wanted: type[msgspec.Struct], place: str) -> list[str]:
    """Names of the keys that are allowed at a dotted place such as "broker.tls"."""
    found = msgspec.inspect.type_info(wanted)
    for step in re.sub(r"\[[^\]]*\]", ".*", place).split(".") if place else []:
        found = _inside(found, step)
    structs = _structs(found)
    return [field.encode_name for struct in structs for field in struct.fields]


def _inside(found: msgspec.inspect.Type, step: str) -> msgspec.inspect.Type:
    """The type one step deeper: a field's, or an item's for "*"."""
    for struct in _structs(found):
        for field in struct.fields:
            if field.encode_name == step:
                return field.type
    item = getattr(found, "item_type", None)
    return item if isinstance(item, msgspec.inspect.Type) else found


def _structs(found: msgspec.inspect.Type) -> list[msgspec.inspect.StructType]:
    """The structs that a type may be."""
    options = found.types if isinstance(found, msgspec.inspect.UnionType) else (found,)
    return [option for option in options if isinstance(option, msgspec.inspect.StructType)]
