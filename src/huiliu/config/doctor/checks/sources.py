"""The sources of batches: readable settings, secrets at hand, and somebody who answers; nothing is taken."""

from huiliu.catalog import Catalog
from huiliu.config.doctor.findings import Finding, check, fail, ok, warn
from huiliu.config.doctor.site import Site
from huiliu.config.sources import installation_sources, surroundings
from huiliu.kernel.clock import SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.sources.config import SourceConfig
from huiliu.lake.sources.fetch import Surroundings, reach


@check("sources", "数据来源")
def sources(site: Site) -> Finding:
    """Every source in use answers a login and a look."""
    from django.conf import settings

    used = [source for source in installation_sources(site.home) if source.enabled]
    if not used:
        return ok("没有设置来源：批次由对方直接放入收件目录")
    catalog = Catalog.load(*settings.HUILIU_CATALOG_ROOTS)
    around = surroundings(site.home, site.environment, catalog, SystemClock(), settings.HUILIU_MEMORY)
    problems = {source.name: error for source in used if (error := _problem(source, around))}
    if problems:
        name, error = next(iter(problems.items()))
        return fail(f"{len(used)} 个中有 {len(problems)} 个不可用；{name}：{error.message}", error.hint)
    untested = [source.name for source in used if not source.tested]
    if untested:
        return warn(
            f"{len(used)} 个均可登录，其中 {'、'.join(untested)} 的数据库种类未实测", "请先在测试环境核对一夜。"
        )
    return ok(f"{len(used)} 个均可登录：{'、'.join(source.name for source in used)}")


def _problem(source: SourceConfig, around: Surroundings) -> HuiliuError | None:
    try:
        reach(source, around)
    except HuiliuError as error:
        return error
    return None
