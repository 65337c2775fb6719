"""`lake compare`: the library against a front-end source, row by row, with few questions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from huiliu.cli.console import out
from huiliu.cli.fetch import UNTESTED
from huiliu.config.boot import boot, migrate
from huiliu.kernel.errors import HuiliuError

if TYPE_CHECKING:
    from huiliu.apps.datahub.selectors.compares import CompareLine
    from huiliu.lake.sources.config import SourceConfig

COLOURS = {"pass": "green", "warn": "yellow", "fail": "red"}


def run(table: str | None, name: str | None) -> int:
    """Compare and print a line a table; 1 if anything differs. Keys stand in the result and on its page only."""
    migrate(boot("cli"))
    from django.conf import settings

    from huiliu.apps.datahub.selectors.compares import CompareLine
    from huiliu.apps.datahub.services.compares import library_compare
    from huiliu.catalog import Catalog
    from huiliu.config.sources import installation_sources, surroundings
    from huiliu.lake.sources.fetch import front_end_source

    source = _chosen(installation_sources(settings.HOME), name)
    catalog = Catalog.load(*settings.HUILIU_CATALOG_ROOTS)
    around = surroundings(settings.HOME, settings.ENVIRONMENT, catalog, settings.HUILIU_CLOCK, settings.HUILIU_MEMORY)
    found = library_compare(source=front_end_source(source, around), table=table)
    for each in found:
        out.print(line(CompareLine("", each)))
    if not source.tested:
        out.print(Text(f"  注意 来源 {source.name} {UNTESTED}", style="yellow"))
    if not all(each.outcome.equal for each in found):
        out.print("不一致的键已存入回流库的 compares 目录，可在网页“回流库 → 前置库核对”上查看。")
    return int(not all(each.outcome.equal for each in found))


def _chosen(sources: Sequence["SourceConfig"], name: str | None) -> "SourceConfig":
    known = [source for source in sources if source.kind == "database"]
    wanted = [source for source in known if name in (None, source.name)]
    if len(wanted) == 1:
        return wanted[0]
    names = "、".join(source.name for source in known) or "（无）"
    message = "请用 --source 指明与哪个前置库比对" if name is None else f"没有前置库来源 {name}"
    raise HuiliuError(code="LAKE-066", message=message, hint=f"sources.yaml 中的前置库：{names}。")


def line(found: "CompareLine") -> Text:
    """Colour, word, table, what was found and asked; the columns that differ below."""
    verdict = found.verdict
    text = Text("● ", style=COLOURS[verdict.tone])
    text.append(f"{found.label} {found.comparison.table} {verdict.word}", style=COLOURS[verdict.tone])
    text.append(f"  {verdict.detail}")
    if changed := found.comparison.columns_changed():
        text.append("\n  不同的列：" + "，".join(f"{name} {count:,} 行" for name, count in changed.items()))
    if verdict.advice:
        text.append(f"\n  {verdict.advice}", style="dim")
    return text
