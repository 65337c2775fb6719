"""Standing reports: every figure is that of an evaluator that reads row by row, and places add up."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.topics import Condition, Grant, Operator, Sight, read_standing_report
from huiliu.topics.standing import placeholders
from huiliu.topics.standing_counting import begins, counted
from huiliu.topics.standing_sheet import ALL, Change, Line, added_up, averaged, change, sheet, small_closed
from support.scale import examples, variants
from topics.city import CATALOG, DAY
from topics.naive import Naive, measured

ANY = settings(deadline=None, suppress_health_check=list(HealthCheck))
REPORTS = CATALOG.standing_reports
MONTHS = (202312, 202406, 202412, 202503)
REACHES = st.sampled_from([
    (Grant(),), (Grant("449902"),), (Grant("", frozenset({"110"})),),
    (Grant("", frozenset({"110"})), Grant("", frozenset({"170", "210"}))), (Grant("449921", frozenset({"170"})),),
])  # fmt: skip


def run_on(library):
    return library.run


def spoken(report, month):
    """The conditions of a report in a month, as somebody would type them."""
    last = {202312: "20231231", 202406: "20240630", 202412: "20241231", 202503: "20250331"}[month]
    words = {"本月": str(month), "月末": last}
    members = [replace(c, values=tuple(words.get(v, v) for v in c.values)) for g in report.query.conditions for c in g]
    if report.period:
        members.append(Condition(report.period, Operator.EQUAL, (str(month),)))
    return replace(report.query, conditions=(tuple(members),) if members else ())


def by_hand(marked, report, month, reach):
    """Every group and every total, each worked out anew from its rows: nothing is added up."""
    day = {202312: date(2023, 12, 31), 202406: date(2024, 6, 30), 202412: date(2024, 12, 31), 202503: DAY}[month]
    naive = Naive(marked.rows, report.topic, Sight(reach), day)
    groups = defaultdict(list)
    places, kinds = len(report.places), len(report.kinds)
    for row, items in naive.kept(spoken(report, month)):
        values = [items[name] for name in (*report.places, *report.kinds)]
        for kept in range(places + 1):
            for depth in range(kinds + 1):
                key = [*values[:kept], *[ALL] * (places - kept), *values[places : places + depth]]
                groups[(*key, *[ALL] * (kinds - depth))].append((row, items))
    return {
        key: Line(
            tuple(measured(m, [items.get(m.item) for _, items in rows], len(rows)) for m in report.measures),
            len({row[report.topic.subject] for row, _ in rows} - {None}),
        )
        for key, rows in groups.items()
    }


@settings(ANY, max_examples=examples(60))
@given(st.sampled_from(sorted(REPORTS)), st.sampled_from(MONTHS), REACHES)
def test_every_figure_is_that_of_the_naive_evaluator(library, marked, name, month, reach):
    report = REPORTS[name]
    rows = counted(report, month, reach, run_on(library))
    assert added_up(len(report.places), rows) == by_hand(marked, report, month, reach)


@pytest.mark.parametrize("name", variants(sorted(REPORTS), fast=3))
def test_every_report_counts_somebody_in_the_city(library, name):
    """Or the comparison above would compare nothing with nothing."""
    report = REPORTS[name]
    months = [year * 100 + month for year in (2024, 2023, 2025) for month in range(1, 13)]
    assert any(counted(report, month, (Grant(),), run_on(library)) for month in months)


@pytest.mark.slow
@settings(ANY, max_examples=examples(60))
@given(st.sampled_from(sorted(REPORTS)), st.sampled_from(MONTHS), st.sampled_from(["449902", "449921"]))
def test_a_county_of_the_whole_is_the_county_counted_alone(library, name, month, division):
    """So what a viewer of one county is shown of the city's rows is what the city would count for that grant."""
    report = REPORTS[name]
    for schemes in (frozenset(), frozenset({"110", "210"})):
        whole = counted(report, month, (Grant("", schemes),), run_on(library))
        alone = counted(report, month, (Grant(division, schemes),), run_on(library))
        assert sorted(repr(pair) for pair in whole if pair[0][0] == division) == sorted(map(repr, alone))


def test_a_month_is_measured_from_the_first_that_the_library_holds(library, marked):
    months = [row["paid_month"] for row in marked.rows["benefit_payment"] if row["paid_month"]]
    assert begins(REPORTS["pensions_paid"], run_on(library), DAY) == min(months)
    assert begins(REPORTS["participants"], run_on(library), DAY) == 202503


def test_places_that_do_not_add_up_are_refused(library):
    report = REPORTS["participants"]
    run = run_on(library)

    def doubled(sql, parameters):
        rows = run(sql, parameters)
        return [*rows, *[row for row in rows if not row[-1]][:1]]

    with pytest.raises(HuiliuError) as refused:
        counted(report, 202412, (Grant(),), doubled)
    assert refused.value.code == "STAND-004"


