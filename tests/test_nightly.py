"""The night after the lake: each rule on its own, and one that cannot run is told without stopping the others."""

import errno
from contextlib import nullcontext
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from huiliu import nightly
from huiliu.cli import night
from huiliu.kernel.errors import HuiliuError


@dataclass
class Published:
    """A library with a night."""

    def pointer(self):
        return object()

    def open(self):
        return nullcontext(object())


def screening(rule, snapshot, clock):
    if rule == "second":
        raise HuiliuError(code="RULE-005", message="规则 B 的结果不合要求", hint="请检查规则。")
    return SimpleNamespace(found=3)


def test_one_rule_that_cannot_run_stops_no_other(monkeypatch):
    monkeypatch.setattr(nightly, "screening_run", screening)
    catalog = SimpleNamespace(rules={"A": "first", "B": "second", "C": "third"})
    clues, failed = nightly._screen(catalog, Published(), None)
    assert clues == {"A": 3, "C": 3}
    assert [error.code for error in failed.values()] == ["RULE-005"]


def test_the_command_says_which_rule_did_not_run_and_does_not_end_well(monkeypatch, capsys):
    error = HuiliuError(code="RULE-005", message="规则 B 的结果不合要求", hint="请检查规则。")
    monkeypatch.setattr("huiliu.config.boot.boot", lambda _kind: None)
    monkeypatch.setattr("huiliu.config.boot.migrate", lambda _installation: None, raising=False)
    monkeypatch.setattr(nightly, "run", lambda progress: nightly.Nightly((), {"A": 3}, {"B": error}))
    monkeypatch.setattr(night, "print_served", lambda: None)
    assert night.run() == 1
    said = capsys.readouterr().out
    assert "规则 A：疑点 3 条" in said
    assert "规则 B：没有筛查" in said
    assert "RULE-005" in said


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (OSError(errno.ENOSPC, "full"), "LAKE-011"),
        (HuiliuError(code="KEY-001", message="密钥", hint="恢复"), "KEY-001"),
    ],
)
def test_certificates_that_cannot_be_written_stop_nothing(monkeypatch, raised, code):
    def broken(*_args):
        raise raised

    monkeypatch.setattr(nightly, "write_certificates", broken)
    error = nightly._certify(None, (), SimpleNamespace(tables={}), None)
    assert error.code == code


def test_the_command_says_that_certificates_are_missing(monkeypatch, capsys):
    error = HuiliuError(code="LAKE-011", message="磁盘空间不足", hint="请清理磁盘。")
    monkeypatch.setattr("huiliu.config.boot.boot", lambda _kind: None)
    monkeypatch.setattr("huiliu.config.boot.migrate", lambda _installation: None, raising=False)
    monkeypatch.setattr(nightly, "run", lambda progress: nightly.Nightly((), {}, {}, error))
    monkeypatch.setattr(night, "print_served", lambda: None)
    assert night.run() == 1
    assert "证书没有签发，下次运行时补签" in capsys.readouterr().out


def test_an_approved_act_that_breaks_stops_no_night(monkeypatch):
    def broken(clock):
        raise TypeError

    monkeypatch.setattr(nightly, "acts_run", broken)
    nightly._acts(None)
