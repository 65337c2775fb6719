"""Checks of the product's own content: migrations, glossary, translations."""

import gettext
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tools.checks.command import complaints, complaints_of_code

GLOSSARY = """
import sys
from huiliu.catalog.glossary import check_glossary
rows = check_glossary()
print(*rows, sep=chr(10))
sys.exit(bool(rows))
"""


def check_migrations(root: Path) -> Iterator[str]:
    """Changes of the models without a migration."""
    yield from complaints(
        root, "django", "makemigrations", "--check", "--dry-run", "-v1", "--settings=huiliu.config.settings"
    )


def check_glossary(root: Path) -> Iterator[str]:
    """Chinese terms of the business written with another English word than the glossary's."""
    yield from complaints_of_code(root, GLOSSARY)


def check_translations(root: Path) -> Iterator[str]:
    """Compiled translations that are missing or say something else than their source."""
    for source in sorted((root / "src").rglob("*.po")):
        name, compiled = source.relative_to(root), source.with_suffix(".mo")
        if not compiled.exists():
            yield f"{name}: not compiled (python -m babel.messages.frontend compile)"
        elif _said(compiled) != _meant(source):
            yield f"{name}: {compiled.name} is older (python -m babel.messages.frontend compile)"


def _meant(source: Path) -> dict[str, str]:
    with source.open("rb") as stream:
        catalog = read_po(stream)
    return {_key(message): _text(message.string) for message in catalog if _counts(message)}


def _counts(message: Message) -> bool:
    return bool(message.id) and bool(_text(message.string)) and not message.fuzzy


def _key(message: Message) -> str:
    text = _text(message.id)
    return f"{message.context}\x04{text}" if message.context else text


def _text(value: str | Sequence[str] | None) -> str:
    return value if isinstance(value, str) else (value or [""])[0]


def _said(compiled: Path) -> dict[str, str]:
    with compiled.open("rb") as stream:
        catalog: dict[str | tuple[str, int], str] = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
    # Plural forms come as (text, form); form 0 stands for the message, as in the source.
    flat = {key if isinstance(key, str) else key[0]: value for key, value in catalog.items() if _first(key)}
    return {key: value for key, value in flat.items() if key}


def _first(key: str | tuple[str, int]) -> bool:
    return isinstance(key, str) or key[1] == 0
