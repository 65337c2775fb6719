"""Which purpose is funded first: the tiers of the catalog, dated, sourced, and of codes that purposes really have."""

from datetime import date

import pytest

from huiliu.catalog.target_library import libraries
from huiliu.catalog.thresholds import purpose_tiers
from huiliu.kernel.errors import HuiliuError

LINE = "  - {{in_force: {}, purpose: {}, tier: {}, source: 甲办〔2025〕1号, verified: {}}}\n"


def test_the_purposes_of_the_library_are_in_their_tiers():
    tiers = purpose_tiers(date(2024, 6, 30))
    found = {code: tiers[code].tier for code in libraries() if code in tiers}
    assert found == {"fund-safety": "safety", "return-data": "continuity", "operations": "continuity"}


def test_a_later_line_takes_over_on_its_day(tmp_path):
    path = tmp_path / "tiers.yaml"
    lines = LINE.format("2025-07-01", "ops", "safety", "true") + LINE.format("2024-01-01", "ops", "other", "false")
    path.write_text("tiers:\n" + lines, encoding="utf-8")
    found = [purpose_tiers(day, path).get("ops") for day in (date(2023, 12, 31), date(2025, 6, 30), date(2025, 7, 1))]
    assert [one and (one.tier, one.note) for one in found] == [
        None,
        ("other", "甲办〔2025〕1号（待核）"),
        ("safety", "甲办〔2025〕1号"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        LINE.format("2025-01-01", "fund_safety", "safety", "true"),  # no purpose can be called so
        LINE.format("2025-01-01", "ops", "urgent", "true"),
        LINE.format("2025", "ops", "safety", "true"),
        LINE.format("2025-01-01", "ops", "safety", "true").replace("甲办〔2025〕1号", "''"),
        LINE.format("2025-01-01", "ops", "safety", "true") * 2,
    ],
)
def test_a_line_that_would_never_count_is_refused(tmp_path, lines):
    path = tmp_path / "tiers.yaml"
    path.write_text(f"tiers:\n{lines}", encoding="utf-8")
    with pytest.raises(HuiliuError, match="类别有误") as caught:
        purpose_tiers(date(2025, 1, 1), path)
    assert caught.value.code == "MON-001"
