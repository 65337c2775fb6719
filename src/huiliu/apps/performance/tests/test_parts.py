"""Sub-units of one row: what they give together, and what is refused."""

from decimal import Decimal

import pytest

from huiliu.apps.performance.services.parts import Part, combined
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Record, recomputed
from huiliu.scoring.measured import Measured
from huiliu.scoring.targets import TargetRow

D = Decimal
PROOF = Record("file:sm3:1", "汇总表.pdf", None, "", "sm3:1")
RATE = TargetRow("01", "产出", "质量指标", "完好率", kind="≥", value=D(95), unit="%")
ASKED = TargetRow("02", "满意度", "服务对象满意度", "满意度", kind="≥", value=D(90), unit="%", rule="satisfaction")
COUNT = TargetRow("03", "产出", "数量指标", "巡检次数", kind="≥", value=D(12), unit="次")


def again(found: Measured) -> Decimal:
    from huiliu.kernel.figures import Figure

    whole = Figure("value", "", found.value, "", 2, "", tuple(one.id for one in found.inputs), "", "", found.state,
                   found.expression)  # fmt: skip
    return recomputed(whole, {one.id: one for one in found.inputs})


@pytest.mark.parametrize(
    ("row", "parts", "value"),
    [
        # 100 % of 1,000 and 70 % of 3,000 yuan: 77.5, not the 85 of a plain mean.
        (RATE, [Part("甲县", D(100), D(1000)), Part("乙县", D(70), D(3000))], D("77.5")),
        # 9 of 10 and 20 of 40 answers: 58 %, not the 70 of a plain mean.
        (ASKED, [Part("甲县", D(9), D(10)), Part("乙县", D(20), D(40))], D(58)),
        (COUNT, [Part("甲县", D(5)), Part("乙县", D("6.5"))], D("11.5")),
    ],
)
def test_values_first(row, parts, value):
    found = combined(row, parts, PROOF)
    assert (found.value, found.state, found.unit) == (value, "manual", row.unit)
    assert again(found) == value
    assert all(one.records[0].digest == "sm3:1" for one in found.inputs)


@pytest.mark.parametrize(
    ("row", "parts", "said"),
    [
        (COUNT, [Part("甲县", D(5))], "2 至 12 个"),
        (COUNT, [Part(f"{number}县", D(1)) for number in range(13)], "2 至 12 个"),
        (RATE, [Part("甲县", D(5)), Part("乙县", D(5))], "内容不一致"),
        (RATE, [Part("甲县", D(5), D(0)), Part("乙县", D(5), D(0))], "资金合计为零"),
        (ASKED, [Part("甲县", D(11), D(10)), Part("乙县", D(1), D(2))], "少于满意人数"),
        (TargetRow("04", "产出", "质量指标", "机制", kind="qualitative"), [Part("甲", D(5)), Part("乙", D(5))], "定性"),
    ],
)
def test_what_gives_no_value_is_refused(row, parts, said):
    with pytest.raises(HuiliuError, match=said) as refused:
        combined(row, parts, PROOF)
    assert refused.value.code == "MEASURE-004"


def test_twelve_ratios_still_fit_what_is_kept_of_a_formula():
    found = combined(RATE, [Part(f"{number}县", D(90), D(1)) for number in range(12)], PROOF)
    assert len(found.expression) <= 300
