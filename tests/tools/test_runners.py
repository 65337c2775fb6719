"""`./run test`, `soak` and `bench`: which runs they make, what they remember, what they report."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools.bench import Elsewhere, conditions, replaced, scripts, section
from tools.bench import main as bench
from tools.soak import (
    State,
    collect,
    load_state,
    present_commit,
    report,
    run_rest,
    run_test,
    save_state,
    with_earlier,
)
from tools.test import passes

ROOT = Path(__file__).parents[2]

TIERS = """
import pytest

def test_fast(): ...

@pytest.mark.slow
def test_slow(): ...

@pytest.mark.soak
def test_soak(): ...

@pytest.mark.both_dbs
@pytest.mark.slow
def test_both(): ...
"""


def test_ci_runs_the_other_database_and_then_everything():
    [[option, workers]] = passes([], ci=False)
    whole = [option, workers, "--dist", "loadfile", "--no-loadscope-reorder", "--durations=15"]
    assert passes([], ci=True) == [["--postgres", *whole], whole]
    assert option == "-n"
    assert 1 <= int(workers) <= 4
    assert passes(["-k", "night"], ci=False) == [["-k", "night"]]
    assert passes(["--slow", "tests/lake"], ci=True) == [["--slow", "tests/lake"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "ci", "names"),
    [
        ([], "", ["test_fast"]),
        (["--slow"], "", ["test_fast", "test_slow", "test_soak", "test_both"]),
        ([], "true", ["test_fast", "test_slow", "test_soak", "test_both"]),
        (["-m", "soak"], "", ["test_soak"]),
    ],
)
def test_the_tiers(tmp_path: Path, options: list[str], ci: str, names: list[str]):
    assert collected(tmp_path, options, ci) == names


@pytest.mark.slow
def test_the_other_database_gets_what_is_marked_for_it(tmp_path: Path, require_tool):
    require_tool("initdb")
    assert collected(tmp_path, ["--postgres"], "true") == ["test_both"]


def collected(folder: Path, options: list[str], ci: str) -> list[str]:
    path = folder / "test_tiers.py"
    path.write_text(TIERS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT, "-p", "no:django"]
    done = subprocess.run(
        [*command, "-p", "conftest", "--collect-only", *options, path],
        cwd=ROOT,
        env={**os.environ, "CI": ci, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}:{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return [line.rsplit("::", 1)[1] for line in done.stdout.splitlines() if "::" in line]


def test_soak_goes_on_where_it_stopped(tmp_path: Path):
    path = tmp_path / ".soak" / "state.json"
    ran: list[str] = []

    def run(test: str) -> bool:
        if test == "c" and "c" not in ran:
            ran.append(test)
            raise KeyboardInterrupt
        ran.append(test)
        return test != "b"

    tests = ["a", "b", "c", "d"]
    with pytest.raises(KeyboardInterrupt):
        run_rest(tests, State("abc", 7), run, lambda state: save_state(path, state))
    assert load_state(path, "abc", 8).done == {}
    assert load_state(path, "abd", 7).done == {}
    state = load_state(path, "abc", 7)
    run_rest(tests, state, run, lambda now: save_state(path, now))
    assert ran == ["a", "b", "c", "b", "c", "d"]  # what failed is run again, what passed is not
    assert {test: row[0] for test, row in load_state(path, "abc", 7).done.items()} == {
        "a": True,
        "b": False,
        "c": True,
        "d": True,
    }


@pytest.mark.slow
def test_soak_finds_slow_tests_and_runs_them_at_its_scale():
    assert collect(ROOT, "at_least_ci_scale") == ["tests/tools/test_runners.py::test_at_least_ci_scale"]
    assert run_test(ROOT, "tests/tools/test_runners.py::test_at_least_ci_scale", seed=7) is True
    assert run_test(ROOT, "tests/tools/test_runners.py::no_such_test", seed=7) is False


@pytest.mark.soak
def test_at_least_ci_scale(scale):
    """The test that the one above runs; by itself it shows that the soak scale is really asked for."""
    expected = {"soak": 365, "ci": 60}[os.environ.get("HUILIU_SCALE", "ci")]
    assert scale("nights") == expected


def test_the_state_is_written_whole(tmp_path: Path):
    path = tmp_path / "state.json"
    save_state(path, State("abc", 7, {"a": (True, 1.5)}))
    assert json.loads(path.read_text(encoding="utf-8"))["done"] == {"a": [True, 1.5]}
    assert [item.name for item in tmp_path.iterdir()] == ["state.json"]


def test_the_report_names_commit_seed_counts_and_failures():
    state = State("abc123", 7, {"t::a": (True, 61.0), "t::b": (False, 2.0), "t::gone": (True, 9.0)})
    text = report(["t::a", "t::b"], state, {"kills": 100}, dt.datetime(2025, 3, 31, 9, 5))
    for part in ("commit: abc123", "seed: 7", "kills 100", "2025-03-31 09:05", "1 passed, 1 failed, 63 s"):
        assert part in text
    assert "| `t::b` | **failed** | 2.0 |" in text
    assert "gone" not in text


def test_a_run_of_a_changed_tree_is_its_own(tree: Path):
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run([*git, "add", "."], cwd=tree, check=True)
    subprocess.run([*git, "commit", "-q", "-m", "x"], cwd=tree, check=True)
    clean = present_commit(tree)
    (tree / "docs").mkdir()
    (tree / "docs" / "soak.md").write_text("report", encoding="utf-8")
    assert present_commit(tree) == clean
    (tree / "src" / "huiliu" / "cli.py").write_text("x = 1\n", encoding="utf-8")
    first = present_commit(tree)
    (tree / "src" / "huiliu" / "cli.py").write_text("x = 2\n", encoding="utf-8")
    assert len({clean, first, present_commit(tree)}) == 3


def test_bench_names_what_there_is():
    assert "_private" not in scripts(ROOT)
    with pytest.raises(SystemExit, match="没有这项测量：nothing"):
        bench(["nothing"])


def test_a_measurement_replaces_its_own_section_only():
    document = "# Performance\n\nBy hand.\n\n## night\n\nold\n\n## peers\n\nkept\n\n## removed\n\nx\n"
    now = replaced(document, {"night": "night\n\nnew\n", "check": "check\n\nfirst\n"}, ["check", "night", "peers"])
    assert now == "# Performance\n\nBy hand.\n\n## check\n\nfirst\n\n## night\n\nnew\n\n## peers\n\nkept\n"


def test_output_without_a_table_is_fenced():
    assert section("a", "What.", "Where.", "| x |\n| - |") == "a\n\nWhat.\n\nWhere.\n\n| x |\n| - |\n"
    assert section("a", "What.", "Where.", "1.0 s") == "a\n\nWhat.\n\nWhere.\n\n```text\n1.0 s\n```\n"


def test_conditions_name_commit_and_machine_without_paths():
    text = conditions(dt.datetime(2025, 3, 31, 9, 5))
    assert text.startswith("2025-03-31 09:05 · commit ")
    assert "/" not in text


def test_our_own_children_are_not_other_work():
    elsewhere = Elsewhere()
    before = elsewhere._used()
    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)
    passed, busy, ours = (now - then for now, then in zip(elsewhere._used(), before, strict=True))
    assert ours > 0.03
    assert passed + 0.05 >= busy >= ours - 0.05  # the system counts in hundredths


def test_a_run_of_some_tests_keeps_the_reports_of_others_and_of_the_last_whole_one():
    def section(tests: str, result: str) -> str:
        return f"- tests: {tests}\n- result: {result}\n"

    whole, audit = section("all that are slow or soak", "60"), section("those named audit", "3")
    once = with_earlier(f"# Soak run\n\n{audit}", f"# Soak run\n\n{whole}")
    assert once == f"# Soak run\n\n{audit}\n## The last whole run\n\n{whole}"
    limits = section("those named limits", "4")
    twice = with_earlier(f"# Soak run\n\n{limits}", once)
    earlier = "## An earlier run of other tests\n\n"
    assert twice == f"# Soak run\n\n{limits}\n{earlier}{audit}\n## The last whole run\n\n{whole}"
    anew = section("those named audit", "5")
    thrice = with_earlier(f"# Soak run\n\n{anew}", twice)
    assert thrice == f"# Soak run\n\n{anew}\n{earlier}{limits}\n## The last whole run\n\n{whole}"
    assert with_earlier(f"# Soak run\n\n{whole}", thrice) == f"# Soak run\n\n{whole}"
