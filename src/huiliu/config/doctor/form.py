"""The self-check as a document: one data object, drawn as DOCX by huiliu.documents."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import NamedTemporaryFile

from huiliu import __version__
from huiliu.config.doctor.mlps import DISCLAIMER, LEVEL_NAMES, Assessed, SelfCheck, Verdict
from huiliu.documents.layout import lay_out
from huiliu.documents.model import Line, Literal, Origin, Paragraph, Report, Section, Table, TableColumn, Text
from huiliu.documents.word import word_document
from huiliu.kernel.clock import TZ
from huiliu.kernel.figures import FigureBook

FILE_NAME = "等保自查表.docx"
AGENCY = "本单位"
SOURCE = "自查时读取"


def write_form(checked: SelfCheck, folder: Path) -> Path:
    """Write 等保自查表.docx into the folder, made if need be; the old one stays until the new one is whole."""
    report = form(checked)
    content = word_document(lay_out(report), AGENCY, report.dated)
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=".form-", delete=False) as aside:
        aside.write(content)
    written = Path(aside.name).replace(folder / FILE_NAME)
    written.chmod(0o600)
    return written


def form(checked: SelfCheck) -> Report:
    """The report: what it is, the sums by group, every control with what was found, the evidence to look up."""
    return Report(
        key=f"mlps-{checked.level}",
        title=(Text("网络安全等级保护自查表\n"), _said(f"（{LEVEL_NAMES[checked.level]}，应用部分）")),
        agency=(Text(AGENCY),),
        year=str(checked.site.now.year),
        sections=(
            Section("说明", tuple(Paragraph((_said(words),)) for words in _about(checked))),
            Section("汇总", (_sums(checked),)),
            Section("逐项结果", (_verdicts(checked),)),
            Section("证据", (_evidence(checked),)),
        ),
        figures=FigureBook(),
        dated=checked.site.now.astimezone(TZ).date(),
    )


def _said(words: str) -> Literal:
    return Literal(words, "名称", SOURCE, Origin.SYSTEM)


def _cell(words: str) -> Line:
    return (_said(words),) if words else ()


def _about(checked: SelfCheck) -> Iterable[str]:
    """What this paper is and is not, when and with which version it was made."""
    now = checked.site.now.astimezone(TZ)
    yield f"本表是{DISCLAIMER}。"
    yield f"依据：{checked.baseline.source}。各项要求用自己的话转述，以标准原文为准。"
    yield f"{now.year}年{now.month}月{now.day}日 {now:%H:%M}，由回流 {__version__} 版读取正在使用的设置和数据库得出。"
    yield "结论分四种：符合，不符合，未测得（现场无法测量，须人工核对），应用之外（由主机、网络或单位承担）。"
    if checked.unverified:
        yield f"标“待核”的 {checked.unverified} 项，是否适用于{LEVEL_NAMES[checked.level]}没有对照标准原文核实。"


def _sums(checked: SelfCheck) -> Table:
    heads = ("分类", *(verdict.value for verdict in Verdict), "合计")
    groups = [(name, list(found)) for name, found in groupby(checked.controls, lambda one: one.control.group)]
    rows = [(name, *_numbers(found)) for name, found in groups] + [("合计", *_numbers(checked.controls))]
    columns = tuple(
        TableColumn(_cell(head), 3 if head == "分类" else 2, "left" if head == "分类" else "center") for head in heads
    )
    return Table(_cell("各类结论的项数"), columns, tuple(tuple(map(_cell, row)) for row in rows))


def _numbers(found: Sequence[Assessed]) -> list[str]:
    counts = [sum(one.verdict is verdict for one in found) for verdict in Verdict]
    return [str(number) for number in (*counts, len(found))]


def _verdicts(checked: SelfCheck) -> Table:
    columns = (
        TableColumn(_cell("编号"), 12),
        TableColumn(_cell("要求"), 44),
        TableColumn(_cell("结论"), 20, "center"),
        TableColumn(_cell("依据"), 80),
    )
    rows = tuple(_row(one, checked.level) for one in checked.controls)
    return Table(_cell("各控制点的结论"), columns, rows, note=_cell(f"编号前缀 L3-CES1- 从略。{DISCLAIMER}。"))


def _row(one: Assessed, level: int) -> tuple[Line, ...]:
    asks = f"{one.control.group}：{one.control.asks}{'（待核）' if one.unverified(level) else ''}"
    return tuple(map(_cell, (_number(one), asks, one.verdict.value, "\n".join(one.reasons()))))


def _number(one: Assessed) -> str:
    return one.control.id.removeprefix("L3-CES1-")


def _evidence(checked: SelfCheck) -> Table:
    columns = (TableColumn(_cell("编号"), 12), TableColumn(_cell("测试"), 104), TableColumn(_cell("页面"), 40))
    rows = tuple(
        tuple(map(_cell, (_number(one), "\n".join(_by_file(one.control.tests)), "\n".join(one.routes))))
        for one in checked.controls
        if one.control.tests or one.routes
    )
    return Table(_cell("可以重做的测试和可以打开的页面"), columns, rows)


def _by_file(tests: Sequence[str]) -> Iterable[str]:
    """A test's file on a line of its own, once, so that long names break where it does least harm."""
    for path, found in groupby((test.split("::") for test in tests), lambda parts: parts[0]):
        yield path
        yield from (name for _, name in found)
