"""A new table and rule, added by files in a catalogue folder alone, go the whole line: night, clue, person page."""

import json
import textwrap
from datetime import datetime
from decimal import Decimal

import pytest

from huiliu.kernel.clock import TZ, FixedClock

TABLE = '''
"""Grants, one row per grant."""

from huiliu.lake.tables import Column, not_null, table, unique

living_grant = table(
    name="living_grant",
    label="一次性补助",
    standard="测试",
    grain=("person_no", "grant_no"),
    subject="person_no",
    period="granted_month",
    columns=(
        Column("grant_no", code="ZZT001", kind="id", label="补助序号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("granted_month", code="ZZT002", kind="month", label="补助年月", level="L2"),
        Column("amount", code="ZZT003", kind="money", label="补助金额", level="L2"),
    ),
    checks=(not_null("grant_no", "person_no", "amount"), unique("grant_no")),
)
'''
RULE = '''
"""More than one grant."""

from huiliu.rules import rule

from ...tables.extra.living_grant import living_grant


@rule(code="FS-TST-001", label="同月重复领取补助", severity="M", basis="测试", reads=(living_grant,))
def granted_twice() -> str:
    """One finding per person and month with more grants than allowed; what is above the highest one is overpaid."""
    return """
        SELECT g.person_no AS subject, g.granted_month AS occurred_on, sum(g.amount) - max(g.amount) AS amount
        FROM living_grant AS g
        GROUP BY g.person_no, g.granted_month
        HAVING count(*) > $most
        ORDER BY subject, occurred_on
    """
'''
CASES = """
params:
  most:
    unit: 笔
    values:
      2020-01-01: {value: 1, source: 测试}
cases:
  - name: 同月两笔
    day: 2025-03-31
    given:
      living_grant:
        - {grant_no: "1", person_no: "9", granted_month: 202501, amount: 10}
        - {grant_no: "2", person_no: "9", granted_month: 202501, amount: 30}
    found:
      - {subject: "9", occurred_on: 202501, amount: 10}
"""


@pytest.fixture
def installation(tmp_path, settings):
    """An installation whose catalogue has one folder more."""
    from huiliu.config.environment import Home

    added = tmp_path / "added"
    for name, text in (
        ("tables/extra/living_grant.py", TABLE),
        ("rules/extra/granted_twice.py", RULE),
        ("rules/extra/granted_twice.yaml", CASES),
    ):
        (added / name).parent.mkdir(parents=True, exist_ok=True)
        (added / name).write_text(textwrap.dedent(text).lstrip(), "utf-8")
    settings.HOME = Home(tmp_path / "home").create()
    settings.HUILIU_CATALOG_ROOTS = (added,)
    return settings.HOME


def deliver(inbox):
    """A folder without a manifest: the default feed knows the new table by its name."""
    folder = inbox / "449900_20250331"
    folder.mkdir()
    people = "AAC001,AAC002,AAC003,AAE135,AAC006\n90000001,449902196001011230,陈一,449902196001011230,19600101\n"
    (folder / "person.csv").write_text(people, "utf-8")
    grants = "ZZT001,AAC001,ZZT002,ZZT003\n1,90000001,202503,500.00\n2,90000001,202503,800.00\n3,90000001,202502,1.00\n"
    (folder / "living_grant.csv").write_text(grants, "utf-8")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_new_table_and_rule_go_the_whole_line(installation, client):
    from huiliu import nightly
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    deliver(installation.inbox)
    done = nightly.run(clock=FixedClock(datetime(2025, 4, 1, 6, tzinfo=TZ)))
    assert [str(result.outcome) for result in done.results] == ["published"]
    assert str(done.results[0].level) == "C"
    assert done.clues == {"FS-PEN-001": 0, "FS-TST-001": 1}

    client.force_login(user_create(username="control", display_name="陈", post="control", actor=SYSTEM).user)
    (clue,) = client.get("/api/v1/clues").json()["items"]
    assert (clue["rule"], Decimal(clue["amount"])) == ("FS-TST-001", Decimal("500.00"))
    asked = json.dumps({"text": "90000001"})
    found = client.post("/api/v1/persons/search", asked, content_type="application/json").json()
    person = client.get(f"/api/v1/persons/{found['items'][0]['key']}").json()
    assert person["tables"]["living_grant"]["label"] == "一次性补助"
    assert len(person["tables"]["living_grant"]["rows"]) == 3
    assert person["identity"]["name"]["text"] == "陈*"
