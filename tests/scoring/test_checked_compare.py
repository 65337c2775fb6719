"""A batch against an earlier one: every finding is mended, stays or is new, and what was not sent twice is apart."""

from dataclasses import replace

from huiliu.scoring.checked import Checked, CheckedTable, PlacedFinding
from huiliu.scoring.checked_compare import compared

TABLE = CheckedTable(
    file="a.xlsx", name="a.xlsx", agency="甲局", project="维护", year="2024", profile="default", profile_label="通用",
    chosen="认不出", printed=None, added=None, grade="", grade_by_total="", findings=(), numbers=(), cells=0, unread=(),
)  # fmt: skip


def finding(code, where, place=""):
    return PlacedFinding(code, "error", "问题", where, place, "", "", "", "")


def batch(*tables):
    return Checked(len(tables), tables, ())


def told(found):
    return [(change.fate, change.finding.code, change.finding.where) for change in found.changes]


def test_findings_are_matched_by_code_and_place_in_the_table_wherever_that_is_printed():
    before = replace(
        TABLE, findings=(finding("S01", "总分", "F6"), finding("S04", "甲", "F4"), finding("S04", "乙", "F5"))
    )
    after = replace(TABLE, file="新.xlsx", findings=(finding("S04", "甲", "G9"), finding("M01", "资金", "B2")))
    found = compared(batch(before), batch(after))
    assert told(found) == [
        ("new", "M01", "资金"), ("mended", "S01", "总分"), ("mended", "S04", "乙"), ("stays", "S04", "甲"),
    ]  # fmt: skip
    assert [found.count(fate) for fate in ("new", "stays", "mended")] == [1, 1, 2]


def test_the_same_finding_twice_is_two():
    twice = replace(TABLE, findings=(finding("S04", "甲"), finding("S04", "甲")))
    once = replace(TABLE, findings=(finding("S04", "甲"),))
    assert told(compared(batch(twice), batch(once))) == [("mended", "S04", "甲"), ("stays", "S04", "甲")]
    assert told(compared(batch(once), batch(twice))) == [("new", "S04", "甲"), ("stays", "S04", "甲")]


def test_two_tables_of_one_project_are_looked_at_together():
    one, other = (replace(TABLE, file=name, findings=(finding("S04", name),)) for name in ("a.xlsx", "b.xlsx"))
    assert told(compared(batch(one, other), batch(replace(other, file="c.xlsx")))) == [
        ("mended", "S04", "a.xlsx"), ("stays", "S04", "b.xlsx"),
    ]  # fmt: skip


def test_tables_that_only_one_batch_holds_are_apart():
    other = replace(TABLE, agency="", folder="乙 县", findings=(finding("S01", "总分"),))
    found = compared(batch(TABLE), batch(other))
    assert (found.changes, found.added, found.absent) == ((), (other,), (TABLE,))
    spaced = replace(other, folder="乙县", findings=())
    assert told(compared(batch(other), batch(spaced))) == [("mended", "S01", "总分")]
