"""Rows beside the ledger: what is known stays, what is new follows, what does not fit is refused with its row."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.budget.events import Event
from huiliu.budget.import_matching import KNOWN, NEW, REFUSED, Before, propose, to_record
from huiliu.budget.importing import SourceRow, Wanted, read_rows
from huiliu.budget.ledger import ledger_of
from huiliu.catalog.fund_imports import import_mappings

OCT = date(2024, 10, 18)


def row(number, kind, on, amount, no, **more):
    return SourceRow(number, kind, on, amount, no, **more)


def paid(number, on, amount, no, payee="甲公司", item="30213", **more):
    return row(number, "payment", on, amount, no, payee=payee, item=item, **more)


def states(proposals):
    return [proposal.state for proposal in proposals]


@pytest.fixture
def ledger(events):
    return ledger_of(events, 2024, "quota")


@pytest.fixture
def funded():
    events = [
        Event("1", "initial", date(2024, 1, 20), 20_000_000, number="文1"),
        Event("2", "quota", date(2024, 10, 8), 15_760_000, number="通知1"),
    ]
    return ledger_of(events, 2024, "quota")


def test_number_amount_and_day_in_the_ledger_are_known_already(ledger):
    rows = [
        row(2, "initial", date(2024, 1, 20), 20_000_000, "河财预（2024）1号"),  # other brackets, the same document
        row(3, "quota", date(2024, 10, 8), 15_760_000, " 通知1"),
        paid(4, OCT, 6_000_000, "z001"),
    ]
    found = propose(rows, ledger)
    assert states(found) == [KNOWN] * 3
    assert [one.known for one in found] == ["1", "10", "11"]


def test_one_number_with_another_amount_or_day_is_a_question_for_people(ledger):
    found = propose([paid(2, OCT, 6_000_001, "Z001"), paid(3, date(2024, 10, 19), 6_000_000, "Z001")], ledger)
    assert states(found) == [REFUSED] * 2
    assert ["金额不同" in found[0].said, "日期不同" in found[1].said] == [True, True]


def test_a_document_with_two_lines_is_two_events_and_known_next_time(funded):
    rows = [row(2, "add", OCT, 100, "文9"), row(3, "add", OCT, 200, "文9"), row(4, "add", OCT, 200, "文9")]
    found = propose(rows, funded)
    assert states(found) == [NEW, NEW, REFUSED]
    assert "第 3 行" in found[2].said
    after = funded
    for _, event in to_record(found):
        after = after.with_event(event)
    assert states(propose(rows[:2], after)) == [KNOWN] * 2
    assert states(propose(rows[:1], after)) == [KNOWN]


def test_a_payment_agreed_elsewhere_brings_its_request_and_review(funded):
    (found,) = propose([paid(2, OCT, 6_000_000, "Z1", request="S7", purpose="upkeep")], funded)
    assert [(one.kind, one.amount, one.number, one.refers) for one in found.events] == [
        ("request", 6_000_000, "S7", None),
        ("review", 6_000_000, "S7", "2:request"),
        ("payment", 6_000_000, "Z1", "2:request"),
    ]
    assert (found.events[0].payee, found.events[0].purpose) == ("甲公司", "upkeep")


def asked(ledger, name, amount, number, payee="甲公司", agreed=True):
    request = Event(name, "request", date(2024, 10, 9), amount, number=number, payee=payee, item="30213")
    after = ledger.with_event(request)
    if not agreed:
        return after
    return after.with_event(Event(f"{name}r", "review", date(2024, 10, 10), amount, name, agreed=True))


def test_a_payment_of_what_was_asked_here_answers_that(funded):
    ledger = asked(funded, "3", 6_000_000, "S1")
    by_number = propose([paid(2, OCT, 2_000_000, "Z1", request="s1")], ledger)
    by_payee = propose([paid(2, OCT, 6_000_000, "Z1", payee="甲 公司")], ledger)
    for (found,) in (by_number, by_payee):
        assert [(one.kind, one.refers) for one in found.events] == [("payment", "3")]


def test_which_of_several_requests_is_never_guessed(funded):
    ledger = asked(asked(funded, "3", 100, "S1"), "4", 100, "S2")
    (found,) = propose([paid(2, OCT, 100, "Z1")], ledger)
    assert (found.state, "2 笔" in found.said) == (REFUSED, True)
    assert states(propose([paid(2, OCT, 50, "Z1")], ledger)) == [REFUSED]
    assert states(propose([paid(2, OCT, 100, "Z1", request="S2")], ledger)) == [NEW]
    assert states(propose([paid(2, OCT, 100, "Z1", request="S2", payee="乙公司")], ledger)) == [REFUSED]


def test_what_is_not_agreed_or_paid_already_is_not_paid_by_an_import(funded):
    pending = asked(funded, "3", 100, "S1", agreed=False)
    assert propose([paid(2, OCT, 100, "Z1", request="S1")], pending)[0].code == "FUND-112"
    done = asked(funded, "3", 100, "S1").with_event(Event("5", "payment", OCT, 100, "3", "Z1"))
    assert propose([paid(2, OCT, 100, "Z2", request="S1")], done)[0].code == "FUND-111"
    # The same number of what itself came over: another part of it.
    assert states(propose([paid(2, OCT, 100, "Z2", request="S1")], done, Before(frozenset({"3"})))) == [NEW]


def test_parts_of_one_request_elsewhere_come_over_one_by_one(funded):
    rows = [paid(2, OCT, 100, "Z1", request="S1"), paid(3, OCT, 50, "Z2", request="S1")]
    assert states(propose(rows, funded)) == [NEW, NEW]


def test_rows_are_taken_by_day_and_what_breaks_the_books_names_its_row(funded):
    rows = [
        row(2, "refund", date(2024, 12, 1), 500, "T1", original="Z1"),
        paid(3, OCT, 15_760_000, "Z1"),
        paid(4, date(2024, 11, 1), 1, "Z2"),
    ]
    found = propose(rows, funded)
    assert states(found) == [NEW, NEW, REFUSED]
    assert (found[2].code, "超过" in found[2].said) == ("FUND-110", True)
    assert [event.kind for _, event in to_record(found)] == ["request", "review", "payment", "refund"]


def test_a_refund_of_an_earlier_year_says_what_to_do(funded):
    back = row(2, "refund", OCT, 600, "T1", original="z9")
    (found,) = propose([back], funded, Before(paid={"Z9": 2023}))
    assert (found.state, found.said) == (REFUSED, "原支付在 2023 年度，不能在本年度退款")
    assert "追加指标" in found.hint


def test_a_contract_is_known_by_its_number(funded):
    one = row(2, "commitment", OCT, 600, "甲-1", payee="甲公司", due=date(2024, 11, 30))
    (new,) = propose([one], funded)
    assert (new.state, new.events[0].due, new.events[0].payee) == (NEW, date(2024, 11, 30), "甲公司")
    kept = funded.with_event(replace(new.events[0], id="9"))
    found = propose(
        [one, replace(one, row=3, amount=700), replace(one, row=4, number="甲-2", on=date(2023, 5, 1))], kept
    )
    assert states(found) == [KNOWN, NEW, NEW]


def test_a_refund_of_a_payment_that_is_not_there_is_refused(funded):
    (found,) = propose([row(2, "refund", OCT, 500, "T1", original="Z1")], funded)
    assert (found.state, found.said) == (REFUSED, "台账和文件中没有原支付凭证号的支付")


DAYS = st.dates(date(2024, 1, 2), date(2024, 12, 30))
AMOUNTS = st.integers(1, 10**9)


@st.composite
def written_ledgers(draw):
    """A year that everything fits into: authority and quota on 1 January, payments with their requests, refunds."""
    amounts = draw(st.lists(AMOUNTS, max_size=6))
    total = sum(amounts) + draw(AMOUNTS)
    first = date(2024, 1, 1)
    events = [
        Event("a", "initial", first, total, number="文1"),
        Event("q", "quota", first, total, number="通知1"),
        *(Event(f"m{n}", "plan", first, draw(AMOUNTS), month=202400 + n) for n in draw(st.sets(st.integers(1, 12)))),
    ]
    for at, amount in enumerate(amounts):
        on = draw(DAYS)
        request = Event(f"r{at}", "request", on, amount, number=f"S{at}", payee="甲公司", item="30213")
        review = Event(f"v{at}", "review", on, amount, request.id, f"S{at}", agreed=True)
        events += [request, review, Event(f"p{at}", "payment", on, amount, request.id, f"Z{at}")]
        if draw(st.booleans()):
            back, later = (
                draw(st.integers(1, amount)),
                on + timedelta(draw(st.integers(0, (date(2024, 12, 31) - on).days))),
            )
            events.append(Event(f"t{at}", "refund", later, back, f"p{at}", f"T{at}"))
    return ledger_of(events, 2024, "quota")


def written(ledger, unit):
    """The ledger as four sheets of an export, amounts as a spreadsheet would hold them."""

    def amount(fen):
        return fen / 100 if unit == "yuan" else f"{fen / 1_000_000:.6f}"

    sheets = {
        "integrated-authority": [["文号", "日期", "金额", "指标类型"]],
        "integrated-quota": [["凭证号", "日期", "金额"]],
        "integrated-plan": [["计划单号", "日期", "月份", "金额"]],
        "integrated-payment": [["凭证号", "日期", "金额", "收款人", "经济分类", "申请单号", "原凭证号"]],
    }
    for event in ledger.events:
        day, number = event.on.isoformat(), event.number
        if event.kind == "initial":
            sheets["integrated-authority"].append([number, day, amount(event.amount), "年初"])
        elif event.kind == "quota":
            sheets["integrated-quota"].append([number, day, amount(event.amount)])
        elif event.kind == "plan":
            sheets["integrated-plan"].append([number, day, event.month, amount(event.amount)])
        elif event.kind in ("payment", "refund"):
            request = ledger.by_id[ledger.request_of(event)]
            sign = -1 if event.kind == "refund" else 1
            original = ledger.by_id[event.refers].number if sign < 0 else None
            cells = [number, day, amount(sign * event.amount), request.payee, request.item, request.number, original]
            sheets["integrated-payment"].append(cells)
    return sheets


def told(ledger):
    """The events without their ids: what each answers is told by its number and kind."""
    plain = {event.id: (event.kind, event.number, event.amount) for event in ledger.events}
    blank = (replace(event, id="", refers=str(plain.get(event.refers))) for event in ledger.events)
    return sorted(blank, key=repr)


@given(written_ledgers(), st.sampled_from(["yuan", "wan"]))
def test_an_imported_ledger_is_the_ledger_that_was_written(ledger, unit):
    kept = ledger_of([], 2024, "quota")
    for code, rows in written(ledger, unit).items():
        mapping = replace(import_mappings()[code], unit=unit)
        reading = read_rows([("表", rows)], mapping, Wanted(2024))
        assert reading.problems == ()
        proposals = propose(reading.rows, kept)
        assert set(states(proposals)) <= {NEW}
        for _, event in to_record(proposals):
            kept = kept.with_event(replace(event, id=f"{code}:{event.id}", refers=_kept(event.refers, code, kept)))
        assert set(states(propose(reading.rows, kept))) <= {KNOWN}  # the same file twice changes nothing
    assert told(kept) == told(ledger)


def _kept(refers, code, kept):
    return f"{code}:{refers}" if f"{code}:{refers}" in kept.by_id else refers
