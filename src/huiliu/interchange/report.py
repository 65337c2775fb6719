"""What a run says of itself: a manifest for programs and an account for people; the same run gives the same bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from huiliu.interchange.definition import Element, Form
from huiliu.interchange.run import Done, TableDone
from huiliu.lake.home import write_json

MANIFEST = "manifest.json"
ACCOUNT = "导出说明.txt"
_FAULTS_SHOWN = 30


@dataclass(frozen=True)
class Origin:
    """Where the rows come from: the night, its snapshot and how well it was proved."""

    division: str
    business_date: date
    batch: str
    batch_digest: str
    snapshot: int
    level: str


def write_report(done: Done, origin: Origin, folder: Path) -> None:
    """Both files, into the folder beside what they speak of; no time of the run, so that a second run is identical."""
    write_json(folder / MANIFEST, manifest(done, origin))
    text = "\n".join(account(done, origin)) + "\n"
    (folder / ACCOUNT).write_text(text, encoding="utf-8")


def manifest(done: Done, origin: Origin) -> dict[str, Any]:
    """Tables with rows and sums, files with lengths and digests, and everything that is not as the standard has it."""
    interchange = done.interchange
    return {
        "standard": interchange.label,
        "wording": interchange.wording,
        "encoding": interchange.encoding,
        "origin": asdict(origin),
        "schemes": list(interchange.schemes),
        "tables": [_table(table) for table in done.tables],
        "files": [asdict(file) for file in done.files],
        "valid": done.valid,
        "fault_count": done.fault_count,
        "faults": [asdict(fault) for fault in done.faults],
        "unassigned": dict(done.unassigned),
        "notes": list(interchange.notes),
    }


def _table(table: TableDone) -> dict[str, Any]:
    form = table.form
    names = {element.code: element.name for element in form.elements}
    return {
        "number": form.number,
        "name": form.name,
        "part": form.part,
        "source": form.table.name,
        "rows": table.totals.rows,
        "sums": {name: None if value is None else f"{value:f}" for name, value in table.totals.sums.items()},
        "elements": {code: names[code] for code in table.elements},
        "absent": dict(form.absent) | {code: names[code] for code in table.unheld},
        "not_of_standard": dict(form.extra),
        "types_unconfirmed": [element.code for element in _doubtful(form)],
        "replaced": dict(table.replaced),
        "moved": dict(table.moved),
        "note": form.note,
    }


def account(done: Done, origin: Origin) -> Iterator[str]:
    """The same for people, in Chinese."""
    interchange = done.interchange
    yield f"{interchange.wording}（{interchange.label}）"
    yield "本次输出未经标准指定的机构认证。"
    yield f"数据截至 {origin.business_date}，区划 {origin.division}，批次 {origin.batch}，快照 {origin.snapshot}，"
    yield f"证明等级 {origin.level}；险种 {'、'.join(interchange.schemes)}。编码 {interchange.encoding}。"
    yield ""
    yield "一、各表"
    for table in done.tables:
        yield f"表{table.form.number} {table.form.name}（{table.form.part}）：{table.totals.rows:,} 行"
        yield from (f"    {name} 合计 {value:,.2f}" for name, value in table.totals.sums.items() if value is not None)
    yield ""
    yield "二、结构校验"
    yield from _validity(done)
    yield ""
    yield "三、略去的元素（标准有，本库没有）"
    for table in done.tables:
        names = {element.code: element.name for element in table.form.elements}
        absent = {**table.form.absent, **{code: names[code] for code in table.unheld}}
        yield f"表{table.form.number} {table.form.name}：{_listed(absent)}"
    yield ""
    yield "四、没有写出的列（本库有，标准中未见）"
    yield from (f"表{t.form.number} {t.form.name}：{_listed(t.form.extra)}" for t in done.tables if t.form.extra)
    yield from (f"数据表 {name} 有 {count:,} 行不属于任何一表" for name, count in done.unassigned.items())
    yield ""
    yield "五、待核"
    yield from (f"- {note}" for note in interchange.notes)
    yield from (f"- 表{t.form.number} {t.form.name}：{t.form.note}" for t in done.tables if t.form.note)
    doubtful = {element.code: element.name for table in done.tables for element in _doubtful(table.form)}
    yield f"- 类型待核的元素：{_listed(doubtful)}"
    yield "- 含义待核的代码不写含义，只写代码。"
    yield ""
    yield "六、字符"
    yield from _characters(done)
    yield ""
    yield "CSV 供程序读取，值未作任何改动；用表格软件打开时，号码会被当作数字，以 = + - @ 开头的文字会被当作公式。"


def _validity(done: Done) -> Iterator[str]:
    if done.valid is None:
        yield "没有写出 XML，未作校验。"
        return
    if done.valid:
        yield "各文档与由业务目录生成的结构（.xsd）一致。"
        return
    yield f"有 {done.fault_count:,} 处不符，多为来源的值超长或不合格式；值照原样写出。前几处（记录从 1 起）："
    for fault in done.faults[:_FAULTS_SHOWN]:
        yield f"    {fault.table} 第 {fault.record:,} 条 {fault.element}：{fault.rule}"


def _characters(done: Done) -> Iterator[str]:
    found = False
    for table in done.tables:
        for name, count in table.replaced.items():
            found = True
            yield f"表{table.form.number} {name}：{count:,} 个单元含 XML 不允许的控制字符，已换成 \ufffd"
        for name, count in table.moved.items():
            found = True
            yield f"表{table.form.number} {name}：{count:,} 个单元含各版 GB 18030 编码不同的字，XML 中写成字符编号"
    if not found:
        yield "没有需要说明的字符。"


def _doubtful(form: Form) -> list[Element]:
    return [element for element in form.elements if not element.certain]


def _listed(names: Mapping[str, str]) -> str:
    return "、".join(f"{code} {name}" for code, name in names.items()) or "无"
