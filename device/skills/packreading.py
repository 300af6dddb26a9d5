"""Reads a skill pack's folder; whatever is wrong with it is one clear sentence.

    zoo/skill.toml              what it is called and who answers
    zoo/sentences/en/*.yaml     what people say

A pack comes from strangers: everything in it is bounded (`PACK_LIMITS`), nothing outside its
folder is read, and what is the speaker's own (ids, names, intents, topics) cannot be taken.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec

from device.config import read_toml
from device.errors import ConfigError, GrammarError
from device.nlu.intents import INTENTS
from device.nlu.sentencelimits import PACK_LIMITS
from device.nlu.templates import NO_SENTENCES, PACKS, Sentences, load_sentences
from device.skills.builtin import builtin_skills
from device.skills.examples import check_ways, examples
from device.skills.pack import Answers, Extends, Hermes, Pack, Python

MANIFEST = "skill.toml"
SENTENCES = Path("sentences", "en")

MOST_MANIFEST_BYTES = 16 * 1024
MOST_CODE_BYTES = 256 * 1024

MOST_PARSED = 512
"""Packs whose sentences are kept parsed, some 30 KB each."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_NAME = re.compile(r"(?=.{1,40}$)(?=.*[^\W\d_])[\w'&.-]+( [\w'&.-]+)*")
_KIND = re.compile(r"[a-z_]{1,40}")
_LEVEL = re.compile(r"[^/+#$\x00-\x20\x7f]+")
_TOPICS = "hermes/intent/"
_LONGEST_TOPIC = 200
_MOST_ALIASES = 8
_MOST_KINDS = 20


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack's `skill.toml`."""

    name: str
    """What people call it, such as "Zoo sounds": 1 to 40 letters, digits and spaces."""
    description: str
    """What it does, in a sentence."""
    version: str
    aliases: tuple[str, ...] = ()
    """Other names."""
    kinds: tuple[str, ...] = ()
    """Kinds of devices (light, cover ...) without which it has nothing to do."""
    hermes: str | None = None
    """Topic on which its program answers, below hermes/intent/."""
    python: str | None = None
    """File in the pack whose code answers."""
    extends: str | None = None
    """A skill of the speaker's own that answers."""

    def __post_init__(self) -> None:
        for name in (self.name, *self.aliases):
            if not _NAME.fullmatch(name):
                raise ValueError(
                    "a name is 1 to 40 letters, digits and single spaces that people can say, "
                    f"not {name[:60]!r}"
                )
        for key, text, most in (
            ("description", self.description, 300),
            ("version", self.version, 40),
        ):
            if not text.strip() or len(text) > most or not text.isprintable():
                raise ValueError(f"{key} must be one line of 1 to {most} characters")
        if len(self.aliases) > _MOST_ALIASES or len(self.kinds) > _MOST_KINDS:
            raise ValueError(f"{_MOST_ALIASES} aliases and {_MOST_KINDS} kinds are the most")
        for kind in self.kinds:
            if not _KIND.fullmatch(kind):
                raise ValueError(
                    f"kinds are words such as light or media_player, not {kind[:60]!r}"
                )
        if sum(one is not None for one in (self.hermes, self.python, self.extends)) > 1:
            raise ValueError("only one of hermes, python and extends can be set")


def read_pack(folder: Path) -> Pack:
    """Read a pack that an owner installs.

    Args:
        folder: Its folder, whose name is its id.

    Raises:
        ConfigError: The folder or its `skill.toml` is wrong.
        GrammarError: Its sentences are.
    """
    pack = _read(folder, builtin=False)
    reserved = _reserved()
    for name in (pack.id, pack.name, *pack.aliases):
        if spoken(name) in reserved:
            raise ConfigError(f"{folder}: {name!r} is the name of a skill of the speaker's own")
    _check_intents(folder, pack)
    return pack


@cache
def builtin_packs() -> tuple[Pack, ...]:
    """The packs that come with the speaker, by id."""
    folders = sorted(path.parent for path in PACKS.glob(f"*/{MANIFEST}"))
    return tuple(_read(folder, builtin=True) for folder in folders)


def sentences_of(pack: Pack) -> Sentences:
    """The sentences of a pack, parsed; they belong to the skill that answers.

    Those of packs that were asked for lately are kept. A pack whose files are no longer what
    they were has none.
    """
    try:
        return _parsed(pack.folder, pack.answers, pack.digest, builtin=pack.builtin)
    except (ConfigError, GrammarError, OSError):
        return NO_SENTENCES


