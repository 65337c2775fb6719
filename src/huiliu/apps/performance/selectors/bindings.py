"""Every number of an evaluated table: which identities hold it, or why none does."""

from collections.abc import Mapping, Sequence

from huiliu.apps.performance.selectors.evaluations import Shown
from huiliu.scoring.binding import STATES, Number, State, bound, share
from huiliu.web.tables import Cell, Column, Table

_SIGNS: Mapping[State, str] = {"bound": "pass", "limited": "warn", "unbound": "none"}


def numbers_of(found: Shown) -> Sequence[Number]:
    """All numbers of the table as it was delivered."""
    return bound(found.result.table, found.result.profile)


def summary(numbers: Sequence[Number]) -> str:
    """How many numbers there are, and what holds them."""
    counted = [f"{label} {sum(number.state == state for number in numbers)} 个" for state, label in STATES.items()]
    return f"表中 {len(numbers)} 个数：{'，'.join(counted)}（绑定率 {share(numbers):.1f}%）。"


def number_table(numbers: Sequence[Number]) -> Table:
    """The numbers in printed order."""
    columns = (
        Column("where", "位置"),
        Column("printed", "所列"),
        Column("state", "绑定", "verdict"),
        Column("held", "由哪些等式核对，或为何没有"),
        Column("codes", "代码", "code", optional=True),
    )
    rows = [
        {
            "where": number.where,
            "printed": number.printed,
            "state": Cell(STATES[number.state], state=_SIGNS[number.state]),
            "held": "；".join(dict.fromkeys(one.text for one in number.equations)) or number.why,
            "codes": "、".join(number.codes),
        }
        for number in numbers
    ]
    return Table(columns, rows, empty="表中没有数字")
