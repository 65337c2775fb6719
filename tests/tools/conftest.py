"""A small tree of the product's shape, in which each check finds nothing until a fault is planted."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "config",
    "apps",
    "web",
    "documents",
    "catalog",
    "catalog/tables",
    "forms",
    "rules",
    "scoring",
    "interchange",
    "topics",
    "budget",
    "lake",
    "kernel",
    "demo",
)
APPS = ("audit", "accounts", "datahub", "fundsafety", "performance")
MODULES = ("urls", "views", "services", "selectors", "models")
COPIED = (
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-bench.lock",
    "tools/contracts.py",
)

Plant = Callable[[str, str], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The skeleton; every file in it is formatted, typed and clean."""
    root = tmp_path / "a tree"
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for package in (".", *PACKAGES, *(f"apps/{app}" for app in APPS)):
        _write(root / "src" / "huiliu" / package / "__init__.py")
    for module in (*(f"apps/{app}/{module}" for app in APPS for module in MODULES), "cli", "worker", "supervisor"):
        _write(root / "src" / "huiliu" / f"{module}.py")
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return root


@pytest.fixture
def plant(tree: Path) -> Plant:
    """`plant("src/huiliu/kernel/a.py", text)` writes a fault into the tree."""
    return lambda name, text: _write(tree / name, text)


def _write(path: Path, text: str = '"""Nothing."""\n') -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
