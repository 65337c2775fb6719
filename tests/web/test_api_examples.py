"""Each operation's example is as its answer really is: the walk of a working day, in the town. Written anew with

HUILIU_WRITE_EXAMPLES=1 ./run test --slow tests/web/test_api_examples.py
"""

import io
import json
import os
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.conf import settings

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.selectors.purposes import accepted_matters
from huiliu.apps.datahub.tests.town import Site
from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open, purpose_add
from huiliu.apps.jobs.services import jobs_run
from huiliu.apps.performance.models import DisclosurePackage, TargetSet
from huiliu.apps.performance.services import NewVersion, measurements_take, version_draft
from huiliu.apps.performance.services.checked import SentFile, check_ask
from huiliu.apps.performance.services.disclosures import Reply, disclosure_open
from huiliu.apps.performance.services.filings import Draft, filing_write
from huiliu.apps.performance.services.rectifications import Matter, Step, rectification_assign, rectification_step
from huiliu.apps.performance.services.reviews import Document, Given, NewReview, review_record
from huiliu.apps.performance.services.spot_checks import Look, spot_draw, spot_look
from huiliu.apps.performance.tests.form import filled, signed, submitted
from huiliu.config.api import api
from huiliu.config.examples import FILE, examples
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.digests import sha256, sm3
from web.expectations import OPERATIONS

LIST = {
    "topic": "benefit_payment", "items": ["name", "insurance_type", "benefit_month", "amount"],
    "conditions": [[{"item": "amount", "operator": "at_least", "values": ["100"]}]],
}  # fmt: skip
SUMS = {
    "topic": "benefit_payment", "group_by": ["insurance_type"],
    "measures": [{"aggregate": "distinct", "item": "person_no"}, {"aggregate": "sum", "item": "amount"}],
}  # fmt: skip
NUMBERS = ["449900197001010018", "449900196001010013"]
SHOWN = ["449900190001010011", "449900190001010038"]
FILES = {
    "POST persons/{key}/sheet", "POST units/{key}/sheet", "GET exports/{key}/file",
}  # fmt: skip


class Walk:
    """Calls as they are made one after the other, each kept as an example."""

    def __init__(self, client):
        self.client, self.found, self.users = client, {}, {}

    def at(self, post, name=""):
        name = name or post
        if name not in self.users:
            self.users[name] = user_create(username=name, display_name="测试", post=post, actor=SYSTEM).user
        self.client.force_login(self.users[name])

    def __call__(self, operation, body=None, **parts):
        method, path = operation.split(" ")
        sent = json.dumps(body) if body is not None else ""
        where = "/api/v1/" + path.format(**parts)
        answer = self.client.generic(method, where, sent, content_type="application/json")
        assert answer.status_code == 200, (operation, answer.content.decode()[:300])
        self.found[operation] = {"parts": parts} if parts else {}
        if body is not None:
            self.found[operation]["body"] = nobodys(body)
        if operation in FILES:
            return None
        self.found[operation]["answer"] = short(answer.json())
        return answer.json()


def nobodys(body):
    """What is sent, with numbers that nobody has in place of those of the town."""
    text = json.dumps(body)
    for number, other in zip(NUMBERS, SHOWN, strict=True):
        text = text.replace(number, other)
    return json.loads(text)


def short(value):
    """Long lists by their first entry."""
    if isinstance(value, dict):
        return {key: "只显示这一次" if key == "password" and held else short(held) for key, held in value.items()}
    return [short(held) for held in value[:1]] if isinstance(value, list) else value


def walked(walk):
    """Every operation once."""
    purpose = {"matter": accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code, "case_number": "SL-2025-0017"}
    walk.at("it")
    walk.at("control")
    night = walk("GET nights")["items"][0]["key"]
    walk("GET nights/{key}", key=night)
    walk("GET compares")
    walk("GET quarantine")
    walk("GET clues")
    walk("GET evaluations")
    walk("GET exports/all")
    walk("GET control/requests/all")
    money(walk)
    clerk(walk, purpose)
    asked(walk)
    targets(walk)


def money(walk):
    """A project with its budget, recorded by the accountant as on the pages."""
    walk.at("finance", "finance2")
    walk.at("finance")
    by = {"user": walk.users["finance"], "actor": Actor("finance")}
    project = NewProject(
        "it-upkeep", "信息化建设及维护", "测试市社会保险基金管理局", "测试市人社局", "recurring", "public"
    )
    year = project_open(wanted=project, year=2025, mode="quota", **by)
    purpose_add(project=year.project, code="ops", label="系统运维", **by)
    initial = NewEvent("initial", date(2025, 1, 10), 20_000_000, number="测财预〔2025〕1号")
    event_record(year=year, wanted=initial, **by)
    walk.at("control")
    place = {"name": "it-upkeep", "year": 2025}
    walk("GET funds")
    walk("GET funds/{name}/{year}", **place)
    walk("GET funds/{name}/{year}/events", **place)


