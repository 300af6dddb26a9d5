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

from device.config import read_toml
from device.errors import ConfigError, GrammarError
from device.nlu.intents import INTENTS
from device.nlu.sentencelimits import PACK_LIMITS
from device.nlu.templates import NO_SENTENCES, PACKS, Sentences, load_sentences
from device.skills.builtin import builtin_skills
from device.skills.examples import check_ways, examples
from device.skills.manifest import Manifest
from device.skills.pack import Answers, Extends, Hermes, Pack, Python
from device.skills.taken import TOPICS, spoken

MANIFEST = "skill.toml"
SENTENCES = Path("sentences", "en")

MOST_MANIFEST_BYTES = 16 * 1024
MOST_CODE_BYTES = 256 * 1024

MOST_PARSED = 512
"""Packs whose sentences are kept parsed, some 30 KB each."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LEVEL = re.compile(r"[^/+#$\x00-\x20\x7f]+")
_LONGEST_TOPIC = 200


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
        levels = topic.removeprefix(TOPICS).split("/")
        usable = len(topic) <= _LONGEST_TOPIC and all(_LEVEL.fullmatch(one) for one in levels)
        if not (topic.startswith(TOPICS) and usable) or levels[0] in _own_intents():
            raise ConfigError(
                f"{root}: hermes must be a whole topic below {TOPICS}, without wildcards "
                f"or spaces and none of the speaker's own intents, not {topic[:80]!r}"
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
