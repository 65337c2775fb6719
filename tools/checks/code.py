"""Checks of the code itself: format, lint, types, import contracts, sizes, undeclared imports."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.checks.command import complaints, complaints_of_code

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as c; c(prog_name='lint-imports')"


def check_format(root: Path) -> Iterator[str]:
    """Files `ruff format` would change."""
    yield from complaints(root, "ruff", "format", "--check", "--quiet", "--output-format=concise", ".")


def check_lint(root: Path) -> Iterator[str]:
    """What ruff complains of."""
    yield from complaints(root, "ruff", "check", "--output-format=concise", "--quiet", ".")


def check_types(root: Path) -> Iterator[str]:
    """What mypy complains of: strict below apps, nothing untyped above."""
    yield from complaints(root, "mypy", "--no-error-summary", "--no-pretty", "--hide-error-context")


def check_imports(root: Path) -> Iterator[str]:
    """Imports that break a contract of pyproject.toml."""
    rows = complaints_of_code(root, LINT_IMPORTS, "--no-logo", "--no-cache", "--config", "pyproject.toml")
    start = next((number for number, row in enumerate(rows) if "Broken contracts" in row), -1)
    yield from (row for row in rows[start + 1 :] if row.strip("- "))


def check_ignores(root: Path) -> Iterator[str]:
    """Contracts with ignored imports: a contract is changed by a decision record, not by an exception."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    yield from (f"contract with ignore_imports: {row['name']}" for row in contracts if "ignore_imports" in row)


def check_sizes(root: Path) -> Iterator[str]:
    """Functions over 60 lines and files over 400."""
    for path in python_files(root):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root)
        if (length := len(text.splitlines())) > LONGEST_FILE:
            yield f"{name}: {length} lines, at most {LONGEST_FILE}"
        for node in ast.walk(ast.parse(text, str(name))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}"


def check_declared(root: Path) -> Iterator[str]:
    """Packages the product imports without declaring them: a development package would hide that until delivery."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    owners = packages_distributions()
    for path in python_files(root / "src"):
        if "tests" in path.parts:
            continue
        for line, package in foreign_imports(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            names = {canonicalize_name(name) for name in owners.get(package, [package])}
            if not names & declared:
                yield f"{path.relative_to(root)}:{line}: {package} is not among the dependencies"


def foreign_imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and top package of each absolute import that is neither the standard library's nor ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
        else:
            continue
        tops = {name.split(".", 1)[0] for name in names} - {"huiliu"} - sys.stdlib_module_names
        yield from ((node.lineno, top) for top in sorted(tops))


def python_files(root: Path) -> list[Path]:
    """The Python files of the product below `root`, without migrations, which are generated and never changed."""
    base = root / "src" if (root / "src").exists() else root
    return sorted(path for path in base.rglob("*.py") if "migrations" not in path.parts)