def targets(walk):
    """Its targets, signed by three posts and measured; an assessment and the monitoring of both."""
    walk.at("finance")
    by = {"user": walk.users["finance"], "actor": Actor("finance")}
    wanted = NewVersion("it-upkeep", 2025, "first", name="信息化建设及维护", profile="national")
    version = filled(version_draft(wanted=wanted, **by))
    first = submitted(version, {"kuai": walk.users["finance"]})
    signed(first, walk.users, "control", decision="returned", comment="请补正")
    walk.at("finance", "finance2")
    walk("POST control/requests/{number}/take-over", {"reason": "原申请人已调岗"}, number=first.request_id)
    people = {"kuai": walk.users["finance2"], **walk.users}
    signed(submitted(version, people), people, "control", "leader")
    walk.at("finance")
    measurements_take(project="it-upkeep", year=2025, **by)
    walk("GET targets")
    walk("GET targets/{number}", number=version.pk)
    place = {"project": "it-upkeep", "year": 2025}
    walk("GET measurements/{project}/{year}", **place)
    walk("GET assessments")
    walk("GET assessments/{project}/{year}", **place)
    walk("GET monitoring")
    walk("GET monitoring/{project}/{year}", **place)
    followed(walk)


def followed(walk):
    """A matter that control gave to the accountant."""
    matter = Matter("it-upkeep", 2025, "finding", "01", "巡检没有验收单", "补齐验收单", walk.users["finance"],
                    date(2025, 6, 30))  # fmt: skip
    made = rectification_assign(wanted=matter, user=walk.users["control"], actor=Actor("control"))
    step = Step(made.pk, "progress", "已联系承建单位")
    rectification_step(step=step, user=walk.users["finance"], actor=Actor("finance"))
    document = Document(io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), "复核意见.pdf")
    total = (Given("total", Decimal(86)),)
    given = NewReview("it-upkeep", 2025, "department", "测试市人社局", date(2025, 4, 1), "测人社〔2025〕1号", total)
    control = {"user": walk.users["control"], "actor": Actor("control")}
    review_record(wanted=given, document=document, **control)
    look_at = spot_draw(project="it-upkeep", year=2025, size=1, **control).rows.get(position=0)
    spot_look(look=Look(look_at.pk, False, "unproved", "没有佐证文件"), **control)
    walk("GET reviews/{project}/{year}", project="it-upkeep", year=2025)
    walk("GET years/{project}", project="it-upkeep")
    asked = check_ask(sent=[SentFile(io.BytesIO(b"no table"), "甲.xlsx")], **control)
    jobs_run()
    asked.refresh_from_db()
    walk("GET checked")
    walk("GET checked/{number}", number=asked.batch_id)
    disclosed(walk)
    walk("GET rectifications")
    walk("GET rectifications/{number}", number=made.pk)
    walk.at("it")
    it = {"user": walk.users["it"], "actor": Actor("it")}
    filing_write(project="it-upkeep", year=2025, draft=Draft({"unit.uses": "用于维护"}, "进行中"), **it)
    walk("GET filings")
    walk("GET filings/{project}/{year}", project="it-upkeep", year=2025)


def disclosed(walk):
    """The reply to the budget, and the package that was made of the targets; the documents have tests of their own."""
    finance = {"user": walk.users["finance"], "actor": Actor("finance")}
    targets = TargetSet.objects.get(project="it-upkeep", year=2025)
    reply = Reply("测财预〔2025〕1号", date(2025, 1, 10))
    opened = disclosure_open(targets=targets, occasion="budget", reply=reply, **finance)
    line = {"name": "index.html", "label": "公开网页", "size": 20480, "sm3": sm3(b"page"), "sha256": sha256(b"page")}
    DisclosurePackage.objects.create(
        disclosure=opened, number=1, digest=f"sm3:{sm3(b'zip')}", size=102400, files=[line],
        masked={"basis:01": "合同含商业秘密"}, source=f"sm3:{sm3(b'source')}", made_at=settings.HUILIU_CLOCK.now(),
        made_by="finance",
    )  # fmt: skip
    walk("GET disclosures")
    walk("GET disclosures/{number}", number=opened.pk)
    walk("GET disclosures/{number}/packages/{part}", number=opened.pk, part=1)


