"""Every outcome of a batch has its colour and its word on the console."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from huiliu.cli.night import verdict_line
from huiliu.kernel.clock import TZ
from huiliu.lake.records import Check, NightRecord, Outcome

RECORD = NightRecord(
    batch="449900_20250331",
    outcome=Outcome.PUBLISHED,
    business_date=date(2025, 3, 31),
    division="449900",
    sequence=1,
    digest=None,
    level=None,
    run_at=datetime(2025, 4, 1, 1, tzinfo=TZ),
    seconds=Decimal(1),
)


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome.PUBLISHED, "已发布"),
        (Outcome.REFUSED, "已拒收"),
        (Outcome.HELD, "暂缓"),
        (Outcome.UNCHANGED, "已入库"),
        (Outcome.WAITING, "未齐"),
        (Outcome.WITHDRAWN, "已撤回"),
    ],
)
def test_each_outcome_has_its_word(outcome, word):
    assert verdict_line(replace(RECORD, outcome=outcome)).plain == f"● 449900_20250331 {word}"


@pytest.mark.parametrize(
    ("became", "words"),
    [
        ({"standing": "withdrawn"}, "已撤回"),
        ({"standing": "superseded", "kind": "replay"}, "已被更正  重新入库"),
        ({"standing": "act", "kind": "quarantine"}, "已发布  隔离区处理"),
        ({"standing": "effective", "kind": "restore"}, "已发布  回退"),
        ({"outcome": Outcome.UNCHANGED, "kind": "replay"}, "已入库"),  # nothing was taken, again or otherwise
    ],
)
def test_what_became_of_a_night_is_said(became, words):
    assert verdict_line(replace(RECORD, **became)).plain == f"● 449900_20250331 {words}"


def test_a_refused_day_that_later_ones_passed_is_one_line_and_no_fault_of_this_run(monkeypatch, capsys):
    from huiliu import nightly
    from huiliu.cli import night

    refused = replace(RECORD, outcome=Outcome.REFUSED, checks=(Check("rows", "行数", "person", "8", "1", "fail"),))
    results = [replace(refused, passed_by=True)]
    monkeypatch.setattr("huiliu.config.boot.boot", lambda _kind: None)
    monkeypatch.setattr("huiliu.config.boot.migrate", lambda _installation: None)
    monkeypatch.setattr(nightly, "run", lambda progress: nightly.Nightly(results, {}, {}))
    monkeypatch.setattr(night, "print_served", lambda: None)
    assert night.run() == 0
    assert capsys.readouterr().out.splitlines() == [
        "● 449900_20250331 已拒收  其后各日已入库，不再检验；原因见 lake nights"
    ]
    results[0] = refused
    assert night.run() == 1
