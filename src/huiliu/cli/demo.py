"""`demo create`: the synthetic city and its batches."""

import shutil
from pathlib import Path

from huiliu.cli.console import Bars, bars, out
from huiliu.config.environment import Home
from huiliu.kernel.errors import HuiliuError

BUILDING = "demo.building"
LABELS = "labels.json"


def create(*, persons: int, seed: int, folder: Path | None) -> None:
    """Write the city's batches, into the data folder's inbox unless a folder is named."""
    if folder is None:
        from huiliu.config.boot import boot

        home = boot("cli", create=True).home
        if (home.root / LABELS).exists():
            raise _refused(home, "里已经有一座合成城市")
        with bars() as progress:
            fill_inbox(home, persons, seed, progress)
        out.print(f"合成城市已放入收件目录：{persons:,} 人。运行 ./run night 入库。全部为合成数据。")
        return
    from huiliu.demo.city import create_city

    with bars() as progress:
        city = create_city(persons, seed, folder, progress.count)
    out.print(f"合成城市已生成：{persons:,} 人，{len(city.nights)} 个批次，位于 {city.inbox}。")
    out.print(f"其中 {city.refused} 故意缺行，入库时应被拒收。{city.notice}")


def fill_inbox(home: Home, persons: int, seed: int, progress: Bars) -> None:
    """Build the city beside the inbox and put it in its place at once; one cut off is built again.

    Raises DEMO-003 where the folder holds anything that is not of the demo.
    """
    if (home.root / LABELS).exists():
        return
    if not home.is_demo and _is_used(home):
        raise _refused(home, "里已经有正式数据")
    home.mark_demo()
    building = home.root / BUILDING
    if (building / "inbox").exists() or not (building / LABELS).exists():
        _build(home, building, persons, seed, progress)
    (building / LABELS).rename(home.root / LABELS)
    shutil.rmtree(building)


def _build(home: Home, building: Path, persons: int, seed: int, progress: Bars) -> None:
    from huiliu.demo.city import create_city

    if any(home.inbox.iterdir()):
        raise _refused(home, "的收件目录不是空的")
    shutil.rmtree(building, ignore_errors=True)
    create_city(persons, seed, building, progress.count)
    (building / "inbox").chmod(0o700)
    (building / "inbox").rename(home.inbox)  # over an empty folder: all batches or none


def _is_used(home: Home) -> bool:
    """Whether the folder belongs to a real installation, prepared or only begun."""
    marks = (home.root / "ready", home.root / "division", home.lake / "published.json")
    return any(mark.exists() for mark in marks) or any(home.inbox.iterdir())


def _refused(home: Home, why: str) -> HuiliuError:
    return HuiliuError(
        code="DEMO-003",
        message=f"数据目录 {home.root} {why}，没有生成合成城市",
        hint="加 --out 目录 写到别处，或用 HUILIU_HOME 指定一个空目录。",
        facts={"home": str(home.root)},
    )
