"""`lake fetch`: bring complete batches from the sources into the inbox, one line each."""

from collections.abc import Sequence

from rich.text import Text

from huiliu.cli.console import out
from huiliu.config.boot import boot
from huiliu.lake.sources.results import Fetched

COLOURS = {"taken": "green", "unchanged": "dim", "waiting": "yellow", "failed": "red"}
UNTESTED = "未实测：没有这种数据库的服务器可供测试，请先在测试环境核对一夜"
MB = 1 << 20


def run(name: str | None, *, full: bool, again: bool) -> int:
    """Fetch and print; 1 if a source failed, else 0."""
    boot("night")
    from django.conf import settings

    from huiliu.catalog import Catalog
    from huiliu.config.sources import fetch, installation_sources, surroundings
    from huiliu.lake.sources.fetch import Wish

    catalog = Catalog.load(*settings.HUILIU_CATALOG_ROOTS)
    around = surroundings(settings.HOME, settings.ENVIRONMENT, catalog, settings.HUILIU_CLOCK, settings.HUILIU_MEMORY)
    results = fetch(around, settings.HOME, name, Wish(full=full, again=again))
    if not results:
        out.print("没有设置来源：批次由对方直接放入收件目录。需要取数时请写 sources.yaml（docs/sources.md）。")
    untested = {source.name for source in installation_sources(settings.HOME) if not source.tested}
    print_fetched(results, untested)
    return int(any(result.state == "failed" for result in results))


def print_fetched(results: Sequence[Fetched], untested: frozenset[str] | set[str] = frozenset()) -> None:
    """One line per batch or source."""
    for result in results:
        out.print(fetched_line(result))
    for name in sorted({result.source for result in results} & untested):
        out.print(Text(f"  注意 来源 {name} {UNTESTED}", style="yellow"))


def fetched_line(result: Fetched) -> Text:
    """Colour, word, batch, and what people should know."""
    line = Text("● ", style=COLOURS[result.state])
    line.append(f"来源 {result.source} {result.words}", style=COLOURS[result.state])
    if result.batch:
        line.append(f"  {result.batch}")
    if result.state == "taken":
        line.append(f"  {result.files} 个文件 {result.received / MB:.1f} MB")
    if result.note:
        line.append(f"  {result.note}")
    if result.error:
        line.append(f"  {result.error}")
    return line
