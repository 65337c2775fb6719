"""Quoted statements against scores, totals and each other."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from huiliu.scoring.checks.grade import grades_meant
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.parts import full_total, plain
from huiliu.scoring.phrases import Clause, clauses, uses_named
from huiliu.scoring.tolerance import BY_SHORTER, BY_SUM, BY_WORDS, Fit, column_places, sum_fit

_SECTION = re.compile(r"([\u4e00-\u9fff（）()]{2,20}?)(?:[:：]|得分|自评|得|为|实得)*(\d+(?:\.\d+)?)分")
_SELF_TOTAL = re.compile(
    r"(自评(?:总分|分数|得分|分)|总得分|综合得分|评价得分|总分)(?:数)?(?:为|是|达|[:：])?(\d+(?:\.\d+)?)分"
)
_SELF_GRADE = re.compile(
    r"(?:自评|评价|评定)(?:结果|等级|等次)(?:等级|等次)?(?:为|是|[:：])[“\"]?(优秀?|良好?|中等?|差|不合格)"
)
_OTHER = ("上年", "去年", "低于", "高于", "以上", "以下", "满分", "不足", "平均", "扣", "失", "丢", "减", "未得",
          "每", "各", "调查", "问卷", "测评", "打分", "评议", "目标")  # fmt: skip
_WEIGHT_WORDS = ("满分", "分值", "权重")
_CLAUSES = re.compile(r"[，,。；;]")


@check(
    "EV-X01",
    "文字说未开展，得分却是满分",
    "error",
    "warning",
    identity="文字说没有开展的事项，其指标不得满分",
    tolerance=BY_WORDS,
)
def not_done_with_full_marks(case: Case) -> Iterator[Hit]:
    """A quoted statement says that the thing an indicator measures had no money or was not done; it has full marks.

    The statement must share a particular name with the indicator; general complaints are left to EV-X02. What was only
    not done in time is a warning unless the row measures timeliness; what was made up for later is nothing.
    """
    rows = case.table.indicators
    seen: set[int] = set()
    for clause, phrase in case.phrases.not_done(case.table.statements):
        late = case.phrases.says("late_money", clause.text)
        for row, name in _rows_spoken_of(case, clause):
            in_time = case.phrases.says("timeliness", f"{row.level2} {row.level3}")
            severity: Severity = "warning" if late and not in_time else "error"
            if row.position not in seen and row.full_marks:
                seen.add(row.position)
                found = f"得 {plain(row.score.number or Decimal(0))} 分（满分）；文字：“{_short(clause.text, phrase)}”"
                yield Hit(row.where, f"“{name}”{phrase}，不应得满分", found, severity=severity)
        if len(seen) == len(rows):
            return


def _rows_spoken_of(case: Case, clause: Clause) -> list[tuple[Indicator, str]]:
    """Rows the clause names; if none, rows that the statement is about; if none, those of the clause before."""
    before = "" if any(word in clause.before for word in case.phrases.words("done")) else clause.before
    for text in (clause.text, f"“{clause.statement.about}”", before):
        named = [(row, case.phrases.speaks_of(text, row, case.table.indicators)) for row in case.table.indicators]
        found = [(row, name) for row, name in named if name]
        if found:
            return found
    return []


@check(
    "EV-X02",
    "资金或工作延误，时效指标却得满分",
    "warning",
    identity="文字说资金或工作延误，时效指标不得满分",
    tolerance=BY_WORDS,
)
def late_with_full_timeliness(case: Case) -> Iterator[Hit]:
    """A statement says that money came late or work was not done in time; a timeliness row has full marks."""
    late = [
        (clause.text, phrase)
        for clause in clauses(case.table.statements)
        if (phrase := case.phrases.says("late_money", clause.text)) and not case.phrases.says("not_meant", clause.text)
    ]
    for row in case.table.indicators if late else ():
        name = f"{row.level2} {row.level3}"
        if row.full_marks and case.phrases.says("timeliness", name):
            quoted = "；".join(dict.fromkeys(_short(text, phrase) for text, phrase in late))
            found = f"得 {plain(row.score.number or Decimal(0))} 分（满分）；文字：“{quoted}”"
            yield Hit(row.where, "说明资金或工作延误时如何计分", found)


@check(
    "EV-X03",
    "资金用途与成本指标对不上",
    "warning",
    identity="资金用途与成本指标至少有一处同名",
    tolerance=BY_WORDS,
)
def uses_against_costs(case: Case) -> Iterator[Hit]:
    """None of the uses of money that a statement names, nor of the listed payments, meets a cost indicator by name."""
    costs = [row for row in case.table.indicators if "成本" in row.level1 + row.level2]
    named = uses_named(case.table.statements, case.phrases)
    uses = [*named, *(payment.purpose for payment in case.table.payments if payment.purpose)]
    if not uses or not costs:
        return
    met = any(case.phrases.meets(use, row) for use in uses for row in costs)
    if not met:
        names = "、".join(row.level3 for row in costs)
        yield Hit("资金用途", f"与成本指标对应：{names}", "、".join(uses))


@check(
    "EV-X04",
    "扣分原因说明不了该项",
    "warning",
    identity="扣分的原因与该项同类",
    tolerance=BY_WORDS,
)
def reason_of_another_kind(case: Case) -> Iterator[Hit]:
    """The reasons given are all about money or targets; they explain neither satisfaction nor safety."""
    given = case.phrases.kinds("reasons", case.table.common_reason)
    for row in case.table.indicators:
        kinds = case.phrases.kinds("reasons", row.reason) or given
        needed = {kind for word, kinds in case.phrases.groups("needs").items() if word in row.level3 for kind in kinds}
        if row.deducted and needed and kinds and not kinds & needed:
            reason = row.reason or case.table.common_reason
            yield Hit(row.where, "与该项有关的原因", f"所列原因：{reason[:60]}{'…' * (len(reason) > 60)}")


@check(
    "EV-X05",
    "安全类指标未得满分，未说明事件",
    "warning",
    identity="安全类指标扣分时，写有事件或风险",
    tolerance=BY_WORDS,
)
def unsafe_without_incident(case: Case) -> Iterator[Hit]:
    """A safety indicator lost points and neither a reason nor a statement speaks of an incident or a risk."""
    table = case.table
    said = "".join([table.common_reason, *(statement.text for statement in table.statements)])
    for row in table.indicators:
        safety = case.phrases.says("safety", row.level3)
        explained = "safety" in case.phrases.kinds("reasons", said + row.reason)
        if safety and row.deducted and not explained:
            score, weight = row.score.number or Decimal(0), row.weight.number or Decimal(1)
            found = f"得 {plain(score)}/{plain(weight)} 分（{round(score * 100 / weight, 2):f}%），无说明"
            yield Hit(row.where, "说明发生了什么安全事件", found)


def _sections(case: Case) -> Iterator[tuple[str, Decimal, int]]:
    for statement in case.table.statements:
        for name, digits in _SECTION.findall("".join(statement.text.split())):
            if not any(word in name for word in _OTHER):
                yield name, Decimal(digits), len(digits.partition(".")[2])


def _level_name(row: Indicator) -> str:
    return re.sub(r"[(（].*|指标", "", row.level1).strip()


@check(
    "EV-X06",
    "文字提到的部分没有指标",
    "warning",
    identity="文字给分的部分，表中有其指标",
    tolerance=BY_WORDS,
)
def section_without_indicators(case: Case) -> Iterator[Hit]:
    """A statement gives points to a section (决策, 过程 …) under which the table has no indicator."""
    names = " ".join(f"{row.level1} {row.level2} {row.level3}" for row in case.table.indicators)
    if not case.table.full or not names:
        return
    for text, points, _ in _sections(case):
        for section in case.phrases.words("sections"):
            known = section in names or (section in ("效果", "效益") and ("效果" in names or "效益" in names))
            if section in text and not known:
                yield Hit("报告文字", f"表中有“{section}”指标", f"“{text}{plain(points)}分”，表中无此级")


@check(
    "EV-X07",
    "目标调整只作今后措施，未见运行监控",
    "warning",
    identity="提到调整目标时，写有年中监控",
    tolerance=BY_WORDS,
)
def targets_adjusted_without_monitoring(case: Case) -> Iterator[Hit]:
    """Adjusting targets in time is offered as a future measure, and no statement speaks of monitoring in the year."""
    said = "".join(statement.text for statement in case.table.statements)
    phrase = case.phrases.says("adjust_targets", said)
    if phrase and not case.phrases.says("monitoring", said):
        yield Hit("整改措施", "年中绩效运行监控及目标调整的记录", f"只见“{phrase}”，未提监控")


@check(
    "EV-X08",
    "文字所述部分得分与各项不符",
    "error",
    identity="文字所述部分得分 = 该级各项得分之和（或分值之和）",
    tolerance=BY_SUM,
)
def sections_against_rows(case: Case) -> Iterator[Hit]:
    """The points a statement gives to a first level are the sum of its items' scores, or of their weights."""
    table = case.table
    kinds = {re.sub(r"指标", "", row.level2) for row in table.indicators} - {""}
    levels = {_level_name(row) for row in table.indicators} - {""}
    if not table.full:
        return
    for text, points, places in _sections(case):
        named = {level for level in levels if level in text}
        narrower = {kind for kind in kinds if kind in text and not any(kind in level for level in named)}
        if not named or narrower:
            continue
        rows = [row for row in table.indicators if _level_name(row) in named]
        if not _fits_rows(points, places, rows):
            scores = sum((row.score.number or Decimal(0) for row in rows), Decimal(0))
            yield Hit("、".join(sorted(named)), f"各项得分合计 {plain(scores)}", f"“{text}{plain(points)}分”")


