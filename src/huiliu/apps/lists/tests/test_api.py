"""批量查询 for programs: answered at once or fetched as a file, never a number in an answer, an address or an error."""

import io

import pytest
import pyzipper
from django.test import Client
from python_calamine import CalamineWorkbook

from huiliu.apps.accounts.selectors import user_by_name
from huiliu.apps.accounts.services import api_key_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.control.selectors.purposes import accepted_matters
from huiliu.apps.datahub.tests.town import LI_ID, ZHANG_ID
from huiliu.apps.exports.selectors import exports
from huiliu.apps.exports.services import asking
from huiliu.apps.jobs.services import jobs_run
from huiliu.apps.lists.models import ListLookUp

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
API = "/api/v1/"
ABSENT = "449900196001010013"
NUMBERS = [f" {LI_ID.lower()}", ABSENT, ZHANG_ID, "4.41602E+17"]


@pytest.fixture
def clerk(office, sign_in):
    return sign_in("clerk")


@pytest.fixture
def send(clerk, settings):
    matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code

    def sent(path="lists/show", client=clerk, **more):
        body = {"numbers": NUMBERS, "columns": ["name", "division"], "matter": matter, "case_number": "GD-7", **more}
        return client.post(API + path, body, "application/json")

    return sent


def test_a_short_list_is_answered_in_its_order_masked(send, clerk):
    answer = send().json()
    assert [item["verdict_label"] for item in answer["items"]] == ["找到", "未找到", "找到", "号码有误"]
    assert [item["cells"].get("name") for item in answer["items"]] == ["李*", "", "张*", ""]
    assert answer["items"][0]["repairs"].startswith("已还原")
    assert (answer["counts"]["found"], answer["counts"]["missing"], answer["counts"]["wrong"]) == (2, 1, 1)
    assert clerk.get(f"{API}persons/{answer['items'][2]['key']}").status_code == 200


def test_no_number_comes_back_or_is_kept(send):
    text = send().content.decode() + f"{list(events(EventFilter()).values())}"
    assert not any(number.strip().upper() in text for number in NUMBERS[:3])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"numbers": [ZHANG_ID] * 201}, "API-422"),
        ({"numbers": []}, "API-422"),
        ({"number": ZHANG_ID}, "API-422"),
        ({"numbers": [ZHANG_ID * 5]}, "API-422"),
        ({"columns": ["nothing"]}, "LIST-004"),
        ({"matter": "nothing"}, "PURPOSE-002"),
        ({"case_number": ZHANG_ID}, "PURPOSE-003"),
    ],
)
def test_what_is_wrong_is_said_without_the_numbers(send, wrong, code):
    answer = send(**wrong)
    assert answer.json()["code"] == code
    assert ZHANG_ID not in answer.content.decode()


def test_a_long_list_is_asked_for_polled_and_fetched(send, clerk):
    asked = send("lists", columns=["name"]).json()
    path = f"{API}lists/{asked['key']}"
    assert (asked["rows"], asked["found"], asked["export"]["job"]["state"]) == (4, None, "waiting")
    assert clerk.get(path).json()["export"].get("password") is None
    assert jobs_run() == 1
    told = clerk.get(path).json()
    assert (told["found"], told["missing"], told["wrong"], told["repaired"]) == (2, 1, 1, 1)
    assert (told["export"]["state"], told["export"]["may_download"]) == ("ready", True)
    raw = b"".join(clerk.get(f"{API}exports/{told['export']['key']}/file").streaming_content)
    with pyzipper.AESZipFile(io.BytesIO(raw)) as archive:
        book = archive.read("批量查询结果.xlsx", asked["export"]["password"].encode())
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("数据").to_python()
    assert [row[1] for row in rows] == ["查询结果", "找到", "未找到", "找到", "号码有误"]
    assert len(clerk.get(f"{API}exports/{told['export']['key']}").json()["downloads"]) == 1


def test_an_open_one_is_not_sealed_and_so_not_made(send):
    assert send("lists", is_encrypted=False).json()["code"] == "EXPORT-010"


def test_lists_of_others_are_not_there(send, sign_in):
    asked = send("lists").json()
    checker = sign_in("checker")
    assert checker.get(f"{API}lists/{asked['key']}").status_code == 404
    assert checker.get(f"{API}lists").json()["count"] == 0
    key = asked["export"]["key"]
    assert [checker.get(f"{API}exports/{key}{rest}").status_code for rest in ("", "/file")] == [404, 404]
    assert checker.post(f"{API}exports/{key}/cancel").status_code == 404


def test_cancelled_it_leaves_nothing(send, clerk):
    asked = send("lists").json()["export"]
    told = clerk.post(f"{API}exports/{asked['key']}/cancel").json()
    assert (told["state"], told["job"]["state"]) == ("stopped", "cancelled")
    assert clerk.post(f"{API}exports/{asked['key']}/cancel").json()["code"] == "JOBS-003"
    assert clerk.get(f"{API}exports/{asked['key']}/file").status_code == 404
    assert clerk.get(f"{API}jobs/{asked['job']['number']}").json()["state_label"] == "已取消"


def test_the_columns_that_may_be_chosen(clerk):
    answer = clerk.get(f"{API}lists/columns").json()
    assert {"name": "id_number", "label": "证件号码"} in answer["items"]
    assert answer["templates"] == []


def test_persons_within_reach_become_a_file(clerk, settings):
    matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
    body = {"format": "csv", "split": "county", "matter": matter, "case_number": "GD-7"}
    asked = clerk.post(f"{API}persons/export", body, "application/json").json()
    assert asked["asked_rows"] > 50
    assert jobs_run() == 1
    assert clerk.get(f"{API}exports/{asked['key']}").json()["state"] == "ready"
    assert clerk.get(f"{API}exports").json()["count"] == 1
    assert clerk.get(f"{API}exports/all").status_code == 403


def test_a_body_that_is_too_large_is_said_so(send):
    answer = send("lists", numbers=[ZHANG_ID] * 60_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "API-413")


def test_what_needs_a_second_person_a_program_cannot_ask_for(send, monkeypatch):
    monkeypatch.setattr(asking, "limit_of_rows", lambda _clock: 3)
    may = ["query.lookup_list", "query.export"]
    made = api_key_create(owner=user_by_name("clerk"), label="报表程序", permissions=may, days=9, actor=SYSTEM)
    program = Client(headers={"Authorization": f"Bearer {made.secret}"})
    answer = send("lists", program)
    assert (answer.status_code, answer.json()["code"]) == (409, "EXPORT-012")
    assert (exports().count(), ListLookUp.objects.count()) == (0, 0)
    asked = send("lists", program, numbers=NUMBERS[:3]).json()
    assert program.get(f"{API}lists/{asked['key']}").json()["export"]["job"]["state"] == "waiting"
    assert program.get(f"{API}jobs/{asked['export']['job']['number']}").status_code == 403
