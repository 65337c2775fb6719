"""The tables of the project pages."""

from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.funds.models import Event, Kind, Project
from huiliu.apps.funds.selectors.books import Books, books_listed
from huiliu.apps.funds.selectors.projects import renamings
from huiliu.budget.chart import BOOKS
from huiliu.budget.closing import unfinished
from huiliu.budget.folding import RequestState
from huiliu.kernel.money import from_fen
from huiliu.web.tables import Cell, Column, Table

HEADLINE = (
    "authority.adjusted", "quota.issued", "quota.unissued", "payment.net", "balance.authority", "balance.quota",
    "rate.execution", "rate.spending", "quota.late_days", "share.without_quota",
)  # fmt: skip
LISTED = ("authority.adjusted", "quota.issued", "payment.net", "rate.execution", "rate.spending")
MONEY = (
    "authority.initial", "authority.added", "authority.cut", "authority.carried", "payment.gross", "payment.refunded",
    "quota.first_day", "months.left", "rate.issued", "close.carried", "close.lapsed",
)  # fmt: skip

REQUESTS = (
    Column("number", "编号", "code"),
    Column("day", "请拨日期", "date", optional=True),
    Column("payee", "收款人"),
    Column("purpose", "支出事项", optional=True),
    Column("amount", "请拨（元）", "money"),
    Column("granted", "核定（元）", "figure", optional=True),
    Column("paid", "净拨付（元）", "figure", optional=True),
    Column("due", "应付日期", "date", missing="未约定", optional=True),
    Column("state", "状态", "verdict"),
)
NAMES = {"name": "项目名称", "agency": "实施单位", "department": "主管部门"}
CLOSING = ("balance.authority", "quota.unissued", "balance.quota")


def headline(books: Books) -> list[dict[str, Any]]:
    """The figures at the head of a year, each with where its trace is; those of a quota only where there is one."""
    is_integrated = books.year.mode == "integrated"
    wanted = [name for name in HEADLINE if not (is_integrated and ("quota" in name or name == "rate.spending"))]
    return [_headed(books, name) for name in wanted]


def left_to_close(books: Books) -> list[dict[str, Any]]:
    """What is left of the year for its close to carry over or let lapse."""
    names = CLOSING if books.year.mode == "quota" else CLOSING[:1]
    return [_headed(books, name) for name in names]


def close_told(books: Books) -> str:
    """What the close of the year does, in words."""
    left, year = unfinished(books.keeper.ledger), books.year.year
    if books.keeper.ledger.close is not None:
        return f"{year} 年度已经结账，只能补记凭证，不能撤销或再次结账。"
    lapsed = (
        f"下列 {len(left)} 笔请拨没有付清，随结账失效，不再审批和拨付；确需支付的，在 {year + 1} 年度重新提出。"
        if left
        else "没有未付清的请拨。"
    )
    return f"结账后 {year} 年度只能补记凭证，不能撤销。{lapsed}"


def _headed(books: Books, name: str) -> dict[str, Any]:
    figure = books.figure(name)
    return {"figure": figure, "unit": "" if figure.value is None else figure.unit, "link": books.link(name)}


def _cell(books: Books, name: str, *, unit: bool = False) -> Cell:
    figure = books.figure(name)
    return Cell(figure.with_unit() if unit else figure.text(), link=books.link(name), title=figure.state_label)


def project_table(today: date) -> Table:
    """Every year of every project with its main figures."""
    columns = (
        Column("project", "项目"),
        Column("year", "年度", "code"),
        Column("agency", "实施单位", optional=True),
        Column("authority.adjusted", "调整后预算（元）", "figure"),
        Column("quota.issued", "下达额度（元）", "figure", optional=True),
        Column("payment.net", "净拨付（元）", "figure", optional=True),
        Column("rate.execution", "预算执行率（%）", "figure", optional=True),
        Column("rate.spending", "额度支出率（%）", "figure", optional=True),
        Column("state", "状态", "verdict"),
    )
    rows = [_listed(books) for books in books_listed(today)]
    hint = "财务会计岗可以登记项目，再记录指标、额度、请拨和凭证。"
    return Table(columns, rows, empty="还没有登记项目", hint=hint)


def _listed(books: Books) -> dict[str, Any]:
    project = books.year.project
    state, word, _ = standing(books)
    return {
        "project": Cell(project.name, link=reverse("funds:detail", args=books.place)),
        "year": books.year.year,
        "agency": project.agency,
        "state": Cell(word, state=state),
        **{name: _cell(books, name) for name in LISTED},
    }


