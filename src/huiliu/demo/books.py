"""The funds' accounts: vouchers and balances made from the very contributions and payments that the library holds.

Account sets, subjects and opening balances are the demo's own (演示取值); real ones follow the fund accounting rules.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from huiliu.demo.dates import END, FIRST_MONTH, LAST_MONTH, first_day, moment, ordinal
from huiliu.demo.journal import Patch, Row

ACCOUNT_SETS = {"110": "01", "120": "02", "170": "03", "210": "04", "410": "05"}
_IN, _OUT, _SURPLUS = "1002", "1004", "3001"
_PEOPLE, _UNITS, _SUBSIDY, _BENEFIT = "400102", "400101", "4002", "5001"
SUBJECTS = {  # 科目编码: 名称, 余额方向（1 借 2 贷）
    _IN: ("收入户存款", "1"),
    _OUT: ("支出户存款", "1"),
    _SURPLUS: ("基金结余", "2"),
    _UNITS: ("社会保险费收入—单位", "2"),
    _PEOPLE: ("社会保险费收入—个人", "2"),
    _SUBSIDY: ("财政补贴收入", "2"),
    _BENEFIT: ("社会保险待遇支出", "1"),
}
_YEARLY = (_UNITS, _PEOPLE, _SUBSIDY, _BENEFIT)  # carried over into the surplus at the end of a year
# What happens, with the subjects debited and credited; order within a day as listed.
_KINDS = {
    "units": ("征收单位缴费", _IN, _UNITS),
    "people": ("征收个人缴费", _IN, _PEOPLE),
    "subsidy": ("收到财政补贴", _IN, _SUBSIDY),
    "units_back": ("退还单位缴费", _UNITS, _IN),
    "people_back": ("退还个人缴费", _PEOPLE, _IN),
    "paid": ("发放社会保险待遇", _BENEFIT, _OUT),
    "returned": ("银行退回待遇款", _OUT, _BENEFIT),
}
_OPENS = moment(first_day(FIRST_MONTH), 0)
_FLOAT = 10_000_000_00  # fen: what the accounts held at the beginning beyond what they have to pay


@dataclass(frozen=True, slots=True)
class _Entry:
    """One voucher: a day, a text, and lines of subject, debit and credit in fen."""

    day: str
    summary: str
    lines: tuple[tuple[str, int, int], ...]


class Books:
    """Collects money by scheme, day and kind, and writes vouchers and balances of it at the end."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[tuple[str, str], int]] = {scheme: defaultdict(int) for scheme in ACCOUNT_SETS}

    def take(self, scheme: str, at: str, kind: str, amount: int) -> None:
        """Book an amount on the day of a moment; what lies outside the window is not booked."""
        if amount and _OPENS <= at <= END:
            self._sums[scheme][at[:8], kind] += amount

    def contribution(self, patches: Sequence[Patch]) -> None:
        """Book a contribution when its money arrives, and again when it is given back."""
        since, row = patches[0]
        assert row is not None
        scheme, unit_due = str(row["insurance_type"]), int(row["unit_due"] or 0)
        paid = int(row["person_paid"] or 0)
        self.take(scheme, since, "people", paid)
        self.take(scheme, since, "subsidy", int(row["subsidy"] or 0))
        for at, patch in patches[1:]:
            if patch is not None:
                paid = int(patch["person_paid"] or 0)
                self.take(scheme, at, "units", unit_due)
                self.take(scheme, at, "people", paid)
            elif paid:
                self.take(scheme, at, "units_back", unit_due)
                self.take(scheme, at, "people_back", paid)

    def payment(self, patches: Sequence[Patch]) -> None:
        """Book a benefit when the bank has paid it, and again when it comes back."""
        row = patches[0][1]
        assert row is not None
        paid = False
        for at, patch in patches[1:]:
            if patch is not None and patch["pay_state"] == "1":
                paid = True
                self.take(str(row["insurance_type"]), at, "paid", int(row["amount"] or 0))
            elif paid:
                self.take(str(row["insurance_type"]), at, "returned", int(row["amount"] or 0))

    def subjects(self) -> Iterator[list[Patch]]:
        """Every subject of every account set and year."""
        for year in range(FIRST_MONTH // 12, LAST_MONTH // 12 + 1):
            since = moment(first_day(max(year * 12, FIRST_MONTH)), 30000)
            for number in ACCOUNT_SETS.values():
                for subject, (name, direction) in SUBJECTS.items():
                    head = {**_head(number, year * 12), "subject_no": subject, "subject_name": name}
                    yield [(since, {**head, "direction": direction})]

    def vouchers(self) -> Iterator[list[Patch]]:
        """Every line of every voucher, numbered within account set and month."""
        for scheme, number in ACCOUNT_SETS.items():
            running: dict[int, int] = defaultdict(int)
            for entry in self._entries(scheme):
                month = ordinal(int(entry.day[:6]))
                running[month] += 1
                head = {**_head(number, month), **_period(month), "voucher_no": f"{running[month]:04d}"}
                yield from _lines(head, entry)

    def balances(self) -> Iterator[list[Patch]]:
        """Every subject's month: opening, both turnovers and closing; the running month changes day by day."""
        for scheme, number in ACCOUNT_SETS.items():
            entries = self._entries(scheme)
            standing, turnovers = self._opening(entries), _turnovers(entries)
            for month in range(FIRST_MONTH, LAST_MONTH + 1):
                head = {**_head(number, month), **_period(month)}
                for subject in SUBJECTS:
                    history = list(_month(head, subject, standing[subject], turnovers[month, subject]))
                    standing[subject] = int(history[-1][1]["closing"] or 0)
                    yield list(history) if month == LAST_MONTH else [history[-1]]

    def _entries(self, scheme: str) -> list[_Entry]:
        order = list(_KINDS)
        events = sorted(self._sums[scheme].items(), key=lambda item: (item[0][0], order.index(item[0][1])))
        booked = [_entry(day, kind, amount) for (day, kind), amount in events]
        years = sorted({entry.day[:4] for entry in booked} - {END[:4]})
        return sorted([*booked, *(_carried(booked, year) for year in years)], key=lambda entry: entry.day)

    def _opening(self, entries: Sequence[_Entry]) -> dict[str, int]:
        """Both accounts begin with enough to pay what will be paid out of them."""
        standing = dict.fromkeys(SUBJECTS, 0)
        spent = sum(credit for entry in entries for subject, _, credit in entry.lines if subject == _OUT)
        standing[_IN], standing[_OUT] = _FLOAT, _FLOAT + spent // _FLOAT * _FLOAT + _FLOAT
        standing[_SURPLUS] = standing[_IN] + standing[_OUT]
        return standing


def _entry(day: str, kind: str, amount: int) -> _Entry:
    summary, debit, credit = _KINDS[kind]
    return _Entry(day, summary, ((debit, amount, 0), (credit, 0, amount)))


def _carried(booked: Sequence[_Entry], year: str) -> _Entry:
    """The year's income and spending, carried into the surplus on its last day."""
    lines: list[tuple[str, int, int]] = []
    for subject in _YEARLY:
        net = sum(d - c for e in booked if e.day[:4] == year for s, d, c in e.lines if s == subject)
        if net > 0:
            lines += [(_SURPLUS, net, 0), (subject, 0, net)]
        elif net < 0:
            lines += [(subject, -net, 0), (_SURPLUS, 0, -net)]
    return _Entry(f"{year}1231", "年末结转", tuple(lines))


def _head(number: str, month: int) -> Row:
    return {"account_set": number, "fiscal_year": str(month // 12)}


def _period(month: int) -> Row:
    return {"fiscal_period": f"{month % 12 + 1:02d}"}


def _lines(head: Mapping[str, str | int | None], entry: _Entry) -> Iterator[list[Patch]]:
    for serial, (subject, debit, credit) in enumerate(entry.lines, start=1):
        row: Row = {
            **head,
            "line_no": serial,
            "dated_on": entry.day,
            "summary": entry.summary,
            "subject_no": subject,
            "debit": debit,
            "credit": credit,
            "made_by": "制单员甲",
            "checked_by": "审核员乙",
            "posted_by": "记账员丙",
        }
        yield [(f"{entry.day}235320", row)]


def _turnovers(entries: Sequence[_Entry]) -> dict[tuple[int, str], dict[str, tuple[int, int]]]:
    """Debit and credit of a month's subject by day, in the order of the days."""
    found: dict[tuple[int, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    for entry in entries:
        month = ordinal(int(entry.day[:6]))
        for subject, debit, credit in entry.lines:
            before = found[month, subject].get(entry.day, (0, 0))
            found[month, subject][entry.day] = before[0] + debit, before[1] + credit
    return found


def _month(head: Row, subject: str, opening: int, days: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, Row]]:
    """The subject's month as it stands at its beginning and after each day that touches it."""
    direction = SUBJECTS[subject][1]
    sign = 1 if direction == "1" else -1
    month = ordinal(int(f"{head['fiscal_year']}{head['fiscal_period']}"))
    fixed = {**head, "subject_no": subject, "direction": direction, "opening": opening}
    debit = credit = 0
    yield moment(first_day(month), 30000), {**fixed, "debit": 0, "credit": 0, "closing": opening}
    for day, (debited, credited) in days.items():
        debit, credit = debit + debited, credit + credited
        yield f"{day}235320", {**fixed, "debit": debit, "credit": credit, "closing": opening + sign * (debit - credit)}
