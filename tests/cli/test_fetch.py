"""`lake fetch` as people read it: one line each, what failed with what to do, and what was never tested."""

import pytest

from huiliu.cli.fetch import print_fetched
from huiliu.cli.night import run
from huiliu.lake.sources.faults import login_refused
from huiliu.lake.sources.results import Fetched, failed


def test_each_source_has_a_line(capsys):
    print_fetched(
        [
            Fetched("province", "taken", "449900_20250331", files=3, received=5 << 20),
            Fetched("province", "waiting", "449900_20250401", "manifest.json 未到"),
            Fetched("mount", "unchanged"),
            failed("front", login_refused("front")),
        ],
        {"front"},
    )
    assert capsys.readouterr().out.splitlines() == [
        "● 来源 province 已取  449900_20250331  3 个文件 5.0 MB",
        "● 来源 province 未齐  449900_20250401  manifest.json 未到",
        "● 来源 mount 无新批次",
        "● 来源 front 失败  来源 front 拒绝登录（SOURCE-007）"
        "请核对 sources.yaml 中的用户名和 keys/secrets 中对应的口令或私钥。",
        "  注意 来源 front 未实测：没有这种数据库的服务器可供测试，请先在测试环境核对一夜",
    ]


@pytest.mark.parametrize(("state", "code"), [("waiting", 0), ("failed", 1)])
def test_a_night_with_a_failed_source_does_not_end_well(monkeypatch, capsys, state, code):
    from huiliu import nightly
    from huiliu.cli import night

    result = failed("front", login_refused("front")) if state == "failed" else Fetched("front", "waiting")
    monkeypatch.setattr("huiliu.config.boot.boot", lambda _kind: None)
    monkeypatch.setattr("huiliu.config.boot.migrate", lambda _installation: None)
    monkeypatch.setattr(nightly, "run", lambda progress: nightly.Nightly((), {}, {}, fetched=[result]))
    monkeypatch.setattr(night, "print_served", lambda: None)
    assert run() == code
    assert "来源 front" in capsys.readouterr().out