def standing(books: Books) -> tuple[str, str, str]:
    """State, word and a sentence on where the year stands."""
    ledger, late = books.keeper.ledger, books.figure("quota.late_days")
    left, year = unfinished(ledger), books.year.year
    if ledger.close:
        lapsed = f"{len(left)} 笔请拨没有付清，已随结账失效，需要支付的在下一年度重新提出。" if left else ""
        return "pass", "已结账", f"{year} 年度已结账，只能补记凭证。{lapsed}"
    if books.keeper.today.year > year:
        ending = f"{len(left)} 笔请拨没有付清，结账后失效；" if left else ""
        return "warn", "待结账", f"{year} 年度已过，还没有结账。{ending}请财务会计岗申请年终结账。"
    if ledger.is_quota_mode and ledger.adjusted() and not ledger.issued():
        return "warn", "额度未到", f"已有预算，额度还没有到账，迟到 {late.with_unit()}。"
    waiting = sum(state.agreed is None for state in ledger.requests())
    if waiting:
        return "warn", "有请拨待审批", f"{waiting} 笔请拨等待审批。"
    return "none", "执行中", "没有等待审批的请拨。"


def request_table(books: Books) -> Table:
    """Every request with what was granted and paid of it."""
    rows = [_request(books, state) for state in reversed(books.keeper.ledger.requests())]
    return Table(REQUESTS, rows, empty="还没有请拨", hint="有预算后，由财务会计岗提出请拨。")


def unfinished_table(books: Books) -> Table:
    """The requests that the close of the year ends."""
    rows = [_request(books, state) for state in unfinished(books.keeper.ledger)]
    return Table(REQUESTS, rows, empty="没有未付清的请拨", hint="结账不影响已经付清的请拨。")


def open_requests(today: date) -> Table:
    """Requests of every project that wait for an approval or a payment, those due first on top."""
    columns = (
        Column("number", "编号", "code"),
        Column("project", "项目", optional=True),
        Column("payee", "收款人"),
        Column("amount", "请拨（元）", "money"),
        Column("due", "应付日期", "date", missing="未约定", optional=True),
        Column("state", "状态", "verdict"),
    )
    found = [(books, state) for books in books_listed(today) for state in open_states(books)]
    rows = [_waiting(books, state) for books, state in sorted(found, key=_due)]
    hint = "请拨审批同意、尚未付清的会列在这里。"
    return Table(columns, rows, empty="没有待审批或待拨付的请拨", hint=hint)


def open_states(books: Books) -> list[RequestState]:
    """The year's requests that wait for an approval or a payment; none once it is closed."""
    ledger = books.keeper.ledger
    return [] if ledger.close else unfinished(ledger)


def _due(found: tuple[Books, RequestState]) -> date:
    return found[1].due or date.max


def _waiting(books: Books, state: RequestState) -> dict[str, Any]:
    tone, word = request_state(state)
    link = books.event_link(state.event.id)
    return {
        "number": Cell(state.event.id, link=link),
        "project": f"{books.year.project.name} {books.year.year}",
        "payee": state.event.payee,
        "amount": Cell(from_fen(state.event.amount), link=link),
        "due": state.due,
        "state": Cell(word, state=tone),
    }


def request_state(state: RequestState, *, is_closed: bool = False) -> tuple[str, str]:
    """State and word of a request; what is not finished in a closed year has lapsed."""
    if is_closed and (state.agreed is None or state.unpaid):
        return "none", "部分拨付，其余失效" if state.paid else "随结账失效"
    if state.agreed is None:
        return "warn", "待审批"
    if not state.agreed:
        return "fail", "未同意"
    return ("pass", "已付清") if not state.unpaid else ("warn", "待拨付" if not state.paid else "部分拨付")


def _request(books: Books, state: RequestState) -> dict[str, Any]:
    row = next(row for row in books.rows if str(row.pk) == state.event.id)
    tone, word = request_state(state, is_closed=books.keeper.ledger.close is not None)
    return {
        "number": Cell(state.event.id, link=books.event_link(state.event.id)),
        "day": row.day,
        "payee": row.payee,
        "purpose": row.purpose.label if row.purpose else "",
        "amount": Cell(from_fen(row.amount_fen), link=books.event_link(row.pk)),
        "granted": _cell(books, f"request.{row.pk}.granted"),
        "paid": _cell(books, f"request.{row.pk}.paid"),
        "due": state.due,
        "state": Cell(word, state=tone),
    }


def renaming_table(project: Project) -> Table:
    """What a project was called before, newest change first."""
    columns = (
        Column("at", "更改时间", "time"),
        Column("before", "原来"),
        Column("after", "改为"),
        Column("by", "更改人"),
    )
    rows = [
        {"at": one.at, "before": _named(one.before), "after": _named(one.after), "by": one.actor}
        for one in renamings(project)
    ]
    return Table(columns, rows, empty="名称没有更改过")


def _named(names: dict[str, Any] | None) -> str:
    return "；".join(f"{NAMES[name]} {text}" for name, text in (names or {}).items())


