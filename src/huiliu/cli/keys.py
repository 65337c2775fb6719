"""`keys list`, `keys rotate`, `keys public`: the keys of the installation, a new one, and what others may have."""

from pathlib import Path

from rich.table import Table as Grid

from huiliu.cli.console import bars, err, out, wide
from huiliu.config.boot import boot, migrate


def show() -> None:
    """Purpose, id and age of every key; never a key."""
    migrate(boot("cli"))
    from huiliu.config.rotation import key_rows

    grid = Grid(title="密钥（只列编号，不显示内容）", title_justify="left")
    for heading in ("用途", "说明", "编号", "生成时间", "状态", "加密的值"):
        grid.add_column(heading)
    for row in key_rows():
        state = "当前" if row.is_current else "旧，用于核验"
        values = "" if row.values is None else f"{row.values:,}"
        grid.add_row(row.purpose, row.label, row.key_id, f"{row.made_at:%Y-%m-%d %H:%M}", state, values)
    wide(grid)


def rotate(purpose: str) -> int:
    """Make a new key; 1 where some protected values could not be opened and still have their old key."""
    migrate(boot("cli"))
    from huiliu.config import rotation
    from huiliu.web.protected import PURPOSE

    with bars() as progress:
        result = rotation.rotate(purpose, lambda done, total: progress.count("重新加密", done, total))
    if result.resumed:
        out.print(f"上次的轮换没有做完，已接着做完；当前密钥 {purpose}.{result.key_id}。如需再换，请再执行一次。")
    else:
        out.print(f"已生成密钥 {purpose}.{result.key_id}，从现在起使用；旧密钥保留，用于核验以前的内容。")
    if purpose == PURPOSE:
        out.print(f"重新加密 {result.done:,} 个值，并已逐个读回核对。")
    for place, count in result.broken.items():
        err.print(f"✗ {place}：{count:,} 个值无法解密，保持原样。请从备份恢复这些行或缺失的旧密钥后再执行。")
    out.print("请把 keys 目录重新备份，与数据分开保管。")
    return int(bool(result.broken))


def public(path: Path | None) -> None:
    """Every public key that certificates of this installation were ever signed with, as one PEM file."""
    migrate(boot("cli"))
    from django.conf import settings

    from huiliu.apps.datahub.selectors.certificates import public_keys, signer

    signer(settings.HUILIU_KEYS)  # makes the first key
    keys = public_keys(settings.HUILIU_KEYS).values()
    text = "".join(key.pem() for key in keys)
    if path is None:
        out.print(text, markup=False, end="")
        return
    path.write_text(text, encoding="ascii")
    out.print(f"已写出 {len(keys)} 个公钥：{path}", markup=False)
    for key in keys:
        out.print(f"  {key.fingerprint}")
    out.print("请经另一条途径（如当面、电话）把指纹告诉核验方核对。")
