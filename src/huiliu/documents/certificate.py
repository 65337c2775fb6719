"""The certificate of a night as a page for people; what proves is the signed JSON, whose digest the page prints."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from huiliu.documents.fonts import FontSet
from huiliu.documents.layout import lay_out
from huiliu.documents.model import (
    Block,
    Line,
    Literal,
    Note,
    Origin,
    Paragraph,
    Report,
    Section,
    Signature,
    Table,
    TableColumn,
    Text,
)
from huiliu.documents.pdf import typeset
from huiliu.kernel.clock import TZ
from huiliu.kernel.digests import sm3
from huiliu.kernel.figures import FigureBook
from huiliu.kernel.money import format_yuan
from huiliu.lake.records import Check, NightRecord, TableRecord
from huiliu.lake.wording import worded

MODES = {"full": "全量", "increment": "增量", "range": "按范围替换", "none": "未交付"}
KINDS = {
    "night": "夜间入库",
    "replay": "更正或回退后重新入库",
    "restore": "回退",
    "undo": "撤销没有做完的更正",
    "quarantine": "隔离区处理",
}
VERDICTS = {"fail": "不一致", "warn": "需注意", "none": "未比较", "pass": "一致"}
_AGENCY = "回流系统"
_BATCH = "批次"
_LEVELS = "级别：A 完整，B 已与前置库核对，C 仅自身一致；一夜的级别取各表最低。"
_HALF = 48  # characters of a digest in one line of a table cell


def certificate_pdf(raw: bytes, fonts: FontSet, notes: Sequence[str] = ()) -> bytes:
    """The PDF of a certificate file that was verified before; `notes` say what became of the night since."""
    report = certificate_report(raw, notes)
    return typeset(lay_out(report), _AGENCY, report.dated, fonts)


def certificate_report(raw: bytes, notes: Sequence[str] = ()) -> Report:
    """Sections of the page: the night and what arrived, what was published, what was checked, how to verify."""
    value = json.loads(raw)
    body, night = value["certificate"], NightRecord.from_json(value["certificate"]["record"])
    issued = datetime.fromisoformat(body["issued_at"]).astimezone(TZ).date()
    words = _Words(body["labels"])
    sections = (
        Section("批次", tuple(_batch(night, notes))),
        Section("入库结果", tuple(_tables(night, words))),
        Section("核对", tuple(_checks(night, words))),
        Section("如何核验", tuple(_proof(raw, value, issued))),
    )
    title = (Text("回流数据入库证书"),)
    key = f"{night.batch}.{night.snapshot}"
    return Report(key, title, _said(_AGENCY), str(issued.year), sections, FigureBook(), issued)


class _Words:
    """Chinese labels of the tables and their money columns, as the certificate carries them."""

    def __init__(self, labels: Mapping[str, Any]) -> None:
        self._labels = labels

    def table(self, name: str | None) -> str:
        """The table's label; what concerns the whole batch says so."""
        if name is None:
            return _BATCH
        return str(self._labels.get(name, {}).get("table", name))

    def column(self, table: str, name: str) -> str:
        """The label of a money column."""
        return str(self._labels.get(table, {}).get("columns", {}).get(name, name))


def _said(words: object, kind: str = "名称") -> Line:
    """Words of the certificate; an empty cell where there are none."""
    text = "" if words is None else str(words)
    return (Literal(text, kind, "夜间证书", Origin.SYSTEM),) if text.strip() else ()


def _batch(night: NightRecord, notes: Sequence[str]) -> Iterator[Block]:
    level = f"{night.level}（{night.level.words}）" if night.level else ""
    day = _day(night.business_date) if night.business_date else ""
    of = (*_said(day, "日期"), Text("的批次"), *_said(night.batch, "编号"))
    if night.kind == "restore":
        start = (Text("本证书证明：库已回退到业务日期为"), *of, Text("入库后的状态，"))
    elif night.kind == "quarantine":
        start = (Text("本证书证明：业务日期为"), *of, Text("入库后，隔离区中的行经审批作了处理，"))
    else:
        start = (Text("本证书证明：业务日期为"), *of, Text("已通过全部必须一致的核对，整批同时入库并发布，"))
    yield Paragraph((*start, Text("证明级别为"), *_said(level), Text("。")))
    for note in notes:
        yield Paragraph(_said(note))
    rows = (
        ("批次", night.batch, "业务日期", night.business_date),
        ("类别", KINDS.get(night.kind, night.kind), "更正序号", night.revision if night.revision else "首次交付"),
        ("行政区划代码", night.division, "批次序号", "未提供" if night.sequence is None else night.sequence),
        ("入库时间", f"{night.run_at.astimezone(TZ):%Y-%m-%d %H:%M:%S}", "快照", night.snapshot),
    )
    columns = (("项目", 2, "left"), ("内容", 4, "left"), ("项目", 2, "left"), ("内容", 3, "left"))
    yield _table("批次情况", columns, rows)
    yield Note(_said(_files(night)))


