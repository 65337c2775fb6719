"""A ledger as somebody would keep it in a table and check by looking at every day: written apart from huiliu.budget."""

from datetime import date, timedelta


def is_sound(entries, year: int, mode: str) -> bool:
    """Whether a list of entries, in the order they were written, breaks nothing."""
    return all(
        check(entries, year, mode)
        for check in (days_fit, money_is_there, requests_fit, contracts_fit, follow_ups_fit, closed_means_closed)
    )


def days_fit(entries, year, mode) -> bool:
    for entry in entries:
        if entry["day"].year != year:
            return False
        if entry["refers"] is not None and entries[entry["refers"]]["day"] > entry["day"]:
            return False
    starts = [entry for entry in entries if entry["kind"] == "initial"]
    numbers = [entry["number"] for entry in entries if entry["kind"] == "payment"]
    return len(starts) <= 1 and len(numbers) == len(set(numbers))


def sums(entries, day):
    """Authority, quota and net payments by the end of a day."""
    authority = quota = paid = 0
    for entry in entries:
        if entry["day"] > day:
            continue
        if entry["kind"] in ("initial", "add", "carryover"):
            authority += entry["amount"]
        elif entry["kind"] == "cut":
            authority -= entry["amount"]
        elif entry["kind"] == "quota":
            quota += entry["amount"]
        elif entry["kind"] == "payment":
            paid += entry["amount"]
        elif entry["kind"] == "refund":
            paid -= entry["amount"]
    return authority, quota, paid


def money_is_there(entries, year, mode) -> bool:
    day = date(year, 1, 1)
    while day.year == year:
        authority, quota, paid = sums(entries, day)
        if authority < 0 or quota < 0:
            return False
        if mode == "quota" and not paid <= quota <= authority:
            return False
        if mode == "integrated" and (quota or paid > authority):
            return False
        day += timedelta(days=1)
    return True


def by_day(entries):
    return sorted(range(len(entries)), key=lambda place: (entries[place]["day"], place))


def requests_fit(entries, year, mode) -> bool:
    for place, request in enumerate(entries):
        if request["kind"] != "request":
            continue
        agreed = paid = 0
        for at in by_day(entries):
            entry = entries[at]
            if entry["kind"] == "review" and entry["refers"] == place:
                agreed = entry["amount"] if entry["agreed"] else 0
            elif entry["kind"] == "payment" and entry["refers"] == place:
                paid += entry["amount"]
                if paid > agreed:
                    return False
            elif entry["kind"] == "refund" and entries[entry["refers"]]["refers"] == place:
                paid -= entry["amount"]
    return True


def contracts_fit(entries, year, mode) -> bool:
    days = sorted({entry["day"] for entry in entries})
    for place, contract in enumerate(entries):
        if contract["kind"] != "commitment":
            continue
        for day in days:
            held = sum(
                held_by(entries, at, day)
                for at, entry in enumerate(entries)
                if entry["kind"] == "request" and entry["refers"] == place and entry["day"] <= day
            )
            if held > contract["amount"]:
                return False
    return True


def held_by(entries, place, day) -> int:
    """What a request takes of its contract on a day: all until decided, then what was agreed, or paid."""
    held, paid = entries[place]["amount"], 0
    for at in by_day(entries):
        entry = entries[at]
        if entry["day"] > day:
            continue
        if entry["kind"] == "review" and entry["refers"] == place:
            held = entry["amount"] if entry["agreed"] else 0
        elif entry["kind"] == "payment" and entry["refers"] == place:
            paid += entry["amount"]
        elif entry["kind"] == "refund" and entries[entry["refers"]]["refers"] == place:
            paid -= entry["amount"]
    return max(held, paid)


def follow_ups_fit(entries, year, mode) -> bool:
    for place, entry in enumerate(entries):
        own = [other for other in entries if other["refers"] == place]
        if entry["kind"] == "payment" and sum(o["amount"] for o in own if o["kind"] == "refund") > entry["amount"]:
            return False
        vouchers = [other for other in own if other["kind"] == "voucher"]
        if len(vouchers) > 1 or any(voucher["amount"] != entry["amount"] for voucher in vouchers):
            return False
    return True


def closed_means_closed(entries, year, mode) -> bool:
    for place, entry in enumerate(entries):
        if entry["kind"] != "close":
            continue
        if any(later["kind"] != "voucher" for later in entries[place + 1 :]):
            return False
        authority, _, paid = sums(entries, date(year, 12, 31))
        if entry["amount"] > authority - paid:
            return False
    return True
