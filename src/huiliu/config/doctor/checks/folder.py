"""The data folder: rights, keys, room on the disk, encryption below it, demo data."""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from huiliu.config.doctor.findings import Finding, check, fail, judged, ok, unmeasured, warn
from huiliu.config.doctor.site import Site
from huiliu.config.keys import KEY_BYTES, Keyring

OTHERS = 0o077
NAME_PARTS = 2  # purpose and id
GIB = 1 << 30
LEAST_FREE = GIB
NIGHT_SHARE = 10  # a night rewrites what changed: at least a tenth of the library must fit once more


def size(count: int) -> str:
    """Bytes as people read them, in GB of 1024³."""
    return f"{count / GIB:.1f} GB"


def _open_to_others(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if path.exists() and stat.S_IMODE(path.stat().st_mode) & OTHERS)


@check("folder_rights", "数据目录权限")
def folder_rights(site: Site) -> Finding:
    """The folder and its parts belong to the owner only."""
    home = site.home
    parts = (home.root, home.inbox, home.lake, home.database, home.keys, home.reports, home.logs)
    wide = [path.name for path in _open_to_others(parts)]
    # An owner-only root shuts its parts off, whatever their own rights say.
    shut = home.root.name not in wide
    named = "、".join(wide)
    if wide and shut and home.keys.name not in wide:
        return warn(f"数据目录只有属主可进，但其中 {named} 的权限较宽", "请把这些目录的权限改为 0700。")
    return judged(not wide, "只有属主可读写" if not wide else f"他人可进入：{named}", "请把这些目录的权限改为 0700。")


@check("keys", "密钥文件")
def keys(site: Site) -> Finding:
    """Every key is readable, whole, and closed to others; none is made by looking."""
    files = sorted(site.home.keys.glob("*.key"))
    if not files:
        return warn("还没有密钥", "首次启动（./run up）时自动生成；若曾经用过，请立即从密钥备份恢复 keys 目录。")
    names = [path.name.removesuffix(".key").split(".") for path in files]
    if strange := [".".join(name) for name in names if len(name) != NAME_PARTS]:
        return warn(f"有 {len(strange)} 个文件不是密钥的名字", "请移走 keys 目录中多余的文件。")
    ring = Keyring(site.home.keys)  # a new one: nothing remembered from before the look
    for purpose, key_id in names:
        ring.get(purpose, key_id)
    purposes = sorted({purpose for purpose, _ in names})
    return ok(f"{len(files)} 个，均为 {KEY_BYTES * 8} 位，只有属主可读；用途：{'、'.join(purposes)}")


@check("disk", "磁盘空间")
def disk(site: Site) -> Finding:
    """Free room against the library's size."""
    free, used = site.facts.disk_free, site.facts.lake_size
    if free is None or used is None:
        return unmeasured("读不到磁盘或回流库的大小", "请在主机上用 df 核对。")
    found = f"可用 {size(free)}，回流库 {size(used)}"
    todo = "请清理或扩容数据目录所在的磁盘。"
    if free < max(LEAST_FREE, used // NIGHT_SHARE):
        return fail(f"{found}，可能装不下下一夜", todo)
    return warn(f"{found}，不够再放一份（整理和备份时需要）", todo) if free < used else ok(found)


@check("disk_encryption", "磁盘加密")
def disk_encryption(site: Site) -> Finding:
    """The library's files are not encrypted one by one: the disk has to be."""
    if site.facts.encrypted is None:
        return unmeasured("查不到数据目录所在的磁盘，是否加密不知道", "请在主机上用 lsblk 核对，并人工记录。")
    todo = "请把数据目录移到 dm-crypt/LUKS 卷；若由存储设备或虚拟化平台加密，请取得证明并人工记录。"
    return ok("数据目录在 dm-crypt/LUKS 卷上") if site.facts.encrypted else warn("没有发现 dm-crypt/LUKS 加密层", todo)


@check("demo", "演示数据")
def demo(site: Site) -> Finding:
    """Whether the folder holds the synthetic city."""
    if site.home.is_demo:
        return warn("数据目录里是合成数据", "正式使用请另选空目录，运行 ./run up --empty。")
    return ok("没有演示数据")
