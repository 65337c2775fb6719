"""Accounts and templates of reference entries, as the catalog hands them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from huiliu.budget.errors import refused

FINANCIAL, BUDGET = "financial", "budget"
BOOKS: Mapping[str, str] = {FINANCIAL: "财务会计", BUDGET: "预算会计"}
PUBLIC, ADMINISTRATIVE = "public", "administrative"
EXPENSES: Mapping[str, str] = {PUBLIC: "事业支出", ADMINISTRATIVE: "行政支出"}
SPENDING = "spending"
"""In a template: the account of `EXPENSES` that the project is booked to."""

QUOTA_ISSUED, QUOTA_RESTORED = "quota_issued", "quota_restored"
QUOTA_EXPENSE, QUOTA_ASSET = "quota_expense", "quota_asset"
DIRECT_EXPENSE, DIRECT_ASSET = "direct_expense", "direct_asset"
CARRIED_EXPENSE, CARRIED_ASSET = "carried_expense", "carried_asset"
OPENING, UNUSED_CANCELLED, UNUSED_LAPSED = "opening", "unused_cancelled", "unused_lapsed"
UNISSUED_CARRIED, CARRIED_LAPSED = "unissued_carried", "carried_lapsed"
SITUATIONS = (
    QUOTA_ISSUED,
    QUOTA_RESTORED,
    QUOTA_EXPENSE,
    QUOTA_ASSET,
    DIRECT_EXPENSE,
    DIRECT_ASSET,
    CARRIED_EXPENSE,
    CARRIED_ASSET,
    OPENING,
    UNUSED_CANCELLED,
    UNUSED_LAPSED,
    UNISSUED_CARRIED,
    CARRIED_LAPSED,
)


@dataclass(frozen=True)
class Account:
    """One account (会计科目) of one of the two books."""

    name: str
    code: str
    label: str
    book: str


@dataclass(frozen=True)
class Template:
    """How one situation is booked from a day on (inclusive): per book the accounts debited and credited.

    `verified` False is shown as 待核 beside every entry made of it.
    """

    situation: str
    label: str
    sides: Mapping[str, tuple[str, str]]
    in_force: date
    source: str
    verified: bool


@dataclass(frozen=True)
class Chart:
    """All accounts by name and all templates by situation, oldest first."""

    accounts: Mapping[str, Account]
    templates: Mapping[str, tuple[Template, ...]]

    def template(self, situation: str, on: date) -> Template:
        """The template in force on a day; FUND-121 where the first one lies later."""
        found = [one for one in self.templates[situation] if one.in_force <= on]
        if not found:
            label = self.templates[situation][0].label
            hint = "请在 catalog/ledger/postings.yaml 补一行该日期起的分录及出处。"
            raise refused(121, f"{on} 没有“{label}”的参考分录", hint)
        return found[-1]

    def account(self, name: str, expense: str) -> Account:
        """An account; `spending` is that of the project's expense, public or administrative."""
        return self.accounts[f"{SPENDING}_{expense}" if name == SPENDING else name]
