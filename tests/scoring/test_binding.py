"""What is listed as bound is: a consistent table raises nothing, every bound number moved beyond its rounding does."""

import copy
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from huiliu.catalog.profiles import profiles
from huiliu.scoring import findings
from huiliu.scoring.binding import Number, bound, share
from huiliu.scoring.check import check_table
from huiliu.scoring.findings import Finding, all_checks
from scoring.filled import PROFILES, Json, filled_in
from scoring.tables import NATIONAL, table
from scoring.test_heyuan import DATA
from support.scale import Scale, examples

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")
STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\]]*)\]")
POINTS = (10, 100, 10_000, Decimal("0.1"), Decimal("0.01"), Decimal("0.0001"))
COLUMNS = ("initial", "full_year", "executed")


def named(base: Json, profile: str) -> set[tuple[str, str]]:
    """Code and place of every error and warning."""
    found: tuple[Finding, ...] = check_table(table(base=base), profiles()[profile])
    return {(one.code, one.where) for one in found if one.severity != "note"}


def put(base: Json, path: str, text: str) -> Json:
    """A copy with one cell printed anew."""
    changed = copy.deepcopy(base)
    *way, last = [key or inner for key, inner in STEP.findall(path)]
    at: Any = changed
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at[key]
    if isinstance(at, list):
        at[1 if last == "amount" else COLUMNS.index(last)] = text
    else:
        at[last] = text
    return changed


def reprinted(number: Number, value: Decimal) -> str:
    """The cell with another number in as many decimals, its operator and unit kept."""
    (old,) = NUMBER.findall(number.printed)
    return number.printed.replace(old, f"{value:.{places(number)}f}")


def places(number: Number) -> int:
    """The decimals the cell is printed with."""
    (old,) = NUMBER.findall(number.printed)
    return len(old.partition(".")[2])


def typed_wrong(number: Number, dice: random.Random) -> Decimal:
    """Another number, as people mistype: a little or far beside, digits swapped, a zero lost, the point moved."""
    unit, value = Decimal(1).scaleb(-places(number)), number.value
    digits = str(int(abs(value) / unit))
    way = dice.choice(("beside", "beside", "beside", "swapped", "dropped", "doubled", "moved", "digit"))
    if way == "beside":
        far = Decimal(math.exp(dice.uniform(0, math.log(max(10, 20 * len(digits) * int(abs(value) / unit))))))
        return value + dice.choice((1, -1)) * (far * unit).quantize(unit)
    if way == "moved":
        return (value * dice.choice((10, 100, 10_000, Decimal("0.1"), Decimal("0.01"), Decimal("0.0001")))).quantize(
            unit
        )
    at = dice.randrange(len(digits))
    if way == "swapped" and at:
        digits = digits[: at - 1] + digits[at] + digits[at - 1] + digits[at + 1 :]
    elif way == "dropped":
        digits = digits[:at] + digits[at + 1 :] or "0"
    elif way == "doubled":
        digits = digits[:at] + digits[at] + digits[at:]
    else:
        digits = digits[:at] + str(dice.randrange(10)) + digits[at + 1 :]
    return int(digits) * unit


def mutations(base: Json, profile: str, dice: random.Random, count: int) -> Iterator[tuple[Number, Json]]:
    """Bound numbers of the table moved to where an identity does not accept them."""
    held = [number for number in bound(table(base=base), profiles()[profile]) if number.state == "bound"]
    while count:
        number = dice.choice(held)
        value = typed_wrong(number, dice)
        if value >= 0 and not number.accepts(value):
            count -= 1
            yield number, put(base, number.path, reprinted(number, value))


def moved_and_unseen(tables: int, each: int, dice: random.Random) -> tuple[Counter[str], list[object]]:
    """Moves by the code that binds, and those that nothing named."""
    moved: Counter[str] = Counter()
    unseen: list[object] = []
    for _ in range(tables):
        profile, seed = dice.choice(PROFILES), dice.randrange(10**9)
        base = filled_in(seed, profile)
        before = named(base, profile)
        for number, changed in mutations(base, profile, dice, each):
            moved.update(number.codes)
            if not named(changed, profile) - before:
                unseen.append((profile, seed, number.path, number.printed, changed))
    return moved, unseen


@pytest.mark.parametrize("profile", PROFILES)
def test_a_form_filled_in_by_the_rules_raises_neither_error_nor_warning(profile: str) -> None:
    found = {seed: named(filled_in(seed, profile), profile) for seed in range(examples(40))}
    assert {seed: names for seed, names in found.items() if names} == {}


def test_bound_numbers_moved_beyond_rounding_are_named() -> None:
    moved, unseen = moved_and_unseen(5, examples(40), random.Random(20250331))
    assert unseen == []
    assert moved


