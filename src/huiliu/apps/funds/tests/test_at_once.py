"""Real processes at the same moment: eight pay from one quota, half of them past the services; two import one file."""

import os
import secrets
import subprocess
import sys

import pytest

from support.migrated import place

BEGIN = """
import sys
from datetime import date, datetime
import django
django.setup()
from django.conf import settings
from huiliu.kernel.clock import TZ, FixedClock
settings.HUILIU_CLOCK = FixedClock(datetime(2024, 12, 31, 12, 0, tzinfo=TZ))
from django.db import Error
from huiliu.apps.accounts.services import User, user_create
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services import step_decide
from huiliu.apps.funds.models import Event, ProjectYear
from huiliu.apps.funds.services import NewEvent, NewProject, event_record, payment_ask, project_open, purpose_add
from huiliu.apps.funds.selectors.projects import ledger_year, year_of
from huiliu.kernel.errors import HuiliuError
code, day = sys.argv[1], date(2024, 12, 31)
"""
OPEN = (
    BEGIN
    + """
people = {
    name: user_create(username=code + name, display_name=name, post=post, actor=SYSTEM).user
    for name, post in (("kuai", "finance"), ("fu", "finance"), ("chu", "cashier"))
}
by = {"user": people["kuai"], "actor": Actor("kuai")}
wanted = NewProject(code, "甲", "甲", "甲", "recurring", "public")
year = project_open(wanted=wanted, year=2024, mode="quota", **by)
purpose = purpose_add(project=year.project, code="upkeep", label="维护", **by)
for kind in ("initial", "quota"):
    event_record(year=year, wanted=NewEvent(kind, day, 1_000, number=kind), **by)
for number in range(8):
    new = NewEvent("request", day, 1_000, number=str(number), payee="甲", item="30213", purpose=purpose)
    asked = payment_ask(year=year, wanted=new, reason="合同约定", **by)
    step_decide(number=asked.approval_id, decider=people["fu"], decision="approved", actor=Actor("fu"))
"""
)
PAY = (
    BEGIN
    + """
number, cashier, year = int(sys.argv[2]), User.objects.get(username=code + "chu"), year_of(code, 2024)
asked, paid = list(Event.objects.filter(year=year, kind="request").order_by("pk"))[number], 0
print("ready", flush=True)
sys.stdin.readline()
for turn in range(5):
    new = NewEvent("payment", day, 100, refers=asked, number=f"{number}-{turn}")
    try:
        if number % 2:
            event_record(year=year, wanted=new, user=cashier, actor=Actor("chu"))
        else:
            Event.objects.create(
                year=year, kind="payment", day=day, amount_fen=100, refers=asked, number=new.number,
                recorded_by=cashier, recorded_at=settings.HUILIU_CLOCK.now(),
            )
        paid += 1
    except HuiliuError as error:
        assert error.code == "FUND-110", error.code
    except Error as error:
        assert "FUND-045" in str(error), str(error)
print(paid)
"""
)
IMPORT = (
    BEGIN
    + """
import io
from huiliu.apps.funds.services import Sent, import_upload, import_write
by = {"user": User.objects.get(username=code + "kuai"), "actor": Actor("kuai")}
export = "指标文号,下达日期,金额,指标类型\\n文9,2024-12-01,5.00,追加\\n".encode("gb18030")
print("ready", flush=True)
sys.stdin.readline()
file = import_upload(year=year_of(code, 2024), sent=Sent("integrated-authority", io.BytesIO(export), "a.csv"), **by)
try:
    print(import_write(file=file, **by))
except HuiliuError as error:
    print(error.code)
"""
)
CHECK = (
    BEGIN
    + """
ledger = ledger_year(year_of(code, 2024))
assert list(ledger.broken()) == []
print(ledger.adjusted(), ledger.paid(), ledger.balance())
"""
)


@pytest.mark.both_dbs
@pytest.mark.slow
def test_what_processes_do_at_once_is_done_once(home):
    """Forty payments of 1 yuan are tried against a quota of 10: ten are made. One file sent twice is written once."""
    environment = {**os.environ, **place(home), "DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    code = f"p{secrets.token_hex(4)}"

    def python(*arguments: str) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        return subprocess.Popen([sys.executable, *arguments], env=environment, text=True, **pipes)

    assert python("-c", OPEN, code).wait() == 0

    def at_once(*calls: tuple[str, ...]) -> list[str]:
        running = [python("-c", *call) for call in calls]
        assert [process.stdout.readline() for process in running] == ["ready\n"] * len(calls)
        for process in running:
            process.stdin.write("now\n")
            process.stdin.flush()
        said = [process.communicate()[0].strip() for process in running]
        assert [process.returncode for process in running] == [0] * len(calls)
        return said

    assert sum(map(int, at_once(*((PAY, code, str(number)) for number in range(8))))) == 10
    assert sorted(at_once((IMPORT, code), (IMPORT, code))) == ["1", "FUND-085"]
    assert python("-c", CHECK, code).communicate()[0].split() == ["1500", "1000", "0"]