class Taken:
    """The names and topics that packs have, each of one pack."""

    def __init__(self, packs: Iterable[Pack] = ()) -> None:
        """Begin with packs that do not take from each other."""
        self._names: dict[str, str] = {}
        self._topics: dict[str, str] = {}
        for pack in packs:
            self._put(pack)

    def take(self, pack: Pack) -> None:
        """Give a pack its names and topics.

        Raises:
            ConfigError: One belongs to another; then it gets nothing.
        """
        for name in (pack.id, pack.name, *pack.aliases):
            owner = self._names.get(spoken(name), pack.id)
            if owner != pack.id:
                raise ConfigError(f"{pack.id}: {name!r} is the name of the pack {owner}")
        for topic in sorted(topics(pack)):
            owner = self._topics.get(topic, pack.id)
            if owner != pack.id:
                raise ConfigError(
                    f"{pack.id}: the pack {owner} answers on {topic} too; "
                    f'set a topic of its own, such as hermes = "{_TOPICS}{pack.id}"'
                )
        self._put(pack)

    def _put(self, pack: Pack) -> None:
        for name in (pack.id, pack.name, *pack.aliases):
            self._names[spoken(name)] = pack.id
        self._topics |= dict.fromkeys(topics(pack), pack.id)


def topics(pack: Pack) -> frozenset[str]:
    """Where a pack's requests are told; nowhere when no program of its own answers."""
    if not isinstance(pack.answers, Hermes):
        return frozenset()
    if pack.answers.topic is not None:
        return frozenset({pack.answers.topic})
    return frozenset(_TOPICS + intent for intent in pack.intents)


@lru_cache(maxsize=65_536)
def spoken(name: str) -> str:
    """A name as it is heard: "Zoo-Sounds" and "zoo sounds" are one."""
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())


def _read(folder: Path, *, builtin: bool) -> Pack:
    if not folder.is_dir():
        raise ConfigError(f"{folder} is no folder; a skill pack is a folder with a {MANIFEST}")
    root = folder.resolve()
    if not _ID.fullmatch(root.name):
        raise ConfigError(
            f"{folder}: a pack's id is its folder's name, 1 to 40 of a-z, 0-9, _ and -, "
            f"not {root.name!r}"
        )
    manifest = read_toml(_inside(root, root / MANIFEST, MOST_MANIFEST_BYTES), Manifest)
    answers = _answers(root, manifest)
    files = _files(root, answers)
    digest = _digest(files)
    if not _yaml(files):
        raise GrammarError(f"{folder}: there are no sentences in {SENTENCES}/*.yaml")
    sentences = _parsed(root, answers, digest, builtin=builtin)
    if sentences.empty:
        raise GrammarError(f"{folder}: {SENTENCES} has no sentences in it")
    if not builtin:
        try:
            check_ways(sentences)
        except GrammarError as exc:
            raise GrammarError(f"{folder}: {exc}") from exc
    return Pack(
        id=root.name,
        name=manifest.name,
        description=manifest.description,
        version=manifest.version,
        answers=answers,
        files=_yaml(files),
        examples=examples(sentences),
        filled=_filled(sentences),
        aliases=manifest.aliases,
        kinds=frozenset(manifest.kinds),
        folder=root,
        digest=digest,
        builtin=builtin,
    )


@lru_cache(maxsize=MOST_PARSED)
def _parsed(root: Path, answers: Answers, digest: str, *, builtin: bool) -> Sentences:
    """The sentences in a folder, kept for those who ask for them again.

    Raises:
        ConfigError: The files are not those with this digest.
        GrammarError: They cannot be used.
    """
    files = _files(root, answers)
    sentences = load_sentences(_yaml(files), limits=None if builtin else PACK_LIMITS)
    if _digest(files) != digest:
        raise ConfigError(f"{root} is just being changed")
    skill = answers.skill if isinstance(answers, Extends) else root.name
    return replace(sentences, pack=skill, digest=digest)


