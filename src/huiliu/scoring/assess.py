"""An assessment from records: target rows, what was measured and the money give every score, with its trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Figure, FigureBook
from huiliu.scoring.actuals import enter_money
from huiliu.scoring.assessment import BASES, Assessment, Declared, Line, Version
from huiliu.scoring.lacks import lacks
from huiliu.scoring.measured import Measured
from huiliu.scoring.profile import Profile
from huiliu.scoring.sheet import Sheet
from huiliu.scoring.targets import TargetRow
from huiliu.scoring.totals import Total, levels, on_basis, totals, why_no_total
from huiliu.scoring.weights import weight_faults


@dataclass(frozen=True)
class Beside:
    """What stands beside the targets assessed: declared points by row code, other versions to compare, and where the
    rows are opened (`links`, `digests` by row code).
    """

    declared: Mapping[str, Declared] = field(default_factory=dict)
    versions: Sequence[Version] = ()
    label: str = "绩效目标"
    links: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


def assess(
    rows: Sequence[TargetRow],
    values: Mapping[str, Measured],
    profile: Profile,
    money: Mapping[str, Figure] | None = None,
    beside: Beside | None = None,
) -> Assessment:
    """Score every row by the profile: `values` by row code, `money` the ledger's figures of the project and year.

    A row that is not in `values` is not measured. The execution rate is taken from `money`, and where a profile scores
    it beside the rows it is added with the code `execution`. Raises HuiliuError: EV-ASSESS-001 where targets and
    profile cannot be scored (the problems are facts), -003 where a value is not what its records give, -004 where a
    judged level does not fit its percentage.
    """
    beside = beside or Beside()
    problems = scoring_faults(rows, profile)
    if problems:
        raise _unscorable(problems)
    book = FigureBook()
    enter_money(book, money or {}, profile)
    version = Version(beside.label, rows, beside.links, beside.digests)
    sheet = Sheet(book, profile, version, values)
    sheet.score_rows(beside.declared)
    total = totals(sheet)
    lines = [*_bases(sheet), *_versions(sheet, beside.versions)]
    least, most = total.grade(profile, book, "least"), total.grade(profile, book, "most")
    return Assessment(
        profile=profile,
        book=book,
        rows=tuple(sheet.rows),
        levels=levels(sheet),
        grade=least if least == most else "",
        grade_least=least,
        grade_most=most,
        grade_declared=total.grade(profile, book, "declared"),
        lines=tuple(lines),
        lacks=tuple(lacks(sheet.rows, book, profile, values, beside.declared)),
    )


def scoring_faults(rows: Sequence[TargetRow], profile: Profile) -> tuple[str, ...]:
    """Why a version cannot be scored by a profile, in Chinese; empty where it can."""
    if profile.rule == "none":
        return (f"评分方案 {profile.label} 未规定计分规则",)
    codes = [row.code for row in rows]
    faults = [f"{code}：代码重复" for code in sorted({code for code in codes if codes.count(code) > 1})]
    faults += [f"{row.where}：配套产出 {row.paired_output} 不在表中" for row in rows
               if row.paired_output and row.paired_output not in codes]  # fmt: skip
    costs = {row.code for row in rows if row.is_cost}
    faults += [f"{row.where}：配套的 {row.paired_output} 是成本或本指标自己，不是产出" for row in rows
               if row.paired_output and row.paired_output in costs | {row.code}]  # fmt: skip
    faults += [f"{row.where}：目标值不能小于零" for row in rows if row.value is not None and row.value < 0]
    faults += [
        f"{row.where}：区间上限小于下限"
        for row in rows
        if row.value is not None and row.upper is not None and row.upper < row.value
    ]
    return (*faults, *weight_faults(rows, profile))


def _unscorable(problems: Sequence[str]) -> HuiliuError:
    return HuiliuError(
        code="EV-ASSESS-001",
        message="绩效目标不能按该评分方案计分：" + "；".join(problems),
        hint="请在绩效目标中改正分值和代码，或改选评分方案。",
        facts={"problems": list(problems)},
    )


def _bases(sheet: Sheet) -> list[Line]:
    """What the total becomes on each other budget that the ledger knows."""
    own = BASES[sheet.profile.execution_basis][1]
    names = [name for name, (_, budget) in BASES.items()
             if budget != own and f"basis.{name}.rate" in sheet.book and name != "received"]  # fmt: skip
    return [line for name in names if (line := on_basis(sheet, name)) is not None]


def _versions(sheet: Sheet, versions: Sequence[Version]) -> list[Line]:
    """What the total becomes against each other version of the targets, by the same measurements."""
    lines = []
    for number, version in enumerate(versions, 1):
        problems = scoring_faults(version.rows, sheet.profile)
        if problems:
            lines.append(Line("version", version.label, None, None, "", "；".join(problems)))
            continue
        other = Sheet(sheet.book, sheet.profile, version, sheet.values, f"version.{version.key or number}.")
        other.score_rows({})
        lines.append(_version_line(other, totals(other)))
    return lines


def _version_line(sheet: Sheet, total: Total) -> Line:
    grades = {total.grade(sheet.profile, sheet.book, name) for name in ("least", "most")}
    why = "" if sheet.book[total.computed].value is not None else why_no_total(sheet)
    return Line("version", sheet.version.label, None, total.computed, grades.pop() if len(grades) == 1 else "", why)