def purpose_table(books: Books) -> Table:
    """What was committed and paid for each purpose."""
    columns = (
        Column("label", "支出事项"),
        Column("committed", "合同承诺（元）", "figure"),
        Column("paid", "净拨付（元）", "figure"),
    )
    names = [name for name in books.keeper.book if name.startswith("purpose.") and name.endswith(".paid")]
    rows = [
        {
            "label": books.figure(name).label.rpartition("：")[0],
            "committed": _cell(books, name.removesuffix("paid") + "committed"),
            "paid": _cell(books, name),
        }
        for name in names
    ]
    return Table(columns, rows, empty="还没有支出事项", hint="支出事项把支付和绩效指标连在一起，请先登记。")


def money_table(books: Books) -> Table:
    """Further figures of the year, and what was paid month by month."""
    columns = (Column("label", "项目"), Column("value", "数值", "figure"), Column("formula", "依据", optional=True))
    names = [name for name in MONEY if name in books.keeper.book]
    names += [name for name in books.keeper.book if name.startswith("month.") and books.figure(name).records]
    rows = [
        {"label": figure.label, "value": _cell(books, figure.id, unit=True), "formula": figure.formula}
        for figure in map(books.figure, names)
    ]
    return Table(columns, rows, empty="没有数字")


def event_table(books: Books) -> Table:
    """Every event, the newest entry first."""
    columns = (
        Column("number", "编号", "code"),
        Column("day", "日期", "date"),
        Column("kind", "类别"),
        Column("amount", "金额（元）", "money"),
        Column("document", "文号", optional=True),
        Column("refers", "对应", "code", missing="无", optional=True),
        Column("by", "记录人", optional=True),
    )
    rows = [_event(books, row) for row in reversed(books.rows)]
    return Table(columns, rows, empty="还没有资金事件", hint="从记录年初指标开始。")


def _event(books: Books, row: Event) -> dict[str, Any]:
    kind = row.get_kind_display()
    if row.kind == Kind.REVIEW:
        kind = "审核同意" if row.agreed else "审核未同意"
    return {
        "number": Cell(str(row.pk), link=books.event_link(row.pk)),
        "day": row.day,
        "kind": kind,
        "amount": from_fen(row.amount_fen),
        "document": row.number,
        "refers": Cell(str(row.refers_id), link=books.event_link(row.refers_id)) if row.refers_id else None,
        "by": row.recorded_by.display_name,
    }


def trial_tables(books: Books) -> list[tuple[str, Table]]:
    """The trial balance of each reference book."""
    columns = (
        Column("code", "科目编码", "code", optional=True),
        Column("label", "科目"),
        Column("debit", "借方（元）", "figure"),
        Column("credit", "贷方（元）", "figure"),
        Column("balance", "余额（借减贷，元）", "figure", optional=True),
    )
    hint = books.missing or "额度到账、拨付、退款和结账后才有参考分录。"
    found = []
    for book, label in BOOKS.items():
        accounts = {entry.account for own in books.entries.values() for entry in own} if not books.missing else set()
        rows = [
            {
                "code": account.code,
                "label": account.label,
                **{
                    side: _cell(books, f"entry.{book}.{account.name}.{side}") for side in ("debit", "credit", "balance")
                },
            }
            for account in sorted(accounts, key=lambda one: one.code)
            if account.book == book
        ]
        totals = {"label": "合计", **{side: _cell(books, f"book.{book}.{side}") for side in ("debit", "credit")}}
        found.append((label, Table(columns, rows, empty="没有分录", hint=hint, totals=totals if rows else None)))
    return found


def entry_table(books: Books, row: Event) -> Table:
    """The reference entries of one event."""
    columns = (
        Column("book", "账套"),
        Column("account", "科目"),
        Column("debit", "借方（元）", "money", missing="无"),
        Column("credit", "贷方（元）", "money", missing="无"),
        Column("source", "依据", optional=True),
    )
    entries = [] if books.missing else books.entries.get(str(row.pk), [])
    rows = [
        {
            "book": BOOKS[entry.book],
            "account": f"{entry.account.code} {entry.account.label}",
            "debit": from_fen(entry.debit) if entry.debit else None,
            "credit": from_fen(entry.credit) if entry.credit else None,
            "source": entry.source + ("" if entry.verified else "（待核）"),
        }
        for entry in entries
    ]
    return Table(columns, rows, empty="这类事件没有参考分录", hint=books.missing)


def following_table(books: Books, event: Event) -> Table:
    """What an event answers and what answers it."""
    columns = (
        Column("number", "编号", "code"),
        Column("day", "日期", "date"),
        Column("kind", "类别"),
        Column("amount", "金额（元）", "money"),
        Column("by", "记录人", optional=True),
    )
    near = {event.refers_id} | {row.pk for row in books.rows if row.refers_id == event.pk}
    rows = [_event(books, row) for row in books.rows if row.pk in near]
    return Table(columns, rows, empty="没有相关的事件", hint="审核、拨付、退款和凭证会列在这里。")
