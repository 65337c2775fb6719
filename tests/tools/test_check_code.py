"""Each check of the code finds the fault that is planted for it, and nothing in a clean tree."""

from pathlib import Path

import pytest
from tools.checks import code

pytestmark = pytest.mark.slow

CLEAN = '"""Nothing."""\n'


@pytest.mark.parametrize(
    "check",
    [code.check_format, code.check_lint, code.check_imports, code.check_ignores, code.check_sizes, code.check_declared],
)
def test_a_clean_tree_passes(tree: Path, check):
    assert list(check(tree)) == []


def test_unformatted_file(tree: Path, plant):
    plant("src/huiliu/kernel/a.py", CLEAN + "\nx  =  {'a' : 1}\n")
    assert [row.split(":")[0] for row in code.check_format(tree)] == ["src/huiliu/kernel/a.py"]


def test_lint(tree: Path, plant):
    plant("src/huiliu/kernel/a.py", CLEAN + "\nimport os\n")
    (row,) = code.check_lint(tree)
    assert "a.py:3:8: F401" in row


# Importing file, its import, and what the contract answers; all are planted together, for speed.
FORBIDDEN = (
    ("kernel/a.py", "from huiliu.lake import b", "huiliu.kernel is not allowed to import huiliu.lake"),
    ("rules/a.py", "import huiliu.scoring", "huiliu.rules is not allowed to import huiliu.scoring"),
    ("documents/a.py", "import huiliu.catalog", "huiliu.documents is not allowed to import huiliu.catalog"),
    ("web/a.py", "import huiliu.apps.audit", "huiliu.web is not allowed to import huiliu.apps"),
    ("apps/audit/a.py", "import huiliu.config", "huiliu.apps is not allowed to import huiliu.config"),
    ("apps/audit/b.py", "import huiliu.apps.accounts.services", "huiliu.apps.audit is not allowed to import"),
    ("apps/audit/selectors.py", "import huiliu.apps.audit.services", "audit.services: selectors is below services"),
    ("apps/audit/models.py", "import huiliu.apps.audit.views", "audit.views: models is below views"),
    ("apps/accounts/a.py", "import huiliu.apps.audit.models", "accounts.a imports huiliu.apps.audit.models: call"),
    ("apps/accounts/b.py", "from huiliu.apps.audit.models import Row", "accounts.b imports huiliu.apps.audit.models"),
    ("lake/a.py", "import django.db", "huiliu.lake is not allowed to import django"),
    ("demo/c.py", "import unfold", "huiliu.demo is not allowed to import unfold"),
    ("apps/audit/c.py", "import dbos", "huiliu.apps.audit.c imports dbos; only huiliu.worker may"),
    ("apps/audit/d.py", "import huiliu.demo", "huiliu.apps.audit.d imports huiliu.demo; only huiliu.cli may"),
    ("demo/a.py", "import huiliu.rules", "huiliu.demo.a imports huiliu.rules; huiliu.demo may import only"),
    ("demo/b.py", "import huiliu.catalog.rules.x", "huiliu.demo.b imports huiliu.catalog.rules.x; huiliu.demo may"),
    ("supervisor.py", "import huiliu.lake", "huiliu.supervisor imports huiliu.lake; huiliu.supervisor may import"),
)
ALLOWED = (
    ("cli.py", "import huiliu.demo"),
    ("worker.py", "import dbos"),
    ("demo/a.py", "import huiliu.catalog.tables"),
    ("web/a.py", "import django"),
    ("apps/performance/services.py", "import huiliu.apps.datahub.selectors"),
    ("apps/audit/views.py", "import huiliu.apps.audit.services"),
    ("apps/audit/services.py", "import huiliu.scoring"),
)


def test_forbidden_imports(tree: Path, plant):
    for name in ("lake/b.py", "catalog/rules/__init__.py", "catalog/rules/x.py"):
        plant(f"src/huiliu/{name}", CLEAN)
    for importer, line, _ in FORBIDDEN:
        plant(f"src/huiliu/{importer}", f"{CLEAN}\n{line}\n")
    rows = list(code.check_imports(tree))
    assert [found for _, _, found in FORBIDDEN if not any(found in row for row in rows)] == []


@pytest.mark.parametrize("package", ["extra", "apps/extra"])
def test_a_package_outside_the_layers(tree: Path, plant, package: str):
    plant(f"src/huiliu/{package}/__init__.py", CLEAN)
    assert any("huiliu." + package.replace("/", ".") in row for row in code.check_imports(tree))


def test_allowed_imports(tree: Path, plant):
    for importer, line in ALLOWED:
        plant(f"src/huiliu/{importer}", f"{CLEAN}\n{line}\n")
    assert list(code.check_imports(tree)) == []


def test_ignored_import(tree: Path):
    path = tree / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("exhaustive = true", 'exhaustive = true\nignore_imports = ["a -> b"]', 1), encoding="utf-8"
    )
    assert list(code.check_ignores(tree)) == ["contract with ignore_imports: Layers: down only"]


def test_long_function_and_file(tree: Path, plant):
    plant("src/huiliu/kernel/a.py", f"{CLEAN}\n\ndef long():\n" + "    x = 1\n" * 59)
    assert list(code.check_sizes(tree)) == []
    plant("src/huiliu/kernel/a.py", f"{CLEAN}\n\nasync def long():\n" + "    x = 1\n" * 60)
    plant("src/huiliu/kernel/b.py", CLEAN + "x = 1\n" * 400)
    assert list(code.check_sizes(tree)) == [
        "src/huiliu/kernel/a.py:4: long has 61 lines, at most 60",
        "src/huiliu/kernel/b.py: 401 lines, at most 400",
    ]


def test_migrations_may_be_long(tree: Path, plant):
    plant("src/huiliu/apps/audit/migrations/0001_initial.py", CLEAN + "x = 1\n" * 900)
    assert list(code.check_sizes(tree)) == []


def test_undeclared_dependency(tree: Path, plant):
    plant("src/huiliu/kernel/a.py", f"{CLEAN}\nimport json\n\nimport yaml\n\nimport hypothesis\nfrom . import b\n")
    plant("src/huiliu/apps/audit/tests/test_a.py", "import hypothesis\n")
    assert list(code.check_declared(tree)) == ["src/huiliu/kernel/a.py:7: hypothesis is not among the dependencies"]


@pytest.mark.slow
def test_types_are_strict_below_apps_and_total_above(tree: Path, plant):
    plant("src/huiliu/config/settings.py", f'{CLEAN}\nSECRET_KEY = "x"\nINSTALLED_APPS: list[str] = []\n')
    assert list(code.check_types(tree)) == []
    plant("src/huiliu/kernel/a.py", f"{CLEAN}\n\ndef f(x: dict) -> None: ...\n")
    plant("src/huiliu/apps/audit/views.py", f"{CLEAN}\n\ndef f(x: dict) -> None: ...\n\n\ndef g(x):\n    return x\n")
    rows = list(code.check_types(tree))
    assert [row.split(" error: ")[0] for row in rows] == [
        "src/huiliu/kernel/a.py:4:",
        "src/huiliu/apps/audit/views.py:7:",
    ]
