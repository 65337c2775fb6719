"""What an assessment still needs in words: a reason for every difference and shortfall, evidence for typed values."""

from collections.abc import Iterator, Mapping, Sequence

from huiliu.kernel.figures import MANUAL, NOT_APPLICABLE, Figure, FigureBook
from huiliu.scoring.assessment import Declared, Lack, RowAssessed
from huiliu.scoring.measured import NOT_MEASURED, Measured
from huiliu.scoring.profile import Profile
from huiliu.scoring.rules import plain
from huiliu.scoring.weights import is_execution


def lacks(
    rows: Sequence[RowAssessed],
    book: FigureBook,
    profile: Profile,
    values: Mapping[str, Measured],
    declared: Mapping[str, Declared],
) -> Iterator[Lack]:
    """Everything that is missing, in the order of the rows. One reason written for a row answers for all of it."""
    for row in rows:
        said = declared.get(row.row.code)
        measured = values.get(row.row.code, NOT_MEASURED)
        # Of a typed value the reason says why it was typed, and explains no result.
        explained = "" if measured.state == MANUAL else measured.reason
        written = bool((said and said.reason.strip()) or explained.strip())
        yield from _difference(row, book, said)
        if not written and measured.state == NOT_APPLICABLE:
            yield Lack(row.row.code, "not_applicable", "不适用的指标须说明原因")
        elif not written and row.state != "not_applicable":
            yield from _reasons(row, book, profile)
        if book[row.actual].state == MANUAL and not _has_evidence(book, book[row.actual]):
            yield Lack(row.row.code, "evidence", "人工填写的实际完成值没有佐证文件，标为未佐证")


def _difference(row: RowAssessed, book: FigureBook, said: Declared | None) -> Iterator[Lack]:
    """The declared score needs its own reason: what explains the result does not explain another score."""
    if said is None:
        return
    if said.points > (row.row.weight or 0):
        yield Lack(row.row.code, "difference", f"自评得 {plain(said.points)} 分，超过分值，须重新填报")
        return
    if said.reason.strip():
        return
    computed = book[row.score].value
    if computed is None:
        why = "不适用" if row.state == "not_applicable" else "未测量"
        yield Lack(row.row.code, "difference", f"该项{why}，自评得 {plain(said.points)} 分，须说明原因")
    elif computed != said.points:
        yield Lack(row.row.code, "difference",
                   f"自评得 {plain(said.points)} 分，计算得 {plain(computed)} 分，须说明原因")  # fmt: skip


def _reasons(row: RowAssessed, book: FigureBook, profile: Profile) -> Iterator[Lack]:
    code, done, rate = row.row.code, book[row.completion].value, book[row.actual].value
    if is_execution(row.row) and profile.reason_below is not None and rate is not None and rate < profile.reason_below:
        yield Lack(code, "execution", f"执行率低于 {plain(profile.reason_below)}%，须说明原因")
    elif row.is_far_beyond:
        limit = plain(profile.over_achievement * 100)
        yield Lack(code, "over", f"实际完成值优于目标值超过 {limit}%，须书面说明目标值是否偏低")
    elif done is not None and done < 100:
        yield Lack(code, "shortfall", "未达到目标，须说明偏差原因和改进措施")


def _has_evidence(book: FigureBook, figure: Figure) -> bool:
    inner = (book[name] for name in figure.inputs)
    return any(record.digest for record in figure.records) or any(_has_evidence(book, one) for one in inner)