def _yaml(files: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(file for file in files if file.suffix in (".yaml", ".yml"))


def _answers(root: Path, manifest: Manifest) -> Answers:
    if manifest.python is not None:
        if not manifest.python.endswith(".py"):
            raise ConfigError(f"{root}: python must name a .py file, not {manifest.python[:80]!r}")
        return Python(file=_inside(root, root / manifest.python, MOST_CODE_BYTES))
    if manifest.extends is not None:
        known = sorted(skill.name for skill in builtin_skills())
        if manifest.extends not in known:
            raise ConfigError(
                f"{root}: extends must be a skill of the speaker's own, "
                f"not {manifest.extends[:60]!r}; they are {', '.join(known)}"
            )
        return Extends(skill=manifest.extends)
    topic = manifest.hermes
    if topic is not None:
        levels = topic.removeprefix(_TOPICS).split("/")
        usable = len(topic) <= _LONGEST_TOPIC and all(_LEVEL.fullmatch(one) for one in levels)
        if not (topic.startswith(_TOPICS) and usable) or levels[0] in _own_intents():
            raise ConfigError(
                f"{root}: hermes must be a topic below {_TOPICS} without wildcards or spaces, "
                f"and none of the speaker's own intents, not {topic[:80]!r}"
            )
    return Hermes(topic=topic)


def _filled(sentences: Sentences) -> frozenset[str]:
    """The intents that may have slots: those with a list, or with a rule that may have one."""
    return frozenset(
        name
        for name, intent in sentences.intents.intents.items()
        for block in intent.data
        if block.slots or any("{" in text or "<" in text for text in block.sentence_texts)
    )


def _files(root: Path, answers: Answers) -> tuple[Path, ...]:
    """All files of a pack that count, sorted.

    Raises:
        ConfigError: One is missing, too large or outside the folder; there are too many.
    """
    folder = root / SENTENCES
    found = (file for file in folder.rglob("*") if file.suffix in (".yaml", ".yml"))
    yaml: list[Path] = []
    for file in found:
        yaml.append(_inside(root, file, PACK_LIMITS.file_bytes))
        if len(yaml) > PACK_LIMITS.files:
            raise ConfigError(f"{root}: more than {PACK_LIMITS.files} sentence files")
    code = [answers.file] if isinstance(answers, Python) else []
    return (_inside(root, root / MANIFEST, MOST_MANIFEST_BYTES), *code, *sorted(yaml))


def _inside(root: Path, file: Path, most_bytes: int) -> Path:
    """A file of the pack, which is a file, in the pack, and no larger than it may be.

    Raises:
        ConfigError: It is not.
    """
    try:
        there = file.resolve()
        if not there.is_relative_to(root.resolve()):
            raise ConfigError(f"{root}: {file.name} lies outside the pack's folder")
        if not there.is_file():
            raise ConfigError(f"{root}: there is no file {file.name}")
        size = there.stat().st_size
    except (OSError, ValueError, RuntimeError) as exc:  # A NUL in its name, a loop of links.
        raise ConfigError(f"{root}: {file.name!r} cannot be read: {exc}") from exc
    if size > most_bytes:
        raise ConfigError(f"{root}: {file.name} has {size} bytes, {most_bytes} are the most")
    return file


def _digest(files: Iterable[Path]) -> str:
    digest = sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _check_intents(folder: Path, pack: Pack) -> None:
    """Whose intents a pack's sentences carry.

    Raises:
        ConfigError: They are not its own, or not those of the skill that it extends.
    """
    if isinstance(pack.answers, Extends):
        extended = pack.answers.skill
        allowed = next(skill.intents for skill in builtin_skills() if skill.name == extended)
        for intent in pack.intents:
            if intent not in allowed:
                raise ConfigError(
                    f"{folder}: {extended} has no intent {intent!r}; "
                    f"it has {', '.join(sorted(allowed))}"
                )
        return
    for intent in pack.intents:
        if intent in _own_intents():
            raise ConfigError(
                f"{folder}: the intent {intent} belongs to the speaker's own skills; name "
                "another, or add sentences to theirs with extends"
            )
        if not _LEVEL.fullmatch(intent) or len(intent) > 80:
            raise ConfigError(
                f"{folder}: an intent is named by up to 80 characters without spaces, / + # $, "
                f"not {intent[:80]!r}"
            )


@cache
def _own_intents() -> Collection[str]:
    return frozenset(INTENTS) | {one for skill in builtin_skills() for one in skill.intents}


@cache
def _reserved() -> Collection[str]:
    """Names that are taken, as they are heard."""
    found = {spoken(skill.name) for skill in builtin_skills()} | {"inglenook", "speaker"}
    for file in PACKS.glob(f"*/{MANIFEST}"):
        manifest = read_toml(file, Manifest)
        found |= {spoken(name) for name in (file.parent.name, manifest.name, *manifest.aliases)}
    return frozenset(found)
