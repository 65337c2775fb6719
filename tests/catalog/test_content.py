"""The built-in catalogue: every code has its list, every label is Chinese, every personal column is guarded."""

import re
from collections import Counter
from decimal import Decimal

import duckdb
import pytest

from huiliu.catalog import Catalog
from huiliu.kernel.masking import Level
from huiliu.lake.tables import SQL_TYPES, Column, References, RowCheck, Table
from huiliu.rules.cases import check_case

CATALOG = Catalog.load()
COLUMNS = [
    pytest.param(table, column, id=f"{table.name}.{column.name}")
    for table in CATALOG.tables.values()
    for column in table.columns
]
CASES = [
    pytest.param(rule, case, id=f"{code}-{case.name}") for code, rule in CATALOG.rules.items() for case in rule.cases
]

CHINESE = re.compile(r"[\u4e00-\u9fff（）()、]+")
PERSONAL_NAME = re.compile(r"name|phone|mobile|address|account$|id_number|social_no|born|died|payee|legal_person")
PERSONAL_LABEL = re.compile(r"姓名|电话|地址|账号|证件号|社会保障号|出生|死亡日期|户籍|领取人|法定代表人|邮箱")
# A unit, a town, a subject of accounts or a list of codes is not a person.
NOT_PERSONAL = {
    ("unit", "unit_name"),
    ("person", "town_name"),
    ("ledger_subject", "subject_name"),
    ("code_value", "list_name"),
}
SENSITIVE_KINDS = {"name", "id_number", "phone", "bank_account", "address"}


def is_personal(column: Column) -> bool:
    """Whether by name, label or kind the column suggests a person."""
    by_word = PERSONAL_NAME.search(column.name) or PERSONAL_LABEL.search(column.label)
    return column.kind in SENSITIVE_KINDS or bool(by_word)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_columns_are_described_and_guarded(table: Table, column: Column):
    assert CHINESE.fullmatch(column.label)
    assert re.fullmatch(r"[A-Z]{3}[0-9]{3}", column.code)
    assert column.kind in SQL_TYPES
    assert column.level in list(Level)
    assert (column.kind == "code") == (column.codes is not None)
    if is_personal(column) and (table.name, column.name) not in NOT_PERSONAL:
        assert column.level in {"L3", "L4"}
    if column.kind == "bank_account":
        assert column.level == "L4"


def test_the_guard_notices_what_it_is_for():
    assert is_personal(Column("contact_phone", code="AAE005", kind="text", label="电话"))
    assert is_personal(Column("x", code="AAE005", kind="text", label="开户银行账号"))
    assert is_personal(Column("x", code="AAE005", kind="id_number", label="号"))
    assert not is_personal(Column("amount", code="AAE019", kind="money", label="待遇金额"))


@pytest.mark.parametrize("table", list(CATALOG.tables.values()), ids=lambda table: table.name)
def test_checks_of_rows_are_conditions_that_the_engine_understands(table: Table):
    columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in table.columns)
    with duckdb.connect() as engine:
        engine.execute(f"CREATE TABLE here ({columns})")
        for check in table.checks:
            if isinstance(check, RowCheck):
                assert CHINESE.fullmatch(check.label)
                assert engine.execute(
                    f"SELECT typeof({check.bad}) FROM (SELECT 1) LEFT JOIN here ON true"
                ).fetchone() == ("BOOLEAN",)
            if isinstance(check, References):
                assert check.target in CATALOG.tables[check.table].by_name


@pytest.mark.parametrize("table", list(CATALOG.tables.values()), ids=lambda table: table.name)
def test_tables_are_described(table: Table):
    assert CHINESE.fullmatch(table.label)
    assert table.standard
    about = {"person_no", "unit_no"} & set(table.by_name)
    assert table.subject in (about or {None})
    assert table.by_name["changed_at"].code == "ZZZ003"


# GB/T 40217-2021 has twenty tables; which of ours holds each was written down from the standard's list.
STANDARD = {
    "unit": (1,),
    "person": (2,),
    "death_record": (3,),
    "enrolment": (4,),
    "benefit_award": (5,),
    "individual_account": (6,),
    "transfer": (7,),
    "unit_contribution": (8, 9),
    "contribution": (10, 11, 12),
    "benefit_payment": (13,),
    "unit_change": (14,),
    "person_change": (15,),
    "code_value": (16, 17),
    "ledger_subject": (18,),
    "ledger_balance": (19,),
    "voucher": (20,),
}
OURS = {
    "bank_return",
    "certification",
    "unemployment_award",
    "unemployment_payment",
    "work_injury_event",
    "work_injury_benefit",
}


