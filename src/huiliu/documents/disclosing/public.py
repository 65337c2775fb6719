"""The public copy of an evaluation: only what the allow-list names, passages marked 不予公开 taken out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from huiliu.documents.disclosing import errors
from huiliu.documents.disclosing.rules import PublicRules
from huiliu.documents.evaluation_file import EvaluationFile, FileRow
from huiliu.kernel.figures import Figure, FigureBook
from huiliu.scoring.targets import TargetRow

MASKED = "（不予公开）"
INSIDE = "依据单位留存的记录"
_LEDGER = "项目台账"
_OF_ROW = ("basis", "evidence")
_WORDS_OF_ROW = {"basis": "指标值设定依据", "evidence": "佐证资料要求", "reason": "偏差原因"}


def of_occasion(file: EvaluationFile, occasion: str) -> EvaluationFile:
    """With the budget only the promise goes out: nothing of what became of it, and no reason why a row fell short."""
    if occasion != "budget":
        return file
    rows = tuple(replace(row, reason="") for row in file.rows)
    execution = replace(file.execution, reason="") if file.execution else None
    return replace(file, given=replace(file.given, achieved="", reasons={}), rows=rows, execution=execution)


def passages(file: EvaluationFile, rules: PublicRules) -> dict[str, tuple[str, str]]:
    """Everything people wrote that would go out: place → what it is called, and its words; these can be masked."""
    return dict(_passages(file, rules))


def _passages(file: EvaluationFile, rules: PublicRules) -> Iterator[tuple[str, tuple[str, str]]]:
    given = file.given
    for name, label, words in (
        ("objective", "年度总体目标", given.objective),
        ("achieved", "目标实际完成情况", given.achieved),
    ):
        if words.strip():
            yield name, (label, words)
    for name, told in given.narrative.items():
        if name in rules.narrative and told:
            parts = [told] if isinstance(told, str) else list(told)
            for number, part in enumerate(parts, 1):
                yield f"{name}:{number}", (f"单位填写的 {name} 第{number}段", part)
    for row in file.rows:
        own = {name: getattr(row.row, name) for name in _OF_ROW} | {"reason": row.reason}
        for name, words in own.items():
            if words.strip():
                yield f"{name}:{row.row.code}", (f"指标 {row.row.code} 的{_WORDS_OF_ROW[name]}", words)


def public_file(file: EvaluationFile, rules: PublicRules, masked: Mapping[str, str]) -> EvaluationFile:
    """The copy; `masked` maps places of `passages` to the reason, which stays inside. DISC-002 for a wrong place."""
    known = passages(file, rules)
    if wrong := [place for place, reason in masked.items() if place not in known or not reason.strip()]:
        raise errors.unknown_place(wrong)

    def shown(place: str, words: str) -> str:
        return MASKED if place in masked else words

    given = replace(
        file.given,
        objective=shown("objective", file.given.objective),
        achieved=shown("achieved", file.given.achieved),
        narrative=_narrative(file, rules, shown),
        reasons={},
        findings=(),
    )
    rows = tuple(_row(row, shown) for row in file.rows)
    execution = next((row for row in rows if file.execution and row.row.code == file.execution.row.code), None)
    book = _book(file.book, rules)
    lines = tuple(one for one in file.assessment.lines if {one.score, one.total} - {None} <= set(book))
    told = tuple(row.assessed for row in rows)
    assessment = replace(file.assessment, book=book, rows=told, lines=lines, lacks=())
    return replace(file, given=given, assessment=assessment, book=book, rows=rows, execution=execution)


def _narrative(
    file: EvaluationFile, rules: PublicRules, shown: Callable[[str, str], str]
) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    for name, told in file.given.narrative.items():
        if name not in rules.narrative or not told:
            continue
        if isinstance(told, str):
            found[name] = shown(f"{name}:1", told)
        else:
            found[name] = tuple(shown(f"{name}:{number}", part) for number, part in enumerate(told, 1))
    return found


def _row(row: FileRow, shown: Callable[[str, str], str]) -> FileRow:
    told: TargetRow = row.row
    basis, evidence = (shown(f"{name}:{told.code}", getattr(told, name)) for name in _OF_ROW)
    public = replace(told, basis=basis, evidence=evidence, formula="")
    assessed = replace(row.assessed, row=public, why="")
    return replace(row, assessed=assessed, reason=shown(f"reason:{told.code}", row.reason))


def _book(book: FigureBook, rules: PublicRules) -> FigureBook:
    """Figures without records: payees, vouchers and names of files stand there, and who declared what."""
    found = FigureBook()
    for figure in book.values():
        if rules.is_public(figure.id):
            found.add(_figure(figure, found))
    return found


def _figure(figure: Figure, known: Mapping[str, Figure]) -> Figure:
    """A figure made of something that stays inside keeps its value only; a free text is no formula."""
    if figure.inputs and all(name in known for name in figure.inputs):
        return replace(figure, records=())
    formula = figure.formula if figure.source == _LEDGER and not figure.inputs else INSIDE
    return replace(figure, formula=formula, inputs=(), expression="", records=())