@pytest.mark.slow
def test_many_bound_numbers_moved_beyond_rounding_are_named(scale: Scale, seed: int) -> None:
    count = scale("mutations")
    moved, unseen = moved_and_unseen(count // 10, 10, random.Random(seed))
    print(f"{count} moved, {len(unseen)} unseen; by code {dict(sorted(moved.items()))}")
    assert unseen == []


def listed(profile: str, seeds: Iterable[int]) -> list[Number]:
    """The numbers of several tables."""
    return [one for seed in seeds for one in bound(table(base=filled_in(seed, profile)), profiles()[profile])]


def test_four_fifths_of_the_numbers_of_complete_tables_are_bound() -> None:
    assert share([one for profile in PROFILES for one in listed(profile, range(examples(16)))]) >= 80


@pytest.mark.slow
def test_four_fifths_are_bound_under_every_profile(scale: Scale) -> None:
    shares = {profile: share(listed(profile, range(scale("mutations") // 8))) for profile in PROFILES}
    print({profile: f"{part:.1f}%" for profile, part in shares.items()})
    assert min(shares.values()) >= 80


SWITCHED_OFF = [
    "EV-M01",
    "EV-M03",
    "EV-M06",
    "EV-R01",
    "EV-S01",
    "EV-S04",
    "EV-T01",
    "EV-T05",
    "EV-T06",
    "EV-T13",
    "EV-W01",
]


@pytest.mark.slow
@pytest.mark.parametrize("code", SWITCHED_OFF)
def test_a_check_that_is_switched_off_is_missed(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    off = {"EV-S01": {"EV-S01", "EV-S02"}, "EV-R01": {"EV-R01", "EV-R02"}}.get(code, {code})
    rest = {name: item for name, item in all_checks().items() if name not in off}
    dice = random.Random(7)
    for _ in range(200):
        profile, seed = dice.choice(PROFILES), dice.randrange(10**9)
        base = filled_in(seed, profile)
        held = [number for number in bound(table(base=base), profiles()[profile]) if number.state == "bound"]
        only = [number for number in held if set(number.codes) & off]
        if not only:
            continue
        number = dice.choice(only)
        value = typed_wrong(number, dice)
        if value < 0 or number.accepts(value):
            continue
        changed = put(base, number.path, reprinted(number, value))
        with monkeypatch.context() as patch:
            patch.setattr(findings, "all_checks", lambda: rest)
            if not named(changed, profile):
                return
    pytest.fail(f"nothing is missed without {code}")


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_not_bound_can_be_changed_without_a_finding(profile: str) -> None:
    """Otherwise an identity is tested that nobody has written down."""
    base = filled_in(3, profile)
    for number in bound(table(base=base), profiles()[profile]):
        if number.state != "bound":
            assert number.why
            unit = Decimal(1).scaleb(-places(number))
            near = [number.value + n * step for step in (unit, abs(number.value) / 20) for n in (1, -1, 2, -2)]
            assert any(not named(put(base, number.path, reprinted(number, value)), profile) for value in near), number


def test_limits_are_kept_too() -> None:
    """A target reached may be changed within limits; beyond them it is named."""
    (target,) = [n for n in bound(table(), profiles()["default"]) if n.path == "indicators[0].target"]
    assert target.state == "limited"
    assert (target.accepts(Decimal(7)), target.accepts(Decimal(9)), target.accepts(Decimal(6))) == (True, False, False)
    assert named(put(NATIONAL, target.path, "≥9场"), "default") == {
        ("EV-S04", "第1行 培训场次"),
        ("EV-T06", "第1行 培训场次"),
    }
    assert named(put(NATIONAL, target.path, "≥6场"), "default") == {("EV-T05", "第1行 培训场次")}
    assert named(put(NATIONAL, target.path, "≥7场"), "default") == set()


def test_every_number_of_the_national_table_is_listed() -> None:
    numbers = {number.path: number for number in bound(table(), profiles()["default"])}
    assert numbers["total"].codes == ("EV-S01",)
    assert numbers["budget.rows[上年结转资金].full_year"].codes == ("EV-M01",)
    assert numbers["budget_indicator.rate"].codes == ("EV-R01",)
    assert {"EV-W01", "EV-S03"} <= set(numbers["indicators[3].weight"].codes)
    assert len(numbers) == 35
    assert not any(path.startswith("budget.rows[其他资金]") for path in numbers)


def test_the_real_table_keeps_what_it_lists() -> None:
    """Of the published 2024 table 33 of 41 numbers are bound; it prints no targets, so little is left to change."""
    base, profile, dice = DATA, "gd-heyuan-2024", random.Random(5)
    before = named(base, profile)
    numbers = bound(table(base=base), profiles()[profile])
    assert sum(number.state == "bound" for number in numbers) == 33
    assert [number.path for number in numbers if number.state == "unbound"] == ["budget.initial"]
    for number, changed in mutations(base, profile, dice, 40):
        assert named(changed, profile) - before, (number, changed)