def _files(night: NightRecord) -> str:
    """How much arrived; one by one the files stand in the certificate itself, bound by the digest of the batch."""
    if not night.files:
        return "入库记录没有逐个记载文件。"
    size = sum(file.bytes for file in night.files)
    told = f"收到 {len(night.files)} 个文件，共 {size:,} 字节"
    return f"{told}；逐个的名称、字节数和摘要载于证书文件，批次摘要已包括它们。"


def _tables(night: NightRecord, words: _Words) -> Iterator[Block]:
    columns = (
        ("表", 6, "left"),
        ("级别", 2, "center"),
        ("方式", 4, "center"),
        ("交付行数", 3, "right"),
        ("增/改/删", 5, "right"),
        ("入库后行数", 4, "right"),
    )
    if night.tables:
        yield Paragraph((Text("共"), *_said(_totals(night)), Text("。")))
        rows = [_result(table, words) for table in night.tables]
        yield _table("各表入库结果", columns, rows, _LEVELS)
    moved = [table for table in night.tables if night.kind != "night" or any(table.operations.values())]
    sums = [(words.table(table.table), told) for table in moved if (told := _sums(table, words))]
    if sums:
        heads = (("表", 3, "left"), ("入库后合计（元）", 10, "left"))
        still = "" if len(moved) == len(night.tables) else "本夜没有增改删的表，合计与前一夜相同，载于证书文件。"
        yield _table("入库后各金额列的合计", heads, sums, f"{still}合计为零的列不列出。")
    aside = [table for table in night.tables if table.quarantined or table.rejected]
    if aside:
        held = [(words.table(table.table), f"{table.quarantined:,}", f"{table.rejected:,}") for table in aside]
        counted = (("表", 2, "left"), ("待处理行数", 1, "right"), ("不予入库行数", 1, "right"))
        yield _table("隔离区中的行", counted, held, "隔离区中的行没有进入上表的行数与合计；期末核对时已计入。")


def _totals(night: NightRecord) -> str:
    """The night in one line: what was delivered, what was done, what the library holds now."""
    done = [sum(table.operations.get(operation, 0) for table in night.tables) for operation in "IUD"]
    delivered, holds = (sum(getattr(t, name) for t in night.tables) for name in ("rows", "closing_rows"))
    acts = "、".join(f"{word} {count:,} 行" for word, count in zip(("新增", "修改", "删除"), done, strict=True))
    return f"{len(night.tables)} 张表，交付 {delivered:,} 行，{acts}，入库后 {holds:,} 行"


def _result(table: TableRecord, words: _Words) -> tuple[str, ...]:
    done = "/".join(f"{table.operations.get(operation, 0):,}" for operation in "IUD")
    label, mode = words.table(table.table), MODES.get(table.mode, table.mode)
    mode = f"{mode}\n{table.scope}" if table.scope else mode
    return label, str(table.level), mode, f"{table.rows:,}", done, f"{table.closing_rows:,}"


def _sums(table: TableRecord, words: _Words) -> str:
    sums = ((name, Decimal(amount)) for name, amount in table.closing_sums.items())
    return "；".join(f"{words.column(table.table, name)} {format_yuan(amount)}" for name, amount in sums if amount)


