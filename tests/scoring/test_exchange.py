"""Reading the exchange format: lenient in what it takes, and never anything but a HuiliuError when it refuses."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.catalog.profiles import profiles
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.binding import bound
from huiliu.scoring.check import check_files, check_table
from huiliu.scoring.evaluate import evaluate
from huiliu.scoring.exchange import parse_table
from huiliu.scoring.show import render_show
from scoring.tables import NATIONAL
from support.scale import Scale, examples

KEYS = {"agency": "甲", "project": "乙", "year": 2023, "indicators": []}

REFUSED = [
    (b"", "EV-READ-003"),
    (b"{", "EV-READ-003"),
    (b"[]", "EV-READ-004"),
    (b"null", "EV-READ-004"),
    (b"{}", "EV-READ-005"),
    (b'{"agency": "x", "project": "y", "year": 2023}', "EV-READ-005"),
    (b'{"a": NaN}', "EV-READ-003"),
    (b'{"a": 1, "a": 2}', "EV-READ-003"),
    (b"\xb2\xe2", "EV-READ-002"),
    (b"[" * 200_000, "EV-READ-003"),
]


@pytest.mark.parametrize(("data", "code"), REFUSED)
def test_refused(data: bytes, code: str) -> None:
    with pytest.raises(HuiliuError) as refused:
        parse_table(data, "x.json")
    assert refused.value.code == code
    assert "x.json" in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("key", "value"),
    [("indicators", {}), ("indicators", [1]), ("indicators", [{"weight": []}]), ("indicators", [{"weight": True}]),
     ("budget", []), ("budget", {"rows": {"x": 1}}), ("payments", [1]), ("agency", {}), ("counts", 5), ("total", {}),
     ("indicators", [{"weight": 10**20}])],
)  # fmt: skip
def test_wrong_types_are_refused(key: str, value: Any) -> None:
    with pytest.raises(HuiliuError, match="EV-READ-00"):
        parse_table(json.dumps({**KEYS, key: value}).encode(), "x.json")


SHAPE = ("code", "severity", "what", "where", "expected", "found")


def test_a_missing_file_is_unreadable_and_the_others_are_checked(tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_text(json.dumps(NATIONAL, ensure_ascii=False), encoding="utf-8-sig")
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({**NATIONAL, "total": 10}), encoding="utf-8")
    status = {
        names: check_files([str(tmp_path / name) for name in names], profiles=profiles()).exit_status
        for names in (("good.json",), ("good.json", "bad.json"), ("good.json", "none.json", "bad.json"), ())
    }
    assert list(status.values()) == [0, 1, 2, 0]
    run = check_files([str(good), str(tmp_path)], profiles=profiles())
    first, second = run.as_json()
    assert set(first) == set(second) == {"file", "findings"}
    assert {key for item in first["findings"] for key in item} == set(SHAPE)
    assert [tuple(item) for item in second["findings"]] == [SHAPE]
    assert (second["findings"][0]["code"], second["findings"][0]["what"]) == ("EV-READ-001", "无法读取")


def test_unknown_profile_is_an_error() -> None:
    with pytest.raises(HuiliuError, match="没有评分方案 nowhere"):
        check_files([], "nowhere", profiles=profiles())


def test_anything_may_be_null_or_unknown() -> None:
    keys = ("id", "budget", "spent", "budget_indicator", "counts", "statements", "payments", "total", "grade", "source",
            "notes", "completeness", "common_reason", "total_weight")  # fmt: skip
    table = parse_table(json.dumps({**KEYS, **dict.fromkeys(keys), "other": {"x": [1]}}).encode(), "x.json")
    assert table.full
    assert check_table(table, profiles()["default"])[0].severity == "note"
    empty = {"agency": None, "project": None, "year": None, "indicators": None}
    assert parse_table(json.dumps(empty).encode(), "x.json").indicators == ()


def test_numbers_are_decimals_as_printed() -> None:
    table = parse_table(b'{"agency":"x","project":"y","year":"2023","indicators":[{"weight":13.33}],"total":0.1}', "x")
    assert table.total.number == Decimal("0.1")
    assert table.indicators[0].weight.number == Decimal("13.33")


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.floats(), st.text(max_size=12),
    st.sampled_from(["90%", "≥95%", "2座", "1,234.5", "15.76万元", "/", "80%-90%", "0", "-5", "未完成", "1e9", "≤0元"]),
)  # fmt: skip
names = st.sampled_from(sorted({*NATIONAL, *NATIONAL["budget"], *NATIONAL["indicators"][0], "rate", "counts", "bands",
                                "statements", "about", "text", "payments", "spent", "completion", "common_reason",
                                "issued", "received", "complete", "80以上"}))  # fmt: skip
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6), max_leaves=25
)
cell = st.one_of(leaves, st.decimals(-20, 200, places=2).map(float))
wild_rows = st.lists(
    st.dictionaries(
        st.sampled_from(["level1", "level2", "level3", "target", "actual", "completion", "weight", "score", "reason"]),
        cell.filter(lambda leaf: not isinstance(leaf, bool)), max_size=9,
    ), max_size=5,
)  # fmt: skip
almost = st.fixed_dictionaries(
    {"agency": st.just("甲"), "project": st.just("乙"), "year": st.just(2023), "indicators": wild_rows},
    optional={
        "completeness": st.sampled_from(["full", "part", None]),
        "budget": st.dictionaries(st.sampled_from(["initial", "full_year", "issued", "received", "executed"]), cell),
        "budget_indicator": st.dictionaries(st.sampled_from(["weight", "rate", "score"]), cell),
        "counts": st.dictionaries(st.sampled_from(["indicators", "complete", "incomplete", "incomplete_share"]), cell),
        "statements": st.lists(st.fixed_dictionaries({"about": st.text(max_size=4), "text": st.text(max_size=30)})),
        "payments": st.lists(st.tuples(st.text(max_size=4), cell, st.none()), max_size=3),
        "total": cell, "total_weight": cell, "grade": st.sampled_from(["优", "良", "合格", "", None]), "spent": cell,
    },
)  # fmt: skip


def survives(data: Any) -> None:
    """Reading, checking and evaluating end in an answer or in a HuiliuError."""
    try:
        table = parse_table(json.dumps(data).encode(), "fuzz.json")
    except HuiliuError:
        return
    for profile in profiles().values():
        check_table(table, profile)
    render_show(evaluate(table, profiles()["gd-heyuan-2024"]))


@settings(max_examples=examples(80), deadline=None, suppress_health_check=list(HealthCheck))
@given(trees | almost)
def test_random_json(data: Any) -> None:
    survives({**KEYS, **data} if isinstance(data, dict) else data)


@settings(max_examples=examples(80), deadline=None, suppress_health_check=list(HealthCheck))
@given(almost)
def test_numbers_of_random_tables_are_listed(data: Any) -> None:
    try:
        table = parse_table(json.dumps({**KEYS, **data}).encode(), "fuzz.json")
    except HuiliuError:
        return
    numbers = bound(table, profiles()["national"])
    assert all(number.state == "bound" or number.why for number in numbers)


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes(data: bytes) -> None:
    with pytest.raises(HuiliuError):
        parse_table(data, "fuzz.json")


@pytest.mark.slow
def test_random_json_at_length(scale: Scale) -> None:
    @settings(max_examples=scale("fuzz") // 4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(trees | almost)
    def holds(data: Any) -> None:
        survives({**KEYS, **data} if isinstance(data, dict) else data)

    holds()
