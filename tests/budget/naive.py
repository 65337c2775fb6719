"""The ledger once more, as slowly and plainly as possible: lists, and every day looked at from scratch."""

from datetime import date

from huiliu.budget.events import Event

NAMES = {
    "quota": ["carryover"],
    "request": ["commitment"],
    "review": ["request"],
    "payment": ["request"],
    "refund": ["payment"],
    "voucher": ["payment", "refund"],
}


def days_of(events: list[Event]) -> list[date]:
    """Every day on which anything happens: between them nothing changes."""
    return sorted({event.on for event in events})


def added(events: list[Event], day: date, *kinds: str) -> int:
    result = 0
    for event in events:
        if event.kind in kinds and event.on <= day:
            result = result + event.amount
    return result


def authority(events: list[Event], day: date) -> int:
    return added(events, day, "initial", "add", "carryover") - added(events, day, "cut")


def quota(events: list[Event], day: date) -> int:
    return added(events, day, "quota")


def paid(events: list[Event], day: date) -> int:
    return added(events, day, "payment") - added(events, day, "refund")


def left(events: list[Event], mode: str, day: date) -> int:
    return (quota if mode == "quota" else authority)(events, day) - paid(events, day)


def find(events: list[Event], name: str | None) -> Event | None:
    for event in events:
        if event.id == name:
            return event
    return None


def word(events: list[Event], request: str, day: date, before: int) -> Event | None:
    """The review of a request that counts on a day for what was entered at a position."""
    best = None
    for position, event in enumerate(events):
        if event.kind == "review" and event.refers == request:
            earlier = event.on < day or (event.on == day and position < before)
            if earlier and (best is None or event.on >= best.on):
                best = event
    return best


def paid_of(events: list[Event], request: str, day: date, before: int) -> int:
    """Net paid of a request by a day, of that day only what was entered before a position."""
    result = 0
    for position, event in enumerate(events):
        if not (event.on < day or (event.on == day and position < before)):
            continue
        if event.kind == "payment" and event.refers == request:
            result += event.amount
        payment = find(events, event.refers) if event.kind == "refund" else None
        if payment is not None and payment.refers == request:
            result -= event.amount
    return result


def sound_by_itself(event: Event, year: int, mode: str) -> bool:
    if event.kind == "quota":
        fine = event.amount != 0 and mode == "quota"
    elif event.kind in ("plan", "close") or (event.kind == "review" and not event.agreed):
        fine = event.amount >= 0
    else:
        fine = event.amount > 0
    if event.kind == "close":
        fine = fine and event.on == date(year, 12, 31)
    if event.kind == "plan":
        fine = fine and event.month is not None and event.month // 100 == year and 1 <= event.month % 100 <= 12
    if event.kind == "review":
        fine = fine and event.agreed is not None
    if event.kind in ("payment", "voucher"):
        fine = fine and event.number != ""
    if event.kind in ("review", "payment", "refund", "voucher"):
        fine = fine and event.refers is not None
    in_year = event.on.year == year or (event.kind == "commitment" and event.on.year < year)
    return fine and in_year


def refers_well(events: list[Event], event: Event) -> bool:
    if event.refers is None:
        return True
    named = find(events, event.refers)
    return named is not None and named.kind in NAMES.get(event.kind, []) and named.on <= event.on


def money_holds(events: list[Event], mode: str) -> bool:
    for day in days_of(events):
        has, got, spent = authority(events, day), quota(events, day), paid(events, day)
        if has < 0 or got < 0 or spent < 0:
            return False
        if mode == "quota" and (got > has or spent > got):
            return False
        if mode == "integrated" and spent > has:
            return False
    return True


def payments_hold(events: list[Event]) -> bool:
    for position, event in enumerate(events):
        if event.kind == "review" and event.agreed:
            request = find(events, event.refers)
            if request is None or event.amount > request.amount:
                return False
        if event.kind == "payment":
            said = word(events, str(event.refers), event.on, position)
            if said is None or not said.agreed:
                return False
            if paid_of(events, str(event.refers), event.on, position) + event.amount > said.amount:
                return False
            if sum(1 for other in events if other.kind == "payment" and other.number == event.number) > 1:
                return False
            if (
                sum(other.amount for other in events if other.kind == "refund" and other.refers == event.id)
                > event.amount
            ):
                return False
    return True


def contracts_hold(events: list[Event]) -> bool:
    end = len(events)
    for contract in [event for event in events if event.kind == "commitment"]:
        asked = [event for event in events if event.kind == "request" and event.refers == contract.id]
        for day in days_of(events):
            held = 0
            for request in [one for one in asked if one.on <= day]:
                said = word(events, request.id, day, end)
                granted = request.amount if said is None else said.amount if said.agreed else 0
                held += max(granted, paid_of(events, request.id, day, end))
            if held > contract.amount:
                return False
    return True


def rest_holds(events: list[Event], year: int) -> bool:
    last = date(year, 12, 31)
    for carried in [event for event in events if event.kind == "carryover"]:
        back = [event for event in events if event.kind == "quota" and event.refers == carried.id]
        if any(not 0 <= added(back, day, "quota") <= carried.amount for day in days_of(events)):
            return False
    for voucher in [event for event in events if event.kind == "voucher"]:
        named = find(events, voucher.refers)
        same = [event for event in events if event.kind == "voucher" and event.refers == voucher.refers]
        if named is None or named.amount != voucher.amount or len(same) > 1:
            return False
    closed = False
    for event in events:
        if closed and event.kind != "voucher":
            return False
        closed = closed or event.kind == "close"
    ends = [event.amount for event in events if event.kind == "close"]
    once = [event for event in events if event.kind == "initial"]
    return len(once) <= 1 and all(amount <= authority(events, last) - paid(events, last) for amount in ends)


def accepts(events: list[Event], event: Event, year: int, mode: str) -> bool:
    """Whether an event may be entered after those that are there."""
    if find(events, event.id) is not None or not sound_by_itself(event, year, mode) or not refers_well(events, event):
        return False
    together = [*events, event]
    return (
        money_holds(together, mode)
        and payments_hold(together)
        and contracts_hold(together)
        and rest_holds(together, year)
    )