def _fits_rows(points: Decimal, places: int, rows: Iterable[Indicator]) -> bool:
    for cells in zip(*((row.score, row.weight) for row in rows), strict=True):
        numbers = [cell.number for cell in cells if cell.number is not None]
        if len(numbers) < len(cells) or sum_fit(points, places, numbers, column_places(cells)) <= Fit.HABIT:
            return True
    return False


@check(
    "EV-X09",
    "文字所述总分或等级与表不符",
    "error",
    identity="文字所述总分、等级 = 表中总分、等级",
    tolerance=BY_SHORTER,
)
def quoted_total(case: Case) -> Iterator[Hit]:
    """A self-evaluation total or grade quoted from the text is the one of the table."""
    total, places, grade = case.table.total.number, case.table.total.places, grades_meant(case.table.grade)
    for text in _clauses_on_the_whole(case):
        for name, digits in _SELF_TOTAL.findall(text):
            quoted = Decimal(digits), len(digits.partition(".")[2])
            full_marks = name == "总分" and quoted[0] == full_total(case.table)
            if total is not None and not full_marks and sum_fit(*quoted, [total], places) == Fit.BROKEN:
                yield Hit("总分", f"表中 {plain(total)}", f"文字 {digits} 分")
        for word in _SELF_GRADE.findall(text):
            if grade and not set(grades_meant(word)) & set(grade):
                yield Hit("等级", f"表中 {case.table.grade}", f"文字 {word}")


def _clauses_on_the_whole(case: Case) -> Iterator[str]:
    """Clauses that do not speak of a part of the table, of another year or of a full mark."""
    rows = (name for row in case.table.indicators for name in (_level_name(row), row.level3))
    sections = case.phrases.words("sections")
    parts = {*rows, *sections, "指标", "上年", "去年", "平均", "整体", "按记录计算", "复核", *_WEIGHT_WORDS} - {""}
    for statement in case.table.statements:
        for text in _CLAUSES.split("".join(statement.text.split())):
            if not any(name in text for name in parts):
                yield text


def _short(text: str, phrase: str, limit: int = 40) -> str:
    """The clause, cut to a readable length around its phrase."""
    start = max(0, text.find(phrase) + len(phrase) - limit)
    return ("…" if start else "") + text[start : start + limit]
