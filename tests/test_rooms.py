"""Who may import whom (the table is the README's), and that a running app never loads TensorFlow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"digits", "serving", "training", "webapp"}
MAY_IMPORT = {  # room → the modules and rooms of ours that it may import, itself aside
    "digits": set(),
    "serving": set(),
    "training": {"digits", "serving"},
    "webapp": {"digits", "serving.client", "serving.logs"},
}
WIRING = {"webapp/app.py": {"serving.embedded"}, "digits/__main__.py": {"serving.client"}}
FRAMEWORKS = {"tensorflow", "keras"}


def modules():
    return [path for room in sorted(OURS) for path in sorted((ROOT / room).rglob("*.py")) if "static" not in path.parts]


def imported(path):
    """Every module that a file names in an import, `from a import b` as both a and a.b."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ([alias.name] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ([node.module, f"{node.module}.{alias.name}"] for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(path):
    name = str(path.relative_to(ROOT))
    room = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT[room] | WIRING.get(name, set()) | {room}
    for names in imported(path):
        if names[0].split(".")[0] in OURS:
            assert any(n == a or n.startswith(a + ".") for n in names for a in allowed), f"{name} imports {names[0]}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_training_imports_a_framework(path):
    rooms = {names[0].split(".")[0] for names in imported(path)}
    assert path.relative_to(ROOT).parts[0] == "training" or not rooms & FRAMEWORKS


def test_a_running_app_never_loads_a_framework():
    told = "import sys, webapp.__main__, serving.__main__; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", told], cwd=ROOT, text=True).split()
    assert "webapp.app" in loaded and not FRAMEWORKS & set(loaded)
