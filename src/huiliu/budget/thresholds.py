"""The numbers at which monitoring warns, as the catalog hands them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from huiliu.budget.errors import unadvised
from huiliu.kernel.figures import Record
from huiliu.kernel.parameters import Parameter

ARRIVAL_GRACE, ARRIVAL_MONTH, ARRIVAL_SHARE = "arrival_grace_days", "arrival_last_month", "arrival_share"
SPENDING_GRACE, SPENDING_LAG = "spending_grace_days", "spending_lag"
UNFUNDED_MONTH, RESULT_SHARE, POSSIBLE_FROM = "unfunded_month", "result_share", "possible_from"
EXECUTION_SHARE, AGAIN_DAYS = "execution_share", "again_days"
NAMES = (
    ARRIVAL_GRACE,
    ARRIVAL_MONTH,
    ARRIVAL_SHARE,
    SPENDING_GRACE,
    SPENDING_LAG,
    UNFUNDED_MONTH,
    RESULT_SHARE,
    POSSIBLE_FROM,
    EXECUTION_SHARE,
    AGAIN_DAYS,
)
_MONTHS = (ARRIVAL_MONTH, UNFUNDED_MONTH)


@dataclass(frozen=True)
class Thresholds:
    """All numbers of NAMES in force on one day: whole, of the unit the file says (天, 月, %, 个百分点)."""

    values: Mapping[str, Parameter]

    @classmethod
    def of(cls, values: Mapping[str, Parameter]) -> "Thresholds":
        """Take the parameters in force; MON-001 where one is missing or no whole number from 0 (a month: 1 to 12)."""
        wrong = [name for name in NAMES if name not in values or not _is_meant(name, values[name].value)]
        if wrong:
            message = f"监控预警的数字 {'、'.join(wrong)} 缺少或不是整数"
            hint = "请在 catalog/monitoring/thresholds.yaml 中补全：天数、百分数为零以上的整数，月份为 1 至 12。"
            raise unadvised(1, message, hint, names=wrong)
        return cls({name: values[name] for name in NAMES})

    def __getitem__(self, name: str) -> int:
        """A number by name."""
        value = self.values[name].value
        return value if type(value) is int else int(str(value))

    def record(self, name: str) -> Record:
        """The dated line behind a number, with 待核 where it is not verified."""
        line = self.values[name]
        mark = "" if line.verified else "（待核）"
        return Record(f"threshold:{name}:{line.in_force}", f"{line.label}：{line.source}{mark}", Decimal(self[name]))


def _is_meant(name: str, value: object) -> bool:
    return type(value) is int and (1 <= value <= 12 if name in _MONTHS else value >= 0)
