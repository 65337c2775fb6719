"""`./run up` on an empty folder, again, and for a real installation."""

import json
import urllib.request

import pytest

from e2e.product import run, up

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a space and Chinese in its name."""
    return tmp_path_factory.mktemp("新 目录")


def healthz(address: str) -> dict:
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
        return json.load(answer)


def test_first_start_makes_the_demo_and_the_second_prints_no_password(place):
    home = place / "home"
    with up(home, "--persons", "1000") as first:
        health = healthz(first.address)
        assert health["status"] == "ok"
        assert health["lake"]["business_date"] == "2025-03-30"
        assert health["lake"]["level"] == "A"
        assert set(first.accounts) == {
            "it", "clerk", "checker", "finance", "cashier", "control", "leader", "sysadmin", "secadmin", "auditor",
        }  # fmt: skip
        assert len(set(first.accounts.values())) == 10
        assert "已发布 11 夜，拒收 1 夜" in first.said
    with up(home) as second:
        assert healthz(second.address)["status"] == "ok"
        assert second.accounts == {}
        assert "合成城市" not in second.said

    night = run(home, "night")
    assert night.returncode == 1  # the short night is still refused
    assert "449900_20250331 已拒收" in night.stdout
    assert "在用：2025-03-30" in night.stdout
    assert run(home, "lake", "state").returncode == 0


def test_a_second_up_on_the_same_folder_is_refused(place):
    with up(place / "home", "--persons", "1000"):
        again = run(place / "home", "up")
    assert again.returncode == 2
    assert "已有一个回流在运行" in again.stderr


def test_empty_installation_has_accounts_and_no_data(place):
    home = place / "real"
    with up(home, "--empty", "--division", "441600") as real:
        assert healthz(real.address)["lake"] == {"status": "ok", "published": False}
        assert "首次登录须修改口令" in real.said
        assert set(real.accounts) == {"sysadmin", "secadmin", "auditor"}
    assert not (home / "demo").exists()
    assert not any((home / "inbox").iterdir())
    assert "还没有处理过批次" in run(home, "lake", "nights").stdout


def test_a_demo_folder_does_not_become_a_real_installation(place):
    home = place / "marked"
    assert run(home, "up", "--empty", "--division", "1").returncode == 2  # a folder that is neither yet
    (home / "demo").write_text("合成数据", "utf-8")
    refused = run(home, "up", "--empty")
    assert refused.returncode == 2
    assert "演示数据" in refused.stderr
    assert "HUILIU_HOME" in refused.stderr


def test_evaluation_needs_no_installation(place):
    checked = run(place / "none", "evaluation", "check", "heyuan-2024")
    assert checked.returncode == 1
    assert "EV-X01" in checked.stdout
    assert not (place / "none").exists()
    shown = run(place / "none", "evaluation", "show", "heyuan-2024", "--out", str(place / "report"))
    assert shown.returncode == 0, shown.stderr
    assert "93.57" in shown.stdout
    assert sorted(path.suffix for path in (place / "report").iterdir()) == [".docx", ".json", ".pdf"]