class TestMonths:
    def test_words_of_a_month(self):
        assert placeholders(202402) == {
            "本月": "202402", "上月": "202401", "月初": "20240201", "月末": "20240229", "本年": "2024",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("now", "then", "difference", "rate"),
        [
            (110, 100, 10, "0.1000"),
            (Decimal("99.99"), Decimal("100.00"), Decimal("-0.01"), "-0.0001"),
            (1, 3, -2, "-0.6667"),
            (5, 0, 5, None),
            (5, None, None, None),
            (None, 5, None, None),
            (Decimal("-50.00"), Decimal("-100.00"), Decimal("50.00"), "0.5000"),
        ],
    )
    def test_changes(self, now, then, difference, rate):
        assert change(now, then) == Change(difference, Decimal(rate) if rate else None)

    def test_averages_are_rounded_half_up_and_of_nobody_there_is_none(self):
        report = REPORTS["pensions_paid"]
        assert list(averaged(report, (8, 8, Decimal("1000.04"), None))) == [Decimal("125.01")]  # 125.005
        assert list(averaged(report, (0, 0, None, None))) == [None]
        assert list(averaged(report, (0, 0, Decimal("1.00"), None))) == [None]


class TestSmallCells:
    """A report by one kind: 5 and 2 persons in one town, 4 and 6 in another county."""

    ROWS = (
        (("449902", "甲", "110"), Line((5,), 5)),
        (("449902", "甲", "170"), Line((2,), 2)),
        (("449902", "甲", ALL), Line((7,), 7)),
        (("449921", "丙", "110"), Line((4,), 4)),
        (("449921", "丙", "170"), Line((6,), 6)),
        (("449921", "丙", ALL), Line((10,), 10)),
    )

    def test_no_sum_gives_a_small_cell_away(self):
        report = REPORTS["arrears"]
        closed = sheet(report, self.ROWS, may_list=False).closed
        assert ("449902", "甲", "170") in closed
        # 7 − 5 would tell the 2: so the other, or the total, is hidden; and so in every line it stands in.
        assert ("449902", "甲", "110") in closed or ("449902", "甲", ALL) in closed
        assert ("449902", ALL, "170") in closed  # the county's one town is the same persons

    def test_who_may_list_sees_all(self):
        assert sheet(REPORTS["arrears"], self.ROWS, may_list=True).closed == frozenset()

    def test_units_are_no_persons(self):
        rows = ((("449902", "110"), Line((1,) * 8, 1)),)
        assert sheet(REPORTS["unit_contributions"], rows, may_list=False).closed == frozenset()

    def test_many_towns_are_quick(self):
        import time

        rows = [((f"4499{n % 7:02}", f"镇{n}", kind), Line((n % 9,), n % 9)) for n in range(120) for kind in "123"] + [
            ((f"4499{n % 7:02}", f"镇{n}", ALL), Line((3 * (n % 9),), 3 * (n % 9))) for n in range(120)
        ]
        began = time.perf_counter()
        small_closed(added_up(2, rows), 3)
        assert time.perf_counter() - began < 5


class TestDefinitions:
    GOOD = """
label: 试
description: 试
topic: benefit_payment
period: paid_month
places: [person_division, town_name]
kinds: [insurance_type]
measures: [{aggregate: sum, item: amount}]
"""

    def read(self, tmp_path, text):
        path = tmp_path / "trial.yaml"
        path.write_text(text, encoding="utf-8")
        return read_standing_report(path, CATALOG.topics)

    def test_one_file_is_a_report(self, tmp_path):
        assert self.read(tmp_path, self.GOOD).label == "试"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("topic: benefit_payment", "topic: nothing"),
            ("label: 试", "lable: 试"),
            ("[person_division, town_name]", "[town_name, person_division]"),  # the reach is by the division
            ("[person_division, town_name]", "[insurance_type]"),
            ("[person_division, town_name]", "[person_division, unit_name]"),  # somebody may be at two
            ("kinds: [insurance_type]", "kinds: [person_no]"),  # only with lists
            ("kinds: [insurance_type]", "kinds: [name]"),
            ("kinds: [insurance_type]", "kinds: [insurance_type, pay_state, pay_method]"),
            ("aggregate: sum, item: amount", "aggregate: average, item: amount"),  # does not add up
            ("aggregate: sum, item: amount", "aggregate: distinct, item: order_no"),
            ("aggregate: sum, item: amount", "aggregate: sum, item: nothing"),
            ("period: paid_month", "period: registered_on"),
            ("period: paid_month", "conditions: [{item: paid_month, operator: equal, values: [下月]}]"),
            ("period: paid_month", "conditions: [{item: paid_month, operator: equal, months: -1}]"),
            ("period: paid_month", "averages: [{label: 均, of: sum_amount, by: count}]"),
            ("period: paid_month", "averages: [{label: 均, of: sum_amount}]"),
        ],
    )
    def test_what_does_not_hold_together_is_refused_with_the_file(self, tmp_path, old, new):
        assert old in self.GOOD
        with pytest.raises(HuiliuError) as refused:
            self.read(tmp_path, self.GOOD.replace(old, new))
        assert refused.value.code == "STAND-001"
        assert "trial.yaml" in refused.value.message

    def test_another_definition_has_another_digest(self, tmp_path):
        one = self.read(tmp_path, self.GOOD)
        other = self.read(tmp_path, self.GOOD.replace("period: paid_month", "period: benefit_month"))
        assert one.definition != other.definition
        assert one.definition == self.read(tmp_path, self.GOOD.replace("label: 试", "label: 另名")).definition
