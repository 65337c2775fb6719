"""What makes a night plausible: numbers for its movements, and controls across tables, one YAML file each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml
from huiliu.lake.controls import ALLOWED, DAY, SINCE, UNTIL, Control
from huiliu.lake.plausible import EVERY, NUMBERS, Plausibility
from huiliu.lake.tables import Table
from huiliu.rules import sql

HOME = Path(__file__).parent
MOVEMENTS = "movements.yaml"
_CODE = re.compile(r"[a-z][a-z0-9_]{2,40}")
_PARTS = {"label", "severity", "basis", "reads", "months", "params", "query", "cases"}
_NEEDED = _PARTS - {"params"}


@dataclass(frozen=True)
class ControlCase:
    """An example with its answer: rows by table, the months looked at, and the bad rows that must come out."""

    name: str
    day: date
    given: Mapping[str, tuple[Mapping[str, Any], ...]]
    found: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class DeclaredControl:
    """A control with the cases that prove it."""

    control: Control
    cases: tuple[ControlCase, ...] = field(repr=False)


def plausibility(tables: Mapping[str, Table], *roots: Path) -> Plausibility:
    """The product's numbers and controls, and those of further folders (`controls/`), which may replace either.

    Raises CONTROL-001 naming the file and what is wrong.
    """
    found = [declared.control for declared in controls(tables, *roots).values()]
    return Plausibility(_movements(tables, roots), tuple(found))


def controls(tables: Mapping[str, Table], *roots: Path) -> dict[str, DeclaredControl]:
    """Every control by code, which is its file's name; one of a further folder replaces the product's."""
    found = {}
    for folder in _folders(roots):
        for path in sorted(folder.rglob("*.yaml")):
            if path.name != MOVEMENTS:
                found[path.stem] = _read(path, tables)
    return found


def _folders(roots: tuple[Path, ...]) -> Iterator[Path]:
    yield HOME
    yield from (root / "controls" for root in roots if (root / "controls").is_dir())


def _movements(tables: Mapping[str, Table], roots: tuple[Path, ...]) -> dict[str, Parameters]:
    """Numbers by table; a further folder adds to them number by number."""
    found: dict[str, dict[str, Any]] = {}
    for path in (folder / MOVEMENTS for folder in _folders(roots)):
        if not path.is_file():
            continue
        data = load_yaml(path)
        if not isinstance(data, Mapping) or set(data) - {"params", "tables"}:
            raise _error(path, "只能有 params（各表共用）和 tables（按表另定）")
        parts = {EVERY: data.get("params") or {}, **(data.get("tables") or {})}
        for name, params in parts.items():
            _accept_numbers(path, name, params, tables)
            found.setdefault(name, {}).update(Parameters.read(params, path.name).history)
    return {name: Parameters(history) for name, history in found.items()}


def _accept_numbers(path: Path, name: str, params: Any, tables: Mapping[str, Table]) -> None:
    if name != EVERY and name not in tables:
        raise _error(path, f"没有数据表 {name}")
    if not isinstance(params, Mapping) or (strange := sorted(set(params) - set(NUMBERS))):
        raise _error(path, f"不认识的限度 {'、'.join(map(str, strange)) if isinstance(params, Mapping) else name}")
    for number, lines in Parameters.read(params, path.name).history.items():
        if any(isinstance(line.value, str | date | bool) or line.value < 0 for line in lines):
            raise _error(path, f"{number} 须为不小于零的数")


def _read(path: Path, tables: Mapping[str, Table]) -> DeclaredControl:
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) - _PARTS or not all(data.get(part) for part in _NEEDED):
        raise _error(path, f"须有 {'、'.join(sorted(_NEEDED))}，另可有 params")
    if not _CODE.fullmatch(path.stem) or data["severity"] not in {"warn", "refuse"}:
        raise _error(path, "文件名须为小写英文，severity 为 warn 或 refuse")
    unknown = sorted({*data["reads"], *data["months"]} - set(tables))
    if unknown or not set(data["months"]) <= set(data["reads"]):
        raise _error(path, f"reads 与 months 中的数据表有误：{'、'.join(unknown) or 'months 须在 reads 之中'}")
    control = Control(
        code=path.stem,
        label=str(data["label"]),
        severity=data["severity"],
        basis=str(data["basis"]),
        reads=tuple(tables[name] for name in data["reads"]),
        months=dict(data["months"]),
        query=str(data["query"]).strip(),
        numbers=Parameters.read(data.get("params"), path.name),
        uses=frozenset(re.findall(r"\$([a-z_]+)", str(data["query"]))),
    )
    _accept(path, control)
    return DeclaredControl(control, tuple(_case(path, entry) for entry in data["cases"]))


def _accept(path: Path, control: Control) -> None:
    """The query is held to the same subset of SQL as a rule's; a month is a month column, or the month of a date."""
    known = set(control.numbers.history) - {ALLOWED} | control.uses & {SINCE, UNTIL}
    wrong = sql.problems(control.query, control.reads, known)
    known_months = {table.name: _is_month(table, control.months.get(table.name)) for table in control.reads}
    wrong += [f"{name} 的月份须为年月列，或 month_of(日期列)" for name, right in known_months.items() if not right]
    if reserved := sorted(set(control.numbers.history) & {SINCE, UNTIL, DAY}):
        wrong.append(f"参数名 {'、'.join(reserved)} 有固定含义")
    if wrong:
        raise _error(path, "；".join(wrong))


def _is_month(table: Table, expression: str | None) -> bool:
    if expression is None:
        return True
    inner = re.fullmatch(r"month_of\(([a-z_]+)\)", expression)
    column = table.by_name.get(inner[1] if inner else expression)
    return column is not None and column.kind == ("date" if inner else "month")


def _case(path: Path, entry: Any) -> ControlCase:
    try:
        given = {table: tuple(rows) for table, rows in entry["given"].items()}
        if set(entry) == {"name", "day", "given", "found"} and type(entry["day"]) is date:
            return ControlCase(str(entry["name"]), entry["day"], given, tuple(entry["found"]))
    except (KeyError, TypeError, AttributeError):
        pass
    raise _error(path, "每个用例须有 name、day、given（按表列出的行）和 found（应得的不符，可为空表 []）")


def _error(path: Path, problem: str) -> HuiliuError:
    return HuiliuError(
        code="CONTROL-001",
        message=f"核对 {path.name}：{problem}",
        hint="请参照 catalog/controls 中的其他文件改正；查询的写法见 docs/rule-sql.md。",
        facts={"file": path.name},
    )
