"""`audit verify` and `audit anchor`: is the chain as it was written, and how long is it now."""

import json
import sys

from huiliu.cli.console import bars, err, out
from huiliu.config.boot import boot, migrate
from huiliu.kernel.clock import TZ


def verify(*, as_json: bool) -> int:
    """Walk the chain, print the verdict and the first broken row; 1 where anything is wrong."""
    migrate(boot("cli"))
    _load_parts()
    from huiliu.apps.audit.actions import label
    from huiliu.apps.audit.services import chain_verify

    with bars() as progress:
        verdict = chain_verify(progress=lambda done, total: progress.count("验证审计链", done, total))
    if as_json:
        sys.stdout.write(json.dumps(verdict.as_dict(), ensure_ascii=False, default=str) + "\n")
        return 0 if verdict.sound else 1
    out.print(f"{'[green]●[/]' if verdict.sound else '[red]✕[/]'} ", end="")
    out.print(verdict.line(), markup=False)
    if verdict.broken and verdict.broken.at:
        out.print(
            f"  该处记录：{verdict.broken.at.astimezone(TZ):%Y-%m-%d %H:%M:%S} {label(verdict.broken.action)}",
            markup=False,
        )
    if not verdict.sound:
        err.print("  请立即保全数据库、密钥和锚点目录，不要再改动，并报告审计管理员。处置见 docs/audit.md。")
    return 0 if verdict.sound else 1


def anchor() -> None:
    """Write an anchor and print it; whoever keeps the paper can later prove a cut."""
    migrate(boot("cli"))
    from huiliu.apps.audit.services import anchor_write

    written = anchor_write()
    if written is None:
        out.print("审计链还没有记录，没有可写的锚点。")
        return
    out.print(f"锚点 {written.file}：共 {written.seq:,} 条，{written.time.astimezone(TZ):%Y-%m-%d %H:%M:%S}")
    out.print(f"摘要 {written.hash}")


def _load_parts() -> None:
    """Each part names its acts when it is imported; the addresses import all of them."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
