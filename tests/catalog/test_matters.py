"""Matters and numbers of looks: what the product brings, what an agency replaces, and what is refused."""

from datetime import date

import pytest

from huiliu.catalog.matters import limits, matters
from huiliu.kernel.errors import HuiliuError

LIMITS = """params:
  searches_per_day:
    unit: 次
    values:
      2024-01-01: {{value: 300, source: 甲}}
      2025-07-01: {{value: {value}, source: 乙}}
  persons_per_day: {{unit: 次, values: {{2024-01-01: {{value: 200, source: 甲}}}}}}
  full_views_per_day: {{unit: 次, values: {{2024-01-01: {{value: 50, source: 甲}}}}}}
  list_rows_per_day: {{unit: 行, values: {{2024-01-01: {{value: 200000, source: 甲}}}}}}
  purpose_minutes: {{unit: 分钟, values: {{2024-01-01: {{value: 30, source: 甲}}}}}}
  export_rows_without_approval: {{unit: 行, values: {{2024-01-01: {{value: 5000, source: 甲}}}}}}
  export_days: {{unit: 天, values: {{2024-01-01: {{value: 7, source: 甲}}}}}}
  checked_file_days: {{unit: 天, values: {{2024-01-01: {{value: 30, source: 甲}}}}}}
"""


def test_the_products_own_matters_and_numbers():
    assert [matter.label for matter in matters().values()][:6] == [
        "业务核查", "待遇核定", "疑点核查", "信访答复", "审计检查", "数据更正",
    ]  # fmt: skip
    numbers = {name: line.value for name, line in limits().at(date(2025, 3, 31)).items()}
    assert numbers == {
        "searches_per_day": 300, "persons_per_day": 200, "full_views_per_day": 50, "purpose_minutes": 30,
        "list_rows_per_day": 200000,
        "export_rows_without_approval": 5000, "export_days": 7, "checked_file_days": 30,
    }  # fmt: skip


def test_an_agency_replaces_the_file_and_dates_decide(tmp_path):
    text = "source: 甲市内控制度\nmatters:\n  old: {label: 旧事由, since: 2024-01-01, until: 2024-12-31}\n"
    (tmp_path / "matters.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "limits.yaml").write_text(LIMITS.format(value=100), encoding="utf-8")
    known = matters(tmp_path)
    assert list(known) == ["old"]
    assert [known["old"].is_accepted(day) for day in (date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 1))] == [
        False, True, False,
    ]  # fmt: skip
    found = limits(tmp_path)
    assert found.at(date(2025, 6, 30))["searches_per_day"].value == 300
    assert found.at(date(2025, 7, 1))["searches_per_day"].value == 100


@pytest.mark.parametrize(
    "text",
    [
        "matters: {a: {label: 甲, since: 2024-01-01}}\n",
        "source: 甲\n",
        "source: 甲\nmatters: {a: {label: 甲}}\n",
        "source: 甲\nmatters: {a: {since: 2024-01-01}}\n",
        "source: 甲\nmatters: {a: {label: 甲, since: 2024-01-01, until: 2023-01-01}}\n",
        "source: 甲\nmatters: {a: {label: 甲, since: 2024-01-01, more: 1}}\n",
    ],
)
def test_a_list_of_matters_that_is_wrong_is_refused(tmp_path, text):
    (tmp_path / "matters.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(HuiliuError, match="MATTER-001"):
        matters(tmp_path)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "很多"])
def test_a_bound_that_bounds_nothing_is_refused(tmp_path, value):
    (tmp_path / "limits.yaml").write_text(LIMITS.format(value=value), encoding="utf-8")
    with pytest.raises(HuiliuError, match="searches_per_day"):
        limits(tmp_path)


def test_a_missing_bound_is_refused(tmp_path):
    text = "".join(line for line in LIMITS.format(value=1).splitlines(keepends=True) if "persons" not in line)
    (tmp_path / "limits.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(HuiliuError, match="persons_per_day"):
        limits(tmp_path)