def clerk(walk, purpose):
    walk.at("clerk")
    person = walk("POST persons/search", {"text": NUMBERS[0], "kind": "auto"})["items"][0]["key"]
    walk("GET persons/{key}", key=person)
    walk("GET persons/{key}/changes", key=person)
    walk("POST persons/{key}/sheet", purpose, key=person)
    walk("POST persons/export", {"format": "xlsx", "split": "county", "is_encrypted": True, **purpose})
    unit = walk("POST units/search", {"text": "合成机械", "kind": "auto"})["items"][0]["key"]
    walk("GET units/{key}", key=unit)
    walk("POST units/{key}/sheet", purpose, key=unit)
    walk("GET query/topics")
    walk("GET query/topics/{name}", name="benefit_payment")
    walk("POST query/run", {"query": SUMS})
    walk("POST query/export", {"query": LIST, "format": "csv", **purpose})
    saved = walk("POST query/saved", {"name": "待遇支付", "query": LIST})["key"]
    walk("GET query/saved")
    walk("GET query/saved/{key}", key=saved)
    walk("POST query/saved/{key}/run", {"page": 1}, key=saved)
    walk("POST query/saved/{key}/share", {"shared": False}, key=saved)
    walk("DELETE query/saved/{key}", key=saved)
    lists(walk, purpose)


def lists(walk, purpose):
    walk("GET lists/columns")
    walk("POST lists/show", {"numbers": NUMBERS, "columns": ["name", "division"], **purpose})
    stopped = walk("POST lists", {"numbers": NUMBERS, "columns": ["name", "division"], "format": "xlsx", **purpose})
    walk("POST exports/{key}/cancel", key=stopped["export"]["key"])
    number = stopped["export"]["job"]["number"]
    walk("GET jobs/{number}", number=number)
    made = walk("POST lists", {"numbers": NUMBERS, "columns": ["name", "division"], "format": "xlsx", **purpose})
    other = walk("POST lists", {"numbers": NUMBERS, "columns": ["name", "division"], "format": "xlsx", **purpose})
    walk("POST jobs/{number}/cancel", number=other["export"]["job"]["number"])
    jobs_run()
    walk("GET lists")
    walk("GET lists/{key}", key=made["key"])
    walk("GET exports")
    walk("GET exports/{key}", key=made["export"]["key"])
    walk("GET exports/{key}/file", key=made["export"]["key"])


def asked(walk):
    """A request from its beginning to its end."""
    for post in ("leader", "secadmin", "clerk"):
        walk.at(post)
    wanted = {"kind": "post_grant", "subject": "checker", "reason": "工作需要", "person": "clerk", "unit": ""}
    number = walk("POST control/requests", wanted)["number"]
    walk("GET control/requests")
    walk("GET control/requests/{number}", number=number)
    walk.at("control")
    walk("GET control/tasks")
    signed = {"decision": "approved", "comment": "同意"}
    walk("POST control/requests/{number}/decide", signed, number=number)
    walk.at("clerk")
    walk("POST control/requests/{number}/withdraw", {"reason": "不再需要"}, number=number)


# What is sent where the town has nothing to send it to.
BY_HAND = {
    "GET nights/{key}/certificate": {"parts": {"key": "0123456789abcdef", "format": "json"}},
    "POST persons/{key}/full": {
        "parts": {"key": "0123456789abcdef"},
        "body": {"matter": "business_check", "case_number": "SL-2025-0017"},
    },
    "GET compares/{key}": {"parts": {"key": "0123456789abcdef"}},
    "GET quarantine/rows": {"parts": {"table": "person", "state": "held"}},
    "GET quarantine/rows/{table}/{key}": {"parts": {"table": "person", "key": "0123456789abcdef"}},
    "POST quarantine/requests": {
        "body": {"table": "person", "decision": "release", "keys": ["0123456789abcdef"], "reason": "已向省里核实"}
    },
    "GET evaluations/{name}": {"parts": {"name": "gd-heyuan-2024"}},
}


@pytest.mark.django_db
@pytest.mark.slow
def test_examples_are_as_answers_are(client, town, tmp_path, settings):
    walk = Walk(client)

    class Home(Site):
        @property
        def lake(self):
            return town.home.lake

    settings.HOME = Home(tmp_path)
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 2, 9, 0, tzinfo=TZ))
    walked(walk)
    found = {**BY_HAND, **walk.found}
    if os.environ.get("HUILIU_WRITE_EXAMPLES"):
        FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert {name: shape(told) for name, told in examples().items()} == {
        name: shape(told) for name, told in found.items()
    }


def shape(value):
    """Names of fields, all the way down but to the columns of a changed row; what they hold does not matter."""
    if isinstance(value, dict):
        return {key: None if key == "columns" else shape(held) for key, held in value.items()}
    return [shape(held) for held in value] if isinstance(value, list) else None


def test_every_operation_has_an_example_and_the_description_shows_it():
    assert set(examples()) == {f"{method} {path}" for method, path in OPERATIONS}
    run = api.get_openapi_schema()["paths"]["/api/v1/query/run"]["post"]
    assert run["requestBody"]["content"]["application/json"]["example"]["query"]["topic"] == "benefit_payment"
    assert run["responses"][200]["content"]["application/json"]["example"]["groups"] == 2
    by_number = api.get_openapi_schema()["paths"]["/api/v1/jobs/{number}"]["get"]
    assert [parameter["example"] for parameter in by_number["parameters"]] != [None]
