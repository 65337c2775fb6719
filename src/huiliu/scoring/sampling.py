"""Drawing rows by lot so that nobody chooses: the same seed and rows give the same sample, whoever draws again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from huiliu.kernel.digests import sm3

METHOD = "每行的签号 = SM3（种子 + “:” + 指标编号），按签号从小到大取前几行"
SEED = "种子 = SM3（审计摘要 + “|” + 项目代码 + “|” + 年度 + “|” + 抽取日期）"


@dataclass(frozen=True)
class Lot:
    """A row's code with its lot."""

    row: str
    lot: str


def seed_of(link: str, project: str, year: int, day: date) -> str:
    """The seed of a draw: `link` is the digest that the audit chain ended with before the day."""
    return sm3(f"{link}|{project}|{year}|{day.isoformat()}".encode())


def lots(seed: str, rows: Iterable[str]) -> list[Lot]:
    """Every row with its lot, in the order of being drawn."""
    found = [Lot(row, sm3(f"{seed}:{row}".encode())) for row in set(rows)]
    return sorted(found, key=lambda one: (one.lot, one.row))


def drawn(seed: str, rows: Iterable[str], size: int) -> list[Lot]:
    """The first `size` of them; all where there are fewer."""
    return lots(seed, rows)[:size]
