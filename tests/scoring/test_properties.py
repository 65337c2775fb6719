"""Generated tables: a consistent one has no error, any number moved beyond rounding is named, a part allows bounds."""

import copy
from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from huiliu.kernel.money import round_half_up
from huiliu.scoring.score import proportional
from scoring.tables import Json, codes, findings
from support.scale import Scale, examples

pytestmark = pytest.mark.slow

GRADES = ((90, "优"), (80, "良"), (60, "中"), (0, "差"))
LEVELS = (
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("效益指标", "社会效益指标"),
    ("满意度指标", "服务对象满意度"),
)
HUNDRED = Decimal(100)


def number(value: Decimal, text: bool) -> object:
    """As JSON would hold it: printed text, or a number that has lost its trailing zeros."""
    return f"{value:f}" if text else (int(value) if value == value.to_integral_value() else float(value))


@st.composite
def rows(draw: st.DrawFn, points: Decimal) -> list[Json]:
    """Indicators whose weights add up to the points, scored by completion, printed with two decimals or whole."""
    count = draw(st.integers(2, 12))
    cuts = sorted(draw(st.sets(st.integers(1, int(points) * 4 - 1), min_size=count - 1, max_size=count - 1)))
    edges = [0, *cuts, int(points) * 4]
    whole, text = draw(st.booleans()), draw(st.booleans())
    return [draw(one_row(Decimal(b - a) / 4, whole, text, n)) for n, (a, b) in enumerate(pairwise(edges))]


