"""Find the content of the product in folders: a new table, rule or report is added by its files, registered nowhere."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Self, TypeVar

import yaml

from huiliu.catalog.code_lists import CodeList, read_code_list
from huiliu.interchange import Interchange
from huiliu.interchange.reading import read_interchange
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.registry import Registry
from huiliu.lake.reasons import EXCLUDED
from huiliu.lake.tables import Table
from huiliu.rules import Rule
from huiliu.scoring.indicator import Indicator
from huiliu.topics import StandingReport, Topic, read_standing_report, read_topic

HOME = Path(__file__).parent
D = TypeVar("D")


@dataclass(frozen=True)
class Catalog:
    """The content of the product: rules and indicators by code, everything else by name."""

    tables: Registry[Table] = field(default_factory=lambda: Registry("数据表"))
    codes: Registry[CodeList] = field(default_factory=lambda: Registry("代码表"))
    rules: Registry[Rule] = field(default_factory=lambda: Registry("规则"))
    indicators: Registry[Indicator] = field(default_factory=lambda: Registry("绩效指标"))
    interchanges: Registry[Interchange] = field(default_factory=lambda: Registry("数据接口"))
    topics: Registry[Topic] = field(default_factory=lambda: Registry("主题"))
    standing_reports: Registry[StandingReport] = field(default_factory=lambda: Registry("常用报表"))

    @property
    def known_codes(self) -> Mapping[str, frozenset[str]]:
        """The codes of each list, and under the list's name with EXCLUDED behind it those not worked with."""
        known = {name: frozenset(codes.values) for name, codes in self.codes.items()}
        return known | {f"{name}{EXCLUDED}": frozenset(codes.excluded) for name, codes in self.codes.items()}

    @classmethod
    def load(cls, *extra_roots: Path) -> Self:
        """The built-in content and that of further folders laid out alike (`tables/`, `codes/`, `rules/`,
        `indicators/`, `topics/`, `standing_reports/`).

        A further folder adds tables, rules, indicators, topics and reports and may replace a code list by one of the
        same name, which is how a city brings its own divisions; nothing else is ever replaced. Its modules reach its
        own tables by relative import (`from ...tables.group.noun import noun`). Loading runs its Python files: it must
        be as trusted as the program. Raises CATALOG-…, TOPIC-001, STAND-001 or EV-IND-… naming the file at fault.
        """
        catalog = cls()
        lists: dict[str, CodeList] = {}
        for package, root in [("huiliu.catalog", HOME), *map(_adopt, extra_roots)]:
            for table in _definitions(package, root, "tables", Table):
                catalog.tables.add(table.name, table)
            for rule in _definitions(package, root, "rules", Rule):
                catalog.rules.add(rule.code, rule)
            for indicator in _definitions(package, root, "indicators", Indicator):
                catalog.indicators.add(indicator.code, indicator)
            for path in sorted((root / "topics").glob("*.yaml")):
                catalog.topics.add(path.stem, read_topic(path, catalog.tables))
            for path in sorted((root / "standing_reports").glob("*.yaml")):
                catalog.standing_reports.add(path.stem, read_standing_report(path, catalog.topics))
            lists.update({path.stem: read_code_list(path) for path in sorted((root / "codes").glob("*.yaml"))})
        for name, codes in lists.items():
            catalog.codes.add(name, codes)
        for path in sorted((HOME / "interchange").glob("*.yaml")):
            catalog.interchanges.add(path.stem, read_interchange(path, catalog.tables))
        _hold_together(catalog)
        return catalog


def _adopt(root: Path) -> tuple[str, Path]:
    """Give a folder outside the product a package of its own, so that its modules import by file location."""
    resolved = root.resolve()
    if not resolved.is_dir():
        raise _error("CATALOG-001", root.name, "目录不存在", "请检查 HUILIU_CATALOG 中的目录。")
    package = f"huiliu_catalog_{sm3(str(resolved).encode())[:12]}"
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    module = ModuleType(package)
    module.__path__ = [str(resolved)]
    sys.modules[package] = module
    return package, resolved


def _definitions(package: str, root: Path, part: str, kind: type[D]) -> Iterator[D]:
    """The object named like its file, of every Python file under the part; names beginning with _ are helpers."""
    for path in _in_order(root / part):
        steps = path.relative_to(root).with_suffix("").parts
        if any(step.startswith("_") for step in steps):
            continue
        found = _import(".".join((package, *steps)), path).get(path.stem)
        if not isinstance(found, kind):
            hint = f"文件中须有与文件同名的 {kind.__name__} 定义：{path.stem}。"
            raise _error("CATALOG-002", path.name, "没有找到定义", hint)
        yield found


def _in_order(folder: Path) -> list[Path]:
    """The files as `order.yaml` beside their folders names them, then the others by name."""
    listed = folder / "order.yaml"
    order = yaml.safe_load(listed.read_text(encoding="utf-8")) if listed.exists() else {}
    named = [folder / group / f"{stem}.py" for group, stems in order.items() for stem in stems]
    return [*named, *sorted(set(folder.rglob("*.py")) - set(named))]


def _import(name: str, path: Path) -> dict[str, Any]:
    try:
        with _uncached(outside=not name.startswith("huiliu.")):
            return vars(importlib.import_module(name))
    except HuiliuError:
        raise
    except Exception as broken:
        hint = f"导入时出错（{type(broken).__name__}），请检查语法和 import。"
        raise _error("CATALOG-003", path.name, "无法载入", hint) from broken


@contextmanager
def _uncached(*, outside: bool) -> Iterator[None]:
    """Leave no bytecode in an agency's folder: a file changed within its second, at equal size, would not be read."""
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = before or outside
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _hold_together(catalog: Catalog) -> None:
    """Every code list that a column names exists, and every table that a rule reads is the catalogue's own."""
    for table in catalog.tables.values():
        for column in table.columns:
            if column.codes and column.codes not in catalog.codes:
                hint = f"请加 codes/{column.codes}.yaml。"
                raise _error("CATALOG-004", f"{table.name}.{column.name}", f"没有代码表 {column.codes}", hint)
    for rule in catalog.rules.values():
        for table in rule.reads:
            if catalog.tables.get(table.name) is not table:
                hint = "请从 catalog/tables 导入数据表定义。"
                raise _error("CATALOG-005", rule.code, f"读取的数据表 {table.name} 不在目录中", hint)


def _error(code: str, where: str, problem: str, hint: str) -> HuiliuError:
    return HuiliuError(code=code, message=f"业务目录 {where}：{problem}", hint=hint, facts={"where": where})
