"""A new table, code list and rule are added by files alone; what does not hold together is refused by name."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from huiliu.catalog import Catalog
from huiliu.kernel.errors import HuiliuError
from huiliu.rules import screen
from huiliu.rules.cases import MemorySnapshot, check_case

pytestmark = pytest.mark.slow

TABLE = '''"""Custody periods."""

from huiliu.lake.tables import Column, table

custody = table(
    name="custody",
    label="服刑人员",
    grain=("person_no", "starts_month"),
    subject="person_no",
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("starts_month", code="XXA001", kind="month", label="服刑开始年月", level="L4"),
        Column("reason", code="XXA002", kind="code", label="情形", level="L4", codes="custody_reason"),
    ),
)
'''
CODES = 'label: 服刑情形\ncode: XXA002\nsource: 测试\nvalues:\n  "1": 被判刑收监\n'
RULE = '''"""Pensions paid in custody."""

from huiliu.catalog.tables.benefit.benefit_payment import benefit_payment
from huiliu.rules import rule

from ...tables.outside.custody import custody


@rule(code="FS-PEN-905", label="服刑期间领取", severity="H", basis="测试", reads=(benefit_payment, custody))
def paid_in_custody() -> str:
    """One finding per person and month paid since custody began."""
    return """
        SELECT p.person_no AS subject, p.benefit_month AS occurred_on, sum(p.amount) AS amount
        FROM benefit_payment AS p
        JOIN custody AS c ON c.person_no = p.person_no
        WHERE p.benefit_month >= months_add(c.starts_month, $wait_months)
        GROUP BY ALL
    """
'''
RULE_YAML = """
params:
  wait_months:
    unit: 月
    values:
      2024-01-01: {value: 1, source: 测试}
      2025-01-01: {value: 0, source: 测试}
cases:
  - name: 当月即计
    day: 2025-03-31
    given:
      custody: [{person_no: P1, starts_month: 202501, reason: "1"}]
      benefit_payment: [{person_no: P1, payment_no: A1, benefit_month: 202501, amount: 10.00}]
    found: [{subject: P1, occurred_on: 202501, amount: 10.00, evidence: {benefit_payment: 1, custody: 1}}]
"""


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


FILES = {
    "tables/outside/custody.py": TABLE,
    "codes/custody_reason.yaml": CODES,
    "rules/outside/paid_in_custody.py": RULE,
    "rules/outside/paid_in_custody.yaml": RULE_YAML,
}


def test_tables_come_in_the_order_in_which_people_read_them(tmp_path):
    labels = [table.label for table in Catalog.load(write(tmp_path, FILES)).tables.values()]
    assert labels == [
        "个人", "参保关系", "人员变更", "关系转移", "死亡人员", "单位", "单位变更", "人员缴费明细", "单位缴费",
        "待遇核定", "待遇支付明细", "银行退票", "资格认证", "个人账户", "失业待遇核定", "失业待遇支付明细",
        "工伤事件", "工伤待遇支付明细", "记账凭证", "会计科目", "科目余额", "参数与代码", "服刑人员",
    ]  # fmt: skip


def test_files_alone_add_a_table_and_a_rule(tmp_path):
    catalog = Catalog.load(write(tmp_path, FILES))
    built_in = Catalog.load()
    assert set(catalog.tables) - set(built_in.tables) == {"custody"}
    assert set(catalog.rules) - set(built_in.rules) == {"FS-PEN-905"}
    rule = catalog.rules["FS-PEN-905"]
    assert [check_case(rule, case) for case in rule.cases] == [[]]
    given = {
        "custody": ({"person_no": "P1", "starts_month": 202501},),
        "benefit_payment": (
            {"person_no": "P1", "payment_no": "A1", "benefit_month": 202501, "amount": Decimal("10.00")},
            {"person_no": "P1", "payment_no": "A2", "benefit_month": 202502, "amount": Decimal("11.00")},
        ),
    }
    with MemorySnapshot(rule.reads, given) as snapshot:
        new, old = (screen(rule, snapshot, day).findings for day in (date(2025, 3, 31), date(2024, 12, 31)))
    assert [(f.occurred_on, f.amount) for f in new] == [(202501, Decimal(10)), (202502, Decimal(11))]
    assert [(f.occurred_on, f.amount) for f in old] == [(202502, Decimal(11))]


def test_two_folders_do_not_meet_and_a_changed_file_is_read_again(tmp_path):
    one = write(tmp_path / "one", FILES)
    two = write(tmp_path / "two", {"codes/sex.yaml": 'label: 性别\ncode: AAC004\nsource: 本市\nvalues:\n  "1": 男\n'})
    both = Catalog.load(one, two)
    assert both.codes["sex"].values == {"1": "男"}
    assert "custody" in both.tables
    write(one, {"tables/outside/custody.py": TABLE.replace("服刑人员", "在押人员")})
    assert Catalog.load(one).tables["custody"].label == "在押人员"
    assert Catalog.load().codes["sex"].values["1"] == "男性"


@pytest.mark.parametrize(
    ("files", "code", "where"),
    [
        ({"tables/x/other.py": TABLE}, "CATALOG-002", "other.py"),
        ({"tables/x/custody.py": "import nothing_there"}, "CATALOG-003", "custody.py"),
        ({"tables/x/custody.py": TABLE}, "CATALOG-004", "custody.reason"),
        ({"tables/x/person.py": TABLE.replace("custody", "person")}, "CODE-001", "person"),
        (
            {**FILES, "rules/y/paid_in_custody.py": RULE, "rules/y/paid_in_custody.yaml": RULE_YAML},
            "CODE-001",
            "FS-PEN-905",
        ),
        ({**FILES, "rules/outside/paid_in_custody.yaml": "cases: 1\nparam: 2"}, "RULE-001", "FS-PEN-905"),
        ({k: v for k, v in FILES.items() if k != "rules/outside/paid_in_custody.yaml"}, "RULE-001", "FS-PEN-905"),
        ({"codes/x.yaml": "label: 甲\ncode: A\nsource: b\nvalues:\n  1: 一\n"}, "CODE-003", "x.yaml"),
        ({"codes/x.yaml": 'label: 甲\ncode: A\nvalues:\n  "1": 一\n'}, "CODE-003", "x.yaml"),
        ({"codes/x.yaml": 'label: 甲\ncode: A\nsource: b\nvalues:\n  "1": {verified: false}\n'}, "CODE-003", "x.yaml"),
    ],
)
def test_what_does_not_hold_together_is_named(tmp_path, files, code, where):
    with pytest.raises(HuiliuError) as caught:
        Catalog.load(write(tmp_path, files))
    assert caught.value.code == code
    assert where in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("beside", [True, False], ids=["a copy of one in it", "one that is not in it"])
def test_a_rule_may_not_read_a_table_outside_the_catalogue(tmp_path, beside):
    hidden = {**FILES, "tables/outside/_custody.py": TABLE}
    if not beside:
        del hidden["tables/outside/custody.py"]
    hidden["rules/outside/paid_in_custody.py"] = RULE.replace("outside.custody", "outside._custody")
    with pytest.raises(HuiliuError, match="CATALOG-005"):
        Catalog.load(write(tmp_path, hidden))


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(HuiliuError, match="CATALOG-001"):
        Catalog.load(tmp_path / "nowhere")
