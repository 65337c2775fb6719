"""`demo create`: the synthetic city and its batches."""

import shutil
from pathlib import Path

from huiliu.cli.console import Bars, bars, out
from huiliu.config.environment import Home

BUILDING = "demo.building"


def create(*, persons: int, seed: int, folder: Path | None) -> None:
    """Write the city's batches, into the data folder's inbox unless a folder is named."""
    if folder is None:
        from huiliu.config.boot import boot

        home = boot("cli", create=True).home
        home.mark_demo()
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
    """Build the city beside the inbox and move each finished batch into it; one cut off is built again."""
    from huiliu.demo.city import create_city

    if (home.root / "labels.json").exists():
        return
    building = home.root / BUILDING
    shutil.rmtree(building, ignore_errors=True)
    create_city(persons, seed, building, progress.count)
    for batch in sorted((building / "inbox").iterdir()):
        if not (home.inbox / batch.name).exists():
            batch.rename(home.inbox / batch.name)
    (building / "labels.json").rename(home.root / "labels.json")
    shutil.rmtree(building)