@st.composite
def one_row(draw: st.DrawFn, weight: Decimal, whole: bool, text: bool, n: int) -> Json:
    level1, level2 = draw(st.sampled_from(LEVELS))
    target = draw(st.integers(10, 200))
    actual = draw(st.integers(target // 2, target + target // 5))
    sign = draw(st.sampled_from(["≥", ">=", "", "＝"]))
    completion = min(Decimal(actual) * 100 / target, HUNDRED)
    exact = weight * completion / 100
    places = Decimal(1) if whole else Decimal("0.01")
    score = exact.quantize(places, rounding=ROUND_DOWN if whole else ROUND_HALF_UP)
    printed = f"{round_half_up(completion, 2)}%" if draw(st.booleans()) else None
    return {
        "level1": level1, "level2": level2, "level3": f"事项{n}", "target": f"{sign}{target}个",
        "actual": f"{actual}个", "completion": printed, "weight": number(weight, text), "score": number(score, text),
        "reason": "客观原因",
    }  # fmt: skip


def in_wan(cells: Sequence[int]) -> list[float]:
    """Hundredths as JSON numbers."""
    return [float(Decimal(cell) / 100) for cell in cells]


@st.composite
def budgets(draw: st.DrawFn) -> tuple[Json, Decimal]:
    """A fund block in 万元 with two decimals whose lines add up, and its execution rate in percent."""
    cents = st.integers(0, 300_000)
    full = [draw(st.integers(1_000, 300_000)), draw(cents), draw(cents)]
    spent = [draw(st.integers(0, most)) for most in full]
    assume(sum(spent) > 0)
    names = ("其中：当年财政拨款", "上年结转资金", "其他资金")
    lines = {name: in_wan((most, most, paid)) for name, most, paid in zip(names, full, spent, strict=True)}
    total = in_wan((sum(full), sum(full), sum(spent)))
    block = {"initial": total[0], "full_year": total[1], "executed": total[2], "unit": "万元",
             "rows": {"年度资金总额": total, **lines}}  # fmt: skip
    return block, Decimal(sum(spent)) * 100 / sum(full)


@st.composite
def tables(draw: st.DrawFn) -> Json:
    """A consistent full table of the national form, its execution rate in the fund block or among the rows."""
    block, rate = draw(budgets())
    weight = draw(st.sampled_from([Decimal(10), Decimal(20)]))
    digits = draw(st.integers(0, 2))
    printed_rate = round_half_up(rate, digits)
    score = round_half_up(weight * rate / 100, 2)
    items = draw(rows(HUNDRED - weight))
    beside: Json | None = {"weight": int(weight), "rate": f"{printed_rate}%", "score": float(score)}
    total = sum((Decimal(str(row["score"])) for row in items), score)
    if draw(st.booleans()):
        items.insert(0, {"level1": "过程", "level2": "资金", "level3": "预算执行率", "target": "100%",
                         "actual": f"{printed_rate}%", "weight": int(weight), "score": float(score),
                         "reason": "结余"})  # fmt: skip
        beside = draw(st.sampled_from([None, beside]))
    grade = next(word for lower, word in GRADES if total >= lower)
    return {"agency": "某单位", "project": "某项目", "year": 2023, "completeness": "full", "budget": block,
            "spent": block["executed"], "budget_indicator": beside, "indicators": items, "total_weight": 100,
            "total": number(total, draw(st.booleans())), "grade": grade}  # fmt: skip


def errors(table: Json) -> set[str]:
    return codes(findings(base=table), "error")


QUICK = settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(tables())
def test_consistent_table_has_no_error(table: Json) -> None:
    assert errors(table) == set()


@QUICK
@given(tables(), st.integers(0, 12), st.booleans())
def test_part_of_a_consistent_table_has_no_error(table: Json, drop: int, keep_block: bool) -> None:
    table["completeness"] = "some of the rows"
    table["indicators"] = table["indicators"][drop % len(table["indicators"]) :]
    if not keep_block:
        table["budget_indicator"] = table["budget"] = None
    assert errors(table) == set()


def _weight(table: Json, by: Decimal) -> set[str]:
    row = table["indicators"][-1]
    row["weight"] = float(Decimal(str(row["weight"])) + by)
    return {"EV-W01"}


def _score(table: Json, by: Decimal) -> set[str]:
    row = table["indicators"][-1]
    row["score"] = float(Decimal(str(row["score"])) - by)
    return {"EV-S01", "EV-S03"}


def _total(table: Json, by: Decimal) -> set[str]:
    table["total"] = float(Decimal(str(table["total"])) - by)
    return {"EV-S01"}


def _line(table: Json, by: Decimal) -> set[str]:
    table["budget"]["rows"]["其他资金"][1] = float(Decimal(str(table["budget"]["rows"]["其他资金"][1])) + by)
    return {"EV-M01"}


def _spent(table: Json, by: Decimal) -> set[str]:
    table["spent"] = f"{Decimal(str(table['spent'])) + by + Decimal('0.01')}"
    return {"EV-M02"}


def _rate(table: Json, by: Decimal) -> set[str]:
    beside = table["budget_indicator"]
    if beside is None:
        row = table["indicators"][0]
        row["actual"] = f"{Decimal(row['actual'].rstrip('%')) + by}%"
    else:
        beside["rate"] = f"{Decimal(beside['rate'].rstrip('%')) + by}%"
    return {"EV-R01"}


def _grade(table: Json, _: Decimal) -> set[str]:
    table["grade"] = {"优": "中", "良": "差", "中": "优", "差": "良"}[table["grade"]]
    return {"EV-G01"}


MOVES: list[Callable[[Json, Decimal], set[str]]] = [_weight, _score, _total, _line, _spent, _rate, _grade]


@pytest.mark.parametrize("move", MOVES)
@QUICK
@given(table=tables(), by=st.decimals(1, 5, places=2))
def test_number_moved_beyond_rounding_is_named(
    move: Callable[[Json, Decimal], set[str]], table: Json, by: Decimal
) -> None:
    before = copy.deepcopy(table)
    expected = move(table, by)
    assert errors(before) == set()
    assert errors(table) & expected, (before, table)


@QUICK
@given(tables(), st.decimals(1, 20, places=1))
def test_part_breaks_its_bounds(table: Json, by: Decimal) -> None:
    """A total below the scores shown, or above what is shown plus the weight that is left."""
    table["completeness"] = "some of the rows"
    dropped = table["indicators"].pop()
    shown = Decimal(str(table["total"])) - Decimal(str(dropped["score"]))
    table["grade"] = None
    low, high = copy.deepcopy(table), copy.deepcopy(table)
    low["total"] = float(shown - by)
    high["total"] = float(shown + Decimal(str(dropped["weight"])) + by)
    assert "EV-S01" in errors(low)
    assert "EV-S01" in errors(high)


@QUICK
@given(st.decimals(0, 100, places=2), st.decimals(0, 300, places=2), st.decimals(0, 300, places=2))
def test_points_stay_in_bounds_and_never_fall_with_completion(weight: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert 0 <= proportional(weight, low) <= proportional(weight, high) <= weight


@pytest.mark.slow
def test_many_consistent_tables(scale: Scale) -> None:
    @settings(max_examples=scale("fuzz") // 20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tables())
    def holds(table: Json) -> None:
        assert errors(table) == set()

    holds()
