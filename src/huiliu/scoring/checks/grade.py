"""The grade against the total."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.parts import full_total, parts, plain, score_bounds
from huiliu.scoring.tolerance import BY_WORDS, EXACTLY

# Longer words first: 不合格 holds 合格. A word may stand for several grades: 合格 only says that it passed.
_WORDS = {
    "不合格": "差", "不及格": "差", "较差": "差", "优良": "优良", "优": "优", "良": "良", "较好": "良", "中": "中",
    "一般": "中", "及格": "中", "合格": "优良中", "差": "差", "A": "优", "B": "良", "C": "中", "D": "差",
}  # fmt: skip
_BOX = re.compile("[□○◯☐☑✔✓√■☒●]")
_TICKED_AFTER = re.compile("[☑✔✓√■☒●]([^□○◯☐☑✔✓√■☒●]+)")
_TICKED_BEFORE = re.compile("([^□○◯☐☑✔✓√■☒●]+)[☑✔✓√■☒●]")
_LETTER = re.compile(r"([A-D])[级等类]")


def grades_meant(text: str) -> str:
    """The grades (优良中差) a unit's word may stand for: 优秀, 良好, 合格 …; empty for a word of another scale."""
    bare = _chosen(text.strip().upper())
    if letter := _LETTER.fullmatch(bare):
        bare = letter[1]
    return next(
        (grades for word, grades in _WORDS.items() if word == bare or (not word.isascii() and word in bare)), ""
    )


def _chosen(text: str) -> str:
    """Of a row of check boxes, "□优 ☑良" or "优□ 良√", what is ticked; nothing unless it is exactly one."""
    if not text or not _BOX.search(text):
        return text
    ticked = _TICKED_AFTER if _BOX.match(text) else _TICKED_BEFORE
    chosen = ticked.findall(text)
    return chosen[0].strip() if len(chosen) == 1 else ""


def _total(case: Case) -> Decimal | None:
    if case.table.total.number is not None:
        return case.table.total.number
    bounds = score_bounds(case.table, parts(case.table, case.phrases))
    return bounds.low if bounds.exact and case.table.indicators else None


@check(
    "EV-G01",
    "等级与总分不符",
    "error",
    "warning",
    identity="等级 = 总分所在分段的等级（90为优，89.99为良）",
    tolerance=EXACTLY,
)
def grade_against_total(case: Case) -> Iterator[Hit]:
    """The printed grade is the one of the total's band (half-open: 90 is 优, 89.99 良).

    A total out of another full total than 100 may be read as it stands or in percent. A warning where only rounding
    the total to whole points would reach the printed grade.
    """
    total, full, meant = _total(case), full_total(case.table), grades_meant(case.table.grade)
    if total is None or not meant or full <= 0:
        return
    right = [case.profile.grade(points * case.profile.total / 100) for points in (total, total * 100 / full)]
    if any(grade in meant for grade in right):
        return
    rounded = case.profile.grade(total.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    severity: Severity = "warning" if rounded in meant else "error"
    yield Hit("等级", f"{right[-1]}（总分 {plain(total)}）", case.table.grade, severity=severity)


@check(
    "EV-G02",
    "等级用词无法识别",
    "note",
    identity="等级用词为优、良、中、差或其同义词",
    tolerance=BY_WORDS,
)
def grade_unknown(case: Case) -> Iterator[Hit]:
    """A grade in another scale cannot be compared with the total."""
    if case.table.grade and not grades_meant(case.table.grade):
        yield Hit("等级", "优、良、中、差", case.table.grade)