def _checks(night: NightRecord, words: _Words) -> Iterator[Block]:
    counts = [(word, sum(check.verdict == code for check in night.checks)) for code, word in VERDICTS.items()]
    tally = "，".join(f"{word} {count} 项" for word, count in counts if count)
    yield Paragraph((Text("共有核对："), *_said(tally), Text("。")))
    columns = (
        ("表", 3, "left"),
        ("核对项", 7, "left"),
        ("应为", 3, "left"),
        ("实为", 4, "left"),
        ("结论", 2, "center"),
    )
    rows = [_check(check, words) for check in night.checks if check.verdict in {"fail", "warn"}]
    if rows:
        yield _table("不一致、需注意的核对项", columns, rows)
    if none := _not_compared(night, words):
        heads = (("情况", 4, "left"), ("项数", 1, "right"), ("核对项（表）", 9, "left"))
        yield _table("未比较的核对项", heads, none, "未比较：没有对照数，或没有可比的内容，不是不符。")
    if agreed := Counter(check.name for check in night.checks if check.verdict == "pass"):
        told = "、".join(f"{name} {count}" for name, count in agreed.items())
        yield Note((Text("一致的核对项及项数："), *_said(told), Text("。逐项的应为、实为载于证书文件。")))


def _not_compared(night: NightRecord, words: _Words) -> list[tuple[str, str, str]]:
    """One row a reason, with the checks it is given for and their tables."""
    found: dict[str, dict[str, list[str]]] = {}
    for check in night.checks:
        if check.verdict == "none":
            tables = found.setdefault(_reason(check), {}).setdefault(check.name, [])
            tables.append(words.table(check.table))
    counts = {why: sum(map(len, checks.values())) for why, checks in found.items()}
    return [(why, str(counts[why]), "；".join(map(_about, checks.items()))) for why, checks in found.items()]


def _about(item: tuple[str, list[str]]) -> str:
    name, tables = item
    named = "、".join(dict.fromkeys(tables))
    return name if named == _BATCH else f"{name}（{named}）"


def _reason(check: Check) -> str:
    """Why nothing was compared; what was counted in the one table is left out, so that equal reasons are equal."""
    if check.actual is None or re.fullmatch(r"[-0-9.]+", check.actual):
        return "没有对照数"
    return re.sub(r"^[0-9,]+ 行，", "", _read(check, check.actual))


def _check(check: Check, words: _Words) -> tuple[str, ...]:
    where = f"（{check.where}）" if check.where else ""
    expected, actual = _read(check, check.expected), _read(check, check.actual)
    return words.table(check.table), f"{check.name}{where}", expected, actual, VERDICTS[check.verdict]


def _read(check: Check, side: str | None) -> str:
    return worded(side or "", code=check.code, counted=check.table is not None)


def _proof(raw: bytes, value: Mapping[str, Any], issued: date) -> Iterator[Block]:
    body, signature = value["certificate"], value["signature"]
    yield Note((Text("本页供阅读，作为证明的是同名的证书文件及其数字签名。用签发方的公钥在任何机器上都可核验："),))
    command = "huiliu lake certificate verify 证书文件 --key 公钥文件"
    yield Note(_said(f"{command} [--folder 批次文件夹] [--lake 回流库文件夹]", "术语"))
    catalogue, previous = body["catalogue"], body["previous"]
    rows = (
        ("批次摘要", _digest(body["record"]["digest"] or "")),
        ("证书文件摘要", _digest(f"sm3:{sm3(raw)}")),
        ("公钥指纹", _digest(signature["key"])),
        ("签名（Ed25519）", _wrapped(signature["value"])),
        ("目录库副本", f"{catalogue['file']}，{_short(catalogue['digest'])}" if catalogue else "签发时没有保留"),
        ("前一份证书", f"{previous['name']}，{_short(previous['digest'])}" if previous else "无，为第一份"),
    )
    yield _table("摘要与签名", (("项目", 2, "left"), ("内容", 9, "left")), rows, "带省略号的摘要，全文载于证书文件。")
    yield Signature(_said(_AGENCY), _said(_day(issued), "日期"))


def _short(digest: str) -> str:
    return worded(digest, code="", counted=False)


def _table(
    caption: str, columns: Iterable[tuple[str, int, str]], rows: Iterable[Sequence[object]], note: str = ""
) -> Table:
    heads = tuple(TableColumn((Text(words),), width, align) for words, width, align in columns)
    cells = tuple(tuple(_said(cell) for cell in row) for row in rows)
    return Table((Text(caption),), heads, cells, _said(note))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _digest(digest: str) -> str:
    """`sm3:` and 64 digits in lines; of what proves the page nothing is left out, for it is compared by eye."""
    return _wrapped(digest)


def _wrapped(text: str) -> str:
    return "\n".join(text[start : start + _HALF] for start in range(0, len(text), _HALF))
