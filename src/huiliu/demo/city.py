"""The synthetic city (合成数据): simulated lives seen through a provincial feed, a full night and eleven increments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from huiliu.catalog.tables.benefit.bank_return import bank_return
from huiliu.catalog.tables.benefit.benefit_award import benefit_award
from huiliu.catalog.tables.benefit.benefit_payment import benefit_payment
from huiliu.catalog.tables.benefit.certification import certification
from huiliu.catalog.tables.benefit.individual_account import individual_account
from huiliu.catalog.tables.contribution.contribution import contribution
from huiliu.catalog.tables.contribution.unit_contribution import unit_contribution
from huiliu.catalog.tables.finance.ledger_balance import ledger_balance
from huiliu.catalog.tables.finance.ledger_subject import ledger_subject
from huiliu.catalog.tables.finance.voucher import voucher
from huiliu.catalog.tables.injury.work_injury_benefit import work_injury_benefit
from huiliu.catalog.tables.injury.work_injury_event import work_injury_event
from huiliu.catalog.tables.parameter.code_value import code_value
from huiliu.catalog.tables.person.death_record import death_record
from huiliu.catalog.tables.person.enrolment import enrolment
from huiliu.catalog.tables.person.person import person
from huiliu.catalog.tables.person.person_change import person_change
from huiliu.catalog.tables.person.transfer import transfer
from huiliu.catalog.tables.unemployment.unemployment_award import unemployment_award
from huiliu.catalog.tables.unemployment.unemployment_payment import unemployment_payment
from huiliu.catalog.tables.unit.unit import unit
from huiliu.catalog.tables.unit.unit_change import unit_change
from huiliu.demo.code_values import code_value_rows
from huiliu.demo.counter import unit_changes
from huiliu.demo.dates import NIGHTS, day_text
from huiliu.demo.deaths import report_deaths
from huiliu.demo.feed import SHORT_TABLE, night_folder, open_journals, write_nights
from huiliu.demo.injuries import benefit_rows, event_rows, find_injuries
from huiliu.demo.journal import Journal
from huiliu.demo.labels import NOTICE, Truth, write_labels
from huiliu.demo.life import World, mistake_for_dead, share_accounts, write_life
from huiliu.demo.people import populate
from huiliu.demo.units import Unit, found_units, unit_history
from huiliu.kernel.errors import HuiliuError

TABLES = (
    unit,
    unit_change,
    person,
    person_change,
    enrolment,
    transfer,
    death_record,
    contribution,
    unit_contribution,
    individual_account,
    benefit_award,
    benefit_payment,
    bank_return,
    certification,
    unemployment_award,
    unemployment_payment,
    work_injury_event,
    work_injury_benefit,
    ledger_subject,
    voucher,
    ledger_balance,
    code_value,
)
LEAST_PERSONS = 100

Progress = Callable[[str, int, int], None]  # stage in Chinese, done, of how many


@dataclass(frozen=True)
class DemoResult:
    """Where the city was written and how large it is; everything in it is synthetic, as `notice` says."""

    inbox: Path
    labels: Path
    persons: int
    seed: int
    nights: tuple[str, ...]
    refused: str
    short_table: str
    rows: Mapping[str, int]
    notice: str = NOTICE

    @property
    def total_rows(self) -> int:
        """Rows of all tables after the last night that is whole."""
        return sum(self.rows.values())


def _silent(stage: str, done: int, total: int) -> None:
    """The progress of a caller who does not care."""


def create_city(persons: int, seed: int, out: Path, progress: Progress = _silent) -> DemoResult:
    """Write `out/inbox/449900_YYYYMMDD/` for every night and `out/labels.json`; equal arguments give equal bytes.

    The last night lacks 3 % of the rows of one table that its manifest states, and must be refused.
    Raises DEMO-001 for fewer than 100 persons and DEMO-002 if the inbox already holds something.
    """
    inbox = out / "inbox"
    _check(persons, inbox)
    journals = open_journals(inbox, TABLES)
    truth = Truth()
    _tell_lives(persons, seed, journals, truth, progress)
    progress("写出各夜批次", 0, len(NIGHTS))
    write_nights(inbox, journals, _stream(f"{seed}/feed"))
    refused = day_text(NIGHTS[-1])
    write_labels(out / "labels.json", truth, refused, {"persons": persons, "seed": seed, "short_table": SHORT_TABLE})
    progress("写出各夜批次", len(NIGHTS), len(NIGHTS))
    return DemoResult(
        inbox=inbox,
        labels=out / "labels.json",
        persons=persons,
        seed=seed,
        nights=tuple(night_folder(inbox, night).name for night in range(len(NIGHTS))),
        refused=night_folder(inbox, len(NIGHTS) - 1).name,
        short_table=SHORT_TABLE,
        rows={name: journal.deliveries[-2].closing.rows for name, journal in journals.items()},
    )


def _check(persons: int, inbox: Path) -> None:
    if persons < LEAST_PERSONS:
        raise HuiliuError(
            code="DEMO-001",
            message=f"合成城市至少要 {LEAST_PERSONS} 人，现为 {persons} 人",
            hint="请用 --persons 指定更多的人，例如 200 或 20000。",
            facts={"persons": persons, "least": LEAST_PERSONS},
        )
    if inbox.exists() and any(inbox.iterdir()):
        raise HuiliuError(
            code="DEMO-002",
            message="收件目录里已有批次，不再生成合成数据",
            hint="请换一个空的数据目录，以免合成数据与已有数据相混。",
            facts={"folders": sum(1 for _ in inbox.iterdir())},
        )


def _stream(name: str) -> Random:
    """An independent stream of chance; text seeds do not depend on the process."""
    return Random(name)  # noqa: S311 - a simulation, no secret


def _tell_lives(persons: int, seed: int, journals: Mapping[str, Journal], truth: Truth, progress: Progress) -> None:
    market = found_units(persons, _stream(f"{seed}/units"))
    rng = _stream(f"{seed}/units/history")
    people = populate(persons, _stream(f"{seed}/people"))
    share_accounts(people, truth)
    reports = report_deaths(people, _stream(f"{seed}/deaths"))
    world = World(journals, market, reports, truth, _stream(f"{seed}/lives"), _stream(f"{seed}/more"))
    for employer in market.units:
        _tell_unit(world, employer, rng)
    for done, somebody in enumerate(people):
        if done % 500 == 0:
            progress("模拟参保人的一生", done, persons)
        write_life(world, somebody)
    mistake_for_dead(world, people)
    _tell_sums(world)
    progress("模拟参保人的一生", persons, persons)


def _tell_unit(world: World, employer: Unit, rng: Random) -> None:
    history = unit_history(employer, rng)
    world.journals["unit"].add(history)
    world.add("unit_change", unit_changes(employer.number, history))


def _tell_sums(world: World) -> None:
    """What is written when all lives are: injuries, settlements of units, the funds' books, the province's codes."""
    for injury in find_injuries(world.at_work, world.chance):
        world.add("work_injury_event", event_rows(injury))
        for patches in benefit_rows(injury):
            world.journals["work_injury_benefit"].add(patches)
            world.books.payment(patches)
    world.add("unit_contribution", world.settlements.rows())
    world.add("ledger_subject", world.books.subjects())
    world.add("voucher", world.books.vouchers())
    world.add("ledger_balance", world.books.balances())
    world.add("code_value", code_value_rows())
