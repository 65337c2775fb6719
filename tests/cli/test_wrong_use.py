"""Wrong use is answered in Chinese with the wrong word and where to read on; help is Chinese to the last word."""

import re

import pytest
import typer

from huiliu.cli import night
from huiliu.cli.chinese import wrong_use
from huiliu.cli.commands import app, main


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("nosuch", "没有命令 nosuch。用 ./run --help 查看用法。"),
        ("lake [foo]", "没有命令 [foo]。用 ./run lake --help 查看用法。"),
        ("night extra more", "多出的内容：extra more。用 ./run night --help 查看用法。"),
        ("up --nosuch", "没有选项 --nosuch。用 ./run up --help 查看用法。"),
        ("evaluation show", "缺少参数 名称。用 ./run evaluation show --help 查看用法。"),
        ("demo create --persons 5", "参数 人数 的值不合要求，应不小于 100。用 ./run demo create --help 查看用法。"),
        ("demo create --persons x", "参数 人数 的值不合要求，应为整数。用 ./run demo create --help 查看用法。"),
    ],
)
def test_the_word_is_named(typed, answer):
    with pytest.raises(Exception, match=r".") as refused:
        app(typed.split(), prog_name="./run", standalone_mode=False)
    assert wrong_use(refused.value) == answer


def pages(command, path=("./run",)):
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from pages(below, (*path, name))


@pytest.mark.parametrize("path", list(pages(typer.main.get_command(app))), ids=" ".join)
def test_help_is_chinese(path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    app([*path[1:], "--help"], prog_name="./run", standalone_mode=False)
    page = capsys.readouterr().out
    assert "用法" in page
    assert "…" not in page.replace("命令 …", "").replace("文件…", ""), "cut off"
    assert set(re.findall(r"(?<![-\w./])[A-Za-z]{4,}", page)) <= {
        "heyuan",
        "reports",
        "JSON",
        "DOCX",
        "XLSX",
        "HUILIU",
        "SFTP",
        "sources",
        *NAMES,
    }


NAMES = {word for path in pages(typer.main.get_command(app)) for word in path}


def test_an_interruption_is_said(monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(night, "run", interrupted)
    monkeypatch.setattr("sys.argv", ["huiliu", "night"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130
    assert "已中止" in capsys.readouterr().err
