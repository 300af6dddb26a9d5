"""Skill packs written down for a test."""

from pathlib import Path

ZOO_TOML = """
name = "Zoo sounds"
description = "Makes the sounds of animals."
version = "1.0"
hermes = "hermes/intent/zoo"
"""

ZOO_YAML = """
language: en
intents:
  ZooSound:
    data:
      - sentences:
          - "(make|play) [me] (a|an|the) {animal} sound"
          - "what does (a|an|the) {animal} say"
  ZooHours:
    data:
      - sentences: ["when does the zoo open"]
lists:
  animal:
    values: [cat, dog, elephant, {in: "(lion|king of the savanna)", out: lion}, cow, frog]
"""


def written(
    root: Path, id_: str = "zoo", *, toml: str = ZOO_TOML, yaml: str | None = ZOO_YAML
) -> Path:
    """A pack's folder below `root`, made anew or changed."""
    folder = root / id_
    (folder / "sentences" / "en").mkdir(parents=True, exist_ok=True)
    (folder / "skill.toml").write_text(toml, encoding="utf-8")
    if yaml is not None:
        (folder / "sentences" / "en" / f"{id_}.yaml").write_text(yaml, encoding="utf-8")
    return folder


def simple(root: Path, id_: str, sentence: str, *, intent: str = "", keys: str = "") -> Path:
    """A pack of one sentence whose program answers on a topic of its own."""
    answers = keys or f'hermes = "hermes/intent/{id_}"'
    toml = f'name = "{id_}"\ndescription = "One sentence."\nversion = "1"\n{answers}\n'
    intent = intent or id_.title()
    yaml = f"intents:\n  {intent}:\n    data:\n      - sentences: [{sentence!r}]\n"
    return written(root, id_, toml=toml, yaml=yaml)
