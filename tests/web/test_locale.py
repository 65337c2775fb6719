"""The skin speaks Chinese, and the compiled texts are those of the .po file."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from web.unfold_strings import messages

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
HOLES = re.compile(r"%\(\w+\)s|%s|\{\w*\}")


def compiled() -> bytes:
    """What the .mo file should hold; `python -m web.test_locale` in tests/ writes it."""
    with (FOLDER / "django.po").open("rb") as source:
        catalog = read_po(source, locale="zh_Hans")
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def test_compiled_texts_are_fresh():
    assert (FOLDER / "django.mo").read_bytes() == compiled()


def test_every_text_of_the_skin_is_translated():
    with translation.override("zh-hans"):
        left = {one for _file, one, many in messages() if _translated(one, many) == one}
    assert left == set()


def _translated(one: str, many: str) -> str:
    return translation.ngettext(one, many, 1) if many else translation.gettext(one)


def test_translations_keep_the_holes_of_the_original():
    with (FOLDER / "django.po").open("rb") as source:
        entries = [entry for entry in read_po(source, locale="zh_Hans") if entry.id]
    assert len(entries) > 50
    for entry in entries:
        original = entry.id[0] if isinstance(entry.id, tuple) else entry.id
        text = entry.string[0] if isinstance(entry.string, tuple) else entry.string
        assert sorted(HOLES.findall(original)) == sorted(HOLES.findall(text)), original


@pytest.mark.parametrize(("text", "chinese"), [("Filters", "筛选条件"), ("Log out", "退出登录"), ("By %s", "按%s")])
def test_our_words_win_over_those_of_django(text, chinese):
    with translation.override("zh-hans"):
        assert translation.gettext(text) == chinese


if __name__ == "__main__":
    (FOLDER / "django.mo").write_bytes(compiled())
