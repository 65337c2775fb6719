"""What other tables say of a person: as an evaluator says that reads the raw rows, within reach, of open columns."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.catalog import Catalog
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.listed_numbers import By, read_listed
from huiliu.kernel.masking import is_open
from huiliu.topics import Grant, Sight
from huiliu.topics.lists import AT, PERSON, compile_list
from huiliu.topics.reading import read_topic
from support.scale import examples
from topics.asking import SHAPES
from topics.city import CATALOG, DAY, LEAK, build
from topics.naive import Naive

TOPIC = CATALOG.topics["person"]
WHOLE = Sight((Grant(),), lists=True)
EVERY = tuple(summary.name for summary in TOPIC.summaries)


def answered(engine, numbers, items=EVERY, sight=WHOLE):
    listed = [read_listed(number, By.PERSON_NO, is_text=True) for number in numbers]
    query = compile_list(listed, items, TOPIC, sight, DAY)
    rows = engine.records(query.sql, query.parameters)
    return {row[PERSON]: {name: row[name] for name in items} for row in rows if row[AT] is not None}


def expected(marked, person, summary, sight):
    """One summary from the raw rows."""
    naive = Naive(marked.rows, TOPIC, sight, DAY)
    table = summary.table
    rows = [
        row
        for row in marked.rows[table.name]
        if row["person_no"] == person and any(naive.reached(row, table, grant) for grant in sight.reach)
    ]
    any_rows = bool(rows)
    rows = [row for row in rows if all(row[name] in values for name, values in summary.where.items())]
    value = lambda row: row[summary.of.name] or None if isinstance(row[summary.of.name], str) else row[summary.of.name]  # noqa: E731
    if summary.by is not None:
        rows = [row for row in rows if row[summary.by.name] not in (None, "")]
    if summary.form == "periods":
        return len({value(row) for row in rows} - {None}) if any_rows else None
    if not rows:
        return None
    if summary.form == "latest":
        return value(max(rows, key=lambda row: (row[summary.by.name], *(row[key] for key in table.grain))))
    if summary.form == "latest_total":
        last = max(row[summary.by.name] for row in rows)
        rows = [row for row in rows if row[summary.by.name] == last]
    values = [value(row) for row in rows if value(row) is not None]
    if summary.less is not None:
        values = [row[summary.of.name] - (row[summary.less.name] or 0) for row in rows if value(row) is not None]
    if not values:
        return None
    return {"greatest": max, "least": min}.get(summary.form, sum)(values)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=examples(40))
@given(st.sampled_from(TOPIC.summaries), SHAPES)
def test_each_is_what_the_raw_rows_say_within_reach(marked, library, summary, reach):
    sight = Sight(reach, lists=True)
    people = [row["person_no"] for row in marked.rows["person"]]
    found = answered(library, people, (summary.name,), sight)
    assert set(found) <= set(people)
    for person, values in found.items():
        assert values[summary.name] == expected(marked, person, summary, sight), summary.name


def test_all_of_them_together_say_the_same(marked, library):
    people = [row["person_no"] for row in marked.rows["person"]]
    found = answered(library, people)
    assert len(found) == len(people)
    for person, values in found.items():
        assert values == {s.name: expected(marked, person, s, WHOLE) for s in TOPIC.summaries}
    assert not LEAK.search(str(list(found.values())))


def test_rows_of_a_scheme_out_of_reach_are_not_summed_up():
    """A person with contributions of two schemes, seen by somebody for the one."""
    city = build()
    pattern = city.rows["contribution"][0]
    month = {"due_month": 202501, "in_full": "0", "unit_due": Decimal(5), "person_no": "P000"}
    city.rows["contribution"] = [
        {**pattern, **month, "settlement_no": "1", "insurance_type": "110"},
        {**pattern, **month, "settlement_no": "2", "insurance_type": "210", "unit_due": Decimal(7)},
    ]
    city.rows["enrolment"] = [
        {**city.rows["enrolment"][0], "person_no": "P000", "insurance_type": scheme} for scheme in ("110", "210")
    ]
    engine = city.engine()
    whole, narrow = (
        answered(engine, ["P000"], ("arrears_unit",), Sight((grant,), lists=True))["P000"]["arrears_unit"]
        for grant in (Grant(), Grant(schemes=frozenset({"210"})))
    )
    engine.close()
    assert (whole, narrow) == (Decimal(12), Decimal(7))


def test_none_is_made_of_a_protected_column():
    assert len(TOPIC.summaries) >= 12
    for summary in TOPIC.summaries:
        assert is_open(summary.level)
        assert all(is_open(summary.table.by_name[name].level) for name in summary.where)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{label: 甲, table: benefit_payment, form: latest, of: bank_account, by: benefit_month}", "受保护"),
        ("{label: 甲, table: benefit_payment, form: latest, of: amount}", "不符"),
        ("{label: 甲, table: benefit_payment, form: total, of: benefit_month}", "不符"),
        ("{label: 甲, table: unit, form: greatest, of: enrolled_month}", "不是人员"),
        ("{label: 甲, table: benefit_payment, form: count}", "form"),
        ("{label: 姓名, table: benefit_payment, form: total, of: amount}", "重复"),
        ("{label: 甲, table: benefit_payment, form: total, of: amount, where: {amount: ['1']}}", "文本列"),
        ("{label: 甲, table: benefit_payment, form: total, of: amount, sql: x}", "form"),
    ],
)
def test_what_does_not_hold_together_is_refused_at_start(tmp_path, entry, words):
    path = tmp_path / "person.yaml"
    head = "label: 人员\ndescription: 人员。\nbase: person\nitems: {person: [name]}\nshown: [name]\n"
    path.write_text(f"{head}summaries:\n  extra: {entry}\n", "utf-8")
    with pytest.raises(HuiliuError, match=words) as caught:
        read_topic(path, Catalog.load().tables)
    assert caught.value.code == "TOPIC-001"


def test_a_word_for_two_items_is_refused(tmp_path):
    path = tmp_path / "person.yaml"
    head = "label: 人员\ndescription: 人员。\nbase: person\nitems: {person: [name, sex]}\nshown: [name]\n"
    path.write_text(f"{head}synonyms: {{name: [名], sex: [名]}}\n", "utf-8")
    with pytest.raises(HuiliuError, match="同义词 名 重复"):
        read_topic(path, CATALOG.tables)
