"""The year 2024 of the project: 20.00 of authority in January, 15.76 of quota in October, all of it paid in the end."""

from datetime import date

import pytest

from huiliu.budget.events import Event


def day(month: int, number: int) -> date:
    return date(2024, month, number)


@pytest.fixture
def events() -> list[Event]:
    return [
        Event("1", "initial", day(1, 20), 20_000_000, number="河财预〔2024〕1号"),
        Event("2", "plan", day(1, 25), 10_000_000, month=202403),
        Event("3", "plan", day(1, 25), 10_000_000, month=202409),
        Event("4", "commitment", day(2, 1), 6_000_000, due=day(6, 30), payee="甲公司", purpose="network"),
        Event("5", "commitment", day(2, 1), 2_000_000, due=day(11, 30), payee="丙公司", purpose="library"),
        Event("6", "request", day(6, 1), 6_000_000, refers="4", payee="甲公司", item="30213"),
        Event("7", "review", day(6, 2), 6_000_000, refers="6", agreed=True),
        Event("8", "request", day(10, 9), 9_760_000, payee="乙公司", item="30299", due=day(12, 10), purpose="meetings"),
        Event("9", "review", day(10, 10), 9_760_000, refers="8", agreed=True),
        Event("10", "quota", day(10, 8), 15_760_000, number="通知1"),
        Event("11", "payment", day(10, 18), 6_000_000, refers="6", number="Z001"),
        Event("12", "payment", day(11, 12), 5_060_000, refers="8", number="Z002"),
        Event("13", "refund", day(11, 20), 60_000, refers="12"),
        Event("14", "payment", day(12, 20), 4_760_000, refers="8", number="Z003"),
    ]
