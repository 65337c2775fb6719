"""Accounts and templates of reference entries: `catalog/ledger/postings.yaml`, dated, each with its source."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from huiliu.budget.chart import BOOKS, EXPENSES, SITUATIONS, SPENDING, Account, Chart, Template
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

POSTINGS = Path(__file__).parent / "ledger" / "postings.yaml"
_KNOWN = {"source", "verified", *BOOKS}


@cache
def posting_chart(path: Path = POSTINGS) -> Chart:
    """The chart of accounts and every situation's templates. POSTING-001 naming what is missing or wrong."""
    data = load_yaml(path)
    if not isinstance(data, Mapping) or not data.get("source"):
        raise _error(path, "须有 label、source（出处）、accounts 和 postings")
    accounts = {name: _account(path, name, entry) for name, entry in _entries(path, data, "accounts").items()}
    missing = [f"{SPENDING}_{expense}" for expense in EXPENSES if f"{SPENDING}_{expense}" not in accounts]
    situations = _entries(path, data, "postings")
    missing += [name for name in SITUATIONS if name not in situations]
    if missing or set(situations) - set(SITUATIONS):
        raise _error(path, f"缺少或多出科目、分录：{'、'.join(missing or sorted(set(situations) - set(SITUATIONS)))}")
    templates = {name: tuple(_templates(path, name, situations[name], accounts)) for name in SITUATIONS}
    return Chart(accounts, templates)


def _entries(path: Path, data: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    entries = data.get(part)
    if not isinstance(entries, Mapping) or not all(isinstance(entry, Mapping) for entry in entries.values()):
        raise _error(path, f"{part} 须逐项列出")
    return entries


def _account(path: Path, name: str, entry: Mapping[str, Any]) -> Account:
    code, label, book = entry.get("code"), entry.get("label"), entry.get("book")
    if not isinstance(code, str) or not label or book not in BOOKS or set(entry) != {"code", "label", "book"}:
        raise _error(path, f"科目 {name} 须有 code（加引号）、label 和 book（{'、'.join(BOOKS)}）")
    return Account(name, code, str(label), str(book))


def _templates(path: Path, name: str, entry: Mapping[str, Any], accounts: Mapping[str, Account]) -> Iterator[Template]:
    lines = entry.get("values")
    dated = isinstance(lines, Mapping) and lines and all(type(day) is date for day in lines)
    if not entry.get("label") or set(entry) - {"label", "values"} or not isinstance(lines, Mapping) or not dated:
        raise _error(path, f"分录 {name} 须有 label 和按生效日期列出的 values")
    for day in sorted(lines):
        line = lines[day]
        if not isinstance(line, Mapping) or set(line) - _KNOWN or not line.get("source"):
            raise _error(path, f"分录 {name} 的 {day} 一行须有 financial、budget 和 source（出处），另可写 verified")
        sides = {book: _side(path, name, line.get(book), book, accounts) for book in BOOKS}
        verified = line.get("verified", True) is True
        yield Template(name, str(entry["label"]), sides, day, str(line["source"]), verified)


def _side(path: Path, name: str, side: Any, book: str, accounts: Mapping[str, Account]) -> tuple[str, str]:
    names = (side.get("debit"), side.get("credit")) if isinstance(side, Mapping) else (None, None)
    for account in names:
        real = f"{SPENDING}_{next(iter(EXPENSES))}" if account == SPENDING else str(account)
        if real not in accounts or accounts[real].book != book:
            raise _error(path, f"分录 {name} 的 {BOOKS[book]} 一边须写 debit 和 credit，科目属于这套账")
    return str(names[0]), str(names[1])


def _error(path: Path, problem: str) -> HuiliuError:
    hint = "请参照产品自带的 catalog/ledger/postings.yaml。"
    return HuiliuError(code="POSTING-001", message=f"{path.name} 有误：{problem}", hint=hint, facts={"file": path.name})
