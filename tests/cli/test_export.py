"""`export gbt40217` as a person runs it: asked for the password, told what was written."""

import pytest

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.cli.commands import app
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def password(town, monkeypatch):
    """Of somebody who may export; the second factor has tests of its own."""
    monkeypatch.setattr("huiliu.cli.export.boot", lambda kind: None)
    monkeypatch.setattr("huiliu.cli.export.migrate", lambda installation: None)
    monkeypatch.setattr("huiliu.apps.accounts.selectors.requires_totp", lambda user: False)
    made = user_create(
        username="chen", display_name="陈", post="control", level="L4", actor=SYSTEM, must_change_password=False
    )
    return made.password


def run(folder, typed, monkeypatch, *more):
    answers = iter([typed, ""])
    monkeypatch.setattr("typer.prompt", lambda *_words, **_how: next(answers))
    words = ["export", "gbt40217", str(folder), "--user", "chen", "--reason", "审计通知书〔2025〕7号", *more]
    return app(words, prog_name="./run", standalone_mode=False)


def test_it_says_what_was_written_and_that_the_structure_holds(password, tmp_path, monkeypatch, capsys):
    assert run(tmp_path / "x", password, monkeypatch, "--table", "2", "--table", "13") == 0
    said = capsys.readouterr().out
    assert "按 GB/T 40217 结构输出：2 表" in said
    assert "表13 待遇支付明细" in said
    assert "结构校验一致" in said
    assert "符合认证" not in said
    assert password not in said
    assert (tmp_path / "x" / "导出说明.txt").exists()


def test_a_wrong_password_writes_nothing(password, tmp_path, monkeypatch):
    with pytest.raises(HuiliuError, match="口令不对"):
        run(tmp_path / "x", "wrong", monkeypatch)
    assert list(tmp_path.iterdir()) == []
    assert events(EventFilter(action="accounts.sign_in")).get().outcome == "refused"


@pytest.mark.parametrize("more", [("--format", "pdf"), ("--day", "2025-13-01")])
def test_wrong_use_is_told_before_a_password_is_asked(password, tmp_path, monkeypatch, more):
    monkeypatch.setattr("typer.prompt", lambda *_words, **_how: pytest.fail("asked"))
    with pytest.raises(HuiliuError):
        app(["export", "gbt40217", str(tmp_path / "x"), "--user", "c", "--reason", "r", *more], standalone_mode=False)
