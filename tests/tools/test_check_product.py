"""Migrations, glossary, translations: the planted fault is found."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from tools.check import CHECKS, main, run_check
from tools.checks import product

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "Filters"
msgstr "筛选"

msgctxt "page"
msgid "%(count)d row"
msgid_plural "%(count)d rows"
msgstr[0] "%(count)d 行"

#, fuzzy
msgid "Guess"
msgstr "猜"

msgid "Untranslated"
msgstr ""
"""
SETTINGS = """
SECRET_KEY = "x"
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
INSTALLED_APPS = ["huiliu.apps.audit"]
"""
MODEL = """
from django.db import models


class Row(models.Model):
    id = models.BigAutoField(primary_key=True)
"""


def compile_po(source: Path) -> None:
    buffer = BytesIO()
    write_mo(buffer, read_po(BytesIO(source.read_bytes())))
    source.with_suffix(".mo").write_bytes(buffer.getvalue())


def test_translations_have_to_be_compiled_and_fresh(tree: Path, plant):
    source = plant("src/huiliu/web/locale/zh_Hans/LC_MESSAGES/django.po", PO)
    assert "not compiled" in next(product.check_translations(tree))
    compile_po(source)
    assert list(product.check_translations(tree)) == []
    source.write_text(PO.replace("%(count)d 行", "共 %(count)d 行"), encoding="utf-8")
    assert "django.mo is older" in next(product.check_translations(tree))


@pytest.mark.slow
def test_a_model_without_migration(tree: Path, plant):
    plant("src/huiliu/config/settings.py", SETTINGS)
    plant("src/huiliu/apps/audit/migrations/__init__.py", "")
    assert list(product.check_migrations(tree)) == []
    plant("src/huiliu/apps/audit/models.py", MODEL)
    assert any("Create model Row" in row for row in product.check_migrations(tree))


def test_the_glossary_is_asked(tree: Path, plant):
    plant("src/huiliu/catalog/glossary.py", "def check_glossary():\n    return []\n")
    assert list(product.check_glossary(tree)) == []
    plant("src/huiliu/catalog/glossary.py", "def check_glossary():\n    return ['batch 写作 lot']\n")
    assert list(product.check_glossary(tree)) == ["batch 写作 lot"]


def test_a_check_that_breaks_is_a_failed_one(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    def broken(root: Path):
        raise FileNotFoundError(root)

    assert run_check("broken", broken, tmp_path) is False
    assert "the check itself failed: FileNotFoundError" in capsys.readouterr().out


def test_one_bad_row_fails_and_is_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    assert run_check("good", lambda root: iter(()), tmp_path) is True
    assert run_check("bad", lambda root: iter(["a.py:1: wrong"]), tmp_path) is False
    first, second, row = capsys.readouterr().out.splitlines()
    assert first.startswith("ok    good")
    assert second.startswith("FAIL  bad")
    assert row.strip() == "a.py:1: wrong"


def test_an_unknown_check_is_refused():
    with pytest.raises(SystemExit, match="unknown: nothing"):
        main(["nothing"])


def test_every_check_function_is_in_the_list():
    from tools.checks import code, supply

    written = {
        getattr(part, name) for part in (code, supply, product) for name in dir(part) if name.startswith("check_")
    }
    assert written == set(CHECKS.values())
