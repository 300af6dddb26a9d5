"""The folders depend on each other in the direction of travel, and touch the world in one place."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAGES = [
    "audio", "wake", "asr", "nlu", "routing", "skills", "teaching", "home", "speech", "hermes",
]  # fmt: skip
SHARED = {
    "concepts", "errors", "events", "context", "effects", "stage", "ports", "tensors", "config",
    "models", "rules", "runtimes", "settled",
}  # fmt: skip
BEFORE: dict[str, set[str]] = {
    "audio": set(),
    "wake": {"audio"},
    "asr": {"audio", "nlu", "speech"},
    "nlu": set(),
    "routing": {"nlu", "skills"},
    "skills": {"nlu"},
    "teaching": {"nlu"},
    "home": set(),
    "speech": set(),
    "hermes": {"nlu"},
}
"""What a stage may know besides itself and the shared words.

Recognition reads the sentences (nlu) and guesses pronunciations with the synthesizer's
library (speech); routing asks what the skills can do.
"""
OUTSIDE = {
    "asyncio", "paho", "random", "socket", "sounddevice", "sqlite3", "subprocess", "threading",
    "time", "tflite_runtime", "ai_edge_litert", "queue", "secrets", "uuid",
}  # fmt: skip


def modules(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"no modules in {folder}: this test would pass without looking at anything"
    return found


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    return found | {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_knows_only_itself_what_comes_before_and_the_shared_words(stage: str) -> None:
    allowed = SHARED | {stage} | BEFORE[stage]

    for path in modules(f"device/{stage}"):
        ours = {name.split(".")[1] for name in imports(path) if name.startswith("device.")}
        assert ours <= allowed, f"{path.relative_to(ROOT)} reaches into {ours - allowed}"


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_touches_nothing_outside(stage: str) -> None:
    for path in modules(f"device/{stage}"):
        guilty = {name for name in imports(path) if name.split(".")[0] in OUTSIDE}
        assert not guilty, f"{path.relative_to(ROOT)} imports {guilty}"


@pytest.mark.parametrize(
    ("folder", "banned"),
    [
        ("device", {"simulator", "export", "tensorflow", "keras", "tests"}),
        ("simulator", {"export", "tensorflow", "keras", "sounddevice", "paho", "tests"}),
        ("export", {"sounddevice", "paho", "tests"}),
    ],
)
def test_folders_depend_one_way(folder: str, banned: set[str]) -> None:
    for path in modules(folder):
        guilty = {name for name in imports(path) if name.split(".")[0] in banned}
        assert not guilty, f"{path.relative_to(ROOT)} imports {guilty}"


@pytest.mark.parametrize("library", ["sounddevice", "paho", "sqlite3", "threading", "time"])
def test_only_the_edges_reach_the_world(library: str) -> None:
    importers = {
        path.relative_to(ROOT / "device").parts[0]
        for path in modules("device")
        if any(name.split(".")[0] == library for name in imports(path))
    }

    assert importers <= {"edges"}, f"{library} is imported by {importers - {'edges'}}"


def test_only_the_loader_imports_a_tflite_runtime() -> None:
    named = [
        path.relative_to(ROOT).as_posix()
        for folder in ("device", "simulator", "export")
        for path in modules(folder)
        if any(n.split(".")[0] in ("tflite_runtime", "ai_edge_litert") for n in imports(path))
        or '"ai_edge_litert.' in path.read_text(encoding="utf-8")
    ]

    assert named == ["device/runtimes.py"]


def test_shipped_models_fit_their_budget() -> None:
    folder = ROOT / "device" / "models"
    files = [path for path in folder.iterdir() if path.suffix in (".tflite", ".npz")]

    assert files, "no models: this test would pass without looking at anything"
    assert sum(path.stat().st_size for path in files) <= 12_000_000


def test_no_test_brings_tensorflow_into_the_process_of_a_runtime() -> None:
    """They crash each other: what needs tensorflow is tested in a process of its own."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        "    assert 'tensorflow' not in sys.modules, name\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, cwd=ROOT,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-500:]