def test_every_table_of_the_standard_lies_in_exactly_one_of_ours():
    cited = {
        name: tuple(map(int, re.findall(r"表([0-9]+)", table.standard)))
        for name, table in CATALOG.tables.items()
        if table.standard.startswith("GB/T 40217-2021")
    }
    assert cited == STANDARD
    assert sorted(number for numbers in cited.values() for number in numbers) == list(range(1, 21))
    assert set(CATALOG.tables) - set(cited) == OURS


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("AAC001", "人员编码"), ("AAB001", "单位编码"), ("AAE140", "险种"), ("AAE003", "应缴年月"),
        ("EAC064", "待遇年月"), ("AAE019", "待遇金额"), ("ZZB005", "年末账户金额"), ("AAE124", "变更后"),
        ("EIC009", "退休时核定养老金"), ("AIC102", "转移总额"), ("AAB119", "应征人数"),
        ("AAC099", "下次认证日期"), ("AAD092", "期末余额"),
    ],
)  # fmt: skip
def test_codes_mean_what_the_standard_says(code: str, label: str):
    labels = {column.label for table in CATALOG.tables.values() for column in table.columns if column.code == code}
    assert labels == {label}


def test_a_code_without_a_standard_is_marked_as_ours():
    """ZHL… is no prefix of LD/T 92: such a column was named here, and only in tables that no standard describes."""
    ours = {table.name for table in CATALOG.tables.values() if any(c.code.startswith("ZHL") for c in table.columns)}
    assert ours == OURS - {"certification", "unemployment_payment"} | {"voucher"}


def test_labels_and_codes_are_not_shared_between_meanings():
    """A label stands for one standard code in the whole library, so that a page and a file never disagree."""
    meanings = {(column.label, column.code) for table in CATALOG.tables.values() for column in table.columns}
    assert [label for label, count in Counter(label for label, _ in meanings).items() if count > 1] == []


@pytest.mark.parametrize("name", list(CATALOG.codes))
def test_code_lists_serve_a_column_and_speak_chinese(name: str):
    codes = CATALOG.codes[name]
    users = [column for table in CATALOG.tables.values() for column in table.columns if column.codes == name]
    assert users
    assert {column.code for column in users} == {codes.code}
    assert codes.source
    assert all(re.search(r"[\u4e00-\u9fff]", label) for label in codes.values.values())


def test_confirmed_codes_as_the_domain_states_them():
    assert CATALOG.codes["pay_state"].values == {"0": "待支付", "1": "已支付", "2": "支付失败", "3": "已核销"}
    assert CATALOG.codes["insurance_type"].values["170"] == "城乡居民养老保险"
    assert CATALOG.codes["due_type"].values["10"] == "正常应缴"
    assert CATALOG.codes["due_type"].values["20"] == "退收（待核）"
    assert "20" in CATALOG.codes["due_type"].unverified
    assert CATALOG.codes["sex"].meaning("7") == "7（未登记）"


def test_demo_divisions_belong_to_no_place():
    divisions = CATALOG.codes["division"].values
    assert set(divisions) == {"449900", "449902", *(f"44992{n}" for n in range(1, 7))}
    assert all("合成" in label for label in divisions.values())


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_the_cases_of_every_rule_hold(rule, case):
    assert check_case(rule, case) == []


@pytest.mark.parametrize("rule", list(CATALOG.rules.values()), ids=lambda rule: rule.code)
def test_every_rule_proves_both_answers(rule):
    """A rule needs cases that find and cases that find nothing; all its case codes are in their lists."""
    assert any(case.found for case in rule.cases)
    assert any(not case.found for case in rule.cases)
    tables = {table.name: table for table in rule.reads}
    for case in rule.cases:
        for name, rows in case.given.items():
            for column, value in ((c, v) for row in rows for c, v in row.items()):
                codes = tables[name].by_name[column].codes
                assert codes is None or value in CATALOG.codes[codes]


def test_the_first_rule():
    rule = CATALOG.rules["FS-PEN-001"]
    assert (rule.label, rule.severity) == ("死亡后继续领取养老待遇", "H")
    assert rule.basis == "《社会保险经办条例》第二十五条、第四十六条"
    assert rule.subject_column == "person_no"
    (grace,) = rule.parameters.history["grace_months"]
    assert (grace.value, grace.unit, grace.in_force.isoformat()) == (0, "月", "2023-12-01")
    assert "Known false alarms" in rule.note
    assert len(rule.cases) >= 8
    assert sum((entry["amount"] for case in rule.cases for entry in case.found), Decimal(0)) > 0
