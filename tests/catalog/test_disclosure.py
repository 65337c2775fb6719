"""When something must be public: literal days, and files that lack something."""

from datetime import date
from pathlib import Path

import pytest

from huiliu.catalog.disclosure import content, layouts, occasions, soon_days
from huiliu.kernel.errors import HuiliuError


@pytest.mark.parametrize("occasion", ["budget", "final"])
@pytest.mark.parametrize(
    ("reply", "due"),
    [
        (date(2024, 1, 16), date(2024, 2, 5)),
        (date(2024, 2, 20), date(2024, 3, 11)),  # over 29 February
        (date(2025, 2, 20), date(2025, 3, 12)),
        (date(2025, 9, 1), date(2025, 9, 21)),  # a Sunday: days of the calendar
        (date(2025, 12, 20), date(2026, 1, 9)),
    ],
)
def test_twenty_days_after_the_reply(occasion: str, reply: date, due: date) -> None:
    assert occasions()[occasion].due(reply) == due
    assert "预算法第十四条" in occasions()[occasion].deadline(reply).basis
    assert occasions()[occasion].deadline(reply).basis.endswith("（待核）")


def test_the_line_in_force_on_the_day_of_reply_counts(tmp_path: Path) -> None:
    path = tmp_path / "occasions.yaml"
    line = "{{in_force: {}, days: {}, source: 规定, verified: true}}"
    lines = ", ".join(line.format(day, days) for day, days in (("2020-01-01", 20), ("2026-01-01", 10)))
    path.write_text(
        f"occasions: {{final: {{label: 决算公开, about: 自评, deadlines: [{lines}]}}}}\nsoon: {{days: 3}}\n"
    )
    found = occasions(path)["final"]
    assert found.due(date(2025, 12, 31)) == date(2026, 1, 20)
    assert found.due(date(2026, 1, 1)) == date(2026, 1, 11)
    assert found.deadline(date(2026, 1, 1)).basis == "规定"
    assert soon_days(path) == 3
    with pytest.raises(HuiliuError, match="DISC-004"):
        found.due(date(2019, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "occasions: {}\nsoon: {days: 3}\n",
        "occasions: {final: {label: 决算, about: 自评, deadlines: []}}\nsoon: {days: 3}\n",
        "occasions: {final: {label: 决算, about: 自评, deadlines: [{in_force: 2020-01-01, days: 0, source: x}]}}\n"
        "soon: {days: 3}\n",
        "occasions: {final: {label: 决算, about: 自评, deadlines: [{in_force: 2020-01-01, days: 20, source: x}]}}\n",
    ],
)
def test_a_file_that_lacks_something_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "occasions.yaml"
    path.write_text(text)
    with pytest.raises(HuiliuError, match="DISC-004"):
        occasions(path)


def test_both_occasions_have_their_content_and_forms() -> None:
    for occasion, forms in (("budget", 1), ("final", 2)):
        told = content(occasion)
        assert set(told) == {"statement", "tables", "words", "public", "report"}
        assert (told["report"] is not None) == (occasion == "final")
        assert all(one["source"] for one in told["words"][occasion])
        assert len(layouts(told["statement"], "national")) == forms
    assert len(layouts(content("final")["statement"], "default")) == 1
